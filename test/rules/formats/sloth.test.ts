/**
 * Sloth's documents, field by field. The outcomes are read in test/data/rules/formats/sloth-*.txt, which
 * `npx vitest run test/rules/formats/sloth.test.ts -u` makes anew.
 */
import { expect, test } from "vitest";
import type { ImportOptions } from "../../../src/rules/formats/model.ts";
import { outcomesOf, type Written } from "./outcome.ts";

const BAD = "sum(rate(bad[{{.window}}]))";
const ALL = "sum(rate(all[{{.window}}]))";

/** A file with an SLO of these fields, and of these at the root. */
function file(slo: object, root: object = {}): object {
  const usual = { name: "checkout", objective: 99.9, sli: { events: { error_query: BAD, total_query: ALL } } };
  return { version: "prometheus/v1", service: "shop", ...root, slos: [{ ...usual, ...slo }] };
}

function resource(root: object, slo: object = {}): object {
  const events = { errorQuery: BAD, totalQuery: ALL };
  const slos = [{ name: "checkout", objective: 99.9, sli: { events }, ...slo }];
  return {
    apiVersion: "sloth.slok.dev/v1",
    kind: "PrometheusServiceLevel",
    spec: { service: "shop", slos },
    ...root,
  };
}

const events = (error_query: unknown, total_query: unknown = ALL): object =>
  file({ sli: { events: { error_query, total_query } } });
const raw = (error_ratio_query: unknown, objective: unknown = 99.9): object =>
  file({ objective, sli: { raw: { error_ratio_query } } });
const objective = (written: unknown): object => file({ objective: written });
const alerting = (fields: unknown): object => file({ alerting: fields });
const TEXTS = { area: "web", 5: "five", "my-team": "shop", empty: " ", __own: "x" };

const FILES: ReadonlyArray<readonly [string, Written, ImportOptions?]> = [
  ["the least that an SLO has", file({})],
  ["a description", file({ description: "Of the last step." })],
  ["a blank description", file({ description: "" })],
  ["a service that is a number", file({}, { service: 5 })],
  ["a blank service", file({}, { service: "" })],
  [
    "an unknown key at the root, in the SLO, its indicator, its events and its alerts",
    file(
      {
        owner: "a",
        sli: { event: {}, events: { error_query: BAD, total_query: ALL, good: "x" } },
        alerting: { names: "x", page_alert: { label: {} } },
      },
      { services: "shop" },
    ),
  ],
  ["no SLOs", { version: "prometheus/v1", service: "shop", slos: [] }],
  ["an SLO without a value", { version: "prometheus/v1", service: "shop", slos: [null] }],
  [
    "keys without a value",
    file({ description: null, alerting: null, labels: null }, { labels: null, slo_plugins: null }),
  ],
  ["labels at the root, of names that labels have, and of others", file({}, { labels: TEXTS })],
  ["labels of the SLO, of names that labels have, and of others", file({ labels: TEXTS })],
  [
    "labels of both, where those of the SLO win",
    file({ labels: { team: "slo", "a/b": "slo" } }, { labels: { team: "root", area: "web", "a/b": "root" } }),
  ],
  ["labels that are a number, true, and a list", file({ labels: { one: 1, yes: true, list: ["a"] } })],
  ["plugins", file({ plugins: { chain: [] } }, { slo_plugins: {} })],
  ["no indicator", file({ sli: {} })],
  [
    "two indicators",
    file({ sli: { raw: { error_ratio_query: BAD }, events: { error_query: BAD, total_query: ALL } } }),
  ],
  ["a plugin for an indicator", file({ sli: { plugin: { id: "sloth-common/http", options: { a: "b" } } } })],
  ["a plugin beside events", file({ sli: { plugin: {}, events: { error_query: BAD, total_query: ALL } } })],
  ["events without a total", file({ sli: { events: { error_query: BAD } } })],
  ["raw without a query", file({ sli: { raw: {} } })],
  ["raw", raw("sum(rate(bad[{{.window}}])) / sum(rate(all[{{.window}}]))", 99)],
  ["raw without the window", raw("bad:ratio")],
  ["raw that is no PromQL", raw("sum(")],
  ["raw that is a number", raw(5)],
  ["events without the window", events("sum(rate(bad[1m]))", "sum(rate(all[1m]))")],
  [
    "the window as Go's templates may have it",
    events("  sum(rate(bad[{{ .window }}]))\n", "sum(rate(all[{{-  .window -}}])) + sum(rate(more[{{.window}}]))"),
  ],
  ["another variable", events('sum(rate(bad{service="{{ .service }}"}[{{.window}}]))')],
  [
    "another variable that is long, and one that does not end",
    events(`sum(rate({{ printf "%s" "${"x".repeat(60)}" }}[5m]))`, "sum({{ .a"),
  ],
  ["a variable over two lines", events("sum(rate({{ .a\n}}[5m]))")],
  ["what is no PromQL, before the window", events("sum)(rate(bad[{{.window}}]))")],
  ["what is no PromQL, at the window", events("sum(rate(bad({{.window}})))", "rate(x[1m{{ .window }}])")],
  ["what is no PromQL, just behind the window", events("rate(bad[{{.window}}])]", "rate(bad[{{ .window }} ]))")],
  [
    "what is no PromQL, right behind the window",
    events("rate(bad[{{.window}})", "rate(a[{{ .window }}]) + rate(b[{{ .window }})"),
  ],
  ["a window of the options that no SLO can have", file({}), { window: "2y" }],
  ["what is no PromQL, behind two windows", events("rate(a[{{.window}}]) + rate(b[{{ .window }}]) + )")],
  ["what is no PromQL, between two windows", events("rate(a[{{.window}}]) + ) + rate(b[{{ .window }}])")],
  ["what is no PromQL, without a window", events("rate(a[5m]) +")],
  ["one count that cannot be read", events(BAD, "sum(")],
  ["a blank query", events("")],
];

const OBJECTIVES = [
  ...[
    99,
    "99.95",
    " 99.5 ",
    99.9999999,
    "99.99999999",
    0,
    "0",
    1e-7,
    2.5e-7,
    100,
    "100.0",
    100.5,
    -1,
    "99.9%",
    "1e1",
    "",
    ".",
  ],
  ...[true, [99], { a: 1 }, "099.5", "1234567890", "99.123456789012345678901", "lots"],
].map((written): [string, object] => [`the objective ${JSON.stringify(written)}`, objective(written)]);

const ALERTING: ReadonlyArray<readonly [string, Written]> = [
  ["nothing about alerts", alerting({})],
  ["a name", alerting({ name: "ShopBurns" })],
  ["a blank name", alerting({ name: "" })],
  [
    "labels and annotations, of names that alerts can have, and of others",
    alerting({ labels: TEXTS, annotations: { ...TEXTS, summary: "It burns" } }),
  ],
  ["labels that the SLO has too", file({ labels: { area: "shop", team: "a" }, alerting: { labels: { area: "web" } } })],
  ["a label that the rules set themselves", alerting({ page_alert: { labels: { service: "other" } } })],
  [
    "pages with labels and annotations",
    alerting({ page_alert: { disable: false, labels: TEXTS, annotations: TEXTS } }),
  ],
  ["tickets with labels and annotations", alerting({ ticket_alert: { labels: TEXTS, annotations: TEXTS } })],
  ["pages about which nothing is said", alerting({ page_alert: {}, ticket_alert: { labels: {}, annotations: {} } })],
  ["both disabled", alerting({ page_alert: { disable: true }, ticket_alert: { disable: true } })],
  ["pages disabled, with labels", alerting({ page_alert: { disable: true, labels: { a: "b" } } })],
  ["tickets disabled, with annotations", alerting({ ticket_alert: { disable: true, annotations: { a: "b" } } })],
  [
    "a page that is true, and a ticket that is disabled by a text",
    alerting({ page_alert: true, ticket_alert: { disable: "yes" } }),
  ],
  ["a name that is too long for nines", alerting({ name: "x".repeat(300) })],
  [
    "a control character in texts of each place",
    file({
      labels: { a: "\u0007" },
      alerting: {
        labels: { b: "\u0007" },
        page_alert: { labels: { c: "\u0007" } },
        ticket_alert: { annotations: { d: "\u0007" } },
      },
    }),
  ],
];

const RESOURCES: ReadonlyArray<readonly [string, Written]> = [
  ["the least that one has", resource({})],
  [
    "all that metadata can have",
    resource({
      metadata: {
        name: "shop-slos",
        namespace: "web",
        labels: { app: "shop", "example.com/owner": "a", "!": "odd", blank: "", note: "label" },
        annotations: {
          note: "annotation",
          "kubectl.kubernetes.io/last-applied-configuration": "{}",
          "!": "odd",
          blank: " ",
        },
        ...Object.fromEntries(
          "uid generation resourceVersion creationTimestamp selfLink managedFields ownerReferences finalizers deletionTimestamp deletionGracePeriodSeconds generateName"
            .split(" ")
            .map((key) => [key, "x"]),
        ),
      },
      status: { phase: "ok" },
      other: 1,
    }),
  ],
  ["blank names in metadata", resource({ metadata: { name: " ", namespace: "", labels: {}, annotations: {} } })],
  [
    "alerts and plugins, in camel case",
    resource(
      {},
      { plugins: {}, alerting: { name: "A", pageAlert: { disable: true }, ticketAlert: { labels: { a: "b" } } } },
    ),
  ],
  [
    "alerts and queries as files have them",
    resource({}, { alerting: { page_alert: {} }, sli: { events: { error_query: BAD, total_query: ALL } } }),
  ],
  ["raw", resource({}, { sli: { raw: { errorRatioQuery: "bad:ratio{{.window}}" } } })],
  ["a plugin for an indicator", resource({}, { sli: { plugin: { id: "a" } } })],
  [
    "labels beside the annotations of the resource",
    resource({
      metadata: { name: "a", annotations: { "x/y": "resource" } },
      spec: {
        service: "shop",
        labels: { "x/y": "group" },
        sloPlugins: {},
        slos: [{ name: "a", objective: 99, sli: { raw: { errorRatioQuery: "a{{.window}}" } } }],
      },
    }),
  ],
  ["no spec", resource({ spec: undefined })],
  ["no kind", resource({ kind: undefined })],
  ["windows of alerts", [resource({}), { apiVersion: "sloth.slok.dev/v1", kind: "AlertWindows", spec: {} }]],
  ["another kind", [resource({}), { apiVersion: "sloth.slok.dev/v1", kind: "Other" }]],
  ["a kind that is a number, and nothing else", { apiVersion: "sloth.slok.dev/v1", kind: 5 }],
];

test.each([
  ["sloth-files", FILES],
  ["sloth-objectives", OBJECTIVES],
  ["sloth-alerting", ALERTING],
  ["sloth-resources", RESOURCES],
])("what becomes of %s", async (name, cases) => {
  await expect(outcomesOf(cases)).toMatchFileSnapshot(`../../data/rules/formats/${name}.txt`);
});
