/** Rules that alert: a budget that burns, and data that do not come. */
import { lengthText } from "../core/time/window-text.ts";
import type { BurnSeverity } from "../slo/alerting.ts";

import { burnAlertName, linkAnnotations, ownAnnotations, ownLabels, type Texts } from "./alert-own.ts";
import { burnTexts, noDataTexts } from "./alert-texts.ts";
import type { Series } from "./convention.ts";
import { templateOf } from "./go-template.ts";
import type { LabelMatcher, Selector } from "./promql/expression.ts";
import type { AlertingRule, RecordingRule } from "./model.ts";
import { presenceOf } from "./presence.ts";
import { labelList, numberText, selectorText } from "./promql/write.ts";
import { burnExpression, recorded, type RuleSubject } from "./sli-rules.ts";
import type { SloTier } from "../budget/slo-tiers.ts";

/** What is told of each alert beside its own words. */
export interface AlertSettings {
  readonly minimumFailures: number;
  readonly noData: false | BurnSeverity;
  readonly runbookUrl: string | undefined;
  readonly dashboardUrl: string | undefined;
  /** Labels of every alert. */
  readonly labels: Readonly<Record<string, string>>;
}

const NO_DATA_ALERT = "SloNoData";
const DAY_OF_PARTS = 280;

/** One rule for each tier. */
export function burnAlerts(subject: RuleSubject, tiers: readonly SloTier[], settings: AlertSettings): AlertingRule[] {
  const { slo, indicator, names } = subject;
  const name = burnAlertName(slo.alerting);
  const window = subject.lookBacks.window.text;
  return tiers.map((tier): AlertingRule => {
    const [long, short] = [lengthText(tier.longMs), lengthText(tier.shortMs)];
    const ignored = [...names.lookBackLabels, ...Object.keys(names.errorRatio(long).more ?? {})];
    const and = `\nand ignoring(${labelList(ignored)})\n`;
    const pace = (lookBack: string): string => `${burnExpression(subject, lookBack)} > ${numberText(tier.factor)}`;
    const least = (series: Series, count: number): string => `${series.selector} >= ${String(count)}`;
    const conditions = [
      `max without(${labelList(names.lookBackLabels)}) (${pace(long)})`,
      pace(short),
      // Counts over a look-back are extrapolated, and so can be a little below the whole number that they stand for.
      ...(indicator.unit === "events" ? [least(names.errors(long), settings.minimumFailures - 0.5)] : []),
      ...(indicator.unit === "events" && slo.minimumEvents > 1 ? [least(names.events(window), slo.minimumEvents)] : []),
    ];
    return {
      alert: name,
      expr: conditions.join(and),
      labels: {
        ...templates(settings.labels),
        ...names.alert(tier),
        // Last, since `severity` and `tier` may be the user's.
        ...templates(ownLabels(slo.alerting, tier.severity)),
      },
      annotations: {
        ...burnTexts(subject, tier),
        ...names.annotations(tier),
        ...templates(ownAnnotations(slo.alerting, tier.severity)),
        ...links(settings),
      },
    };
  });
}

/** Records whether there are data, and alerts where there are none: because nothing is up, or for another reason. */
export function noDataRules(
  subject: RuleSubject,
  settings: AlertSettings,
): { readonly recording: RecordingRule; readonly alerts: readonly AlertingRule[] } {
  const { slo, indicator, names } = subject;
  const { expression: found, sources } = presenceOf(indicator);
  const recording = recorded(names.present, `${found ?? "vector(1)"} or vector(0)`);
  const { noData: severity } = settings;
  if (severity === false || found === undefined) return { recording, alerts: [] };
  const present = names.present.selector;
  const targets = targetsOf(indicator.totalSelectors);
  const alert = (reason: "target_down" | "no_series" | "gone", expr: string): AlertingRule => ({
    alert: NO_DATA_ALERT,
    expr,
    for: "10m",
    labels: {
      ...templates(settings.labels),
      ...names.noData(severity),
      ...templates(ownLabels(slo.alerting, severity)),
      reason,
    },
    annotations: {
      ...templates(ownAnnotations(slo.alerting, severity)),
      // The user's own are about a budget that burns.
      ...noDataTexts(subject, reason, sources.join(" and ")),
      ...links(settings),
    },
  });
  if (targets === undefined) return { recording, alerts: [alert("gone", `${present} == 0`)] };
  const up = `count(${targets} == 1) > 0`;
  return {
    recording,
    alerts: [
      alert("target_down", `${present} == 0 unless on() ${up}`),
      // A service that was never asked for anything may have no series yet: it is given a day.
      alert(
        "no_series",
        `max_over_time(${present}[1d:5m]) == 0 and count_over_time(${present}[1d:5m]) >= ${String(DAY_OF_PARTS)} and on() ${up}`,
      ),
    ],
  };
}

/** `up` of the targets that have these series, where their selectors name the job. */
function targetsOf(selectors: readonly Selector[]): string | undefined {
  const [first] = selectors;
  const known = (first?.matchers ?? []).filter(({ name }) => name === "job" || name === "instance");
  const isSame = selectors.every((one) => known.every((matcher) => one.matchers.some((other) => same(matcher, other))));
  if (!isSame || !known.some(({ name, operator }) => name === "job" && operator === "=")) return undefined;
  return selectorText({ metric: "up", matchers: known });
}

function same(one: LabelMatcher, other: LabelMatcher): boolean {
  return one.name === other.name && one.operator === other.operator && one.value === other.value;
}

function templates(texts: Texts): Texts {
  const sorted = Object.entries(texts).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, text]) => [name, templateOf(text).text]));
}

/** The runbook before the dashboard. */
function links(settings: AlertSettings): Texts {
  const texts = Object.entries(linkAnnotations(settings));
  return Object.fromEntries(texts.map(([name, text]) => [name, templateOf(text).text]));
}
