import { describe, expect, it } from "vitest";

import { parseDuration } from "../../src/core/time/duration.ts";
import { Objective } from "../../src/core/objective.ts";
import { type LookBack, lookBacksFor, type LookBackPlan } from "../../src/rules/look-backs.ts";
import { tiersFor } from "../../src/budget/slo-tiers.ts";

function planOf(
  window: string,
  settings: { readonly others?: readonly number[]; readonly costly?: boolean } = {},
): LookBackPlan {
  const windowMs = parseDuration(window);
  const question = { windowMs, objective: Objective.parse("99.9%"), alerting: {}, leastMs: 120_000 };
  return lookBacksFor(windowMs, tiersFor(question).tiers, settings);
}

/** `5m*` for a part, `6h<5m` for a sum of parts. */
function written({ text, isPart, sumOf }: LookBack): string {
  return `${text}${isPart ? "*" : ""}${sumOf === undefined ? "" : `<${sumOf.text}`}`;
}

function textsOf({ short, part, window }: LookBackPlan): string {
  return [...short, ...(part === undefined || short.includes(part) ? [] : [part]), window].map(written).join(" ");
}

describe("the look-backs of an SLO", () => {
  it.each([
    ["1m", "1m"],
    ["1h", "2m 4m 6m 1h"],
    ["8h19m", "2m 4m 4m10s 16m38s 49m54s 8h19m"],
    ["8h20m", "5m* 2m 4m 4m10s 16m40s 50m 8h20m<5m"],
    ["7d", "5m* 2m 7m 14m 28m 1h24m 5h36m<5m 16h48m<5m 7d<5m"],
    ["30d", "5m* 30m 1h 2h 6h<5m 1d<5m 3d<5m 30d<5m"],
    ["31d", "5m* 30m 1h 2h 6h<5m 1d<5m 3d<5m 31d<5m"],
    ["90d", "5m* 30m 1h 2h 6h<5m 1d<5m 3d<5m 15m* 90d<15m"],
    ["94d", "5m* 30m* 1h 2h 6h<5m 1d<5m 3d<5m 94d<30m"],
    ["1y", "5m* 1h* 30m 2h 6h<5m 1d<5m 3d<5m 1y<1h"],
  ])("of %s: long ones are sums of parts, short ones are counted", (window, texts) => {
    expect(textsOf(planOf(window))).toBe(texts);
  });

  it("are sums of parts throughout where counting over hours is dear", () => {
    expect(textsOf(planOf("30d", { costly: true }))).toBe("5m* 30m 1h<5m 2h<5m 6h<5m 1d<5m 3d<5m 30d<5m");
    expect(textsOf(planOf("1h", { costly: true }))).toBe("2m 4m 6m 1h");
  });

  it.each(["1h", "8h20m", "10h3m", "7d", "31d", "32d", "93d", "94d", "186d", "187d", "1y"])(
    "of %s are each recorded once, and what they are sums of comes before them",
    (window) => {
      for (const costly of [false, true]) {
        const { short, part, window: whole } = planOf(window, { costly, others: [300_000, 3_600_000, 900_000] });
        const all = [...(part === undefined || short.includes(part) ? [] : [part]), ...short, whole];
        expect(new Set(all.map(({ text }) => text)).size).toBe(all.length);
        all.forEach(({ sumOf }, index) => {
          if (sumOf === undefined) return;
          const at = all.findIndex(({ text }) => text === sumOf.text);
          expect(at).toBeGreaterThanOrEqual(0);
          expect(at).toBeLessThan(index);
          expect(all[at]?.isPart).toBe(true);
        });
        const parts = whole.sumOf === undefined ? 0 : whole.durationMs / whole.sumOf.durationMs;
        expect(parts).toBeLessThanOrEqual(8_928);
      }
    },
  );

  it("has others besides those of the tiers, and never the window among the short ones", () => {
    const { short } = planOf("30d", { others: [60_000, 30 * 86_400_000] });
    expect(short.map(({ text }) => text)).toContain("1m");
    expect(short.map(({ text }) => text)).not.toContain("30d");
  });
});
