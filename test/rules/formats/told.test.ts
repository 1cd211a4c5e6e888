/** What is told of documents of which nines takes a part, or nothing: each line in full. */
import { expect, test } from "vitest";
import { by, metric, slo } from "./openslo-parts.ts";
import { outcomeOf, type Written } from "./outcome.ts";

const COUNTS = '"sli":{"good":"sum(rate(good[5m]))","total":"sum(rate(all[5m]))"}';
const WEEKS = '"measurement_window":{"calendar":"week","time_zone":"UTC"}';
const DAYS = '"measurement_window":"30d"';

const pyrra = (target: unknown): object => ({
  apiVersion: "pyrra.dev/v1alpha1",
  kind: "ServiceLevelObjective",
  metadata: { name: "checkout" },
  spec: { target, window: "2w", indicator: { bool_gauge: { metric: "up" } } },
});
const weekly = (startTime: string): object =>
  slo({ timeWindow: [{ duration: "1w", calendar: { startTime, timeZone: "UTC" } }] });
const twice = (one: string, other: string): object =>
  slo({
    objectives: [
      { target: 0.9, displayName: one },
      { target: 0.99, displayName: other },
    ],
  });
const twoNamed = (one: string, other: string, titles: readonly string[]): string[] =>
  [
    [one, "90%", titles[0]],
    [other, "99%", titles[1]],
  ].map(([name, target, title]) => {
    const annotations = `"annotations":{"source.nines.dev/objective":${JSON.stringify(title)}}`;
    return `openslo/v1 shop/${String(name)} {"kind":"availability",${COUNTS},"target":"${String(target)}",${DAYS},${annotations}}`;
  });

test.each<[string, Written, readonly string[]]>([
  [
    "a share by another source than Prometheus",
    by({ ratioMetric: { rawType: "success", raw: metric("x", { type: "Datadog" }) } }),
    [
      "fault 1:1 : there is no SLO in it that nines can read",
      'fault 13:13 spec.indicator.spec.ratioMetric.raw.metricSource.type: nines reads PromQL, and not "Datadog", so this SLO is left out',
      'fault 14:13 spec.indicator.spec.ratioMetric.raw.metricSource.spec: is left out: nines reads PromQL, and not "Datadog"',
    ],
  ],
  [
    "an object without metadata",
    [slo({}), { apiVersion: "openslo/v1", kind: "SLI", spec: {} }],
    ["fault 24:1 metadata: is missing; it must be a mapping"],
  ],
  [
    "an object whose metadata are empty",
    [slo({}), { apiVersion: "openslo/v1", kind: "SLI", metadata: null, spec: {} }],
    ["fault 26:11 metadata: is missing; it must be a mapping"],
  ],
  [
    "weeks that begin on a Tuesday",
    weekly("2024-01-02 00:00:00"),
    [
      `openslo/v1 shop/checkout {"kind":"availability",${COUNTS},"target":"99%",${WEEKS}}`,
      "told 26:9 spec.timeWindow.0.calendar.startTime: is left out: a week begins on Mondays at midnight in nines",
    ],
  ],
  [
    "weeks that begin on a Monday",
    weekly("2024-01-08 00:00:00"),
    [`openslo/v1 shop/checkout {"kind":"availability",${COUNTS},"target":"99%",${WEEKS}}`],
  ],
  ["two objectives of two names", twice("Good", "Best"), twoNamed("checkout-good", "checkout-best", ["Good", "Best"])],
  ["two objectives of one name", twice("Good", "good"), twoNamed("checkout-1", "checkout-2", ["Good", "good"])],
  ["two objectives of which one has a name", twice("Good", "!"), twoNamed("checkout-1", "checkout-2", ["Good", "!"])],
  [
    "a target that is a list",
    pyrra([99.9]),
    ["fault 7:5 spec.target: a list of 1 is not a number from 0; write one such as 99.9"],
  ],
  [
    "a target that is words",
    pyrra("nine-nines"),
    ['fault 6:11 spec.target: "nine-nines" is not a number from 0; write one such as 99.9'],
  ],
  [
    "a target that is no number",
    pyrra(Number.NaN),
    ["fault 6:11 spec.target: NaN is not a number from 0; write one such as 99.9"],
  ],
])("%s", (_title, written, lines) => {
  expect(outcomeOf(written).split("\n")).toEqual(lines);
});
