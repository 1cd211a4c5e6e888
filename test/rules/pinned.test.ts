/**
 * Rules and their tests stay what they are: promtool judges those of `SLOS` (rule-tests/promtool.test.ts), and a change that is meant
 * is made anew by `npx vitest run test/rules/pinned.test.ts -u`, and read.
 */
import { describe, expect, it } from "vitest";

import { generateRules } from "../../src/rules/generate.ts";
import type { RuleOptions } from "../../src/rules/options.ts";
import { ratioSlo, SLOS, sloText } from "./rule-tests/slos.ts";

const WINDOW = "measurement_window: 2d\nalerting: {ticket: false, tiers: {page_slow: false}}";
/** What people measure by, in many words of PromQL. */
const SLIS: Readonly<Record<string, readonly [kind: string, fields: string, sli: string]>> = {
  "a quantile of classic buckets": [
    "latency",
    "target: 99%\nthreshold: 300ms",
    "histogram_quantile(0.9, sum by (le, job) (rate(x_bucket[5m])))",
  ],
  "a quantile, as a condition": [
    "availability",
    "target: 99%",
    "histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) < 0.3",
  ],
  "a gauge with a fallback": ["latency", "target: 99%\nthreshold: 2s", "probe_duration_seconds or vector(1)"],
  "the mean of a gauge by data centre": ["availability", "target: 99%", "avg by (dc) (up)"],
  "the least of a gauge, or nothing": ["availability", "target: 99%", "min(up) or vector(0)"],
  "counts at another time": [
    "availability",
    "target: 99%",
    'sum by (job) (rate(r{code!~"5.."}[5m] offset 1m)) / sum by (job) (rate(r[5m] offset 1m))',
  ],
  "counts without a label": [
    "availability",
    "target: 99%",
    "sum without (pod) (rate(a[5m])) / (sum without (pod) (rate(a[5m])) + sum without (pod) (rate(b[5m])))",
  ],
  "percent of errors, clamped": [
    "availability",
    "target: 99%",
    "clamp_max(100 - 100 * sum(rate(e_total[5m])) / (sum(rate(r_total[5m])) > 0), 100) or vector(100)",
  ],
  "all less the errors": [
    "availability",
    "target: 99%",
    "(sum(rate(r_total[5m])) - sum(rate(e_total[5m]))) / sum(rate(r_total[5m]))",
  ],
  "a share that somebody records": ["error_rate", "target: 2%", "my:error_ratio:rate5m"],
  "throughput by job": ["throughput", "target: 500\nobjective: 95%", "sum by (j) (rate(r[1m]))"],
  "throughput that somebody records": ["throughput", "target: 500\nobjective: 95%", "reqs:rate5m"],
  "errors of two kinds": [
    "error_rate",
    "target: 1%",
    '(sum(increase(e{kind="a"}[5m])) + sum(increase(e{kind=~"b|c"}[5m]))) / sum(increase(all_total[5m]))',
  ],
  "a mean over time of a condition": ["availability", "target: 99%", "avg_over_time((queue_length < bool 100)[5m:1m])"],
  "slices of time": [
    "availability",
    "target: 99%\ntime_slices: {length: 1m, target: 99.5%}",
    'sum(rate(r{code!~"5.."}[1m])) / sum(rate(r[1m]))',
  ],
};

const OWN = `
title: 'Carts {{ that }} work'
description: 'of all, {{ many }} "quoted"'
minimum_events: 100
alerting: {name: CartsBurn, runbook: 'https://runbooks.example/a?b=%7Bc%7D', dashboard: 'https://dash.example/d/1', minimum_failures: 7, labels: {team: shop, note: '{{ x }}'}, annotations: {who: 'ann {{ y }}'}, page: {labels: {pager: loud}, annotations: {why: now}}, ticket: {labels: {pager: quiet}}, no_data: page}`;

const ALERTS: ReadonlyArray<readonly [title: string, slo: string, options: RuleOptions]> = [
  ["all that an alert can have", ratioSlo("30d", OWN), { labels: { cluster: "west {{ 1 }}" } }],
  [
    "all that an alert can have, in Sloth's convention",
    ratioSlo("28d", OWN),
    { convention: "sloth", labels: { a: "b" } },
  ],
  [
    "links for all",
    ratioSlo("7d"),
    {
      runbookUrl: "https://r.example/{{ service }}/{{ name }}",
      dashboardUrl: ({ id }) => `https://d.example/${encodeURIComponent(id)}`,
      minimumFailures: 2,
      noData: "page",
    },
  ],
  ["no word of missing data", ratioSlo("7d"), { noData: false, interval: "30s", scrapeInterval: "15s" }],
  ["a month, rolling", ratioSlo("{ calendar: month }"), { calendarWindows: "rolling" }],
  [
    "other targets",
    sloText("availability", "target: 99.9%\nmeasurement_window: 30d"),
    { target: 'job="{{ service }}",env="prod"' },
  ],
  [
    "a budget for each of two labels",
    sloText(
      "availability",
      'target: 99%\nmeasurement_window: 1d\nsli: sum by (route, method) (rate(x{c!~"5.."}[5m])) / sum by (route, method) (rate(x[5m]))',
    ),
    {},
  ],
];

describe("generated for", () => {
  it.each(SLOS)("%s: the rules", async (title, slo, options) => {
    await expect(rulesOf(slo, options)).toMatchFileSnapshot(`../data/rules/pinned/${nameOf(title)}.rules.yml`);
  });

  it.each(SLOS)("%s: the tests of the rules", async (title, slo, options) => {
    await expect(testsOf(slo, options)).toMatchFileSnapshot(`../data/rules/pinned/${nameOf(title)}.tests.yml`);
  });

  it.each(Object.entries(SLIS))("%s: rules and tests", async (title, [kind, fields, sli]) => {
    const slo = sloText(kind, `${fields}\nsli: ${JSON.stringify(sli)}\n${WINDOW}`);
    await expect(`${rulesOf(slo, {})}---\n${testsOf(slo, {})}`).toMatchFileSnapshot(
      `../data/rules/pinned/slis/${nameOf(title)}.yml`,
    );
  });

  it.each(ALERTS)("%s: the rules", async (title, slo, options) => {
    await expect(rulesOf(slo, options)).toMatchFileSnapshot(`../data/rules/pinned/alerts/${nameOf(title)}.yml`);
  });
});

function rulesOf(slo: string, options: RuleOptions): string {
  const rules = generateRules(slo, options);
  return `${rules.remarks.map(({ slo: id, message }) => `# ${id} ${message}\n`).join("")}${rules.toYaml()}`;
}

function testsOf(slo: string, options: RuleOptions): string {
  const { files, remarks } = generateRules(slo, options).toTests({ ruleFile: "rules.yml" });
  return [...remarks.map(({ slo: id, message }) => `# ${id} ${message}\n`), ...files.values()].join("");
}

function nameOf(title: string): string {
  return title.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase();
}
