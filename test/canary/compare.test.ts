import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { compareCanary } from "../../src/canary/compare.ts";
import type { CanaryComparison, CanaryOptions, CanaryReport, VersionCounts } from "../../src/canary/model.ts";
import { fisherByCounting, table } from "./oracle.ts";

const counts = (bad: number, total: number): VersionCounts => ({ good: total - bad, total });
const sli = (name: string, baseline: VersionCounts, canary: VersionCounts): CanaryComparison => ({
  name,
  baseline,
  canary,
});
const compare = (
  [xb, nb, xc, nc]: readonly [number, number, number, number],
  options: CanaryOptions = { margin: 0.01 },
): CanaryReport => compareCanary(sli("api", counts(xb, nb), counts(xc, nc)), options);

describe("the verdict on one SLI", () => {
  it.each([
    ["roll_back", [10, 10_000, 20, 1_000]],
    ["roll_back", [0, 30, 30, 30]],
    ["promote", [10, 10_000, 1, 1_000]],
    ["promote", [0, 5_000, 0, 5_000]],
    // Alike, however often they fail: versions are not compared with an objective.
    ["promote", [5_000, 5_000, 5_000, 5_000]],
    // Too few, and twice as many failures.
    ["not_enough_data", [20, 1_000, 5, 100]],
    ["not_enough_data", [0, 1, 0, 1]],
    ["not_enough_data", [0, 10, 0, 10]],
    // Worse by half of the margin, which even many events do not tell from either.
    ["hold", [10_000, 1_000_000, 127, 10_000, 0.0055, 20]],
  ] as const)("is %s of %j", (verdict, [xb, nb, xc, nc, margin = 0.01, looks = 1]) => {
    const report = compare([xb, nb, xc, nc], { margin, looks });
    expect(report.findings[0]?.reason).toBe(report.reasons[0]);
    expect(report.verdict, report.reasons[0]).toBe(verdict);
  });

  it("tolerates what is shown to be worse, but by less than the margin", () => {
    const [finding] = compare([1_000_000, 1_000_000_000, 1_020_000, 1_000_000_000], { margin: 0.001 }).findings;
    expect(finding).toMatchObject({ verdict: "promote", pNotWorse: 0, method: "approximate" });
    expect(finding?.pWorse).toBeLessThan(1e-40);
    expect(compare([1_000_000, 1_000_000_000, 1_020_000, 1_000_000_000], { margin: 1e-6 }).verdict).toBe("roll_back");
  });

  it("says the figures", () => {
    expect(compare([10, 10_000, 20, 1_000]).findings).toEqual([
      {
        name: "api",
        verdict: "roll_back",
        margin: 0.01,
        baselineErrorRatio: 0.001,
        canaryErrorRatio: 0.02,
        difference: 0.019,
        interval: [expect.closeTo(0.01288, 5), expect.closeTo(0.02769, 5)],
        pWorse: expect.closeTo(fisherByCounting(table(10, 10_000, 20, 1_000)), 20),
        pNotWorse: 1,
        method: "exact",
        neededEvents: 727,
        reason:
          "api: the canary fails 2 % (20 of 1,000) against 0.1 % (10 of 10,000); it would fail so much with a chance of less than 0.0001 % if it were no worse",
      },
    ]);
  });

  it.each([
    [
      [10, 10_000, 1, 1_000],
      "0.1 % (1 of 1,000) against 0.1 % (10 of 10,000); it would fail so little with a chance of 0.0",
    ],
    [[20, 1_000, 5, 100], "5 % (5 of 100) against 2 % (20 of 1,000); about 3,"],
    [[0, 0, 5, 100], "api: the baseline had no events to compare by"],
    [[0, 0, 0, 0], "api: the canary and the baseline had no events to compare by"],
  ] as const)("of %j says why in a sentence", (four, part) => {
    expect(compare(four).reasons.join()).toContain(part);
  });

  it("has no figures without events", () => {
    expect(compare([3, 10, 0, 0]).findings[0]).toMatchObject({
      verdict: "not_enough_data",
      baselineErrorRatio: 0.3,
      canaryErrorRatio: undefined,
      difference: undefined,
      interval: undefined,
      pWorse: undefined,
      pNotWorse: undefined,
      method: undefined,
      neededEvents: undefined,
    });
  });

  it("decides nothing with fewer events than are asked for", () => {
    const report = compare([0, 30, 30, 30], { margin: 0.01, minimumEvents: 31 });
    expect(report.verdict).toBe("not_enough_data");
    expect(report.reasons[0]).toContain("100 % (30 of 30) against 0 % (0 of 30); 31 events of each are needed");
  });
});

describe("the margin", () => {
  const one = sli("api", counts(0, 1_000), counts(0, 1_000));

  it.each([
    ["its own first", { margin: 0.2, objective: "99%" }, { margin: 0.1 }, 0.2],
    ["then that of the options", { objective: "99%" }, { margin: 0.1 }, 0.1],
    ["then half of the objective's budget", { objective: "99%" }, {}, 0.005],
  ])("is %s", (_title, own, options, margin) => {
    expect(compareCanary({ ...one, ...own }, options).findings[0]?.margin).toBe(margin);
  });

  it("has no default beside", () => {
    expect(() => compareCanary([one])).toThrow("comparisons[0].margin: is missing: write how much worse is tolerated");
  });
});

describe("several SLIs and looks", () => {
  const same = (bad: number): CanaryComparison => sli(`sli ${bad}`, counts(0, 400), counts(bad, 400));

  it("roll back if one is worse, and promote only if all are shown not to be", () => {
    const good = sli("good", counts(0, 5_000), counts(0, 5_000));
    const unclear = sli("unclear", counts(0, 10), counts(0, 10));
    const bad = sli("bad", counts(0, 500), counts(30, 500));
    const verdict = (...list: CanaryComparison[]): string => compareCanary(list, { margin: 0.01 }).verdict;
    expect([verdict(good), verdict(good, unclear), verdict(good, unclear, bad)]).toEqual([
      "promote",
      "not_enough_data",
      "roll_back",
    ]);
  });

  it("share the rate of false roll-backs by Holm's procedure", () => {
    // Chances of 5, 6, 7 and 8 failures of 400 against none: 0.031, 0.0155, 0.0077 and 0.0038.
    const worse = (...list: CanaryComparison[]): string[] =>
      compareCanary(list, { margin: 0.005 })
        .findings.filter(({ verdict }) => verdict === "roll_back")
        .map(({ name }) => name);
    expect(worse(same(5))).toEqual(["sli 5"]);
    expect(worse(same(5), same(1))).toEqual([]);
    // Half of 0.05 is enough for the one, and then all of it is left for the other.
    expect(worse(same(5), same(7))).toEqual(["sli 5", "sli 7"]);
    expect(worse(same(5), same(6), same(8), same(1))).toEqual(["sli 6", "sli 8"]);
  });

  it("share both rates among the looks", () => {
    const four = [0, 400, 7, 400] as const;
    expect(compare(four, { margin: 0.005, looks: 6 }).verdict).toBe("roll_back");
    expect(compare(four, { margin: 0.005, looks: 7 }).verdict).not.toBe("roll_back");
    const alike = [10, 10_000, 1, 1_000] as const;
    const chance = compare(alike).findings[0]?.pNotWorse as number;
    const most = Math.floor(0.05 / chance);
    expect(most).toBeGreaterThan(1);
    expect(compare(alike, { margin: 0.01, looks: most }).verdict).toBe("promote");
    expect(compare(alike, { margin: 0.01, looks: most + 1 }).verdict).not.toBe("promote");
  });

  it("ask for more events, and widen the interval", () => {
    const [once] = compare([10, 10_000, 1, 1_000]).findings;
    const [often] = compare([10, 10_000, 1, 1_000], { margin: 0.01, looks: 20 }).findings;
    expect(often?.neededEvents).toBeGreaterThan(once?.neededEvents ?? Infinity);
    expect(often?.interval?.[0]).toBeLessThan(once?.interval?.[0] ?? -Infinity);
    expect(often?.interval?.[1]).toBeGreaterThan(once?.interval?.[1] ?? Infinity);
  });

  it("are told with the rates of the whole", () => {
    expect(compare([0, 1, 0, 1]).errorRates).toEqual({ falseRollBack: 0.05, falsePromote: 0.05 });
    const options = { margin: 0.1, falseRollBack: 0.01, falsePromote: 0.02, looks: 5 };
    expect(compare([0, 1, 0, 1], options).errorRates).toEqual({ falseRollBack: 0.01, falsePromote: 0.02 });
  });
});

describe("counts that are not whole", () => {
  it("are rounded against what is to be shown", () => {
    const one = sli("api", { good: 996.4, total: 999.6 }, { good: 92.7, total: 99.2 });
    const [finding] = compareCanary(one, { margin: 0.2 }).findings;
    expect(finding?.pWorse).toBe(compare([4, 999, 6, 100]).findings[0]?.pWorse);
    expect(finding?.pNotWorse).toBe(compare([3, 1_000, 7, 99], { margin: 0.2 }).findings[0]?.pNotWorse);
    expect(finding?.difference).toBeCloseTo(6.5 / 99.2 - 3.2 / 999.6, 12);
  });

  it("are whole if they are but for the noise of a sum", () => {
    const noisy = sli("api", counts(2, 1_000), { good: 99.1 + 0.1 + 0.8 - 2, total: 99.1 + 0.1 + 0.8 });
    expect(noisy.canary.total).not.toBe(100);
    expect(compareCanary(noisy, { margin: 0.2 }).findings[0]?.pWorse).toBe(
      compareCanary(sli("api", counts(2, 1_000), counts(2, 100)), { margin: 0.2 }).findings[0]?.pWorse,
    );
  });

  it("are no events below one", () => {
    expect(compareCanary(sli("api", { good: 0.2, total: 0.9 }, counts(0, 10)), { margin: 0.1 }).verdict).toBe(
      "not_enough_data",
    );
  });
});

describe("whatever is counted", () => {
  const size = fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0, max: 1e9 }),
    fc.double({ min: 0, max: 1e6, noNaN: true }),
  );
  const version = fc
    .tuple(size, fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })))
    .map(([total, share]): VersionCounts => ({
      good: Number.isInteger(total) ? Math.round(total * share) : total * share,
      total,
    }));

  it("has a verdict, no NaN, and chances and intervals that are some", () => {
    fc.assert(
      fc.property(version, version, fc.constantFrom(1e-6, 0.001, 0.3, 0.999), (baseline, canary, margin) => {
        const [finding] = compareCanary(sli("api", baseline, canary), { margin }).findings;
        const figures = [
          finding?.pWorse,
          finding?.pNotWorse,
          finding?.difference,
          ...(finding?.interval ?? []),
          finding?.neededEvents,
        ];
        for (const figure of figures) expect(figure === undefined || Number.isFinite(figure)).toBe(true);
        expect(finding?.reason).not.toMatch(/NaN|undefined|Infinity/);
        if (finding?.difference === undefined) return;
        const { pWorse, pNotWorse, interval, difference } = finding;
        for (const chance of [pWorse, pNotWorse]) {
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(1);
        }
        expect(interval?.[0]).toBeLessThanOrEqual(difference + 1e-9);
        expect(interval?.[1]).toBeGreaterThanOrEqual(difference - 1e-9);
      }),
      { numRuns: 200 },
    );
  });
});

describe("what cannot be used is refused", () => {
  const fine = sli("api", counts(0, 10), counts(0, 10));

  it("bigints, as drivers of databases give them", () => {
    const canary = { good: 1n, total: 10 } as never;
    const said = "comparisons[0].canary.good: 1 is a bigint; write the number, Number(1)";
    expect(() => compareCanary({ ...fine, canary })).toThrow(said);
  });

  it.each<[unknown, unknown, string]>([
    [
      { ...fine, canary: { good: 11, total: 10 } },
      {},
      "comparisons[0].canary.good: 11 is not a count from 0 to total (10)",
    ],
    [{ ...fine, canary: { good: -1, total: 10 } }, {}, "comparisons[0].canary.good: -1"],
    [{ ...fine, baseline: { good: NaN, total: 10 } }, {}, "comparisons[0].baseline.good: NaN"],
    [{ ...fine, baseline: { good: 1, total: Infinity } }, {}, "comparisons[0].baseline.total: Infinity"],
    [
      { ...fine, baseline: { good: 1, total: 2 ** 54 } },
      {},
      "comparisons[0].baseline.total: 18014398509481984 is too large",
    ],
    [{ ...fine, baseline: undefined }, {}, "comparisons[0].baseline.total: undefined is not a count of events"],
    [{ ...fine, name: "" }, {}, "comparisons[0].name"],
    [{ ...fine, objective: "100%" }, { margin: undefined }, "100% leaves no error budget"],
    [{ ...fine, objective: "nine" }, {}, "comparisons[0].objective"],
    [{ ...fine, margin: 0 }, {}, "comparisons[0].margin: 0 is not a difference"],
    [{ ...fine, extra: 0 }, {}, "comparisons[0].extra: is no option of a comparison"],
    [[], {}, "comparisons: a list of 0 is not a list of 1 to 100 comparisons"],
    [[fine, fine], {}, 'comparisons[1].name: "api" is the name of another comparison too'],
    [undefined, {}, "comparisons[0]"],
    [fine, { margin: 1 }, "margin: 1 is not a difference"],
    [fine, { margin: NaN }, "margin: NaN"],
    [fine, { margin: "0.1" }, 'margin: "0.1"'],
    [fine, { falsePromote: "0.1" }, 'falsePromote: "0.1"'],
    [fine, { falseRollBack: 0 }, "falseRollBack: 0 is not an error rate"],
    [fine, { falsePromote: 0.5 }, "falsePromote"],
    [fine, { looks: 0 }, "looks: 0 is not a number of looks"],
    [fine, { looks: 1.5 }, "looks: 1.5"],
    [fine, { minimumEvents: -1 }, "minimumEvents: -1"],
    [fine, { look: 3 }, 'look: is no option of compareCanary; did you mean "looks"'],
  ])("%j with %j", (comparisons, options, message) => {
    const given = options === undefined ? undefined : { margin: 0.1, ...(options as CanaryOptions) };
    expect(() => compareCanary(comparisons as CanaryComparison, given)).toThrow(message);
  });
});
