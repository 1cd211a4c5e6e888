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
/** The parts that sums are made of, and that calendar periods are put together of. */
export const PART_MS: number = 5 * MILLISECONDS.m;

/**
 * Which stretch is read of a look-back that was recorded at the last evaluation before `at`. A sum is of the parts at full five minutes
 * within it, and each of these was recorded at the last evaluation before.
 */
export function recordedRange(windowMs: number, at: number, isSum: boolean): TimeRange {
  const phaseMs = PHASE_SECONDS * 1_000;
  const evaluatedBefore = (ms: number): number =>
    Math.floor((ms - phaseMs) / MILLISECONDS.m) * MILLISECONDS.m + phaseMs;
  const end = evaluatedBefore(at);
  if (!isSum) return { start: end - windowMs, end };
  const [first, last] = [Math.ceil((end - windowMs) / PART_MS) * PART_MS, Math.floor(end / PART_MS) * PART_MS];
  return { start: evaluatedBefore(first) - PART_MS, end: evaluatedBefore(last) };
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
