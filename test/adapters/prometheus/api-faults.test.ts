import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import {
  PrometheusApi,
  type PrometheusApiOptions,
  type PrometheusFailure,
  type PrometheusResult,
} from "../../../src/adapters/prometheus/index.ts";
import {
  FAULTS,
  type FaultName,
  type FaultyPrometheus,
  startFaultyPrometheus,
} from "../../support/faulty-prometheus.ts";

let server: FaultyPrometheus;
beforeAll(async () => {
  server = await startFaultyPrometheus();
});
afterEach(async () => {
  await expect.poll(() => server.inFlight(), { timeout: 10_000 }).toBe(0);
  server.received.length = 0;
  server.fault = "ok";
});
afterAll(() => server.close());

const SECRETS = /t0ken-of-ann|127\.0\.0\.1|localhost/;
const NAMES = Object.keys(FAULTS) as FaultName[];

function api(options: Partial<PrometheusApiOptions> = {}): PrometheusApi {
  return new PrometheusApi({ url: server.url, token: "t0ken-of-ann", retries: 0, timeoutMs: 5_000, ...options });
}

async function failing(
  ask: (client: PrometheusApi) => Promise<PrometheusResult<unknown>>,
  options: Partial<PrometheusApiOptions> = {},
): Promise<PrometheusFailure> {
  const result = await ask(api(options));
  if (result.ok) return expect.unreachable(JSON.stringify(result));
  expect(JSON.stringify(result)).not.toMatch(SECRETS);
  expect(result.failure.message).toMatch(/^prometheus could not [^\n]+$/);
  return result.failure;
}

describe("an instant query", () => {
  it.each(NAMES.filter((name) => FAULTS[name].kinds.length === 0))("is answered well: %s", async (name) => {
    server.fault = name;
    const labels = (pod: string): object => ({ __name__: "up", pod });
    expect(await api().query("up", { at: 1_500 })).toEqual({
      ok: true,
      data: [
        { labels: labels("a"), at: 1_500, value: 1.5 },
        { labels: labels("ü"), at: 1_500, value: 1.5 },
      ],
      warnings: [],
      infos: [],
    });
  });

  it.each(NAMES.filter((name) => FAULTS[name].kinds.length > 0 && name !== "refused"))(
    "is answered badly: %s",
    async (name) => {
      server.fault = name;
      const { kinds, isEndless = false } = FAULTS[name] as { kinds: readonly string[]; isEndless?: boolean };
      const limits = { maxBytes: 1_048_576, ...(isEndless ? { timeoutMs: 300 } : {}) };
      const failure = await failing((client) => client.query("up"), limits);
      expect(failure).toMatchObject({ kind: kinds[0], attempts: 1 });
      expect(server.received).toHaveLength(1);
    },
  );

  it.each(NAMES.filter((name) => FAULTS[name].kinds.length > 0 && name !== "refused"))(
    "is asked again, or not: %s",
    async (name) => {
      let asked = 0;
      const client = api({
        retries: 1,
        attemptTimeoutMs: 600,
        maxBytes: 1_048_576,
        fetch: (url, init) => {
          asked += 1;
          const fault = asked === 1 ? name : "ok";
          return fetch(url, { ...init, headers: { ...init.headers, "x-fault": fault } });
        },
      });
      const { ok } = await client.query("up");
      // An hour is longer than there is time.
      const isPassing = FAULTS[name].isPassing && name !== "too_many_for_long";
      expect([asked, ok]).toEqual(isPassing ? [2, true] : [1, false]);
    },
  );

  it("knows what is no HTTP by its name, where Node gives it no code", async () => {
    const cause = Object.assign(new Error("Expected HTTP/"), { name: "HTTPParserError", code: undefined });
    const fetch = (): Promise<never> => Promise.reject(new TypeError("fetch failed", { cause }));
    const failure = await failing((client) => client.query("up"), { fetch });
    expect(failure).toMatchObject({ kind: "not_prometheus", retryable: true });
    expect(failure.reason).toMatch(/no answer of Prometheus \(HTTP_PARSER_ERROR\)$/);
  });

  it("is not asked again at a port that fetch blocks", async () => {
    expect(await failing((client) => client.query("up"), { url: "http://127.0.0.1:6667", retries: 2 })).toMatchObject({
      kind: "unreachable",
      reason:
        "it was not asked: fetch calls no port that the web blocks, such as 1, 9 or 6667 (BAD_PORT); give it another port",
      retryable: false,
      attempts: 1,
    });
  });

  it("finds nobody", async () => {
    const failure = await failing((client) => client.query("up"), { url: server.closedUrl, retries: 2 });
    expect(failure).toEqual({
      kind: "unreachable",
      message: 'prometheus could not query "up": there was no answer (ECONNREFUSED)',
      reason: "there was no answer (ECONNREFUSED)",
      retryable: true,
      attempts: 3,
    });
  });
});

describe("what is said of a failure", () => {
  it.each<readonly [FaultName, RegExp, object]>([
    ["bad_query", /: Prometheus says: invalid parameter "query": 1:5: parse error$/, { errorType: "bad_data" }],
    ["execution", /: Prometheus says: query processing/, { status: 422, errorType: "execution", retryable: false }],
    ["timed_out", /: Prometheus says: query timed out/, { status: 503, errorType: "timeout", retryable: true }],
    ["starting", /: it was answered with 503$/, { status: 503, retryable: true }],
    ["too_many", /: it was answered with 429$/, { status: 429, retryAfterMs: 20, retryable: true }],
    ["no_token", /: it was answered with 401; look at the token/, { status: 401, retryable: false }],
    ["forbidden", /: it was answered with 403; look at the token/, { status: 403 }],
    ["login", /: it was answered with a redirect, which is not followed/, { status: 302, retryable: false }],
    ["page", /: it was answered with a page for people; look at the address, and at the token/, { status: 200 }],
    ["nothing", /: it was answered with something that is no answer of Prometheus$/, { status: 204, retryable: true }],
    ["no_http", /no answer of Prometheus \((HPE_INVALID_CONSTANT|HTTP_PARSER_ERROR)\)$/, { retryable: true }],
    ["huge", /: the answer has more than 4096 bytes; ask for fewer/, { status: 200, retryable: false }],
    ["partial", /: it was answered with warnings, .*: store 2 is gone$/, { warnings: ["store 2 is gone"] }],
  ])("%s", async (fault, message, facts) => {
    server.fault = fault;
    const failure = await failing((client) => client.query("up"), { maxBytes: 4_096 });
    expect(failure).toMatchObject(facts);
    expect(failure.message).toMatch(message);
  });

  it.each([
    [401, "unauthorized", false],
    [429, "rate_limited", true],
    [408, "unavailable", true],
    [404, "refused", false],
    [500, "unavailable", true],
    [200, "refused", false],
  ])("is quoted with %i as well", async (status, kind, retryable) => {
    server.fault = (_, response) =>
      response.writeHead(status).end('{"status":"error","errorType":"Odd\\n","error":"no\\r\\n way"}');
    const failure = await failing((client) => client.query("up"));
    expect(failure).toEqual({
      kind,
      message: 'prometheus could not query "up": Prometheus says: no way',
      reason: "Prometheus says: no way",
      retryable,
      attempts: 1,
      status,
    });
  });

  it("is that it may pass, where Prometheus gave up, whatever the status", async () => {
    server.fault = (_, response) =>
      response.writeHead(422).end('{"status":"error","errorType":"timeout","error":"query timed out"}');
    expect(await failing((client) => client.query("up"))).toMatchObject({ kind: "unavailable", retryable: true });
  });

  it("never holds a credential or the address, even if the answer does", async () => {
    const basic = { username: "ann", password: "pässword-of-ann" };
    const base64 = Buffer.from(`${basic.username}:${basic.password}`).toString("base64");
    server.fault = ({ headers }, response) => {
      const { authorization = "", "x-api-key": key } = headers;
      const error = `${authorization} ${String(key)} ${basic.password} ${server.url}/api in tenant shop-production`;
      response.writeHead(400).end(JSON.stringify({ status: "error", errorType: "bad_data", error }));
    };
    const headers = { "X-Api-Key": "key-of-ann-0123", "X-Scope-OrgID": "shop-production" };
    const message = async (options: Partial<PrometheusApiOptions>): Promise<string> => {
      const result = await new PrometheusApi({ url: server.url, headers, ...options }).query("up");
      return result.ok ? "" : result.failure.message;
    };
    const shown =
      /says: (Basic )?\[secret\] \[secret\] (\[secret\]|pässword-of-ann) \[secret\]\/api in tenant shop-production$/;
    expect(await message({ basic })).toMatch(shown);
    expect(await message({ basic })).not.toMatch(/pässword/);
    expect(await message({ token: "t0ken-of-ann" })).toMatch(shown);
    expect(server.received.map((one) => one.headers.authorization)).toEqual([
      `Basic ${base64}`,
      `Basic ${base64}`,
      "Bearer t0ken-of-ann",
    ]);
  });
});

describe("remarks on an answer", () => {
  const answer = (rest: object) => {
    const data = { resultType: "vector", result: [] };
    server.fault = (_, response) => response.end(JSON.stringify({ status: "success", data, ...rest }));
  };

  it("are warnings that a caller may accept", async () => {
    answer({ warnings: ["store 2\nis gone"], infos: ["metric might not be a counter"] });
    expect(await api({ partial: "accept" }).query("up")).toEqual({
      ok: true,
      data: [],
      warnings: ["store 2 is gone"],
      infos: ["metric might not be a counter"],
    });
    expect(await failing((client) => client.query("up"))).toMatchObject({ kind: "partial", retryable: true });
  });

  it("on the query alone refuse nothing, though older versions call them warnings", async () => {
    answer({ warnings: Array.from({ length: 12 }, (_, index) => `PromQL info: ${String(index)}`) });
    const result = await api().query("up");
    expect(result).toMatchObject({ ok: true, warnings: [] });
    expect(result.ok && result.infos).toHaveLength(11);
    expect(result.ok && result.infos.at(-1)).toBe("and 2 more");
  });

  it("of PromQL itself would come again", async () => {
    answer({ warnings: ["PromQL warning: bucket label is missing"] });
    expect(await failing((client) => client.query("up"))).toMatchObject({ kind: "partial", retryable: false });
  });

  it.each([[[7]], [{}], ["a text"]])("that are no list of texts are remarks: %j", async (warnings) => {
    answer({ warnings });
    expect(await failing((client) => client.query("up"))).toMatchObject({ kind: "partial" });
  });

  it.each([[[]], [null]])("that are none are none: %j", async (warnings) => {
    answer({ warnings });
    expect(await api().query("up")).toMatchObject({ ok: true, warnings: [] });
  });
});

describe("a server that lets nobody post", () => {
  it.each([405, 501])("is asked by GET, and later at once: %i", async (status) => {
    server.fault = ({ method }, response) => {
      if (method === "POST") response.writeHead(status).end();
      else response.end('{"status":"success","data":{"resultType":"vector","result":[]}}');
    };
    const client = api();
    expect(await client.query("up", { at: 0 })).toMatchObject({ ok: true });
    expect(await client.query("up")).toMatchObject({ ok: true });
    expect(server.received.map(({ method }) => method)).toEqual(["POST", "GET", "GET"]);
    expect(Object.fromEntries(server.received[1]?.form ?? [])).toEqual({
      query: "up",
      time: "1970-01-01T00:00:00.000Z",
    });
    // What is too long for an address is posted for all that.
    const long = await client.query(`up{a="${"b".repeat(10_000)}"}`);
    expect(long).toMatchObject({
      ok: false,
      failure: { kind: status === 405 ? "refused" : "unavailable", attempts: 1 },
    });
  });

  it("and nobody get either is posted to the next time", async () => {
    server.fault = (_, response) => response.writeHead(405).end();
    const client = api();
    expect(await client.query("up")).toMatchObject({ failure: { kind: "refused", status: 405, attempts: 2 } });
    await client.query("up");
    expect(server.received.map(({ method }) => method)).toEqual(["POST", "GET", "POST", "GET"]);
  });
});
