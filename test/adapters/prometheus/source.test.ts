import { describe, expect, it } from "vitest";

import { PrometheusSource, type PrometheusSourceOptions } from "../../../src/adapters/prometheus/index.ts";
import { ConfigurationError } from "../../../src/core/errors.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import type { Slo } from "../../../src/slo/model.ts";

const AT = Date.UTC(2026, 9, 1);
const [HOUR, DAY] = [3_600_000, 86_400_000];

/** What came in: the query, and when it was asked for, or from when on. */
interface Asked {
  readonly query: string;
  readonly at: number;
}

/** A source whose Prometheus gives each branch of a query what `valueOf` says, and what it was asked. */
function sourceOf(
  valueOf: (branch: string, query: string) => number | undefined,
  options: Partial<PrometheusSourceOptions> = {},
): { readonly source: PrometheusSource; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const source = new PrometheusSource({
    url: "http://prometheus:9090",
    retries: 0,
    fetch: (_, init) => {
      const form = new URLSearchParams(init.body as string);
      const query = form.get("query") ?? "";
      const at = Date.parse(form.get("time") ?? form.get("start") ?? "");
      asked.push({ query, at });
      const bare = query.includes("nines_branch") ? [] : [""];
      const branches = [...[...query.matchAll(/"nines_branch", "([^"]+)"/g)].map((match) => match[1] ?? ""), ...bare];
      const isRange = form.has("step");
      const result = branches.flatMap((branch) => {
        const value = valueOf(branch, query);
        if (value === undefined) return [];
        const pair = [at / 1_000, String(value)];
        const metric = { nines_branch: branch, slo: "shop/a", service: "shop" };
        return [isRange ? { metric, values: [pair] } : { metric, value: pair }];
      });
      const data = { resultType: isRange ? "matrix" : "vector", result };
      return Promise.resolve(new Response(JSON.stringify({ status: "success", data })));
    },
    ...options,
  });
  return { source, asked };
}

function slosOf(count: number, window: unknown = "30d"): readonly Slo[] {
  const slos = Array.from({ length: count }, (_, index) => [
    count === 1 ? "a" : `a${String(index)}`,
    { kind: "availability", target: "99.9%", measurement_window: window },
  ]);
  return parseSloDocument({ service_level_objectives: { shop: Object.fromEntries(slos) } }).slos;
}

const [SLO] = slosOf(1) as [Slo];
const month = { start: AT - 30 * DAY, end: AT };
const hour = { start: AT - HOUR, end: AT };
/** Nothing is recorded; of the metrics themselves a thousandth failed. */
const raw = (branch: string): number | undefined =>
  branch.startsWith("total") ? 1_000 : branch.startsWith("part") ? 1 : branch.startsWith("watched") ? 1e6 : undefined;

describe("a source", () => {
  it("asks as many queries for a thousand SLOs as for thirty", async () => {
    const queriesFor = async (count: number): Promise<number> => {
      const { source, asked } = sourceOf(() => undefined, { use: "rules" });
      await source.measureAll(slosOf(count).map((subject) => ({ subject, ranges: [month, hour] })));
      return asked.length;
    };
    expect([await queriesFor(30), await queriesFor(1_000)]).toEqual([2, 2]);
  });

  it("asks the metrics where nothing is recorded", async () => {
    const { source, asked } = sourceOf(raw);
    expect(await source.measure(SLO, [hour])).toEqual([{ good: 999, total: 1_000, coverage: 1 }]);
    expect(asked.some(({ query }) => query.includes("http_requests_total"))).toBe(true);
  });

  it("has nothing of a calendar period at its first instant, and all the same tells the look-backs", async () => {
    const [calendar] = slosOf(1, { calendar: "month", time_zone: "UTC" }) as [Slo];
    for (const use of ["auto", "rules", "expressions"] as const) {
      const { source, asked } = sourceOf(raw, { use });
      const [window, lookBack] = await source.measure(calendar, [
        { start: AT, end: AT },
        { start: AT - (7 * HOUR) / 2, end: AT },
      ]);
      expect(window).toEqual({ good: 0, total: 0, coverage: 0 });
      if (use !== "rules") expect(lookBack?.total).toBe(1_000);
      expect(asked.filter(({ query }) => query.includes("[0s"))).toEqual([]);
    }
  });

  it("counts what came since the metrics appeared, though no look fell on them", async () => {
    const { source } = sourceOf((branch) => (branch.startsWith("watched") ? 0 : raw(branch)));
    const [measured] = await source.measure(SLO, [month]);
    expect(measured).toMatchObject({ good: 999, total: 1_000 });
    expect(measured?.coverage).toBeGreaterThan(0);
    expect(measured?.coverage).toBeLessThan(0.01);
  });

  it("tells an SLO that cannot be counted apart from the others", async () => {
    const odd: Slo = { ...SLO, id: "shop/odd", name: "odd", expression: "sum(" };
    const { source } = sourceOf(raw);
    const [bad, good] = await source.measureAll([
      { subject: odd, ranges: [hour] },
      { subject: SLO, ranges: [hour] },
    ]);
    expect(bad !== undefined && "error" in bad && bad.error instanceof ConfigurationError).toBe(true);
    expect(good).toMatchObject({ measurements: [{ total: 1_000 }] });
  });

  it("does not ask a Prometheus that does not answer in another way as well", async () => {
    let calls = 0;
    const source = new PrometheusSource({
      url: "http://prometheus:9090",
      retries: 0,
      fetch: () => {
        calls += 1;
        return Promise.reject(new Error("no"));
      },
    });
    await expect(source.measure(SLO, [month, hour])).rejects.toThrow("prometheus could not measure the SLOs");
    const forTwo = calls;
    expect(forTwo).toBeLessThanOrEqual(3);
    const days = Array.from({ length: 5 }, (_, day) => ({ start: AT - (5 - day) * DAY, end: AT - (4 - day) * DAY }));
    await expect(source.measure(SLO, days)).rejects.toThrow("prometheus could not measure the SLOs");
    expect(calls - forTwo).toBe(1);
  });

  it("keeps to an SLO what Prometheus refuses of it alone: the edges of one, and nothing of another without rules", async () => {
    const [recorded, other] = slosOf(2) as [Slo, Slo];
    const source = new PrometheusSource({
      url: "http://prometheus:9090",
      retries: 0,
      target: (slo) => `job="${slo.name}"`,
      fetch: (_, init) => {
        const form = new URLSearchParams(init.body as string);
        const query = form.get("query") ?? "";
        if (query.includes('job="a0"')) {
          const text = JSON.stringify({ status: "error", errorType: "execution", error: "too many samples" });
          return Promise.resolve(new Response(text, { status: 422 }));
        }
        const at = Date.parse(form.get("time") ?? "") / 1_000;
        const ofRules = query.includes("nines:slo");
        const result = [...query.matchAll(/"nines_branch", "([^"]+)"/g)].map(([, branch = ""]) => {
          const value = branch === "time" ? at : ofRules ? 5 : (raw(branch) ?? 0);
          const metric = { nines_branch: branch, ...(ofRules ? { slo: recorded.id } : {}) };
          return { metric, value: [at, String(value)] };
        });
        const data = { resultType: "vector", result };
        return Promise.resolve(new Response(JSON.stringify({ status: "success", data })));
      },
    });
    // The first ends before the second: what whole parts leave over of it is asked of the metrics.
    const ranges = [
      { start: AT - 30 * DAY, end: AT - HOUR - 77_000 },
      { start: AT - 7 * DAY, end: AT },
    ];
    const [refused, told] = await source.measureAll([recorded, other].map((subject) => ({ subject, ranges })));
    expect(refused !== undefined && "error" in refused && refused.error.message).toContain("too many samples");
    expect(told).toMatchObject({ measurements: [{ total: 1_000 }, { total: 1_000 }] });
  });

  it("reads rows of days from what was recorded only if that reaches back to the first", async () => {
    const days = Array.from({ length: 5 }, (_, day) => ({ start: AT - (5 - day) * DAY, end: AT - (4 - day) * DAY }));
    const { source, asked } = sourceOf((_, query) =>
      query.includes("slo_data:present{") && !query.includes("nines_branch") ? undefined : 1,
    );
    await source.measure(SLO, days);
    const [reach, ...rest] = asked;
    expect(reach?.query).toMatch(/^nines:slo_data:present\{/);
    expect((reach?.at ?? 0) - (days[0]?.start ?? 0)).toBe(450_000);
    expect(rest.every(({ query }) => query.includes("http_requests_total"))).toBe(true);
  });
});

describe("times of January 1970", () => {
  const at = 20 * DAY;
  const early = { start: at - HOUR, end: at };

  it("are measured beside a clock that stands there, as a test may set it", async () => {
    const { source, asked } = sourceOf(() => 10, { clock: new ManualClock(at) });
    const [measured] = await source.measure(SLO, [early]);
    expect(measured?.total).toBeGreaterThan(0);
    expect(asked.some((one) => one.at === at)).toBe(true);
    expect(await source.api.queryRange("up", { ...early, stepMs: HOUR })).toMatchObject({ ok: true });
    expect(await source.api.labelNames(early)).not.toMatchObject({ failure: { kind: "timeout" } });
  });

  it("were meant in seconds beside any other clock", async () => {
    const said = /^(?:at|start): \d+ is 1970-01-2\S+ in milliseconds; was it meant in seconds\?$/;
    for (const options of [{}, { clock: new ManualClock(AT) }]) {
      const { source } = sourceOf(() => 10, options);
      await expect(source.api.query("up", { at })).rejects.toThrow(said);
      await expect(source.api.freshness("up", { at })).rejects.toThrow(said);
      await expect(source.api.labelNames(early)).rejects.toThrow(said);
      await expect(source.api.queryRange("up", { ...early, stepMs: HOUR })).rejects.toThrow(said);
    }
  });
});
