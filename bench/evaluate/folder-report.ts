/** What came of a folder, for people. */
import { formatDuration } from "../../src/core/time/duration.ts";
import type { Contestant } from "./contest.ts";
import type { Score, SeriesResult } from "./evaluate-series.ts";
import type { FolderOptions, FolderResult } from "./folder.ts";
import { digits, percent, shortened, tableOf } from "./table.ts";

const MARKS = { never: "", some: "~", all: "=" } as const;

/** The report as text. */
export function folderReport(result: FolderResult, options: FolderOptions): string {
  const { series, standings, notes, skipped } = result;
  const head = ["MASE of each series", ...shortened(series.map(({ name }) => name)), "median", "mean", "sMAPE", "OWA"];
  const rows = standings.map(({ name, medianMase, meanMase, meanSmape, owa }) => [
    name,
    ...series.map(({ scores }) => cellOf(scores[name])),
    ...[medianMase, meanMase].map((mase) => digits(mase)),
    digits(meanSmape, 2),
    digits(owa),
  ]);
  return [
    `${series.length} series, ${formatDuration(options.stepMs)} means, ${options.horizon} steps ahead, every ${options.every} steps`,
    ...series.map(lineOf),
    ...notes.map((note) => `note: ${note}`),
    ...skipped.map(({ name, reason }) => `left out: ${name}: ${reason}`),
    "",
    tableOf([head, ...rows]),
    "",
    ...legendOf(result),
    "",
    ...verdictsOf(result),
  ].join("\n");
}

/** The median of what was chosen beside that of the best single model. */
export function verdictOf({ chosen, best, holds }: FolderResult): string {
  return `median MASE: chosen ${digits(chosen)}, best single model (${best.name}) ${digits(best.medianMase)}: ${holds ? "at or under" : "above"}`;
}

function verdictsOf(result: FolderResult): string[] {
  const { series, worseThanNaive } = result;
  const meanOf = (pick: (intervals: SeriesResult["intervals"]) => number): number => {
    const known = series.map(({ intervals }) => pick(intervals)).filter((value) => !Number.isNaN(value));
    return known.length === 0 ? NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const which = worseThanNaive.length > 0 ? ` (${worseThanNaive.join(", ")})` : "";
  return [
    verdictOf(result),
    `worse than naive: ${worseThanNaive.length} of ${series.length} series${which}`,
    `intervals of the choice: of 95 % hold ${percent(meanOf((one) => one.coverage95))}, of 80 % hold ${percent(
      meanOf((one) => one.coverage80),
    )}, MSIS ${digits(meanOf((one) => one.msis))}`,
  ];
}

function lineOf({ name, steps, stepMs, seasons, origins, possibleOrigins }: SeriesResult): string {
  const thinned = origins < possibleOrigins ? `, of ${possibleOrigins} possible` : "";
  const looked = seasons.length > 0 ? `seasons of ${seasons.join(" and ")} looked for` : "no seasons looked for";
  return `  ${name}: ${steps.toLocaleString("en")} steps of ${formatDuration(stepMs)}, ${looked}, from ${origins} moments${thinned}`;
}

function cellOf({ mase, replaced }: Score): string {
  return `${digits(mase)}${MARKS[replaced] || " "}`;
}

function legendOf({ series, standings }: FolderResult): string[] {
  const has = (kind: Score["replaced"]): boolean =>
    series.some(({ scores }) => standings.some(({ name }: { name: Contestant }) => scores[name].replaced === kind));
  return [
    "MASE: mean absolute error in units of the mean difference from a season (the first looked for) before, where the model was",
    "trained; OWA: of mean sMAPE and mean MASE, in units of Naive2's (M4). naive2 is not one of the single models.",
    ...(has("all")
      ? ["=  the model is for seasons, shifts or outliers that the series has not: its plain counterpart's"]
      : []),
    ...(has("some") ? ["~  so at some of the moments"] : []),
  ];
}
