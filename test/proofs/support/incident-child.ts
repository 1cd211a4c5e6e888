/** A process that writes incidents from several hands at once, and says which commits it was promised are safe. */
import { setTimeout as pause } from "node:timers/promises";

import { FileIncidentStore } from "../../../src/adapters/file/incident-store.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { eventOf, HANDS, summaryOf } from "./incident-hands.ts";
import { tell } from "./tell.ts";

const [folder = "", seed = ""] = process.argv.slice(2);
const random = seededRandom(seed);
// So small that it is compacted again and again.
const store = await FileIncidentStore.open(folder, { compactAtBytes: 20_000 });
tell("open");

/** Besides the compactions that the store finds worth it. */
async function compactOften(): Promise<never> {
  for (;;) {
    await pause(random.integer(0, 15));
    await store.compact();
  }
}

await Promise.all([
  compactOften(),
  ...Array.from({ length: HANDS }, async (_, hand) => {
    const key = `hand ${String(hand)}`;
    let number = await store.holderOf(key);
    let version = number === undefined ? 0 : (await store.read(number)).length;
    for (;;) {
      // Now and then a hand lets its incident rest and begins another one, which takes the key over.
      const begins = number === undefined || version > 60;
      const events = Array.from({ length: random.integer(1, 3) }, (_, index) =>
        eventOf(hand, (begins ? 0 : version) + index + 1),
      );
      const reached = (begins ? 0 : version) + events.length;
      const shape = { events, summary: summaryOf(hand, reached), open: true, dueAt: reached };
      const claims = [number === undefined ? { key } : { key, from: number }];
      const change = begins
        ? { ...shape, expectedVersion: 0, claims }
        : { ...shape, expectedVersion: version, number: number as number };
      const [made] = await store.commit([change]);
      number = made?.number;
      version = reached;
      tell(`${String(hand)} ${String(number)} ${String(version)}`);
    }
  }),
]);
