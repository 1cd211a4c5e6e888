import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { checkReplicaPlan, replicasFor } from "../../../src/capacity/scaling/replicas.ts";

describe("replicas for a rate", () => {
  test.each([
    [1_400, { capacityPerReplica: 250, targetUtilisation: 0.7, spare: 1 }, 8, 9],
    [1_400.1, { capacityPerReplica: 250, targetUtilisation: 0.7, spare: 1 }, 9, 10],
    [175, { capacityPerReplica: 250 }, 1, 2],
    [0, { capacityPerReplica: 250 }, 1, 2],
    [0, { capacityPerReplica: 250, spare: 0 }, 1, 1],
    [500, { capacityPerReplica: 100, targetUtilisation: 1, spare: 2 }, 5, 7],
    [10, { capacityPerReplica: 100, minimum: 3 }, 1, 3],
    [10, { capacityPerReplica: 100, spare: 4, minimum: 3 }, 1, 5],
    [0.3, { capacityPerReplica: 0.1, targetUtilisation: 1, spare: 0 }, 3, 3],
  ])("of %d with %o are %d, and %d in all", (rate, plan, serving, replicas) => {
    expect(replicasFor(rate, plan)).toMatchObject({ serving, replicas, spare: replicas - serving });
  });

  it("takes 70 % and one to spare unless told", () => {
    const plan = { capacityPerReplica: 100 };
    expect(replicasFor(700, plan)).toEqual(replicasFor(700, { ...plan, targetUtilisation: 0.7, spare: 1, minimum: 1 }));
    expect(replicasFor(700, { ...plan, spare: undefined, minimum: undefined })).toEqual(replicasFor(700, plan));
    expect(checkReplicaPlan(plan)).toEqual({ capacityPerReplica: 100, targetUtilisation: 0.7, spare: 1, minimum: 1 });
  });

  it("tells how busy they are with the spare ones and without", () => {
    const need = replicasFor(700, { capacityPerReplica: 100, spare: 2 });
    expect(need).toMatchObject({ serving: 10, replicas: 12 });
    expect(need.utilisation).toBeCloseTo(700 / 1_200, 12);
    expect(need.utilisationWithoutSpare).toBeCloseTo(0.7, 12);
  });

  it("has as many as it needs, and not one more", () => {
    const case_ = fc.record({
      rate: fc.double({ min: 0, max: 1e5, noNaN: true }),
      capacity: fc.double({ min: 1, max: 1e4, noNaN: true }),
      percent: fc.integer({ min: 1, max: 100 }),
      spare: fc.integer({ min: 0, max: 5 }),
      minimum: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(case_, ({ rate, capacity, percent, spare, minimum }) => {
        const targetUtilisation = percent / 100;
        fc.pre(rate / (capacity * targetUtilisation) < 1e6);
        const need = replicasFor(rate, { capacityPerReplica: capacity, targetUtilisation, spare, minimum });
        const each = capacity * targetUtilisation;
        expect(rate).toBeLessThanOrEqual(need.serving * each * (1 + 1e-9));
        if (need.serving > 1) expect(rate).toBeGreaterThan((need.serving - 1) * each);
        expect(need.replicas).toBe(Math.max(minimum, need.serving + spare));
        expect(need.utilisationWithoutSpare).toBeLessThanOrEqual(targetUtilisation * (1 + 1e-9));
        expect(need.utilisation).toBeLessThanOrEqual(need.utilisationWithoutSpare);
      }),
    );
  });

  it("is not one more for the rounding of a decimal", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 10_000 }),
        (serving, percent, tenths) => {
          // In whole numbers: serving * tenths / 10 * percent / 100.
          const rate = (serving * percent * tenths) / 1_000;
          const plan = { capacityPerReplica: tenths / 10, targetUtilisation: percent / 100, spare: 0 };
          expect(replicasFor(rate, plan).serving).toBe(serving);
        },
      ),
    );
  });

  it("are a million at most", () => {
    const one = { capacityPerReplica: 1, targetUtilisation: 1, spare: 0 };
    expect(replicasFor(1e6, one)).toEqual({
      replicas: 1e6,
      serving: 1e6,
      spare: 0,
      utilisation: 1,
      utilisationWithoutSpare: 1,
    });
    expect(() => replicasFor(1_000_001, one)).toThrow("1000001 needs more than 1,000,000 replicas");
    expect(replicasFor(3, { ...one, spare: 1e6, minimum: 1e6 })).toEqual({
      replicas: 1_000_003,
      serving: 3,
      spare: 1e6,
      utilisation: 3 / 1_000_003,
      utilisationWithoutSpare: 1,
    });
    expect(replicasFor(1e90, { ...one, capacityPerReplica: 1e90 }).serving).toBe(1);
  });

  it("are as busy as the one that is left, where all of them may be missing", () => {
    const need = replicasFor(10, { capacityPerReplica: 100, minimum: 1, spare: 1 });
    expect(need).toEqual({ replicas: 2, serving: 1, spare: 1, utilisation: 0.05, utilisationWithoutSpare: 0.1 });
    const more = replicasFor(10, { capacityPerReplica: 100, minimum: 5, spare: 1 });
    expect(more).toEqual({ replicas: 5, serving: 1, spare: 4, utilisation: 0.02, utilisationWithoutSpare: 0.025 });
  });

  test.each<[string, object, string]>([
    [
      "a capacity without end",
      { capacityPerReplica: 1.1e90 },
      "capacityPerReplica: 1.1e+90 is not what a replica carries; write requests a second, measured by a load test",
    ],
    [
      "a capacity as text",
      { capacityPerReplica: "9" },
      'capacityPerReplica: "9" is not what a replica carries; write requests a second, measured by a load test',
    ],
    [
      "a target as text",
      { targetUtilisation: "0.7" },
      'targetUtilisation: "0.7" is not a share of more than 0 and at most 1',
    ],
    [
      "a target above all",
      { targetUtilisation: 1.01 },
      "targetUtilisation: 1.01 is not a share of more than 0 and at most 1",
    ],
    ["fewer than none", { spare: -1 }, "spare: -1 is not a whole number of replicas, from 0 to 1,000,000"],
    ["too many", { spare: 1_000_001 }, "spare: 1000001 is not a whole number of replicas, from 0 to 1,000,000"],
    [
      "a minimum that is too many",
      { minimum: 1_000_001 },
      "minimum: 1000001 is not a whole number of replicas, from 1 to 1,000,000",
    ],
  ])("are refused of %s, in whole words", (_, rest, message) => {
    const given = { capacityPerReplica: 100, ...rest };
    expect(() => replicasFor(1, given)).toThrow(expect.objectContaining({ code: "configuration", message }));
    expect(() => checkReplicaPlan(given, ["services", "shop"])).toThrow(
      expect.objectContaining({ message: `services.shop.${message}` }),
    );
  });

  const plan = { capacityPerReplica: 100 };
  test.each<[string, () => unknown, string]>([
    ["a negative rate", () => replicasFor(-1, plan), "requestsPerSecond: -1 is not a rate; write 0 or more a second"],
    ["an endless rate", () => replicasFor(Infinity, plan), "requestsPerSecond: Infinity is not a rate"],
    ["a missing rate", () => replicasFor(null as never, plan), "requestsPerSecond: null is not a rate"],
    ["a rate in letters", () => replicasFor("70" as never, plan), 'requestsPerSecond: "70" is not a rate'],
    [
      "a rate for too many",
      () => replicasFor(1e9, plan),
      "requestsPerSecond: 1000000000 needs more than 1,000,000 replicas",
    ],
    ["no plan", () => replicasFor(1, undefined as never), "replicas takes an object of options, not undefined"],
    [
      "no capacity",
      () => replicasFor(1, {} as never),
      "capacityPerReplica: undefined is not what a replica carries; write",
    ],
    ["a capacity of 0", () => replicasFor(1, { capacityPerReplica: 0 }), "capacityPerReplica: 0 is not what a replica"],
    [
      "a target in percent",
      () => replicasFor(1, { ...plan, targetUtilisation: 70 }),
      "targetUtilisation: 70 is not a share of more than 0 and at most 1",
    ],
    ["a target of 0", () => replicasFor(1, { ...plan, targetUtilisation: 0 }), "targetUtilisation: 0 is not a share"],
    [
      "half a spare one",
      () => replicasFor(1, { ...plan, spare: 0.5 }),
      "spare: 0.5 is not a whole number of replicas, from 0 to 1,000,000",
    ],
    ["too many spare", () => replicasFor(1, { ...plan, spare: 2e6 }), "from 0 to 1,000,000"],
    [
      "a minimum of 0",
      () => replicasFor(1, { ...plan, minimum: 0 }),
      "minimum: 0 is not a whole number of replicas, from 1",
    ],
    ["a misspelt option", () => replicasFor(1, { ...plan, spares: 1 } as never), "spares: is no option of replicas"],
    [
      "a plan within another, by its path",
      () => checkReplicaPlan({ capacityPerReplica: NaN }, ["services", 2]),
      "services[2].capacityPerReplica: NaN is not what a replica carries",
    ],
  ])("are refused of %s", (_, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }));
  });
});
