import { describe, expect, it } from "vitest";

import { type ClassicOptions, classicRules } from "../../src/rules/classic.ts";
import type { AlertingRule } from "../../src/rules/model.ts";
import { checkRules, testRules } from "../proofs/support/rules-docs-promtool.ts";
import { describeWithService } from "../support/services.ts";

function alertsOf(options: ClassicOptions = {}): readonly AlertingRule[] {
  return classicRules("shop", options).groups.flatMap(({ rules }) => rules) as readonly AlertingRule[];
}

describe("the classic pack", () => {
  it("has four alerts, each with a summary and a severity", () => {
    const alerts = alertsOf({ runbookUrl: "https://runbooks.example/{{shop}}", labels: { team: "shop" } });
    expect(alerts.map(({ alert, for: held, labels }) => [alert, held, labels])).toEqual([
      ["ServiceDown", "1m", { team: "shop", service: "shop", severity: "page" }],
      ["HighErrorRate", "5m", { team: "shop", service: "shop", severity: "page" }],
      ["HighLatency", "15m", { team: "shop", service: "shop", severity: "ticket" }],
      ["ErrorBudgetBurn", undefined, { team: "shop", service: "shop", severity: "page" }],
    ]);
    for (const { annotations } of alerts) {
      expect(annotations).toMatchObject({ runbook_url: 'https://runbooks.example/{{ "{{" }}shop}}' });
      expect(annotations?.summary).toContain("shop");
    }
  });

  it("looks where it is told, and switches off what it is told", () => {
    const [burn] = alertsOf({
      target: 'app="shop",env="prod"',
      requestsMetric: "grpc_server_handled_total",
      failed: 'grpc_code!="OK"',
      objective: "99.95%",
      serviceDown: false,
      highErrorRate: false,
      highLatency: false,
      errorBudgetBurn: { threshold: 10, for: "2m", severity: "ticket" },
    });
    expect(burn).toMatchObject({ for: "2m", labels: { severity: "ticket" } });
    expect(burn?.expr).toContain('grpc_server_handled_total{app="shop",env="prod",grpc_code!="OK"}[1h]');
    expect(burn?.expr).toContain("/ 0.0005 > 10");
  });

  it.each<readonly [ClassicOptions | object, string]>([
    [
      { serviceDown: false, highErrorRate: false, highLatency: false, errorBudgetBurn: false },
      "switch all four alerts off",
    ],
    [{ target: "" }, "target: is blank; leave it out for what is usual"],
    [{ failed: " " }, "failed: is blank"],
    [{ highErrorRate: { threshold: 5 } }, "highErrorRate.threshold: 5 is no share of requests; write one below 1"],
    [
      { objective: "90%" },
      "errorBudgetBurn.threshold: 14.4 is never passed: a budget of 10% cannot burn faster than 10",
    ],
    [{ highLatency: { threshold: -1 } }, "highLatency.threshold: -1 is not a threshold; write a number from 0"],
    [{ highLatency: { threshold: "1" } }, 'highLatency.threshold: "1" is not a threshold'],
    [{ serviceDown: { threshold: 1 } }, "serviceDown.threshold: is no option of serviceDown; allowed: for, severity"],
    [{ highErrorRate: { for: "soon" } }, 'highErrorRate.for: "soon" is not a duration'],
    [
      { highErrorRate: { severity: "critical" } },
      'highErrorRate.severity: "critical" is not possible; allowed: page, ticket',
    ],
    [{ highLatency: true }, "highLatency takes an object of options, not true"],
    [{ objective: "100%" }, "objective: 100% leaves no error budget"],
    [{ latency: {} }, "latency: is no option of classicRules"],
    [{ failed: "code" }, "is no list of matchers"],
    [{ target: 'job="a"} or up{a="b"' }, "is no list of matchers"],
    [{ requestsMetric: "http.requests" }, "do not make PromQL of HighErrorRate"],
    [{ labels: { "my-team": "a" } }, "labels"],
    [{ labels: { service: "cart" } }, "labels"],
  ])("refuses %j: %s", (options, message) => {
    expect(() => classicRules("shop", options as ClassicOptions)).toThrow(message);
  });

  it.each([
    ["", "service: "],
    ["a b", 'service: "a b" is not a name'],
    [5 as unknown as string, "service: 5 is not a name"],
  ])("refuses the service %j", (service, message) => {
    expect(() => classicRules(service)).toThrow(message);
  });
});

const LABELS = 'job="shop",instance="web-1"';

/** Series at 30 s: 100 requests each, `failing` of them failed from `from` on. */
function requests(failing: number, minutes: number): string[] {
  const steps = String(minutes * 2);
  return [
    `{ series: 'http_requests_total{${LABELS},code="200"}', values: "0+${String(100 - failing)}x${steps}" }`,
    `{ series: 'http_requests_total{${LABELS},code="500"}', values: "0+${String(failing)}x${steps}" }`,
  ];
}

function durations(slow: number): string[] {
  const bucket = (le: string, count: number): string =>
    `{ series: 'http_request_duration_seconds_bucket{${LABELS},le="${le}"}', values: "0+${String(count)}x80" }`;
  return [bucket("0.25", 100 - slow), bucket("0.5", 100 - slow), bucket("1", 100), bucket("+Inf", 100)];
}

const up = (values: string): string[] => [`{ series: 'up{${LABELS}}', values: "${values}" }`];

interface Case {
  readonly alert: string;
  readonly when: string;
  readonly series: readonly string[];
  readonly at: string;
  /** Summary of the one alert; undefined where none fires. */
  readonly summary?: string;
  readonly description?: string;
}

const CASES: readonly Case[] = [
  { alert: "ServiceDown", when: "it was down for less than a minute", series: up("1 1 0x20"), at: "1m30s" },
  {
    alert: "ServiceDown",
    when: "it is down for a minute",
    series: up("1 1 0x20"),
    at: "2m",
    summary: "shop is down",
    description: "Prometheus has not been able to scrape web-1.",
  },
  { alert: "HighErrorRate", when: "5% fail", series: requests(5, 20), at: "19m" },
  { alert: "HighErrorRate", when: "6% fail for less than 5 minutes", series: requests(6, 20), at: "5m" },
  {
    alert: "HighErrorRate",
    when: "6% fail for 5 minutes",
    series: requests(6, 20),
    at: "6m",
    summary: "shop fails often",
    description: "6% of its requests failed in the last 5 minutes.",
  },
  { alert: "HighErrorRate", when: "nothing was asked for", series: [], at: "19m" },
  { alert: "HighLatency", when: "a twentieth is slow", series: durations(5), at: "30m" },
  { alert: "HighLatency", when: "a tenth is slow for less than 15 minutes", series: durations(10), at: "15m" },
  {
    alert: "HighLatency",
    when: "a tenth is slow for 15 minutes",
    series: durations(10),
    at: "16m",
    summary: "shop is slow",
    description: "5% of its requests take longer than 750ms.",
  },
  { alert: "ErrorBudgetBurn", when: "1.44% fail", series: requests(1.44, 20), at: "19m" },
  {
    alert: "ErrorBudgetBurn",
    when: "1.5% fail",
    series: requests(1.5, 20),
    at: "19m",
    summary: "shop burns its error budget 15.0 times too fast",
    description: "Over the last hour, and still, more than 14.4 times as many requests fail as 99.9% allows.",
  },
  {
    alert: "ErrorBudgetBurn",
    when: "many failed half an hour ago, and none since",
    series: [
      `{ series: 'http_requests_total{${LABELS},code="200"}', values: "0+100x100" }`,
      `{ series: 'http_requests_total{${LABELS},code="500"}', values: "0+50x20 1000x80" }`,
    ],
    at: "40m",
  },
];

describeWithService(["promtool"], "the classic pack before promtool", () => {
  it("is a rule file", async () => {
    expect(await checkRules(classicRules("shop").toYaml())).toEqual([]);
    expect(await checkRules(classicRules("shop", { highErrorRate: { threshold: 1e-7 } }).toYaml())).toEqual([]);
    expect(classicRules("shop", { highErrorRate: { threshold: 1e-7 } }).toYaml()).toContain("> 0.0000001");
  });

  it.each(CASES)("$alert: $when, at $at", async ({ alert, series, at, summary, description }) => {
    const severity = alert === "HighLatency" ? "ticket" : "page";
    const instance = alert === "ServiceDown" ? ", job: shop, instance: web-1" : "";
    const labels = `{ service: shop, severity: ${severity}${instance} }`;
    const annotations = `{ summary: ${JSON.stringify(summary)}, description: ${JSON.stringify(description)} }`;
    const expected = summary === undefined ? "" : `{ exp_labels: ${labels}, exp_annotations: ${annotations} }`;
    const complaints = await testRules({
      rules: classicRules("shop").toYaml(),
      evaluationInterval: "30s",
      tests: `
  - interval: 30s
    input_series: [${series.join(", ")}]
    alert_rule_test: [{ eval_time: ${at}, alertname: ${alert}, exp_alerts: [${expected}] }]`,
    });
    expect(complaints).toEqual([]);
  });
});
