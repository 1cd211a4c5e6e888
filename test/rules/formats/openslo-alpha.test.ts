/**
 * OpenSLO v1alpha, field by field. The outcomes are read in test/data/rules/formats/openslo-alpha-*.txt, which
 * `npx vitest run test/rules/formats/openslo-alpha.test.ts -u` makes anew.
 */
import { expect, test } from "vitest";
import { outcomesOf, type Written } from "./outcome.ts";

type Case = readonly [string, Written];

const query = (text: unknown, more: object = {}): object => ({
  ...{ source: "prometheus", queryType: "promql", query: text },
  ...more,
});
const GOOD = query("sum(rate(good[5m]))");
const TOTAL = query("sum(rate(all[5m]))");
const RATIO = { good: GOOD, total: TOTAL };
const EVENTS = { target: 0.99, ratioMetrics: RATIO };

function slo(spec: object, metadata: object = {}, root: object = {}): object {
  return {
    apiVersion: "openslo/v1alpha",
    kind: "SLO",
    metadata: { name: "checkout", ...metadata },
    spec: { service: "shop", budgetingMethod: "Occurrences", objectives: [EVENTS], ...spec },
    ...root,
  };
}

const service = (root: object): object => ({
  apiVersion: "openslo/v1alpha",
  kind: "Service",
  metadata: { name: "shop" },
  ...root,
});
const objectives = (...list: readonly unknown[]): object => slo({ objectives: list });
const ratio = (ratioMetrics: object): object => objectives({ target: 0.99, ratioMetrics });
const compared = (objective: object, text: unknown = "max(queue)"): object =>
  slo({ indicator: { thresholdMetric: query(text) }, objectives: [{ target: 0.99, ...objective }] });
const sliced = (objective: object): object =>
  slo({ budgetingMethod: "Timeslices", objectives: [{ ...EVENTS, ...objective }] });
const windowed = (window: object): Case => [`the window ${JSON.stringify(window)}`, slo({ timeWindows: [window] })];
const calendar = { startTime: "2024-01-01 00:00:00", timeZone: "Europe/Berlin" };

const OBJECTS: readonly Case[] = [
  ["the least that an SLO has", slo({})],
  ["all that an SLO has", slo({ description: "Of the last step." }, { displayName: "Checkout works" })],
  ["blank texts", slo({ description: "" }, { displayName: "" })],
  ["no name", slo({}, { name: "" })],
  ["a name that is a number", slo({}, { name: 5 })],
  ["a name that has to be made fit", slo({}, { name: "the checkout" })],
  ["no service", slo({ service: "" })],
  ["a service that has to be made fit", slo({ service: "the shop" })],
  ["what the cluster writes", slo({}, { uid: "x" })],
  ["keys that nobody knows", slo({ windows: [] }, { labels: {} }, { status: {} })],
  ["texts that are too long", slo({ description: "x".repeat(1001) }, { displayName: "x".repeat(201) })],
  ["no kind", slo({}, {}, { kind: undefined })],
  ["a kind of v1", slo({}, {}, { kind: "SLI" })],
  ["a kind with a slip", slo({}, {}, { kind: "Servic" })],
  ["a kind that is a number", slo({}, {}, { kind: 5 })],
  [
    "a service behind its SLO",
    [slo({}), service({ metadata: { name: "shop", displayName: "The shop" }, spec: { description: "Sells." } })],
  ],
  [
    "a service with blank texts before its SLO",
    [service({ metadata: { name: "shop", displayName: "" }, spec: { description: " " } }), slo({})],
  ],
  ["a service without a spec", [service({}), slo({})]],
  ["a service that no SLO has", [slo({}), service({ metadata: { name: "cart", displayName: "The cart" } })]],
  ["services of one name", [slo({}), service({}), service({})]],
  ["a service that is broken beside an SLO that is not", [service({ metadata: {} }), slo({})]],
  ["an SLO that is broken beside its service", [service({}), slo({ objectives: [] })]],
  ["no method", slo({ budgetingMethod: undefined })],
  ["the method of v1", slo({ budgetingMethod: "RatioTimeslices" })],
];

const OBJECTIVES: readonly Case[] = [
  [
    "two objectives, of which one has a name",
    objectives({ ...EVENTS, displayName: "Good" }, { ...EVENTS, target: 0.999 }),
  ],
  [
    "two objectives with names",
    objectives({ ...EVENTS, displayName: " Good " }, { ...EVENTS, target: 0.999, displayName: "Very Good" }),
  ],
  [
    "two objectives of one name",
    objectives({ ...EVENTS, displayName: "Good" }, { ...EVENTS, target: 0.999, displayName: "good" }),
  ],
  ["two objectives, of which the second is broken", objectives(EVENTS, { target: 0.9 })],
  [
    "two objectives, of which the second is left out",
    objectives(EVENTS, { target: 0.9, ratioMetrics: { good: query("a", { source: "datadog" }), total: TOTAL } }),
  ],
  ["one that has a name", objectives({ ...EVENTS, displayName: "Good" })],
  ["no target", objectives({ ratioMetrics: RATIO })],
  ...[
    0.5,
    "0.999",
    0,
    1,
    "1.0",
    1.5,
    99,
    -0.1,
    0.9999999999,
    0.99999999999,
    1e-9,
    0.1234,
    0.5001,
    "00.5",
    "0.5%",
    true,
  ].map((target): Case => [`the target ${JSON.stringify(target)}`, objectives({ ...EVENTS, target })]),
  ["op and value beside a ratio", objectives({ ...EVENTS, op: "lte", value: 5 })],
  ["an op that nobody knows", compared({ op: "eq", value: 5 })],
  ["a value that is a text", compared({ op: "lte", value: "5" })],
  ["a value that is at most 0.25", compared({ op: "lte", value: 0.25 })],
  ["a value that is at least 5", compared({ op: "gte", value: 5 })],
  ["a value that is less than 5", compared({ op: "lt", value: 5 })],
  ["a value that is more than -5", compared({ op: "gt", value: -5 })],
  ["a value of a sum", compared({ op: "lte", value: 5 }, "a + b")],
  ["a value of a negative", compared({ op: "lte", value: 5 }, "-a")],
  ["a value that is compared without op", compared({ value: 5 })],
  ["a value that is compared with nothing", compared({ op: "lte" })],
  ["a value that is compared by nothing at all", compared({})],
  ["a value that is no PromQL", compared({ op: "lte", value: 5 }, "max(")],
  ["a value that is blank", compared({ op: "lte", value: 5 }, " ")],
  ["a value beside a ratio", slo({ indicator: { thresholdMetric: TOTAL }, objectives: [EVENTS] })],
  ["neither a value nor a ratio", objectives({ target: 0.9 })],
  ["an indicator of nothing", slo({ indicator: {}, objectives: [{ target: 0.9 }] })],
  ["slices, and no target of theirs", sliced({})],
  ["slices, and a target of theirs", sliced({ timeSliceTarget: 0.95 })],
  ["slices that are good where all of it is", sliced({ timeSliceTarget: 1 })],
  ["slices that are good where more than all of it is", sliced({ timeSliceTarget: 1.5 })],
  ["slices that are always good", sliced({ timeSliceTarget: 0 })],
  ["a target of slices, and no slices", objectives({ ...EVENTS, timeSliceTarget: 0.95 })],
  [
    "slices longer than the window allows",
    slo({ budgetingMethod: "Timeslices", timeWindows: [{ unit: "Second", count: 90 }] }),
  ],
  ["a control character in a value", compared({ op: "lte", value: 5 }, "a{b='\u0007'}")],
  [
    "a value of another source",
    slo({
      indicator: { thresholdMetric: query("a", { source: "x" }) },
      objectives: [{ target: 0.9, op: "lt", value: 1 }],
    }),
  ],
  [
    "slices of two objectives",
    slo({ budgetingMethod: "Timeslices", objectives: [EVENTS, { ...EVENTS, timeSliceTarget: 0.9 }] }),
  ],
];

const QUERIES: readonly Case[] = [
  ["a ratio of bare counters", ratio({ good: query("good"), total: query('all{a="b"}'), counter: true })],
  ["a ratio of counters that take a rate already", ratio({ ...RATIO, counter: true })],
  ["a ratio that says it has no counters, and takes rates", ratio({ ...RATIO, counter: false })],
  [
    "a ratio that says it has no counters, and takes none",
    ratio({ good: query("good"), total: query("all"), counter: false }),
  ],
  ["a ratio of bare values", ratio({ good: query("good"), total: query("all") })],
  ["counters that nines finds no rate for", ratio({ good: query("1"), total: query("a > 1"), counter: true })],
  ["the window of Sloth", ratio({ good: query("sum(rate(a[{{.window}}]))", { source: "sloth" }), total: TOTAL })],
  ["a variable of another tool", ratio({ good: query("sum(rate(a[{{ .range }}]))"), total: TOTAL })],
  ["a count that is no PromQL", ratio({ good: query("sum("), total: query("sum)") })],
  ["a count that is blank", ratio({ good: query(""), total: query(" ") })],
  ["no total", ratio({ good: GOOD })],
  ["no source", ratio({ good: { query: "a" }, total: TOTAL })],
  [
    "other letters",
    ratio({ good: query("a", { source: "Prometheus", queryType: "PromQL" }), total: query("b", { source: "SLOTH" }) }),
  ],
  ["another source", ratio({ good: query("a", { source: "datadog" }), total: TOTAL })],
  [
    "a source whose name only begins so",
    ratio({ good: query("a", { source: "prometheus2" }), total: query("a", { source: "my-sloth" }) }),
  ],
  [
    "another language",
    ratio({ good: query("a", { queryType: "sql" }), total: query("a", { queryType: "sql", source: "bigquery" }) }),
  ],
];

const WINDOWS: readonly Case[] = [
  ["no windows", slo({ timeWindows: [] })],
  [
    "two windows",
    slo({
      timeWindows: [
        { unit: "Day", count: 1 },
        { unit: "Day", count: 2 },
      ],
    }),
  ],
  ...["Second", "Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year"].flatMap((unit) => [
    windowed({ unit, count: 3, isRolling: true }),
    windowed({ unit, count: 1, isRolling: false, calendar }),
  ]),
  windowed({ unit: "Second", count: 90 }),
  windowed({ unit: "Second", count: 90, isRolling: false }),
  windowed({ unit: "Day", count: 28, isRolling: false }),
  windowed({ unit: "Day", count: 28 }),
  windowed({ unit: "Day", count: 1, isRolling: true, calendar }),
  windowed({ unit: "Month", count: 2, calendar }),
  windowed({ unit: "Month", count: 1, calendar: { ...calendar, startTime: "2024-01-02 00:00:00" } }),
  windowed({ unit: "Month", count: 1, calendar: { ...calendar, startTime: "soon" } }),
  windowed({ unit: "Month", count: 1, calendar: { ...calendar, timeZone: "Berlin" } }),
  windowed({ unit: "Month", count: 1, calendar: { startTime: "2024-01-01" } }),
  windowed({ unit: "Year", count: 2 }),
  windowed({ unit: "Day", count: 0 }),
  windowed({ unit: "Day", count: 104_249_992 }),
  windowed({ unit: "Second", count: 9_007_199_254_740_991 }),
  windowed({ unit: "Day", count: 1.5 }),
  windowed({ unit: "day", count: 1 }),
];

test.each([
  ["objects", OBJECTS],
  ["objectives", OBJECTIVES],
  ["queries", QUERIES],
  ["windows", WINDOWS],
])("what becomes of %s", async (name, cases) => {
  await expect(outcomesOf(cases)).toMatchFileSnapshot(`../../data/rules/formats/openslo-alpha-${name}.txt`);
});
