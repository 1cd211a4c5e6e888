import { describe, expect, test } from "vitest";

import { backtestCandidate, candidatesOf } from "../../src/backtest/candidate.ts";
import { ConfigurationError, formatPath } from "../../src/core/errors.ts";
import { calendarWindow } from "../../src/core/time/window.ts";
import { generateRules } from "../../src/rules/generate.ts";
import { HOUR, MINUTE, sloOf } from "./pasts.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

const COUNTED = 'sum(rate(x_total{code!~"5.."}[5m])) / sum(rate(x_total[5m]))';

/** An SLO's alerts as its generated rules have them. */
function alertsOf(fields: Readonly<Record<string, unknown>>, name: string) {
  const document = { service_level_objectives: { shop: { [name]: fields } } } as unknown as SloDocumentInput;
  const rules = generateRules(document, { calendarWindows: "rolling" }).groups.flatMap((group) => group.rules);
  return rules.flatMap((rule) => {
    if (!("alert" in rule) || rule.labels?.tier === undefined) return [];
    const { tier, severity, long, short, factor } = rule.labels;
    const least = [...rule.expr.matchAll(/>= ([\d.]+)/g)].map(([, count]) => Number(count));
    return [{ tier, severity, long, short, factor, least }];
  });
}

/** The same of a candidate. */
function tiersOf(fields: Readonly<Record<string, unknown>>, name: string) {
  const { tiers, minimumFailures, subject } = backtestCandidate(sloOf(fields, name));
  const text = (lengthMs: number): string => {
    const seconds = lengthMs / 1_000;
    const units: [number, string][] = [
      [86_400, "d"],
      [3_600, "h"],
      [60, "m"],
      [1, "s"],
    ];
    let [rest, written] = [seconds, ""];
    for (const [size, unit] of units) {
      if (rest >= size) written += `${String(Math.floor(rest / size))}${unit}`;
      rest %= size;
    }
    return written;
  };
  const failures = minimumFailures === 0 ? [] : [minimumFailures - 0.5];
  const events = minimumFailures > 0 && subject.minimumEvents > 1 ? [subject.minimumEvents] : [];
  return tiers.map((tier) => ({
    tier: tier.name,
    severity: tier.severity,
    long: text(tier.longMs),
    short: text(tier.shortMs),
    factor: String(tier.factor),
    least: [...failures, ...events],
  }));
}

describe("a candidate has the alerts that generated rules have", () => {
  test.each<[string, string, Record<string, unknown>]>([
    ["at 99.9 % over 30 d", "availability", { target: "99.9%", measurement_window: "30d" }],
    ["over 7 d, where look-backs shrink", "availability", { target: "99.5%", measurement_window: "7d" }],
    ["over 90 d, where factors grow", "availability", { target: "99.95%", measurement_window: "90d" }],
    ["over 6 h, where scrapes are the limit", "availability", { target: "99%", measurement_window: "6h" }],
    ["over a month", "availability", { target: "99.9%", measurement_window: { calendar: "month" } }],
    ["that cannot burn so fast", "availability", { target: "90%", measurement_window: "30d" }],
    [
      "with tiers of its own",
      "availability",
      {
        target: "99.9%",
        measurement_window: "30d",
        minimum_events: 100,
        alerting: {
          minimum_failures: 12,
          tiers: {
            page_fast: { budget: "5%" },
            ticket_slow: false,
            mine: { severity: "page", long: "2h", factor: 10 },
          },
        },
      },
    ],
    ["without pages", "availability", { target: "99.9%", measurement_window: "30d", alerting: { page: false } }],
    ["of counters", "availability", { target: "99.9%", measurement_window: "30d", minimum_events: 10, sli: COUNTED }],
    [
      "of a gauge, which counts time",
      "availability",
      { target: "99.9%", measurement_window: "30d", sli: 'up{job="x"}' },
    ],
    [
      "of slices, which are time",
      "availability",
      {
        target: "99.9%",
        measurement_window: "30d",
        minimum_events: 10,
        sli: COUNTED,
        time_slices: { length: "5m", target: "95%" },
      },
    ],
    ["of throughput, which is time", "throughput", { target: 100, measurement_window: "30d", slice: "5m" }],
  ])("%s", (_what, name, fields) => {
    const expected = alertsOf(fields, name);
    expect(expected.length).toBeGreaterThan(0);
    expect(tiersOf(fields, name)).toEqual(expected);
  });
});

describe("what a candidate is made by", () => {
  const slo = sloOf({ target: "99.9%", measurement_window: "30d", alerting: { tiers: { ticket_slow: false } } });

  test("is the SLO, and the changes to it", () => {
    const changed = backtestCandidate(slo, {
      objective: 99.95,
      window: "28d",
      minimumFailures: 1,
      minimumEvents: 50,
      tiers: { ticket_fast: false, quick: { severity: "page", longMs: HOUR, budgetShare: 0.1 } },
    });
    expect(changed).toMatchObject({
      name: "99.95% over 28d",
      minimumFailures: 1,
      subject: { id: slo.id, minimumEvents: 50 },
    });
    expect(changed.tiers.map(({ name, factor }) => [name, factor])).toEqual([
      ["quick", 67.2],
      ["page_fast", 13.44],
      ["page_slow", 5.6],
    ]);
  });

  test("is told in its name", () => {
    expect(backtestCandidate(slo, { name: "as it is" }).name).toBe("as it is");
    expect(backtestCandidate(slo, { window: calendarWindow("week") }).name).toBe("99.9% over week (UTC)");
  });

  test("is a least look-back, which a slice is as well", () => {
    expect(backtestCandidate(slo, {}, { leastMs: 10 * MINUTE }).tiers[0]).toMatchObject({
      longMs: HOUR,
      shortMs: 10 * MINUTE,
    });
    const slices = sloOf({ target: 10, measurement_window: "30d", slice: "15m" }, "throughput");
    expect(backtestCandidate(slices).tiers[0]).toMatchObject({ longMs: HOUR, shortMs: 15 * MINUTE });
  });

  test("is what the source says of the unit, above all", () => {
    expect(backtestCandidate(slo, {}, { unit: "time" }).minimumFailures).toBe(0);
    expect(backtestCandidate(slo, { minimumFailures: 2 }, { unit: "time" }).minimumFailures).toBe(2);
  });

  test("may be several variations, after the SLO as it is", () => {
    const names = candidatesOf(slo, [{ objective: "99%" }, { window: "7d" }]).map(({ name }) => name);
    expect(names).toEqual(["99.9% over 30d", "99% over 30d", "99.9% over 7d"]);
  });

  test("is told by its place among them if it cannot be", () => {
    expect(() => candidatesOf(slo, [{}, { objective: "100%" }])).toThrow(
      "variations[1].objective: 100% leaves no error budget",
    );
  });

  test.each<[string, object, string]>([
    ["an objective of 100 %", { objective: "100%" }, "objective"],
    ["a window that is none", { window: "soon" }, "window"],
    ["a misspelt change", { objectiv: "99%" }, "objectiv"],
    ["a tier that lacks its length", { tiers: { mine: { severity: "page", factor: 3 } } }, "tiers.mine"],
    ["a tier that there is not, switched off", { tiers: { mine: false } }, "tiers.mine"],
  ])("is refused by its path: %s", (_what, changes, path) => {
    const paths = ((): string[] => {
      try {
        backtestCandidate(slo, changes);
      } catch (error) {
        if (error instanceof ConfigurationError) return error.issues.map((issue) => formatPath(issue.path));
      }
      return [];
    })();
    expect(paths).toEqual([path]);
  });

  test("is refused if a least look-back is no length", () => {
    expect(() => backtestCandidate(slo, {}, { leastMs: NaN })).toThrow("leastMs: NaN is not a number of milliseconds");
  });
});
