/** Compares a new version with the old by the same SLIs, with stated error rates. */
import { fisherTail } from "./hypergeometric.ts";
import {
  CANARY_VERDICTS,
  type CanaryComparison,
  type CanaryFinding,
  type CanaryOptions,
  type CanaryReport,
  type CanaryVerdict,
} from "./model.ts";
import { neededEvents } from "./needed-events.ts";
import { type CanarySettings, type CheckedComparison, readComparisons, readSettings } from "./options.ts";
import { reasonOf } from "./reasons.ts";
import { isLarge, scoreInterval, scoreTail } from "./score.ts";
import { harshTable, kindTable } from "./tables.ts";
import { unconditionalTail } from "./unconditional.ts";

/**
 * Whether a new version may go on: `promote`, `hold`, `roll_back`, or `not_enough_data`.
 *
 * Two tests of each SLI. That the canary is worse is shown by Fisher's exact test. That it is not worse by the margin is shown
 * by an exact unconditional test, or where a thousand failures and more are to be expected of each version by the score test of
 * Farrington and Manning. A canary that is shown to be worse, but by less than the margin, is tolerated.
 *
 * The stated error rates hold for the roll-out as a whole. Each of `looks` has an equal share of both (Bonferroni), so that it
 * does not matter when one looks; a promotion or a roll-back ends the roll-out. Rolling back takes one SLI of several, so they
 * share the rate of false ones by Holm's procedure (1979); promoting takes all of them, so there each has the whole rate
 * (Berger 1982). Events are taken to be independent: retries and outages that both versions share make the rates worse than
 * stated.
 *
 * Versions are compared with each other, and with no objective: two that fail alike are promoted, however often they fail.
 *
 * @throws {@link ConfigurationError} if counts are none, no margin can be told, or an option cannot be used
 *
 * @example
 * ```ts
 * import { compareCanary } from "nines";
 *
 * const report = compareCanary(
 *   { name: "api/availability", baseline: { good: 99_950, total: 100_000 }, canary: { good: 9_940, total: 10_000 } },
 *   { margin: 0.001, looks: 6 },
 * );
 * if (report.verdict !== "roll_back") throw new Error(report.reasons.join());
 * ```
 */
export function compareCanary(
  comparisons: CanaryComparison | readonly CanaryComparison[],
  options: CanaryOptions = {},
): CanaryReport {
  const settings = readSettings(options);
  const list = Array.isArray(comparisons)
    ? (comparisons as readonly CanaryComparison[])
    : [comparisons as CanaryComparison];
  const checked = readComparisons(list, settings);
  const measured = checked.map((comparison) => measure(comparison, settings, checked.length));
  const worse = shownWorse(measured, settings);
  const findings = measured.map((one): CanaryFinding => {
    const { baseline, canary, margin, name, ...figures } = one;
    const verdict = verdictOf(one, worse.has(name), settings);
    const reason = reasonOf({
      ...figures,
      name,
      margin,
      verdict,
      baseline,
      canary,
      minimumEvents: settings.minimumEvents,
    });
    return { ...figures, name, margin, verdict, reason };
  });
  const verdict = CANARY_VERDICTS.findLast((one) =>
    findings.some((finding) => finding.verdict === one),
  ) as CanaryVerdict;
  return {
    verdict,
    reasons: findings.filter((finding) => finding.verdict === verdict).map(({ reason }) => reason),
    findings,
    errorRates: { falseRollBack: settings.falseRollBack, falsePromote: settings.falsePromote },
  };
}

type Measured = CheckedComparison & Omit<CanaryFinding, "verdict" | "reason">;

function measure(comparison: CheckedComparison, settings: CanarySettings, slis: number): Measured {
  const { baseline, canary, margin } = comparison;
  const ratioOf = ({ good, total }: { good: number; total: number }): number | undefined =>
    total === 0 ? undefined : (total - good) / total;
  const [baselineErrorRatio, canaryErrorRatio] = [ratioOf(baseline), ratioOf(canary)];
  const known = { ...comparison, baselineErrorRatio, canaryErrorRatio };
  if (baselineErrorRatio === undefined || canaryErrorRatio === undefined || baseline.total < 1 || canary.total < 1) {
    const unknown = { interval: undefined, pWorse: undefined, pNotWorse: undefined, method: undefined };
    return { ...known, ...unknown, difference: undefined, neededEvents: undefined };
  }
  const harsh = harshTable(baseline, canary);
  const large = isLarge(harsh, margin);
  const levels = {
    worse: settings.falseRollBack / settings.looks / slis,
    notWorse: settings.falsePromote / settings.looks,
  };
  const asCounted = {
    baseline: { bad: baseline.total - baseline.good, total: baseline.total },
    canary: { bad: canary.total - canary.good, total: canary.total },
  };
  return {
    ...known,
    difference: canaryErrorRatio - baselineErrorRatio,
    interval: scoreInterval(asCounted, levels.worse, levels.notWorse),
    pWorse: fisherTail(kindTable(baseline, canary)),
    pNotWorse: large ? scoreTail(harsh, margin) : unconditionalTail(harsh, margin),
    method: large ? "approximate" : "exact",
    neededEvents: neededEvents({
      // No failures among few events are not taken for a ratio of 0 (Jeffreys).
      ratio: (asCounted.baseline.bad + 0.5) / (baseline.total + 1),
      margin,
      perEvent: baseline.total / canary.total,
      levels,
      power: { worse: 1 - settings.falsePromote, notWorse: 1 - settings.falseRollBack },
    }),
  };
}

/**
 * Names of the SLIs that are shown to be worse, by Holm's procedure: the least chance has to be within a share of the rate, the
 * next within a larger one.
 */
function shownWorse(measured: readonly Measured[], { falseRollBack, looks }: CanarySettings): ReadonlySet<string> {
  const ordered = [...measured].sort((a, b) => (a.pWorse ?? 1) - (b.pWorse ?? 1));
  const kept = ordered.findIndex(({ pWorse = 1 }, place) => pWorse > falseRollBack / looks / (ordered.length - place));
  return new Set((kept < 0 ? ordered : ordered.slice(0, kept)).map(({ name }) => name));
}

function verdictOf(
  one: Measured,
  isWorse: boolean,
  { falsePromote, looks, minimumEvents }: CanarySettings,
): CanaryVerdict {
  const { pNotWorse, neededEvents: needed, canary, baseline } = one;
  const few = canary.total < minimumEvents || baseline.total < minimumEvents;
  if (pNotWorse === undefined || needed === undefined || few) return "not_enough_data";
  if (pNotWorse <= falsePromote / looks) return "promote";
  if (isWorse) return "roll_back";
  return canary.total >= needed ? "hold" : "not_enough_data";
}
