import { describe, expect, it } from "vitest";

import { orderOf } from "../../src/budget/rows.ts";

describe("the order of rows", () => {
  it.each([
    ["of which the first is far beyond all others", [Number.MAX_SAFE_INTEGER, 2, 1], [2, 1, 0]],
    ["of which some are whole and some are not", [2, 0.5, 1.5, 1], [1, 3, 2, 0]],
    // Three times their distance is just more than a double tells apart.
    ["that are as far apart as doubles are exact", [3_002_399_751_580_331, 0, 1], [1, 2, 0]],
  ])("%s", (_, keys, order) => {
    expect([...orderOf(Float64Array.from(keys), keys.length)]).toEqual(order);
  });
});
