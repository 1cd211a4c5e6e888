import { describe, expect, it } from "vitest";

import { GoldenSignalsCollector, type RequestRecord } from "../../src/signals/collector.ts";
import type { LabelValues } from "../../src/signals/labels.ts";
import type { GoldenSignalsOptions } from "../../src/signals/options.ts";
import { samples } from "./reading.ts";

const ONE: RequestRecord = { method: "GET", route: "/", statusCode: 200, durationSeconds: 0.02 };
const REQUESTS = "http_requests_total";
const COMMON = 'method="GET",route="/",code="200"';

function recorded(options: GoldenSignalsOptions, ...all: unknown[]): GoldenSignalsCollector {
  const signals = new GoldenSignalsCollector(options);
  for (const labels of all) signals.record({ ...ONE, labels: labels as LabelValues });
  return signals;
}

describe("labels of the user's own", () => {
  it("tells the values of a list apart, and counts all others as one", async () => {
    const signals = recorded(
      { labels: { plan: ["free", "paid"] } },
      ...[{ plan: "free" }, { plan: "paid" }, { plan: "paid" }, { plan: "trial" }, { plan: "hacked" }, {}, undefined],
    );
    expect(await samples(signals, REQUESTS)).toEqual({
      [`${COMMON},plan="free"`]: 1,
      [`${COMMON},plan="paid"`]: 2,
      [`${COMMON},plan="(other)"`]: 2,
      [COMMON]: 2,
    });
  });

  it("tells the first values apart where only their number is bounded", async () => {
    const tenants = Array.from({ length: 1_000 }, (_, index) => ({ tenant: `t${String(index % 500)}` }));
    const signals = recorded({ labels: { tenant: 3 } }, ...tenants);
    expect(await samples(signals, REQUESTS)).toEqual({
      [`${COMMON},tenant="t0"`]: 2,
      [`${COMMON},tenant="t1"`]: 2,
      [`${COMMON},tenant="t2"`]: 2,
      [`${COMMON},tenant="(other)"`]: 994,
    });
  });

  it("are on the histogram and on the errors too, in every combination", async () => {
    const signals = new GoldenSignalsCollector({ labels: { plan: ["free"], region: 2 }, buckets: [1] });
    for (const labels of [{ plan: "free", region: "eu" }, { region: "us" }]) {
      signals.record({ ...ONE, statusCode: 500, labels });
    }
    const errors = Object.keys(await samples(signals, "http_request_errors_total"));
    const buckets = Object.keys(await samples(signals, "http_request_duration_seconds_bucket"));
    expect(errors.map((text) => [text.includes('plan="free"'), /region="(..)"/.exec(text)?.[1]])).toEqual([
      [true, "eu"],
      [false, "us"],
    ]);
    expect(buckets).toHaveLength(4);
    expect(buckets.filter((text) => text.includes('region="us"'))).toHaveLength(2);
  });

  it("make no room for others by what a list says twice", async () => {
    const signals = recorded({ labels: { plan: ["free", "free", "(other)"] } }, { plan: "invented" });
    expect(await samples(signals, REQUESTS)).toEqual({ [`${COMMON},plan="(other)"`]: 1 });
  });

  it("go at the limit on series: what is above it shares one route without them", async () => {
    const labels = Array.from({ length: 50 }, (_, index) => ({ tenant: `t${String(index)}` }));
    const signals = recorded({ labels: { tenant: 100 }, seriesLimit: 2 }, ...labels);
    expect(await samples(signals, REQUESTS)).toEqual({
      [`${COMMON},tenant="t0"`]: 1,
      [`${COMMON},tenant="t1"`]: 1,
      'method="GET",route="(other)",code="200"': 48,
    });
    expect(await samples(signals, "nines_series_overflow_total")).toEqual({ "": 48 });
  });

  it.each<[string, unknown, string | undefined]>([
    ["a number", 7, "7"],
    ["true", true, "true"],
    ["empty text", "", undefined],
    ["undefined", undefined, undefined],
    ["null", null, "(other)"],
    ["an object", { a: 1 }, "(other)"],
    ["a symbol", Symbol("x"), "(other)"],
    ["a bigint", 7n, "(other)"],
    ["quotes and newlines", 'a"\n\\', 'a\\"\ufffd\\\\'],
    ["a lone surrogate", "\ud800", "\ufffd"],
    ["a million letters", "x".repeat(1_000_000), `${"x".repeat(199)}…`],
  ])("takes %s as a value without harm", async (_what, plan, expected) => {
    const signals = recorded({ labels: { plan: 10 } }, { plan });
    expect(Object.keys(await samples(signals, REQUESTS))).toEqual([
      expected === undefined ? COMMON : `${COMMON},plan="${expected}"`,
    ]);
  });

  it.each<[string, unknown]>([
    ["null", null],
    ["text", "plan"],
    ["a number", 7],
    ["a list", ["free"]],
    ["only what is inherited", Object.create({ plan: "free" })],
    ["names that nobody asked for", JSON.parse('{"__proto__": {"plan": "free"}, "toString": "x"}')],
  ])("counts a request whose labels are %s, without any", async (_what, labels) => {
    const signals = recorded({ labels: { plan: ["free"] } }, labels);
    expect(await samples(signals, REQUESTS)).toEqual({ [COMMON]: 1 });
  });

  it("may have any name that is a label's, also one that objects inherit", async () => {
    const signals = recorded({ labels: { constructor: 2, toString: ["x"] } }, { constructor: "a" }, {});
    expect(await samples(signals, REQUESTS)).toEqual({ [`${COMMON},constructor="a"`]: 1, [COMMON]: 1 });
  });

  it.each<[string, unknown, string]>([
    ["a reserved prefix", JSON.parse('{"__proto__": 3}'), "labels.__proto__: "],
    ["a dash", { "a-b": 3 }, '"a-b" is not a label name'],
    ["nothing", { "": 3 }, '"" is not a label name'],
    ["a name of nines' own", { route: 3 }, "nines has a label of that name itself: method, route, code, class, le"],
    ["the bound of buckets", { le: 3 }, "nines has a label of that name itself"],
  ])("refuses a name with %s", (_what, labels, message) => {
    expect(() => new GoldenSignalsCollector({ labels } as GoldenSignalsOptions)).toThrow(message);
  });

  it.each<[string, unknown]>([
    ["0", 0],
    ["no end", Infinity],
    ["half a value", 1.5],
    ["too many", 1_001],
    ["text", "free"],
    ["no list", []],
    ["a list of numbers", [1]],
    ["a list with nothing in it", [""]],
    ["null", null],
  ])("refuses a bound of %s", (_what, plan) => {
    expect(() => new GoldenSignalsCollector({ labels: { plan } } as never)).toThrow(/^labels\.plan/);
  });

  it.each<[string, unknown]>([
    ["a list", ["plan"]],
    ["a Map", new Map([["plan", 3]])],
    ["a number", 5],
    ["text", "plan"],
  ])("refuses %s of labels", (_what, labels) => {
    expect(() => new GoldenSignalsCollector({ labels } as never)).toThrow(
      /^labels: .* is no object of labels and their bounds/,
    );
  });

  it("refuses more combinations than it can tell apart", () => {
    expect(() => new GoldenSignalsCollector({ labels: { a: 1_000, b: 1_000, c: 1_000 } })).toThrow(
      "labels: 1006012008 combinations are too many; allow fewer values",
    );
  });
});
