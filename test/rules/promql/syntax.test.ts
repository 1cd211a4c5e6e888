/** Texts that cannot be read, each with its place and what may stand there. */
import { describe, expect, test } from "vitest";

import { outcomesOf } from "./outcomes.ts";

describe("syntax", () => {
  test("what cannot be read", async () => {
    const expressions = `
      x =~ "y"
      x !~ "y"
      x ==
      x = y
      x != = y
      x <= = y
      sum by (5) (x)
      sum by (a b) (x)
      sum by (a,) (x)
      sum by a (x)
      sum(x) by (a)
      sum without (a) (x)
      sum by () (x)
      sum by ("a.b", c) (x)
      SUM BY (A) (x)
      Sum Without (a) (x)
      count_values by (a) ("v", x)
      x y
      x 5
      x 1.5
      x 5.
      x + ? * y
      x{a='b',5}
      x{a=\`b\`,5}
      x{a='b'c}
      x{a=\`b\`c}
      x{a="b"c}
      x{a=  5}
      x{a!=  b}
      x{a=~b}
      x{a!~b}
      "a" (x)
      5 (x)
      (x) (y)
      #⏎# d
      x # c⏎ + )
      x # (⏎
      x + on (a
      x + rate
      x + # c
      x{a="b" "cccccccccccccccccccccccccccccccccccccccccccccccccc"}
      x "y"
      5 x
      "a" b
      sum x
      rate
      sum
      by
      x and
      x or or y
      x AND y
      x UNLESS y OR z
      x atan2 y
      x ATAN2 y
      x offset
      x offset y
      x @
      x[
      x[5m
      x[5m]]
      x]
      x[5 m]
      x[5m 6m]
      x[m]
      x[abc]
      x[]
      x[5m:1m:1m]
      rate(x[5m], )
      rate(, x[5m])
      (
      )
      ()
      +
      x +
      x + )
      x * / y
      x / * y
      x ^ % y
      sum(x,)
      f(x)
      Sum_over_time(x[5m])
      SUM_OVER_TIME(x[5m])
      sum_ovr_time(x[5m])
      by(x)
      bool(x)
      x || y
      x && y
      x ; y
      x $y
      \${x}
      $x
      x{a="$b"}
      x # c
      x # c⏎ + y
      # c⏎x
      # c⏎# d
      x #
      # "(⏎x
      x + # (⏎ y
      {{ x }}
      “x”
      «x»
      x‘
      x?
      x ! y
      x ~ y
      é
      x.y
      x:y
      :x
      _x
      sum by (job (x)
      holt_winters(x[5m], 1, 1)
      x <> y
      x === y
      x !== y
      sum(x) by
      sum(x) by (a
      histogram_quantile(0.9 x)
      x{a="b"}{c="d"}
      x and and y
      x + on y
      x + on(a) group_left on(b) y
      5 5
      x "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
      x 'y'
      x   y
      rate  (5)
      RTE(x)
      On(x)
      x{a=="b"}
      x{a="b",c=="d"}
      x{a!==“b”}
      x > = y
      x % / y
      x < < y
      x, y
      (x, y)
      x =
      sum by(a) by(b) (x)
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/promql/syntax.txt");
  });
});
