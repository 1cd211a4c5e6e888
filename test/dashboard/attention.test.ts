import fc from "fast-check";
import { expect, test } from "vitest";

import { byAttention, slosByAttention } from "../../src/dashboard/attention.ts";
import type { DashboardService, DashboardSlo } from "../../src/dashboard/model.ts";
import { SLO_VERDICTS } from "../../src/status/model.ts";

const DECISIONS = ["allow", "warn", "unknown", "halt"] as const;

const slo = fc.record({
  name: fc.stringMatching(/^[a-z]{1,3}$/),
  verdict: fc.constantFrom(...SLO_VERDICTS),
  remainingRatio: fc.option(fc.double({ min: -10, max: 1, noNaN: true }), { nil: undefined }),
}) as fc.Arbitrary<DashboardSlo>;
const service = fc.record({
  name: fc.stringMatching(/^[a-z]{1,3}$/),
  verdict: fc.constantFrom(...SLO_VERDICTS),
  policy: fc.option(fc.record({ decision: fc.constantFrom(...DECISIONS) }), { nil: undefined }),
  slos: fc.array(slo, { maxLength: 3 }),
}) as unknown as fc.Arbitrary<DashboardService>;

const left = ({ slos }: DashboardService) => Math.min(...slos.map(({ remainingRatio = Infinity }) => remainingRatio));

test("the worst verdict comes first, then the strictest decision, then the least budget", () => {
  fc.assert(
    fc.property(fc.array(service), (services) => {
      const sorted = byAttention(services);
      expect(new Set(sorted)).toEqual(new Set(services));
      sorted.slice(1).forEach((later, index) => {
        const earlier = sorted[index]!;
        const ranks = (one: DashboardService) => [
          -SLO_VERDICTS.indexOf(one.verdict),
          -DECISIONS.indexOf(one.policy?.decision ?? "allow"),
          left(one),
        ];
        const [before, after] = [ranks(earlier), ranks(later)];
        const first = before.findIndex((rank, place) => rank !== after[place]);
        if (first === -1) expect(earlier.name <= later.name).toBe(true);
        else expect(before[first]).toBeLessThan(after[first]!);
      });
    }),
  );
});

test("the order in which they come changes nothing", () => {
  fc.assert(
    fc.property(fc.uniqueArray(slo, { selector: ({ name }) => name }), (slos) => {
      expect(slosByAttention([...slos].reverse())).toEqual(slosByAttention(slos));
    }),
  );
});
