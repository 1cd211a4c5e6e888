/** Incidents that outlive a killed process: each commit is one line of a file. For proofs alone; it has one writer. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";

import { MemoryIncidentStore } from "../../../src/incident/memory-store.ts";
import type { IncidentChange } from "../../../src/ports/incident-store.ts";

/** A store that begins with what `file` holds. A line that a kill cut short was promised to nobody. */
export async function openLineStore(file: string, { readOnly = false } = {}): Promise<MemoryIncidentStore> {
  const store = new MemoryIncidentStore();
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  for (const line of whole.split("\n").slice(0, -1)) await store.commit(JSON.parse(line) as IncidentChange[]);
  if (readOnly) return store;
  if (whole !== text) writeFileSync(file, whole);
  const remember = store.commit.bind(store);
  store.commit = async (changes, options) => {
    const made = await remember(changes, options);
    appendFileSync(file, `${JSON.stringify(changes)}\n`);
    return made;
  };
  return store;
}
