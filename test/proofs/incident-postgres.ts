import pg from "pg";

import { SqlIncidentStore } from "../../src/adapters/sql/index.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { startPostgresql } from "../support/postgresql.ts";
import { programOf } from "../support/program.ts";
import { service, type ServiceName } from "../support/services.ts";
import { runNode } from "../support/spawn.ts";
import type { RacingReport, RacingTask } from "./support/incident-racing-child.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Two processes that change the same incidents on one PostgreSQL lose no update and make no id twice.";
export const needs: readonly ServiceName[] = ["initdb", "postgres"];

interface Size {
  readonly transitions: number;
}

export const quick: Size = { transitions: 400 };
export const full: Size = { transitions: 10_000 };

const SHARED = 8;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const server = await startPostgresql({ initdb: service("initdb"), postgres: service("postgres") });
  const pool = new pg.Pool(server.connection);
  try {
    const { store, shared } = await prepared(pool);
    const keys = Math.max(10, size.transitions / 20);
    const task = { connection: server.connection, transitions: size.transitions / 2, seed, shared, keys };
    log(`two processes with ${String(task.transitions)} transitions each`);
    const reports = await Promise.all(["one", "two"].map((name) => raced({ ...task, name })));
    log("looking at what they left");
    const figures = await judge(store, shared, reports);
    const transitions = figures.texts + figures.links + figures.made;
    if (transitions !== size.transitions) throw new Error(`${String(transitions)} transitions (seed ${seed})`);
    return { transitions, ...figures, ...(await deadlocks(pool)) };
  } finally {
    await pool.end();
    await server.stop();
  }
}

async function prepared(pool: pg.Pool): Promise<{ store: SqlIncidentStore; shared: readonly string[] }> {
  const store = await SqlIncidentStore.open({ postgres: pool });
  const incidents = new IncidentManager({ store });
  const shared: string[] = [];
  for (let number = 1; number <= SHARED; number += 1) {
    shared.push((await incidents.createIncident({ title: "shared", severity: "SEV2", by: "proof" })).id);
  }
  return { store, shared };
}

async function raced(task: RacingTask): Promise<RacingReport> {
  const script = programOf("test/proofs/support/incident-racing-child.ts");
  const { code, stdout, stderr } = await runNode([script, JSON.stringify(task)]);
  if (code !== 0) throw new Error(`process ${task.name} failed: ${stderr}`);
  return JSON.parse(stdout) as RacingReport;
}

/** Compares all that the processes were told with all that the database has, in both directions. */
async function judge(store: SqlIncidentStore, shared: readonly string[], reports: readonly RacingReport[]) {
  const made = reports.flatMap((report) => report.made);
  expectSame("ids that were made, each once", new Set(made).size, made.length);
  const holders = new Map<string, Set<string>>();
  for (const report of reports) {
    for (const [key, ids] of Object.entries(report.holders)) {
      holders.set(key, new Set([...(holders.get(key) ?? []), ...ids]));
    }
  }
  for (const [key, ids] of holders) expectSame(`incidents of ${key}`, ids.size, 1);

  const incidents = new IncidentManager({ store });
  const numbers = await allNumbers(store);
  expectSame(
    "numbers without a gap",
    numbers.every((number, index) => number === index + 1),
    true,
  );
  expectSame("incidents", numbers.length, shared.length + made.length + holders.size);

  let events = 0;
  const found = { texts: [] as string[], links: [] as string[] };
  for (const number of numbers) {
    const id = `INC-${String(number).padStart(4, "0")}`;
    const timeline = await incidents.timeline(id);
    events += timeline.length;
    for (const event of timeline) {
      if (event.type === "updated" || event.type === "noted") found.texts.push(`${id} ${event.message}`);
      if (event.type === "linked") found.links.push(`${id} ${event.by} ${event.incident}`);
    }
  }
  const texts = reports.flatMap((report) =>
    Object.entries(report.texts).flatMap(([id, told]) => told.map((text) => `${id} ${text}`)),
  );
  expectSame("texts", found.texts.sort().join("\n"), texts.sort().join("\n"));
  const links = reports.flatMap((report) => report.links);
  // Each has two ends, in two incidents, or none.
  expectSame("ends of links", found.links.length, 2 * links.length);
  const pairs = found.links.map((link) => link.split(" ")[1] ?? "").sort();
  expectSame("links with both ends", new Set(pairs).size * 2, pairs.length);
  const conflicts = reports.reduce((sum, report) => sum + report.conflicts, 0);
  if (conflicts === 0) throw new Error("nobody was ever second, so nothing was raced for");
  return { made: made.length, texts: texts.length, links: links.length, incidents: numbers.length, events, conflicts };
}

async function allNumbers(store: SqlIncidentStore): Promise<number[]> {
  const numbers: number[] = [];
  for (;;) {
    const page = await store.rows({ limit: 1_000, beyond: numbers.at(-1) ?? 0 });
    if (page.length === 0) return numbers;
    numbers.push(...page.map(({ number }) => number));
  }
}

async function deadlocks(pool: pg.Pool): Promise<{ deadlocks: number }> {
  const { rows } = await pool.query("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
  return { deadlocks: Number((rows[0] as { deadlocks: string }).deadlocks) };
}

function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}`.slice(0, 2_000));
}
