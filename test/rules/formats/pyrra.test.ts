/**
 * Pyrra's documents, field by field. The outcomes are read in test/data/rules/formats/pyrra-*.txt, which
 * `npx vitest run test/rules/formats/pyrra.test.ts -u` makes anew.
 */
import { expect, test } from "vitest";
import { outcomesOf, type Written } from "./outcome.ts";

type Case = readonly [string, Written];

const RATIO = { errors: { metric: 'x{code=~"5.."}' }, total: { metric: "x" } };

function slo(spec: object, metadata: object = {}, root: object = {}): object {
  return {
    apiVersion: "pyrra.dev/v1alpha1",
    kind: "ServiceLevelObjective",
    metadata: { name: "checkout", ...metadata },
    spec: { target: "99.5", window: "2w", indicator: { ratio: RATIO }, ...spec },
    ...root,
  };
}

const by = (indicator: unknown): object => slo({ indicator });
const bucket = (metric: string): Case => [
  `a latency by ${metric}`,
  by({ latency: { success: { metric }, total: { metric: "x_count" } } }),
];
const native = (latency: unknown): Case => [
  `a native latency of ${JSON.stringify(latency)}`,
  by({ latencyNative: { latency, total: { metric: "x" } } }),
];
const labels = (texts: object): object => slo({}, { labels: texts });

const METADATA: readonly Case[] = [
  ["the least that an SLO has", slo({})],
  ["no kind", slo({}, {}, { kind: undefined })],
  ["another kind", slo({}, {}, { kind: "ServiceLevel" })],
  ["a kind that is a number", slo({}, {}, { kind: 5 })],
  ["no metadata", slo({}, {}, { metadata: undefined })],
  ["no name", slo({}, { name: undefined })],
  ["a namespace, which is the service too", slo({}, { namespace: "web" })],
  ["a blank namespace", slo({}, { namespace: "" })],
  [
    "the service by a label of Pyrra",
    labels({ "pyrra.dev/service": "a", service: "b", "app.kubernetes.io/name": "c" }),
  ],
  ["the service by a label", labels({ "pyrra.dev/service": "", service: "b", "app.kubernetes.io/name": "c" })],
  ["the service by a label of Kubernetes", labels({ service: "", "app.kubernetes.io/name": "c" })],
  ["a service that is no name", labels({ service: "/" })],
  ["a service by a label that has to be made fit", labels({ "pyrra.dev/service": "the shop" })],
  [
    "labels that are handed on, and others",
    labels({
      "pyrra.dev/team": "a",
      "pyrra.dev/my-team": "b",
      "pyrra.dev/blank": " ",
      "pyrra.dev/5": "c",
      team: "d",
      "x/y": "e",
      none: "",
    }),
  ],
  [
    "annotations that are handed on, and others",
    slo({}, { annotations: { "pyrra.dev/summary": "a", "pyrra.dev/my-note": "b", note: "c", "x/y": "d", "!": "e" } }),
  ],
  [
    "a label and an annotation of one name",
    slo({}, { labels: { "x/y": "label" }, annotations: { "x/y": "annotation" } }),
  ],
  ["what the cluster writes", slo({}, { uid: "x", generation: 2 }, { status: { type: "PrometheusRule" } })],
  ["keys that nobody knows", slo({ windows: "4w" }, { namespaces: "x" }, { spek: 1 })],
  [
    "texts with control characters",
    slo(
      { description: "\u0007", alerting: { name: "\u0007" } },
      { labels: { a: "\u0007", "pyrra.dev/b": "\u0007" }, annotations: { c: "\u0007", "pyrra.dev/d": "\u0007" } },
    ),
  ],
];

const SPEC: readonly Case[] = [
  ["a description", slo({ description: "Of the last step." })],
  ["a blank description", slo({ description: "" })],
  ["a target that is a number", slo({ target: 99.95 })],
  ["a target with its sign", slo({ target: "99.95%" })],
  ["a window that is a number", slo({ window: 28 })],
  ["a window that is none", slo({ window: "soon" })],
  ["a window that is too long", slo({ window: "2y" })],
  ["no window", slo({ window: undefined })],
  ["nothing about alerts", slo({ alerting: {} })],
  ["a name for alerts", slo({ alerting: { name: "ShopBurns" } })],
  ["a blank name for alerts", slo({ alerting: { name: "" } })],
  ["all alerts disabled", slo({ alerting: { disabled: true, burnrates: true, absent: true } })],
  ["all alerts enabled", slo({ alerting: { disabled: false, burnrates: true, absent: true } })],
  ["no burn rates", slo({ alerting: { burnrates: false } })],
  ["nothing about missing data", slo({ alerting: { absent: false } })],
  ["neither", slo({ alerting: { burnrates: false, absent: false } })],
  ["alerts that are disabled by a text", slo({ alerting: { disabled: "yes" } })],
  [
    "what nines does otherwise",
    slo({
      alerting: { absentName: "Gone", burnRateType: "dynamic", severities: {}, other: 1 },
      performanceOverAccuracy: true,
      performance_over_accuracy: true,
      partial_response_strategy: "warn",
      rulenamespace: "web",
    }),
  ],
];

const INDICATORS: readonly Case[] = [
  ["no indicator", by({})],
  ["two indicators", by({ ratio: RATIO, bool_gauge: { metric: "up" } })],
  [
    "three others",
    by({
      latency: { success: { metric: "a" }, total: { metric: "b" } },
      latencyNative: { latency: "1s", total: { metric: "b" } },
      bool_gauge: { metric: "up" },
    }),
  ],
  ["an indicator that nobody knows", by({ rate: {} })],
  ["a ratio by one label", by({ ratio: { ...RATIO, grouping: ["route"] } })],
  ["a ratio by none", by({ ratio: { ...RATIO, grouping: [] } })],
  [
    "a ratio by two labels, one of which has to be quoted",
    by({ ratio: { ...RATIO, grouping: ["route", "my.label"] } }),
  ],
  ["a ratio without a total", by({ ratio: { errors: { metric: "x" } } })],
  ["a ratio of errors that are no selector", by({ ratio: { errors: { metric: "sum(x)" }, total: { metric: "x" } } })],
  ["a ratio whose total is no selector", by({ ratio: { errors: { metric: "x" }, total: { metric: "1" } } })],
  ["a ratio of which neither is one", by({ ratio: { errors: { metric: "rate(x[5m])" }, total: { metric: "x +" } } })],
  ["a ratio over a range", by({ ratio: { errors: { metric: "x[5m]" }, total: { metric: "x" } } })],
  ["a ratio some time ago", by({ ratio: { errors: { metric: "x offset 1h" }, total: { metric: " x " } } })],
  ["a ratio of nothing", by({ ratio: { errors: { metric: "" }, total: { metric: "x" } } })],
  bucket('x_bucket{le="0.4"}'),
  bucket('x_bucket{le="0.001"}'),
  bucket('x_bucket{le="0.0009"}'),
  bucket('x_bucket{le="0.0015"}'),
  bucket('x_bucket{le="86400"}'),
  bucket('x_bucket{le="86400.001"}'),
  bucket('x_bucket{le="0"}'),
  bucket('x_bucket{le="+Inf"}'),
  bucket('x_bucket{le!="0.4"}'),
  bucket('x_bucket{le=~"0.4"}'),
  bucket('x_bucket{code="0.4"}'),
  bucket("x_bucket"),
  bucket("sum(x_bucket)"),
  [
    "a latency by two labels",
    by({ latency: { success: { metric: 'x{le="1"}' }, total: { metric: "y" }, grouping: ["a", "b"] } }),
  ],
  [
    "a latency whose total is no selector",
    by({ latency: { success: { metric: 'x{le="1"}' }, total: { metric: "y()" } } }),
  ],
  native("250ms"),
  native("1s"),
  native("1m30s"),
  native(250),
  native("0ms"),
  native("2d"),
  ["a native latency by a label", by({ latencyNative: { latency: "1s", total: { metric: "x" }, grouping: ["a"] } })],
  ["a native latency of no selector", by({ latencyNative: { latency: "1s", total: { metric: "x + y" } } })],
  ["a gauge", by({ bool_gauge: { metric: "up" } })],
  ["a gauge by two labels", by({ bool_gauge: { metric: "up", grouping: ["a", "b"] } })],
  ["a gauge of no selector", by({ bool_gauge: { metric: "up == 1" } })],
  ["a gauge called rate", by({ bool_gauge: { metric: "rate" } })],
  [
    "a sum by a label beside a selector",
    by({ ratio: { errors: { metric: "x{a='b'}" }, total: { metric: "sum(x) by (a)" } } }),
  ],
];

test.each([
  ["pyrra-metadata", METADATA],
  ["pyrra-spec", SPEC],
  ["pyrra-indicators", INDICATORS],
])("what becomes of %s", async (name, cases) => {
  await expect(outcomesOf(cases)).toMatchFileSnapshot(`../../data/rules/formats/${name}.txt`);
});
