/**
 * The objects of OpenSLO v1, what they measure and what they promise, field by field. The outcomes are read in
 * test/data/rules/formats/openslo-*.txt, which `npx vitest run test/rules/formats/openslo-measures.test.ts -u` makes anew.
 */
import { expect, test } from "vitest";
import { by, COUNTS, GOOD, metric, noted, object, objective, slo, TOTAL } from "./openslo-parts.ts";
import { outcomesOf, type Written } from "./outcome.ts";

type Case = readonly [string, Written];

const ratio = (ratioMetric: object, ...others: readonly object[]): Written => [by({ ratioMetric }), ...others];
const source = (fields: object, ...others: readonly object[]): Written =>
  ratio({ good: { metricSource: fields }, total: TOTAL }, ...others);
const spec = { query: "sum(rate(good[5m]))" };
const PROMETHEUS = object("DataSource", "main", { type: "Prometheus" });

const MEASURES: readonly Case[] = [
  ["good and all events", by(COUNTS)],
  ["bad and all events", ratio({ bad: metric("sum(rate(bad[5m]))"), total: TOTAL })],
  ["good, bad and all events", ratio({ good: GOOD, bad: GOOD, total: TOTAL })],
  ["all events alone", ratio({ total: TOTAL })],
  ["good events alone", ratio({ good: GOOD })],
  ["no events", ratio({})],
  ["a share of successes", ratio({ rawType: "success", raw: metric("a / b") })],
  ["a share of failures", ratio({ rawType: "failure", raw: metric("a / b") })],
  ["a share of nobody knows what", ratio({ raw: metric("a / b") })],
  ["a share of another type", ratio({ rawType: "other", raw: metric("a / b") })],
  ["a share beside counts", ratio({ rawType: "success", raw: metric("a / b"), good: GOOD, total: TOTAL })],
  ["a share beside one count", ratio({ rawType: "success", raw: metric("a / b"), bad: GOOD })],
  ["a share of a counter", ratio({ rawType: "success", raw: metric("a / b"), counter: true })],
  ["a share that is no PromQL", ratio({ rawType: "success", raw: metric("a /") })],
  ["the type of a share beside counts", ratio({ rawType: "failure", good: GOOD, total: TOTAL })],
  ["counters", ratio({ counter: true, good: metric("sum(good)"), total: metric("sum(all)") })],
  ["counters that take a rate already", ratio({ counter: true, good: GOOD, total: TOTAL })],
  ["no counters, which take a rate", ratio({ counter: false, good: GOOD, total: metric("max_over_time(x[5m:1m])") })],
  ["no counters", ratio({ counter: false, good: metric("good"), total: metric("all") })],
  ["counters that nines finds no rate for", ratio({ counter: true, good: metric("1"), total: TOTAL })],
  ["a total that cannot be read", ratio({ good: GOOD, total: metric("sum(") })],
  ["neither a threshold nor a ratio", by({})],
  ["both a threshold and a ratio", by({ ...COUNTS, thresholdMetric: TOTAL })],
  ["a value", by({ thresholdMetric: metric("max(queue)") }, { op: "lte", value: 5 })],
  ["a value that is no PromQL", by({ thresholdMetric: metric("max(") }, { op: "lte", value: 5 })],
  ["a service's own signals", ratio({ rawType: "success", raw: metric("own", { type: "nines" }) })],
  ["a service's own signals as counts", ratio({ good: metric("own", { type: "nines" }), total: TOTAL })],
  [
    "a service's own signals, by another query",
    ratio({ rawType: "success", raw: metric("sum(x)", { type: "Nines" }) }),
  ],
  ["own signals of Prometheus", ratio({ rawType: "success", raw: metric("own") })],
];

const SOURCES: readonly Case[] = [
  ...[
    "prometheus",
    "PromQL",
    "Thanos",
    "cortex",
    "Mimir",
    "Grafana Mimir",
    "Victoria_Metrics",
    "VM",
    "amazon-prometheus",
    "AMP",
    "gmp",
    "Google Managed Prometheus",
    "Azure Monitor Prometheus",
    "sloth",
    "Datadog",
    "prometheus!",
    "",
  ].map((type): Case => [`the type ${JSON.stringify(type)}`, source({ type, spec })]),
  ["no type, and no reference", source({ spec })],
  ["a reference", source({ metricSourceRef: "main", spec }, PROMETHEUS)],
  ["a reference to what is not there", source({ metricSourceRef: "mian", spec }, PROMETHEUS)],
  [
    "a type, and a reference to what is not there",
    source({ metricSourceRef: "mian", type: "Thanos", spec }, PROMETHEUS),
  ],
  ["a type, and a reference to the same", source({ metricSourceRef: "main", type: "prometheus", spec }, PROMETHEUS)],
  ["a type, and a reference to another", source({ metricSourceRef: "main", type: "Thanos", spec }, PROMETHEUS)],
  [
    "a reference to another source",
    source({ metricSourceRef: "main", spec }, object("DataSource", "main", { type: "Datadog" })),
  ],
  ["a type of another source", source({ type: "Datadog", spec })],
  ["no spec", source({ type: "Prometheus" })],
  ["more than a query", source({ type: "Prometheus", spec: { ...spec, queryType: "range", step: 5 } })],
  ["a query of another name", source({ type: "Prometheus", spec: { promql: "a" } })],
  ["a query that is a mapping", source({ type: "Prometheus", spec: { query: {} } })],
  ["a query that is a number", source({ type: "Prometheus", spec: { query: 5 } })],
  ["a query that is blank", source({ type: "Prometheus", spec: { query: " " } })],
  ["a query with Sloth's window", source({ type: "Prometheus", spec: { query: "sum(rate(a[{{.window}}]))" } })],
  ["a query with another variable", source({ type: "Prometheus", spec: { query: "sum(rate(a[$__range]))" } })],
  ["no metricSource", ratio({ good: {}, total: TOTAL })],
  [
    "a source of an indicator by reference, left out once for two SLOs",
    [
      slo({ indicator: undefined, indicatorRef: "a" }),
      object("SLO", "other", {
        service: "shop",
        indicatorRef: "a",
        budgetingMethod: "Occurrences",
        objectives: [{ target: 0.9 }],
      }),
      slo({}, { name: "good" }),
      object("SLI", "a", { thresholdMetric: metric("x", { type: "CloudWatch" }) }),
    ],
  ],
];

const sliced = (fields: object, budgetingMethod = "Timeslices"): object => objective(fields, { budgetingMethod });
const compared = (fields: object, query = "max(queue)", kind?: string): object => {
  const parts = { indicator: { spec: { thresholdMetric: metric(query) } }, objectives: [{ target: 0.99, ...fields }] };
  return kind === undefined ? slo(parts) : noted({ kind }, parts);
};

const OBJECTIVES: readonly Case[] = [
  ["targetPercent", slo({ objectives: [{ targetPercent: 99.95 }] })],
  ["target and targetPercent", objective({ targetPercent: 99.95 })],
  ["neither", slo({ objectives: [{}] })],
  ["no objectives", slo({ objectives: [] })],
  ["the target 1", objective({ target: 1 })],
  ["the targetPercent 100", slo({ objectives: [{ targetPercent: "100" }] })],
  ["a weight, and a key that nobody knows", objective({ compositeWeight: 1, weight: 2 })],
  ["op and value beside events", objective({ op: "lte", value: 0 })],
  ["slices", sliced({ timeSliceTarget: 0.95, timeSliceWindow: "5m" })],
  ["slices whose length is a number", sliced({ timeSliceTarget: 0.95, timeSliceWindow: 5 })],
  ["slices whose length is a day", sliced({ timeSliceTarget: 1, timeSliceWindow: "1d" })],
  ["slices without a target", sliced({ timeSliceWindow: "5m" })],
  ["slices without a length", sliced({ timeSliceTarget: 0.95 })],
  ["slices without either", sliced({})],
  ["slices of half a minute", sliced({ timeSliceTarget: 0.95, timeSliceWindow: 0.5 })],
  ["slices of no length", sliced({ timeSliceTarget: 0.95, timeSliceWindow: "0m" })],
  ["slices of a length that is none", sliced({ timeSliceTarget: 0.95, timeSliceWindow: "5 minutes" })],
  ["slices of a length that is a list", sliced({ timeSliceTarget: 0.95, timeSliceWindow: [5] })],
  ["slices longer than the window allows", sliced({ timeSliceTarget: 0.95, timeSliceWindow: "29d" })],
  ["ratios of slices", sliced({ timeSliceWindow: "5m" }, "RatioTimeslices")],
  ["ratios of slices, with a target", sliced({ timeSliceTarget: 0.95, timeSliceWindow: "5m" }, "RatioTimeslices")],
  ["ratios of slices, without a length", sliced({}, "RatioTimeslices")],
  ["a target and a length of slices, and no slices", objective({ timeSliceTarget: 0.95, timeSliceWindow: "5m" })],
  ["another method", sliced({}, "Occurences")],
  ["a value of at most 5", compared({ op: "lte", value: 5 })],
  ["a value of at least 0.5", compared({ op: "gte", value: 0.5 })],
  ["a value below 1e-7", compared({ op: "lt", value: 1e-7 })],
  ["a value above -1", compared({ op: "gt", value: -1 })],
  ["a sum", compared({ op: "lte", value: 5 }, "a + b")],
  ["a value without op", compared({ value: 0 })],
  ["op without a value", compared({ op: "lte" })],
  ["a latency", compared({ op: "lte", value: 0.25 }, "histogram_quantile(0.9, h)", "latency")],
  ["a latency of a millisecond", compared({ op: "lte", value: 0.001 }, "q", "latency")],
  ["a latency of less", compared({ op: "lte", value: 0.0009 }, "q", "latency")],
  ["a latency of part of a millisecond", compared({ op: "lte", value: 0.0015 }, "q", "latency")],
  ["a latency longer than a day", compared({ op: "lte", value: 86_401 }, "q", "latency")],
  ["a latency that is at least so long", compared({ op: "gte", value: 0.25 }, "q", "latency")],
  ["an availability by a value", compared({ op: "lt", value: 0.25 }, "q", "availability")],
  ["a throughput, by occurrences", compared({ op: "gte", value: 100 }, "rate(x[5m])", "throughput")],
  ["a throughput that is at most so high", compared({ op: "lte", value: 100 }, "rate(x[5m])", "throughput")],
  ["an error rate by a value", compared({ op: "lte", value: 0.1 }, "q", "error_rate")],
  ["another kind", compared({ op: "lte", value: 0.1 }, "q", "uptime")],
];

const throughput = (fields: object, budgetingMethod = "Timeslices"): object =>
  noted(
    { kind: "throughput" },
    {
      indicator: { spec: { thresholdMetric: metric("rate(x[5m])") } },
      budgetingMethod,
      objectives: [{ target: 0.99, op: "gte", value: 9, ...fields }],
    },
  );
const share = (rawType: string, notes: Readonly<Record<string, string>>): object =>
  noted(notes, { indicator: { spec: { ratioMetric: { rawType, raw: metric("a / b") } } } });

const KINDS: readonly Case[] = [
  ["a throughput in slices", throughput({ timeSliceTarget: 1, timeSliceWindow: "5m" })],
  ["a throughput in slices of which not all has to hold", throughput({ timeSliceTarget: 0.9, timeSliceWindow: "5m" })],
  ["a throughput in ratios of slices", throughput({ timeSliceWindow: "5m" }, "RatioTimeslices")],
  ["a throughput of nothing", throughput({ value: 0, timeSliceTarget: 1, timeSliceWindow: "5m" })],
  ["a throughput whose slices do not divide its window", throughput({ timeSliceTarget: 1, timeSliceWindow: "7m" })],
  [
    "a throughput of the service's own signals",
    noted(
      { kind: "throughput" },
      {
        indicator: { spec: { thresholdMetric: metric("own", { type: "nines" }) } },
        budgetingMethod: "Timeslices",
        objectives: [{ target: 0.99, op: "gte", value: 9, timeSliceTarget: 1, timeSliceWindow: "1m" }],
      },
    ),
  ],
  [
    "own signals that are compared, and no throughput",
    by({ thresholdMetric: metric("own", { type: "nines" }) }, { op: "lte", value: 1 }),
  ],
  ["an error rate of events", noted({ kind: "error_rate" })],
  ["an error rate of successes", share("success", { kind: "error_rate" })],
  ["an error rate of failures", share("failure", { kind: "error_rate" })],
  ["an availability of failures", share("failure", { kind: "availability" })],
  ["an availability of successes", share("success", { kind: "availability" })],
  ["a latency of successes", share("success", { kind: "latency", threshold: "200ms" })],
  ["a latency of failures", share("failure", { kind: "latency", threshold: "200ms" })],
  ["a latency without a threshold", share("success", { kind: "latency" })],
  ["a latency with a threshold that is none", share("success", { kind: "latency", threshold: "soon" })],
  ["a threshold of what is no latency", share("success", { threshold: "200ms" })],
];

test.each([
  ["measures", MEASURES],
  ["sources", SOURCES],
  ["objectives", OBJECTIVES],
  ["kinds", KINDS],
])("what becomes of %s", async (name, cases) => {
  await expect(outcomesOf(cases)).toMatchFileSnapshot(`../../data/rules/formats/openslo-${name}.txt`);
});
