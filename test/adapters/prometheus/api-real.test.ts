import { afterAll, beforeAll, expect, it } from "vitest";

import { PrometheusApi } from "../../../src/adapters/prometheus/index.ts";
import { type BackfilledPrometheus, startBackfilled } from "../../support/prometheus-backfill.ts";
import { describeWithService } from "../../support/services.ts";

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const points = (count: number, value: (minute: number) => number): { at: number; value: number }[] =>
  Array.from({ length: count }, (_, minute) => ({ at: START + minute * MINUTE, value: value(minute) }));

describeWithService(["prometheus", "promtool"], "the API of a real Prometheus", (paths) => {
  let running: BackfilledPrometheus;
  let api: PrometheusApi;

  beforeAll(async () => {
    running = await startBackfilled(paths, [
      { name: "cpu", labels: { pod: "a", __proto: "x" }, points: points(60, (minute) => minute / 100) },
      { name: "cpu", labels: { pod: 'b\n"ü' }, points: points(60, (minute) => minute / 50) },
      { name: "odd", points: points(4, (minute) => [NaN, Infinity, -Infinity, 5e-324][minute] as number) },
    ]);
    api = new PrometheusApi({ url: running.url });
  }, 60_000);

  afterAll(async () => {
    await running.stop();
  });

  const hour = { start: START, end: START + 59 * MINUTE };
  const [first, second] = [
    { __name__: "cpu", pod: "a", __proto: "x" },
    { __name__: "cpu", pod: 'b\n"ü' },
  ];

  it("answers instant queries", async () => {
    const at = START + 10 * MINUTE;
    expect(await api.query("cpu", { at })).toEqual({
      ok: true,
      data: [
        { labels: first, at, value: 0.1 },
        { labels: second, at, value: 0.2 },
      ],
      warnings: [],
      infos: [],
    });
    expect(await api.query("1 / 3", { at: at + 29 })).toMatchObject({
      data: [{ labels: {}, at: at + 29, value: 1 / 3 }],
    });
    for (const [minute, value] of [NaN, Infinity, -Infinity, 5e-324].entries()) {
      expect(await api.query("odd", { at: START + minute * MINUTE })).toMatchObject({ data: [{ value }] });
    }
    expect(await api.query("absent", { at, needed: true })).toMatchObject({ failure: { kind: "empty" } });
    expect(await api.query("absent")).toMatchObject({ ok: true, data: [] });
    expect(await api.query("cpu[5m]", { at })).toMatchObject({ failure: { kind: "refused", status: 200 } });
    expect(await api.query('"text"', { at })).toMatchObject({ failure: { kind: "refused", status: 200 } });
  });

  it("answers range queries, without a seam where they are long", async () => {
    const short = await api.queryRange("cpu", { ...hour, stepMs: MINUTE });
    expect(short).toMatchObject({
      ok: true,
      data: [
        { labels: first, points: points(60, (minute) => minute / 100) },
        { labels: second, points: points(60, (minute) => minute / 50) },
      ],
    });
    const long = await api.queryRange("cpu", { ...hour, stepMs: 125 });
    const series = long.ok ? long.data : [];
    expect(series.map(({ labels }) => labels.pod)).toEqual(["a", 'b\n"ü']);
    for (const one of series) {
      expect(one.points).toHaveLength(59 * 480 + 1);
      one.points.forEach(({ at }, index) => {
        if (at !== START + index * 125) throw new Error(`a seam at ${String(index)}`);
      });
    }
  });

  it("tells of series, labels, metadata and itself", async () => {
    expect(await api.series(["cpu", "odd"], hour)).toMatchObject({ data: [first, second, { __name__: "odd" }] });
    expect(await api.series("cpu", { end: START - 8 * 3_600_000 })).toMatchObject({ ok: true, data: [] });
    expect(await api.labelNames(hour)).toMatchObject({ data: ["__name__", "__proto", "pod"] });
    expect(await api.labelNames({ matchers: "odd", ...hour })).toMatchObject({ data: ["__name__"] });
    expect(await api.labelValues("pod", hour)).toMatchObject({ data: ["a", 'b\n"ü'] });
    expect(await api.labelValues("__name__", { matchers: ["odd"], ...hour })).toMatchObject({ data: ["odd"] });
    // It scrapes nothing, so it was told nothing.
    expect(await api.metadata({ metric: "cpu" })).toMatchObject({ ok: true, data: [] });
    expect(await api.buildInfo()).toMatchObject({ data: { version: expect.stringMatching(/^\d+\.\d+\.\d+/) } });
    expect(await api.ready()).toMatchObject({ ok: true, data: true });
  });

  it("tells how fresh a selector is", async () => {
    const last = START + 59 * MINUTE;
    const ask = (ageMs: number, newerThanMs?: number): Promise<unknown> =>
      api.freshness('cpu{pod="a"}', { at: last + ageMs, ...(newerThanMs === undefined ? {} : { newerThanMs }) });
    expect(await ask(0, 1)).toMatchObject({ data: { newestAt: last, ageMs: 0 } });
    expect(await ask(29_029)).toMatchObject({ data: { newestAt: last, ageMs: 29_029 } });
    expect(await ask(2 * MINUTE, MINUTE)).toMatchObject({ failure: { kind: "stale", attempts: 1 } });
    expect(await ask(40 * MINUTE, MINUTE)).toMatchObject({ failure: { kind: "stale", attempts: 2 } });
    expect(await ask(40 * MINUTE)).toMatchObject({ data: { newestAt: last, ageMs: 40 * MINUTE } });
    expect(await ask(20 * 60 * MINUTE, 24 * 60 * MINUTE)).toMatchObject({ data: { newestAt: last } });
    expect(await ask(3 * 60 * MINUTE)).toMatchObject({ failure: { kind: "empty", attempts: 2 } });
  });

  it("quotes what is wrong with a query", async () => {
    expect(await api.query("sum(cpu")).toEqual({
      ok: false,
      failure: {
        kind: "refused",
        message: expect.stringMatching(
          /^prometheus could not query "sum\(cpu": Prometheus says: .*parse error: unclosed left parenthesis/,
        ),
        reason: expect.stringMatching(/^Prometheus says: .*parse error: unclosed left parenthesis/),
        status: 400,
        errorType: "bad_data",
        retryable: false,
        attempts: 1,
      },
    });
    expect(await api.query("cpu * on() cpu", { at: START })).toMatchObject({
      failure: { kind: "refused", status: 422, errorType: "execution" },
    });
    expect(await api.series("{}")).toMatchObject({ failure: { kind: "refused", errorType: "bad_data" } });
    expect(await new PrometheusApi({ url: `${running.url}/prefix` }).query("up")).toMatchObject({
      failure: { kind: "refused", status: 404 },
    });
  });
});
