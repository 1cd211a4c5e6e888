/** Asks about many equal stretches in a row by range queries: a course, or a past that is replayed. */
import { formatDuration } from "../../../core/time/duration.ts";
import type { Measurement } from "../../../core/measurement.ts";
import type { TimeRange } from "../../../core/time/window.ts";
import type { LookBack } from "../../../rules/look-backs.ts";
import { selectorText } from "../../../rules/promql/write.ts";
import type { PrometheusRange } from "../range.ts";
import type { SampledSeries } from "../result.ts";

import type { CountedSlo } from "./counted.ts";
import { samplingOf } from "./coverage.ts";
import { countBranches, watchBranch } from "./expressions.ts";
import { measurementOf } from "./judged.ts";
import { type Branch, branchIn, branchOf, inOneQuery } from "./labelled.ts";

/** Asks one query over a range. */
export type AskRange = (query: string, range: PrometheusRange) => Promise<readonly SampledSeries[]>;

/** Equal stretches, each `stepMs` after the one before. */
export interface Steps {
  /** End of the first one. */
  readonly firstEnd: number;
  readonly stepMs: number;
  readonly count: number;
  /** Length of each. */
  readonly durationMs: number;
}

const FEWEST = 3;

/** The ranges as steps; undefined if they are no such row. */
export function stepsOf(ranges: readonly TimeRange[]): Steps | undefined {
  const [first, second] = ranges;
  if (ranges.length < FEWEST || first === undefined || second === undefined) return undefined;
  const durationMs = first.end - first.start;
  const stepMs = second.end - first.end;
  const isRow = ranges.every(
    ({ start, end }, index) => end === first.end + index * stepMs && end - start === durationMs,
  );
  return isRow && stepMs > 0 && durationMs > 0
    ? { firstEnd: first.end, stepMs, count: ranges.length, durationMs }
    : undefined;
}

/** The recorded part that the steps are whole numbers of; undefined if there is none. */
export function partFor({ parts }: CountedSlo, { stepMs, durationMs }: Steps): LookBack | undefined {
  return parts.find((part) => durationMs % part.durationMs === 0 && stepMs % part.durationMs === 0);
}

/** The counts of each step: of the metrics themselves, or of recorded parts if `part` is given. */
export async function askSteps(
  counted: CountedSlo,
  steps: Steps,
  { part, ask }: { readonly part: LookBack | undefined; readonly ask: AskRange },
): Promise<readonly Measurement[]> {
  const { firstEnd, stepMs, count, durationMs } = steps;
  // What is recorded is looked at with an offset, so that full steps of its subqueries meet the steps that are asked for.
  const shiftMs = part === undefined ? 0 : Math.ceil(firstEnd / part.durationMs) * part.durationMs - firstEnd;
  const branches =
    part === undefined
      ? [...countBranches(counted, durationMs), watchBranch(counted, durationMs)]
      : recordedBranches(counted, { part, durationMs, shiftMs });
  const range = { start: firstEnd + shiftMs, end: firstEnd + shiftMs + (count - 1) * stepMs, stepMs };
  const series = await ask(inOneQuery(branches), range);
  const values = new Map<string, Float64Array>();
  for (const { labels, points } of series) {
    const kind = branchIn(labels);
    const own = values.get(kind) ?? new Float64Array(count).fill(NaN);
    for (const { at, value } of points) {
      const index = Math.round((at - range.start) / stepMs);
      const before = own[index] as number;
      if (index >= 0 && index < count) own[index] = Number.isNaN(before) ? value : before + value;
    }
    values.set(kind, own);
  }
  const { counted: side, missingPart } = counted.indicator;
  const sampling = samplingOf(durationMs);
  return Array.from({ length: count }, (_, index) => {
    const at = (kind: string): number | undefined => {
      const value = values.get(part === undefined ? branchOf(kind, String(durationMs)) : kind)?.[index];
      return value === undefined || !Number.isFinite(value) ? undefined : value;
    };
    return measurementOf({
      total: at("total"),
      part: at("part"),
      ...(part === undefined ? { counted: side, missingPart } : { counted: "bad", missingPart: "mistake" }),
      watched: at("watched") ?? 0,
      steps: sampling.steps(range.start + index * stepMs),
    });
  });
}

function recordedBranches(
  { names }: CountedSlo,
  { part, durationMs, shiftMs }: { readonly part: LookBack; readonly durationMs: number; readonly shiftMs: number },
): Branch[] {
  const offset = shiftMs === 0 ? "" : ` offset ${formatDuration(shiftMs)}`;
  const range = `[${formatDuration(durationMs - 1)}:${formatDuration(part.durationMs)}]`;
  const sum = (selector: string): string => `sum_over_time((${selector}${offset})${range})`;
  const present = selectorText({
    metric: names.present.record,
    matchers: Object.entries(names.present.labels).map(([name, value]) => ({ name, operator: "=", value })),
  });
  return [
    { expression: sum(names.events(part.text).selector), kind: "total" },
    { expression: sum(names.errors(part.text).selector), kind: "part" },
    { expression: samplingOf(durationMs).sum(`(${present}${offset})`), kind: "watched" },
  ];
}
