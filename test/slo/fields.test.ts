import { describe, expect, test } from "vitest";

import { ConfigurationError, formatPath } from "../../src/core/errors.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import { ratioOf } from "../../src/slo/events.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

/** The one SLO with these fields, `name` being its kind. */
function read(name: string, fields: object): Slo {
  return parseSloDocument({ service_level_objectives: { shop: { [name]: fields } } } as SloDocumentInput).slos[0]!;
}

const availability = (fields: object): Slo =>
  read("availability", { target: "99.9%", measurement_window: "30d", ...fields });

/** The faults of an SLO of availability with these fields, as `path: message`, the path from the SLO on. */
function faultsOf(fields: object): string[] {
  try {
    availability(fields);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ path, message }) => `${formatPath(path.slice(3))}: ${message}`);
  }
  return [];
}

const many = (count: number, one: unknown = "x"): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${String(index)}`, one]));

describe("the alerting of an SLO", () => {
  test("is kept as it is meant, field by field, and what is left out is not there", () => {
    const alerting = {
      name: "ShopBurns",
      runbook: "https://runbooks.example/shop",
      dashboard: "http://grafana.example/d/1",
      minimum_failures: 5,
      no_data: false,
      labels: { team: "shop" },
      annotations: { summary: "It burns" },
      page: false,
      ticket: { labels: { queue: "shop" } },
      tiers: {
        page_fast: { budget: "2%", long: "1h", short: "5m" },
        page_slow: false,
        own_1: { severity: "ticket", factor: 14.4, long: "1s" },
      },
    };
    expect(availability({ alerting }).alerting).toStrictEqual({
      name: "ShopBurns",
      runbookUrl: "https://runbooks.example/shop",
      dashboardUrl: "http://grafana.example/d/1",
      minimumFailures: 5,
      noData: false,
      labels: { team: "shop" },
      annotations: { summary: "It burns" },
      page: false,
      ticket: { labels: { queue: "shop" } },
      tiers: {
        page_fast: { budgetShare: 0.02, longMs: 3_600_000, shortMs: 300_000 },
        page_slow: false,
        own_1: { severity: "ticket", factor: 14.4, longMs: 1_000 },
      },
    });
    expect(availability({ alerting: { name: "A" } }).alerting).toStrictEqual({ name: "A" });
    expect(availability({ alerting: { tiers: { a: {} } } }).alerting).toStrictEqual({ tiers: { a: {} } });
  });

  test("may be at the ends of what is allowed", () => {
    const tiers = {
      ["a".repeat(50)]: { budget: 1, long: "1h", short: "1h" },
      b: { factor: 1e9 },
      c: { budget: "0.000000001%" },
      f: { budget: "12.5%" },
      d: { budget: "2.5 %" },
      e: { budget: " 7%" },
    };
    expect(Object.values(availability({ alerting: { tiers } }).alerting?.tiers ?? {})).toStrictEqual([
      { budgetShare: 1, longMs: 3_600_000, shortMs: 3_600_000 },
      { factor: 1e9 },
      { budgetShare: 1e-11 },
      { budgetShare: 0.125 },
      { budgetShare: 0.025 },
      { budgetShare: 0.07 },
    ]);
    expect(faultsOf({ alerting: { tiers: many(20, false) } })).toEqual([]);
  });

  const tier = (fields: object): object => ({ tiers: { page_fast: fields } });
  const FAULTS: Array<[string, object, string]> = [
    ["a budget of nothing", tier({ budget: "0%" }), "tiers.page_fast.budget: a share of the budget is above 0%"],
    [
      "a budget above 1 without a %",
      tier({ budget: 2 }),
      "tiers.page_fast.budget: 2 is not a share of the budget; write a percentage, such as 2%",
    ],
    [
      "a negative budget",
      tier({ budget: -0.1 }),
      "tiers.page_fast.budget: -0.1 is not a share of the budget; write a percentage, such as -0.1%",
    ],
    [
      "a budget in words",
      tier({ budget: "some" }),
      'tiers.page_fast.budget: "some" is not a share of the budget; write a percentage such as 2%',
    ],
    [
      "a share without a % in quotes",
      tier({ budget: "0.5" }),
      'tiers.page_fast.budget: "0.5" is not a share of the budget; write a percentage such as 2%',
    ],
    [
      "a budget with words around it",
      tier({ budget: "x2%" }),
      'tiers.page_fast.budget: "x2%" is not a share of the budget; write a percentage such as 2%',
    ],
    [
      "a budget with words behind it",
      tier({ budget: "2%x" }),
      'tiers.page_fast.budget: "2%x" is not a share of the budget; write a percentage such as 2%',
    ],
    [
      "a factor of nothing",
      tier({ factor: 0 }),
      "tiers.page_fast.factor: 0 is not a burn rate; write a number above 0, such as 14.4",
    ],
    [
      "too high a factor",
      tier({ factor: 1e9 + 1 }),
      "tiers.page_fast.factor: 1000000001 is not a burn rate; write a number above 0, such as 14.4",
    ],
    [
      "a factor in words",
      tier({ factor: "14.4" }),
      'tiers.page_fast.factor: "14.4" is not a burn rate; write a number above 0, such as 14.4',
    ],
    [
      "a look-back of less than a second",
      tier({ long: "999ms" }),
      'tiers.page_fast.long: "999ms" is no look-back; write a duration of whole seconds such as 1h',
    ],
    [
      "a look-back in words",
      tier({ long: "soon" }),
      'tiers.page_fast.long: "soon" is not a duration; write whole numbers with units (y, w, d, h, m, s, ms), such as 30d, 1h30m or 200ms',
    ],
    [
      "a look-back of nothing",
      tier({ long: "0s" }),
      'tiers.page_fast.long: "0s" is no look-back; write a duration of whole seconds such as 1h',
    ],
    ["a budget of the number 0", tier({ budget: 0 }), "tiers.page_fast.budget: a share of the budget is above 0%"],
    [
      "a look-back with a piece of a second",
      tier({ short: "1s500ms" }),
      'tiers.page_fast.short: "1s500ms" is no look-back; write a duration of whole seconds such as 1h',
    ],
    [
      "a budget and a factor",
      tier({ budget: "2%", factor: 2 }),
      "tiers.page_fast: has both budget and factor; write one of them",
    ],
    [
      "a short look-back that is longer",
      tier({ long: "1h", short: "2h" }),
      "tiers.page_fast: the short look-back is longer than the long one",
    ],
    [
      "a tier's name in capitals",
      { tiers: { Page: false } },
      'tiers.Page: the key "Page": "Page" is no name of a tier; use small letters, digits, _ and -, such as page_fast',
    ],
    ["too many tiers", { tiers: many(21, false) }, "tiers: has more than 20 tiers"],
    [
      "a runbook that is no address",
      { runbook: "runbooks.example" },
      'runbook: "runbooks.example" is not an address; begin it with https:// or http://',
    ],
    [
      "an address with words before it",
      { runbook: "see https://a" },
      'runbook: "see https://a" is not an address; begin it with https:// or http://',
    ],
    [
      "an address with words behind it",
      { runbook: "https://a b" },
      'runbook: "https://a b" is not an address; begin it with https:// or http://',
    ],
  ];
  test.each(FAULTS)("is refused with %s, at its place", (_, alerting, fault) => {
    expect(faultsOf({ alerting })).toEqual([`alerting.${fault}`]);
  });

  test("with one bad field of a tier is told of that one alone", () => {
    expect(faultsOf({ alerting: tier({ budget: "2%", factor: -1 }) })).toHaveLength(1);
  });
});

describe("labels and annotations", () => {
  test("are kept beside the title and the description", () => {
    const texts = {
      title: "The shop answers",
      description: "Pages of the shop",
      labels: { team: "shop", _a1: "x" },
      annotations: { "sloth.dev/owner": "shop", _b: "y" },
    };
    expect(availability(texts)).toMatchObject(texts);
    for (const name of Object.keys(texts)) expect(availability({})).not.toHaveProperty(name);
  });

  const labelRule = "is not a name of a label; use letters, digits and _, not beginning with a digit or __";
  const annotationRule = "is not a name of an annotation; use letters, digits, _, ., / and -";
  test.each([
    ["labels", "__a", `labels.__a: the key "__a": "__a" ${labelRule}`],
    ["labels", "1a", `labels["1a"]: the key "1a": "1a" ${labelRule}`],
    ["labels", "a-b", `labels.a-b: the key "a-b": "a-b" ${labelRule}`],
    ["labels", "-a", `labels["-a"]: the key "-a": "-a" ${labelRule}`],
    ["annotations", "1a", `annotations["1a"]: the key "1a": "1a" ${annotationRule}`],
    ["annotations", "a b", `annotations["a b"]: the key "a b": "a b" ${annotationRule}`],
    ["annotations", "-a", `annotations["-a"]: the key "-a": "-a" ${annotationRule}`],
  ])("in %s, %s is no name", (field, name, fault) => {
    expect(faultsOf({ [field]: { [name]: "x" } })).toEqual([fault]);
  });

  test("are as long, and as many, as they may be", () => {
    expect(faultsOf({ labels: { ["a".repeat(100)]: "x" }, annotations: { ["a".repeat(200)]: "x" } })).toEqual([]);
    expect(faultsOf({ labels: { ["a".repeat(101)]: "x" } })).toHaveLength(1);
    expect(faultsOf({ annotations: { ["a".repeat(201)]: "x" } })).toHaveLength(1);
    expect(faultsOf({ labels: many(100), annotations: many(100) })).toEqual([]);
    expect(faultsOf({ labels: many(101) })).toEqual(["labels: has more than 100 entries"]);
    expect(faultsOf({ title: "x".repeat(200), labels: { a: "x".repeat(1_000) } })).toEqual([]);
    expect(faultsOf({ title: "x".repeat(201) })).toEqual(["title: has 201 characters; allowed: at most 200"]);
    expect(faultsOf({ title: 5 })).toEqual(["title: 5 is not text; write it in quotes"]);
  });
});

describe("the sli of an SLO", () => {
  test("may be two counts, and their ratio is of the kind that the SLO asks for", () => {
    expect(availability({ sli: { total: "t", good: "g" } })).toMatchObject({
      expression: "(g) / (t)",
      events: { total: "t", good: "g" },
    });
    expect(availability({ sli: { total: "t", bad: "b" } })).toMatchObject({
      expression: "1 - (b) / (t)",
      events: { total: "t", bad: "b" },
    });
    const failing = { target: "0.1%", measurement_window: "30d" };
    expect(read("error_rate", { ...failing, sli: { total: "t", bad: "b" } }).expression).toBe("(b) / (t)");
    expect(read("error_rate", { ...failing, sli: { total: "t", good: "g" } }).expression).toBe("1 - (g) / (t)");
    expect(ratioOf({ total: "t", good: "g" }, true)).toBe("1 - (g) / (t)");
    expect(availability({ sli: "a / b" })).not.toHaveProperty("events");
  });

  test.each([
    [{ total: "t" }, "sli: needs good or bad beside total"],
    [{ total: "t", good: "g", bad: "b" }, "sli: has both good and bad; write one of them"],
  ])("as %j is refused", (sli, fault) => {
    expect(faultsOf({ sli })).toEqual([fault]);
  });
});

describe("time slices", () => {
  test("are of their length, ignored where they are empty, and may have a target", () => {
    expect(availability({ sli: "x", time_slices: { length: "1m" } }).slices).toStrictEqual({
      lengthMs: 60_000,
      empty: "ignored",
    });
    const { slices } = availability({ sli: "x", time_slices: { length: "5m", target: "95%", empty: "good" } });
    expect(slices).toMatchObject({ lengthMs: 300_000, empty: "good", objective: { percentText: "95%" } });
    expect(availability({ sli: "x" })).not.toHaveProperty("slices");
  });

  test("are refused without an sli, and where they do not divide the window", () => {
    expect(faultsOf({ time_slices: { length: "1m" } })).toEqual([
      "time_slices: are possible only beside an `sli`; this process counts events",
    ]);
    expect(faultsOf({ sli: "x", time_slices: { length: "7m" } })).toEqual([
      "time_slices.length: slices of 7m do not divide the window of 30d into equal parts, at least 2 of them",
    ]);
    expect(faultsOf({ sli: "x", time_slices: { length: "1m", target: "much" } })).toEqual([
      'time_slices.target: "much" is not an objective; write a percentage such as 99.9%',
    ]);
    expect(faultsOf({ sli: "x", time_slices: { length: "0s" } })).toEqual([
      'time_slices.length: "0s" is out of range; a slice is at least 1ms',
    ]);
  });
});

describe("what is selected", () => {
  test("may be operations, which have no route", () => {
    expect(availability({ select: { operations: "send-mail", methods: ["purge"] } }).selector).toStrictEqual({
      operations: ["send-mail"],
      methods: ["PURGE"],
    });
    expect(faultsOf({ select: { operations: "a", routes: "/a" } })).toEqual([
      "select: selects nothing; an operation has no route: write routes or operations",
    ]);
    expect(availability({ select: { routes: "*" } }).selector).toStrictEqual({ routes: ["*"] });
    expect(availability({ select: { status_codes: [500, "1XX"] } }).selector).toStrictEqual({
      statusCodes: ["500", "1xx"],
    });
  });

  test.each([
    [
      { status_codes: [2000] },
      "select.status_codes[0]: 2000 is not a status code; write one such as 404, or a class such as 2xx",
    ],
    [{ methods: [["GET"]] }, "select.methods[0]: a list of 1 is not an HTTP method"],
    [
      { status_codes: [[404]] },
      "select.status_codes[0]: a list of 1 is not a status code; write one such as 404, or a class such as 2xx",
    ],
    [{ methods: [5] }, "select.methods[0]: 5 is not an HTTP method"],
    [{ methods: [""] }, 'select.methods[0]: "" is not an HTTP method'],
    [{ methods: ["X".repeat(40)] }, `select.methods[0]: "${"X".repeat(40)}" is not an HTTP method`],
    [
      { status_codes: [true] },
      "select.status_codes[0]: true is not a status code; write one such as 404, or a class such as 2xx",
    ],
    [
      { status_codes: ["x200"] },
      'select.status_codes[0]: "x200" is not a status code; write one such as 404, or a class such as 2xx',
    ],
    [
      { status_codes: ["20x"] },
      'select.status_codes[0]: "20x" is not a status code; write one such as 404, or a class such as 2xx',
    ],
  ])("by %j is refused", (select, fault) => {
    expect(faultsOf({ select })).toEqual([fault]);
  });
});

describe("a target", () => {
  test("of an error rate is a percentage in text", () => {
    const failing = (target: unknown) => () => read("error_rate", { target, measurement_window: "30d" });
    expect(failing("0.1 %")().objective.percentText).toBe("99.9%");
    expect(failing("10%")().objective.percentText).toBe("90%");
    expect(failing("0.1% ")().objective.percentText).toBe("99.9%");
    expect(failing("0.1% a day")).toThrow('"0.1% a day" could be a percentage or a ratio; write it with a %');
    expect(failing("0% ")).toThrow("leaves no error budget to measure against");
    expect(failing("0%5%")).toThrow('"0%5%" is not an objective');
    for (const target of [0.001, "0.001", "0.1%%", "%0.1", "0.1% a day", "0% a day", ["0.1%"]])
      expect(failing(target)).toThrow("target");
    expect(failing(0.001)).toThrow("0.001 could be a percentage or a ratio; write it with a %, such as 0.1%");
    expect(failing("0.001")).toThrow('"0.001" could be a percentage or a ratio; write it with a %, such as 0.1%');
    expect(failing("00.00 %")).toThrow("leaves no error budget to measure against");
    expect(failing(" %")).toThrow("is not an objective");
    expect(failing(["0.1%"])).toThrow("a list of 1 could be a percentage or a ratio; write it with a %");
  });

  test("of throughput is a number of requests, as high as it may be", () => {
    const floor = (target: unknown) => () => read("throughput", { target, measurement_window: "30d" });
    expect(floor(1e12)()).toMatchObject({ floorPerSecond: 1e12, sliceMs: 60_000 });
    expect(floor("5")).toThrow('"5" is not a floor');
    expect(floor(1e12 + 1)).toThrow("is not a floor");
  });

  test("of throughput needs slices that divide its window, where no usual ones do", () => {
    const odd = { target: 1, measurement_window: "1234567891ms" };
    expect(() => read("throughput", odd)).toThrow(
      "slice: is missing; no usual length divides the window, so write one that does",
    );
  });

  test("may be met by a single event, and the least that counts is a whole number of them", () => {
    expect(availability({ minimum_events: 1 }).minimumEvents).toBe(1);
    expect(faultsOf({ minimum_events: "many" })).toEqual([
      'minimum_events: "many" is not a number of events; write a whole number from 1',
    ]);
  });
});

test("a window is either rolling or of the calendar", () => {
  const window = (measurement_window: object): string[] => faultsOf({ measurement_window });
  const both = "measurement_window: a rolling window has no calendar and no time_zone; write either";
  expect(window({ rolling: "1d", calendar: "day" })[0]).toContain(both);
  expect(window({ time_zone: "UTC" })[0]).toContain("measurement_window: is missing a length");
});

test("a document answers for each of its services, and with nothing for one that it has not", () => {
  const fields = { target: "99%", measurement_window: "1d" };
  const document = parseSloDocument({
    service_level_objectives: { a: { availability: fields }, b: { latency: { ...fields, threshold: "1s" } } },
  });
  expect(document.services).toEqual(["a", "b"]);
  expect(document.forService("b").map(({ id }) => id)).toEqual(["b/latency"]);
  expect(document.forService("c")).toEqual([]);
  const name = "n".repeat(100);
  expect(read(name, { ...fields, kind: "availability" }).id).toBe(`shop/${name}`);
  expect(() => read("availability", 5 as never)).toThrow("availability: 5 is not a mapping");
  expect(() => read("checkout", 5 as never)).toThrow(/^service_level_objectives.shop.checkout: 5 is not a mapping$/);
  expect(read("1a", { ...fields, kind: "availability" }).id).toBe("shop/1a");
});
