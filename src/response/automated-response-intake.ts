/** Puts alerts where they belong: one incident for each cause, through merges, reopenings and other processes. */
import type { Clock } from "../core/time/clock.ts";
import { ConflictError } from "../core/errors.ts";
import type { IncidentManager } from "../incident/manager.ts";
import type { Incident } from "../incident/model.ts";
import type { CallOptions } from "../ports/store.ts";

import { type AlertAction, type CorrelationPlan, planFor } from "./correlation/correlation.ts";
import type { AlertBatch } from "./correlation/key.ts";
import type { CorrelationRules } from "./correlation/rules.ts";
import { asksForRunbook } from "./runbook-requests.ts";

/** What became of one cause. */
export interface IncidentOutcome {
  /** Its incident, such as `INC-0001`. */
  readonly id: string;
  readonly action: AlertAction;
}

/** The same, and whether it asks for a runbook to be run. */
export interface IntakeOutcome extends IncidentOutcome {
  readonly asks: boolean;
}

/** What became of a message. All of it is stored. */
export interface ReceivedOutcome {
  /** One for each cause in the message, in their order. */
  readonly incidents: readonly IncidentOutcome[];
  /** How many alerts the message had. */
  readonly alerts: number;
}

/** What the alerts need to be put where they belong. */
export interface IntakeOptions {
  readonly incidents: IncidentManager;
  readonly rules: CorrelationRules;
  readonly clock: Clock;
}

/** What is still to be done after an attempt. */
type Rest = { readonly read: string } | { readonly add: string } | { readonly again: true } | undefined;

/** An attempt reads one incident more, or finds that somebody else was first. */
const MOST_ATTEMPTS = 300;
const MOST_MERGES = 50;

/** Takes one batch after the other; each is planned on what the store holds at that moment. */
export class AlertIntake {
  readonly #incidents: IncidentManager;
  readonly #rules: CorrelationRules;
  readonly #clock: Clock;

  constructor({ incidents, rules, clock }: IntakeOptions) {
    this.#incidents = incidents;
    this.#rules = rules;
    this.#clock = clock;
  }

  /** Resolves once all of the batch is stored; undefined if there was nothing to store. */
  async take(batch: AlertBatch, call: CallOptions): Promise<IntakeOutcome | undefined> {
    const command = { by: this.#rules.by, ...call };
    const known = new Map<string, Incident>();
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      let rest: Rest;
      let plan: CorrelationPlan | undefined;
      let target: Incident | undefined;
      const path: Incident[] = [];
      const correlated = await this.#incidents.correlate(batch.key, command, (holder) => {
        [plan, rest, target] = [undefined, undefined, undefined];
        path.length = 0;
        const end = this.#follow(holder, path, known);
        if (typeof end === "string") {
          rest = { read: end };
          return { events: [] };
        }
        target = end;
        plan = planFor(batch, end, { path, known }, this.#rules, this.#clock.now());
        if (plan.kind === "declare") return plan;
        if (plan.kind === "ask") rest = { read: plan.id };
        else if (end === holder) return plan;
        else if (end !== undefined && plan.events.length > 0) rest = { add: end.id };
        return { events: [] };
      });
      if (rest !== undefined && "add" in rest) {
        const added = await this.#add(rest.add, batch, { path, known }, call);
        if (added !== undefined) return added;
        rest = { again: true };
        known.clear();
      }
      if (rest !== undefined && "read" in rest) known.set(rest.read, await this.#incidents.get(rest.read, call));
      if (rest === undefined) return outcomeOf(plan, target ?? correlated, correlated);
    }
    throw new ConflictError("the incident of a group of alerts was merged or changed faster than it could be followed");
  }

  /** The incident at the end of the merges; the id of one that must be read to tell. */
  #follow(
    holder: Incident | undefined,
    path: Incident[],
    known: ReadonlyMap<string, Incident>,
  ): Incident | string | undefined {
    let end = holder;
    while (end?.mergedInto !== undefined && path.length < MOST_MERGES) {
      const next = end.mergedInto;
      path.push(end);
      // Two that were merged into each other and reopened in between: the alerts stay where they came in.
      if (path.some(({ id }) => id === next)) return path[0];
      const found = known.get(next);
      if (found === undefined) return next;
      end = found;
    }
    return end;
  }

  /** Adds to an incident that another one was merged into; undefined if that is not possible any more. */
  async #add(
    id: string,
    batch: AlertBatch,
    context: Parameters<typeof planFor>[2],
    call: CallOptions,
  ): Promise<IntakeOutcome | undefined> {
    let plan: CorrelationPlan | undefined;
    await this.#incidents.apply(id, { by: this.#rules.by, ...call }, (incident) => {
      plan =
        incident.mergedInto === undefined
          ? planFor(batch, incident, context, this.#rules, this.#clock.now())
          : undefined;
      return plan?.kind === "add" ? plan.events : [];
    });
    return plan?.kind === "add" ? { id, action: plan.action, asks: asksForRunbook(plan.events) } : undefined;
  }
}

function outcomeOf(
  plan: CorrelationPlan | undefined,
  target: Incident | undefined,
  correlated: Incident | undefined,
): IntakeOutcome | undefined {
  if (plan?.kind === "declare" && correlated !== undefined) {
    return { id: correlated.id, action: "opened", asks: asksForRunbook(plan.events) };
  }
  if (plan?.kind !== "add" || target === undefined) return undefined;
  return { id: target.id, action: plan.action, asks: asksForRunbook(plan.events) };
}
