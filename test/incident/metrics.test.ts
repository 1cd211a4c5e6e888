import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { durationFigures } from "../../src/incident/figures.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { incidentMetrics, type IncidentMetricsOptions, type MeasuredIncident } from "../../src/incident/metrics.ts";
import { AT, MINUTE, thrownBy } from "./samples.ts";

const HOUR = 60 * MINUTE;
const DAY: IncidentMetricsOptions = { from: 0, until: 24 * HOUR, at: 48 * HOUR };

/** Resolved after an hour, detected after a minute, acknowledged after three. */
function over(startedAt: number, more: MeasuredIncident = {}): MeasuredIncident {
  const times = {
    detectedAt: startedAt + MINUTE,
    acknowledgedAt: startedAt + 3 * MINUTE,
    resolvedAt: startedAt + HOUR,
  };
  return { id: `at ${String(startedAt / HOUR)}`, startedAt, ...times, severity: "SEV2", services: ["shop"], ...more };
}

describe("figures of durations", () => {
  it("are those of R's quantile(x, type = 7)", () => {
    // R 4.2: quantile(c(15, 20, 35, 40, 50), c(.5, .9, .95, .99)) is 35.0 46.0 48.0 49.6
    expect(durationFigures([50, 15, 40, 20, 35])).toEqual({
      ...{ count: 5, meanMs: 32, medianMs: 35, p90Ms: 46, p95Ms: 48, p99Ms: 50, minMs: 15, maxMs: 50 },
    });
    expect(durationFigures([])).toBeUndefined();
    expect(durationFigures([7])).toMatchObject({ meanMs: 7, medianMs: 7, p99Ms: 7 });
  });

  it("show how a mean misleads: one long night among many short troubles", () => {
    const figures = durationFigures([...Array<number>(99).fill(10 * MINUTE), 20 * HOUR]);
    expect(figures).toMatchObject({ meanMs: 1_314_000, medianMs: 10 * MINUTE, p90Ms: 10 * MINUTE, maxMs: 20 * HOUR });
  });

  test("the percentiles rise, and lie between the least and the most", () => {
    const durations = fc.array(fc.integer({ min: 0, max: 1e13 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(durations, (values) => {
        const { minMs, medianMs, p90Ms, p95Ms, p99Ms, maxMs, meanMs } = durationFigures(values) ?? never();
        const rising = [minMs, medianMs, p90Ms, p95Ms, p99Ms, maxMs];
        expect(rising).toEqual([...rising].sort((a, b) => a - b));
        expect(meanMs >= minMs && meanMs <= maxMs && rising.every(Number.isInteger)).toBe(true);
      }),
    );
  });
});

describe("a service that an incident names twice", () => {
  it("is one: the incident and its time count once", () => {
    const twice = over(0, { services: ["shop", "shop", "db"] });
    const once = over(0, { services: ["shop", "db"] });
    const next = over(5 * HOUR);
    const options = { ...DAY, by: "service" } as const;
    const told = incidentMetrics([twice, next], options);
    expect(told.services).toEqual([
      { name: "db", count: 1, totalMs: HOUR },
      { name: "shop", count: 2, totalMs: 2 * HOUR },
    ]);
    expect(told.groups?.map(({ name, count }) => [name, count])).toEqual([
      ["db", 1],
      ["shop", 2],
    ]);
    expect(told).toEqual(incidentMetrics([once, next], options));
  });
});

describe("the state of each figure", () => {
  it("is a value if every incident has its part in it", () => {
    const { mttd, mtta, mttr, mtbf, count, open } = incidentMetrics([over(0), over(5 * HOUR)], DAY);
    expect({ count, open }).toEqual({ count: 2, open: 0 });
    expect(mttd).toMatchObject({ state: "value", count: 2, meanMs: MINUTE });
    expect(mtta).toMatchObject({ state: "value", count: 2, meanMs: 2 * MINUTE });
    expect(mttr).toMatchObject({ state: "value", count: 2, meanMs: HOUR });
    expect(mtbf).toMatchObject({ state: "value", count: 1, meanMs: 4 * HOUR });
  });

  it("is still calculating while an incident is open, with what is known so far", () => {
    const { mttd, mttr, mtta, mtbf, open } = incidentMetrics(
      [over(0), { startedAt: HOUR, detectedAt: 2 * HOUR, services: ["cart"] }],
      DAY,
    );
    expect(open).toBe(1);
    expect(mttd).toMatchObject({ state: "value", count: 2 });
    for (const figure of [mtta, mttr]) {
      expect(figure).toMatchObject({ state: "calculating", open: 1, soFar: { count: 1 } });
    }
    expect(mtbf).toEqual({ state: "calculating", open: 1, soFar: undefined });
  });

  it("is missing where nobody wrote a time down, and names the incidents", () => {
    const { mttd, mtta, mttr } = incidentMetrics(
      [
        over(0),
        over(HOUR, { detectedAt: null }),
        over(2 * HOUR, { startedAt: undefined }),
        over(3 * HOUR, { resolvedAt: null, status: "resolved" }),
      ],
      DAY,
    );
    expect(mttd).toMatchObject({ state: "missing", incidents: 2, ids: ["at 1", "at 2"], soFar: { count: 2 } });
    expect(mttd).toMatchObject({ why: "it takes startedAt and detectedAt" });
    expect(mtta).toMatchObject({ state: "missing", incidents: 1, ids: ["at 1"] });
    expect(mttr).toMatchObject({ state: "missing", incidents: 2, ids: ["at 2", "at 3"], soFar: { count: 2 } });
  });

  it("is contradictory where times contradict each other, whatever else is the matter", () => {
    const { mttd, mtta, mttr, mtbf } = incidentMetrics(
      [over(0), over(HOUR, { detectedAt: 0, resolvedAt: 0 }), over(2 * HOUR, { detectedAt: NaN }), { startedAt: 0 }],
      DAY,
    );
    expect(mttd).toMatchObject({ state: "contradictory", incidents: 2, ids: ["at 1", "at 2"], soFar: { count: 1 } });
    expect(mtta).toMatchObject({ state: "contradictory", incidents: 1, ids: ["at 2"] });
    expect(mttr).toMatchObject({ state: "contradictory", incidents: 1, soFar: { count: 2 } });
    expect(mtbf).toMatchObject({ state: "contradictory", incidents: 1 });
  });

  it("says which times it takes, and names only those that have an id", () => {
    const lost = incidentMetrics(
      [{ startedAt: 0, status: "resolved", acknowledgedAt: MINUTE }, over(HOUR, { acknowledgedAt: null })],
      DAY,
    );
    const missing = (words: string) => ({ state: "missing", incidents: 1, ids: [], why: `it takes ${words}` });
    expect(lost).toMatchObject({
      mttd: missing("startedAt and detectedAt"),
      mtta: missing("detectedAt and acknowledgedAt"),
      mttr: missing("startedAt and resolvedAt"),
      mtbf: missing("startedAt and resolvedAt"),
    });
    const wrong = incidentMetrics(
      [{ startedAt: HOUR, detectedAt: MINUTE, acknowledgedAt: 0, resolvedAt: 0, status: "resolved" }],
      DAY,
    );
    const contradictory = (words: string) => {
      return { state: "contradictory", incidents: 1, ids: [], why: `${words} contradict each other` };
    };
    expect(wrong).toMatchObject({
      mttd: contradictory("startedAt and detectedAt"),
      mtta: contradictory("detectedAt and acknowledgedAt"),
      mttr: contradictory("startedAt and resolvedAt"),
      mtbf: contradictory("startedAt and resolvedAt"),
    });
  });

  it("is that of an open incident, if its status says that it is", () => {
    expect(incidentMetrics([{ startedAt: 0, status: "investigating" }], DAY)).toMatchObject({
      ...{ count: 1, open: 1 },
      mttr: { state: "calculating", open: 1 },
    });
    expect(incidentMetrics([{ startedAt: 0, status: "resolved" }], DAY)).toMatchObject({
      ...{ count: 1, open: 0 },
      mttr: { state: "missing", incidents: 1 },
    });
  });

  it("of nothing is missing, and says why", () => {
    const none = { state: "missing", incidents: 0, ids: [], why: "no incident began in the window", soFar: undefined };
    expect(incidentMetrics([], DAY)).toMatchObject({ count: 0, mttd: none, mtta: none, mttr: none, mtbf: none });
    const one = incidentMetrics([over(0, { acknowledgedAt: null })], DAY);
    expect(one).toMatchObject({ unacknowledged: 1, mtta: { state: "missing", why: "none was acknowledged" } });
    expect(one.mtbf).toMatchObject({
      state: "missing",
      why: "it takes two failures of one service, one after the other",
    });
  });

  it("names at most twenty incidents", () => {
    const { mttd } = incidentMetrics(
      Array.from({ length: 50 }, (_, hour) => over(hour, { detectedAt: null })),
      DAY,
    );
    expect(mttd).toMatchObject({
      incidents: 50,
      ids: Array.from({ length: 20 }, (_, hour) => `at ${String(hour / HOUR)}`),
    });
  });

  it.each([
    [{ startedAt: "2026-11-22" }, 1],
    [{ startedAt: Infinity }, 1],
    [{ startedAt: {} }, 1],
    [{}, 1],
    [{ startedAt: 0, detectedAt: "soon", acknowledgedAt: -1, resolvedAt: {} }, 0],
    [{ startedAt: 0, resolvedAt: HOUR, visits: [{ status: "resolved", enteredAt: NaN }] }, 0],
    [{ startedAt: 0, visits: [{ status: "resolved", enteredAt: 9, leftAt: 8 }] }, 0],
  ])("no record makes it NaN: %j", (record, unplaced) => {
    const figures = incidentMetrics([record as MeasuredIncident, over(0)], DAY);
    expect(figures.unplaced).toBe(unplaced);
    expect(JSON.stringify(figures, (_, value: unknown) => (Number.isNaN(value) ? "NaN" : value))).not.toContain("NaN");
  });
});

describe("rules", () => {
  it("MTTR leaves out the time for which it was thought to be over", () => {
    const visits = [
      { status: "investigating", enteredAt: MINUTE, leftAt: HOUR },
      { status: "resolved", enteredAt: HOUR, leftAt: 3 * HOUR },
      { status: "investigating", enteredAt: 3 * HOUR, leftAt: 4 * HOUR },
      { status: "resolved", enteredAt: 4 * HOUR },
    ];
    const { mttr, services } = incidentMetrics([over(0, { visits, resolvedAt: 4 * HOUR })], DAY);
    expect(mttr).toMatchObject({ state: "value", meanMs: 2 * HOUR });
    expect(services).toEqual([{ name: "shop", count: 1, totalMs: 2 * HOUR }]);
  });

  it("an incident belongs to the window in which it began, and its time to those in which it passed", () => {
    const incidents = [over(23.5 * HOUR), over(-HOUR / 2), over(24 * HOUR)];
    const { count, mttr, severities } = incidentMetrics(incidents, DAY);
    expect(count).toBe(1);
    expect(mttr).toMatchObject({ count: 1, meanMs: HOUR });
    expect(severities).toEqual([{ name: "SEV2", count: 1, totalMs: HOUR }]);
  });

  it("what is still on lasts until now, and not into the rest of the window", () => {
    const { services } = incidentMetrics([{ startedAt: 2 * HOUR }], { ...DAY, at: 5 * HOUR });
    expect(services).toEqual([{ name: "(none)", count: 1, totalMs: 3 * HOUR }]);
  });

  it("each severity has the time in which it was the severity, the first from the start", () => {
    const severities = [
      { severity: "SEV3", since: 10 * MINUTE },
      { severity: "SEV1", since: 20 * MINUTE },
      { severity: "SEV2", since: 50 * MINUTE },
    ];
    expect(incidentMetrics([over(0, { severities })], DAY).severities).toEqual([
      { name: "SEV1", count: 0, totalMs: 30 * MINUTE },
      { name: "SEV2", count: 1, totalMs: 10 * MINUTE },
      { name: "SEV3", count: 0, totalMs: 20 * MINUTE },
    ]);
  });

  it("two severities share its time, and what has no length gives them none", () => {
    const severities = [
      { severity: "SEV3", since: 0 },
      { severity: "SEV1", since: 20 * MINUTE },
    ];
    expect(incidentMetrics([over(0, { severities, severity: "SEV1" })], DAY).severities).toEqual([
      { name: "SEV1", count: 1, totalMs: 40 * MINUTE },
      { name: "SEV3", count: 0, totalMs: 20 * MINUTE },
    ]);
    const backwards = { severities, severity: "SEV1", resolvedAt: -HOUR };
    expect(incidentMetrics([over(0, backwards)], DAY).severities).toEqual([
      { name: "SEV1", count: 1, totalMs: 0 },
      { name: "SEV3", count: 0, totalMs: 0 },
    ]);
  });

  it("shares have who began in the window, whatever its length, and who lasts in it", () => {
    const incidents = [
      over(-30 * MINUTE, { services: ["before and in"] }),
      over(-3 * HOUR, { services: ["before"], severity: "SEV4" }),
      over(0, { resolvedAt: 0, services: ["at once"], severity: "SEV1" }),
      over(HOUR, { services: [], severity: "SEV3" }),
    ];
    const { services, severities } = incidentMetrics(incidents, DAY);
    expect(services).toEqual([
      { name: "(none)", count: 1, totalMs: HOUR },
      { name: "at once", count: 1, totalMs: 0 },
      { name: "before and in", count: 0, totalMs: 30 * MINUTE },
    ]);
    expect(severities).toEqual([
      { name: "SEV1", count: 1, totalMs: 0 },
      { name: "SEV2", count: 0, totalMs: 30 * MINUTE },
      { name: "SEV3", count: 1, totalMs: HOUR },
    ]);
  });

  it("what has no time at all is in no group", () => {
    const { unplaced, groups } = incidentMetrics([{ severity: "SEV1" }, over(0)], { ...DAY, by: "severity" });
    expect({ unplaced, names: groups?.map(({ name }) => name) }).toEqual({ unplaced: 1, names: ["SEV2"] });
  });

  it("MTBF is of each service, takes what overlaps as one failure, and looks before the window", () => {
    const shop = [over(-3 * HOUR), over(2 * HOUR), over(2.5 * HOUR), over(10 * HOUR)];
    const { mtbf } = incidentMetrics([over(5 * HOUR, { services: ["cart"] }), ...shop], DAY);
    expect(mtbf).toMatchObject({ state: "value", count: 2, minMs: 4 * HOUR, maxMs: 6.5 * HOUR });
  });

  it("what is a part of another incident is counted there", () => {
    const { count, merged, services } = incidentMetrics([over(0), over(HOUR, { mergedInto: "INC-0001" })], DAY);
    expect({ count, merged, total: services[0]?.totalMs }).toEqual({ count: 1, merged: 1, total: HOUR });
    expect(incidentMetrics([over(-HOUR, { mergedInto: "INC-0001" })], DAY)).toMatchObject({ count: 0, merged: 0 });
  });

  it("groups have the same figures, by severity or by service", () => {
    const incidents = [over(0), over(5 * HOUR, { severity: "SEV1", services: ["shop", "cart"] })];
    const by = (name: "severity" | "service") => incidentMetrics(incidents, { ...DAY, by: name }).groups;
    expect(by("severity")?.map(({ name, count }) => [name, count])).toEqual([
      ["SEV1", 1],
      ["SEV2", 1],
    ]);
    expect(by("service")?.map(({ name, count, mtbf }) => [name, count, mtbf.state])).toEqual([
      ["cart", 1, "missing"],
      ["shop", 2, "value"],
    ]);
    const keys = Object.keys(incidentMetrics(incidents, DAY));
    expect(keys.filter((key) => key === "by" || key === "groups")).toEqual([]);
  });

  it.each<[object, string]>([
    [{ ...DAY, until: 0 }, "until: 0 is not after from, 0"],
    [{ ...DAY, at: NaN }, "at: NaN is not a time in epoch milliseconds"],
    [{ ...DAY, from: "x" }, 'from: "x" is not a time in epoch milliseconds'],
    [{ ...DAY, until: undefined }, "until: undefined is not a time in epoch milliseconds"],
    [{ ...DAY, by: "team" }, 'by: "team" is not possible; allowed: severity, service'],
    [{ ...DAY, of: "shop" }, "of: is no option of incidentMetrics; allowed: from, until, at, by"],
  ])("%j is refused", (options, message) => {
    expect(thrownBy(() => incidentMetrics([], options as IncidentMetricsOptions))).toMatchObject({ message });
  });

  it("a mapping is no list of incidents", () => {
    expect(thrownBy(() => incidentMetrics({} as never, DAY))).toMatchObject({
      message: "incidents: a mapping is no list of incidents",
    });
  });
});

describe("beside brute force", () => {
  const time = fc.option(fc.integer({ min: -300, max: 1_300 }), { nil: undefined, freq: 12 });
  const record: fc.Arbitrary<MeasuredIncident> = fc.record({
    id: fc.constant("i"),
    startedAt: time,
    detectedAt: time,
    acknowledgedAt: time,
    resolvedAt: time,
    severity: fc.constantFrom("SEV1", "SEV2", "SEV3"),
    services: fc.uniqueArray(fc.constantFrom("a", "b", "c"), { maxLength: 2 }),
  });
  const sound = record.map((incident) => {
    const [a, b, c, d] = [
      incident.startedAt ?? 0,
      incident.detectedAt ?? 0,
      incident.acknowledgedAt ?? 0,
      incident.resolvedAt,
    ].sort((x, y) => (x ?? 2_000) - (y ?? 2_000));
    return { ...incident, startedAt: a ?? 0, detectedAt: b, acknowledgedAt: c, resolvedAt: d };
  });
  const window = { from: 0, until: 1_000, at: 1_100 };

  test("counts, states, means and times are those of the slow way", () => {
    const incidents = fc.array(fc.oneof(record, sound), { maxLength: 30 });
    fc.assert(
      fc.property(incidents, (all) => {
        const figures = incidentMetrics(all, window);
        const placed = all.filter(({ startedAt, detectedAt, acknowledgedAt, resolvedAt }) => {
          const first = [startedAt, detectedAt, acknowledgedAt, resolvedAt].find((at) => at !== undefined);
          return typeof first === "number" && first >= 0 && first < 1_000;
        });
        expect(figures.count).toBe(placed.length);
        expect(figures.mttd).toMatchObject(slow(placed, "startedAt", "detectedAt", false));
        expect(figures.mtta).toMatchObject(slow(placed, "detectedAt", "acknowledgedAt", true));
        expect(figures.mttr).toMatchObject(slow(placed, "startedAt", "resolvedAt", false));
        for (const { name, totalMs } of figures.severities) {
          expect(totalMs).toBe(slowTime(all.filter(({ severity }) => severity === name)));
        }
        for (const { name, totalMs } of figures.services) {
          expect(totalMs).toBe(
            slowTime(
              all.filter(
                ({ services = [] }) => services.includes(name) || (name === "(none)" && services.length === 0),
              ),
            ),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  test("gaps between failures are those that are seen by looking at each millisecond", () => {
    fc.assert(
      fc.property(fc.array(sound, { maxLength: 12 }), (all) => {
        const { mtbf } = incidentMetrics(all, window);
        const gaps = ["a", "b", "c", "(none)"].flatMap((name) =>
          slowGaps(
            all.filter(
              ({ services }) => (services ?? []).includes(name) || (name === "(none)" && services?.length === 0),
            ),
          ),
        );
        const known = mtbf.state === "value" ? mtbf : mtbf.soFar;
        expect(known?.count ?? 0).toBe(gaps.length);
        if (known !== undefined) {
          expect([known.minMs, known.maxMs]).toEqual([Math.min(...gaps), Math.max(...gaps)]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("windows in a row add up to the window over all of them", () => {
    fc.assert(
      fc.property(fc.array(sound, { maxLength: 20 }), (all) => {
        const whole = incidentMetrics(all, window);
        const parts = [0, 250, 500, 750].map((from) => incidentMetrics(all, { ...window, from, until: from + 250 }));
        const sum = (of: (part: typeof whole) => number): number => parts.reduce((total, part) => total + of(part), 0);
        const gapsOf = ({ mtbf }: typeof whole): number =>
          mtbf.state === "value" ? mtbf.count : (mtbf.soFar?.count ?? 0);
        const timeOf = (part: typeof whole): number =>
          part.severities.reduce((total, { totalMs }) => total + totalMs, 0);
        expect(sum(({ count }) => count)).toBe(whole.count);
        expect(sum(gapsOf)).toBe(gapsOf(whole));
        expect(sum(timeOf)).toBe(timeOf(whole));
      }),
    );
  });

  type Name = "startedAt" | "detectedAt" | "acknowledgedAt" | "resolvedAt";

  function slow(placed: readonly MeasuredIncident[], from: Name, to: Name, skip: boolean): object {
    const asked = placed.filter((each) => !(skip && each.resolvedAt !== undefined && each[to] === undefined));
    const wrong = asked.filter(
      (each) => each[from] !== undefined && each[to] !== undefined && Number(each[from]) > Number(each[to]),
    );
    const open = asked.filter((each) => each[to] === undefined && each.resolvedAt === undefined);
    // An open incident without a start has no time to its resolution yet, nor ever will unless it is told.
    const lost = asked.filter((each) => !open.includes(each) && (each[from] === undefined || each[to] === undefined));
    const startless = to === "resolvedAt" ? open.filter((each) => each[from] === undefined) : [];
    const good = asked.filter((each) => Number(each[from]) <= Number(each[to]));
    const lengths = good.map((each) => Number(each[to]) - Number(each[from])).sort((a, b) => a - b);
    const mean = lengths.reduce((total, length) => total + length, 0) / lengths.length;
    const known =
      lengths.length === 0 ? undefined : { count: lengths.length, meanMs: Math.round(mean), maxMs: lengths.at(-1) };
    const soFar = known === undefined ? {} : { soFar: known };
    if (wrong.length > 0) return { state: "contradictory", incidents: wrong.length, ...soFar };
    const missing = lost.length + startless.length;
    if (missing > 0) return { state: "missing", incidents: missing, ...soFar };
    if (open.length > 0) return { state: "calculating", open: open.length, ...soFar };
    return known === undefined ? { state: "missing", incidents: 0 } : { state: "value", ...known };
  }

  function slowTime(incidents: readonly MeasuredIncident[]): number {
    let total = 0;
    for (const { startedAt, resolvedAt } of incidents) {
      for (let at = 0; at < 1_000; at += 1) {
        if (typeof startedAt === "number" && at >= startedAt && at < (resolvedAt ?? 1_100)) total += 1;
      }
    }
    return total;
  }

  function slowGaps(incidents: readonly MeasuredIncident[]): number[] {
    const starts = [...new Set(incidents.map(({ startedAt }) => Number(startedAt)))];
    return starts.flatMap((start) => {
      const earlier = incidents.filter((each) => Number(each.startedAt) < start);
      const ends = earlier.map((each) => each.resolvedAt ?? Infinity);
      const reached = Math.max(...ends);
      const counts = start >= 0 && start < 1_000 && earlier.length > 0 && start >= reached;
      return counts ? [start - reached] : [];
    });
  }
});

test("a manager's figures are those of its incidents", async () => {
  const clock = new ManualClock(AT);
  const incidents = new IncidentManager({ clock });
  for (const minutes of [10, 30, 20]) {
    const { id } = await incidents.createIncident({
      title: "t",
      severity: "SEV2",
      services: ["shop"],
      startedAt: clock.now() - MINUTE,
      by: "ann",
    });
    await incidents.acknowledge(id, { by: "ann" });
    clock.advance(minutes * MINUTE);
    await incidents.resolve(id, { by: "ann" });
    clock.advance(HOUR);
  }
  const figures = await incidents.metrics({ from: AT - HOUR, until: AT + 24 * HOUR, by: "service" });
  expect(figures).toMatchObject({
    at: clock.now(),
    count: 3,
    mttd: { state: "value", meanMs: MINUTE },
    mtta: { state: "value", meanMs: 0 },
    mttr: { state: "value", meanMs: 21 * MINUTE, medianMs: 21 * MINUTE, maxMs: 31 * MINUTE },
    mtbf: { state: "value", count: 2, meanMs: 59 * MINUTE },
    services: [{ name: "shop", count: 3, totalMs: 63 * MINUTE }],
    groups: [{ name: "shop", count: 3 }],
  });
});

function never(): never {
  throw new Error("there are figures");
}
