import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { PROMETHEUS_FAILURES, PrometheusApi, type PrometheusResult } from "../../../src/adapters/prometheus/index.ts";

const pair = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.constantFrom("1", "NaN", "+Inf", "1e3")) },
  fc.tuple(fc.double(), fc.string()),
  fc.json().map((text) => JSON.parse(text) as unknown),
);
const name = fc.constantFrom("a", "__name__", "__proto__", "constructor");
const labels = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.tuple(name, fc.constantFrom("1", "2"))).map((all) => Object.fromEntries(all)) },
  fc.dictionary(name, fc.oneof(fc.string(), fc.integer())),
  fc.anything({ values: [fc.constant(null), fc.integer()] }),
);
const series = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      { metric: labels, value: pair, values: fc.array(pair, { maxLength: 4 }) },
      { requiredKeys: [] },
    ),
  },
  fc.record({ metric: labels, histogram: pair, histograms: fc.array(pair) }, { requiredKeys: [] }),
  fc.constant(null),
);
const valuesOf = (resultType: string): fc.Arbitrary<unknown> =>
  fc.record({ resultType: fc.constant(resultType), result: fc.array(series, { maxLength: 4 }) });
const metadata = fc.record({ type: fc.string(), help: fc.string() }, { requiredKeys: [] });

/** Each question, with data that resemble its own. */
const QUESTIONS: readonly {
  readonly ask: (api: PrometheusApi) => Promise<PrometheusResult<unknown>>;
  readonly data: fc.Arbitrary<unknown>;
}[] = [
  { ask: (api) => api.query("up", { needed: true }), data: valuesOf("vector") },
  { ask: (api) => api.query("1"), data: fc.record({ resultType: fc.constant("scalar"), result: pair }) },
  { ask: (api) => api.queryRange("up", { start: 0, end: 60_000, stepMs: 1_000 }), data: valuesOf("matrix") },
  { ask: (api) => api.queryRange("up", { start: 0, end: 22_000_000, stepMs: 1_000 }), data: valuesOf("matrix") },
  { ask: (api) => api.freshness("up", { newerThanMs: 1_000 }), data: valuesOf("vector") },
  { ask: (api) => api.series("up"), data: fc.array(labels) },
  { ask: (api) => api.labelNames(), data: fc.array(fc.string()) },
  { ask: (api) => api.labelValues("job"), data: fc.array(fc.string()) },
  { ask: (api) => api.metadata(), data: fc.dictionary(name, fc.array(metadata)) },
  { ask: (api) => api.buildInfo(), data: fc.record({ version: fc.oneof(fc.string(), fc.integer()) }) },
  { ask: (api) => api.ready(), data: fc.string() },
];
const strange = fc.oneof(valuesOf("string"), valuesOf("streams"), fc.jsonValue());
const notes = fc.oneof(fc.constant(undefined), fc.array(fc.string()), fc.jsonValue());
/** What resembles an answer, in one way or another. */
const envelope = (own: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc.record({
    status: fc.oneof({ weight: 6, arbitrary: fc.constant("success") }, fc.constantFrom("error", "", null)),
    data: fc.oneof({ weight: 6, arbitrary: own }, strange),
    error: fc.oneof(fc.constant(undefined), fc.string(), fc.integer()),
    errorType: fc.oneof(fc.constantFrom("timeout", "bad_data", undefined), fc.string()),
    warnings: notes,
    infos: notes,
  });
const body = (own: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: envelope(own).map((one) => JSON.stringify(one)) },
    fc.json(),
    fc.string(),
    fc.tuple(envelope(own), fc.nat(200)).map(([one, most]) => JSON.stringify(one).slice(0, most)),
  );
const status = fc.oneof(
  { weight: 6, arbitrary: fc.constant(200) },
  fc.constantFrom(201, 206, 302, 400, 401, 422, 429, 500, 503),
);
const PARTIAL = ["refuse", "accept"] as const;
const type = fc.constantFrom("application/json", "text/plain", "text/html", "TEXT/HTML; charset=utf-8");

describe("whatever is answered", () => {
  it("becomes a result that holds what it promises", async () => {
    const seen = new Set<string>();
    const answer = fc
      .constantFrom(...QUESTIONS)
      .chain(({ ask, data }) =>
        fc.record({ text: body(data), status, type, ask: fc.constant(ask), partial: fc.constantFrom(...PARTIAL) }),
      );
    await fc.assert(
      fc.asyncProperty(answer, async (one) => {
        const fetch = async (): Promise<Response> =>
          new Response(one.text, { status: one.status, headers: { "content-type": one.type } });
        const { partial } = one;
        const result = await one.ask(new PrometheusApi({ url: "http://secret-host:9090", fetch, retries: 0, partial }));
        if (result.ok) {
          seen.add("ok");
          if (Array.isArray(result.data) && result.data.length > 1) seen.add("ok with much in it");
          expect(result.data).toBeDefined();
          for (const note of [...result.warnings, ...result.infos]) expect(note).toMatch(/^[^\n]{0,300}$/);
          if (partial === "refuse") expect(result.warnings).toEqual([]);
          checkData(result.data);
        } else {
          const { kind, message, attempts } = result.failure;
          seen.add(kind);
          expect(PROMETHEUS_FAILURES).toContain(kind);
          expect(message).toMatch(/^prometheus could not [^\n\r]{1,450}$/);
          expect(message).not.toContain("secret-host");
          expect(attempts).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1_500 },
    );
    // Otherwise the answers resemble none.
    expect([...seen]).toEqual(
      expect.arrayContaining(["ok with much in it", "refused", "not_prometheus", "partial", "unavailable", "empty"]),
    );
  });
});

/** Times are dates, values numbers, labels texts without a prototype. */
function checkData(value: unknown): void {
  for (const item of Array.isArray(value) ? (value as unknown[]) : []) {
    if (typeof item !== "object" || item === null || !("labels" in item)) continue;
    const { labels: found, points } = item as { labels: object; points?: { at: number; value: number }[] };
    expect(Object.getPrototypeOf(found)).toBeNull();
    expect(Object.values(found).every((text) => typeof text === "string")).toBe(true);
    const all = points ?? [item as object as { at: number; value: number }];
    all.forEach(({ at, value: number }, index) => {
      expect(new Date(at).getTime()).toBe(at);
      expect(typeof number).toBe("number");
      if (index > 0) expect(at).toBeGreaterThan(all[index - 1]?.at ?? Infinity);
    });
  }
}
