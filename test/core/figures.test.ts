import { expect, it } from "vitest";

import { minutesText } from "../../src/core/figures.ts";

it.each([
  [0, "0"],
  [-0, "0"],
  [38.88, "38.9"],
  [1, "1"],
  [1_234.56, "1,234.6"],
  [0.5, "0.5"],
  [0.0456, "0.046"],
  [-0.0456, "-0.046"],
  [0.000_012_3, "0.000012"],
  [0.999, "1"],
  [1e-300, "0"],
])("%d minutes are %s", (minutes, text) => {
  expect(minutesText(minutes)).toBe(text);
});
