import { describe, expect, it, vi } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { calendarWindow, windowText } from "../../src/core/time/window.ts";
import type { SliQuestion } from "../../src/ports/sli-source.ts";
import type { Slo } from "../../src/slo/model.ts";
import { parseStatusDocument } from "../../src/status/document.ts";
import type { StatusQuestion } from "../../src/status/model.ts";
import { SloStatusReader, type SloStatusReaderOptions } from "../../src/status/reader.ts";
import { AT, AVAILABILITY, documentOf, HOUR, sourceOf, traffic } from "./support.ts";

const CALM = sourceOf(() => ({ good: 9_999, total: 10_000 }));
const slos = documentOf(AVAILABILITY);

describe("a service", () => {
  it("is told in one line: availability, latency, what is left, how fast it goes", async () => {
    const source = { ...CALM, latenciesMs: () => Promise.resolve([212.4]) };
    const { summary, verdict } = await new SloStatusReader({ slos, source }).getSloStatus("shop", { at: AT });
    expect(summary).toEqual({
      verdict,
      availabilityRatio: 0.9999,
      p95LatencyMs: 212.4,
      latencyWindowMs: HOUR,
      remainingMinutes: 43.2 * 0.9,
      remainingRatio: 0.9,
      burnRate: 0.1,
      text: "healthy, availability 99.99 %, p95 212 ms, budget left 38.9 min (90 %), burn rate 0.1",
    });
  });

  it("is as good as the worst of its SLOs, and tells the reasons of those only", async () => {
    const two = documentOf({
      ...AVAILABILITY,
      latency: { target: "99%", threshold: "300ms", measurement_window: "30d" },
    });
    const source = sourceOf(({ kind }) => ({ good: kind === "latency" ? 9_800 : 10_000, total: 10_000 }));
    const status = await new SloStatusReader({ slos: two, source }).getSloStatus("shop", { at: AT });
    expect(status.verdict).toBe("critical");
    expect(status.reasons.map(({ message }) => message)[0]).toContain("shop/latency has spent 2 times its budget");
    expect(status.reasons.some(({ message }) => message.includes("shop/availability"))).toBe(false);
  });

  it("is judged over another window if asked, a calendar's too", async () => {
    const reader = new SloStatusReader({ slos, source: sourceOf(traffic((at) => (at >= AT - HOUR ? 0.001 : 0))) });
    const day = await reader.getSloStatus("shop", { at: AT, window: "1d" });
    const month = await reader.getSloStatus("shop", { at: AT, window: calendarWindow("month", "Europe/Berlin") });
    const consumed = [day, month].map(({ slos: [status] }) =>
      status?.budget.state === "measured" ? status.budget.consumedRatio : undefined,
    );
    expect(consumed[0]).toBeCloseTo(1 / 24, 9);
    // An hour of it, weighted with the share of June that has passed: an hour of 30 days.
    expect(consumed[1]).toBeCloseTo(1 / 720, 9);
  });

  it("is not charged for time that is excluded afterwards", async () => {
    const source = sourceOf(traffic((at) => (at >= AT - 5 * HOUR && at < AT - 4 * HOUR ? 1 : 0)));
    const maintenance = { start: AT - 5 * HOUR, end: AT - 4 * HOUR, reason: "upgrade" };
    const verdictWith = async (exclusions: NonNullable<SloStatusReaderOptions["exclusions"]>): Promise<string> =>
      (await new SloStatusReader({ slos, source, exclusions }).getSloStatus("shop", { at: AT })).verdict;
    expect(await verdictWith([])).toBe("critical");
    expect(await verdictWith([maintenance])).toBe("healthy");
    expect(await verdictWith([{ ...maintenance, slos: ["shop/availability"] }])).toBe("healthy");
    expect(await verdictWith(() => [maintenance])).toBe("healthy");
  });

  it("says up to when its window was counted", async () => {
    const late = sourceOf(() => ({ good: 10, total: 10, until: AT - 90_000 }));
    const status = await new SloStatusReader({ slos, source: late }).getSloStatus("shop", { at: AT });
    expect(status.slos[0]).toMatchObject({ at: AT, countedUntil: AT - 90_000 });
  });
});

describe("a source", () => {
  it("is asked for all SLOs together, if it can do that", async () => {
    const many = documentOf(
      Object.fromEntries(
        Array.from({ length: 50 }, (_, index) => [
          `slo-${String(index)}`,
          { kind: "availability", target: "99.9%", measurement_window: "30d" },
        ]),
      ),
    );
    const measureAll = vi.fn((questions: readonly SliQuestion<Slo>[]) =>
      Promise.resolve(
        questions.map(({ ranges }) => ({ measurements: ranges.map(() => ({ good: 1, total: 1, coverage: 1 })) })),
      ),
    );
    const statuses = await new SloStatusReader({ slos: many, source: { ...CALM, measureAll } }).getSloStatuses({
      at: AT,
    });
    expect([measureAll.mock.calls.length, statuses[0]?.slos.length]).toEqual([1, 50]);
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("http://user:secret@host failed"))],
    [
      "throws",
      () => {
        throw new TypeError("x");
      },
    ],
    ["answers too little", () => Promise.resolve([])],
    ["answers no list", () => Promise.resolve("all is well" as never)],
    [
      "answers nonsense",
      (_: unknown, ranges: readonly object[]) =>
        Promise.resolve(ranges.map(() => ({ good: 5, total: 3, coverage: 1 }))),
    ],
    ["answers null", (_: unknown, ranges: readonly object[]) => Promise.resolve(ranges.map(() => null as never))],
    [
      "answers NaN",
      (_: unknown, ranges: readonly object[]) =>
        Promise.resolve(ranges.map(() => ({ good: NaN, total: NaN, coverage: 1 }))),
    ],
  ])("that %s makes the verdict unknown, and shows no foreign text", async (_, measure) => {
    const { verdict, reasons } = await new SloStatusReader({ slos, source: { measure } }).getSloStatus("shop", {
      at: AT,
    });
    expect(verdict).toBe("unknown");
    expect(reasons[0]?.message).toMatch(/^shop\/availability cannot be judged: its source could not tell: /);
    expect(JSON.stringify(reasons)).not.toContain("secret");
  });

  it("that hangs is given up after its time", async () => {
    const clock = new ManualClock(AT);
    const source = { measure: () => new Promise<never>(() => undefined) };
    const asked = new SloStatusReader({ slos, source, clock, timeoutMs: 5_000 }).getSloStatus("shop");
    clock.advance(5_000);
    expect((await asked).reasons[0]?.message).toContain("within 5000 ms");
  });

  it("whose latency fails costs the percentile and nothing else", async () => {
    const source = { ...CALM, latenciesMs: () => Promise.reject(new Error("no")) };
    const { verdict, summary } = await new SloStatusReader({ slos, source }).getSloStatus("shop", { at: AT });
    expect([verdict, summary.p95LatencyMs]).toEqual(["healthy", undefined]);
  });

  it("whose latency hangs is waited for five seconds, and no longer", async () => {
    const clock = new ManualClock(AT);
    const source = { ...CALM, latenciesMs: () => new Promise<never>(() => undefined) };
    const asked = new SloStatusReader({ slos, source, clock }).getSloStatus("shop");
    clock.advance(5_000);
    const { verdict, summary } = await asked;
    expect([verdict, summary.p95LatencyMs]).toEqual(["healthy", undefined]);
  });

  it("is asked for look-backs that somebody wishes for, of whoever is judged", async () => {
    const wished: string[] = [];
    const lookBacksMs: StatusQuestion["lookBacksMs"] = ({ service, window }) => {
      wished.push(`${service} ${windowText(window)}`);
      return [90_000];
    };
    const composites = parseStatusDocument(
      {
        composite_slos: {
          web: { way: { of: "traffic", members: ["shop/availability"], target: "99%", measurement_window: "7d" } },
        },
      },
      slos,
    ).composites;
    const reader = new SloStatusReader({ slos, source: CALM, composites });
    const statuses = await reader.getSloStatuses({ at: AT, lookBacksMs });
    expect(wished).toEqual(["shop 30d", "web 1w"]);
    expect(reader.services).toEqual(["shop", "web"]);
    const rates = [statuses[0]?.slos[0]?.budget.burnRates, statuses[1]?.composites[0]?.budget?.burnRates];
    for (const told of rates)
      expect(told).toContainEqual(expect.objectContaining({ windowMs: 90_000, rate: expect.any(Number) }));
  });

  it("is left at once when the caller gives up", async () => {
    const controller = new AbortController();
    const source = { measure: () => new Promise<never>(() => undefined) };
    const asked = new SloStatusReader({ slos, source }).getSloStatus("shop", { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
  });
});

describe("what cannot be asked is refused:", () => {
  const make = (options: object): (() => SloStatusReader) => {
    return () => new SloStatusReader({ slos, source: CALM, ...options });
  };

  it.each([
    [{ source: undefined }, "source: is missing"],
    [{ source: {} }, "has no method measure()"],
    [{ slos: [] }, "slos: a list of 0 has no SLOs"],
    [{ warnBelowRatio: 25 }, "warnBelowRatio: 25 is out of range; write a number from 0 to 1"],
    [{ latencyWindow: "soon" }, 'latencyWindow: "soon" is not a duration'],
    [{ exclusions: [{ start: 2, end: 1, reason: "x" }] }, "exclusions[0]: from 2 to 1 is not a stretch of time"],
    [{ exclusions: [{ start: 1, end: 2, reason: " " }] }, "exclusions[0].reason: say why"],
    [
      { exclusions: [{ start: 1, end: 2, reason: "x", slos: ["shop/latency"] }] },
      'there is no "shop/latency" among the SLOs',
    ],
    [{ exclusion: [] }, "exclusion: is no option of SloStatusReader; did you mean"],
  ])("%j", (options, message) => {
    expect(make(options)).toThrow(message);
  });

  it("a service that there is not, with the nearest", async () => {
    await expect(new SloStatusReader({ slos, source: CALM }).getSloStatus("shpo")).rejects.toThrow(
      'service: "shpo" is no service here; did you mean "shop"?',
    );
  });

  it.each([
    [{ window: "a while" }, "window:"],
    [{ at: NaN }, "at: NaN is not a time"],
    [{ since: 1 }, "since: is no option"],
  ])("the question %j", async (question, message) => {
    const asked = new SloStatusReader({ slos, source: CALM }).getSloStatus("shop", question as never);
    await expect(asked).rejects.toThrow(message);
  });
});
