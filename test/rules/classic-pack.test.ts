import { describe, expect, it } from "vitest";

import { type ClassicOptions, classicRules } from "../../src/rules/classic.ts";
import { refused } from "./refused.ts";

const ruleOf = (options: object): unknown => classicRules("shop", options).groups.flatMap(({ rules }) => rules);
const only = (name: string, settings: object = {}, more: object = {}): unknown =>
  ruleOf({
    serviceDown: false,
    highErrorRate: false,
    highLatency: false,
    errorBudgetBurn: false,
    [name]: settings,
    ...more,
  });

const failed = (range: string, target = 'job="shop"', metric = "http_requests_total", code = 'code=~"5.."'): string => {
  const total = `sum(rate(${metric}{${target}}[${range}]))`;
  return `(sum(rate(${metric}{${target},${code}}[${range}])) or 0 * ${total}) / (${total} > 0)`;
};

describe("each alert of the classic pack as a whole", () => {
  it("is in one group of the service, in its order", () => {
    const rules = classicRules("shop");
    expect(
      rules.groups.map(({ name, interval, rules: of }) => [
        name,
        interval,
        of.map((rule) => "alert" in rule && rule.alert),
      ]),
    ).toEqual([["nines shop classic", undefined, ["ServiceDown", "HighErrorRate", "HighLatency", "ErrorBudgetBurn"]]]);
    expect(rules.remarks).toEqual([]);
  });

  it("is ServiceDown", () => {
    expect(only("serviceDown")).toEqual([
      {
        alert: "ServiceDown",
        expr: 'up{job="shop"} == 0',
        for: "1m",
        labels: { service: "shop", severity: "page" },
        annotations: {
          summary: "shop is down",
          description: "Prometheus has not been able to scrape {{ $labels.instance }}.",
        },
      },
    ]);
    expect(only("serviceDown", { for: "5m", severity: "ticket" })).toMatchObject([
      { for: "5m", labels: { severity: "ticket" } },
    ]);
  });

  it("is HighErrorRate", () => {
    expect(only("highErrorRate")).toEqual([
      {
        alert: "HighErrorRate",
        expr: `${failed("5m")} > 0.05`,
        for: "5m",
        labels: { service: "shop", severity: "page" },
        annotations: {
          summary: "shop fails often",
          description: "{{ $value | humanizePercentage }} of its requests failed in the last 5 minutes.",
        },
      },
    ]);
    const told = { target: 'a="b"', requestsMetric: "m", failed: 'c="d"' };
    expect(only("highErrorRate", { threshold: 0 }, told)).toMatchObject([
      { expr: `${failed("5m", 'a="b"', "m", 'c="d"')} > 0` },
    ]);
  });

  it("is HighLatency", () => {
    expect(only("highLatency")).toEqual([
      {
        alert: "HighLatency",
        expr: 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="shop"}[5m]))) > 0.5',
        for: "15m",
        labels: { service: "shop", severity: "ticket" },
        annotations: {
          summary: "shop is slow",
          description: "5% of its requests take longer than {{ $value | humanizeDuration }}.",
        },
      },
    ]);
    expect(only("highLatency", { threshold: 2 }, { durationMetric: "d", target: 'a="b"' })).toMatchObject([
      { expr: 'histogram_quantile(0.95, sum by (le) (rate(d_bucket{a="b"}[5m]))) > 2' },
    ]);
  });

  it("is ErrorBudgetBurn, which fires at once", () => {
    expect(only("errorBudgetBurn")).toEqual([
      {
        alert: "ErrorBudgetBurn",
        expr: `${failed("1h")} / 0.001 > 14.4\nand\n${failed("5m")} / 0.001 > 14.4`,
        labels: { service: "shop", severity: "page" },
        annotations: {
          summary: 'shop burns its error budget {{ printf "%.1f" $value }} times too fast',
          description: "Over the last hour, and still, more than 14.4 times as many requests fail as 99.9% allows.",
        },
      },
    ]);
  });

  it("has the labels and the runbook that are told, whose braces are none of a template", () => {
    const told = { labels: { team: "{{a}}", area: "b" }, runbookUrl: "https://r.example/{{x}}" };
    expect(only("serviceDown", {}, told)).toMatchObject([
      {
        labels: { team: '{{ "{{" }}a}}', area: "b", service: "shop", severity: "page" },
        annotations: { runbook_url: 'https://r.example/{{ "{{" }}x}}' },
      },
    ]);
  });

  it("quotes a service that has to be", () => {
    expect(classicRules("my.shop").groups[0]?.rules[0]).toMatchObject({ expr: 'up{job="my.shop"} == 0' });
  });
});

describe("what the classic pack refuses, in its words", () => {
  const refusedWith = (options: unknown, service: unknown = "shop"): string =>
    refused(() => classicRules(service as string, options as ClassicOptions));
  const off = { serviceDown: false, highErrorRate: false, highLatency: false, errorBudgetBurn: false };
  const allowed =
    "target, requestsMetric, failed, durationMetric, objective, runbookUrl, labels, serviceDown, highErrorRate, highLatency, errorBudgetBurn";

  it.each<readonly [object, string]>([
    [off, "options: switch all four alerts off; leave one of them"],
    [{ targets: "" }, `targets: is no option of classicRules; did you mean "target"? allowed: ${allowed}`],
    [{ target: 5 }, "target: 5 is not text"],
    [{ requestsMetric: " " }, "requestsMetric: is blank; leave it out for what is usual"],
    [{ durationMetric: null }, "durationMetric: null is not text"],
    [{ runbookUrl: "" }, "runbookUrl: is blank; leave it out for what is usual"],
    [{ failed: "code" }, 'failed: "code" is no list of matchers; write one such as job="shop",code=~"5.."'],
    [
      { target: 'a="b"} + x{' },
      String.raw`target: "a=\"b\"} + x{" is no list of matchers; write one such as job="shop",code=~"5.."`,
    ],
    [{ labels: { a: 5 } }, "labels.a: 5 is not text"],
    [
      { labels: { "a-b": "x" } },
      'labels.a-b: "a-b" is not a name of a label; use letters, digits and _, not beginning with a digit or __',
    ],
    ...["service", "severity", "alertname"].map(
      (name) =>
        [
          { labels: { [name]: "x" } },
          `labels.${name}: cannot be a label of these alerts; they have service, severity and alertname`,
        ] as const,
    ),
    [
      { highErrorRate: { threshold: 1 } },
      "highErrorRate.threshold: 1 is no share of requests; write one below 1, such as 0.05 for 5 %",
    ],
    [
      { highLatency: { threshold: Infinity } },
      "highLatency.threshold: Infinity is not a threshold; write a number from 0",
    ],
    [{ highErrorRate: { threshold: -0.1 } }, "highErrorRate.threshold: -0.1 is not a threshold; write a number from 0"],
    [
      { errorBudgetBurn: { threshold: 1_000 } },
      "errorBudgetBurn.threshold: 1000 is never passed: a budget of 0.1% cannot burn faster than 1000",
    ],
    [
      { objective: "70%", errorBudgetBurn: { threshold: 4 } },
      "errorBudgetBurn.threshold: 4 is never passed: a budget of 30% cannot burn faster than 3.33",
    ],
    [{ serviceDown: { severity: "warn" } }, 'serviceDown.severity: "warn" is not possible; allowed: page, ticket'],
    [{ serviceDown: { threshold: 1 } }, "serviceDown.threshold: is no option of serviceDown; allowed: for, severity"],
    [
      { highLatency: { thresholds: 1 } },
      'highLatency.thresholds: is no option of highLatency; did you mean "threshold"? allowed: threshold, for, severity',
    ],
    [{ durationMetric: "a b", highErrorRate: false }, "options: do not make PromQL of HighLatency: "],
  ])("%j", (options, message) => {
    if (message.endsWith(": ")) expect(refusedWith(options)).toContain(message);
    else expect(refusedWith(options)).toBe(message);
  });

  it.each<readonly [unknown, string]>([
    [5, "service: 5 is not a name"],
    ["a b", 'service: "a b" is not a name; use letters, digits, _, . and -, beginning with a letter or digit'],
    [
      "a".repeat(101),
      `service: "${"a".repeat(56)}... is not a name; use letters, digits, _, . and -, beginning with a letter or digit, at most 100 of them`,
    ],
  ])("the service %j", (service, message) => {
    expect(refusedWith({}, service)).toBe(message);
  });

  it("and takes what is just possible", () => {
    expect(
      refusedWith({
        highErrorRate: { threshold: 0.999 },
        highLatency: { threshold: 0 },
        errorBudgetBurn: { threshold: 999 },
      }),
    ).toBe("");
  });
});
