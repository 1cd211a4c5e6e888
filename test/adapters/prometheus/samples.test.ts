import { describe, expect, it, vi } from "vitest";

import { PrometheusSamples, type PrometheusSamplesOptions } from "../../../src/adapters/prometheus/index.ts";
import { type Asked, fakeFetch, matrix, type Reply } from "./fake.ts";

const RANGE = { start: 0, end: 120_000, stepMs: 60_000 };

function prometheus(
  reply: Reply,
  options: Partial<PrometheusSamplesOptions> = {},
): { samples: PrometheusSamples; asked: Asked[] } {
  const { fetch, asked } = fakeFetch(reply);
  return { samples: new PrometheusSamples({ url: "http://prometheus:9090/prefix/", fetch, ...options }), asked };
}

describe("samples of capacity from Prometheus", () => {
  it("posts a form to the address, its prefix kept, with token and headers", async () => {
    const { samples, asked } = prometheus(() => matrix([]), {
      token: "t0ken",
      headers: { "X-Scope-OrgID": "shop" },
    });
    expect(await samples.samples({ cpu: 'sum(cpu{a="1&2"})' }, { start: 29, end: 60_029, stepMs: 29 })).toEqual([]);
    expect(asked).toHaveLength(1);
    const [{ url, init, form }] = asked as [Asked];
    expect(url).toBe("http://prometheus:9090/prefix/api/v1/query_range");
    expect(init).toMatchObject({
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: "Bearer t0ken",
        "x-scope-orgid": "shop",
      },
    });
    expect(form).toEqual({
      query: 'sum(cpu{a="1&2"})',
      start: "1970-01-01T00:00:00.029Z",
      end: "1970-01-01T00:01:00.001Z",
      step: "29ms",
    });
  });

  it("joins the queries on their times, in the order of time, and leaves out what is not known", async () => {
    const answers: Record<string, unknown[]> = {
      c: [
        [120.001, "0.3"],
        [0, "NaN"],
        [60, "0.1"],
      ],
      m: [
        [0, "1e+21"],
        [60, "+Inf"],
        [90, "-Inf"],
        [100, "NaN"],
        [120.001, "-0.5"],
      ],
    };
    const { samples } = prometheus(({ form }) => matrix([{ values: answers[form.query ?? ""] }]));
    expect(await samples.samples({ cpu: "c", memory: "m" }, RANGE)).toEqual([
      { timestamp: 0, memory: 1e21 },
      { timestamp: 60_000, cpu: 0.1, memory: Infinity },
      { timestamp: 90_000, memory: -Infinity },
      { timestamp: 120_001, cpu: 0.3, memory: -0.5 },
    ]);
  });

  it("gives one query as a series, in which NaN stays", async () => {
    const values = [
      [60, "NaN"],
      [0, "1"],
    ];
    const { samples } = prometheus(() => matrix([{ values }]));
    expect(await samples.series("up", RANGE)).toEqual([
      { at: 0, value: 1 },
      { at: 60_000, value: NaN },
    ]);
  });

  it("asks for each time once, 11,000 a request", async () => {
    const { samples, asked } = prometheus(({ form }) =>
      matrix([{ values: [form.start, form.end].map((time) => [Date.parse(time ?? "") / 1_000, "1"]) }]),
    );
    const stepMs = 15_000;
    const rows = await samples.samples({ cpu: "c" }, { start: 1_000, end: 1_000 + 22_000 * stepMs + 7, stepMs });
    const times = asked.map(({ form }) =>
      [form.start, form.end].map((time) => (Date.parse(time ?? "") - 1_000) / stepMs),
    );
    expect(times).toEqual([
      [0, 10_999],
      [11_000, 21_999],
      [22_000, 22_000],
    ]);
    expect(rows).toHaveLength(5);
  });

  it("refuses series that change from one request to the next, even where their labels look alike", async () => {
    let request = 0;
    const { samples } = prometheus(() => {
      request += 1;
      return matrix([{ metric: { pod: "a".repeat(200) + String(request) }, values: [[0, "1"]] }]);
    });
    const range = { start: 0, end: 11_000_000, stepMs: 1_000 };
    await expect(samples.samples({ cpu: "c" }, range)).rejects.toThrow(/could not query cpu: it gives several series/);
  });

  it("tells each warning once, on one line, and survives a logger that throws", async () => {
    const warn = vi.fn(() => {
      throw new Error("no disk");
    });
    const rest = { warnings: ["a\nb", 7], infos: ["metric might not be a counter"] };
    const { samples } = prometheus(() => matrix([], rest), { logger: { warn, error: vi.fn() } });
    await samples.samples({ cpu: "c" }, { start: 0, end: 11_000_000, stepMs: 1_000 });
    expect(warn.mock.calls).toEqual([
      ["prometheus has a remark on cpu: a b", { query: "cpu", note: "a b" }],
      expect.arrayContaining(["prometheus has a remark on cpu: metric might not be a counter"]),
    ]);
  });

  it("stops at a signal, before and between requests", async () => {
    const controller = new AbortController();
    const { samples, asked } = prometheus(() => {
      controller.abort(new Error("enough"));
      return matrix([]);
    });
    const { signal } = controller;
    await expect(samples.samples({ cpu: "c", memory: "m" }, RANGE, { signal })).rejects.toThrow("enough");
    await expect(samples.series("c", RANGE, { signal })).rejects.toThrow("enough");
    expect(asked).toHaveLength(1);
    expect(asked[0]?.init.signal).toBe(signal);
  });
});

const NEVER: Reply = () => {
  throw new Error("nothing was to be asked");
};

describe("samples of capacity from Prometheus are refused", () => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`m${String(index)}`, "up"]));
  it.each<readonly [string, unknown, object, RegExp]>([
    ["no queries", {}, {}, /queries: has 0 queries/],
    ["more queries than 100", many, {}, /has 101 queries/],
    ["a list of queries", ["up"], {}, /no mapping/],
    ["an empty query", { cpu: " " }, {}, /queries\.cpu: must be PromQL/],
    ["a query that is none", { cpu: 7 }, {}, /queries\.cpu/],
    ["a query without end", { cpu: "a".repeat(10_001) }, {}, /10000 characters/],
    ["a metric called timestamp", { timestamp: "up" }, {}, /cannot be the name/],
    ["a metric called __proto__", JSON.parse('{"__proto__":"up"}'), {}, /cannot be the name/],
    ["a metric without a name", { "": "up" }, {}, /cannot be the name/],
    ["a step of zero", { cpu: "c" }, { stepMs: 0 }, /stepMs: 0 is out of range/],
    [
      "times in seconds",
      { cpu: "c" },
      { start: 1_795_961_617, end: 1_795_962_217 },
      /^start: 1795961617 is 1970-01-21T18:52:41\.617Z in milliseconds; was it meant in seconds\?$/,
    ],
    ["a step that is negative", { cpu: "c" }, { stepMs: -60_000 }, /stepMs/],
    ["a step of half a millisecond", { cpu: "c" }, { stepMs: 0.5 }, /stepMs/],
    ["a step that is missing", { cpu: "c" }, { stepMs: undefined }, /stepMs/],
    ["an end before the start", { cpu: "c" }, { start: 1, end: 0 }, /end: 0 is before start, 1/],
    ["a start that is a date", { cpu: "c" }, { start: new Date(0) }, /start/],
    ["an end in the year 10000", { cpu: "c" }, { end: 253_402_300_800_000 }, /end/],
    [
      "more than a million points",
      { a: "c", b: "c" },
      { end: 500_000_000, stepMs: 1_000 },
      /500001 times of 2 queries/,
    ],
    ["a misspelt step", { cpu: "c" }, { step: 1 }, /step: is no option of a range/],
  ])("for %s", async (_, queries, range, message) => {
    const { samples } = prometheus(NEVER);
    const asked = samples.samples(queries as never, { ...RANGE, ...range });
    await expect(asked).rejects.toMatchObject({ code: "configuration", message: expect.stringMatching(message) });
  });

  it.each<readonly [string, object, RegExp]>([
    ["an address that is none", { url: "prometheus:9090" }, /url: is no address/],
    ["a token with a line in it", { token: "a\nb" }, /token/],
    ["a header with a line in it", { headers: { "x-a": "a\r\nb" } }, /headers\["?x-a|headers\.x-a/],
    ["headers that are a list", { headers: ["a"] }, /headers/],
    ["a misspelt option", { baseUrl: "http://prometheus:9090" }, /baseUrl: is no option/],
    ["a logger that cannot warn", { logger: {} }, /logger/],
  ])("for %s", (_, options, message) => {
    expect(() => prometheus(NEVER, options)).toThrow(message);
  });
});
