/** A report as one page that asks for nothing and runs nothing. */
import { zoneProblem } from "../core/time/calendar.ts";
import { escapeHtml } from "../core/escape.ts";
import { invalid } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { dateIn } from "../core/time/time-text.ts";
import { checkWords } from "../core/words.ts";

import type { MaturityHistory, MaturityRecord, MaturityReport } from "./model.ts";
import { historySvg, historyWords } from "./page-chart.ts";
import { areasHtml, criteriaHtml, headHtml, nextHtml, remarksHtml, section } from "./page-parts.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** What {@link maturityPage} shows beside the report. */
export interface MaturityPageOptions {
  /** What is remembered: `await model.history()`. */
  readonly history?: MaturityHistory | undefined;
  /** `Reliability maturity` unless told. */
  readonly title?: string | undefined;
  /** By whose calendar days are told, an IANA name; UTC unless told. */
  readonly zone?: string | undefined;
}

/** The latest ones are listed; the line has them all. */
const MOST_LISTED = 24;

/**
 * The report as one HTML page: no script, no request, light or dark as the screen is. It can be kept, sent and printed. Its policy
 * lets nothing but its own style apply.
 *
 * @throws {@link ConfigurationError} for a title or a zone that is none
 *
 * @example
 * ```ts
 * import { assessMaturity, maturityPage } from "nines";
 *
 * const html = await maturityPage(assessMaturity({ at: Date.UTC(2026, 2, 20) }), { title: "<b>Shop</b>" });
 * if (!html.startsWith("<!doctype html>") || html.includes("<b>Shop")) throw new Error("not escaped");
 * ```
 */
export async function maturityPage(report: MaturityReport, options: MaturityPageOptions = {}): Promise<string> {
  checkOptions(options, "maturityPage", ["history", "title", "zone"]);
  const { history, title = "Reliability maturity", zone = "UTC" } = options;
  checkWords(title, 200, (message) => {
    throw invalid("title", message);
  });
  const problem = zoneProblem(zone);
  if (problem !== undefined) throw invalid("zone", problem);
  const policy = `default-src 'none'; style-src '${await hashOf(PAGE_STYLE)}'; base-uri 'none'; form-action 'none'`;
  const parts = [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="robots" content="noindex">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeHtml(`${title}: level ${String(report.level)} of 4`)}</title>`,
    `<style>${PAGE_STYLE}</style>`,
    "</head>",
    "<body>",
    headHtml(report, title),
    "<main>",
    nextHtml(report),
    areasHtml(report.areas),
    history === undefined ? "" : historyHtml(history.records, zone),
    remarksHtml(report),
    criteriaHtml(report, zone),
    "</main>",
    `<footer><p>As of ${dateIn(zone, report.at)}, ${escapeHtml(zone)}. A level is reached when all that it and those below require is met, and four fifths of the weight. What nobody knows counts as not met.</p></footer>`,
    "</body>",
    "</html>",
  ];
  return `${parts.filter((part) => part !== "").join("\n")}\n`;
}

function historyHtml(records: readonly MaturityRecord[], zone: string): string {
  const words = `<p class="soft">${escapeHtml(historyWords(records, zone))}</p>`;
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined || first.at === last.at) return section("history", "History", [words]);
  const rows = records
    .slice(-MOST_LISTED)
    .reverse()
    .map(({ at, level, score }) => {
      const points = score === undefined ? "–" : String(score);
      return `<tr><th scope="row">${dateIn(zone, at)}</th><td class="figure">${String(level)}</td><td class="figure">${points}</td></tr>`;
    });
  const head = `<thead><tr><th scope="col">Day</th><th scope="col" class="figure">Level</th><th scope="col" class="figure">Score</th></tr></thead>`;
  return section("history", "History", [
    words,
    historySvg(records, zone),
    `<details><summary>As a table</summary><table>${head}<tbody>${rows.join("\n")}</tbody></table></details>`,
  ]);
}

async function hashOf(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}
