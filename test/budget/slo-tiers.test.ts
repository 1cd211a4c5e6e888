import { describe, expect, it } from "vitest";

import { parseDuration } from "../../src/core/time/duration.ts";
import { Objective } from "../../src/core/objective.ts";
import { lengthText } from "../../src/core/time/window-text.ts";
import { tiersFor, type TierPlan } from "../../src/budget/slo-tiers.ts";
import type { SloAlerting } from "../../src/slo/alerting.ts";

interface Asked {
  readonly window?: string;
  readonly objective?: string;
  readonly alerting?: SloAlerting;
  readonly scrape?: string;
}

function planOf({ window = "30d", objective = "99.9%", alerting = {}, scrape = "30s" }: Asked): TierPlan {
  const [windowMs, leastMs] = [parseDuration(window), 4 * parseDuration(scrape)];
  return tiersFor({ windowMs, objective: Objective.parse(objective), alerting, leastMs });
}

/** `name long/short factor`. */
function tiersOf(asked: Asked): string[] {
  return planOf(asked).tiers.map(({ name, longMs, shortMs, factor }) => {
    return `${name} ${lengthText(longMs)}/${lengthText(shortMs)} ${String(factor)}`;
  });
}

const HOUR = 3_600_000;

describe("usual tiers", () => {
  it.each([
    ["30d", ["page_fast 1h/5m 14.4", "page_slow 6h/30m 6", "ticket_fast 1d/2h 3", "ticket_slow 3d/6h 1"]],
    [
      "28d",
      ["page_fast 1h/5m 13.44", "page_slow 6h/30m 5.6", "ticket_fast 1d/2h 2.8", "ticket_slow 3d/6h 0.933333333333"],
    ],
    ["90d", ["page_fast 1h/5m 43.2", "page_slow 6h/30m 18", "ticket_fast 1d/2h 9", "ticket_slow 3d/6h 3"]],
    [
      "1y",
      ["page_fast 1h/5m 175.2", "page_slow 6h/30m 73", "ticket_fast 1d/2h 36.5", "ticket_slow 3d/6h 12.1666666667"],
    ],
    ["7d", ["page_fast 14m/2m 14.4", "page_slow 1h24m/7m 6", "ticket_fast 5h36m/28m 3", "ticket_slow 16h48m/1h24m 1"]],
    ["10h3m", ["page_fast 4m/2m 14.4", "page_slow 5m2s/2m 6", "ticket_fast 20m6s/2m 3", "ticket_slow 1h18s/5m2s 1"]],
  ])("of %s have the look-backs and factors of the SRE Workbook, shrunk with the window", (window, tiers) => {
    expect(tiersOf({ window })).toEqual(tiers);
  });

  it.each(["1h", "10h3m", "7d", "28d", "30d", "90d", "1y"])(
    "of %s spend their share of the budget in the long look-back",
    (window) => {
      const { tiers } = planOf({ window, scrape: "1s" });
      for (const { factor, budgetShare, longMs } of tiers) {
        expect(factor).toBeCloseTo((budgetShare * parseDuration(window)) / longMs, 8);
        expect(budgetShare).toBeLessThanOrEqual(1);
      }
      if (window !== "1h" && window !== "10h3m") {
        expect(tiers.map(({ budgetShare }) => budgetShare)).toEqual([0.02, 0.05, 0.1, 0.1]);
      }
    },
  );

  it("look back at least four scrapes, and twice as long in the long look-back, with the factor as it was", () => {
    expect(tiersOf({ window: "1h", scrape: "1s" })).toEqual([
      "page_fast 8s/4s 14.4",
      "page_slow 30s/4s 6",
      "ticket_fast 2m/10s 3",
      "ticket_slow 6m/30s 1",
    ]);
    expect(planOf({ window: "1h", scrape: "1s" }).tiers[0]?.budgetShare).toBe(0.032);
    const { tiers } = planOf({ window: "7d", scrape: "1m" });
    expect(tiers.every(({ shortMs }) => shortMs >= 4 * 60_000)).toBe(true);
  });

  it("that look back equally far are one, the more sensitive; a ticket is no stand-in for a page", () => {
    // Both pages would be 4m/2m, of factors 14.4 and 6.
    expect(tiersOf({ window: "1h" })).toEqual(["page_slow 4m/2m 6", "ticket_fast 4m/2m 3", "ticket_slow 6m/2m 1"]);
    expect(tiersOf({ window: "5m" })).toEqual(["page_fast 4m/2m 1.25", "ticket_slow 4m/2m 1"]);
    // All four, of factors 10, 6, 3 and 1: a ticket stands in for a ticket.
    expect(tiersOf({ window: "40m" })).toEqual(["page_slow 4m/2m 6", "ticket_slow 4m/2m 1"]);
  });

  it("never look back further than the window, nor ask for more than the whole budget", () => {
    expect(tiersOf({ window: "1m" })).toEqual(["page_fast 1m/1m 1"]);
    for (const window of ["2m", "3m30s", "9m", "47m"]) {
      for (const tier of planOf({ window, scrape: "15s" }).tiers) {
        expect(tier.longMs).toBeLessThanOrEqual(parseDuration(window));
        expect(tier.budgetShare).toBeLessThanOrEqual(1);
      }
    }
  });

  it("that a loose objective cannot reach are left out, and a remark says so", () => {
    const { tiers, remarks } = planOf({ objective: "90%" });
    expect(tiers.map(({ name }) => name)).toEqual(["page_slow", "ticket_fast", "ticket_slow"]);
    expect(remarks).toEqual([
      "the tier page_fast is left out: a budget of 10% cannot burn faster than 10, and it asks for 14.4",
    ]);
    expect(planOf({ objective: "95%" }).remarks).toEqual([]);
    expect(planOf({ objective: "1%" }).tiers.map(({ name }) => name)).toEqual(["ticket_slow"]);
    const none = planOf({ objective: "1%", alerting: { ticket: false } });
    expect([none.tiers, none.remarks.at(-1)]).toEqual([[], "no tier is left, so no burn rate of it alerts"]);
  });
});

describe("an SLO's own tiers", () => {
  it("change what they name and keep the rest: the share with another look-back, the look-back with another factor", () => {
    const changed = (page_fast: object): string | undefined => tiersOf({ alerting: { tiers: { page_fast } } })[0];
    expect(changed({ longMs: 2 * HOUR })).toBe("page_fast 2h/10m 7.2");
    expect(changed({ factor: 10 })).toBe("page_fast 1h/5m 10");
    expect(changed({ budgetShare: 0.05 })).toBe("page_fast 1h/5m 36");
    expect(changed({ shortMs: 600_000 })).toBe("page_fast 1h/10m 14.4");
    expect(changed({ longMs: 0.5 * HOUR, factor: 5 })).toBe("page_fast 30m/2m30s 5");
  });

  it("can be of another severity, and stand in the order of urgency", () => {
    const { tiers } = planOf({ alerting: { tiers: { ticket_slow: { severity: "page" } } } });
    expect(tiers.map(({ name, severity }) => [name, severity])).toEqual([
      ["page_fast", "page"],
      ["page_slow", "page"],
      ["ticket_slow", "page"],
      ["ticket_fast", "ticket"],
    ]);
  });

  it("can be left out one by one, or all of a severity", () => {
    const names = (alerting: SloAlerting): string[] => planOf({ alerting }).tiers.map(({ name }) => name);
    expect(names({ tiers: { page_fast: false } })).toEqual(["page_slow", "ticket_fast", "ticket_slow"]);
    expect(names({ page: false })).toEqual(["ticket_fast", "ticket_slow"]);
    expect(names({ ticket: false })).toEqual(["page_fast", "page_slow"]);
    expect(names({ page: false, ticket: false })).toEqual([]);
  });

  it("keep what is not said to the last digit: factor and short look-back, however they were rounded", () => {
    const longer = { page_slow: { shortMs: 180_000 } };
    expect(tiersOf({ window: "44m", alerting: { tiers: longer } })).toContain("page_slow 4m/3m 6");
    // A twelfth of 17.6 s is 1 s, and one of the 18 s that they are told as would be 2 s.
    const short = { window: "3h31m12s", scrape: "250ms" };
    const first = (factor: number) => tiersOf({ ...short, alerting: { tiers: { page_fast: { factor } } } })[0];
    expect(tiersOf(short)[0]).toMatch(/^page_fast 18s\/1s /);
    expect(first(9)).toBe("page_fast 18s/1s 9");
  });

  it("may look back over the whole window", () => {
    const mine = { severity: "ticket", longMs: 720 * HOUR, factor: 2 } as const;
    const { tiers, faults } = planOf({ alerting: { tiers: { mine } } });
    expect([faults, tiers.at(-1)?.name]).toEqual([[], "mine"]);
  });

  it("that ask for as much as there can be are left out", () => {
    const mine = { severity: "page", longMs: HOUR, factor: 10 } as const;
    const names = (factor: number): string[] =>
      planOf({ objective: "90%", alerting: { tiers: { mine: { ...mine, factor } } } }).tiers.map(({ name }) => name);
    expect(names(10)).not.toContain("mine");
    expect(names(9.99)).toContain("mine");
  });

  it("are kept beside usual ones that look back equally far", () => {
    const mine = { severity: "page", longMs: HOUR, factor: 2 } as const;
    expect(tiersOf({ alerting: { tiers: { mine } } }).slice(0, 2)).toEqual(["page_fast 1h/5m 14.4", "mine 1h/5m 2"]);
  });

  it.each([
    [{ page_fsat: false }, 'no tier of that name to switch off; did you mean "page_fast"? allowed: page_fast'],
    [{ toString: false }, "there is no tier of that name to switch off; allowed: page_fast, page_slow"],
    [{ mine: { severity: "page" } }, "needs severity, long, and budget or factor, for it is none of page_fast"],
    [{ mine: { longMs: HOUR, factor: 2 } }, "needs severity, long, and budget or factor, for it is none of page_fast"],
    [{ mine: { severity: "page", longMs: HOUR } }, "needs budget or factor"],
    [
      { mine: { severity: "page", longMs: 960 * HOUR, factor: 2 } },
      "looks back 40d, and the SLO's window has only 30d",
    ],
  ] as const)("that cannot be are told with their path: %j", (tiers, message) => {
    const { faults } = planOf({ alerting: { tiers: tiers } });
    expect(faults).toHaveLength(1);
    expect(faults[0]?.path).toEqual(["tiers", Object.keys(tiers)[0]]);
    expect(faults[0]?.message).toContain(message);
  });

  it("that cannot be are all told at once", () => {
    const long = { severity: "page", longMs: 960 * HOUR, factor: 2 } as const;
    const { faults } = planOf({ alerting: { tiers: { short: { severity: "page", longMs: HOUR }, long } } });
    expect(faults.map(({ path }) => path)).toEqual([
      ["tiers", "short"],
      ["tiers", "long"],
    ]);
  });

  it("are switched off without a word where they are usual ones, or all of them", () => {
    const off = planOf({ alerting: { tiers: { page_fast: false } } });
    expect([off.faults, off.remarks]).toEqual([[], []]);
    expect(planOf({ alerting: { page: false, ticket: false } })).toEqual({ tiers: [], faults: [], remarks: [] });
  });

  it("have no remark at a pace of 1 or more, and usual ones at none", () => {
    const remarksOf = (factor: number) => planOf({ alerting: { tiers: { ticket_slow: { factor } } } }).remarks;
    expect([remarksOf(1), remarksOf(2)]).toEqual([[], []]);
    expect(remarksOf(0.99)).toEqual(["the tier ticket_slow fires at a pace below 1, at which the budget lasts"]);
    // The last of the usual ones has a factor of 0.93 here.
    expect(planOf({ window: "28d" }).remarks).toEqual([]);
  });

  it("below a pace of 1 are kept, with a remark", () => {
    const mine = { severity: "ticket", longMs: 24 * HOUR, budgetShare: 0.01 } as const;
    const { tiers, remarks } = planOf({ alerting: { tiers: { mine } } });
    expect(tiers.map(({ name }) => name)).toContain("mine");
    expect(remarks).toEqual(["the tier mine fires at a pace below 1, at which the budget lasts"]);
  });
});
