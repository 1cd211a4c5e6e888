import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { fitLine, type LineFit } from "../../../src/capacity/math/line.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";

const noise = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

interface Question {
  readonly limit: number;
  readonly from: number;
  readonly rising: boolean;
  readonly confidence: number;
}

/** How far to look: further than this is as good as never. */
const FAR = 1e6;

/** The first place from `from` on where a curve is at the limit or beyond it: by steps that grow, and then by halves. */
function firstBySteps(curve: (x: number) => number, { limit, from, rising }: Question): number {
  const isBeyond = (x: number): boolean => (rising ? curve(x) >= limit : curve(x) <= limit);
  if (isBeyond(from)) return from;
  let [before, step] = [from, 0.01];
  while (before - from < FAR) {
    let after = before + step;
    if (isBeyond(after)) {
      for (let round = 0; round < 60; round += 1) {
        const middle = (before + after) / 2;
        if (isBeyond(middle)) after = middle;
        else before = middle;
      }
      return after;
    }
    before = after;
    step = Math.max(step, (before - from) * 0.01);
  }
  return Infinity;
}

function bruteForce(line: LineFit, question: Question): Record<"expected" | "earliest" | "latest", number> {
  const edge = (side: "lower" | "mean" | "upper"): number =>
    firstBySteps((x) => line.confidenceInterval(x, question.confidence)[side], question);
  const [early, late] = question.rising ? (["upper", "lower"] as const) : (["lower", "upper"] as const);
  return { expected: edge("mean"), earliest: edge(early), latest: edge(late) };
}

function expectNear(found: number, expected: number, told: string): void {
  if (expected === Infinity) expect(found, told).toBeGreaterThan(FAR / 2);
  else expect(Math.abs(found - expected) / Math.max(1, Math.abs(expected)), told).toBeLessThan(1e-6);
}

describe("where a line reaches a limit", () => {
  it("is where its band does, found step by step", () => {
    const random = seededRandom("reach");
    const seen = { sure: 0, perhaps: 0, never: 0, already: 0, falling: 0 };
    for (let round = 0; round < 100; round += 1) {
      const count = random.integer(3, 30);
      const slope = random.pick([0, 0.02, -0.02, 0.2, -0.2, 1, -1]);
      const x = Array.from({ length: count }, (_, place) => place + random.next());
      const line = fitLine({ x, y: x.map((at) => 5 + slope * at + noise(random)) });
      const question = {
        limit: random.integer(-40, 60),
        from: random.integer(-20, 60),
        rising: random.next() < 0.5,
        confidence: random.pick([0.5, 0.8, 0.95, 0.99]),
      };
      const told = `line ${String(round)}, ${JSON.stringify(question)}`;
      const found = line.reach(question.limit, question);
      const expected = bruteForce(line, question);
      expectNear(found.expected, expected.expected, `expected of ${told}`);
      expectNear(found.earliest, expected.earliest, `earliest of ${told}`);
      expectNear(found.latest, expected.latest, `latest of ${told}`);
      if (found.latest < Infinity) seen.sure += 1;
      else if (found.earliest < Infinity) seen.perhaps += 1;
      else seen.never += 1;
      if (found.earliest === question.from) seen.already += 1;
      if (!question.rising) seen.falling += 1;
    }
    // Each kind of answer was among them.
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(8);
  });

  it("is not known at its latest where the slope may be nothing", () => {
    const line = fitLine({ x: [0, 1, 2, 3, 4, 5], y: [10, 12, 9, 13, 10, 12] });
    expect(line.slopeInterval().lower).toBeLessThan(0);
    const { earliest, expected, latest } = line.reach(50, { from: 5 });
    expect(earliest > 5 && earliest < expected && expected < Infinity).toBe(true);
    expect(latest).toBe(Infinity);
    // A slope below nothing that may be above: only the band is there some time.
    const falling = fitLine({ x: [0, 1, 2, 3, 4, 5], y: [12, 10, 13, 9, 12, 10] });
    expect(falling.reach(50, { from: 5 })).toEqual({
      expected: Infinity,
      earliest: expect.toSatisfy((x: number) => x > 5 && x < Infinity),
      latest: Infinity,
    });
  });

  it("is nowhere where the line surely goes the other way", () => {
    const line = fitLine({ x: [0, 1, 2, 3, 4], y: [50, 48.1, 45.9, 44, 42.1] });
    expect(line.slopeInterval().upper).toBeLessThan(0);
    expect(line.reach(60, { from: 4 })).toEqual({ expected: Infinity, earliest: Infinity, latest: Infinity });
    const { earliest, expected, latest } = line.reach(10, { from: 4, rising: false });
    expect(4 < earliest && earliest < expected && expected < latest && latest < Infinity).toBe(true);
  });

  it("is where one begins, to the last digit, if the limit is behind", () => {
    const start = 1.7e12 + 1 / 3;
    const x = [0, 1, 2, 3, 4].map((day) => start + day * 86_400_000);
    const from = start + 4.123456789 * 86_400_000;
    const line = fitLine({ x, y: [50, 52.1, 53.9, 56, 58.1] });
    expect(line.reach(20, { from })).toEqual({ expected: from, earliest: from, latest: from });
    expect(line.reach(58.1, { from: x[4] as number }).earliest).toBe(x[4]);
    expect(line.reach(90, { from: x[0] as number, rising: false }).latest).toBe(x[0]);
  });

  it("is one place where the line leaves nothing, whatever rounding does to it", () => {
    for (let tenths = 1; tenths <= 400; tenths += 1) {
      const slope = tenths / 10;
      const x = [0, 1, 2, 3, 4, 5, 6];
      for (const rising of [true, false]) {
        const sign = rising ? 1 : -1;
        const line = fitLine({ x, y: x.map((at) => sign * (1.1 + slope * at)) });
        const place = (100.3 + tenths - 1.1) / slope;
        const reach = line.reach(sign * (100.3 + tenths), { from: 6, rising });
        for (const found of [reach.earliest, reach.expected, reach.latest])
          expect(Math.abs(found / Math.max(6, place) - 1), `${String(slope)}: ${String(found)}`).toBeLessThan(1e-6);
      }
    }
  });

  it("is not reached by a constant beside it, and is by one beyond", () => {
    const line = fitLine({ x: [0, 1, 2], y: [5, 5, 5] });
    expect(line.reach(6, { from: 2 })).toEqual({ expected: Infinity, earliest: Infinity, latest: Infinity });
    expect(line.reach(4, { from: 2, rising: false }).earliest).toBe(Infinity);
    expect(line.reach(5, { from: 2 })).toEqual({ expected: 2, earliest: 2, latest: 2 });
  });

  it("is anywhere by two points, which do not tell how far others would be off", () => {
    const line = fitLine({ x: [0, 1], y: [0, 1] });
    expect(line.reach(20, { from: 1 })).toEqual({ expected: 20, earliest: 1, latest: Infinity });
    expect(line.reach(0.5, { from: 10 })).toEqual({ expected: 10, earliest: 10, latest: Infinity });
    expect(line.reach(-9, { from: 1, rising: false })).toEqual({ expected: Infinity, earliest: 1, latest: Infinity });
  });

  const LINES = fc
    .record({
      y: fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 3, maxLength: 20 }),
      limit: fc.integer({ min: -3_000, max: 3_000 }),
      ahead: fc.integer({ min: -30, max: 100 }),
      rising: fc.boolean(),
    })
    .map(({ y, limit, ahead, rising }) => ({
      line: fitLine({ x: y.map((_, place) => place), y }),
      limit,
      options: { from: y.length + ahead, rising },
    }));

  it("is in order, from where one begins, and further apart where it is to be surer or the variance is larger", () => {
    fc.assert(
      fc.property(LINES, ({ line, limit, options }) => {
        const usual = line.reach(limit, options);
        expect(options.from <= usual.earliest && usual.earliest <= usual.expected).toBe(true);
        expect(usual.expected <= usual.latest).toBe(true);
        for (const wider of [
          line.reach(limit, { ...options, confidence: 0.99 }),
          line.reach(limit, { ...options, varianceFactor: 3 }),
        ]) {
          expect(wider.expected).toBe(usual.expected);
          expect(wider.earliest).toBeLessThanOrEqual(usual.earliest);
          expect(wider.latest).toBeGreaterThanOrEqual(usual.latest);
        }
        const exact = line.reach(limit, { ...options, varianceFactor: 0 });
        expect(
          Math.abs(exact.latest - exact.earliest) <= 1e-6 * Math.abs(exact.expected) || exact.expected === Infinity,
        ).toBe(true);
      }),
    );
  });

  it("mirrors: a line that falls to a limit is one that rises, upside down", () => {
    fc.assert(
      fc.property(LINES, ({ line, limit, options }) => {
        const x = Array.from({ length: line.count }, (_, place) => place);
        const up = fitLine({ x, y: x.map((at) => ((at * 7) % 11) + at * line.slope) });
        const down = fitLine({ x, y: x.map((at) => -(((at * 7) % 11) + at * line.slope)) });
        expect(down.reach(-limit, { ...options, rising: !options.rising })).toEqual(up.reach(limit, options));
      }),
    );
  });

  test.each([0.8, 0.95])("is between the two in a share of %d of random lines", (confidence) => {
    const random = seededRandom(`coverage ${String(confidence)}`);
    const rounds = 4_000;
    let [within, finite, open] = [0, 0, 0];
    for (let round = 0; round < rounds; round += 1) {
      const count = random.integer(5, 40);
      // From slopes that are nothing but noise to sure ones.
      const slope = 0.02 + random.next() * 0.4;
      const x = Array.from({ length: count }, (_, place) => place);
      const line = fitLine({ x, y: x.map((at) => slope * at + noise(random)) });
      const from = count - 1;
      // The true line crosses after now, near or far.
      const crossing = from + random.next() * 3 * count;
      const { earliest, latest } = line.reach(slope * crossing, { from, confidence });
      if (earliest <= crossing && crossing <= latest) within += 1;
      if (latest < Infinity) finite += 1;
      else open += 1;
    }
    // Where the band is beyond the limit at once, what is left out has no place to be: both are cut at now.
    expect(finite).toBeGreaterThan(rounds / 5);
    expect(open).toBeGreaterThan(rounds / 10);
    expect(Math.abs(within / rounds - confidence), String(within / rounds)).toBeLessThan(0.015);
  });
});
