/** Candidates made of an SLO: as it is, and with changes. */
import { USUAL_MINIMUM_FAILURES } from "../budget/alerting.ts";
import { tiersFor } from "../budget/slo-tiers.ts";
import { nominalMs } from "../budget/tiers.ts";
import { MILLISECONDS } from "../core/time/duration.ts";
import { ConfigurationError, invalid, show, within } from "../core/errors.ts";
import { Objective, type ObjectiveInput } from "../core/objective.ts";
import { checkOptions } from "../core/options.ts";
import { readWindow, type Window } from "../core/time/window.ts";
import { windowName } from "../core/time/window-text.ts";
import { indicatorOf } from "../rules/indicator/indicator.ts";
import type { TierSettings } from "../slo/alerting.ts";
import type { Slo } from "../slo/model.ts";
import { soundSlo } from "../slo/sound.ts";
import type { BacktestCandidate } from "./model.ts";

/** How a candidate differs from the SLO that it is made of. */
export interface CandidateChanges {
  /** Names it in the report; made of its objective and its window without it, such as `"99.9% over 30d"`. */
  readonly name?: string | undefined;
  readonly objective?: ObjectiveInput | undefined;
  /** A duration such as `"28d"`, or a window. */
  readonly window?: string | Window | undefined;
  /** Changes of its tiers by name, beside those that the SLO has in `alerting.tiers`; `false`: not that one. */
  readonly tiers?: Readonly<Record<string, false | TierSettings>> | undefined;
  readonly minimumFailures?: number | undefined;
  readonly minimumEvents?: number | undefined;
}

/** What candidates are made by. */
export interface CandidateSettings {
  /** No look-back is shorter, in milliseconds; long ones are at least twice as long. Two minutes (four scrapes of 30 s), as in rules, unless told. */
  readonly leastMs?: number | undefined;
  /** What the SLO counts, if its source has told: of time there is no least number of failures. As rules would take it unless told. */
  readonly unit?: "events" | "time" | undefined;
}

const CHANGES = ["name", "objective", "window", "tiers", "minimumFailures", "minimumEvents"] as const;
/** As `generateRules` has them. */
export const USUAL_LEAST_MS: number = 2 * MILLISECONDS.m;

/**
 * A candidate: the SLO with its tiers as `generateRules` gives them to it, and with `changes`. A calendar window has the tiers
 * of a usual period (30 days of a month).
 *
 * @throws {@link ConfigurationError} if a change cannot be, by its path
 *
 * @example
 * ```ts
 * import { backtestCandidate, parseSloDocument } from "nines";
 *
 * const [slo] = parseSloDocument({
 *   service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } },
 * }).slos;
 * if (slo === undefined) throw new Error("no SLO");
 * const stricter = backtestCandidate(slo, { objective: "99.95%", tiers: { ticket_fast: false } });
 * if (stricter.name !== "99.95% over 30d" || stricter.tiers.length !== 3) throw new Error(stricter.name);
 * ```
 */
export function backtestCandidate(
  given: Slo,
  changes: CandidateChanges = {},
  settings: CandidateSettings = {},
): BacktestCandidate {
  const slo = soundSlo(given, ["slo"]);
  checkOptions(changes, "candidate", CHANGES);
  checkOptions(settings, "candidate", ["leastMs", "unit"]);
  const { leastMs = USUAL_LEAST_MS, unit = unitOf(slo) } = settings;
  if (!(leastMs >= 0 && Number.isFinite(leastMs)))
    throw invalid("leastMs", `${show(leastMs)} is not a number of milliseconds`);
  const objective = Objective.parse(changes.objective ?? slo.objective).withBudget();
  const window = changes.window === undefined ? slo.window : readWindow(changes.window);
  const alerting = { ...slo.alerting, tiers: { ...slo.alerting?.tiers, ...changes.tiers } };
  const shortestMs = Math.max(leastMs, sliceMsOf(slo));
  const plan = tiersFor({ windowMs: nominalMs(window), objective, alerting, leastMs: shortestMs });
  if (plan.faults.length > 0) throw new ConfigurationError(plan.faults);
  const ofTime = unit === "time" ? 0 : undefined;
  return {
    name: changes.name ?? `${objective.percentText} over ${windowName(window)}`,
    subject: { id: slo.id, objective, window, minimumEvents: changes.minimumEvents ?? slo.minimumEvents },
    tiers: plan.tiers,
    minimumFailures: changes.minimumFailures ?? ofTime ?? slo.alerting?.minimumFailures ?? USUAL_MINIMUM_FAILURES,
  };
}

/** The SLO as it is, and with each of `variations`, to stand side by side. @throws {@link ConfigurationError} naming the variation */
export function candidatesOf(
  slo: Slo,
  variations: readonly CandidateChanges[] = [],
  settings: CandidateSettings = {},
): readonly BacktestCandidate[] {
  return [{}, ...checkVariations(variations)].map((changes, index) =>
    within(pathOf(index), () => backtestCandidate(slo, changes, settings)),
  );
}

/** Refuses what is no list of changes. */
export function checkVariations<T extends CandidateChanges>(variations: readonly T[]): readonly T[] {
  const list: unknown = variations;
  if (!Array.isArray(list)) throw invalid("variations", `${show(list)} is not a list of changes`);
  for (const [index, variation] of (list as unknown[]).entries()) {
    if (typeof variation === "object" && variation !== null) continue;
    throw invalid(pathOf(index + 1), `${show(variation)} is no object of changes`);
  }
  return variations;
}

/** Where the changes of a candidate are in what the user wrote; the first has none. */
export function pathOf(index: number): readonly (string | number)[] {
  return index === 0 ? [] : ["variations", index - 1];
}

/** Length of the slices of time that the SLO counts, in milliseconds; 0 if it counts none. */
export function sliceMsOf(slo: Slo): number {
  return (slo.kind === "throughput" ? slo.sliceMs : slo.slices?.lengthMs) ?? 0;
}

/** What rules of the SLO count. */
function unitOf(slo: Slo): "events" | "time" {
  if (sliceMsOf(slo) > 0) return "time";
  if (slo.expression === undefined) return "events";
  const indicator = indicatorOf(slo);
  return "fault" in indicator ? "events" : indicator.unit;
}
