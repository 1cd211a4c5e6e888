import { programOf } from "../support/program.ts";
import { cleanEnvironment, runNode } from "../support/spawn.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Output of a gigabyte with secrets in it, a million characters of which are kept, grows memory no further than output of a few megabytes.";

interface Size {
  readonly bytes: number;
}

export const quick: Size = { bytes: 64 * 2 ** 20 };
export const full: Size = { bytes: 2 ** 30 };

/** Garbage that the engine has not collected yet included. */
const MOST_RSS = 64 * 2 ** 20;
const MOST_HEAP = 4 * 2 ** 20;

interface Told {
  readonly exitCode: number;
  readonly came: number;
  readonly isCut: boolean;
  readonly kept: number;
  readonly charactersTold: number;
  readonly secretsTold: number;
  readonly rssGrowth: number;
  readonly heapGrowth: number;
  readonly seconds: number;
}

export async function run({ bytes }: Size, { log }: ProofContext): Promise<ProofFigures> {
  const script = programOf("test/proofs/support/output-child.ts");
  const { code, stdout, stderr } = await runNode([script, String(bytes)], {
    env: cleanEnvironment(),
  });
  if (code !== 0) throw new Error(`the child ended with ${String(code)}: ${stderr}`);
  const told = JSON.parse(stdout) as Told;
  log(stdout);
  if (told.came !== bytes || told.exitCode !== 0) throw new Error(`not all of it came: ${stdout}`);
  if (!told.isCut || told.kept > 1_000_100 || told.charactersTold < bytes / 2)
    throw new Error(`kept or told wrongly: ${stdout}`);
  if (told.secretsTold > 0) throw new Error(`a secret came through: ${stdout}`);
  if (told.rssGrowth > MOST_RSS) throw new Error(`memory grew by ${megabytes(told.rssGrowth)} MB`);
  if (told.heapGrowth > MOST_HEAP) throw new Error(`the heap grew by ${megabytes(told.heapGrowth)} MB`);
  return {
    "MB written": Math.round(bytes / 2 ** 20),
    "most growth of resident memory, MB": megabytes(told.rssGrowth),
    "growth of the heap after it, MB": megabytes(told.heapGrowth),
    "MB a second": Math.round(bytes / 2 ** 20 / told.seconds),
  };
}

function megabytes(bytes: number): number {
  return Math.round((bytes / 2 ** 20) * 10) / 10;
}
