import fc from "fast-check";
import { expect, test } from "vitest";

import { Trail } from "../../src/dashboard/trail.ts";

test("keeps what was read, and nothing that comes too soon after it", () => {
  const trail = new Trail<string>(10, 1_000);
  trail.add(0, "a");
  trail.add(999, "too soon");
  trail.add(1_000, "b");
  expect(trail.all()).toEqual([
    { at: 0, reading: "a" },
    { at: 1_000, reading: "b" },
  ]);
});

test("leaves out what was late, and begins anew when the clock is set back", () => {
  const trail = new Trail<string>(10, 1_000);
  trail.add(500_000, "a");
  trail.add(200_000, "late");
  expect(trail.all()).toEqual([{ at: 500_000, reading: "a" }]);
  trail.add(199_999, "b");
  expect(trail.all()).toEqual([{ at: 199_999, reading: "b" }]);
});

test("thins out what is old: however long it goes on, few readings reach back to the first one", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 1, max: 3_000 }), (most, count) => {
      const trail = new Trail<number>(most, 1);
      for (let at = 0; at < count; at += 1) trail.add(at, at);
      const all = trail.all();
      expect(all.length).toBeLessThanOrEqual(most);
      expect(all[0]?.at).toBe(0);
      expect(all.every(({ at, reading }) => at === reading)).toBe(true);
      expect(all.every(({ at }, index) => index === 0 || at > all[index - 1]!.at)).toBe(true);
      // No more than a quarter of the whole is missing at the end.
      expect(count - 1 - (all.at(-1)?.at ?? 0)).toBeLessThanOrEqual(Math.max(1, count / 2));
    }),
  );
});
