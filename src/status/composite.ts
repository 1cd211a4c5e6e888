/** SLOs made of others: checked, and judged. */
import { assessed, type BudgetMeasurements } from "../budget/assess.ts";
import type { SloTier } from "../budget/slo-tiers.ts";
import type { BudgetStatus } from "../budget/status.ts";
import { invalid, show, within } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkOptions } from "../core/options.ts";
import { checkWindow, type Window } from "../core/time/window.ts";
import type { Slo } from "../slo/model.ts";
import { nameProblem } from "../slo/texts.ts";

import { type ComposedCounts, composeCounts } from "./compose.ts";
import {
  COMPOSITE_KINDS,
  type CompositeMember,
  type CompositeSlo,
  type CompositeStatus,
  COMPOSITE_MISSING_MEMBERS,
  type SloStatus,
  type SloVerdict,
  type StatusReason,
} from "./model.ts";
import { gravest, gravity, judgeBudget } from "./verdict.ts";

/** A member with what was counted of it over the composite's window, and how it stands by itself. */
export interface MeasuredMember {
  readonly member: CompositeMember;
  readonly counted: BudgetMeasurements | undefined;
  readonly status: SloStatus;
}

/** As of when, over what and by which rules a composite is judged. */
export interface CompositeRules {
  readonly at: number;
  readonly window: Window;
  readonly tiers: readonly SloTier[];
  readonly minimumFailures: number;
  readonly warnBelowRatio: number;
}

const MOST_MEMBERS = 1_000;
const KEYS: readonly (keyof CompositeSlo)[] = [
  "id",
  "service",
  "name",
  "description",
  "of",
  "members",
  "missing",
  "objective",
  "window",
];

/** Checks composites that were made in code. @throws {@link ConfigurationError} naming the entry */
export function checkComposites(composites: readonly CompositeSlo[], slos: readonly Slo[]): readonly CompositeSlo[] {
  const list: unknown = composites;
  if (!Array.isArray(list)) throw invalid("composites", `${show(composites)} is no list of composites`);
  const ids = slos.map(({ id }) => id);
  const taken = new Set(ids);
  composites.forEach((composite, index) => {
    checkShape(composite, ["composites", index]);
    const problem = compositeProblem(composite, ids) ?? (taken.has(composite.id) ? takenBy(composite.id) : undefined);
    if (problem !== undefined) throw invalid(["composites", index], problem);
    within(["composites", index], () => {
      checkWindow(composite.window);
    });
    taken.add(composite.id);
  });
  return composites;
}

/** Why a composite cannot be; undefined if it can. */
export function compositeProblem(composite: CompositeSlo, ids: readonly string[]): string | undefined {
  const { id, service, name, of, members, missing, objective } = composite;
  const badName = nameProblem(service) ?? nameProblem(name);
  if (badName !== undefined) return badName;
  if (id !== `${service}/${name}`) return `${show(id)} is not its id, ${service}/${name}`;
  if (!COMPOSITE_KINDS.includes(of)) return `of: ${show(of)} is not possible${choices(of, COMPOSITE_KINDS)}`;
  if (!COMPOSITE_MISSING_MEMBERS.includes(missing)) {
    return `missing: ${show(missing)} is not possible${choices(missing, COMPOSITE_MISSING_MEMBERS)}`;
  }
  if (members.length === 0 || members.length > MOST_MEMBERS) {
    return `needs 1 to ${String(MOST_MEMBERS)} members`;
  }
  const unknown = members.find(({ slo }) => !ids.includes(slo));
  if (unknown !== undefined) return `there is no SLO ${show(unknown.slo)}${choices(unknown.slo, ids)}`;
  if (new Set(members.map(({ slo }) => slo)).size < members.length)
    return "has a member twice; give it a weight instead";
  if (members.some(({ weight }) => !(weight > 0 && weight <= 1e6))) return "a weight is above 0 and at most 1,000,000";
  if (of === "all" && objective !== undefined) return "of: all has no target: each member keeps its own";
  if (of !== "all" && objective?.budgetRatio === undefined) return `of: ${of} needs a target`;
  return undefined;
}

/** What no type has checked: made in JavaScript, or read from somewhere. */
function checkShape(composite: unknown, path: readonly (string | number)[]): void {
  checkOptions(composite, "a composite", KEYS, path);
  const { members } = composite as { readonly members?: unknown };
  if (!Array.isArray(members)) throw invalid([...path, "members"], `${show(members)} is no list of members`);
  members.forEach((member: unknown, index) => {
    checkOptions(member, "a member", ["slo", "weight"], [...path, "members", index]);
  });
}

/** How a composite stands. */
export function judgeComposite(
  composite: CompositeSlo,
  members: readonly MeasuredMember[],
  rules: CompositeRules,
): CompositeStatus {
  const { of, objective } = composite;
  if (of === "all" || objective === undefined) return judgeAll(composite, members, rules);
  const { at, window } = rules;
  const counts = members.map(({ member, counted }) => ({ member, measurements: counted }));
  const { measurements, failures, missing } = composeCounts({ of, missing: composite.missing }, counts);
  const base = { composite, at, window, missing, worst: undefined };
  const absent = missing.length === 0 ? [] : [missingReason(composite, missing)];
  if (measurements === undefined) return { ...base, budget: undefined, verdict: "unknown", reasons: absent };
  const subject = { id: composite.id, objective, window, minimumEvents: 1 };
  const budget = withFailures(assessed(subject, measurements, at), failures);
  const { verdict, reasons } = judgeBudget(budget, rules);
  return { ...base, budget, verdict, reasons: [...reasons, ...absent] };
}

/** Its burn rates with what did fail in them, which is what alerts ask a least number of. */
function withFailures(budget: BudgetStatus, failures: ComposedCounts["failures"]): BudgetStatus {
  const burnRates = budget.burnRates.map((rate) => {
    const { bad } = failures.find(({ windowMs }) => windowMs === rate.windowMs) ?? rate;
    return { ...rate, bad };
  });
  return { ...budget, burnRates };
}

/** As good as its worst member. */
function judgeAll(composite: CompositeSlo, members: readonly MeasuredMember[], rules: CompositeRules): CompositeStatus {
  const { missing: rule } = composite;
  const isMissing = ({ status }: MeasuredMember): boolean => status.budget.state === "no_data";
  const missing = members.filter(isMissing).map(({ member }) => member.slo);
  const judged = members.flatMap((one): { verdict: SloVerdict; one: MeasuredMember }[] => {
    if (!isMissing(one) || rule === "unknown") return [{ verdict: one.status.verdict, one }];
    return rule === "ignored" ? [] : [{ verdict: rule === "good" ? "healthy" : "critical", one }];
  });
  const verdict = gravest(judged.map((one) => one.verdict)) ?? "unknown";
  const byGravity = [...judged].sort(
    (a, b) => gravity(b.verdict) - gravity(a.verdict) || left(a.one.status) - left(b.one.status),
  );
  const absent = missing.length === 0 ? [] : [missingReason(composite, missing)];
  const because = byGravity.filter((one) => one.verdict === verdict).flatMap(({ one }) => one.status.reasons);
  return {
    composite,
    at: rules.at,
    window: rules.window,
    budget: undefined,
    verdict,
    reasons: because.length === 0 ? absent : [...because, ...absent],
    missing,
    worst: byGravity[0]?.one.member.slo,
  };
}

function left({ budget }: SloStatus): number {
  return budget.state === "measured" ? budget.remainingRatio : -Infinity;
}

function missingReason({ id, missing: rule }: CompositeSlo, missing: readonly string[]): StatusReason {
  const shown = missing.slice(0, 3).join(", ");
  const more = missing.length > 3 ? ` and ${String(missing.length - 3)} more` : "";
  const become =
    rule === "unknown" ? "which makes it unknown" : rule === "ignored" ? "left out" : `which counts as ${rule}`;
  return {
    code: "member_missing",
    message: `${id} has no data of ${shown}${more}, ${become}`,
  };
}

function takenBy(id: string): string {
  return `${show(id)} is the id of another SLO; give the composite its own name`;
}
