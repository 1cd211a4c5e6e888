import { inspect } from "node:util";
import { describe, expect, it } from "vitest";

import {
  PROMETHEUS_FAILURES,
  PrometheusApi,
  type PrometheusApiOptions,
} from "../../../src/adapters/prometheus/index.ts";
import { goodAnswer } from "../../support/faulty-prometheus.ts";
import { type Asked, fakeFetch, matrix, type Reply } from "./fake.ts";

const success = (data: unknown): Response => Response.json({ status: "success", data });

/** A server that answers well unless told, and what it was asked. */
function client(
  reply?: Reply,
  options: Partial<PrometheusApiOptions> = {},
): { api: PrometheusApi; asked: (Asked & { path: string; sent: URLSearchParams })[] } {
  const asked: (Asked & { path: string; sent: URLSearchParams })[] = [];
  const { fetch } = fakeFetch((one) => {
    const [path = "", query] = one.url.replace("http://prometheus:9090/prefix", "").split("?");
    const sent = new URLSearchParams(query ?? one.init.body);
    asked.push({ ...one, path, sent });
    return reply === undefined ? new Response(goodAnswer({ path, form: sent })) : reply(one);
  });
  return { api: new PrometheusApi({ url: "http://prometheus:9090/prefix/", fetch, retries: 0, ...options }), asked };
}

const data = async (result: Promise<{ ok: boolean; data?: unknown }>): Promise<unknown> => (await result).data;
const kind = async (result: Promise<{ ok: boolean; failure?: { kind: string } }>): Promise<string | undefined> =>
  (await result).failure?.kind;

describe("questions", () => {
  const RANGE = { start: 1, end: 60_001 };
  const MATCH = { "match[]": "up", start: "1970-01-01T00:00:00.001Z", end: "1970-01-01T00:01:00.001Z" };
  it.each<readonly [string, (api: PrometheusApi) => Promise<unknown>, string, string, object]>([
    ["query", (api) => api.query("up"), "POST", "/api/v1/query", { query: "up" }],
    [
      "query at a time",
      (api) => api.query('up{a="1&2"}', { at: 29 }),
      "POST",
      "/api/v1/query",
      { query: 'up{a="1&2"}', time: "1970-01-01T00:00:00.029Z" },
    ],
    [
      "queryRange",
      (api) => api.queryRange("up", { start: 29, end: 100, stepMs: 29 }),
      "POST",
      "/api/v1/query_range",
      { query: "up", start: "1970-01-01T00:00:00.029Z", end: "1970-01-01T00:00:00.087Z", step: "29ms" },
    ],
    ["series", (api) => api.series("up", RANGE), "POST", "/api/v1/series", MATCH],
    ["labelNames", (api) => api.labelNames({ matchers: ["up"], ...RANGE }), "POST", "/api/v1/labels", MATCH],
    ["labelNames of all", (api) => api.labelNames(), "POST", "/api/v1/labels", {}],
    [
      "labelValues",
      (api) => api.labelValues("job", { matchers: "up", ...RANGE }),
      "GET",
      "/api/v1/label/job/values",
      MATCH,
    ],
    [
      "labelValues of an odd name",
      (api) => api.labelValues("k8s.io name?"),
      "GET",
      "/api/v1/label/k8s.io%20name%3F/values",
      {},
    ],
    ["labelValues of a path", (api) => api.labelValues("a_b/ü"), "GET", "/api/v1/label/U__a__b_2f__fc_/values", {}],
    ["labelValues of a way up", (api) => api.labelValues(".."), "GET", "/api/v1/label/U___2e__2e_/values", {}],
    ["metadata", (api) => api.metadata({ metric: "up" }), "GET", "/api/v1/metadata", { metric: "up" }],
    ["metadata of all", (api) => api.metadata(), "GET", "/api/v1/metadata", {}],
    ["buildInfo", (api) => api.buildInfo(), "GET", "/api/v1/status/buildinfo", {}],
    ["ready", (api) => api.ready(), "GET", "/-/ready", {}],
  ])("%s", async (_, ask, method, path, form) => {
    const { api, asked } = client(undefined, { headers: { "X-Scope-OrgID": "shop" } });
    expect(await ask(api)).toMatchObject({ ok: true });
    expect(asked).toHaveLength(1);
    const [one] = asked;
    expect(one).toMatchObject({ path, init: { method, redirect: "manual", headers: { "x-scope-orgid": "shop" } } });
    expect(one?.init.headers["content-type"]).toBe(method === "POST" ? "application/x-www-form-urlencoded" : undefined);
    expect(Object.fromEntries(one?.sent ?? [])).toEqual(form);
  });

  it("about several selectors send each of them", async () => {
    const { api, asked } = client();
    await api.series(['up{a="1"}', "down"]);
    expect(asked[0]?.sent.getAll("match[]")).toEqual(['up{a="1"}', "down"]);
  });
});

describe("answers", () => {
  it("are what was asked for", async () => {
    const { api } = client();
    const labels = ["a", "ü"].map((pod) => ({ __name__: "up", pod }));
    expect(await data(api.query("up", { at: 29 }))).toEqual(
      labels.map((one) => ({ labels: one, at: 29, value: 0.029 })),
    );
    expect(await data(api.queryRange("up", { start: 0, end: 2_000, stepMs: 1_000 }))).toEqual(
      labels.map((one) => ({ labels: one, points: [0, 1, 2].map((value) => ({ at: value * 1_000, value })) })),
    );
    expect(await data(api.series("up"))).toEqual(labels);
    expect(await data(api.labelNames())).toEqual(["__name__", "pod"]);
    expect(await data(api.labelValues("pod"))).toEqual(["a", "ü"]);
    expect(await data(api.metadata())).toEqual([{ metric: "up", type: "gauge", help: "Whether it is up.", unit: "" }]);
    expect(await data(api.buildInfo())).toEqual({ version: "3.5.0" });
    expect(await data(api.ready())).toBe(true);
  });

  it("that are a scalar are one sample without labels", async () => {
    const { api } = client(() => success({ resultType: "scalar", result: [1.5, "-Inf"] }));
    expect(await data(api.query("-1/0"))).toEqual([{ labels: {}, at: 1_500, value: -Infinity }]);
  });

  it("have the values that JSON does not have, and all that it has", async () => {
    const texts = ["NaN", "+Inf", "-Inf", "Inf", "-0.5", "1e+21", ".5", "5.", "0", `0.${"0".repeat(322)}5`];
    const result = texts.map((text, index) => ({ metric: { index: String(index) }, value: [0, text] }));
    const { api } = client(() => success({ resultType: "vector", result }));
    const values = [NaN, Infinity, -Infinity, Infinity, -0.5, 1e21, 0.5, 5, 0, 5e-323];
    expect(((await data(api.query("up"))) as { value: number }[]).map(({ value }) => value)).toEqual(values);
  });

  it("may have labels of any name, and reach no prototype by them", async () => {
    const text = '{"__proto__":"a","constructor":"b","toString":"c"}';
    const vector = `{"status":"success","data":{"resultType":"vector","result":[{"metric":${text},"value":[0,"1"]}]}}`;
    const { api } = client(() => new Response(vector));
    const result = await api.query("up");
    const labels = result.ok ? result.data[0]?.labels : undefined;
    expect(JSON.stringify(labels)).toBe(text);
    expect(Object.getPrototypeOf(labels)).toBeNull();
    expect(labels?.hasOwnProperty).toBeUndefined();
  });

  it.each<readonly [string, unknown, string]>([
    ["a range of samples", { resultType: "matrix", result: [] }, "refused"],
    ["a text", { resultType: "string", result: [0, "a"] }, "refused"],
    ["histograms", { resultType: "vector", result: [{ metric: {}, histogram: [0, {}] }] }, "refused"],
    ["streams of logs", { resultType: "streams", result: [] }, "not_prometheus"],
    ["no list", { resultType: "vector", result: { length: 1 } }, "not_prometheus"],
    ["a list", [], "not_prometheus"],
    ["nothing", undefined, "not_prometheus"],
    ["a series that is null", { resultType: "vector", result: [null] }, "not_prometheus"],
    ["no labels", { resultType: "vector", result: [{ value: [0, "1"] }] }, "not_prometheus"],
    [
      "a label that is no text",
      { resultType: "vector", result: [{ metric: { a: 1 }, value: [0, "1"] }] },
      "not_prometheus",
    ],
    ["no value", { resultType: "vector", result: [{ metric: {} }] }, "not_prometheus"],
    ["a value that is a number", { resultType: "vector", result: [{ metric: {}, value: [0, 1] }] }, "not_prometheus"],
    ["a number beyond all", { resultType: "scalar", result: [0, "1e999"] }, "not_prometheus"],
    ["a hexadecimal", { resultType: "scalar", result: [0, "0x10"] }, "not_prometheus"],
    [
      "a text of digits without end",
      { resultType: "scalar", result: [0, `${"1".repeat(1_000_000)}x`] },
      "not_prometheus",
    ],
    ["a time that is a text", { resultType: "scalar", result: ["0", "1"] }, "not_prometheus"],
    ["a time beyond all", { resultType: "scalar", result: [1e300, "1"] }, "not_prometheus"],
    [
      "a series twice",
      {
        resultType: "vector",
        result: [
          { a: "1", b: "2" },
          { b: "2", a: "1" },
        ].map((metric) => ({ metric, value: [0, "1"] })),
      },
      "not_prometheus",
    ],
  ])("to an instant query may not be %s", async (_, answer, expected) => {
    expect(await kind(client(() => success(answer)).api.query("up"))).toBe(expected);
  });

  it.each<readonly [string, Reply, string]>([
    ["a vector", () => success({ resultType: "vector", result: [] }), "not_prometheus"],
    ["a series without values", () => matrix([{}]), "not_prometheus"],
    ["histograms", () => matrix([{ values: [], histograms: [] }]), "refused"],
    [
      "values out of order",
      () =>
        matrix([
          {
            values: [
              [1, "1"],
              [0, "1"],
            ],
          },
        ]),
      "not_prometheus",
    ],
    [
      "a time twice",
      () =>
        matrix([
          {
            values: [
              [1, "1"],
              [1, "1"],
            ],
          },
        ]),
      "not_prometheus",
    ],
    ["half of a series", () => matrix([{ values: [[1, "1"], [2]] }]), "not_prometheus"],
    ["a series twice", () => matrix([{ values: [] }, { values: [] }]), "not_prometheus"],
  ])("to a range query may not be %s", async (_, reply, expected) => {
    expect(await kind(client(reply).api.queryRange("up", { start: 0, end: 0, stepMs: 1 }))).toBe(expected);
  });

  it.each<readonly [string, unknown]>([
    ["null", null],
    ["a text", "up"],
    ["a mapping", { up: "gauge" }],
    ["a list with something else", ["up", [7]]],
    ["a list of null", [null]],
    ["a mapping of lists of something else", { up: [{ type: 7 }] }],
  ])("to the other questions may not be %s", async (_, answer) => {
    const { api } = client(() => success(answer));
    const results = [api.series("up"), api.labelNames(), api.labelValues("job"), api.metadata(), api.buildInfo()];
    for (const result of results) expect(await kind(result)).toBe("not_prometheus");
  });

  it("of a server that starts are not ready", async () => {
    const { api } = client(() => new Response("Service Unavailable", { status: 503 }));
    expect(await api.ready()).toMatchObject({ ok: false, failure: { kind: "unavailable", status: 503 } });
    const page = (): Response => new Response("<html>", { headers: { "content-type": "text/html" } });
    expect(await kind(client(page).api.ready())).toBe("not_prometheus");
  });

  it("without any series are a failure only where one is needed", async () => {
    const { api } = client(() => success({ resultType: "vector", result: [] }));
    expect(await api.query("absent")).toMatchObject({ ok: true, data: [] });
    expect(await api.query("absent", { needed: true })).toEqual({
      ok: false,
      failure: {
        kind: "empty",
        message: 'prometheus could not query "absent": it gives no series',
        reason: "it gives no series",
        retryable: false,
        attempts: 1,
      },
    });
  });
});

describe("a range of more than 11,000 times", () => {
  const range = { start: 1_000, end: 1_000 + 22_000 * 15_000 + 7, stepMs: 15_000 };

  it("is asked for in parts, and joined without a seam", async () => {
    const { api, asked } = client();
    const result = await api.queryRange("up", range);
    const steps = asked.map(({ form }) => [form.start, form.end].map((at) => (Date.parse(at ?? "") - 1_000) / 15_000));
    expect(steps).toEqual([
      [0, 10_999],
      [11_000, 21_999],
      [22_000, 22_000],
    ]);
    const series = result.ok ? result.data : [];
    expect(series.map(({ labels }) => labels.pod)).toEqual(["a", "ü"]);
    for (const { points } of series) {
      expect(points).toHaveLength(22_001);
      points.forEach(({ at, value }, step) => {
        if (at !== 1_000 + step * 15_000 || value !== at / 1_000) throw new Error(`a seam at ${String(step)}`);
      });
    }
  });

  it("keeps series apart that come and go, however their labels are ordered", async () => {
    let part = 0;
    const { api } = client(({ form }) => {
      part += 1;
      const values = [[Date.parse(form.start ?? "") / 1_000, String(part)]];
      const metric = part === 2 ? { b: "2", a: "1" } : { a: "1", b: "2" };
      return matrix([{ metric, values }, ...(part === 3 ? [{ metric: { c: "3" }, values }] : [])]);
    });
    const result = await api.queryRange("up", range);
    const found = result.ok
      ? result.data.map(({ labels, points }) => [{ ...labels }, points.map(({ value }) => value)])
      : [];
    expect(found).toEqual([
      [{ a: "1", b: "2" }, [1, 2, 3]],
      [{ c: "3" }, [3]],
    ]);
  });

  it("is refused where the parts overlap", async () => {
    const { api } = client(() => matrix([{ values: [[7, "1"]] }]));
    expect(await kind(api.queryRange("up", range))).toBe("not_prometheus");
  });

  it("fails with the first part that fails, and counts the requests", async () => {
    let part = 0;
    const { api, asked } = client(() => {
      part += 1;
      return part === 2 ? new Response("", { status: 400 }) : matrix([]);
    });
    expect(await api.queryRange("up", range)).toMatchObject({ failure: { kind: "refused", attempts: 2 } });
    expect(asked).toHaveLength(2);
  });

  it("is bounded as a whole, and each remark on it is told once", async () => {
    const body = JSON.stringify({ status: "success", warnings: ["a"], data: { resultType: "matrix", result: [] } });
    const padded = body.padEnd(1_000);
    const options = { partial: "accept" } as const;
    const { api } = client(() => new Response(padded), { ...options, maxBytes: 3_000 });
    expect(await api.queryRange("up", range)).toMatchObject({ ok: true, warnings: ["a"] });
    const less = client(() => new Response(padded), { ...options, maxBytes: 2_999 });
    expect(await less.api.queryRange("up", range)).toMatchObject({ failure: { kind: "too_large", attempts: 3 } });
  });
});

describe("arguments that make no sense", () => {
  const asked = client(() => expect.unreachable("nothing was to be asked"));
  const { api } = asked;
  const range = { start: 0, end: 60_000, stepMs: 1_000 };
  it.each<readonly [string, () => Promise<unknown>, RegExp]>([
    ["no query", () => api.query(" "), /^promql: must be a text/],
    ["a query that is none", () => api.query(7 as never), /^promql/],
    ["a query without end", () => api.query("a".repeat(4_000_001)), /4000000 characters/],
    ["a time of half a millisecond", () => api.query("up", { at: 0.5 }), /^at: 0.5 is out of range/],
    ["a date", () => api.query("up", { at: new Date() as never }), /^at/],
    ["a misspelt option", () => api.query("up", { time: 1 } as never), /^time: is no option of query/],
    ["no range", () => api.queryRange("up", undefined as never), /a range takes an object/],
    ["a step of zero", () => api.queryRange("up", { ...range, stepMs: 0 }), /^stepMs/],
    ["an end before the start", () => api.queryRange("up", { ...range, end: -1 }), /^end/],
    ["too many points", () => api.queryRange("up", { ...range, end: 2e9, stepMs: 1 }), /more than 1000000 points/],
    ["no selectors", () => api.series([]), /^matchers: has 0 selectors; write 1 to 100/],
    ["selectors that are none", () => api.series([7] as never), /matchers\[0\]/],
    ["a selector that is a number", () => api.labelNames({ matchers: 7 as never }), /^matchers: 7 is no selector/],
    ["too many selectors", () => api.labelNames({ matchers: Array(101).fill("up") as string[] }), /has 101 selectors/],
    ["a period that ends before it starts", () => api.labelNames({ start: 2, end: 1 }), /^end: 1 is before start, 2/],
    ["no name of a label", () => api.labelValues(""), /^name: must be a text/],
    ["no name of a metric", () => api.metadata({ metric: "" }), /^metric/],
    ["options that are none", () => api.buildInfo(7 as never), /buildInfo takes an object/],
    ["a misspelt signal", () => api.ready({ abort: 1 } as never), /^abort: is no option of ready/],
    ["a range of a selector", () => api.freshness("up[5m]"), /^selector: "up\[5m\]" is no selector alone/],
    ["an expression", () => api.freshness("rate(up[5m])"), /^selector: .* is no selector alone/],
    ["a selector of another time", () => api.freshness("up offset 5m"), /^selector: .* is no selector alone/],
    ["a selector that is none", () => api.freshness("up{"), /^selector: /],
    ["a selector that is no text", () => api.freshness(7 as never), /^selector: 7 is no selector/],
    ["an age of nothing", () => api.freshness("up", { newerThanMs: 0 }), /^newerThanMs: 0 is not possible/],
    ["an age of two days", () => api.freshness("up", { newerThanMs: 172_800_000 }), /^newerThanMs/],
  ])("are refused: %s", async (_, ask, message) => {
    await expect(ask()).rejects.toMatchObject({ code: "configuration", message: expect.stringMatching(message) });
    expect(asked.asked).toHaveLength(0);
  });

  it.each<readonly [string, object, RegExp]>([
    ["an address that is none", { url: "prometheus:9090" }, /^url: is no address/],
    ["a misspelt option", { timeout: 1 }, /^timeout: is no option of PrometheusApi; did you mean "timeoutMs"/],
    ["no time", { timeoutMs: 0 }, /^timeoutMs: 0 is not possible; write a whole number from 1 to 3600000/],
    ["time without end", { timeoutMs: Infinity }, /^timeoutMs/],
    ["an attempt longer than all", { timeoutMs: 100, attemptTimeoutMs: 101 }, /^attemptTimeoutMs: .* 1 to 100/],
    ["an attempt of no time", { attemptTimeoutMs: 0 }, /^attemptTimeoutMs/],
    ["attempts without end", { retries: 11 }, /^retries: 11 .* 0 to 10/],
    ["half a retry", { retries: 0.5 }, /^retries/],
    ["nobody at once", { concurrency: 0 }, /^concurrency/],
    ["answers without end", { maxBytes: 2 ** 31 }, /^maxBytes/],
    ["something else about warnings", { partial: "reject" }, /^partial: "reject" is unknown.*refuse, accept/],
    ["a token with a line in it", { token: "hunter2\n" }, /^token/],
    [
      "a token and a password",
      { token: "hunter2", basic: { username: "a", password: "hunter2" } },
      /^basic: is given beside a token/,
    ],
    [
      "a token and its header",
      { token: "hunter2", headers: { Authorization: "hunter2" } },
      /^headers\.authorization: .* beside token/,
    ],
    [
      "a password and its header",
      { basic: { username: "a", password: "hunter2" }, headers: { AUTHORIZATION: "hunter2" } },
      /beside basic/,
    ],
    [
      "a user with a colon",
      { basic: { username: "a:hunter2", password: "b" } },
      /^basic\.username: .* without a colon/,
    ],
    ["no password", { basic: { username: "a" } }, /^basic\.password/],
    ["a password with a line in it", { basic: { username: "a", password: "hunter2\n" } }, /^basic\.password/],
    ["a user that is none", { basic: "hunter2" }, /^basic: is no mapping of a username and a password/],
    ["headers that are a text", { headers: "hunter2: hunter2" }, /^headers: a text is no mapping/],
    ["a clock that stands", { clock: {} }, /^clock/],
    ["chance that gives nothing", { random: {} }, /^random/],
    ["a logger that cannot warn", { logger: {} }, /^logger/],
    ["a fetch that is none", { fetch: 7 }, /^fetch/],
  ])("are refused, and no secret is shown: %s", (_, options, message) => {
    const make = (): unknown => new PrometheusApi({ url: "http://prometheus:9090", ...options });
    expect(make).toThrow(message);
    expect(make).toThrow(/^(?![^]*hunter2)/);
  });
});

it("shows no secret of its own", () => {
  const { api } = client(undefined, { token: "hunter2-token", headers: { "x-key": "hunter2-key" } });
  expect(inspect(api, { depth: 10, showHidden: true }) + JSON.stringify(api)).not.toMatch(/hunter2|prometheus:9090/);
});

it("has a name for each way to fail", () => {
  expect(new Set(PROMETHEUS_FAILURES).size).toBe(12);
});
