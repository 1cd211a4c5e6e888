import fc from "fast-check";
import { expect, test } from "vitest";

import { backtest } from "../../src/backtest/backtest.ts";
import { seededRandom } from "../../src/core/random.ts";
import { compareBacktest } from "../proofs/support/backtest-compare.ts";
import { randomBacktest } from "../proofs/support/backtest-scenario.ts";

test("any past gives what brute force over its raw events gives", () => {
  fc.assert(
    fc.property(fc.string(), (seed) => {
      const scenario = randomBacktest(seededRandom(seed));
      const [report] = backtest([scenario.candidate], scenario.data).candidates;
      expect(report === undefined ? ["no report"] : compareBacktest(scenario, report)).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("a candidate's report does not depend on who stands beside it", () => {
  fc.assert(
    fc.property(fc.string(), (seed) => {
      const { candidate, data } = randomBacktest(seededRandom(seed));
      const other = { ...candidate, name: "other", tiers: [], minimumFailures: 0 };
      const [alone] = backtest([candidate], data).candidates;
      expect(backtest([other, candidate], data).candidates[1]).toEqual(alone);
    }),
    { numRuns: 10 },
  );
});
