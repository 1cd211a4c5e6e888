/** From SLOs to the rules that a Prometheus runs. */
import { burnAlerts, noDataRules } from "./alert-rules.ts";
import type { RuleGroup } from "./model.ts";
import { type RuleOptions, type RuleSettings, ruleSettings } from "./options.ts";
import { type PlannedSlo, planRules } from "./plan.ts";
import { type RuleRemark, RuleSet, type ServiceRules } from "./rule-set.ts";
import { budgetRules, shortRules } from "./sli-rules.ts";
import { openSlos, type SloInput } from "./source.ts";

/** How often what remains of a budget is worked out: it changes slowly, and reads the whole window. */
const BUDGET_INTERVAL = "2m";

/**
 * The recording rules and alerts of SLOs. `docs/rules.md` tells what is recorded, and why so.
 *
 * @param input - an SLO document (text, plain object, or read already), or SLOs
 * @throws {@link ConfigurationError} with everything that cannot be made rules of, each with its path and, for text, its
 *   line and column
 *
 * @example
 * ```ts
 * import { generateRules } from "nines";
 *
 * const rules = generateRules(`
 *   service_level_objectives:
 *     shop:
 *       availability:
 *         target: 99.9%
 *         measurement_window: 30d
 *         sli: sum(rate(http_requests_total{job="shop",code!~"5.."}[5m])) / sum(rate(http_requests_total{job="shop"}[5m]))
 * `);
 * const yaml = rules.toYaml();
 * if (!yaml.includes("vector(0.001)") || !yaml.includes("> 14.4")) throw new Error(yaml);
 * ```
 */
export function generateRules(input: SloInput, options: RuleOptions = {}): RuleSet {
  const settings = ruleSettings(options);
  const planned = planRules(openSlos(input, settings.file), settings);
  const byService = new Map<string, PlannedSlo[]>();
  for (const plan of planned) {
    const { service } = plan.subject.slo;
    byService.set(service, [...(byService.get(service) ?? []), plan]);
  }
  const services = [...byService]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([service, plans]): ServiceRules => ({ service, groups: plans.flatMap((plan) => groupsOf(plan, settings)) }));
  const remarks = planned.flatMap(({ subject, remarks: own }) =>
    own.map((message): RuleRemark => ({ slo: subject.slo.id, message })),
  );
  return new RuleSet(services, remarks, { slos: planned, scrapeIntervalMs: settings.scrapeIntervalMs });
}

function groupsOf({ subject, tiers, settings }: PlannedSlo, { interval }: RuleSettings): RuleGroup[] {
  const { id } = subject.slo;
  const noData = noDataRules(subject, settings);
  const rules = [...shortRules(subject), noData.recording, ...burnAlerts(subject, tiers, settings), ...noData.alerts];
  // A short window is judged as often as its alerts are, and before them.
  if (subject.lookBacks.window.sumOf === undefined) {
    return [{ name: `nines ${id}`, interval, rules: [...budgetRules(subject), ...rules] }];
  }
  return [
    {
      name: `nines ${id}`,
      interval,
      rules,
    },
    { name: `nines ${id} budget`, interval: BUDGET_INTERVAL, rules: budgetRules(subject) },
  ];
}
