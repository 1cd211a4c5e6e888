/** The four alerts that a service has had since long before SLOs, as a pack of rules. */
import { invalid, show } from "../core/errors.ts";
import { Objective, type ObjectiveInput } from "../core/objective.ts";
import { parseDuration } from "../core/time/duration.ts";
import { checkOptions } from "../core/options.ts";
import { labelNameProblem } from "../slo/label-name.ts";
import { nameProblem } from "../slo/texts.ts";
import type { BurnSeverity } from "../slo/alerting.ts";

import type { AlertingRule } from "./model.ts";
import { readPromql } from "./promql/read.ts";
import { matcherText, numberText } from "./promql/write.ts";
import { literal } from "./go-template.ts";
import { RuleSet } from "./rule-set.ts";

/** What each of the four can be told. */
export interface ClassicAlert {
  /** Above this it fires; see {@link ClassicOptions} for the unit of each. */
  readonly threshold?: number;
  /** How long it must hold before it fires, such as `5m`. */
  readonly for?: string;
  readonly severity?: BurnSeverity;
}

/** Thresholds of the pack, and where its metrics are. Each alert can be switched off by `false`. */
export interface ClassicOptions {
  /** Matchers of the service's metrics. `job="<service>"` unless told. */
  readonly target?: string;
  /** Counter of requests, with a label for the status code. `http_requests_total` unless told. */
  readonly requestsMetric?: string;
  /** Matcher of failed requests. `code=~"5.."` unless told. */
  readonly failed?: string;
  /** Histogram of durations in seconds, without `_bucket`. `http_request_duration_seconds` unless told. */
  readonly durationMetric?: string;
  /** For the burn rate. `99.9%` unless told. */
  readonly objective?: ObjectiveInput;
  /** `up == 0` for 1 minute: a page. Has no threshold. */
  readonly serviceDown?: false | Omit<ClassicAlert, "threshold">;
  /** The share of requests that failed in 5 minutes, above 0.05 for 5 minutes: a page. */
  readonly highErrorRate?: false | ClassicAlert;
  /** The 95th percentile of durations in seconds, above 0.5 for 15 minutes: a ticket. */
  readonly highLatency?: false | ClassicAlert;
  /** The burn rate over 1 hour, and over the last 5 minutes, above 14.4: a page. */
  readonly errorBudgetBurn?: false | ClassicAlert;
  readonly runbookUrl?: string;
  /** Labels of all four. */
  readonly labels?: Readonly<Record<string, string>>;
}

const ALERTS = {
  serviceDown: { for: "1m", severity: "page" },
  highErrorRate: { threshold: 0.05, for: "5m", severity: "page" },
  highLatency: { threshold: 0.5, for: "15m", severity: "ticket" },
  errorBudgetBurn: { threshold: 14.4, severity: "page" },
} as const;

const OPTIONS = [
  ..."target requestsMetric failed durationMetric objective runbookUrl labels".split(" "),
  ...Object.keys(ALERTS),
];

/**
 * ServiceDown, HighErrorRate, HighLatency and ErrorBudgetBurn of one service.
 *
 * @param service - its name, for the label `service`
 * @throws {@link ConfigurationError} naming the option and what is allowed
 *
 * @example
 * ```ts
 * import { classicRules } from "nines";
 *
 * const yaml = classicRules("shop", { highLatency: { threshold: 0.8 } }).toYaml();
 * if (!yaml.includes('up{job="shop"} == 0') || !yaml.includes("> 0.8")) throw new Error(yaml);
 * ```
 */
export function classicRules(service: string, options: ClassicOptions = {}): RuleSet {
  const problem = typeof service === "string" ? nameProblem(service) : `${show(service)} is not a name`;
  if (problem !== undefined) throw invalid("service", problem);
  checkOptions(options, "classicRules", OPTIONS);
  checkTexts(options);
  const alerts = [down(service, options), errors(service, options), latency(service, options), burn(service, options)];
  const rules = alerts.filter((alert) => alert !== undefined);
  for (const { alert, expr } of rules) {
    const read = readPromql(expr);
    if ("fault" in read)
      throw invalid("options", `do not make PromQL of ${alert}: ${read.fault.message} in ${show(expr)}`);
  }
  if (rules.length === 0) throw invalid("options", "switch all four alerts off; leave one of them");
  return new RuleSet([{ service, groups: [{ name: `nines ${service} classic`, rules }] }], []);
}

function checkTexts({ labels, ...options }: ClassicOptions): void {
  for (const name of ["target", "requestsMetric", "failed", "durationMetric", "runbookUrl"] as const) {
    const text = options[name];
    if (text !== undefined && typeof text !== "string") throw invalid(name, `${show(text)} is not text`);
    // Without matchers every service of this Prometheus would be counted, and every request would have failed.
    if (text?.trim() === "") throw invalid(name, "is blank; leave it out for what is usual");
  }
  for (const name of ["target", "failed"] as const) {
    const read = readPromql(`x{${options[name] ?? ""}}`);
    if ("fault" in read || read.expression.kind !== "selector") {
      throw invalid(name, `${show(options[name])} is no list of matchers; write one such as job="shop",code=~"5.."`);
    }
  }
  for (const [name, text] of Object.entries(labels ?? {})) {
    if (typeof text !== "string") throw invalid(["labels", name], `${show(text)} is not text`);
    const problem = labelNameProblem(name);
    if (problem !== undefined) throw invalid(["labels", name], problem);
    if (!["service", "severity", "alertname"].includes(name)) continue;
    throw invalid(["labels", name], "cannot be a label of these alerts; they have service, severity and alertname");
  }
}

function literals(labels: ClassicOptions["labels"]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels ?? {}).map(([name, text]) => [name, literal(text)]));
}

function down(service: string, options: ClassicOptions): AlertingRule | undefined {
  return made("ServiceDown", service, options, "serviceDown", () => ({
    expr: `up${braces(targetOf(service, options))} == 0`,
    summary: `${service} is down`,
    description: "Prometheus has not been able to scrape {{ $labels.instance }}.",
  }));
}

function errors(service: string, options: ClassicOptions): AlertingRule | undefined {
  return made("HighErrorRate", service, options, "highErrorRate", (threshold) => ({
    expr: `${errorRatio(service, options, "5m")} > ${numberText(threshold)}`,
    summary: `${service} fails often`,
    description: `{{ $value | humanizePercentage }} of its requests failed in the last 5 minutes.`,
  }));
}

function latency(service: string, options: ClassicOptions): AlertingRule | undefined {
  const { durationMetric = "http_request_duration_seconds" } = options;
  const series = `${durationMetric}_bucket${braces(targetOf(service, options))}`;
  return made("HighLatency", service, options, "highLatency", (threshold) => ({
    expr: `histogram_quantile(0.95, sum by (le) (rate(${series}[5m]))) > ${numberText(threshold)}`,
    summary: `${service} is slow`,
    description: `5% of its requests take longer than {{ $value | humanizeDuration }}.`,
  }));
}

function burn(service: string, options: ClassicOptions): AlertingRule | undefined {
  const objective = Objective.parse(options.objective ?? "99.9%").withBudget();
  return made("ErrorBudgetBurn", service, options, "errorBudgetBurn", (threshold) => {
    if (threshold * objective.budgetRatio >= 1) {
      const most = String(Number((1 / objective.budgetRatio).toPrecision(3)));
      const why = `a budget of ${objective.complement().percentText} cannot burn faster than ${most}`;
      throw invalid(["errorBudgetBurn", "threshold"], `${String(threshold)} is never passed: ${why}`);
    }
    const pace = (range: string): string =>
      `${errorRatio(service, options, range)} / ${objective.budgetText} > ${numberText(threshold)}`;
    return {
      expr: `${pace("1h")}\nand\n${pace("5m")}`,
      summary: `${service} burns its error budget {{ printf "%.1f" $value }} times too fast`,
      description: `Over the last hour, and still, more than ${String(threshold)} times as many requests fail as ${objective.percentText} allows.`,
    };
  });
}

function made(
  alert: string,
  service: string,
  options: ClassicOptions,
  option: keyof typeof ALERTS,
  write: (threshold: number) => { readonly expr: string; readonly summary: string; readonly description: string },
): AlertingRule | undefined {
  const given = options[option] ?? {};
  if (given === false) return undefined;
  const usual = ALERTS[option];
  checkOptions(given, option, [...("threshold" in usual ? ["threshold"] : []), "for", "severity"], [option]);
  const settings: ClassicAlert = { ...usual, ...given };
  const { threshold = 0, severity } = settings;
  if (option === "highErrorRate" && threshold >= 1) {
    throw invalid(
      [option, "threshold"],
      `${show(threshold)} is no share of requests; write one below 1, such as 0.05 for 5 %`,
    );
  }
  if (!Number.isFinite(threshold) || threshold < 0) {
    throw invalid([option, "threshold"], `${show(threshold)} is not a threshold; write a number from 0`);
  }
  if (severity !== "page" && severity !== "ticket") {
    throw invalid([option, "severity"], `${show(severity)} is not possible; allowed: page, ticket`);
  }
  if (settings.for !== undefined) parseDuration(settings.for, [option, "for"]);
  const { expr, summary, description } = write(threshold);
  return {
    alert,
    expr,
    ...(settings.for === undefined ? {} : { for: settings.for }),
    labels: { ...literals(options.labels), service, severity },
    annotations: {
      summary,
      description,
      ...(options.runbookUrl === undefined ? {} : { runbook_url: literal(options.runbookUrl) }),
    },
  };
}

/** Of requests in a range: 0 while nothing fails, and nothing while there are no requests. */
function errorRatio(service: string, options: ClassicOptions, range: string): string {
  const { requestsMetric = "http_requests_total", failed = 'code=~"5.."' } = options;
  const target = targetOf(service, options);
  const total = `sum(rate(${requestsMetric}${braces(target)}[${range}]))`;
  const bad = `sum(rate(${requestsMetric}${braces(target, failed)}[${range}]))`;
  return `(${bad} or 0 * ${total}) / (${total} > 0)`;
}

function targetOf(service: string, { target }: ClassicOptions): string {
  return target ?? matcherText({ name: "job", operator: "=", value: service });
}

/** None of them is blank: such texts are refused. */
function braces(...matchers: readonly string[]): string {
  return `{${matchers.join(",")}}`;
}
