/**
 * The objects of OpenSLO v1, the references between them, and what nines notes in them. The outcomes are read in
 * test/data/rules/formats/openslo-*.txt, which `npx vitest run test/rules/formats/openslo-objects.test.ts -u` makes anew.
 */
import { expect, test } from "vitest";
import type { ImportOptions } from "../../../src/rules/formats/model.ts";
import { by, COUNTS, metric, noted, object, objective, slo, TOTAL } from "./openslo-parts.ts";
import { outcomesOf, type Written } from "./outcome.ts";

type Case = readonly [string, Written, ImportOptions?];

const TEXTS = { team: "a", "my-team": "b", blank: " ", "!": "c", list: ["d", 5, true], number: 5 };
const notes = (texts: Readonly<Record<string, string>>, spec?: object): Case => [
  `the notes ${JSON.stringify(texts)}`,
  noted(texts, spec),
];
const SLI = object("SLI", "main", COUNTS);
const SERVICE = object("Service", "shop", { description: "Sells." }, { displayName: "The shop" });
const referring = (indicatorRef: unknown): object => slo({ indicator: undefined, indicatorRef });

const FIELDS: readonly Case[] = [
  ["the least that an SLO has", slo({})],
  ["texts", slo({ description: "Of the last step." }, { displayName: "Checkout works" })],
  ["blank texts", slo({ description: "" }, { displayName: "" })],
  ["labels", slo({}, { labels: TEXTS })],
  ["annotations", slo({}, { annotations: { team: "a", "x/y": "b", blank: "", "!": "c", number: 5 } })],
  [
    "a label and an annotation of one name",
    slo({}, { labels: { "x/y": "label" }, annotations: { "x/y": "annotation" } }),
  ],
  ["labels that are mappings", slo({}, { labels: { a: {} } })],
  [
    "what the cluster writes, and keys that nobody knows",
    { ...slo({ windows: 1 }, { uid: "x", label: {} }), status: {} },
  ],
  ["no name", slo({}, { name: "" })],
  ["no service", slo({ service: "" })],
  ["a service and a name that have to be made fit", slo({ service: "The Shop" }, { name: "latency" })],
  ["its service, with texts", [slo({}), SERVICE]],
  ["its service, without", [slo({}), object("Service", "shop")]],
  ["its service, with what is not used", [slo({}), object("Service", "shop", {}, { labels: {}, annotations: {} })]],
  ["an objective with a name", objective({ displayName: "Good" })],
  [
    "texts that are too long",
    slo(
      { description: "x".repeat(1001) },
      { displayName: "x".repeat(201), labels: { a: "\u0007" }, annotations: { b: "\u0007" } },
    ),
  ],
  [
    "two objectives with names",
    slo({
      objectives: [
        { target: 0.9, displayName: "Good" },
        { target: 0.99, displayName: "Best" },
      ],
    }),
  ],
  [
    "two objectives whose names nines does not allow",
    slo({
      objectives: [
        { target: 0.9, displayName: "!" },
        { target: 0.99, displayName: "Best" },
      ],
    }),
  ],
  ["two objectives of which one is broken", slo({ objectives: [{ target: 0.9 }, {}] })],
  [
    "two objectives for whose numbers a long name leaves no place",
    slo({ objectives: [{ target: 0.9 }, { target: 0.9 }] }, { name: "x".repeat(99) }),
  ],
];

const REFERENCES: readonly Case[] = [
  ["no indicator", slo({ indicator: undefined })],
  ["an indicator and a reference to one", slo({ indicatorRef: "main" })],
  ["a reference", [referring("main"), SLI]],
  ["a reference to what is not there", [referring("mian"), SLI]],
  ["a reference to nothing like it", [referring("other")]],
  ["a reference to what is broken", [referring("main"), object("SLI", "main", "x")]],
  ["a reference to what is broken, by a number", [referring("5"), object("SLI", 5, "x")]],
  [
    "an indicator with texts",
    slo({
      indicator: {
        kind: "SLI",
        metadata: { name: "errors", displayName: "Errors", labels: {}, annotations: {} },
        spec: { ...COUNTS, description: "Of all." },
      },
    }),
  ],
  [
    "an indicator with the name that nines gives",
    slo({ indicator: { metadata: { name: "checkout-sli" }, spec: COUNTS } }),
  ],
  ["an indicator of another kind", slo({ indicator: { kind: "SLO", spec: COUNTS } })],
  ["an indicator without a spec", slo({ indicator: { metadata: { name: "a" } } })],
  [
    "an indicator by reference, with texts",
    [referring("main"), object("SLI", "main", { ...COUNTS, description: "Of all." }, { displayName: "Errors" })],
  ],
  [
    "an indicator of the objective",
    slo({ indicator: undefined, objectives: [{ target: 0.9, indicator: { spec: COUNTS } }] }),
  ],
  [
    "indicators of two objectives, of which one is a reference",
    [
      slo({
        indicator: undefined,
        objectives: [
          { target: 0.9, indicator: { spec: COUNTS } },
          { target: 0.8, indicatorRef: "main" },
        ],
      }),
      SLI,
    ],
  ],
  [
    "an indicator of one of two objectives",
    slo({ indicator: undefined, objectives: [{ target: 0.9 }, { target: 0.8, indicator: { spec: COUNTS } }] }),
  ],
  [
    "indicators of the SLO and of the objective",
    objective({ indicator: { spec: { thresholdMetric: TOTAL } }, op: "lt", value: 1 }),
  ],
  [
    "an objective with an indicator and a reference to one",
    [
      slo({ indicator: undefined, objectives: [{ target: 0.9, indicator: { spec: COUNTS }, indicatorRef: "main" }] }),
      SLI,
    ],
  ],
  ["a kind with a slip", [slo({}), object("Sli", "a", COUNTS)]],
  [
    "a kind that is a number, and none",
    [slo({}), object("SLI", "a", COUNTS), { apiVersion: "openslo/v1", kind: 5 }, { apiVersion: "openslo/v1" }],
  ],
  ["two objects of one kind and name", [slo({}), SLI, SLI, SERVICE, SERVICE]],
  ["two objects of one name, of two kinds", [referring("shop"), object("SLI", "shop", COUNTS), SERVICE]],
  [
    "what nothing refers to",
    [
      slo({}),
      SLI,
      object("DataSource", "a", { type: "x" }),
      object("Service", "cart"),
      object("AlertPolicy", "b", { conditions: [{ conditionRef: "c" }] }),
      object("AlertCondition", "c"),
      object("AlertNotificationTarget", "d", { target: "mail" }),
    ],
  ],
  [
    "a data source with what is not used",
    [
      by({ ratioMetric: { rawType: "success", raw: metric("a / b", { metricSourceRef: "main" }) } }),
      object(
        "DataSource",
        "main",
        { type: "Prometheus", description: "a", connectionDetails: {} },
        { displayName: "b", labels: {}, annotations: {} },
      ),
    ],
  ],
];

const NOTES: readonly Case[] = [
  notes({ service: "Shop" }),
  notes({ service: "The_Shop" }, { service: "the-shop-" + "00000000" }),
  notes({ name: "Checkout" }),
  notes({ name: "checkout" }),
  notes({ title: "A title" }),
  [
    "a title that is longer than OpenSLO allows",
    slo({}, { displayName: "x".repeat(63), annotations: { "nines.dev/title": "x".repeat(70) } }),
  ],
  ["a title that is another one", slo({}, { displayName: "y", annotations: { "nines.dev/title": "x" } })],
  notes({ window: "90s" }, { timeWindow: [{ duration: "2m" }] }),
  notes({ window: "90s" }, { timeWindow: [{ duration: "3m" }] }),
  notes({ window: "soon" }, { timeWindow: [{ duration: "2m" }] }),
  notes(
    { window: "1d" },
    { timeWindow: [{ duration: "1d", calendar: { startTime: "2024-01-01 00:00:00", timeZone: "UTC" } }] },
  ),
  notes({ window: "30d" }),
  notes({ slice: "30s" }, { budgetingMethod: "RatioTimeslices", objectives: [{ target: 0.9, timeSliceWindow: "1m" }] }),
  notes({ slice: "2m" }, { budgetingMethod: "RatioTimeslices", objectives: [{ target: 0.9, timeSliceWindow: "1m" }] }),
  notes({ slice: "x" }, { budgetingMethod: "RatioTimeslices", objectives: [{ target: 0.9, timeSliceWindow: 60 }] }),
  notes(
    { "empty-slices": "good" },
    { budgetingMethod: "RatioTimeslices", objectives: [{ target: 0.9, timeSliceWindow: "1m" }] },
  ),
  notes(
    { "empty-slices": "none" },
    { budgetingMethod: "RatioTimeslices", objectives: [{ target: 0.9, timeSliceWindow: "1m" }] },
  ),
  notes({ "empty-slices": "good", slice: "1m" }),
  notes({ "minimum-events": "10" }),
  notes({ "minimum-events": "123456789012345" }),
  notes({ "minimum-events": "ten" }),
  notes(
    { select: '{"routes":["/a"],"methods":["GET"]}' },
    { indicator: { spec: { ratioMetric: { rawType: "success", raw: metric("own", { type: "nines" }) } } } },
  ),
  notes({ select: '{"route":"/a"}' }),
  notes({ select: "[]" }),
  notes({ select: "{" }),
  notes({ labels: '{"_odd":"a"}' }),
  notes({ labels: "{}" }),
  notes({ annotations: '{"Odd/key":"a"}' }),
  notes({ annotations: "5" }),
  notes({ labels: "null" }),
  notes({ kinds: "latency" }),
  notes({ other: "a" }),
  [
    "notes beside labels and annotations of their own",
    slo(
      {},
      {
        labels: { a: "1", b: "1" },
        annotations: { c: "1", "nines.dev/labels": '{"b":"2"}', "nines.dev/annotations": '{"c":"2"}' },
      },
    ),
  ],
];

const windowed = (duration: unknown, more: object = {}): Case => [
  `the window ${JSON.stringify({ duration, ...more })}`,
  slo({ timeWindow: [{ duration, ...more }] }),
];
const calendar = (duration: string, startTime: string, more: object = {}): Case =>
  windowed(duration, { calendar: { startTime, timeZone: "Europe/Berlin" }, ...more });

const WINDOWS: readonly Case[] = [
  ["no window, and one in the options", slo({}), { window: "7d" }],
  ["no windows", slo({ timeWindow: [] })],
  ["two windows", slo({ timeWindow: [{ duration: "1d" }, { duration: "2d" }] })],
  ...[
    "5m",
    "90m",
    "12h",
    "28d",
    "4w",
    "1M",
    "2Q",
    "1Y",
    "366d",
    "0d",
    "1s",
    "1.5d",
    "d",
    "-1d",
    "1234567890m",
    "999999999d",
    "30 d",
    "P30D",
  ].map((one) => windowed(one)),
  windowed(30),
  windowed("30d", { isRolling: true }),
  windowed("30d", { isRolling: false }),
  calendar("1d", "2024-01-01 00:00:00", { isRolling: true }),
  calendar("1d", "2024-01-01 00:00:00", { isRolling: false }),
  ...["1d", "1w", "1M", "1Q", "1Y"].flatMap((unit) => [
    calendar(unit, "2024-01-01 00:00:00"),
    calendar(unit, "2024-04-01T00:00:00Z"),
    calendar(unit, "2024-02-05 00:00"),
    calendar(unit, "2024-01-01 12:00:00"),
  ]),
  calendar("1Y", "2024-07-01 00:00:00.000"),
  calendar("1Q", "2024-02-01 00:00:00"),
  calendar("1h", "2024-01-01 00:00:00"),
  calendar("2w", "2024-01-01 00:00:00"),
  calendar("1d", "2024-02-30 00:00:00"),
  calendar("1d", "2024-01-01"),
  calendar("1d", "2024-01-01 24:00:01"),
  calendar("1d", " 2024-01-01 00:00:00"),
  calendar("1d", "2024-01-01 00:00:00+02:00"),
  calendar("2d", "soon"),
  windowed("1d", { calendar: { startTime: "2024-01-01 00:00:00", timeZone: "Mars" } }),
  windowed("1d", { calendar: { startTime: "2024-01-01 00:00:00" } }),
];

test.each([
  ["fields", FIELDS],
  ["references", REFERENCES],
  ["notes", NOTES],
  ["windows", WINDOWS],
])("what becomes of %s", async (name, cases) => {
  await expect(outcomesOf(cases)).toMatchFileSnapshot(`../../data/rules/formats/openslo-${name}.txt`);
});
