import { expect, it } from "vitest";

import { generateRules } from "../../../src/rules/generate.ts";
import { testRules } from "../../proofs/support/rules-docs-promtool.ts";
import { describeWithService } from "../../support/services.ts";

const DOCUMENT = {
  service_level_objectives: {
    shop: {
      availability: {
        target: "99.9%",
        measurement_window: "1h",
        title: "The shop answers",
        sli: 'sum(rate(m{job="shop",code!~"5.."}[5m])) / sum(rate(m{job="shop"}[5m]))',
        alerting: { runbook: "https://runbooks.example/shop" },
      },
    },
  },
};

const IS_UP = `{ series: 'up{job="shop",instance="a"}', values: "1x1600" }`;
const COUNTS = `{ series: 'm{job="shop",code="200"}', values: "0+60x1600" }`;

interface Case {
  readonly when: string;
  readonly series: readonly string[];
  readonly at: string;
  readonly reason?: "target_down" | "no_series";
}

const CASES: readonly Case[] = [
  { when: "there are data", series: [IS_UP, COUNTS], at: "26h" },
  { when: "there have never been any for 9 minutes", series: [], at: "9m" },
  { when: "there have never been any for 10 minutes", series: [], at: "10m", reason: "target_down" },
  {
    when: "all targets are down",
    series: [
      `{ series: 'up{job="shop",instance="a"}', values: "1x60 0x1600" }`,
      `{ series: 'm{job="shop",code="200"}', values: "0+60x60 stale" }`,
    ],
    at: "80m",
    reason: "target_down",
  },
  {
    when: "one of two targets is down",
    series: [IS_UP, `{ series: 'up{job="shop",instance="b"}', values: "0x1600" }`, COUNTS],
    at: "80m",
  },
  { when: "a target of another job is up", series: [IS_UP.replace("shop", "cart")], at: "15m", reason: "target_down" },
  { when: "the service is up and was not asked for anything for an hour", series: [IS_UP], at: "1h" },
  {
    when: "the service is up and was not asked for anything for a day",
    series: [IS_UP],
    at: "25h",
    reason: "no_series",
  },
  {
    when: "its series ended half a day ago",
    series: [IS_UP, `{ series: 'm{job="shop",code="200"}', values: "0+60x60 stale" }`],
    at: "13h",
  },
  {
    when: "its series ended more than a day ago",
    series: [IS_UP, `{ series: 'm{job="shop",code="200"}', values: "0+60x60 stale" }`],
    at: "26h",
    reason: "no_series",
  },
];

describeWithService(["promtool"], "the alert for no data", () => {
  it.each(CASES)("$when, at $at: $reason", { timeout: 30_000 }, async ({ series, at, reason }) => {
    const rules = generateRules(DOCUMENT);
    const alert = rules.groups
      .flatMap((group) => group.rules)
      .find((rule) => "alert" in rule && rule.labels?.reason === reason);
    const expected =
      reason === undefined || alert === undefined || !("alert" in alert)
        ? ""
        : JSON.stringify({
            exp_labels: { service: "shop", slo: "shop/availability", severity: "ticket", reason },
            exp_annotations: alert.annotations,
          });
    const complaints = await testRules({
      rules: rules.toYaml(),
      evaluationInterval: "5m",
      tests: `
  - interval: 1m
    input_series: [${series.join(", ")}]
    alert_rule_test: [{ eval_time: ${at}, alertname: SloNoData, exp_alerts: [${expected}] }]`,
    });
    expect(complaints).toEqual([]);
  });

  // A name is that of a job or of a dependency, and errors have no series before the first of them.
  it.each([
    [
      "a job that is no dependency",
      { select: { operations: "send-mail" } },
      `{ series: 'operation_duration_seconds_count{job="shop",operation="send-mail",outcome="ok"}', values: "0+60x1600" }`,
    ],
    [
      "good and bad counted apart, while nothing is bad",
      { sli: 'sum(rate(ok{job="shop"}[5m])) / (sum(rate(ok{job="shop"}[5m])) + sum(rate(bad{job="shop"}[5m])))' },
      `{ series: 'ok{job="shop"}', values: "0+60x1600" }`,
    ],
  ])("is quiet about %s", { timeout: 30_000 }, async (_, fields, series) => {
    const slo = { target: "99.9%", measurement_window: "1h", ...fields };
    const complaints = await testRules({
      rules: generateRules({ service_level_objectives: { shop: { availability: slo } } }).toYaml(),
      evaluationInterval: "5m",
      tests: `
  - interval: 1m
    input_series: [${IS_UP}, ${series}]
    alert_rule_test: [{ eval_time: 25h, alertname: SloNoData, exp_alerts: [] }]`,
    });
    expect(complaints).toEqual([]);
  });
});
