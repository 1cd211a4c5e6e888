/** SLOs that are made in code: what is wrong with them is told by key, and what is sound is taken as it is. */
import { describe, expect, it, test } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { Objective } from "../../src/core/objective.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import { type SloFields, sloOf, soundSlo, soundSlos } from "../../src/slo/sound.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

const FIELDS: SloFields = {
  service: "shop",
  name: "availability",
  kind: "availability",
  objective: "99.9%",
  window: "30d",
};
const LATENCY = { ...FIELDS, name: "latency", kind: "latency", thresholdMs: 200 };
const THROUGHPUT = { ...FIELDS, name: "pace", kind: "throughput", floorPerSecond: 10, sliceMs: 60_000 };

const SOUND: Slo = {
  id: "shop/availability",
  service: "shop",
  name: "availability",
  kind: "availability",
  objective: Objective.parse("99.9%"),
  window: rollingWindow("30d"),
  minimumEvents: 1,
};

/** The faults of an SLO, each as `path: message`. */
function faultsOf(fields: unknown): string {
  try {
    soundSlo(fields, ["slos", 0]);
    return "";
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n");
  }
}

describe("an SLO that is made in code", () => {
  test("is read from text, and given what it did not say", () => {
    expect(sloOf(FIELDS)).toEqual(SOUND);
    expect(sloOf({ ...FIELDS, window: "month", title: undefined as never })).toEqual({
      ...SOUND,
      window: { kind: "calendar", unit: "month", zone: "UTC" },
    });
    expect(sloOf({ ...FIELDS, events: { total: "a", bad: "b" } }).expression).toBe("1 - (b) / (a)");
    expect(sloOf({ ...FIELDS, kind: "error_rate", events: { total: "a", bad: "b" } }).expression).toBe("(b) / (a)");
  });

  test("is given back as it is if it is sound, and so are those of documents", () => {
    expect(soundSlo(SOUND, [])).toBe(SOUND);
    const { slos } = parseSloDocument({
      service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "30d" } } },
    });
    expect(soundSlos(slos)[0]).toBe(slos[0]);
    expect(soundSlo({ ...slos[0] }, [])).toEqual(slos[0]);
  });

  test("survives JSON, and the objective of another copy of nines", () => {
    const slices = { lengthMs: 60_000, empty: "bad", objective: Objective.parse("95%") } as const;
    for (const slo of [SOUND, { ...SOUND, expression: "a / b", slices }]) {
      expect(soundSlo(JSON.parse(JSON.stringify(slo)), [])).toEqual(slo);
    }
    expect(soundSlo({ ...SOUND, objective: { partsPerBillion: 999_000_000 } }, [])).toEqual(SOUND);
  });

  test.each<[string, object, string]>([
    [
      "the document's word",
      { sli: "a / b" },
      'slos.0.sli: is no key of an Slo; did you mean "expression"? allowed: id',
    ],
    ["a slip", { titel: "x" }, 'slos.0.titel: is no key of an Slo; did you mean "title"?'],
    ["an id of its own", { id: "foo" }, 'slos.0.id: "foo" is not service/name; write "shop/availability"'],
    ["no kind", { kind: undefined }, "slos.0.kind: is missing"],
    ["a kind that there is not", { kind: "latncy" }, 'slos.0.kind: "latncy" is not possible; did you mean "latency"?'],
    ["no budget", { objective: "100%" }, "slos.0.objective: 100% leaves no error budget"],
    ["no objective", { objective: {} }, "slos.0.objective: a mapping is not an objective"],
    ["a window that is none", { window: "30" }, "slos.0.window: "],
    ["a misspelt zone", { window: { kind: "calendar", unit: "day", tz: "UTC" } }, "slos.0.window.tz: "],
    [
      "a label that Prometheus refuses",
      { labels: { "my-team": "x" } },
      'slos.0.labels.my-team: "my-team" is not a name',
    ],
    ["a switch that there is not", { alerting: { pages: false } }, "slos.0.alerting.pages: is no key of the alerting"],
    [
      "the document's word of a tier",
      { alerting: { tiers: { page_fast: { budget: "5%" } } } },
      'slos.0.alerting.tiers.page_fast.budget: is no key of a tier; did you mean "budgetShare"?',
    ],
    [
      "both of two",
      { alerting: { tiers: { page_fast: { budgetShare: 0.1, factor: 2 } } } },
      "slos.0.alerting.tiers.page_fast: has both budgetShare and factor",
    ],
    ["one count alone", { events: { total: "a" } }, "slos.0.events: needs good or bad beside total"],
    [
      "slices without an expression",
      { slices: { lengthMs: 60_000, empty: "bad" } },
      "slos.0.slices: are possible only",
    ],
    [
      "slices that do not fit",
      { expression: "a", slices: { lengthMs: 7_000_000_000, empty: "bad" } },
      "slos.0.slices: slices of",
    ],
    ["a threshold that is none of its kind", { thresholdMs: 1 }, "slos.0.thresholdMs: is no key of an Slo"],
    ["a minimum of a half", { minimumEvents: 0.5 }, "slos.0.minimumEvents: 0.5 is not a count"],
  ])("with %s is refused", (_, fields, message) => {
    expect(faultsOf({ ...FIELDS, ...fields })).toContain(message);
  });

  it("of latency needs its threshold, of throughput its floor and slice", () => {
    expect(faultsOf(LATENCY)).toBe("");
    expect(faultsOf({ ...LATENCY, thresholdMs: undefined })).toBe("slos.0.thresholdMs: is missing");
    expect(faultsOf({ ...LATENCY, thresholdMs: undefined, threshold: "1s" })).toMatch(/did you mean "thresholdMs"\?/);
    expect(faultsOf(THROUGHPUT)).toBe("");
    expect(faultsOf({ ...THROUGHPUT, sliceMs: undefined })).toBe("slos.0.sliceMs: is missing");
    expect(faultsOf({ ...THROUGHPUT, sliceMs: 7_777 })).toContain("slos.0.sliceMs: slices of");
  });

  it("tells all its faults at once", () => {
    expect(faultsOf({ ...FIELDS, titel: "x", objective: 7, labels: { "a-b": "x" } }).split("\n")).toHaveLength(3);
    expect(faultsOf(null)).toContain("is no SLO; take those of parseSloDocument, or make one by sloOf");
  });
});

test("a misspelt key of a document that is written in code does not compile", () => {
  const read = (document: SloDocumentInput): unknown => parseSloDocument(document);
  // @ts-expect-error it is service_level_objectives
  expect(() => read({ serviceLevelObjectives: {} })).toThrow("serviceLevelObjectives");
  expect(() =>
    // @ts-expect-error it is target
    read({ service_level_objectives: { shop: { availability: { taget: "99%", measurement_window: "30d" } } } }),
  ).toThrow('did you mean "target"?');
});
