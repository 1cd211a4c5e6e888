import { type Random, seededRandom } from "../../src/core/random.ts";
import { type FileFault, FaultyFileSystem } from "../../src/testing/faulty-file-system.ts";
import { incidentLife } from "./support/incident-life.ts";
import { stateLife } from "./support/state-life.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Whichever call to the disk fails, and however: what was acknowledged is there, the error is told, the next write works.";

interface Size {
  /** Lives of each store; in each of them every call fails in every way. */
  readonly lives: number;
  /** Steps of a life. */
  readonly steps: number;
  /** How many crashes at each call, each with other sectors lost. */
  readonly crashes: number;
}

export const quick: Size = { lives: 1, steps: 5, crashes: 1 };
export const full: Size = { lives: 5, steps: 10, crashes: 8 };

/** A life of a store: tells, by throwing, if something acknowledged is lost. */
export type Life = (trial: {
  readonly fileSystem: FaultyFileSystem;
  /** The same steps each time. */
  readonly random: Random;
  readonly steps: number;
  readonly figures: LifeFigures;
}) => Promise<void>;

/** What was seen in the lives of a store. */
export interface LifeFigures {
  acknowledged: number;
  refused: number;
  survivedUntold: number;
}

interface Trouble {
  readonly fault: FileFault;
  readonly times: number;
  readonly random?: Random;
}

const FAULTS: readonly Trouble[] = [
  { fault: "EIO", times: 1 },
  { fault: "ENOSPC", times: 1 },
  { fault: "short-write", times: 1 },
  { fault: "short-write", times: 1_000 },
  { fault: "EIO", times: 2 },
  { fault: "EIO", times: 3 },
  { fault: "ENOSPC", times: 7 },
  { fault: "crash", times: 1 },
];

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures = { acknowledged: 0, refused: 0, survivedUntold: 0 };
  const counts = { lives: 0, faults: 0, crashes: 0, mostCalls: 0 };
  const struck = new Set<string>();
  for (const [store, life] of Object.entries<Life>({ incidents: incidentLife, state: stateLife })) {
    for (let number = 0; number < size.lives; number += 1) {
      const lifeSeed = `${seed} ${store} ${String(number)}`;
      const crashes = Array.from({ length: size.crashes }, (_, crash) => {
        return { fault: "crash", times: 1, random: seededRandom(`${lifeSeed} ${String(crash)}`) } as const;
      });
      for (const trouble of [...FAULTS, ...crashes]) {
        for (let call = 1; ; call += 1) {
          const fileSystem = new FaultyFileSystem();
          fileSystem.failAt({ call, ...trouble });
          try {
            await life({ fileSystem, random: seededRandom(lifeSeed), steps: size.steps, figures });
          } catch (cause) {
            const what = `${trouble.fault}, ${String(trouble.times)} times`;
            const where = `seed ${lifeSeed}, call ${String(call)} (${fileSystem.struck ?? "none"}), ${what}`;
            throw new Error(`${cause instanceof Error ? cause.message : String(cause)} (${where})`, { cause });
          }
          counts.lives += 1;
          counts.mostCalls = Math.max(counts.mostCalls, call);
          if (fileSystem.struck === undefined) {
            // A write that is short is no fault of other calls: go on until there are no more.
            if (trouble.fault === "short-write" && call < fileSystem.calls) continue;
            break;
          }
          struck.add(`${store} ${fileSystem.struck.split(" ")[0] ?? ""}`);
          if (trouble.fault === "crash") counts.crashes += 1;
          else counts.faults += 1;
        }
      }
      log(`${store}: ${String(counts.lives)} lives, ${String(counts.faults + counts.crashes)} faults`);
    }
  }
  return { ...counts, ...figures, callsThatFailed: [...struck].sort().join(", ") };
}
