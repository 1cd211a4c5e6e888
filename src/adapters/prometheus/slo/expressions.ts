/** Asks the metrics themselves, where no rules are recorded: one query for all stretches of an SLO that end together. */
import { formatDuration, MILLISECONDS } from "../../../core/time/duration.ts";
import { type Measurement, NOTHING_MEASURED } from "../../../core/measurement.ts";
import type { TimeRange } from "../../../core/time/window.ts";
import type { CountWindow } from "../../../rules/indicator/model.ts";

import type { InstantSample } from "../result.ts";
import type { CountedSlo } from "./counted.ts";
import { samplingOf } from "./coverage.ts";
import { measurementOf } from "./judged.ts";
import { type Branch, branchIn, branchOf, inOneQuery, sumOf } from "./labelled.ts";
import type { AskInstant } from "./recorded.ts";

/** Beyond this `increase()` is as good as differences of samples, and asks for half as many. */
const LONGEST_EXACT_MS = MILLISECONDS.d;
/** Shorter stretches are the difference of two that begin this much earlier: they may have no sample of their own. */
const LEAD_MS = 5 * MILLISECONDS.m;

/** The counts of some stretches of one SLO, by their place in `ranges`. */
export async function askExpressions(
  counted: CountedSlo,
  ranges: readonly TimeRange[],
  ask: AskInstant,
): Promise<readonly Measurement[]> {
  const leadMs = Math.max(LEAD_MS, counted.traits.resolutionMs);
  // A calendar period at its first instant has no past yet.
  const pieces = ranges.map((range) => (lengthOf(range) > 0 ? piecesOf(range, leadMs) : []));
  const real = ranges.filter((range) => lengthOf(range) > 0);
  const instants = [...new Set(pieces.flat().map(({ end }) => end))];
  const answers = new Map(
    await Promise.all(
      instants.map(async (at) => {
        const endingHere = (some: readonly TimeRange[]): number[] =>
          distinctLengths(some.filter(({ end }) => end === at));
        const branches = [
          ...endingHere(pieces.flat()).flatMap((durationMs) => countBranches(counted, durationMs)),
          ...endingHere(real).map((durationMs) => watchBranch(counted, durationMs)),
        ];
        return [at, byBranch(await ask(inOneQuery(branches), at))] as const;
      }),
    ),
  );
  const value = (kind: string, at: number, durationMs: number): number | undefined =>
    sumOf(answers.get(at)?.get(branchOf(kind, String(durationMs))) ?? []);
  return ranges.map((range, index) => {
    const own = pieces[index] ?? [];
    if (own.length === 0) return NOTHING_MEASURED;
    const sum = (kind: string): number | undefined =>
      addUp(own.map((piece) => ({ sign: piece.sign, value: value(kind, piece.end, lengthOf(piece)) })));
    const steps = samplingOf(lengthOf(range)).steps(range.end);
    const { counted: side, missingPart } = counted.indicator;
    return measurementOf({
      total: sum("total"),
      part: sum("part"),
      counted: side,
      missingPart,
      watched: value("watched", range.end, lengthOf(range)) ?? 0,
      steps,
    });
  });
}

/** Counts `durationMs` before the instant of evaluation. */
export function countBranches({ indicator }: CountedSlo, durationMs: number): Branch[] {
  const place = String(durationMs);
  const window = windowOf(durationMs);
  return [
    { expression: indicator.total(window), kind: "total", place },
    { expression: indicator.part(window), kind: "part", place },
  ];
}

/** How far that was watched. */
export function watchBranch({ presence }: CountedSlo, durationMs: number): Branch {
  return { expression: samplingOf(durationMs).sum(presence), kind: "watched", place: String(durationMs) };
}

function windowOf(durationMs: number): CountWindow {
  return { text: formatDuration(durationMs), exact: durationMs <= LONGEST_EXACT_MS };
}

interface Piece extends TimeRange {
  readonly sign: 1 | -1;
}

function piecesOf({ start, end }: TimeRange, leadMs: number): readonly Piece[] {
  if (end - start >= leadMs) return [{ start, end, sign: 1 }];
  return [
    { start: start - leadMs, end, sign: 1 },
    { start: start - leadMs, end: start, sign: -1 },
  ];
}

function addUp(
  terms: ReadonlyArray<{ readonly sign: 1 | -1; readonly value: number | undefined }>,
): number | undefined {
  const [first] = terms;
  if (first?.value === undefined) return undefined;
  return terms.reduce((sum, { sign, value }) => sum + sign * (value ?? 0), 0);
}

function distinctLengths(pieces: readonly TimeRange[]): number[] {
  return [...new Set(pieces.map(lengthOf))];
}

function lengthOf({ start, end }: TimeRange): number {
  return end - start;
}

function byBranch(samples: readonly InstantSample[]): ReadonlyMap<string, readonly InstantSample[]> {
  const branches = new Map<string, InstantSample[]>();
  for (const sample of samples) {
    const branch = branchIn(sample.labels);
    const known = branches.get(branch);
    if (known === undefined) branches.set(branch, [sample]);
    else known.push(sample);
  }
  return branches;
}
