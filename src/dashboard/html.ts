/** The page itself: one document that asks for nothing, and runs nothing but its own script. */
import { escapeHtml } from "../core/escape.ts";

import type { DashboardPageData, DashboardService } from "./model.ts";
import { shownTexts } from "./texts.ts";
import { PAGE_SCRIPT, PAGE_SCRIPT_HASH, PAGE_STYLE, PAGE_STYLE_HASH } from "./page-bundle.ts";

/** A service in one line. */
type ServiceLine = Pick<DashboardService, "name" | "text">;

const MOST_LINES = 200;

/** What runs and what it may ask for: its own script and style by their hashes, and messages from where it came from if it is live. */
export function pagePolicy({ live }: { readonly live: boolean }): string {
  return [
    "default-src 'none'",
    `script-src '${PAGE_SCRIPT_HASH}'`,
    `style-src '${PAGE_STYLE_HASH}'`,
    `connect-src ${live ? "'self'" : "'none'"}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
}

/**
 * The whole document. What comes of the data is text in an element that no browser runs; the script puts it on the page as text.
 *
 * @param services - told in one line each where there is no script
 */
export function pageHtml(data: DashboardPageData, services: readonly ServiceLine[] = []): string {
  const policy = escapeHtml(pagePolicy({ live: data.live !== undefined }));
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="robots" content="noindex">',
    '<link rel="icon" href="data:,">',
    `<title>${escapeHtml(data.title)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
    "</head>",
    "<body>",
    '<div id="app"><p role="status">Loading</p></div>',
    `<noscript>${withoutScript(data.title, services)}</noscript>`,
    `<script type="application/json" id="data">${jsonText(data)}</script>`,
    `<script>${PAGE_SCRIPT}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** JSON that cannot end its element, whatever is in it. */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** What can be read without a script: each service in one line. */
function withoutScript(title: string, services: readonly ServiceLine[]): string {
  const lines = shownTexts(
    services.map(({ name, text }) => `${name}: ${text}`),
    MOST_LINES,
  );
  const list = lines.length === 0 ? "" : `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("")}</ul>`;
  return `<h1>${escapeHtml(title)}</h1><p>The charts of this page need JavaScript.</p>${list}`;
}
