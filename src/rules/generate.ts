/** From SLOs to the rules that a Prometheus runs. */
import { nominalMs } from "../budget/tiers.ts";
import { rollingWindow, windowText } from "../core/window.ts";
import type { Slo } from "../slo/model.ts";

import { type AlertSettings, burnAlerts, noDataRules } from "./alert-rules.ts";
import { seriesOf } from "./convention.ts";
import { literalTexts } from "./go-template.ts";
import { indicatorOf } from "./indicator/indicator.ts";
import { lengthText, lookBacksFor } from "./look-backs.ts";
import type { RuleGroup } from "./model.ts";
import { type RuleOptions, type RuleSettings, ruleSettings } from "./options.ts";
import { labelFaults } from "./reserved.ts";
import { type RuleRemark, RuleSet, type ServiceRules } from "./rule-set.ts";
import { budgetRules, type RuleSubject, shortRules } from "./sli-rules.ts";
import { openSlos, pathOf, type SloInput, type SloSource } from "./source.ts";
import { type RuleTier, tiersFor } from "./tiers.ts";

/** How often what remains of a budget is worked out: it changes slowly, and reads the whole window. */
const BUDGET_INTERVAL = "2m";

/** A rate needs two samples in its window, and a scrape may fail. */
const SCRAPES_IN_SHORTEST = 4;

/** An SLO with what its rules are written from. */
export interface PlannedSlo {
  readonly subject: RuleSubject;
  readonly tiers: readonly RuleTier[];
  readonly settings: AlertSettings;
  readonly remarks: readonly string[];
}

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

/** The SLOs by their ids, each ready to be written. @throws {@link ConfigurationError} with all faults at once */
export function planRules(source: SloSource, settings: RuleSettings): readonly PlannedSlo[] {
  const planned = source.slos.map((slo) => planSlo(slo, source, settings));
  source.faults.throwIfAny(source.document);
  return planned
    .filter((plan) => plan !== undefined)
    .sort(({ subject: one }, { subject: other }) => (one.slo.id < other.slo.id ? -1 : 1));
}

/** Undefined if there are faults, which are then among those of the source. */
function planSlo(written: Slo, { faults }: SloSource, settings: RuleSettings): PlannedSlo | undefined {
  const path = pathOf(written);
  const { scrapeIntervalMs, convention } = settings;
  const sliceMs = (written.kind === "throughput" ? written.sliceMs : written.slices?.lengthMs) ?? 0;
  const fewScrapesMs = SCRAPES_IN_SHORTEST * scrapeIntervalMs;
  const leastMs = Math.max(fewScrapesMs, sliceMs);
  const remarks: string[] = [];
  const slo = withRollingWindow(written, settings, remarks);
  if (slo === undefined) {
    const period = windowText(written.window);
    const message = `Prometheus cannot count over a calendar ${period}; write a rolling window, or have it taken for one by calendarWindows: "rolling"`;
    faults.add([...path, "measurement_window"], message);
    return undefined;
  }
  const windowMs = nominalMs(slo.window);
  if (windowMs < 2 * leastMs) {
    const least = `its rules need at least ${lengthText(2 * leastMs)}, eight scrapes or two slices`;
    faults.add(
      [...path, "measurement_window"],
      `a window of ${lengthText(windowMs)} is too short for Prometheus: ${least}`,
    );
    return undefined;
  }
  const alerting = slo.alerting ?? {};
  const plan = tiersFor({ windowMs, objective: slo.objective, alerting, leastMs });
  for (const fault of plan.faults) faults.add([...path, "alerting", ...fault.path], fault.message);
  const names = seriesOf(slo, convention);
  const labels = { names, ofAll: settings.labels };
  const indicator = indicatorOf(slo, { scrapeIntervalMs, target: settings.target(slo) ?? "" });
  if ("fault" in indicator) {
    const { part, offset, message } = indicator.fault;
    const field = slo.expression === undefined ? [] : part === "expression" ? ["sli"] : ["sli", part];
    faults.add([...path, ...field], message, { offset });
    for (const fault of labelFaults(slo, { ...labels, grouping: { kind: "none" } })) {
      faults.add([...path, ...fault.path], fault.message);
    }
    return undefined;
  }
  const { grouping } = indicator;
  for (const fault of labelFaults(slo, { ...labels, grouping })) faults.add([...path, ...fault.path], fault.message);
  if (slo.alerting !== undefined) remarks.push(...literalTexts(slo.alerting));
  if (sliceMs > 0 && sliceMs < fewScrapesMs) {
    const taken = `its slices of ${lengthText(sliceMs)} are taken for ${lengthText(fewScrapesMs)}`;
    remarks.push(`${taken}: a rate needs two samples, and a scrape may fail`);
  }
  const lookBacks = lookBacksFor(windowMs, plan.tiers, { others: names.alwaysMs, costly: indicator.costly, leastMs });
  const alert: AlertSettings = {
    minimumFailures: alerting.minimumFailures ?? settings.minimumFailures,
    noData: alerting.noData ?? settings.noData,
    runbookUrl: alerting.runbookUrl ?? settings.runbookUrl(slo),
    dashboardUrl: alerting.dashboardUrl ?? settings.dashboardUrl(slo),
    labels: settings.labels,
  };
  const subject = { slo, indicator, names, lookBacks };
  return {
    subject,
    tiers: plan.tiers,
    settings: alert,
    remarks: [...remarks, ...indicator.remarks, ...plan.remarks],
  };
}

function groupsOf({ subject, tiers, settings }: PlannedSlo, { interval }: RuleSettings): RuleGroup[] {
  const { id } = subject.slo;
  const noData = noDataRules(subject, settings);
  // A short window is judged as often as its alerts are, which may look at it.
  const isSum = subject.lookBacks.window.sumOf !== undefined;
  return [
    {
      name: `nines ${id}`,
      interval,
      rules: [...shortRules(subject), noData.recording, ...burnAlerts(subject, tiers, settings), ...noData.alerts],
    },
    { name: `nines ${id} budget`, interval: isSum ? BUDGET_INTERVAL : interval, rules: budgetRules(subject) },
  ];
}

/** Undefined if it cannot have one. */
function withRollingWindow(slo: Slo, { calendarWindows }: RuleSettings, remarks: string[]): Slo | undefined {
  if (slo.window.kind === "rolling") return slo;
  if (calendarWindows === "refuse") return undefined;
  const window = rollingWindow(nominalMs(slo.window));
  remarks.push(`its calendar ${windowText(slo.window)} is taken for the last ${lengthText(window.durationMs)}`);
  return { ...slo, window };
}
