/** A process that makes and changes incidents as fast as it can, and says what it was told is kept. */
import { writeSync } from "node:fs";

import pg from "pg";

import { SqlIncidentStore } from "../../../src/adapters/sql/index.ts";
import { isReliabilityError } from "../../../src/core/errors.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import type { IncidentStore } from "../../../src/ports/incident-store.ts";

/** What a child is told. */
export interface RacingTask {
  readonly connection: pg.PoolConfig;
  /** Its own name, which each of its texts begins with. */
  readonly name: string;
  readonly transitions: number;
  readonly seed: string;
  /** Ids that all may change. */
  readonly shared: readonly string[];
  /** How many keys all may claim. */
  readonly keys: number;
}

/** What it was told is kept, and how often it was told that somebody else was first. */
export interface RacingReport {
  /** Ids of the incidents that it made. */
  readonly made: readonly string[];
  /** Its texts by the ids of their incidents. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  /** Links that it made, as `from>to`. */
  readonly links: readonly string[];
  /** The incidents that it found a key to lead to. */
  readonly holders: Readonly<Record<string, readonly string[]>>;
  readonly conflicts: number;
}

const AT_ONCE = 20;

async function race({ connection, name, transitions, seed, shared, keys }: RacingTask): Promise<RacingReport> {
  const random = seededRandom(`${seed} ${name}`);
  const pool = new pg.Pool({ ...connection, max: 10 });
  const report = { made: [] as string[], texts: {} as Record<string, string[]>, links: [] as string[], conflicts: 0 };
  const holders: Record<string, Set<string>> = {};
  const store = counting(await SqlIncidentStore.open({ postgres: pool }), () => (report.conflicts += 1));
  // Two managers, which know as little of each other as two processes do.
  const managers = [new IncidentManager({ store }), new IncidentManager({ store })];

  const transition = async (text: string): Promise<void> => {
    const incidents = random.pick(managers);
    const told = (id: string): unknown => (report.texts[id] ??= []).push(text);
    const kind = random.integer(1, 100);
    if (kind <= 10) {
      const { id } = await incidents.createIncident({ title: text, severity: "SEV3", by: name });
      report.made.push(id);
    } else if (kind <= 30) {
      const key = `key ${String(random.integer(1, keys))}`;
      const found = await incidents.correlate(key, { by: name }, (incident) =>
        incident === undefined
          ? {
              create: { title: key, severity: "SEV4", by: name },
              events: [{ type: "noted", kind: "race", message: text }],
            }
          : { events: [{ type: "noted", kind: "race", message: text }] },
      );
      const id = found?.id ?? "none";
      (holders[key] ??= new Set()).add(id);
      told(id);
    } else if (kind <= 40) {
      const [from, to] = [random.pick(shared), random.pick(shared)];
      if (from === to) return transition(text);
      await incidents.link(from, { kind: "related_to", other: to, by: text });
      report.links.push(`${from}>${to}`);
    } else {
      const id = random.pick(shared);
      await incidents.addUpdate(id, { message: text, by: name });
      told(id);
    }
  };

  let next = 0;
  const work = async (): Promise<void> => {
    while (next < transitions) {
      next += 1;
      await transition(`${name}-${String(next)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await pool.end();
  return { ...report, holders: Object.fromEntries(Object.entries(holders).map(([key, ids]) => [key, [...ids]])) };
}

/** `store`, and somebody who is told of each conflict. */
function counting(store: IncidentStore, onConflict: () => void): IncidentStore {
  return {
    commit: async (changes, options) => {
      try {
        return await store.commit(changes, options);
      } catch (error) {
        if (isReliabilityError(error) && error.code === "conflict") onConflict();
        throw error;
      }
    },
    read: (number, options) => store.read(number, options),
    rows: (page) => store.rows(page),
    due: (at, limit, options) => store.due(at, limit, options),
    holderOf: (key, options) => store.holderOf(key, options),
  };
}

const [task] = process.argv.slice(2);
if (task !== undefined) writeSync(1, JSON.stringify(await race(JSON.parse(task) as RacingTask)));
