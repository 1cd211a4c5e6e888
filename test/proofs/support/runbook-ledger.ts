/** A runbook whose steps write down that they were done, where no journal of ours is. */
import { readFile } from "node:fs/promises";

import type { StepDefinition } from "../../../src/runbook/definition/types.ts";

const line = (name: string, ledger: string): StepDefinition => ({
  name,
  // Two writes: a step can be killed in its midst.
  command: ["sh", "-c", 'echo "begin $1" >> "$2"; echo "done $1" >> "$2"', "sh", name, ledger],
  timeout: 20,
});

/** So many steps: one in five is a group of two, one in seven hands its output on. */
export function ledgerSteps(count: number, ledger: string): readonly StepDefinition[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `step_${String(index + 1)}`;
    if (index % 5 !== 4) return line(name, ledger);
    return { name, parallel: [line(`${name}_a`, ledger), line(`${name}_b`, ledger)] };
  });
}

/** How often each step of the ledger was begun and done. */
export async function readLedger(path: string): Promise<Map<string, { begun: number; done: number }>> {
  const found = new Map<string, { begun: number; done: number }>();
  const text = await readFile(path, "utf8").catch(() => "");
  for (const entry of text.split("\n")) {
    const [what, name = ""] = entry.split(" ");
    if (what !== "begin" && what !== "done") continue;
    const counts = found.get(name) ?? { begun: 0, done: 0 };
    if (what === "begin") counts.begun += 1;
    else counts.done += 1;
    found.set(name, counts);
  }
  return found;
}
