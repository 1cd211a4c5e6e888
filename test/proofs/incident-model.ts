import { createHash } from "node:crypto";

import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { runIncidentModel } from "../support/incident-model.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Whatever is said to two managers over one store, incidents do what a model written otherwise does, and nothing else.";

interface Size {
  readonly runs: number;
  readonly commands: number;
}

export const quick: Size = { runs: 300, commands: 60 };
export const full: Size = { runs: 20_000, commands: 60 };

/** The statuses have ten edges among them; a run that took fewer has not seen the machine. */
const EDGES = 10;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const number = createHash("sha256").update(seed).digest().readInt32BE();
  log(`seed ${String(number)}`);
  const { edges, ...figures } = await runIncidentModel(() => new MemoryIncidentStore(), { ...size, seed: number });
  if (edges.size !== EDGES) throw new Error(`took ${[...edges].join(", ")} (seed ${seed})`);
  return { ...figures, edges: edges.size };
}
