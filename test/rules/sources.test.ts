/** What rules can be made of, and what is refused, in its very words. */
import { describe, expect, it } from "vitest";

import { generateRules } from "../../src/rules/generate.ts";
import type { RuleOptions } from "../../src/rules/options.ts";
import { openSlos, pathOf, type SloInput } from "../../src/rules/source.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";
import { refused } from "./refused.ts";

const DOCUMENT = {
  service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "30d" } } },
} as SloDocumentInput;

describe("what SLOs are handed in as", () => {
  const { slos } = parseSloDocument(DOCUMENT);
  const [slo] = slos as readonly [Slo];
  const another = "hand in its text, a plain object, or SLOs that were read";

  it.each<readonly [unknown, string]>([
    [undefined, `undefined is no SLO document; ${another}`],
    [null, `null is no SLO document; ${another}`],
    [5, `5 is no SLO document; ${another}`],
    [slo, "this is one SLO; hand in a list, [slo]"],
    [{ slos, format: "nines", unsupported: [] }, "this is all that importSlos gives; hand in its slos"],
    [[], "there are no SLOs in it"],
    [{ slos: [], forService: () => [] }, "there are no SLOs in it"],
    [[slo, slo], '["shop/availability"]: is there twice; give each SLO its own name'],
  ])("%j is refused", (input, message) => {
    expect(refused(() => openSlos(input as SloInput, undefined))).toBe(message);
  });

  it.each<readonly [object, string]>([
    [{ slos, format: "nines" }, "slos"],
    [{ slos, unsupported: [] }, "slos"],
    [{ format: "nines", unsupported: [] }, "format"],
    [{ slos: {}, forService: 1 }, "slos"],
    [{ id: 1, objective: 2 }, "id"],
    [{ id: 1, window: 2 }, "id"],
    [{ objective: 1, window: 2 }, "objective"],
  ])("%j is taken for a document, and has a key that none has", (input, key) => {
    expect(refused(() => openSlos(input as SloInput, undefined))).toContain(`unknown key "${key}"`);
  });

  it("are the same, whichever way", () => {
    for (const input of [DOCUMENT, JSON.stringify(DOCUMENT), parseSloDocument(DOCUMENT), slos, [slo]]) {
      const source = openSlos(input, "slo.yaml");
      expect(source.slos).toEqual(slos);
      expect(source.document.file).toBe("slo.yaml");
      expect(source.document.value).toBeUndefined();
    }
    expect(pathOf(slo)).toEqual(["service_level_objectives", "shop", "availability"]);
  });

  it("have places where they are text, and none otherwise", () => {
    const text = openSlos(
      "service_level_objectives:\n  shop:\n    availability: { target: 99%, measurement_window: 30d }\n",
      undefined,
    ).document;
    const path = ["service_level_objectives", "shop", "availability", "target"];
    expect([text.locate(path, "key"), text.locateIn(path, 1), text.placeAt(30)]).toEqual([
      { line: 3, column: 21 },
      { line: 3, column: 30 },
      { line: 2, column: 5 },
    ]);
    for (const input of [DOCUMENT, slos]) {
      const { document } = openSlos(input, undefined);
      expect([document.locate(path, "key"), document.locateIn(path, 1), document.placeAt(30)]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  it("name their file in what is wrong with them", () => {
    const text = "service_level_objectives: { shop: { availability: { target: 99% } } }";
    expect(refused(() => openSlos(text, "slo.yaml"))).toMatch(
      /^slo\.yaml:1:37 service_level_objectives\.shop\.availability\.measurement_window: is missing/,
    );
    expect(refused(() => openSlos(text, undefined))).toMatch(/^1:37 service_level_objectives/);
    expect(refused(() => openSlos({ service_level_objectives: {} }, "slo.yaml"))).toMatch(
      /^slo\.yaml service_level_objectives: is/,
    );
  });
});

describe("what an SLO cannot have rules for", () => {
  const one = (fields: object, options: RuleOptions = {}): string =>
    refused(() =>
      generateRules(
        {
          service_level_objectives: {
            shop: { a: { kind: "availability", target: "99%", measurement_window: "30d", ...fields } },
          },
        },
        options,
      ),
    ).replaceAll("service_level_objectives.shop.a", "SLO");
  const NO_TARGET =
    'SLO: has no `sli`, and the option target finds no series of it; let that give matchers such as job="shop"';
  const least = (length: string): string => `its rules need at least ${length}, eight scrapes or two slices`;

  it.each<readonly [object, RuleOptions, string]>([
    [{}, { target: () => undefined }, NO_TARGET],
    [{}, { target: " " }, NO_TARGET],
    [
      { measurement_window: "3m" },
      {},
      `SLO.measurement_window: a window of 3m is too short for Prometheus: ${least("4m")}`,
    ],
    [
      { measurement_window: "15m" },
      { scrapeInterval: "2m" },
      `SLO.measurement_window: a window of 15m is too short for Prometheus: ${least("16m")}`,
    ],
    [{ measurement_window: "16m" }, { scrapeInterval: "2m" }, ""],
    [{ measurement_window: "4m" }, {}, ""],
    [
      { measurement_window: "4m" },
      { interval: "2m30s" },
      `SLO.measurement_window: a window of 4m is too short for Prometheus: ${least("5m")}`,
    ],
    [
      { measurement_window: { calendar: "month" } },
      {},
      'SLO.measurement_window: Prometheus cannot count over a calendar month (UTC); write a rolling window, or have it taken for one by calendarWindows: "rolling"',
    ],
    [{ measurement_window: { calendar: "month" } }, { calendarWindows: "rolling" }, ""],
    [{ sli: "sum(" }, {}, "SLO.sli: this ( is not closed"],
    [{ sli: { good: "sum(rate(a[5m]))", total: "sum(rate(a" } }, {}, "SLO.sli.total: this ( is not closed"],
    [{ alerting: { tiers: { mine: { severity: "page", long: "2h" } } } }, {}, "SLO.alerting.tiers.mine"],
  ])("%j with %j", (fields, options, message) => {
    if (message.startsWith("SLO.alerting") || message.startsWith("SLO.sli"))
      expect(one(fields, options)).toContain(message);
    else expect(one(fields, options)).toBe(message);
  });

  it("is told of all SLOs at once", () => {
    const slo = { kind: "availability", target: "99%", measurement_window: "1m" };
    const text = JSON.stringify({ service_level_objectives: { shop: { b: slo, a: slo } } });
    expect(
      refused(() => generateRules(text, { file: "slo.yaml" }))
        .split("\n")
        .filter((line) => line.includes("is too short")),
    ).toHaveLength(2);
  });
});

describe("what is done otherwise", () => {
  const remarks = (fields: object, options: RuleOptions = {}): unknown =>
    generateRules(
      {
        service_level_objectives: {
          shop: { a: { kind: "availability", target: "99%", measurement_window: "30d", ...fields } },
        },
      },
      options,
    ).remarks;

  it.each<readonly [object, RuleOptions, readonly string[]]>([
    [
      { measurement_window: { calendar: "month", time_zone: "Europe/Berlin" } },
      { calendarWindows: "rolling" },
      ["its calendar month (Europe/Berlin) is taken for the last 30d"],
    ],
    [
      { kind: "throughput", target: 5, slice: "1m" },
      {},
      ["its slices of 1m are taken for 2m: a rate needs two samples, and a scrape may fail"],
    ],
    [{ kind: "throughput", target: 5, slice: "2m" }, {}, []],
    [{ kind: "throughput", target: 5, slice: "1m" }, { scrapeInterval: "15s" }, []],
  ])("%j with %j is told", (fields, options, messages) => {
    expect(remarks(fields, options)).toEqual(messages.map((message) => ({ slo: "shop/a", message })));
  });
});
