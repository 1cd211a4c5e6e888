import fc from "fast-check";
import { expect, it } from "vitest";

import { mapSome } from "../../src/core/map-some.ts";

it("gives what is made of each item in the order of the items, and never more than so many are under way", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(20), { maxLength: 30 }),
      fc.integer({ min: 1, max: 8 }),
      fc.scheduler(),
      async (items, most, scheduler) => {
        let [underWay, highest] = [0, 0];
        const made = mapSome(items, most, async (item) => {
          underWay += 1;
          highest = Math.max(highest, underWay);
          await scheduler.schedule(Promise.resolve());
          underWay -= 1;
          return item * 2;
        });
        expect(await scheduler.waitFor(made)).toEqual(items.map((item) => item * 2));
        expect(highest).toBe(Math.min(most, items.length));
      },
    ),
  );
});

it("rejects with the first failure, and begins no more then", async () => {
  const begun: number[] = [];
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const made = mapSome([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error("the second fails");
    await held;
  });
  await expect(made).rejects.toThrow("the second fails");
  letGo();
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual([0, 1]);
});
