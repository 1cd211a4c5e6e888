/** Which operator binds first, and which brackets are kept. */
import { describe, expect, test } from "vitest";

import { outcomesOf } from "./outcomes.ts";

describe("operators", () => {
  test("which operator binds first", async () => {
    const expressions = `
      a ^ b ^ c
      a == (-b offset 5m + c)
      a + (-b offset 5m * c)
      a or (b @ 5 and c)
      a == (b[5m:] offset 5m + c)
      a % (b * c offset 5m)
      (a ^ b) ^ c
      -a ^ b
      (-a) ^ b
      -(a ^ b)
      -a * b
      -(a * b)
      a * -b
      a - -b
      a - -(b offset 5m + c)
      a + (b - c)
      a - b + c
      a - (b + c)
      a / b * c
      a / (b * c)
      a or b and c
      (a or b) and c
      a and b or c
      a unless (b or c)
      a == b == c
      a == (b == c)
      a == bool b
      2 * (-1)
      x * -1
      -1 * x
      -1 ^ x
      (-1) ^ x
      2 ^ -1
      abs(-x)
      sum(-x)
      x[5m:1m]
      (x + y)[5m:]
      (-x)[5m:]
      sum(x)[5m:]
      -x[5m:]
      1 + 2
      time() + 1
      x + time()
      scalar(x) + 1 > bool 2
      scalar(x) > 2
      time() > 2
      pi() > 2
      x + y offset 5m * z
      -x offset 5m ^ 2
      -x offset 5m * 2
      a or b offset 5m and c
      a == b offset 5m + c
      a unless b @ 5 == c
      a % b offset 5m
      a + -b offset 5m
      a * -b offset 5m
      -(a offset 5m)
      a + (-b offset 5m + c)
      (a offset 5m) + b
      a ^ (b ^ c)
      -(-a)
      - 1
      2 - -3
      (1)
      ((x))
      a * b offset 1m atan2 c
      a[5m:] offset 5m
      sum(a + b offset 5m)
      a + b @ start()
      a + b[5m]
      a + sum_over_time(b[5m])
      sum(a) + b[5m:]
      a + sum(b)[5m:1m]
      -a[5m]
      -sum_over_time(-a[5m:])
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/promql/operators.txt");
  });
});
