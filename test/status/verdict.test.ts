import { describe, expect, it } from "vitest";

import { SloStatusReader } from "../../src/status/reader.ts";
import type { SloStatus } from "../../src/status/model.ts";
import type { Measurement } from "../../src/core/measurement.ts";
import type { TimeRange } from "../../src/core/time/window.ts";
import { AT, AVAILABILITY, DAY, documentOf, HOUR, sourceOf, traffic } from "./support.ts";

async function statusWith(count: Parameters<typeof sourceOf>[0], slos: object = AVAILABILITY): Promise<SloStatus> {
  const reader = new SloStatusReader({ slos: documentOf(slos), source: sourceOf(count) });
  const { slos: statuses } = await reader.getSloStatus("shop", { at: AT });
  return statuses[0] as SloStatus;
}

const codes = ({ reasons }: SloStatus): string[] => reasons.map(({ code }) => code);
const length = ({ start, end }: TimeRange): number => end - start;

describe("an SLO is", () => {
  it("healthy while its budget lasts and nothing burns", async () => {
    const status = await statusWith(() => ({ good: 99_990, total: 100_000 }));
    expect([status.verdict, codes(status)]).toEqual(["healthy", ["within_budget"]]);
    expect(status.reasons[0]?.message).toBe("shop/availability has 90 % of its budget left");
  });

  it("a warning when less is left than the share that warns, and not when exactly that is left", async () => {
    const exactly = await statusWith(() => ({ good: 99_925, total: 100_000 }));
    const less = await statusWith(() => ({ good: 99_924, total: 100_000 }));
    expect([exactly.verdict, less.verdict]).toEqual(["healthy", "warning"]);
    expect(codes(less)).toEqual(["budget_low"]);
  });

  it("critical when its budget is exactly spent, and when it is overspent", async () => {
    const spent = await statusWith(() => ({ good: 99_900, total: 100_000 }));
    const exceeded = await statusWith(() => ({ good: 99_000, total: 100_000 }));
    expect([spent.verdict, codes(spent)]).toEqual(["critical", ["budget_spent"]]);
    expect([exceeded.verdict, codes(exceeded)[0]]).toEqual(["critical", "budget_exceeded"]);
    expect(exceeded.reasons[0]?.message).toContain("10 times its budget: 99 % were good where 99.9% are promised");
  });

  it("critical while a page tier burns, whatever is left", async () => {
    // Total failure for five minutes in a month without traffic problems: 5 min of 43.2.
    const status = await statusWith(traffic((at) => (at >= AT - HOUR / 12 ? 1 : 0)));
    expect(status.verdict).toBe("critical");
    expect(status.burning.map(({ tier }) => tier.name)).toContain("page_fast");
    expect(status.budget).toMatchObject({ state: "measured", verdict: "within" });
    expect(status.reasons[0]?.message).toBe(
      "page_fast (page): 83.3x burn over 1h and 1000x burn over 5m, both above 14.4x",
    );
  });

  it("a warning while only a ticket tier burns", async () => {
    const status = await statusWith(traffic((at) => (at >= AT - 3 * DAY ? 0.0015 : 0)));
    expect([status.verdict, status.burning.map(({ tier }) => tier.name)]).toEqual(["warning", ["ticket_slow"]]);
  });

  it("not burning by a handful of failures", async () => {
    const four = await statusWith((_, range) => ({
      good: length(range) > DAY ? 9_996 : 6,
      total: length(range) > DAY ? 10_000 : 10,
    }));
    const five = await statusWith((_, range) => ({
      good: length(range) > DAY ? 9_995 : 5,
      total: length(range) > DAY ? 10_000 : 10,
    }));
    expect([four.burning, five.burning.length > 0]).toEqual([[], true]);
  });

  it.each([
    ["nobody watched", { total: 0, coverage: 0 }, "no_data"],
    ["nothing came", { total: 0, coverage: 1 }, "no_traffic"],
  ])("unknown when %s", async (_, measured, code) => {
    const status = await statusWith(() => measured);
    expect([status.verdict, codes(status)[0]]).toEqual(["unknown", code]);
  });

  it("unknown when nobody watches any more, unless its budget is spent already", async () => {
    const blind = (good: number) => (_: unknown, range: TimeRange) =>
      length(range) < DAY ? { total: 0, coverage: 0 } : { good, total: 100_000, coverage: 0.9 };
    const calm = await statusWith(blind(100_000));
    const spent = await statusWith(blind(99_000));
    expect([calm.verdict, codes(calm)]).toEqual(["unknown", ["blind"]]);
    expect(spent.verdict).toBe("critical");
  });

  it("not unknown for a look-back of a policy that is too short to see anything", async () => {
    const source = sourceOf((_, range) =>
      length(range) < 60_000 ? { total: 0, coverage: 0 } : { good: 100, total: 100 },
    );
    const reader = new SloStatusReader({ slos: documentOf(AVAILABILITY), source });
    const {
      slos: [status],
    } = await reader.getSloStatus("shop", { at: AT, lookBacksMs: () => [2_500] });
    expect(status?.budget.burnRates[0]).toMatchObject({ windowMs: 2_500, rate: undefined });
    expect(status?.verdict).toBe("healthy");
  });

  it("told to be watched in part, which changes no verdict", async () => {
    const status = await statusWith(() => ({ good: 100, total: 100, coverage: 0.1 }));
    expect([status.verdict, codes(status)]).toEqual(["healthy", ["within_budget", "partly_watched"]]);
  });

  it("judged by the alerts that its document asks for", async () => {
    const slos = {
      availability: {
        ...AVAILABILITY.availability,
        alerting: { minimum_failures: 100_000, tiers: { page_slow: false } },
      },
    };
    const status = await statusWith(
      traffic((at) => (at >= AT - HOUR ? 1 : 0)),
      slos,
    );
    expect(status.burning).toEqual([]);
  });

  it("not spared by a least number of failures where slices of time are counted", async () => {
    const slos = { throughput: { target: 1_000, objective: "99.9%", measurement_window: "30d" } };
    // Four minutes of the last hour and of the last five minutes were bad: fewer than five, and yet all that there are.
    const counts = (_: unknown, range: TimeRange): Measurement => {
      const total = Math.round(length(range) / 60_000);
      return { good: total - Math.min(total, 4), total, coverage: 1 };
    };
    const burning = async (unit: "time" | "events"): Promise<string[]> => {
      const source = { ...sourceOf(counts), traits: () => ({ unit, resolutionMs: 60_000 }) };
      const told = await new SloStatusReader({ slos: documentOf(slos), source }).getSloStatus("shop", { at: AT });
      return told.slos.flatMap((status) => status.burning.map(({ tier }) => tier.name));
    };
    expect([await burning("events"), await burning("time")]).toEqual([[], ["page_fast", "page_slow"]]);
  });
});
