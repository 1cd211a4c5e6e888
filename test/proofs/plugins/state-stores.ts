/** A store of documents that misbehaves under each of those who keep something in it. */
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { MaturityModel } from "../../../src/maturity/maturity-model.ts";

import { chaosWith } from "./chaos.ts";
import { loop } from "./loop.ts";
import { goesOn, type Scenario } from "./types.ts";

/** Where nothing was saved, nothing is there. */
const nothingThere = ({ name }: { readonly name: string }): boolean => /^(?:answers|promises) undefined$/.test(name);

export const STATE_STORES: readonly Scenario[] = (["load", "save"] as const).flatMap((method): Scenario[] => [
  {
    ...{ plugin: "store", method, by: "Reliability", answers: method === "load", fine: nothingThere },
    names: /store|saved state/,
    play: (stage) => loop(stage, { store: stage.spoiling(new MemoryStateStore(), method) }),
  },
  {
    ...{ plugin: "store", method, by: "MaturityModel", answers: method === "load", fine: nothingThere },
    names: /maturity.history/,
    play: async (stage) => {
      const kept = new MemoryStateStore();
      const model = new MaturityModel({ store: stage.spoiling(kept, method), clock: stage.clock });
      let recorded = 0;
      for (let time = 0; time < 3; time += 1) {
        if ((await stage.attempt("recording", () => model.record())) !== undefined) recorded += 1;
      }
      const failed = Math.max(0, 3 - recorded);
      goesOn(failed <= 1, `${String(failed)} of 3 records failed`);
      const own = new MaturityModel({ store: kept, clock: stage.clock });
      const { records } = await stage.play(own.history());
      goesOn(records.length >= Math.min(1, recorded), "what was recorded is kept");
      model.close();
      own.close();
    },
  },
  {
    ...{ plugin: "store", method, by: "ChaosRunner", answers: method === "load", fine: nothingThere },
    names: /journal/,
    play: (stage) => chaosWith(stage, { store: stage.spoiling(new MemoryStateStore(), method) }),
  },
]);
