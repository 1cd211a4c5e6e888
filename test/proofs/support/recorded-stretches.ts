/** What of a service's past a source reads where it asks for a look-back: worked out by hand. */
import { MILLISECONDS, parseDuration } from "../../../src/core/time/duration.ts";
import type { TimeRange } from "../../../src/core/time/window.ts";
import { generateRules } from "../../../src/rules/generate.ts";
import type { Slo } from "../../../src/slo/model.ts";
import type { PastService } from "./past-services.ts";

/** How often targets are scraped. */
export const EVERY_SECONDS = 30;
/** Prometheus spreads its groups: none is evaluated at a full minute. */
export const PHASE_SECONDS = 17;

/** What `increase()` makes of the scrapes within a stretch: what came between them, stretched to its edges. */
export function guessed(count: PastService["counted"], { start, end }: TimeRange): ReturnType<PastService["counted"]> {
  const everyMs = EVERY_SECONDS * 1_000;
  const [first, last] = [Math.ceil(start / everyMs) * everyMs, Math.floor(end / everyMs) * everyMs];
  const { good, total } = count({ start: first, end: last });
  const factor = (end - start) / (last - first);
  return { good: good * factor, total: total * factor };
}

/** Up to which length differences of samples are counted. */
export const LONGEST_EXACT_MS: Readonly<Record<string, number>> = {
  expressions: MILLISECONDS.d,
  rules: 15 * MILLISECONDS.m,
  auto: 15 * MILLISECONDS.m,
};
const PART_MS = 5 * MILLISECONDS.m;
/** Of more SLOs than this at once, windows are read as they are recorded. */
const FEW = 20;
/** Of few, this much is left for the edges. */
const LONGEST_INTERVAL_MS = 150_000;

/** When rules were evaluated last. */
function evaluatedBefore(ms: number): number {
  const phaseMs = PHASE_SECONDS * 1_000;
  return Math.floor((ms - phaseMs) / MILLISECONDS.m) * MILLISECONDS.m + phaseMs;
}

/**
 * Which stretch is read of a look-back that was recorded at the last evaluation before `at`. A sum is of the parts at full five minutes
 * within it, and each of these was recorded at the last evaluation before.
 */
export function recordedRange(windowMs: number, at: number, isSum: boolean): TimeRange {
  const end = evaluatedBefore(at);
  if (!isSum) return { start: end - windowMs, end };
  const [first, last] = [Math.ceil((end - windowMs) / PART_MS) * PART_MS, Math.floor(end / PART_MS) * PART_MS];
  return { start: evaluatedBefore(first) - PART_MS, end: evaluatedBefore(last) };
}

/** What is read of a piece of a window. */
export interface PieceRead {
  readonly range: TimeRange;
  /** `exact`: to the scrape; `guessed`: `increase()` guesses at its edges; `either`: by difference, if no counter began anew. */
  readonly counted: "exact" | "guessed" | "either";
  /** Up to when it is told to be counted. */
  readonly until: number;
}

/** What may have been counted in a piece; or something in between, where one counter began anew and others did not. */
export function countsOf(
  past: PastService,
  count: PastService["counted"],
  { range, counted }: PieceRead,
): readonly ReturnType<PastService["counted"]>[] {
  const lookedAt = { start: 2 * range.start - range.end, end: range.end };
  if (counted === "exact" || (counted === "either" && !past.restarted(lookedAt))) return [count(range)];
  return counted === "guessed" ? [guessed(count, range)] : [count(range), guessed(count, range)];
}

/** How a source reads. */
export interface ReadingWay {
  readonly at: number;
  readonly by: "rules" | "expressions" | "auto";
  /** How many SLOs it reads at once. */
  readonly slos: number;
  /** The look-backs that are recorded as sums. */
  readonly sums: ReadonlySet<string>;
}

/** Which stretch is read for a piece of an SLO's window at `at`: the whole window, or what exclusions leave of it. */
export function pieceRead({ id, window }: Slo, piece: TimeRange, { at, by, slos, sums }: ReadingWay): PieceRead {
  const lengthMs = piece.end - piece.start;
  const isLong = lengthMs > (LONGEST_EXACT_MS.expressions ?? 0);
  const asked: PieceRead = { range: piece, counted: isLong ? "guessed" : "either", until: piece.end };
  if (by === "expressions") return asked;
  const [isFew, isNow] = [slos <= FEW, piece.end === at];
  if (isNow && window.kind === "rolling" && window.durationMs === lengthMs) {
    const isSum = sums.has(lookBackKey(id, lengthMs));
    const range = recordedRange(lengthMs, at, isSum && !isFew);
    const until = isSum && !isFew ? Math.floor(evaluatedBefore(at) / PART_MS) * PART_MS : range.end;
    return { range, counted: isSum ? "exact" : "either", until };
  }
  const partsMs = Math.floor((lengthMs - (isFew ? LONGEST_INTERVAL_MS : 0)) / PART_MS) * PART_MS;
  // Where no part fits in, and of windows that are too short to have parts, the metrics are asked.
  const hasParts = window.kind === "calendar" || sums.has(lookBackKey(id, window.durationMs));
  if (!hasParts || partsMs <= 0) return asked;
  // Of many, what whole parts leave over now is left out; else it is asked of the metrics, where it is at an edge.
  const isLeftOut = isNow && !isFew;
  const until = evaluatedBefore(isLeftOut ? piece.start + partsMs : piece.end);
  const start = isLeftOut ? until - partsMs : Math.min(piece.start, until - partsMs);
  const end = isNow ? until : piece.end;
  return { range: { start, end }, counted: "exact", until: end };
}

/** The look-backs that rules record as sums of parts. */
export function summedLookBacks(slos: readonly Slo[]): ReadonlySet<string> {
  const rules = generateRules(slos, { calendarWindows: "rolling" }).groups.flatMap((group) => group.rules);
  return new Set(
    rules.flatMap((rule) => {
      const { slo = "", window = "" } = rule.labels ?? {};
      const isSum =
        "record" in rule && rule.record === "nines:slo_events:increase" && rule.expr.includes("sum_over_time(nines:");
      return isSum ? [lookBackKey(slo, parseDuration(window))] : [];
    }),
  );
}

/** The name of a look-back among {@link summedLookBacks}. */
export function lookBackKey(id: string, windowMs: number): string {
  return `${id} ${String(windowMs)}`;
}
