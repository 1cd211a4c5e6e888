/** Each field of an SLO that was made by hand: what it may be, and what is said of all else. */
import { describe, expect, it } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { type SloFields, sloOf, soundSlos } from "../../src/slo/sound.ts";

const BASE = { service: "shop", name: "it", kind: "availability", objective: "99.9%", window: "30d" } as const;

/** `path: message` of each fault. */
function faultsOf(make: () => unknown): readonly string[] {
  try {
    make();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  }
  return [];
}
const faultsWith = (fields: object): readonly string[] => faultsOf(() => sloOf({ ...BASE, ...fields }));
const alertingWith = (alerting: object): readonly string[] => faultsWith({ alerting });
const tierWith = (tier: object): readonly string[] => alertingWith({ tiers: { page_fast: tier } });

describe("an SLO made by hand", () => {
  it("keeps all that it may have", () => {
    const whole = {
      ...BASE,
      expression: "sum(rate(o[5m])) / sum(rate(a[5m]))",
      events: { total: "sum(rate(a[5m]))", good: "sum(rate(o[5m]))" },
      selector: { routes: ["/a"], methods: ["GET", "PUT"], statusCodes: ["2xx"], operations: ["mail"] },
      slices: { lengthMs: 60_000, empty: "good" },
      minimumEvents: 1,
      title: "t",
      description: "d",
      labels: { team: "shop" },
      annotations: { "example.com/who": "ann" },
      alerting: {
        name: "CartsBurn",
        runbookUrl: "https://r.example",
        dashboardUrl: "https://d.example",
        minimumFailures: 1,
        noData: false,
        labels: { a: "b" },
        annotations: { c: "d" },
        page: { labels: { pager: "loud" } },
        ticket: false,
        tiers: {
          page_fast: { severity: "page", budgetShare: 1, longMs: 1_000, shortMs: 1_000 },
          "t-2": { severity: "ticket", factor: 0.5 },
          off: false,
        },
      },
    };
    expect(sloOf(whole as unknown as SloFields)).toMatchObject({
      ...whole,
      id: "shop/it",
      objective: expect.anything(),
      window: expect.anything(),
    });
    for (const noData of ["page", "ticket"]) expect(alertingWith({ noData })).toEqual([]);
  });

  it("has its expression from its events, where it has none of its own", () => {
    expect(sloOf({ ...BASE, events: { total: "sum(rate(a[5m]))", good: "sum(rate(o[5m]))" } }).expression).toContain(
      "o[5m]",
    );
    expect(sloOf({ ...BASE }).expression).toBeUndefined();
  });

  it("is not the given one, if that has a key with nothing in it", () => {
    const slo = sloOf({ ...BASE });
    expect(sloOf(slo as SloFields)).toBe(slo);
    const more = { ...slo, title: undefined };
    expect(sloOf(more as unknown as SloFields)).not.toBe(more);
  });

  it.each<[object, string]>([
    [{ service: 7 }, "service: 7 is not a name"],
    [{ name: { a: 1 } }, "name: a mapping is not a name"],
    [{ title: " " }, 'title: " " is not text; write some'],
    [{ description: 1 }, "description: 1 is not text; write some"],
    [{ minimumEvents: 0 }, "minimumEvents: 0 is not a count; write a whole number from 1"],
    [{ minimumEvents: 1.5 }, "minimumEvents: 1.5 is not a count; write a whole number from 1"],
    [{ minimumEvents: "1" }, 'minimumEvents: "1" is not a count; write a whole number from 1'],
    [{ minimumEvents: 2 ** 53 }, "minimumEvents: 9007199254740992 is not a count; write a whole number from 1"],
    [{ selector: { routes: [] } }, "selector.routes: a list of 0 is not a list of texts"],
    [{ selector: { methods: "GET" } }, 'selector.methods: "GET" is not a list of texts'],
    [{ selector: { operations: ["a", 1] } }, "selector.operations: a list of 2 is not a list of texts"],
    [{ selector: { statusCodes: { length: 1 } } }, "selector.statusCodes: a mapping is not a list of texts"],
    [{ events: { total: "a", good: "b", bad: "c" } }, "events: needs good or bad beside total, and not both"],
    [{ events: { total: "a" } }, "events: needs good or bad beside total, and not both"],
    [
      { slices: { lengthMs: 60_000, empty: "good" } },
      "slices: are possible only beside an expression; this process counts events",
    ],
    [
      { slices: { lengthMs: 0, empty: "good" }, expression: "x" },
      "slices.lengthMs: 0 is out of range; write a number above 0, such as 60000",
    ],
    [
      { kind: "latency", thresholdMs: 86_400_001 },
      "thresholdMs: 86400001 is out of range; write a number above 0, such as 200",
    ],
    [{ kind: "latency", thresholdMs: "1" }, 'thresholdMs: "1" is out of range; write a number above 0, such as 200'],
  ])("with %j is refused", (fields, fault) => {
    expect(faultsWith(fields)).toEqual([fault]);
  });

  it("may have the largest threshold, and the smallest one", () => {
    for (const thresholdMs of [86_400_000, Number.MIN_VALUE])
      expect(faultsWith({ kind: "latency", thresholdMs })).toEqual([]);
  });

  it("tells a fault of a window at its key, and where in a list it is", () => {
    expect(faultsWith({ window: "1:30" })).toEqual([expect.stringMatching(/^window: "1:30" is not/)]);
    expect(faultsOf(() => soundSlos([sloOf({ ...BASE }), { ...BASE, window: "soon" }]))).toEqual([
      expect.stringMatching(/^1\.window: "soon" is not/),
    ]);
    expect(faultsOf(() => soundSlos([sloOf({ ...BASE }), 7], ["slos"]))).toEqual([
      "slos.1: 7 is no SLO; take those of parseSloDocument, or make one by sloOf",
    ]);
    expect(faultsOf(() => sloOf({ thresholdMs: 1 } as never))).toEqual([
      ": a mapping is no SLO; take those of parseSloDocument, or make one by sloOf",
    ]);
  });
});

describe("its alerting", () => {
  it.each<[object, string]>([
    [{ name: "" }, 'name: "" is not text; write some'],
    [{ runbookUrl: 1 }, "runbookUrl: 1 is not text; write some"],
    [{ minimumFailures: 0 }, "minimumFailures: 0 is not a count; write a whole number from 1"],
    [{ noData: true }, "noData: true"],
    [{ labels: { "a-b": "c" } }, "labels.a-b: "],
    [{ labels: { a: 1 } }, "labels.a: 1 is not text; write some"],
    [{ labels: [] }, "labels: a list of 0 "],
    [{ annotations: { "": "c" } }, "annotations.: "],
    [{ page: { colour: "red" } }, "page.colour: "],
    [{ ticket: true }, "ticket: true "],
    [{ runbook: "https://r.example" }, "runbook: "],
    [{ no_data: "page" }, "no_data: "],
    [
      { tiers: { "Page Fast": false } },
      'tiers.Page Fast: "Page Fast" is no name of a tier; use small letters, digits, _ and -, such as page_fast',
    ],
    [{ tiers: { [`a${"b".repeat(50)}`]: false } }, `tiers.a${"b".repeat(50)}: "a`],
    [
      { tiers: { "0a": false } },
      'tiers.0a: "0a" is no name of a tier; use small letters, digits, _ and -, such as page_fast',
    ],
    [
      { tiers: { "a b": false } },
      'tiers.a b: "a b" is no name of a tier; use small letters, digits, _ and -, such as page_fast',
    ],
    [{ tiers: { page_fast: true } }, "tiers.page_fast: true "],
  ])("with %j is refused", (fields, fault) => {
    const [first, ...others] = alertingWith(fields);
    expect(first?.startsWith(`alerting.${fault}`), first).toBe(true);
    expect(others).toEqual([]);
  });

  it("says what it is called, where a word of documents is taken", () => {
    expect(alertingWith({ runbook: "x" })).toEqual([expect.stringContaining("runbookUrl")]);
    expect(alertingWith({ dashboard: "x" })).toEqual([expect.stringContaining("dashboardUrl")]);
    expect(alertingWith({ minimum_failures: 1 })).toEqual([expect.stringContaining("minimumFailures")]);
    expect(alertingWith({ no_data: false })).toEqual([expect.stringContaining("noData")]);
    expect(alertingWith({ colour: 1 })).toEqual([expect.stringContaining("the alerting of an Slo")]);
    expect(alertingWith({ page: { colour: 1 } })).toEqual([expect.stringContaining("what pages have of their own")]);
    expect(alertingWith({ ticket: { colour: 1 } })).toEqual([
      expect.stringContaining("what tickets have of their own"),
    ]);
    for (const [word, ours] of [
      ["budget", "budgetShare"],
      ["share", "budgetShare"],
      ["long", "longMs"],
      ["short", "shortMs"],
    ] as const)
      expect(tierWith({ [word]: 1 })).toEqual([expect.stringContaining(ours)]);
    expect(tierWith({ colour: 1 })).toEqual([expect.stringContaining("a tier")]);
  });

  it.each<[object, string]>([
    [{ severity: "loud" }, 'severity: "loud"'],
    [{ budgetShare: 1.01 }, "budgetShare: 1.01 is out of range; write a number above 0, such as 0.02, which is 2%"],
    [{ budgetShare: 0 }, "budgetShare: 0 is out of range; write a number above 0, such as 0.02, which is 2%"],
    [{ factor: 0 }, "factor: 0 is out of range; write a number above 0, such as 14.4"],
    [{ longMs: 999 }, "longMs: 999 is no look-back; write milliseconds, of whole seconds, such as 3600000"],
    [{ longMs: 0 }, "longMs: 0 is no look-back; write milliseconds, of whole seconds, such as 3600000"],
    [{ shortMs: 1_500 }, "shortMs: 1500 is no look-back; write milliseconds, of whole seconds, such as 3600000"],
    [{ shortMs: "1000" }, 'shortMs: "1000" is no look-back; write milliseconds, of whole seconds, such as 3600000'],
    [{ longMs: 2 ** 53 * 1_000 }, "longMs: 9007199254740992000 is no look-back; write milliseconds"],
  ])("has no tier with %j", (tier, fault) => {
    const [first = "", ...others] = tierWith(tier);
    expect(first.startsWith(`alerting.tiers.page_fast.${fault}`), first).toBe(true);
    expect(others).toEqual([]);
  });

  it("has no tier with a share and a factor", () => {
    expect(tierWith({ budgetShare: 0.02, factor: 14.4 })).toEqual([
      "alerting.tiers.page_fast: has both budgetShare and factor; write one of them",
    ]);
    for (const tier of [{ budgetShare: 0.02 }, { factor: 14.4 }, { longMs: 1_000 }]) expect(tierWith(tier)).toEqual([]);
  });
});

describe("what is kept of an SLO made by hand", () => {
  it("is the very object, where it needs no reading", () => {
    const labels = { team: "shop", tier: "1" };
    const tiers = { page_fast: { longMs: 60_000 }, off: false as const };
    const made = sloOf({ ...BASE, labels, alerting: { tiers } });
    expect(made.labels).toBe(labels);
    expect(made.alerting?.tiers).toBe(tiers);
  });

  it("says all that is missing of one that is begun", () => {
    expect(faultsOf(() => sloOf({ service: "shop" } as unknown as SloFields))).toEqual([
      "name: is missing",
      "kind: is missing",
      "objective: is missing",
      "window: is missing",
    ]);
  });

  it("is nothing of a function, which has a name too", () => {
    expect(faultsOf(() => sloOf((() => 1) as unknown as SloFields))).toEqual([
      expect.stringContaining("is no SLO; take those of parseSloDocument, or make one by sloOf"),
    ]);
  });

  it("names null where an object must be", () => {
    expect(faultsWith({ labels: null })).toEqual(["labels: null is not labels by their names"]);
    expect(faultsWith({ objective: null })).toEqual([
      "objective: null is not an objective; write a percentage such as 99.9%",
    ]);
  });

  it("passes on what a window throws of its own", () => {
    const broken = new RangeError("a getter of its own");
    const hostile = {
      get kind(): never {
        throw broken;
      },
      durationMs: 1,
    };
    expect(() => sloOf({ ...BASE, window: hostile })).toThrow(broken);
  });
});
