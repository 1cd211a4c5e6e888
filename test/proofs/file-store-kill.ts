import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileStateStore } from "../../src/adapters/file/state-store.ts";
import { seededRandom } from "../../src/core/random.ts";
import { versionOf } from "./support/saved-document.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A process killed while it saves leaves the document whole, and no older than it was promised.";

interface Size {
  readonly kills: number;
}

export const quick: Size = { kills: 12 };
export const full: Size = { kills: 200 };

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const folder = await mkdtemp(join(tmpdir(), "nines-kill-"));
  const figures = { kills: 0, killedInMidst: 0, newerThanPromised: 0, versions: 0 };
  try {
    let next = 0;
    for (let kill = 0; kill < size.kills; kill += 1) {
      if (kill % 20 === 0) log(`${String(kill)} kills, version ${String(next)}`);
      const promised = await saveUntilKilled(folder, next, random.integer(1, 60));
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

/** The last version that the child was promised, when it was killed so long after the first one. */
function saveUntilKilled(folder: string, first: number, afterMs: number): Promise<number> {
  const script = join(import.meta.dirname, "support", "saving-child.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, folder, String(first)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (told === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
    told += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const versions = told.trimEnd().split("\n");
      if (signal === "SIGKILL" && told !== "") resolve(Number(versions.at(-1)));
      else reject(new Error(`the child ended by itself (${String(code)}): ${complaint}`));
    });
  });
}
