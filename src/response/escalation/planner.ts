/** Begins escalations, in the same commit as what they follow from. */
import { invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import type { IncidentOccurrence, RecordedEvent } from "../../incident/events.ts";
import type { IncidentPlanner } from "../../incident/keeper.ts";
import type { IncidentState } from "../../incident/model.ts";

import { listField } from "../business-hours/fields.ts";
import type { EscalationPolicy } from "./policy.ts";
import { type EscalationRule, type EscalationSubject, ruleField, ruleFits } from "./rules.ts";
import { takeStep } from "./steps.ts";
import type { OnCallSchedule } from "../on-call/on-call.ts";

/** What an {@link EscalationPlanner} works with. */
export interface EscalationPlannerOptions {
  /** 1 to 1,000 policies. */
  readonly policies: readonly EscalationPolicy[];
  /** Those that the policies ask. */
  readonly schedules?: readonly OnCallSchedule[];
  /** Which policy is for which incidents: of the rules that fit the first. May be left out for one policy that is for all. */
  readonly rules?: readonly EscalationRule[];
}

const MOST_POLICIES = 1_000;
const MOST_SCHEDULES = 1_000;
const MOST_RULES = 10_000;
/** What clocks of workers may differ by, generously. */
const SKEW_MS = 60_000;

/**
 * Begins an escalation when an incident is declared or opened again, and another one when its severity changes to that of
 * another policy while nobody has acknowledged. Give it to the `IncidentManager`, and to the `EscalationWork` that goes on
 * with it.
 *
 * @example
 * ```ts
 * import { EscalationPlanner, EscalationPolicy, IncidentManager } from "nines";
 *
 * const policy = new EscalationPolicy({
 *   name: "critical",
 *   steps: [{ to: [{ channel: "pager", person: "ann" }], wait: "10m" }],
 * });
 * const planner = new EscalationPlanner({ policies: [policy] });
 * const incidents = new IncidentManager({ planner });
 * const incident = await incidents.createIncident({ title: "checkout fails", severity: "SEV1", by: "hook" });
 * if (incident.notifications[0]?.recipient !== "ann") throw new Error("nobody was told");
 * ```
 */
export class EscalationPlanner implements IncidentPlanner {
  readonly #policies: ReadonlyMap<string, EscalationPolicy>;
  readonly #schedules: ReadonlyMap<string, OnCallSchedule>;
  readonly #rules: readonly EscalationRule[];

  constructor(options: EscalationPlannerOptions) {
    checkOptions(options, "EscalationPlanner", ["policies", "schedules", "rules"]);
    this.#schedules = named("schedules", options.schedules ?? [], ["whoIsOnCall"], { fewest: 0, most: MOST_SCHEDULES });
    this.#policies = named("policies", options.policies, ["step", "nextOpening", "dueAfter"], { most: MOST_POLICIES });
    let index = 0;
    for (const { name, schedules } of this.#policies.values()) {
      const unknown = schedules.find((schedule) => !this.#schedules.has(schedule));
      if (unknown !== undefined) {
        throw invalid(["policies", index], `${show(name)} asks the schedule ${show(unknown)}, which is not given`);
      }
      index += 1;
    }
    this.#rules = rulesOf(options.rules, [...this.#policies.keys()]);
  }

  /** Names of all the channels that the policies tell. */
  get channels(): readonly string[] {
    return [...new Set([...this.#policies.values()].flatMap(({ channels = [] }) => channels))];
  }

  /** The policy that `incident` is under; undefined for none. */
  selectPolicy(incident: EscalationSubject): EscalationPolicy | undefined {
    const rule = this.#rules.find((candidate) => ruleFits(candidate, incident));
    return rule === undefined || rule.policy === null ? undefined : this.#policies.get(rule.policy);
  }

  follow(
    before: IncidentState | undefined,
    after: IncidentState,
    events: readonly RecordedEvent[],
  ): readonly IncidentOccurrence[] {
    if (!isWaiting(after)) return [];
    const begins = events.some(({ type }) => type === "created" || type === "reopened");
    if (!begins && !events.some(({ type }) => type === "severity_changed")) return [];
    const policy = this.selectPolicy(after);
    if (!begins && before !== undefined && policy?.name === this.#under(before)) return [];
    if (policy !== undefined) return this.#take(policy, after, { step: 0, round: 0, at: after.recordedAt });
    if (after.escalation === undefined) return [];
    return [{ type: "escalated", message: `the escalation ends: no policy is for ${after.severity}` }];
  }

  /**
   * Whether the step that `incident` waits for is due at `at` (epoch milliseconds); false if it waits for none. One that is
   * further off than any step of its policy has its time of a clock that was ahead, and has been set right: it is due.
   */
  isDue({ escalation }: Pick<IncidentState, "escalation">, at: number): boolean {
    if (escalation === undefined) return false;
    if (escalation.dueAt <= at) return true;
    const policy = this.#policies.get(escalation.policy);
    return policy !== undefined && escalation.dueAt > policy.dueAfter(at, policy.longestWaitMs) + SKEW_MS;
  }

  /**
   * What happens when the step that `incident` waits for is taken at `at` (epoch milliseconds); nothing if it waits for
   * none, or not until then. A policy that is not there any more ends the escalation.
   */
  goOn(incident: IncidentState, at: number): readonly IncidentOccurrence[] {
    const { escalation } = incident;
    if (escalation === undefined || !this.isDue(incident, at)) return [];
    const policy = this.#policies.get(escalation.policy);
    if (policy !== undefined) return this.#take(policy, incident, { ...escalation, at });
    const message = `the escalation ends: there is no policy ${show(escalation.policy)} any more`;
    return [{ type: "escalated", message }];
  }

  #take(
    policy: EscalationPolicy,
    incident: IncidentState,
    { step, round, at }: { readonly step: number; readonly round: number; readonly at: number },
  ): readonly IncidentOccurrence[] {
    return takeStep({ policy, schedules: this.#schedules, incident, at }, { step, round });
  }

  /** Name of the policy that escalates, or has escalated. */
  #under(state: IncidentState): string | undefined {
    return state.escalation?.policy ?? this.selectPolicy(state)?.name;
  }
}

/** Whether somebody is to acknowledge it. */
function isWaiting({ status, mergedInto, acknowledgedBy }: IncidentState): boolean {
  return status !== "resolved" && mergedInto === undefined && acknowledgedBy === undefined;
}

function named<Thing extends { readonly name: string }>(
  path: string,
  things: readonly Thing[],
  methods: readonly string[],
  { fewest = 1, most }: { readonly fewest?: number; readonly most: number },
): ReadonlyMap<string, Thing> {
  listField([path], things, { fewest, most, what: path });
  const byName = new Map<string, Thing>();
  things.forEach((thing, index) => {
    checkMethods(given(thing), `${path}[${String(index)}]`, methods);
    if (byName.has(thing.name)) throw invalid([path, index], `${show(thing.name)} is there twice; one can be`);
    byName.set(thing.name, thing);
  });
  return byName;
}

/** Null for what is missing, which has none of the methods that are asked for. */
function given(thing: unknown): unknown {
  return thing ?? null;
}

function rulesOf(rules: unknown, policies: readonly string[]): readonly EscalationRule[] {
  if (rules !== undefined) {
    const list = listField(["rules"], rules, { most: MOST_RULES, what: "rules" });
    return list.map((rule, index) => ruleField(["rules", index], rule, policies));
  }
  const [policy = null] = policies;
  if (policies.length === 1) return [{ policy }];
  throw invalid(
    "rules",
    `is missing; with ${String(policies.length)} policies it must tell which is for which incidents`,
  );
}
