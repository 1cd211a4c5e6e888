import { describe, expect, it } from "vitest";

import { PrometheusSamples } from "../../../src/adapters/prometheus/index.ts";
import type { AdapterError } from "../../../src/core/errors.ts";
import { fakeFetch, matrix, type Reply } from "./fake.ts";

const RANGE = { start: 0, end: 120_000, stepMs: 60_000 };
const said = (status: number, error: string, errorType = "bad_data"): Response =>
  Response.json({ status: "error", errorType, error }, { status });
const success = (data: unknown): Response => Response.json({ status: "success", data });
const valued = (...values: unknown[]): Response => matrix([{ values }]);

async function failure(reply: Reply, metric = "cpu"): Promise<AdapterError> {
  const { fetch } = fakeFetch(reply);
  const samples = new PrometheusSamples({ url: "http://secret-host:9090", token: "secret-token", fetch });
  const error = await samples.samples({ [metric]: "sum(up)" }, RANGE).then(
    (rows) => expect.unreachable(JSON.stringify(rows)),
    (reason: unknown) => reason as AdapterError,
  );
  expect(error.message).not.toMatch(/secret|\n/);
  expect(error.message.length).toBeLessThan(450);
  expect(error).toMatchObject({ name: "AdapterError", adapter: "prometheus" });
  return error;
}

describe("a Prometheus that refuses", () => {
  it.each([
    [400, false, 'invalid parameter "query": 1:5: parse error: unexpected end of input'],
    [422, false, "query processing would load too many samples into memory in query execution"],
    [503, true, "query timed out in expression evaluation"],
  ])("with %i is quoted, retryable: %s", async (status, retryable, text) => {
    const { message, ...error } = await failure(() => said(status, text));
    expect(message).toBe(`prometheus could not query cpu: Prometheus says: ${text}`);
    expect(error).toMatchObject({ retryable, context: { status } });
  });

  it("is quoted on one line, and not for ever", async () => {
    const { message } = await failure(() => said(400, `a\r\nb\u202e\u0000c ${"d".repeat(1_000_000)}`));
    expect(message).toMatch(/says: a b c d{200,300}…$/);
  });

  it.each<readonly [number, boolean, string | null]>([
    [400, false, "Bad Request"],
    [400, false, '{"status":"error","error":{"secret":1}}'],
    [422, false, ""],
    [503, true, "Service Unavailable"],
    [503, true, "null"],
    [404, false, "404 page not found"],
    [401, false, "secret"],
    [429, true, "secret"],
    [500, true, "secret"],
    [502, true, "<html>secret</html>"],
  ])("with %i and no reason of its own gets a status, retryable: %s", async (status, retryable, text) => {
    const error = await failure(() => new Response(text, { status }));
    expect(error.message).toContain(`could not query cpu: it was answered with ${String(status)}`);
    expect(error).toMatchObject({ retryable, context: { status } });
  });

  it("by a redirect is not followed", async () => {
    const headers = { location: "http://elsewhere/" };
    const error = await failure(() => new Response(null, { status: 302, headers }));
    expect(error.message).toContain("redirect, which is not followed");
  });

  it("by not being there is retryable", async () => {
    const cause = Object.assign(new Error("connect 10.0.0.1"), { code: "ECONNREFUSED" });
    const error = await failure(() => Promise.reject(new TypeError("fetch failed", { cause })));
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining("(ECONNREFUSED)") });
  });

  it("names a metric as it may be shown", async () => {
    const { message } = await failure(() => said(400, "no"), "a\nb");
    expect(message).toBe('prometheus could not query "a\\nb": Prometheus says: no');
  });
});

describe("an answer that cannot be joined", () => {
  it("of several series says how many there are, and what to do", async () => {
    const series = ["a", "b", "c"].map((pod) => ({ metric: { pod, job: "shop" }, values: [[0, "1"]] }));
    const error = await failure(() => matrix(series));
    expect(error.message).toBe(
      'prometheus could not query cpu: it gives 3 series ({job="shop", pod="a"}, {job="shop", pod="b"}, ...); ' +
        "make one of them by sum(), avg() or max()",
    );
    expect(error.retryable).toBe(false);
  });

  it("of several series with hostile labels is bounded", async () => {
    const metric = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`l${String(index)}\n`, "\u2028".repeat(900)]),
    );
    const { message } = await failure(() => matrix([{ metric }, { metric: null }, {}]));
    expect(message).toMatch(/it gives 3 series \(\{l0 =.*…, \{\}, \.\.\.\)/);
  });

  it("of native histograms says so", async () => {
    const histograms = [[0, { count: "1", sum: "2", buckets: [] }]];
    expect((await failure(() => matrix([{ histograms }]))).message).toContain("histogram_quantile()");
  });

  it("of more than 8 MiB is not read to its end", async () => {
    let sent = 0;
    const chunk = new Uint8Array(1_048_576).fill(32);
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(chunk);
      },
    });
    const error = await failure(() => new Response(body));
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining("more than 8 MiB") });
    expect(sent).toBeLessThan(12);
  });

  it.each<readonly [string, () => Response]>([
    ["nothing", () => new Response("")],
    ["no JSON", () => new Response("<html>")],
    ["half an answer", () => new Response('{"status":"success","data":{"resultType":"matrix","res')],
    ["a deep one", () => new Response("[".repeat(1_000_000))],
    ["null", () => new Response("null")],
    ["a list", () => new Response("[]")],
    ["no status", () => Response.json({ data: { resultType: "matrix", result: [] } })],
    ["no data", () => success(undefined)],
    ["a vector", () => success({ resultType: "vector", result: [{ metric: {}, value: [0, "1"] }] })],
    ["a scalar", () => success({ resultType: "scalar", result: [0, "1"] })],
    ["a result that is no list", () => success({ resultType: "matrix", result: { length: 1 } })],
    ["a series that is null", () => success({ resultType: "matrix", result: [null] })],
    ["a series without values", () => matrix([{}])],
    ["values that are a text", () => matrix([{ values: "NaN" }])],
    ["a value that is a number", () => valued([0, 1])],
    ["a value that is empty", () => valued([0, ""])],
    ["a value that is a word", () => valued([0, "many"])],
    ["a value that is a number and a word", () => valued([0, "1 apple"])],
    ["a value that is missing", () => valued([0])],
    ["a time that is a text", () => valued(["0", "1"])],
    ["a time that is null", () => valued([null, "1"])],
    ["a time beyond all dates", () => valued([1e300, "1"])],
    ["a point that is a mapping", () => valued({ 0: 0, 1: "1" })],
  ])("is %s", async (_, reply) => {
    const error = await failure(reply);
    expect(error.message).toBe(
      "prometheus could not query cpu: it was answered with something that is no answer of Prometheus",
    );
    expect(error.retryable).toBe(true);
  });
});
