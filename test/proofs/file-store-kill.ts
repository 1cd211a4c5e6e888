import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileStateStore } from "../../src/adapters/file/state-store.ts";
import { seededRandom } from "../../src/core/random.ts";
import { toldUntilKilled } from "./support/killed.ts";
import { versionOf } from "./support/saved-document.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A process killed while it saves leaves the document whole, and no older than it was promised.";

interface Size {
  readonly kills: number;
}

export const quick: Size = { kills: 8 };
export const full: Size = { kills: 200 };

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const folder = await mkdtemp(join(tmpdir(), "nines-kill-"));
  const figures = { kills: 0, killedInMidst: 0, newerThanPromised: 0, versions: 0 };
  try {
    let next = 0;
    for (let kill = 0; kill < size.kills; kill += 1) {
      if (kill % 20 === 0) log(`${String(kill)} kills, version ${String(next)}`);
      const told = await toldUntilKilled(
        "test/proofs/support/saving-child.ts",
        [folder, String(next)],
        random.integer(1, 60),
      );
      const promised = Number(told.at(-1));
      const document = await new FileStateStore(folder).load("state");
      const version = versionOf(document ?? "null");
      // The save that was under way may have been done, and nobody told.
      if (version !== promised && version !== promised + 1) {
        throw new Error(`version ${String(version)} after ${String(promised)} was promised (seed ${seed})`);
      }
      const aside = (await readdir(folder)).filter((name) => name.endsWith(".writing"));
      figures.kills += 1;
      figures.killedInMidst = aside.length;
      figures.newerThanPromised += version - promised;
      next = version + 1;
    }
    figures.versions = next;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return figures;
}
