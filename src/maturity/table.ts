/** A report as text, for a terminal. */
import { cut } from "../core/cut.ts";
import { visible } from "../core/escape.ts";
import { dateIn } from "../core/time/time-text.ts";

import type { CriterionStanding, MaturityReport } from "./model.ts";
import { knownText, nextText, scoreText, shareText, standingText, STATE_TEXTS, trendText } from "./texts.ts";

const LONGEST_TEXT = 160;

/**
 * A report as text: the level, levels and areas, what the next level lacks, each criterion with what was seen or said, and remarks.
 * Whatever is in names and notes, it is one line each.
 *
 * @param options.criteria - whether each criterion is told; true unless told
 *
 * @example
 * ```ts
 * import { assessMaturity, maturityTable } from "nines";
 *
 * const text = maturityTable(assessMaturity({ at: Date.UTC(2026, 2, 20) }), { criteria: false });
 * if (!text.startsWith("Level 0 of 4: manual, reactive\nScore 0 of 100, 0 % known")) throw new Error(text);
 * ```
 */
export function maturityTable(report: MaturityReport, options: { readonly criteria?: boolean } = {}): string {
  const { level, title, whole, levels, areas, next, criteria, remarks } = report;
  const trend = trendText(report);
  const lines = [
    `Level ${String(level)} of 4: ${title}`,
    `Score ${scoreText(whole)}, ${knownText(whole)}, as of ${dateIn("UTC", report.at)}${trend === undefined ? "" : `; ${trend}`}`,
    "",
    ...rows(
      ["LEVEL", "", "MET", "REQUIRED", ""],
      levels.map((one) => [
        String(one.level),
        one.title,
        one.metShare === undefined ? "-" : shareText(one.metShare),
        `${String(one.required.met)} of ${String(one.required.of)}`,
        standingText(one),
      ]),
    ),
    "",
    ...rows(
      ["AREA", "SCORE", "KNOWN"],
      areas.map((one) => [
        one.title,
        one.score === undefined ? "-" : String(one.score),
        one.known === undefined ? "-" : shareText(one.known),
      ]),
    ),
  ];
  if (next !== undefined) {
    lines.push("", nextText(report) ?? "");
    for (const one of next.missing) lines.push(...missingLines(one));
  }
  if (options.criteria !== false) {
    const cells = criteria.map((one) => [
      String(one.level),
      one.id,
      STATE_TEXTS[one.state],
      one.source === "none" ? "-" : one.source,
      one.text,
    ]);
    lines.push("", ...rows(["LEVEL", "CRITERION", "STATE", "SOURCE", ""], cells));
  }
  if (remarks.length > 0) lines.push("", "Remarks");
  for (const { criterion, message } of remarks) lines.push(`  ${criterion ?? ""}: ${oneLine(message)}`);
  return `${lines.join("\n")}\n`;
}

function missingLines({ id, required, state, effect, text, advice }: CriterionStanding): readonly string[] {
  const head = `${required ? "required" : "optional"}, ${STATE_TEXTS[state]}, +${String(effect.whole)}`;
  return [`  ${id} (${head}): ${oneLine(text)}`, `    ${oneLine(advice)}`];
}

/** A table; the last column is as long as it is. */
function rows(head: readonly string[], body: readonly (readonly string[])[]): readonly string[] {
  const cells = [head, ...body.map((row) => row.map(oneLine))];
  const widths = head.map((_, index) => Math.max(...cells.map((row) => columnsOf(row[index] ?? ""))));
  return cells.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + " ".repeat((widths[index] ?? 0) - columnsOf(cell)),
      )
      .join("  ")
      .trimEnd(),
  );
}

const WIDE = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\uff01-\uff60\p{Emoji_Presentation}\ufe0f]/u;

/** How many columns of a terminal it takes. */
function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return Array.from(new Intl.Segmenter("en").segment(text)).reduce(
    (sum, { segment }) => sum + (WIDE.test(segment) ? 2 : 1),
    0,
  );
}

function oneLine(text: string): string {
  return cut(visible(text.replace(/\s+/g, " ")), LONGEST_TEXT);
}
