import { describe, expect, it } from "vitest";

import { PrometheusApi } from "../../../src/adapters/prometheus/index.ts";
import { fakeFetch } from "./fake.ts";

const AT = 1_800_000_000_000;
const MINUTE = 60_000;

/** One whose newest sample was taken so long before the time of each question; undefined: it has none. */
function client(...agesMs: (number | undefined)[]): { api: PrometheusApi; queries: string[]; times: string[] } {
  const [queries, times]: [string[], string[]] = [[], []];
  const { fetch } = fakeFetch(({ form }) => {
    const ageMs = agesMs[queries.length];
    queries.push(form.query ?? "");
    times.push(form.time ?? "");
    const value = [AT / 1_000, String((AT - (ageMs ?? 0)) / 1_000)];
    const result = ageMs === undefined ? [] : [{ metric: {}, value }];
    return Response.json({ status: "success", data: { resultType: "vector", result } });
  });
  return { api: new PrometheusApi({ url: "http://prometheus:9090", fetch, retries: 0 }), queries, times };
}

describe("freshness", () => {
  it("is the age of the newest sample, by the clock of the server", async () => {
    const { api, queries, times } = client(15_029);
    expect(await api.freshness('up{ job = "shop" } # all of them', { newerThanMs: MINUTE, at: AT })).toMatchObject({
      ok: true,
      data: { newestAt: AT - 15_029, ageMs: 15_029 },
    });
    expect(queries).toEqual(['max(timestamp(up{job="shop"}))']);
    expect(times).toEqual([new Date(AT).toISOString()]);
  });

  it.each([
    [MINUTE, true],
    [MINUTE + 1, false],
  ])("of %i ms, where a minute is allowed, is enough: %s", async (ageMs, ok) => {
    const { api } = client(ageMs);
    expect((await api.freshness("up", { newerThanMs: MINUTE })).ok).toBe(ok);
  });

  it("that is too old is stale", async () => {
    const { api } = client(4 * MINUTE);
    expect(await api.freshness("up", { newerThanMs: MINUTE })).toEqual({
      ok: false,
      failure: {
        kind: "stale",
        message: 'prometheus could not tell how fresh "up" is: the newest sample is 4 min old, and 1 min is allowed',
        reason: "the newest sample is 4 min old, and 1 min is allowed",
        retryable: true,
        attempts: 1,
      },
    });
  });

  it("of what is no longer shown is looked for in the hour before", async () => {
    const { api, queries } = client(undefined, 42 * MINUTE);
    expect(await api.freshness("up", { newerThanMs: MINUTE })).toMatchObject({
      failure: { kind: "stale", attempts: 2, message: expect.stringContaining("is 42 min old") },
    });
    expect(queries[1]).toBe("max_over_time(max(timestamp(up))[3600000ms:60000ms])");
    // Whoever only asks is told.
    expect(await client(undefined, 42 * MINUTE).api.freshness("up")).toMatchObject({
      ok: true,
      data: { ageMs: 42 * MINUTE },
    });
  });

  it("of what never was there is empty", async () => {
    expect(await client(undefined, undefined).api.freshness("up")).toMatchObject({
      failure: {
        kind: "empty",
        attempts: 2,
        message: expect.stringMatching(/there is no sample within the 1 h before$/),
      },
    });
  });

  it("of a day is looked for in longer steps, and may be as old as that", async () => {
    const { api, queries } = client(undefined, 23 * 60 * MINUTE);
    expect(await api.freshness("up", { newerThanMs: 24 * 60 * MINUTE })).toMatchObject({ ok: true });
    expect(queries[1]).toBe("max_over_time(max(timestamp(up))[86700000ms:300000ms])");
  });

  it("of samples from the future is none", async () => {
    expect(await client(-5_000).api.freshness("up", { newerThanMs: 1 })).toMatchObject({
      ok: true,
      data: { ageMs: 0 },
    });
  });

  it("of a server that answers with no time is no answer", async () => {
    expect(await client(NaN).api.freshness("up")).toMatchObject({ failure: { kind: "not_prometheus" } });
    expect(await client(-1e300).api.freshness("up")).toMatchObject({ failure: { kind: "not_prometheus" } });
  });
});
