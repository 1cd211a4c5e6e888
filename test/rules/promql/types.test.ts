/** What functions, aggregations and operators take, and what ranges and shifts stand behind. */
import { describe, expect, test } from "vitest";

import { outcomesOf } from "./outcomes.ts";

describe("the types of expressions", () => {
  test("what functions and aggregations take", async () => {
    const expressions = `
      rate(5)
      rate("a")
      1[5m:]
      time()[5m:]
      "a"[5m:]
      x[5m][5m:]
      vector(1 + 2)
      vector(1 + x)
      vector(x + 1)
      abs(1 + x)
      rate(sum(x[5m]))
      sum(sum(x[5m]))
      abs(-x[5m])
      vector(-time())
      rate(x[5m:1m])
      rate(x > 1)
      abs(x[5m])
      abs(1)
      abs("a")
      abs(x[5m:])
      -x[5m]
      -"a"
      +"a"
      x + "a"
      "a" + x
      x[5m] + x
      sum("a")
      sum(1)
      sum(x, y)
      sum(x, y, z)
      sum()
      topk(3, x, y)
      topk("a", x)
      topk(x, y)
      topk(3, 4)
      count_values(3, x)
      quantile(x)
      count_values(x)
      limitk(x)
      bottomk(x)
      limit_ratio(x)
      round()
      round(x, 1, 2)
      clamp(x)
      time(1)
      pi(x)
      vector()
      label_replace(x)
      label_join(x, "a")
      label_join(x, "a", "b", "c", "d", 5)
      sort_by_label(x, "a", "b")
      sort_by_label(x, 5)
      histogram_quantiles(x, "a")
      histogram_quantile(x, y)
      day_of_week(x, y)
      day_of_week(1)
      holt_winters(x[5m], 1)
      predict_linear(x[5m])
      quantile_over_time(x[5m], 1)
      nothing(x)
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/promql/calls.txt");
  });

  test("what operators take", async () => {
    const expressions = `
      1 < 2
      1 == 2
      1 < bool 2
      x + bool y
      x and bool y
      x and 1
      1 and x
      1 or 2
      x unless vector(1)
      x or on(a) group_left y
      x and on(a) group_right(b) y
      1 + on(a) x
      1 + ignoring() group_left() x
      x + ignoring() group_right() 1
      1 == bool on() x
      scalar(x) + scalar(y) == bool 1
      scalar(x) + scalar(y) == 1
      scalar(x) + y == 1
      x + ignoring() 1
      x + ignoring(a) 1
      x + on() 1
      x + on(a) group_left(a) y
      x + on(a, b) group_right(c, b) y
      x + ignoring(a) group_left(a) y
      x + ignoring(a) group_left y
      x + on(a) group_left() y
      x + on("a.b") group_right("c d") y
      x > bool on(a) group_left(b, c) y
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/promql/operands.txt");
  });

  test("ranges, offsets and moments", async () => {
    const expressions = `
      x[5m] offset 5m
      x offset 5m [5m]
      x @ 5 [5m]
      (x)[5m]
      sum(x)[5m]
      x[5m][5m]
      x[0s]
      x[-5m]
      x[0]
      x[100y]
      x[101y]
      x[5200w]
      x[36501d]
      x[1e3]
      x[5.5]
      x[5m:0s]
      x[5m:-1s]
      x[5m:5]
      x[5m:]
      x[5m:1m] offset -5m
      x[1h:1m] @ start() offset 5m
      x offset 5m offset 5m
      x offset 5m @ 5
      x @ 5 offset 5m
      x @ 5 @ 6
      x @ -5
      x @ 1.5
      x @ start()
      x @ nothing()
      x offset -5m
      x offset +5m
      x offset 5
      x[.5]
      x[-.5]
      x offset .5
      x offset Inf
      x[Inf]
      x[NaN]
      x[+5m]
      x offset -(5m)
      x offset -(-5m)
      x offset 0s offset 5m
      x offset 5m offset 0s
      x[5m] @ end() offset 1h
      x offset 1h30m
      x offset (1m + 2m)
      x offset 1m * 2
      x[1m + 2m]
      x[step()]
      x offset step()
      (x) offset 5m
      (x + y) offset 5m
      sum(x) offset 5m
      rate(x[5m]) offset 5m
      1 offset 5m
      (x) @ 5
      sum(x) @ 5
      x anchored
      x[5m] anchored
      x[5m] smoothed
      x + fill(0) y
      x + on(a) fill_left(0) y
      x </ 5
      x >/ 5
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/promql/ranges.txt");
  });
});
