/**
 * Which documents are read, and as what. The outcomes are read in test/data/rules/formats/documents-*.txt, which
 * `npx vitest run test/rules/formats/documents.test.ts -u` makes anew.
 */
import { describe, expect, test } from "vitest";
import { importSlos } from "../../../src/rules/formats/import.ts";
import type { ImportOptions } from "../../../src/rules/formats/model.ts";
import { outcomeOf, outcomesOf, type Written } from "./outcome.ts";
import { refused } from "../refused.ts";

type Case = readonly [string, Written, ImportOptions?];

const SLI = { events: { error_query: "sum(rate(bad[{{.window}}]))", total_query: "sum(rate(all[{{.window}}]))" } };
const slo = { name: "a", objective: 99, sli: SLI };
const SLOTH = { version: "prometheus/v1", service: "shop", slos: [slo] };
const { version: _, ...UNSIGNED } = SLOTH;
const NINES = { service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "30d" } } } };
const PYRRA = {
  apiVersion: "pyrra.dev/v1alpha1",
  metadata: { name: "b" },
  spec: { target: "99", window: "4w", indicator: { bool_gauge: { metric: "up" } } },
};
const metric = { source: "prometheus", queryType: "promql", query: "sum(rate(x[5m]))" };
const ALPHA = {
  apiVersion: "openslo/v1alpha",
  kind: "SLO",
  metadata: { name: "c" },
  spec: {
    service: "shop",
    budgetingMethod: "Occurrences",
    objectives: [{ target: 0.9, ratioMetrics: { good: metric, total: metric } }],
  },
};
const raw = { metricSource: { type: "Prometheus", spec: { query: "a / b" } } };
const V1 = {
  ...ALPHA,
  apiVersion: "openslo/v1",
  spec: {
    service: "shop",
    budgetingMethod: "Occurrences",
    indicator: { spec: { ratioMetric: { rawType: "success", raw } } },
    objectives: [{ target: 0.9 }],
  },
};
const unsigned = ({ apiVersion: _apiVersion, ...rest }: { apiVersion: string }): object => rest;

const FORMATS: readonly Case[] = [
  ["nines", NINES],
  ["Sloth", SLOTH],
  ["Pyrra", PYRRA],
  ["OpenSLO v1alpha", ALPHA],
  ["OpenSLO v1", V1],
  ["Sloth where Sloth is asked for", SLOTH, { format: "sloth" }],
  ["nines where Pyrra is asked for", NINES, { format: "pyrra" }],
  ["OpenSLO v1alpha where v1 is asked for", ALPHA, { format: "openslo/v1" }],
  ["Sloth where nines is asked for", SLOTH, { format: "nines" }],
  ["Sloth that does not say so", UNSIGNED, { format: "sloth" }],
  ["Pyrra that does not say so", unsigned(PYRRA), { format: "pyrra" }],
  ["OpenSLO v1alpha that does not say so", unsigned(ALPHA), { format: "openslo/v1alpha" }],
  ["OpenSLO v1 that does not say so", unsigned(V1), { format: "openslo/v1" }],
  ["a document that does not say so behind one that does", [SLOTH, UNSIGNED]],
  ["one that says so behind one that does not", [UNSIGNED, SLOTH]],
  ["documents of two formats", [SLOTH, NINES]],
  ["documents of three formats", [V1, ALPHA, SLOTH]],
  ["nothing that is known", { a: 1 }],
  ["a version of Sloth's that is not known", { version: "prometheus/v2" }],
  ["a version that is a number", { version: 2 }],
  ["a version that is a list", { version: ["prometheus/v1"] }],
  ["a version that is far from all", { version: "something else" }],
  ["an apiVersion that is not known", { apiVersion: "openslo/v1alfa", version: "prometheus/v1" }],
  ["an apiVersion that is a number", { apiVersion: 1 }],
  ["an apiVersion of every object", { apiVersion: "constructor" }],
  ["an apiVersion that is not known, where a format is asked for", { apiVersion: "pyrra.dev/v1" }, { format: "pyrra" }],
];

const LISTS: readonly Case[] = [
  ["a list", `[${JSON.stringify(SLOTH)}, ${JSON.stringify({ ...SLOTH, service: "cart" })}]`],
  ["lists in a list", `[[], [[${JSON.stringify(SLOTH)}]]]`],
  ["an empty list", "[]"],
  ["a list of resources", { apiVersion: "v1", kind: "List", items: [PYRRA] }],
  [
    "a list of Pyrra's, with metadata and a key that nobody knows",
    { apiVersion: "v1", kind: "ServiceLevelObjectiveList", metadata: {}, items: [PYRRA], more: 1 },
  ],
  ["a list without items", { kind: "List", items: [] }],
  ["a list whose items are a mapping", { kind: "List", items: {} }],
  ["a list of a kind that does not end so", { kind: "Listing", items: [PYRRA] }],
  ["a list whose kind is none", { kind: 5, items: [PYRRA] }],
  ["a list of resources within one", { kind: "List", items: [{ kind: "List", items: [PYRRA], metadata: {} }] }],
  ["a resource that is a text", { kind: "List", items: ["a", null] }],
  ["a text", "hello"],
  ["a number, and a document behind it", "5\n---\nservice: a\n"],
  ["no document", ""],
  ["a document that is no YAML", "a: [1\nb: 2"],
];

const many = (count: number): object => ({
  ...SLOTH,
  slos: Array.from({ length: count }, () => ({ ...slo, objective: 100 })),
});
test.each([
  ["formats", FORMATS],
  ["lists", LISTS],
])("what becomes of %s", async (name, cases) => {
  await expect(outcomesOf(cases)).toMatchFileSnapshot(`../../data/rules/formats/documents-${name}.txt`);
});

describe("more faults than anybody reads are told as far as the first hundred", () => {
  test.each<readonly [string, readonly object[], number, string]>([
    ["of two documents, a hundred", [many(50), many(50)], 100, "fault 603:16 slos.49.objective: 100% leaves no"],
    ["of two documents, one more", [many(50), many(51)], 101, "fault ?:? : and 1 more faults"],
    ["of two documents, ten more", [many(55), many(55)], 101, "fault ?:? : and 10 more faults"],
    ["of one document, ten more", [many(110)], 101, "fault ?:? : and 10 more faults"],
    [
      "of two documents, of which one has more than a hundred",
      [many(3), many(110)],
      101,
      "fault ?:? : and 13 more faults",
    ],
  ])("%s", (_title, input, count, last) => {
    const lines = outcomeOf(input).split("\n");
    expect(lines).toHaveLength(count);
    expect(lines.at(-1)).toContain(last);
  });
});

describe("what importSlos is called with", () => {
  const refusedWith = (input: unknown, options?: unknown): string =>
    refused(() => importSlos(input as object, options as ImportOptions));

  test.each<readonly [unknown, unknown, string]>([
    [undefined, {}, "undefined is no document; hand in its text, or the same as a plain object"],
    [null, {}, "null is no document; hand in its text, or the same as a plain object"],
    [5, {}, "5 is no document; hand in its text, or the same as a plain object"],
    [
      SLOTH,
      { windows: "30d" },
      'windows: is no option of importSlos; did you mean "window"? allowed: file, window, format',
    ],
    [
      SLOTH,
      { window: "" },
      'window: "" is not a duration; write whole numbers with units (y, w, d, h, m, s, ms), such as 30d, 1h30m or 200ms',
    ],
    [
      SLOTH,
      { format: "openslo/v2" },
      'format: is not a format of SLOs; did you mean "openslo/v1"? allowed: nines, openslo/v1, openslo/v1alpha, sloth, pyrra',
    ],
    [
      SLOTH,
      { format: 5 },
      "format: is not a format of SLOs; allowed: nines, openslo/v1, openslo/v1alpha, sloth, pyrra",
    ],
  ])("%j with %j is refused", (input, options, message) => {
    expect(refusedWith(input, options)).toContain(message);
  });

  test.each<readonly [string, string]>([
    ["version: prometheus/v1\nservice: shop\nslos: []\n", "slos.yaml:3:7 slos: has 0 items; allowed: at least 1"],
    ["kind: List\nitems: []\n", "slos.yaml:2:8 items: is empty; write at least one SLO"],
    ["service_level_objectives: {}\n", "slos.yaml:1:27 service_level_objectives: "],
    ["a: [", "slos.yaml:1:"],
    ["apiVersion: openslo/v1\nkind: Service\nmetadata: { name: a }\n", "slos.yaml:1:1"],
  ])("the file is named where %j is refused", (text, message) => {
    expect(refusedWith(text, { file: "slos.yaml" })).toContain(message);
    expect(refusedWith(text)).not.toContain("slos.yaml");
  });

  test("what is told has places in a text alone", () => {
    const input = { ...SLOTH, slo_plugins: {} };
    const [told] = importSlos(input).unsupported;
    expect(told).not.toHaveProperty("line");
    expect(importSlos(JSON.stringify(input)).unsupported[0]).toMatchObject({ line: 1, path: ["slo_plugins"] });
  });

  test("an SLO that is left out is told of beside the others, and by itself", () => {
    const slos = [
      slo,
      { ...slo, name: "b", sli: { plugin: {} }, plugins: {} },
      { ...slo, name: "c", sli: { plugin: {} } },
    ];
    const { unsupported, leftOut } = importSlos({ ...SLOTH, slos });
    expect(unsupported.map(({ path }) => path.join("."))).toEqual([
      "slos.1.plugins",
      "slos.1.sli.plugin",
      "slos.2.sli.plugin",
    ]);
    expect(leftOut.map(({ path }) => path.join("."))).toEqual(["slos.1.sli.plugin", "slos.2.sli.plugin"]);
  });

  test("a document of nines is handed back as it is, with nothing told", () => {
    const { format, document, unsupported, leftOut } = importSlos(NINES);
    expect({ format, document, unsupported, leftOut }).toEqual({
      format: "nines",
      document: NINES,
      unsupported: [],
      leftOut: [],
    });
  });
});
