/** The dashboard's page in a real browser: opened, listened to and judged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer, { type Browser, type CDPSession, type Page } from "puppeteer-core";

import { service } from "./services.ts";

export type Theme = "light" | "dark";

/** How a page is looked at. */
export interface Look {
  /** Of the system, not the page's own choice. */
  readonly theme?: Theme;
  /** In CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Pixels of the screen for one of CSS. */
  readonly pixelRatio?: number;
  readonly touch?: boolean;
  /** IANA zone of the reader. */
  readonly zone?: string;
  /** Language of the reader, such as `en-GB`; that of the machine unless told. */
  readonly locale?: string;
  /** Such as `#/shop`. */
  readonly hash?: string;
}

/** An opened page and all that it has said since. */
export interface OpenedPage {
  readonly page: Page;
  readonly client: CDPSession;
  /** Warnings and errors of its console. */
  readonly complaints: readonly string[];
  /** What was thrown and not caught. */
  readonly errors: readonly string[];
  /** What it asked for besides itself. */
  readonly requests: readonly string[];
  /** What its Content-Security-Policy has refused. */
  violations(): Promise<readonly string[]>;
  /** All of these, each with its kind: empty for a page that behaves. */
  troubles(): Promise<readonly string[]>;
  theme(theme: Theme): Promise<void>;
  viewport(width: number, height?: number): Promise<void>;
  /** What axe finds wrong, each as `rule: elements`; only within `selector` if told. */
  axe(selector?: string): Promise<readonly string[]>;
  /** Writes a picture of the whole page. */
  screenshot(path: string): Promise<void>;
  close(): Promise<void>;
}

/** One browser; a test file launches one and closes it at its end. */
export interface PageBrowser {
  readonly browser: Browser;
  /** Opens a document from its text, as a file. */
  openHtml(html: string, look?: Look): Promise<OpenedPage>;
  openUrl(url: string, look?: Look): Promise<OpenedPage>;
  close(): Promise<void>;
}

const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en-GB"],
];
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
/** Of the page as it is, before it has said anything: whoever is late misses the first violation. */
const LISTEN = `document.addEventListener("securitypolicyviolation", (event) => {
  (globalThis.seenViolations ??= []).push(event.violatedDirective + " " + event.blockedURI + " " + event.sample);
});`;

export async function launchPageBrowser(): Promise<PageBrowser> {
  const folder = mkdtempSync(join(tmpdir(), "nines-page-"));
  const browser = await puppeteer.launch({ executablePath: service("chromium"), args: FLAGS, headless: true });
  let count = 0;
  return {
    browser,
    async openHtml(html, look = {}) {
      count += 1;
      const file = join(folder, `page-${count}.html`);
      writeFileSync(file, html);
      return open(browser, pathToFileURL(file).href, look);
    },
    openUrl: (url, look = {}) => open(browser, url, look),
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function open(browser: Browser, url: string, look: Look): Promise<OpenedPage> {
  const { width = 1280, height = 900, pixelRatio = 1, touch = false } = look;
  const page = await browser.newPage();
  const client = await page.createCDPSession();
  const complaints: string[] = [];
  const errors: string[] = [];
  const requests: string[] = [];
  const viewport = (toWidth: number, toHeight = height): Promise<void> =>
    page.setViewport({ width: toWidth, height: toHeight, deviceScaleFactor: pixelRatio, hasTouch: touch });
  const theme = (to: Theme): Promise<void> => page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: to }]);

  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warn") complaints.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith("data:") && withoutHash(asked) !== withoutHash(url)) requests.push(asked);
  });
  await page.evaluateOnNewDocument(LISTEN);
  await viewport(width);
  await theme(look.theme ?? "light");
  if (look.zone !== undefined) await page.emulateTimezone(look.zone);
  if (look.locale !== undefined) await client.send("Emulation.setLocaleOverride", { locale: look.locale });
  await page.goto(`${url}${look.hash ?? ""}`, { waitUntil: "load" });
  // A dashboard unpacks its data before it shows anything.
  await page.waitForFunction(
    `document.querySelector("#data") === null || performance.getEntriesByName("nines first view").length > 0`,
  );

  const violations = async (): Promise<readonly string[]> =>
    (await page.evaluate("globalThis.seenViolations ?? []")) as string[];
  return {
    ...{ page, client, complaints, errors, requests, violations, theme, viewport },
    async troubles() {
      return [
        ...complaints.map((text) => `console: ${text}`),
        ...errors.map((text) => `thrown: ${text}`),
        ...requests.map((text) => `asked for: ${text}`),
        ...(await violations()).map((text) => `refused: ${text}`),
      ];
    },
    axe: (selector) => judge(page, selector),
    async screenshot(path) {
      await page.screenshot({ path: path, fullPage: true });
    },
    close: () => page.close(),
  };
}

/** The source goes in by the browser's own door for debuggers, which no policy of the page closes. */
async function judge(page: Page, selector: string | undefined): Promise<readonly string[]> {
  await page.evaluate(`globalThis.axe ?? (() => { ${readFileSync(AXE, "utf8")} })()`);
  const found = await page.evaluate(
    `axe.run(${JSON.stringify(selector ?? ":root")}, { resultTypes: ["violations"] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ": " + nodes.map(({ target, failureSummary }) => target.join(" ") + " (" + failureSummary + ")").join("; ")))`,
  );
  return found as string[];
}

function withoutHash(url: string): string {
  return url.split("#", 1)[0] as string;
}
