import { spawnSync } from "node:child_process";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { GoldenSignalsCollector, type RequestRecord } from "../../src/signals/collector.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { describeWithService } from "../support/services.ts";

const GOOD: RequestRecord = { method: "GET", route: "/", statusCode: 200, durationSeconds: 0.1 };

async function rejected(signals: GoldenSignalsCollector): Promise<Record<string, number>> {
  const text = await signals.metrics();
  const lines = text.matchAll(/^nines_rejected_values_total\{reason="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, reason, count]) => [reason, Number(count)]));
}

describe("values that are not measurements", () => {
  const table: readonly [keyof RequestRecord, string, readonly unknown[]][] = [
    ["durationSeconds", "duration", [Number.NaN, Infinity, -Infinity, -1, -1e-9, "0.1", null, {}, [1], 5n]],
    ["statusCode", "status_code", [Number.NaN, 0, 99, 1000, 200.5, "200", null, -200, Infinity]],
    ["method", "method", [undefined, null, 7, {}, ["GET"], Symbol("GET")]],
    ["route", "route", [null, 7, {}, ["/"], Symbol("/")]],
  ];
  it.each(table)("counts a bad %s as rejected and stores nothing of it", async (field, reason, values) => {
    const signals = new GoldenSignalsCollector();
    for (const value of values) signals.record({ ...GOOD, [field]: value });
    expect(await rejected(signals)).toEqual({ [reason]: values.length });
    const text = await signals.metrics();
    expect(text).not.toMatch(/^http_requests_total\{/m);
    expect(text).not.toContain("NaN");
  });

  it("tells its logger of the first of each reason, and outlives one that throws", () => {
    const told: string[] = [];
    const logger = {
      warn: (message: string) => {
        told.push(message);
        throw new Error("full");
      },
      error: () => undefined,
    };
    const signals = new GoldenSignalsCollector({ logger });
    const misspelt = { method: "GET", route: "/", statusCode: 200, durationMs: 100 } as unknown as RequestRecord;
    for (const record of [misspelt, misspelt, { ...GOOD, statusCode: 0 }]) signals.record(record);
    expect(told).toEqual(
      [
        'duration cannot be recorded: durationSeconds is missing for "GET" "/", and "durationMs" is no field; write seconds as a number from 0',
        'status_code cannot be recorded: statusCode is 0 for "GET" "/"; write a whole number from 100 to 999',
      ].map((what) => `golden signals: a ${what}; more of them are counted by nines_rejected_values_total`),
    );
  });

  it.each<[string, object, string]>([
    ["method", { method: 7 }, 'a method cannot be recorded: method is 7 for "/"; write text such as "GET"'],
    ["route", { route: 7 }, 'a route cannot be recorded: route is 7 for "GET"; write text such as "/users/:id"'],
    ["status in quotes", { statusCode: "200" }, 'statusCode is "200" for "GET" "/"; write a whole number from 100'],
    ["first byte", { firstByteSeconds: -1 }, 'firstByteSeconds is -1 for "GET" "/"; write seconds'],
    ["end", { endedMs: NaN }, 'endedMs is NaN for "GET" "/"; write a reading of the monotonic clock in milliseconds'],
    [
      "duration among other fields",
      { durationSeconds: -1, a: 1, b: 2, c: 3, d: 4 },
      'durationSeconds is -1 for "GET" "/", and "a", "b", "c" are no fields; write seconds',
    ],
  ])("tells of a wrong %s what was given, where, and what is allowed", (_, fields, message) => {
    const told: string[] = [];
    const logger = { warn: (text: string) => void told.push(text), error: () => undefined };
    new GoldenSignalsCollector({ logger }).record({ ...GOOD, ...fields });
    expect(told).toEqual([expect.stringContaining(message)]);
  });

  it("tells what was no request", () => {
    const told: string[] = [];
    const logger = { warn: (text: string) => void told.push(text), error: () => undefined };
    new GoldenSignalsCollector({ logger }).record("GET /" as unknown as RequestRecord);
    expect(told[0]).toContain('a request cannot be recorded: "GET /" is no object with method, route, statusCode and');
  });

  it("counts a request whose labels cannot be read, without them", async () => {
    const told: string[] = [];
    const logger = { warn: () => undefined, error: (message: string) => void told.push(message) };
    const signals = new GoldenSignalsCollector({ labels: { tier: 5 }, logger });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    signals.record({ ...GOOD, labels: proxy });
    expect(await signals.metrics()).toMatch(/^http_requests_total\{method="GET",route="\/",code="200"\} 1$/m);
    expect(told).toEqual(["golden signals: the labels of a request could not be read"]);
  });

  it("rejects what is no request at all, without throwing", async () => {
    const signals = new GoldenSignalsCollector();
    for (const value of [undefined, null, 7, "GET /"]) signals.record(value as unknown as RequestRecord);
    expect(await rejected(signals)).toEqual({ request: 4 });
  });

  it("leaves out a gauge that throws or answers no share, and counts it", async () => {
    const signals = new GoldenSignalsCollector();
    signals.addSaturation("pool", () => 0.25);
    signals.addSaturation("broken", () => {
      throw new Error("gone");
    });
    signals.addSaturation("odd", () => Number.NaN);
    const text = await signals.metrics();
    expect(text).toContain('service_saturation_ratio{resource="pool"} 0.25');
    expect(text).not.toMatch(/broken|odd/);
    expect(await rejected(signals)).toEqual({ gauge: 4 });
  });

  it("refuses a resource name that is no label value of this house", () => {
    expect(() => {
      new GoldenSignalsCollector().addSaturation("DB pool", () => 0);
    }).toThrow('resource: "DB pool" is not a resource name; write lower-case letters, digits and _');
  });
});

describe("the number of series", () => {
  it("stays at its limit, whatever comes, with what is above it in one shared route", async () => {
    const signals = new GoldenSignalsCollector({ seriesLimit: 100 });
    for (let request = 0; request < 20_000; request += 1) {
      signals.record({ ...GOOD, route: `/scan/${String(request)}`, statusCode: 200 + (request % 300) });
    }
    const text = await signals.metrics();
    const series = text.split("\n").filter((line) => line.startsWith("http_requests_total{"));
    expect(series.length).toBeLessThanOrEqual(100 + 10 * 10);
    expect(text).toMatch(/^nines_series_overflow_total 19900$/m);
    const total = series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    expect(total).toBe(20_000);
  });
});

describe("SLOs past the limit on series", () => {
  it("still count by the request's own route and status", () => {
    const { slos } = parseSloDocument({
      service_level_objectives: {
        shop: {
          availability: {
            target: "99%",
            measurement_window: "1h",
            select: { routes: ["/late/*"], status_codes: [429] },
          },
        },
      },
    });
    const signals = new GoldenSignalsCollector({ slos, seriesLimit: 1, countsAsError: (code) => code === 429 });
    for (const route of ["/first", "/late/1", "/late/2", "/other"]) signals.record({ ...GOOD, route, statusCode: 429 });
    const [slo] = slos;
    const now = Date.now();
    expect(slo && signals.source.measureNow(slo, [{ start: now - 60_000, end: now }])[0]).toMatchObject({
      good: 0,
      total: 2,
    });
  });
});

describeWithService(["promtool"], "promtool reads a scrape with hostile labels", ({ promtool = "" }) => {
  const accepts = async (signals: GoldenSignalsCollector): Promise<void> => {
    const { status, stdout, stderr } = spawnSync(promtool, ["check", "metrics"], {
      input: await signals.metrics(),
      encoding: "utf8",
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
  };

  it.each([
    ["quotes", '/a"b\\"c'],
    ["newlines", "/a\nb\r\nc"],
    ["backslashes", "/a\\nb\\"],
    ["NUL and control characters", "/a\u0000b\u0007\u001b[31m"],
    ["lone surrogates", "/a\ud800b\udfff\ud83d"],
    ["braces and commas", '/{a="b",c="d"} 5'],
    ["an emoji and right-to-left marks", "/😀\u202e\u2066"],
    ["a hundred thousand letters", `/${"x".repeat(100_000)}`],
    ["nothing", ""],
    ["__proto__", "__proto__"],
  ])("with %s", async (_name, route) => {
    const signals = new GoldenSignalsCollector();
    signals.record({ ...GOOD, route, method: route });
    await accepts(signals);
    expect(await rejected(signals)).toEqual({});
  });

  it("with any text at all", async () => {
    const signals = new GoldenSignalsCollector({ seriesLimit: 5_000 });
    const anyText = fc.string({
      unit: fc.oneof(
        fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
        fc.constantFrom('"', "\\", "\n", "{", "}"),
      ),
    });
    fc.assert(
      fc.property(anyText, anyText, (route, method) => {
        signals.record({ ...GOOD, route, method });
      }),
      { numRuns: 2_000 },
    );
    await accepts(signals);
  });
});
