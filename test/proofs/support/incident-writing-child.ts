/** A process that commits to incidents in a file of SQLite, and says what it is about to commit and what it was promised. */

import Database from "libsql";

import { SqlIncidentStore } from "../../../src/adapters/sql/index.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { IncidentChange } from "../../../src/ports/incident-store.ts";
import { tell } from "./tell.ts";

const LARGE = "x".repeat(300_000);

const [file = "", first = "1", seed = ""] = process.argv.slice(2);
const random = seededRandom(`${seed} ${first}`);
tell("opening");
const store = await SqlIncidentStore.open({ sqlite: new Database(file) });
const versions: number[] = [];
for (const { version } of await store.rows({ limit: 1_000 })) versions.push(version);

for (let commit = Number(first); ; commit += 1) {
  const changes = changesOf(commit);
  tell(`try ${String(commit)}`);
  const made = await store.commit(changes);
  tell(`kept ${String(commit)}`);
  for (const { number, version } of made) versions[number - 1] = version;
}

/** One or two incidents, new or known, with few events or many, small or large. Each event says how many belong to it. */
function changesOf(commit: number): IncidentChange[] {
  const isNew = versions.length < 2 || (versions.length < 100 && commit % 3 === 0);
  const known = isNew ? [] : [random.integer(1, versions.length)];
  if (commit % 4 === 0 && !isNew) known.push((known[0] as number) === 1 ? 2 : (known[0] as number) - 1);
  const sizes = (isNew ? [undefined] : known).map((number) => ({ number, count: random.integer(1, 30) }));
  const of = sizes.reduce((sum, { count }) => sum + count, 0);
  let index = 0;
  return sizes.map(({ number, count }) => ({
    ...(number === undefined ? {} : { number }),
    expectedVersion: number === undefined ? 0 : (versions[number - 1] as number),
    events: Array.from({ length: count }, () => {
      const text = random.integer(1, 100) === 1 ? LARGE : "";
      return JSON.stringify({ commit, index: index++, of, text });
    }),
    summary: JSON.stringify({ commit }),
    open: true,
    dueAt: commit,
    ...(number === undefined ? { claims: [{ key: `commit ${String(commit)}` }] } : {}),
  }));
}
