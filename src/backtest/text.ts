/** A backtest as a table of text, its candidates side by side. */
import { cut } from "../core/cut.ts";
import { durationText, limitText } from "../core/time/duration-text.ts";
import { percentText, plain } from "../core/figures.ts";
import { timeIn } from "../core/time/time-text.ts";
import type { SloBacktestReport, CandidateReport, TierReport } from "./model.ts";

/** So many candidates stand in one table; the others in the next. */
const MOST_COLUMNS = 4;
const LONGEST_NAME = 28;
const NOTHING = "-";

type Row = readonly [label: string, told: (candidate: CandidateReport) => string];

const ROWS: readonly Row[] = [
  ["Events", ({ total }) => plain(total, 1)],
  ["Good", ({ sliRatio }) => share(sliRatio)],
  ["Pages", ({ pages, pagingMs }) => times(pages, pagingMs)],
  ["Tickets", ({ tickets, ticketMs }) => times(tickets, ticketMs)],
  ["Budget gone at the first page", ({ consumedAtFirstPage }) => share(consumedAtFirstPage)],
  ["Least budget left", ({ leastRemaining }) => share(leastRemaining)],
  ["Budget left at the end", ({ lastRemaining }) => share(lastRemaining)],
  ["Time without budget", ({ judgedFrom, exhaustedMs }) => exhausted(judgedFrom, exhaustedMs)],
  ["Faults", ({ faults, missed }) => `${plain(faults.length, 0)}${missed === 0 ? "" : `, ${plain(missed, 0)} missed`}`],
];

/**
 * The report as text for people, in lines that end with a line feed: figures down, candidates across, four in a table. What is
 * not known is `-`.
 *
 * @example
 * ```ts
 * import { backtest, backtestText, backtestCandidate, parseSloDocument } from "nines";
 *
 * const [slo] = parseSloDocument({
 *   service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "1d" } } },
 * }).slos;
 * if (slo === undefined) throw new Error("no SLO");
 * const hours = { start: 0, stepMs: 60_000, good: new Array(1_440).fill(10), total: new Array(1_440).fill(10) };
 * const text = backtestText(backtest([backtestCandidate(slo)], hours));
 * if (!text.includes("99% over 1d") || !/^Pages +none$/m.test(text)) throw new Error(text);
 * ```
 */
export function backtestText({ range, stepMs, candidates }: SloBacktestReport): string {
  const [from, until] = [timeIn("UTC", range.start), timeIn("UTC", range.end)];
  const watched = Math.min(...candidates.map(({ coverage }) => coverage));
  const gaps = watched === 1 ? "" : `, ${percentText(watched)} of it watched`;
  const tables: string[] = [`${from} to ${until}, UTC, in steps of ${limitText(stepMs)}${gaps}`];
  for (let first = 0; first < candidates.length; first += MOST_COLUMNS) {
    tables.push(tableOf(candidates.slice(first, first + MOST_COLUMNS)));
  }
  const reasons = new Map<string, string[]>();
  for (const { name, suggestion } of candidates) {
    reasons.set(suggestion.reason, [...(reasons.get(suggestion.reason) ?? []), cut(name, LONGEST_NAME)]);
  }
  const supported = [...reasons].map(([reason, names]) => `${names.join(", ")}: ${reason}.`);
  return `${[...tables, supported.join("\n")].join("\n\n")}\n`;
}

function tableOf(candidates: readonly CandidateReport[]): string {
  const names = [...new Set(candidates.flatMap(({ tiers }) => tiers.map(({ tier }) => tier.name)))];
  const ofTier =
    (name: string, told: (report: TierReport) => string) =>
    ({ tiers }: CandidateReport): string => {
      const report = tiers.find(({ tier }) => tier.name === name);
      return report === undefined ? NOTHING : told(report);
    };
  const tierRows = names.flatMap((name): Row[] => [
    [name, ofTier(name, ({ episodes, firingMs, noisy }) => `${times(episodes, firingMs)}${noise(noisy)}`)],
    ["  detected after", ofTier(name, ({ medianDetectionMs }) => length(medianDetectionMs))],
    ["  reset after", ofTier(name, ({ medianResetMs }) => length(medianResetMs))],
  ]);
  const lines = [
    ["", ...candidates.map(({ name }) => cut(name, LONGEST_NAME))],
    ...[...ROWS, ...tierRows].map(([label, told]) => [label, ...candidates.map(told)]),
    ["Supported by the past", ...candidates.map(({ suggestion }) => suggestion.objective ?? "none")],
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column])))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => padded(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function times(count: number, lengthMs: number): string {
  return count === 0 ? "none" : `${plain(count, 0)}, for ${durationText(lengthMs)}`;
}

function exhausted(judgedFrom: number | undefined, exhaustedMs: number): string {
  if (judgedFrom === undefined) return NOTHING;
  return exhaustedMs === 0 ? "none" : durationText(exhaustedMs);
}

function noise(noisy: number): string {
  return noisy === 0 ? "" : ` (${plain(noisy, 0)} noise)`;
}

function share(ratio: number | undefined): string {
  return ratio === undefined ? NOTHING : percentText(ratio);
}

function length(durationMs: number | undefined): string {
  return durationMs === undefined ? NOTHING : durationText(durationMs);
}

/** In letters, not in code units. */
function widthOf(text = ""): number {
  return Array.from(text).length;
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}
