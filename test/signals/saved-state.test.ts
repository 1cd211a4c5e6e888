import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { parseSloDocument } from "../../src/slo/document.ts";

const slos = parseSloDocument({
  service_level_objectives: {
    shop: {
      availability: { target: "99.9%", measurement_window: "30d" },
      throughput: { target: 1, objective: "90%", slice: "1m", measurement_window: "1d" },
    },
  },
}).forService("shop");

interface Saved {
  elapsed: Record<string, unknown>;
  slos: Record<
    string,
    { since?: unknown; history?: Record<string, unknown>; slices?: Record<string, unknown>; instants?: unknown }
  >;
}

function saved(): { text: string; at: number } {
  const clock = new ManualClock();
  const signals = new GoldenSignalsCollector({ slos, clock });
  for (let second = 0; second < 600; second += 1) {
    clock.advance(1_000);
    signals.record({ method: "GET", route: "/", statusCode: second % 9 === 0 ? 500 : 200, durationSeconds: 0.1 });
    if (second === 300) clock.stepWall(3_600_000);
  }
  return { text: signals.save(), at: clock.now() };
}

function restoreInto(text: string, at: number): GoldenSignalsCollector {
  const signals = new GoldenSignalsCollector({ slos, clock: new ManualClock(at) });
  signals.restore(text);
  return signals;
}

describe("a saved state", () => {
  it("is taken back after any number of restarts", () => {
    const clock = new ManualClock();
    let text: string | undefined;
    for (let restart = 0; restart < 250; restart += 1) {
      const signals = new GoldenSignalsCollector({ slos, clock });
      if (text !== undefined) signals.restore(text);
      signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0.1 });
      clock.advance(60_000);
      text = signals.save();
      clock.advance(1_500);
    }
    const signals = new GoldenSignalsCollector({ slos, clock });
    signals.restore(text ?? "");
    const [month] = signals.source.measureNow({ id: "shop/availability" }, [
      { start: clock.now() - 30 * 86_400_000, end: clock.now() },
    ]);
    expect(month).toMatchObject({ good: 250, total: 250 });
  });

  const tracker = (state: Saved): Saved["slos"][string] => state.slos["shop/availability"] ?? {};
  const history = (state: Saved): Record<string, unknown> => tracker(state).history ?? {};
  const tiers = (state: Saved): { last: unknown; stepMs: unknown; counts: unknown[] }[] =>
    history(state).tiers as { last: unknown; stepMs: unknown; counts: unknown[] }[];

  it.each<[string, (state: Saved) => void]>([
    ["a line so long that its steps are one number", (state) => (state.elapsed.elapsedMs = 1e300)],
    ["a line that ends before its counts", (state) => (state.elapsed.elapsedMs = 0)],
    ["a gap after the line's end", (state) => (state.elapsed.gaps = [{ at: 1e9, ms: 5_000 }])],
    [
      "gaps out of order",
      (state) =>
        (state.elapsed.gaps = [
          { at: 9, ms: 5_000 },
          { at: 3, ms: 5_000 },
        ]),
    ],
    ["more good than there are", (state) => (history(state).good = 1e9)],
    ["a total that has fallen", (state) => (history(state).total = 1)],
    ["half an event", (state) => (history(state).total = 600.5)],
    ["a step in the far future", (state) => ((tiers(state)[0] ?? { last: 0 }).last = 2 ** 53 - 1)],
    ["rings that end apart", (state) => ((tiers(state)[1] ?? { last: 0 }).last = 0)],
    ["counts that fall", (state) => void tiers(state)[0]?.counts.reverse()],
    ["half a pair", (state) => void tiers(state)[0]?.counts.pop()],
    ["no rings", (state) => (history(state).tiers = [])],
    [
      "fixed instants out of order",
      (state) =>
        void Object.assign(tracker(state), {
          instants: [
            { at: 9, position: 9, good: 1, total: 1 },
            { at: 3, position: 3, good: 1, total: 1 },
          ],
        }),
    ],
    [
      "more at a fixed instant than at the end",
      (state) => void Object.assign(tracker(state), { instants: [{ at: 9, position: 9, good: 1, total: 1e9 }] }),
    ],
    ["a beginning after the end", (state) => (tracker(state).since = 1e12)],
  ])("is refused with %s, and nothing changes", (_what, damage) => {
    const { text, at } = saved();
    const state = JSON.parse(text) as Saved;
    damage(state);
    expect(() => restoreInto(JSON.stringify(state), at)).toThrow("the saved SLI state cannot be used");
    expect(restoreInto(text, at).save()).not.toBe("");
  });

  it("is text: nothing else is one", () => {
    expect(() => restoreInto(null as unknown as string, 0)).toThrow("is no text");
  });
});

describe("throughput slices", () => {
  it("agree with a count of every slice of watched time, through idle gaps, sleeps, restarts and clock steps", () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const clock = new ManualClock();
    let signals = new GoldenSignalsCollector({ slos, clock });
    const slices = new Map<number, number>();
    let watchedMs = 0;
    const pass = (ms: number): void => {
      clock.advance(ms);
      watchedMs += ms;
    };
    for (let turn = 0; turn < 4_000; turn += 1) {
      pass(Math.floor(random() * 2_000));
      if (random() < 0.9) {
        signals.record({ method: "GET", route: "/", statusCode: 200, durationSeconds: 0.1 });
        const slice = Math.floor(watchedMs / 60_000);
        slices.set(slice, (slices.get(slice) ?? 0) + 1);
      }
      if (random() < 0.005) pass(Math.floor(random() * 600_000));
      if (random() < 0.005) clock.stepWall(Math.floor(random() * 60_000));
      if (random() < 0.003) {
        const text = signals.save();
        clock.stepWall(5_000);
        signals = new GoldenSignalsCollector({ slos, clock });
        signals.restore(text);
      }
    }
    const ended = Math.floor(watchedMs / 60_000);
    const good = [...slices].filter(([slice, count]) => slice < ended && count >= 60).length;
    const range = { start: clock.now() - 86_400_000, end: clock.now() };
    const [day] = signals.source.measureNow({ id: "shop/throughput" }, [range]);
    expect(day).toMatchObject({ good, total: ended });
  });
});
