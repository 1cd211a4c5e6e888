import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { composeCounts } from "../../src/status/compose.ts";
import { parseStatusDocument } from "../../src/status/document.ts";
import type { CompositeSlo, CompositeStatus } from "../../src/status/model.ts";
import { SloStatusReader } from "../../src/status/reader.ts";
import type { Measurement } from "../../src/core/measurement.ts";
import { AT, documentOf, sourceOf } from "./support.ts";

const slos = documentOf({
  availability: { target: "99.9%", measurement_window: "30d" },
  latency: { target: "99%", threshold: "300ms", measurement_window: "30d" },
});

function compositeOf(fields: object): readonly CompositeSlo[] {
  const journey = { members: ["shop/availability", "shop/latency"], measurement_window: "30d", ...fields };
  return parseStatusDocument({ composite_slos: { shop: { journey } } }, slos.slos).composites;
}

async function statusOf(
  fields: object,
  counts: Readonly<Record<string, Partial<Measurement>>>,
): Promise<CompositeStatus> {
  const source = sourceOf(({ name }) => counts[name] ?? { total: 0, coverage: 0 });
  const reader = new SloStatusReader({ slos, source, composites: compositeOf(fields) });
  const { composites } = await reader.getSloStatus("shop", { at: AT });
  return composites[0] as CompositeStatus;
}

const sli = ({ budget }: CompositeStatus): number | undefined =>
  budget?.state === "measured" ? budget.sliRatio : undefined;
const BOTH = { availability: { good: 9_990, total: 10_000 }, latency: { good: 900, total: 1_000 } };
const ONE = { availability: { good: 9_990, total: 10_000 } };

describe("a composite", () => {
  it("by traffic adds good and total of its members up", async () => {
    const status = await statusOf({ of: "traffic", target: "99%" }, BOTH);
    expect(sli(status)).toBe(10_890 / 11_000);
    expect(status.budget).toMatchObject({ total: 11_000, consumedRatio: 1 });
  });

  it("that is weighted has the weighted mean of their SLIs, whatever their traffic", async () => {
    const members = { "shop/availability": 3, "shop/latency": 1 };
    const status = await statusOf({ of: "weighted", target: "99%", members }, BOTH);
    expect(sli(status)).toBeCloseTo((3 * 0.999 + 0.9) / 4, 12);
  });

  it("of all is as good as its worst member, each by its own promise", async () => {
    const status = await statusOf({ of: "all" }, BOTH);
    expect([status.verdict, status.worst, status.budget]).toEqual(["critical", "shop/latency", undefined]);
    expect(status.reasons[0]?.message).toContain("shop/latency");
  });

  it.each([
    ["traffic", "unknown", "unknown", undefined],
    ["traffic", "ignored", "healthy", 0.999],
    ["traffic", "good", "healthy", 0.9995],
    ["traffic", "bad", "critical", 0.4995],
    ["weighted", "unknown", "unknown", undefined],
    ["weighted", "ignored", "healthy", 0.999],
    ["weighted", "good", "healthy", 0.9995],
    ["weighted", "bad", "critical", 0.4995],
  ])("%s with a member without data that is %s: %s", async (of, missing, verdict, ratio) => {
    const status = await statusOf({ of, missing, target: "99.5%" }, ONE);
    expect(status.verdict).toBe(verdict);
    if (ratio === undefined) expect(sli(status)).toBeUndefined();
    else expect(sli(status)).toBeCloseTo(ratio, 12);
    expect(status.missing).toEqual(["shop/latency"]);
    expect(status.reasons.at(-1)?.code).toBe("member_missing");
  });

  it.each([
    ["unknown", "unknown"],
    ["ignored", "healthy"],
    ["good", "healthy"],
    ["bad", "critical"],
  ])("of all with a member without data that is %s: %s", async (missing, verdict) => {
    const fine = { availability: { good: 10_000, total: 10_000 } };
    expect((await statusOf({ of: "all", missing }, fine)).verdict).toBe(verdict);
  });

  it.each(["unknown", "ignored", "good", "bad"])("without any member's data is never healthy (%s)", async (missing) => {
    expect((await statusOf({ of: "weighted", missing, target: "99%" }, {})).verdict).toBe("unknown");
    const all = await statusOf({ of: "all", missing }, {});
    expect(all.verdict).toBe(missing === "good" ? "healthy" : missing === "bad" ? "critical" : "unknown");
  });

  it("burns as its members' failures do together", async () => {
    const source = sourceOf(({ name }) =>
      name === "latency" ? { good: 500, total: 1_000 } : { good: 1_000, total: 1_000 },
    );
    const composites = compositeOf({ of: "traffic", target: "99%" });
    const status = await new SloStatusReader({ slos, source, composites }).getSloStatus("shop", { at: AT });
    expect(status.composites[0]?.budget?.burnRates.map(({ rate }) => rate)).toEqual(Array(7).fill(25));
  });
});

describe("the failures of a composite", () => {
  const HOUR = 3_600_000;
  /** Sixty thousand requests an hour, all good, and beside them a member with so many of its own in any time, all bad. */
  async function besideABusyOne(of: string, failed: number, weight = 1): Promise<CompositeStatus> {
    const source = sourceOf(({ name }, { start, end }) => {
      const hours = (end - start) / HOUR;
      if (name === "availability") return { good: 60_000 * hours, total: 60_000 * hours };
      return hours > 100 ? { good: 10_000 - failed, total: 10_000 } : { good: 0, total: failed };
    });
    const members = of === "weighted" ? { "shop/availability": 9, "shop/latency": weight } : undefined;
    const composites = compositeOf({ of, target: "99%", ...(members === undefined ? {} : { members }) });
    const { composites: told } = await new SloStatusReader({ slos, source, composites }).getSloStatus("shop", {
      at: AT,
    });
    return told[0] as CompositeStatus;
  }
  const badOf = ({ budget }: CompositeStatus): number | undefined =>
    budget?.burnRates.find(({ windowMs }) => windowMs === HOUR)?.bad;

  it.each(["traffic", "weighted"])("are those of its members, added up, of %s", async (of) => {
    expect(badOf(await besideABusyOne(of, 1))).toBe(1);
    expect(badOf(await besideABusyOne(of, 7))).toBe(7);
  });

  it("page nobody while they are fewer than the least number, however much they weigh", async () => {
    for (const [failed, weight] of [
      [1, 1],
      [4, 1],
      [4, 90],
    ] as const) {
      const status = await besideABusyOne("weighted", failed, weight);
      expect(status.verdict, JSON.stringify(status.reasons)).toBe("healthy");
    }
  });

  it("page from that number on, by the SLI as it is weighed", async () => {
    const status = await besideABusyOne("weighted", 5, 9);
    expect([status.verdict, status.reasons[0]?.code]).toEqual(["critical", "burning"]);
    const hour = status.budget?.burnRates.find(({ windowMs }) => windowMs === HOUR);
    expect(hour?.rate).toBeCloseTo(50, 9);
    expect(hour?.total).toBe(60_005);
  });

  it("are what failed of its members, whatever they weigh", () => {
    const counts = fc.record({
      total: fc.integer({ min: 0, max: 1e6 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const cases = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 100 }), counts }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.constantFrom("traffic", "weighted"), cases, (of, members) => {
        const asked = members.map(({ weight, counts: { total, share } }, index) => {
          const measured = { good: Math.floor(total * share), total, coverage: 1 };
          return {
            member: { slo: `shop/m${String(index)}`, weight },
            measurements: { window: measured, lookBacks: [{ windowMs: HOUR, measurement: measured }] },
          };
        });
        const { failures, measurements } = composeCounts({ of, missing: "ignored" }, asked);
        const truth = asked.reduce((sum, one) => sum + one.measurements.window.total - one.measurements.window.good, 0);
        expect(failures).toEqual(measurements === undefined ? [] : [{ windowMs: HOUR, bad: truth }]);
      }),
    );
  });
});

describe("a composite that was made in code", () => {
  const [fine] = compositeOf({ of: "traffic", target: "99%" });
  it.each<[object | undefined, string]>([
    [undefined, "composites[0]: a composite takes an object of options, not undefined"],
    [{ ...fine, members: "shop/availability" }, 'composites[0].members: "shop/availability" is no list of members'],
    [{ ...fine, members: ["shop/availability"] }, "composites[0].members[0]: a member takes an object"],
    [{ ...fine, members: [{ slo: "shop/availabilty", weight: 1 }] }, 'did you mean "shop/availability"?'],
    [{ ...fine, members: [{ slo: "shop/latency", weight: 0 }] }, "composites[0]: a weight is above 0"],
    [{ ...fine, window: "30d" }, 'composites[0].window: "30d" is not a window'],
    [{ ...fine, missing: "fine" }, 'composites[0]: missing: "fine" is not possible'],
    [{ ...fine, objective: undefined }, "composites[0]: of: traffic needs a target"],
    [{ ...fine, id: "shop/availability", name: "availability" }, "is the id of another SLO"],
    [{ ...fine, target: "99%" }, "composites[0].target: is no option of a composite"],
  ])("is refused: %j", (composite, message) => {
    const make = (): unknown =>
      new SloStatusReader({ slos, source: sourceOf(() => ({})), composites: [composite as CompositeSlo] });
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(message);
  });

  it("is refused where there is no list of them", () => {
    const options = { slos, source: sourceOf(() => ({})), composites: fine as never };
    expect(() => new SloStatusReader(options)).toThrow("is no list of composites");
  });
});

describe("counts of composites", () => {
  it("are of look-backs of one length, wherever each member has it", () => {
    const look = (windowMs: number, good: number) => ({ windowMs, measurement: { good, total: 10, coverage: 1 } });
    const window = { good: 10, total: 10, coverage: 1 };
    const { measurements } = composeCounts({ of: "traffic", missing: "unknown" }, [
      { member: { slo: "s/a", weight: 1 }, measurements: { window, lookBacks: [look(5, 1), look(60, 2)] } },
      { member: { slo: "s/b", weight: 1 }, measurements: { window, lookBacks: [look(60, 4), look(90, 8)] } },
    ]);
    expect(measurements?.lookBacks.find(({ windowMs }) => windowMs === 60)?.measurement).toMatchObject({
      good: 6,
      total: 20,
    });
  });

  const counts = fc
    .record({ total: fc.integer({ min: 1, max: 1e6 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ total, share }): Measurement => ({ good: Math.floor(total * share), total, coverage: 1 }));
  const members = fc.array(fc.record({ measured: counts, weight: fc.double({ min: 0.01, max: 100, noNaN: true }) }), {
    minLength: 1,
    maxLength: 6,
  });

  it("lie between those of the worst and the best member", () => {
    fc.assert(
      fc.property(members, fc.constantFrom("traffic" as const, "weighted" as const), (given, of) => {
        const asked = given.map(({ measured, weight }, index) => ({
          member: { slo: `s/${String(index)}`, weight },
          measurements: { window: measured, lookBacks: [] },
        }));
        const { measurements } = composeCounts({ of, missing: "unknown" }, asked);
        const ratios = given.map(({ measured }) => measured.good / measured.total);
        const { good = NaN, total = NaN } = measurements?.window ?? {};
        expect(good / total).toBeGreaterThanOrEqual(Math.min(...ratios) - 1e-12);
        expect(good / total).toBeLessThanOrEqual(Math.max(...ratios) + 1e-12);
        expect(good).toBeLessThanOrEqual(total);
      }),
    );
  });
});
