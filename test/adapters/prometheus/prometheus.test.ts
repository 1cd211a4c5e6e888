import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { PrometheusSamples } from "../../../src/adapters/prometheus/index.ts";
import { type BackfilledPrometheus, startBackfilled } from "../../support/prometheus-backfill.ts";
import { describeWithService } from "../../support/services.ts";

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const points = (count: number, value: (minute: number) => number): { at: number; value: number }[] =>
  Array.from({ length: count }, (_, minute) => ({ at: START + minute * MINUTE, value: value(minute) }));

describeWithService(["prometheus", "promtool"], "a real Prometheus with a past", (paths) => {
  let running: BackfilledPrometheus;
  let samples: PrometheusSamples;

  beforeAll(async () => {
    running = await startBackfilled(paths, [
      { name: "cpu", labels: { pod: "a" }, points: points(60, (minute) => minute / 100) },
      { name: "cpu", labels: { pod: "b" }, points: points(60, (minute) => minute / 50) },
      { name: "memory", points: points(30, (minute) => 1e9 + minute) },
      { name: "odd", points: points(4, (minute) => [NaN, Infinity, -Infinity, 1 / 3][minute] as number) },
    ]);
    samples = new PrometheusSamples({ url: running.url });
  }, 60_000);

  afterAll(async () => {
    await running.stop();
  });

  const hour = { start: START, end: START + 59 * MINUTE, stepMs: MINUTE };

  it("gives samples that are what was put in", async () => {
    const found = await samples.samples({ cpu: "sum(cpu)", memory: "last_over_time(memory[1s])" }, hour);
    expect(found).toHaveLength(60);
    found.forEach((sample, minute) => {
      expect(sample).toEqual({
        timestamp: START + minute * MINUTE,
        cpu: minute / 100 + minute / 50,
        ...(minute < 30 ? { memory: 1e9 + minute } : {}),
      });
    });
  });

  it("gives a scalar, and what is no number", async () => {
    const range = { ...hour, end: START + 3 * MINUTE };
    expect((await samples.series("1 / 3", range)).map(({ value }) => value)).toEqual([1 / 3, 1 / 3, 1 / 3, 1 / 3]);
    expect((await samples.series("odd", range)).map(({ value }) => value)).toEqual([NaN, Infinity, -Infinity, 1 / 3]);
    expect((await samples.samples({ odd: "odd" }, range)).map(({ odd }) => odd)).toEqual([Infinity, -Infinity, 1 / 3]);
    expect(await samples.samples({ none: "absent_metric" }, range)).toEqual([]);
  });

  it("takes whole milliseconds for what they are", async () => {
    const [start, stepMs] = [START + 20 * MINUTE + 29, 57];
    const found = await samples.series("time()", { start, end: start + 1_000, stepMs });
    expect(found.map(({ at }) => at)).toEqual(Array.from({ length: 18 }, (_, step) => start + step * stepMs));
    // time() tells the times that Prometheus worked with.
    expect(found.map(({ value }) => Math.round(value * 1_000))).toEqual(found.map(({ at }) => at));
  });

  it("joins what takes several requests, without a seam", async () => {
    const stepMs = 125;
    const range = { start: START, end: START + 59 * MINUTE, stepMs };
    const fetched = vi.fn(globalThis.fetch);
    const found = await new PrometheusSamples({ url: running.url, fetch: fetched }).series("sum(cpu)", range);
    expect(fetched).toHaveBeenCalledTimes(3);
    expect(found).toHaveLength(59 * 480 + 1);
    found.forEach(({ at }, index) => {
      if (at !== START + index * stepMs) throw new Error(`a seam at ${String(index)}`);
    });
  });

  it("refuses several series, and quotes what is wrong with a query", async () => {
    await expect(samples.samples({ cpu: "cpu" }, hour)).rejects.toThrow(
      /^prometheus could not query cpu: it gives 2 series \(\{__name__="cpu", pod="a"\}, \{__name__="cpu", pod="b"\}\); make/,
    );
    await expect(samples.samples({ cpu: "sum(cpu" }, hour)).rejects.toMatchObject({
      retryable: false,
      message: expect.stringMatching(/could not query cpu: Prometheus says: .*parse error: unclosed left parenthesis/),
    });
    await expect(samples.samples({ cpu: "cpu * on() cpu" }, hour)).rejects.toMatchObject({
      retryable: false,
      context: { status: 422 },
      message: expect.stringMatching(/could not query cpu: Prometheus says: .*matching/),
    });
    const elsewhere = new PrometheusSamples({ url: `${running.url}/prefix` });
    await expect(elsewhere.samples({ cpu: "up" }, hour)).rejects.toMatchObject({ context: { status: 404 } });
  });
});
