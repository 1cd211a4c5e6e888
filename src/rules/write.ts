/** Rules as the YAML that Prometheus loads. */
import { writeYaml } from "../core/yaml.ts";

import type { Rule, RuleGroup } from "./model.ts";

/** A rule file. Keys are in the order that people read them in. */
export function rulesText(groups: readonly RuleGroup[]): string {
  return writeYaml({ groups: groups.map(plainGroup) });
}

/** A group as plain data, labels in the order of their names. */
export function plainGroup({ name, interval, rules }: RuleGroup): object {
  return { name, ...(interval === undefined ? {} : { interval }), rules: rules.map(plainRule) };
}

function plainRule(rule: Rule): object {
  const labels = sorted(rule.labels);
  if ("record" in rule) return { record: rule.record, expr: rule.expr, ...labels };
  const { alert, expr, annotations } = rule;
  return {
    alert,
    expr,
    ...(rule.for === undefined ? {} : { for: rule.for }),
    ...labels,
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function sorted(labels: Rule["labels"]): object {
  if (labels === undefined) return {};
  return { labels: Object.fromEntries(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))) };
}
