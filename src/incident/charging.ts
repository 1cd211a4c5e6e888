/** What incidents cost the error budget. */
import type { Violation } from "../budget/violations.ts";
import { invalid, show } from "../core/errors.ts";
import { checkGivenFields, checkMethods, checkOptions } from "../core/options.ts";

import type { Incident, IncidentSummary } from "./model.ts";
import { isSloAffecting } from "./questions.ts";
import { stretches } from "./stretches.ts";

/** What {@link violationsOf} needs. */
export type ChargeableIncident = Pick<IncidentSummary, "startedAt" | "resolvedAt" | "status" | "visits">;

/** How {@link violationsOf} charges. */
export interface ViolationsOptions {
  /** Share of the service that was affected, from 0 to 1; 1 unless told. */
  readonly impact?: number;
  /** Now, in epoch milliseconds: what is still on is charged until then. Unless told, it is not charged yet. */
  readonly at?: number;
}

const MS_PER_MINUTE = 60_000;

/**
 * An incident as violations for an {@link ErrorBudgetManager}: one for each stretch in which it was not resolved, the first
 * from its start. A budget counts each instant once, whatever overlaps, so that an incident may be charged again when it
 * has gone on, and two incidents at once cost as much as one.
 *
 * @example
 * ```ts
 * import { ErrorBudgetManager, IncidentManager, violationsOf } from "nines";
 *
 * const now = Date.now();
 * const incidents = new IncidentManager();
 * const startedAt = now - 600_000;
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV1", startedAt, by: "ann" });
 * const over = await incidents.resolve(id, { by: "ann" });
 *
 * const budget = new ErrorBudgetManager({ objective: "99.9%", window: "30d" });
 * budget.addViolations(violationsOf(over));
 * const status = budget.status();
 * if (status.state !== "measured" || status.consumedRatio < 10 / 43.2) throw new Error("10 of 43.2 minutes");
 * ```
 */
export function violationsOf(
  incident: ChargeableIncident,
  { impact = 1, at }: ViolationsOptions = {},
): readonly Violation[] {
  if (!(impact >= 0 && impact <= 1)) throw invalid("impact", `${show(impact)} is not a share from 0 to 1`);
  checkGivenFields(incident, "incident", ["startedAt", "status", "visits"]);
  const { startedAt, resolvedAt, visits, status } = incident;
  const found = stretches({ startedAt, resolvedAt, visits }, at ?? startedAt);
  if (found === undefined) throw invalid("visits", "the times of the incident contradict each other");
  const charged = at === undefined && status !== "resolved" ? found.slice(0, -1) : found;
  return charged
    .filter(({ start, end }) => end > start)
    .map(({ start, end }) => ({ timestamp: start, minutes: (end - start) / MS_PER_MINUTE, impact }));
}

/** What takes violations: an {@link ErrorBudgetManager}. */
export interface ChargedBudget {
  /** Adds violations, in any order. */
  addViolations(violations: Iterable<Violation>): void;
}

/** Whose budgets {@link chargeIncidents} charges, and how much. */
export interface ChargingOptions {
  /** The budgets that an incident is charged to, such as those of its services; they hold violations. */
  readonly budgets: (incident: Incident) => Iterable<ChargedBudget>;
  /** Share of the service that was affected, from 0 to 1; 1 unless told. */
  readonly impact?: (incident: Incident) => number;
}

/** What tells of resolved incidents: an {@link IncidentManager}. */
export interface ResolvedIncidents {
  /** Returns how to stop. */
  on(name: "resolved", listener: (told: { readonly incident: Incident }) => unknown): () => void;
}

/**
 * Charges each incident that counts against SLOs once it is resolved, and again, with what was added, when it was reopened
 * and is resolved anew. What was charged stays charged, whatever is corrected afterwards. Returns how to stop.
 */
export function chargeIncidents(incidents: ResolvedIncidents, options: ChargingOptions): () => void {
  checkMethods(incidents, "incidents", ["on"]);
  checkOptions(options, "chargeIncidents", ["budgets", "impact"]);
  checkMethods(options, "options", ["budgets"]);
  const { budgets, impact = () => 1 } = options;
  return incidents.on("resolved", ({ incident }) => {
    if (!isSloAffecting(incident)) return;
    const violations = violationsOf(incident, { impact: impact(incident) });
    for (const budget of budgets(incident)) budget.addViolations(violations);
  });
}
