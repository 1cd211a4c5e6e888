/** Hostile texts in every field of a dashboard and a postmortem, in a real browser. */
import { seededRandom, type Random } from "../../src/core/random.ts";
import { visible } from "../../src/core/escape.ts";
import { hostileSnapshot } from "../dashboard/support/hostile.ts";
import { newsServer } from "../dashboard/support/news-server.ts";
import { htmlOf } from "../dashboard/support/page-html.ts";
import { launchPageBrowser, type OpenedPage, type PageBrowser } from "../support/dashboard-page.ts";
import { documentsOf, sample } from "./postmortem-injection.ts";
import { hostileProse } from "./support/hostile-prose.ts";
import { hostileText } from "./support/hostile-texts.ts";
import { lookExpression } from "./support/hostile-views.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Whatever texts a dashboard and a postmortem show, a browser runs none of them, asks for nothing, and shows them as they are.";

export const needs = ["chromium"] as const;

interface Size {
  readonly texts: number;
  /** Texts on one page, each of which has a service and a mark of its own. */
  readonly perPage: number;
  /** Of these, so many are looked at in their own views. */
  readonly views: number;
}

export const quick: Size = { texts: 100, perPage: 100, views: 6 };
export const full: Size = { texts: 10_000, perPage: 250, views: 16 };

const RAN = "globalThis.ran=1";
/** Each would set the canary, or ask for something, if it were more than text. */
const VECTORS: readonly string[] = [
  ...[
    `<script>${RAN}</script>`,
    `</script><script>${RAN}</script>`,
    `<img src=x onerror=${RAN}>`,
    `<svg onload=${RAN}>`,
  ],
  ...[
    `<iframe srcdoc="<script>parent.ran=1</script>">`,
    `<object data="javascript:${RAN}">`,
    `<base href="http://127.0.0.1:9/">`,
  ],
  ...[
    `<link rel=stylesheet href=http://127.0.0.1:9/a.css>`,
    `<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">`,
  ],
  ...[
    `<style>*{background:url(http://127.0.0.1:9/b)}</style>`,
    `<a href="javascript:${RAN}" autofocus onfocus=${RAN}>x</a>`,
  ],
  ...[`javascript:${RAN}`, ` javascript:${RAN}`, `java\nscript:${RAN}`, `data:text/html,<script>${RAN}</script>`],
  ...[
    `" onmouseover=${RAN} x="`,
    `' autofocus onfocus=${RAN} '`,
    "`-alert(1)-`",
    `{{constructor.constructor("${RAN}")()}}`,
  ],
  ...[
    "</title>",
    "</textarea>",
    "</style>",
    "-->",
    "]]>",
    "<!--",
    "<math><mi//xlink:href=x>",
    "<template>",
    "<details open ontoggle=alert(1)>",
  ],
  ...[
    "https://127.0.0.1:9/x",
    "//127.0.0.1:9/x",
    "__proto__",
    "constructor",
    "\u202Etxt.exe",
    "&lt;img src=x onerror=alert(1)&gt;",
  ],
];

/** A text that is unlike all others, and not only white space. */
function hostile(random: Random, index: number): string {
  const piece = (): string =>
    random.pick([random.pick(VECTORS), hostileProse(random), hostileText(random).slice(0, 100)]);
  const text =
    index < VECTORS.length ? (VECTORS[index] as string) : `${piece()}${random.pick(["", " ", "\n"])}${piece()}`;
  // Ids are what services are told apart by; what a page trims is not shown.
  return `${text} ${String(index)}`;
}

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const texts = Array.from({ length: size.texts }, (_, index) => hostile(random, index));
  const figures = {
    texts: texts.length,
    staticPages: 0,
    liveMessages: 0,
    views: 0,
    postmortems: 0,
    postmortemTexts: 0,
  };
  await browsing(controls);
  for (let from = 0; from < texts.length; from += PAGES_EACH * size.perPage) {
    await browsing(async (browser) => {
      const until = Math.min(texts.length, from + PAGES_EACH * size.perPage);
      for (let place = from; place < until; place += size.perPage) {
        const some = texts.slice(place, place + size.perPage);
        await staticPage(browser, some, { views: size.views, seed });
        figures.staticPages += 1;
        figures.views += 2 * Math.min(size.views, some.length);
        figures.liveMessages += await livePage(browser, some, { views: Math.ceil(size.views / 4), seed });
        log(`${String(place + some.length)} texts on dashboards`);
      }
      await postmortems(browser, texts.slice(from, until), figures, seed);
      log(`${String(figures.postmortemTexts)} texts in postmortems`);
    });
  }
  return figures;
}

/** Pages that one browser opens: it keeps something of each. */
const PAGES_EACH = 8;

async function browsing(work: (browser: PageBrowser) => Promise<void>): Promise<void> {
  const browser = await launchPageBrowser();
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

/** The texts as they stand in a snapshot, with one that is harmless. */
function shownOf(some: readonly string[]) {
  const all = ["harmless 0", ...some];
  const snapshot = { ...hostileSnapshot(all), title: some[0] ?? "" };
  const [harmless, ...looked] = all.map((text) => ({ text, shown: visible(text), service: text, slo: `${text}/slo` }));
  return { snapshot, harmless: harmless as NonNullable<typeof harmless>, looked };
}

async function staticPage(
  browser: PageBrowser,
  some: readonly string[],
  { views, seed }: { readonly views: number; readonly seed: string },
): Promise<void> {
  const { snapshot, harmless, looked } = shownOf(some);
  const opened = await browser.openHtml(await htmlOf({ title: snapshot.title, snapshot }));
  const watch = watched(opened);
  await all(opened, looked.length + 1);
  const wrong = (await opened.page.evaluate(lookExpression(looked, harmless, views))) as string[];
  await judge(opened, [...wrong, ...watch()], `a static page (seed ${seed})`);
  await opened.close();
}

/** The same texts as messages: a whole snapshot, an update of each service, and a failure. */
async function livePage(
  browser: PageBrowser,
  some: readonly string[],
  { views, seed }: { readonly views: number; readonly seed: string },
): Promise<number> {
  const { snapshot, harmless, looked } = shownOf(some);
  const server = await newsServer(60);
  let messages = 2;
  try {
    const opened = await browser.openUrl(server.url);
    const watch = watched(opened);
    await opened.page.waitForFunction(`document.querySelector(".sign")?.textContent === "Live"`);
    server.tell("snapshot", snapshot);
    await all(opened, looked.length + 1);
    const order = snapshot.services.map(({ name }) => name);
    for (const text of some.slice(0, 10)) {
      server.tell("failure", { at: snapshot.at, message: text });
      await opened.page.waitForFunction(
        (told: string) =>
          (globalThis as unknown as { document: { querySelector(s: string): { textContent: string } | null } }).document
            .querySelector(".late")
            ?.textContent.includes(told) === true,
        { polling: 20, timeout: 10_000 },
        visible(text),
      );
      messages += 1;
    }
    const services = snapshot.services.map((service) => ({
      ...service,
      reasons: [...service.reasons, `${service.name}!`],
    }));
    server.tell("update", {
      at: snapshot.at + 1_000,
      order,
      services,
      troubles: some.slice(0, 20),
      marks: snapshot.marks,
    });
    await opened.page.waitForFunction(`document.querySelector(".late p") === null`);
    const wrong = (await opened.page.evaluate(lookExpression(looked, harmless, views))) as string[];
    const own = `asked for: ${server.url}events`;
    const past = /^asked for: .*\?past=/;
    const troubles = [...wrong, ...watch()];
    const others = (await opened.troubles()).filter((text) => text !== own && !past.test(text));
    fail([...troubles, ...others, ...(await canary(opened))], `a live page (seed ${seed})`);
    await opened.close();
  } finally {
    await server.stop();
  }
  return messages;
}

async function postmortems(
  browser: PageBrowser,
  texts: readonly string[],
  figures: { postmortems: number; postmortemTexts: number },
  seed: string,
): Promise<void> {
  for (let from = 0; from < texts.length;) {
    let used = 0;
    const { sources, shown } = sample((index) => {
      used = Math.max(used, index + 1);
      return texts[(from + index) % texts.length] as string;
    });
    const opened = await browser.openHtml(documentsOf(sources).html);
    const watch = watched(opened);
    const text = (await opened.page.evaluate("document.documentElement.textContent")) as string;
    const missing = shown
      .filter((one) => !text.includes(visible(one)))
      .map((one) => `${JSON.stringify(one)} is not shown`);
    await judge(opened, [...missing, ...watch()], `a postmortem (seed ${seed}, from text ${String(from)})`, 0);
    await opened.close();
    figures.postmortems += 1;
    figures.postmortemTexts += shown.length;
    from += used;
  }
}

/** What the eyes of a test would miss: dialogs, and being led elsewhere. */
function watched({ page }: OpenedPage): () => readonly string[] {
  const seen: string[] = [];
  const own = page.url().split("#", 1)[0] as string;
  page.on("dialog", (dialog) => {
    seen.push(`a dialog says ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("framenavigated", (frame) => {
    if (!frame.url().startsWith(own)) seen.push(`it was led to ${frame.url()}`);
  });
  page.on("popup", () => seen.push("a window was opened"));
  return () => [...seen, ...(page.frames().length === 1 ? [] : [`there are ${String(page.frames().length)} frames`])];
}

async function all({ page }: OpenedPage, count: number): Promise<void> {
  await page.waitForFunction(`document.querySelectorAll("article").length === ${String(count)}`, { timeout: 60_000 });
}

async function canary({ page }: OpenedPage): Promise<readonly string[]> {
  return (await page.evaluate("globalThis.ran === undefined ? [] : ['a text ran']")) as string[];
}

async function judge(opened: OpenedPage, found: readonly string[], where: string, scripts = 2): Promise<void> {
  const count = (await opened.page.evaluate("document.scripts.length")) as number;
  const more = count === scripts ? [] : [`there are ${String(count)} scripts, not ${String(scripts)}`];
  fail([...found, ...(await opened.troubles()), ...(await canary(opened)), ...more], where);
}

function fail(found: readonly string[], where: string): void {
  if (found.length === 0) return;
  throw new Error(`${String(found.length)} things are wrong with ${where}:\n${found.slice(0, 10).join("\n")}`);
}

/** Pages that are broken on purpose: each must be seen. */
async function controls(browser: PageBrowser): Promise<void> {
  const { snapshot } = shownOf(["a control 1"]);
  const html = await htmlOf({ title: snapshot.title, snapshot });
  const unguarded = html.replace(/<meta[^>]*Content-Security-Policy[^>]*>/i, "");
  if (unguarded === html) throw new Error("the page has no policy that could be taken away");
  const bodies: Readonly<Record<string, readonly [string, RegExp]>> = {
    "a script without the policy": [unguarded.replace("</body>", `<script>${RAN}</script></body>`), /a text ran/],
    "a picture without the policy": [
      unguarded.replace("</body>", "<img src=http://127.0.0.1:9/x></body>"),
      /asked for/,
    ],
    "a script": [html.replace("</body>", `<script>${RAN}</script></body>`), /refused/],
    "a handler": [html.replace("</body>", `<img src=x onerror=${RAN}></body>`), /refused/],
  };
  for (const [what, [broken, sees]] of Object.entries(bodies)) {
    if (broken === html || broken === unguarded) throw new Error(`${what} could not be put into the page`);
    const opened = await browser.openHtml(broken);
    await opened.page.evaluate("new Promise((done) => setTimeout(done, 50))");
    const seen = [...(await opened.troubles()), ...(await canary(opened))];
    if (!seen.some((text) => sees.test(text))) throw new Error(`${what} is not seen: ${seen.join("; ")}`);
    await opened.close();
  }
  const opened = await browser.openHtml(html);
  await opened.page.evaluate(`try { document.body.innerHTML = "<b>x</b>" } catch {}`);
  const seen = await opened.violations();
  if (!seen.some((text) => text.includes("trusted-types")))
    throw new Error(`Trusted Types are not on: ${seen.join("; ")}`);
  await opened.close();
}
