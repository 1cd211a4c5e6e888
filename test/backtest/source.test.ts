import { describe, expect, test, vi } from "vitest";

import { askSteps, backtestSlo } from "../../src/backtest/source.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { Measurement } from "../../src/core/measurement.ts";
import type { TimeRange } from "../../src/core/time/window.ts";
import type { SliSource } from "../../src/ports/sli-source.ts";
import type { Slo } from "../../src/slo/model.ts";
import { DAY, HOUR, MINUTE, sloOf, START } from "./pasts.ts";

const slo = sloOf({ target: "99.9%", measurement_window: "30d" });
const range = { start: START, end: START + 2 * DAY };

/** A source that remembers what it was asked; each minute's counts come of `tell`. */
function sourceOf(tell: (range: TimeRange, slo: Slo) => Measurement = () => ({ good: 100, total: 100, coverage: 1 })) {
  const asked: { slo: Slo; ranges: readonly TimeRange[] }[] = [];
  const source: SliSource<Slo> = {
    measure: (about, ranges) => {
      asked.push({ slo: about, ranges });
      return Promise.resolve(ranges.map((one) => tell(one, about)));
    },
  };
  return { source, asked };
}

describe("a source is asked", () => {
  test("for equal steps, next to each other, a day of minutes at once", async () => {
    const { source, asked } = sourceOf();
    const { start, stepMs, total } = await askSteps(slo, { source, range: { start: START, end: START + DAY + HOUR } });
    expect([start, stepMs, total.length]).toEqual([START, MINUTE, 1_500]);
    expect(asked.map(({ ranges }) => ranges.length)).toEqual([1_440, 60]);
    const all = asked.flatMap(({ ranges }) => ranges);
    expect(all.every((one, index) => one.start === START + index * MINUTE && one.end === one.start + MINUTE)).toBe(
      true,
    );
  });

  test("and what it did not watch is a gap, while an idle step is none", async () => {
    const { source } = sourceOf(({ start }) => {
      const minute = (start - START) / MINUTE;
      return [
        { good: 0, total: 0, coverage: 0 },
        { good: 0, total: 0, coverage: 0.5 },
        { good: 1, total: 2, coverage: 1 },
      ][minute % 3] as Measurement;
    });
    const { good, total } = await askSteps(slo, { source, range: { start: START, end: START + 3 * MINUTE } });
    expect([Array.from(good), Array.from(total)]).toEqual([
      [NaN, 0, 1],
      [NaN, 0, 2],
    ]);
  });

  test("and tells how far it is, over all SLOs that are asked about", async () => {
    const { source, asked } = sourceOf();
    const told: [number, number][] = [];
    const other = { ...slo, description: "another indicator" };
    await backtestSlo(slo, {
      source,
      range,
      variations: [
        { objective: "99%" },
        { slo: other, name: "other" },
        { slo: other, name: "other, over 7d", window: "7d" },
      ],
      onProgress: (done, all) => told.push([done, all]),
    });
    expect(told).toEqual([1_440, 2_880, 4_320, 5_760].map((done) => [done, 5_760]));
    // Once for each indicator, not for each candidate.
    expect(asked.map((one) => one.slo)).toEqual([slo, slo, other, other]);
  });
});

describe("an SLO that counts slices of time", () => {
  const sliced = sloOf({ target: 10, measurement_window: "30d", slice: "5m" }, "throughput");

  test("is asked for whole slices", async () => {
    const { source, asked } = sourceOf();
    const { stepMs } = await askSteps(sliced, { source, range });
    expect([stepMs, asked[0]?.ranges.length]).toEqual([5 * MINUTE, 576]);
    const { candidates, stepMs: judged } = await backtestSlo(sliced, { source, range });
    expect([judged, candidates[0]?.tiers.length]).toEqual([5 * MINUTE, 4]);
  });

  test("is refused in steps that would cut them", async () => {
    const { source, asked } = sourceOf();
    const message =
      "stepMs: steps of 7m would cut the slices of 5m that shop/throughput counts; take a whole number of these";
    await expect(askSteps(sliced, { source, range: { start: 0, end: 7 * HOUR }, stepMs: 7 * MINUTE })).rejects.toThrow(
      message,
    );
    expect(asked).toHaveLength(0);
  });
});

describe("a source that", () => {
  const ask = (source: unknown, more: object = {}): Promise<unknown> =>
    askSteps(slo, { source: source as SliSource<Slo>, range, ...more });

  test("fails is heard", async () => {
    await expect(ask({ measure: () => Promise.reject(new Error("refused")) })).rejects.toThrow("refused");
  });

  test.each<[string, unknown, string]>([
    ["gives too few answers", [], "it gave a list of 0 as answers to 1440 ranges"],
    ["gives no list", null, "it gave null as answers to 1440 ranges"],
    ["gives no counts", new Array(1_440).fill({ good: NaN, total: 1, coverage: 1 }), "it gave good NaN of total 1"],
    [
      "gives more good than all",
      new Array(1_440).fill({ good: 2, total: 1, coverage: 1 }),
      "it gave good 2 of total 1",
    ],
    ["gives text", new Array(1_440).fill({ good: "1", total: "1", coverage: 1 }), 'it gave good "1" of total "1"'],
    ["gives holes", new Array(1_440), "it gave good NaN of total NaN"],
    ["gives nothing", new Array(1_440).fill(null), "it gave good NaN of total NaN"],
  ])("%s is told of as the one who is wrong", async (_what, answer, message) => {
    const asking = ask({ measure: () => Promise.resolve(answer) });
    await expect(asking).rejects.toMatchObject({ code: "adapter", adapter: "sli-source", operation: "measure" });
    await expect(asking).rejects.toThrow(message);
  });

  test("hangs is given up, and its call is ended", async () => {
    const clock = new ManualClock(START);
    const signals: AbortSignal[] = [];
    const asking = ask(
      {
        measure: (_slo: Slo, _ranges: unknown, { signal }: { signal: AbortSignal }) =>
          new Promise(() => signals.push(signal)),
      },
      { clock, timeoutMs: 30_000 },
    );
    const refused = expect(asking).rejects.toMatchObject({ code: "timeout", timeoutMs: 30_000 });
    await vi.waitFor(() => {
      expect(signals).toHaveLength(1);
    });
    clock.advance(30_000);
    await refused;
    expect(signals[0]?.aborted).toBe(true);
  });

  test("is slow can be left", async () => {
    const controller = new AbortController();
    const { source, asked } = sourceOf();
    const reason = new Error("enough");
    const onProgress = (): void => controller.abort(reason);
    await expect(ask(source, { signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect(asked).toHaveLength(1);
  });
});

describe("what cannot be asked is refused before anybody is", () => {
  test.each<[string, object, string]>([
    ["no source", { source: undefined }, "source: null has no method measure()"],
    ["what is no source", { source: {} }, "source: a mapping has no method measure()"],
    ["more than 400 days", { range: { start: 0, end: 401 * DAY } }, "range.end: is more than 400 days after the start"],
    [
      "more than a million steps",
      { range: { start: 0, end: 400 * DAY }, stepMs: 10_000 },
      "stepMs: 3456000 steps of 10s are too many: at most 1000000",
    ],
    ["part of a step", { range: { start: 0, end: 90_000 } }, "range.end: 90000 is not a whole number of steps of 1m"],
    ["a step of nothing", { stepMs: 0 }, "stepMs: 0 is not a step"],
    ["no range", { range: undefined }, "range: a range takes an object of options, not undefined"],
    ["no time limit", { timeoutMs: 0 }, "timeoutMs: 0 is not a time limit"],
    ["what is unknown", { steps: 5 }, "steps: is no option of"],
    ["no clock", { clock: {} }, "clock: a mapping has no method now()"],
  ])("%s", async (_what, changes, message) => {
    const { source, asked } = sourceOf();
    await expect(askSteps(slo, { source, range, ...changes })).rejects.toThrow(message);
    await expect(backtestSlo(slo, { source, range, ...changes })).rejects.toThrow(message);
    expect(asked).toHaveLength(0);
  });

  test.each<[string, object, string]>([
    ["variations that are no list", { variations: {} }, "variations: a mapping is not a list of changes"],
    ["a variation that is none", { variations: [undefined] }, "variations[0]: undefined is no object of changes"],
    ["a variation of no SLO", { variations: [{ slo: {} }] }, "variations[0].slo: a mapping is no SLO"],
  ])("%s", async (_what, changes, message) => {
    const { source, asked } = sourceOf();
    await expect(backtestSlo(slo, { source, range, ...changes })).rejects.toThrow(message);
    expect(asked).toHaveLength(0);
  });

  test("what is no SLO", async () => {
    const { source } = sourceOf();
    const nothing = undefined as unknown as Slo;
    await expect(backtestSlo(nothing, { source, range })).rejects.toThrow("slo: undefined is no SLO");
    await expect(askSteps(nothing, { source, range })).rejects.toThrow("slo: undefined is no SLO");
  });

  test("a variation that cannot be, by its place", async () => {
    const { source, asked } = sourceOf();
    const asking = backtestSlo(slo, { source, range, variations: [{ objective: "99%" }, { window: "soon" }] });
    await expect(asking).rejects.toThrow('variations[1].window: "soon" is not a duration');
    await expect(backtestSlo(slo, { source, range, keptRatio: 0 })).rejects.toThrow("keptRatio: 0 is not a share");
    expect(asked).toHaveLength(0);
  });

  test("two candidates of one name, a look-back shorter than a step", async () => {
    const { source, asked } = sourceOf();
    const same = backtestSlo(slo, { source, range, variations: [{ tiers: { ticket_slow: false } }] });
    await expect(same).rejects.toThrow(
      'candidates[1].name: there are two of the name "99.9% over 30d"; give one of them another',
    );
    const coarse = backtestSlo(slo, { source, range, stepMs: HOUR });
    await expect(coarse).rejects.toThrow(
      'candidates[0].tiers[0].shortMs: the alert page_fast of "99.9% over 30d" looks back 5m, and a step of the past has 1h',
    );
    expect(asked).toHaveLength(0);
  });
});

describe("an SLO is replayed", () => {
  test("as it is, and with each variation, on its own counts", async () => {
    const other = { ...slo, description: "a looser threshold" };
    const { source } = sourceOf(({ start }, about) => {
      const isOut = start >= START + DAY && start < START + DAY + 10 * MINUTE;
      return { good: isOut && about === slo ? 0 : 100, total: 100, coverage: 1 };
    });
    const { candidates } = await backtestSlo(slo, {
      source,
      range,
      variations: [{ slo: other, name: "looser" }],
      keptRatio: 0.9,
    });
    expect(candidates.map(({ name, pages }) => [name, pages])).toEqual([
      ["99.9% over 30d", 1],
      ["looser", 0],
    ]);
  });

  test("with what the source knows of its counts: their unit, and how short a stretch it can tell of", async () => {
    // Four of six hundred in an hour, where one of ten thousand is allowed.
    const strict = sloOf({ target: "99.99%", measurement_window: "30d" });
    const { source } = sourceOf(({ start }) => ({ good: start === START + DAY ? 6 : 10, total: 10, coverage: 1 }));
    const ofEvents = await backtestSlo(strict, { source, range });
    expect(ofEvents.candidates[0]).toMatchObject({ pages: 0, tiers: [{ tier: { shortMs: 5 * MINUTE } }, {}, {}, {}] });
    const traits = { traits: () => ({ unit: "time" as const, resolutionMs: 10 * MINUTE }) };
    const ofTime = await backtestSlo(strict, { source: { ...source, ...traits }, range });
    expect(ofTime.candidates[0]).toMatchObject({ pages: 1, tiers: [{ tier: { shortMs: 10 * MINUTE } }, {}, {}, {}] });
    const told = await backtestSlo(strict, { source: { ...source, ...traits }, range, leastMs: 20 * MINUTE });
    expect(told.candidates[0]?.tiers[0]?.tier.shortMs).toBe(20 * MINUTE);
  });
});
