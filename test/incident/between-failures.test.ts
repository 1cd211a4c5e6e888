/** How long a service works from one failure to the next. */
import { describe, expect, it } from "vitest";

import { BetweenFailures } from "../../src/incident/between-failures.ts";

type Failure = readonly [start: number, end: number];

/** The gaps that end in the window from 100 to 200. */
function gaps(failures: readonly Failure[]) {
  const between = new BetweenFailures({ from: 100, until: 200 });
  for (const [start, end] of failures) between.add("shop", start, end);
  const found = between.result("none");
  return found.state === "value" ? { count: found.count, minMs: found.minMs, maxMs: found.maxMs } : found.state;
}

const one = (lengthMs: number) => ({ count: 1, minMs: lengthMs, maxMs: lengthMs });

describe("a gap between failures", () => {
  it.each<[string, readonly Failure[], unknown]>([
    [
      "that ends when the window begins is in it",
      [
        [0, 10],
        [100, 110],
      ],
      one(90),
    ],
    [
      "that ends before the window begins is not",
      [
        [0, 10],
        [99, 110],
      ],
      "missing",
    ],
    [
      "that ends when the window does is not in it",
      [
        [0, 10],
        [200, 210],
      ],
      "missing",
    ],
    [
      "that ends just before is",
      [
        [0, 10],
        [199, 210],
      ],
      one(189),
    ],
    [
      "may be none: one fails as the other ends",
      [
        [0, 120],
        [120, 130],
      ],
      one(0),
    ],
    [
      "is not between those that overlap",
      [
        [0, 120],
        [119, 130],
      ],
      "missing",
    ],
    [
      "is not between those that begin together",
      [
        [0, 110],
        [120, 120],
        [120, 130],
      ],
      one(10),
    ],
    ["needs a failure before it", [[110, 120]], "missing"],
    [
      "is found whatever was told first",
      [
        [150, 160],
        [0, 110],
      ],
      one(40),
    ],
    [
      "reaches from the longest before it",
      [
        [0, 140],
        [10, 20],
        [150, 160],
      ],
      one(10),
    ],
  ])("%s", (_, failures, expected) => {
    expect(gaps(failures)).toEqual(expected);
  });

  it("is of one service", () => {
    const between = new BetweenFailures({ from: 100, until: 200 });
    between.add("shop", 0, 10);
    between.add("cart", 120, 130);
    expect(between.result("it takes two")).toMatchObject({ state: "missing", why: "it takes two" });
    between.add("shop", 150, 160);
    expect(between.result("it takes two")).toMatchObject({ state: "value", count: 1, meanMs: 140 });
  });
});
