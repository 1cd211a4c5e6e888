/** Expressions for whichever SLO is chosen, where SLOs differ in what their rules record. */
import type { PlannedSlo } from "../../rules/plan.ts";
import type { LabelMatcher } from "../../rules/promql/expression.ts";
import { anyOf } from "../../rules/promql/write.ts";

/** The label that tells SLOs apart, and its value for each. */
export interface Membership {
  readonly label: string;
  readonly idOf: (plan: PlannedSlo) => string;
}

/**
 * One expression for all SLOs: `write` gives that of those which `pick` gives the same, with a matcher that finds them and no
 * others; those for which it gives undefined have none. What most have is asked for by "none of the others", so that SLOs to
 * come are among them. Undefined where nobody has any.
 */
export function byPlan<Key>(
  plans: readonly PlannedSlo[],
  { label, idOf }: Membership,
  pick: (plan: PlannedSlo) => Key | undefined,
  write: (key: Key, members: readonly LabelMatcher[]) => string,
): string | undefined {
  const groups = new Map<string, { readonly key: Key; readonly ids: string[] }>();
  for (const plan of plans) {
    const key = pick(plan);
    if (key === undefined) continue;
    const name = JSON.stringify(key);
    const group = groups.get(name) ?? { key, ids: [] };
    group.ids.push(idOf(plan));
    groups.set(name, group);
  }
  const [first, ...rest] = [...groups.values()].sort((one, other) => other.ids.length - one.ids.length);
  if (first === undefined) return undefined;
  const own = new Set(first.ids);
  const others = plans.map(idOf).filter((id) => !own.has(id));
  const most = others.length === 0 ? [] : [{ name: label, operator: "!~" as const, value: anyOf(others) }];
  const texts = [
    write(first.key, most),
    ...rest.map(({ key, ids }) => write(key, [{ name: label, operator: "=~", value: anyOf(ids) }])),
  ];
  return texts.join("\nor\n");
}
