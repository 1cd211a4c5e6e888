import { spawn } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Database from "libsql";

import { SqlIncidentStore } from "../../src/adapters/sql/index.ts";
import { seededRandom, type Random } from "../../src/core/random.ts";
import { programOf } from "../support/program.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A process killed while it writes incidents to SQLite leaves all that was acknowledged, the rest whole or absent.";

interface Size {
  readonly kills: number;
  /** How many are written to and killed side by side. */
  readonly lanes: number;
}

export const quick: Size = { kills: 10, lanes: 2 };
export const full: Size = { kills: 1_000, lanes: 4 };

/** So many kills fall upon one file, before there is another one. */
const KILLS_A_FILE = 20;

const NOTHING = {
  kills: 0,
  files: 0,
  killedWhileOpening: 0,
  killedInCommit: 0,
  unacknowledgedKept: 0,
  unacknowledgedAbsent: 0,
  leftToRecover: 0,
  commits: 0,
  mostEvents: 0,
};

type Figures = typeof NOTHING;

export async function run({ kills, lanes }: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const folder = await mkdtemp(join(tmpdir(), "nines-kill-sql-"));
  const figures = { ...NOTHING };
  let left = kills;
  const lane = async (_: unknown, index: number): Promise<void> => {
    const random = seededRandom(`${seed} ${String(index)}`);
    for (let count = 0; left > 0; count += 1) {
      const file = join(folder, `${String(index)}-${String(count)}.db`);
      figures.files += 1;
      let last = 0;
      for (let kill = 0; kill < KILLS_A_FILE && left > 0; kill += 1) {
        left -= 1;
        if (left % 50 === 0) log(`${String(left)} kills to come`);
        last = await killed(file, last, random, figures).catch((cause: unknown) => {
          throw new Error(`kill ${String(kill)} of ${file} (seed ${seed})`, { cause });
        });
      }
      await Promise.all(["", "-wal", "-shm"].map((ending) => rm(file + ending, { force: true })));
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  // Few kills may all miss; many cannot, unless they fall elsewhere than they are meant to.
  if (kills >= 100 && figures.killedInCommit === 0) throw new Error(`no kill fell into a commit (seed ${seed})`);
  return figures;
}

/** Writes from commit `last` on until the kill, and answers with the last commit that is there then. */
async function killed(file: string, last: number, random: Random, figures: Figures): Promise<number> {
  // Some fall into the opening, where the tables are made and what the one before left behind is recovered.
  const from = random.integer(1, 5) === 1 ? "opening" : "kept";
  const told = await writeUntilKilled(file, last + 1, from, random.next() * 60, String(random.next()));
  const numbersOf = (word: string): number[] =>
    told.filter((line) => line.startsWith(word)).map((line) => Number(line.split(" ")[1]));
  const kept = numbersOf("kept").at(-1) ?? last;
  const tried = numbersOf("try").at(-1) ?? last;
  const wal = await stat(`${file}-wal`).catch(() => undefined);
  const { commits, events } = await look(file);

  if (commits !== kept && commits !== tried) {
    throw new Error(`there are ${String(commits)} commits; ${String(kept)} were acknowledged, ${String(tried)} tried`);
  }
  figures.kills += 1;
  if (tried === last) figures.killedWhileOpening += 1;
  if (tried > kept) figures.killedInCommit += 1;
  if (tried > kept) figures[commits > kept ? "unacknowledgedKept" : "unacknowledgedAbsent"] += 1;
  if ((wal?.size ?? 0) > 0) figures.leftToRecover += 1;
  figures.commits += commits - last;
  figures.mostEvents = Math.max(figures.mostEvents, events);
  return commits;
}

function writeUntilKilled(
  file: string,
  first: number,
  from: string,
  afterMs: number,
  seed: string,
): Promise<readonly string[]> {
  const script = programOf("test/proofs/support/incident-writing-child.ts");
  const child = spawn(process.execPath, [script, file, String(first), seed], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  let complaint = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text;
    if (told.includes(from)) timer ??= setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      // A line that the kill has cut is one that was not told.
      if (signal === "SIGKILL") resolve(told.split("\n").slice(0, -1));
      else reject(new Error(`the child ended by itself (${String(code)}): ${complaint}`));
    });
  });
}

/** Opens the file, and reads all of it. @throws if anything is there by half, or twice, or out of its place */
async function look(file: string): Promise<{ commits: number; events: number }> {
  const database = new Database(file);
  try {
    const store = await SqlIncidentStore.open({ sqlite: database });
    expectSame(
      "integrity",
      JSON.stringify(database.prepare("PRAGMA integrity_check").all()),
      '[{"integrity_check":"ok"}]',
    );
    const places = new Map<number, { of: number; indexes: Set<number> }>();
    const makers = new Map<number, number>();
    let events = 0;
    const rows = await store.rows({ limit: 1_000 });
    for (const [position, { number, version, summary, dueAt }] of rows.entries()) {
      expectSame("number", number, position + 1);
      const texts = await store.read(number);
      expectSame(`events of incident ${String(number)}`, texts.length, version);
      events += texts.length;
      let latest = 0;
      for (const text of texts) {
        const { commit, index, of } = JSON.parse(text) as { commit: number; index: number; of: number };
        if (commit < latest) throw new Error(`incident ${String(number)} has commit ${String(commit)} too late`);
        latest = commit;
        makers.set(number, makers.get(number) ?? commit);
        const place = places.get(commit) ?? { of, indexes: new Set() };
        if (place.indexes.has(index)) throw new Error(`commit ${String(commit)} has event ${String(index)} twice`);
        place.indexes.add(index);
        places.set(commit, place);
      }
      expectSame(`summary of incident ${String(number)}`, summary, JSON.stringify({ commit: latest }));
      expectSame(`due time of incident ${String(number)}`, dueAt, latest);
    }
    for (const [commit, { of, indexes }] of places) expectSame(`events of commit ${String(commit)}`, indexes.size, of);
    for (const [number, commit] of makers) {
      expectSame(`holder of commit ${String(commit)}`, await store.holderOf(`commit ${String(commit)}`), number);
    }
    const commits = Math.max(0, ...places.keys());
    expectSame("commits without a gap", places.size, commits);
    return { commits, events };
  } finally {
    database.close();
  }
}

function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}`);
}
