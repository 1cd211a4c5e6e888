import { expect, test } from "vitest";

import { Slots } from "../../src/core/slots.ts";

test("places are given in order, and not to who gave up", async () => {
  const slots = new Slots(1);
  const first = await slots.take(undefined);
  const controller = new AbortController();
  const order: string[] = [];
  const second = slots
    .take(controller.signal)
    .then((release) => order.push(release === undefined ? "gave up" : "second"));
  const third = slots.take(undefined).then((release) => {
    order.push("third");
    return release;
  });
  controller.abort();
  await second;
  first?.();
  const release = await third;
  expect(order).toEqual(["gave up", "third"]);
  release?.();
  expect(await slots.take(AbortSignal.abort())).toBeUndefined();
  expect(await slots.take(undefined)).toBeTypeOf("function");
});
