import { copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileIncidentStore } from "../../src/adapters/file/incident-store.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { toldUntilKilled } from "./support/killed.ts";
import { eventOf, HANDS, summaryOf } from "./support/incident-hands.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A process killed while it writes incidents leaves every acknowledged event, and of the others all or nothing.";

interface Size {
  readonly kills: number;
}

export const quick: Size = { kills: 10 };
export const full: Size = { kills: 1_000 };

/** Folders that are worked on side by side. */
const LANES = 4;
/** A folder is left for a new one after so many kills: to look at everything again and again takes time. */
const KILLS_A_FOLDER = 50;

interface Figures {
  kills: number;
  acknowledgedCommits: number;
  killedWhileCompacting: number;
  tornTails: number;
  commitsNobodyWasToldOf: number;
  events: number;
}

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures: Figures = {
    ...{ kills: 0, acknowledgedCommits: 0, killedWhileCompacting: 0, tornTails: 0 },
    ...{ commitsNobodyWasToldOf: 0, events: 0 },
  };
  let begun = 0;
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const random = seededRandom(`${seed} ${String(lane)}`);
      while (begun < size.kills) {
        const kills = Math.min(KILLS_A_FOLDER, Math.ceil(size.kills / LANES), size.kills - begun);
        begun += kills;
        await wearOut(kills, `${seed} ${String(lane)} ${String(begun)}`, random, figures);
        log(`${String(figures.kills)} kills, ${String(figures.acknowledgedCommits)} commits`);
      }
    }),
  );
  if (figures.kills !== size.kills) throw new Error(`${String(figures.kills)} kills`);
  return { ...figures };
}

/** Kills so many processes that write to one folder, one after the other. */
async function wearOut(kills: number, seed: string, random: Random, figures: Figures): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "nines-incident-kill-"));
  try {
    // The version of each incident that somebody was promised.
    const promised = new Map<number, number>();
    for (let kill = 0; kill < kills; kill += 1) {
      const afterMs = random.integer(0, 80) * random.next();
      const [, ...told] = await toldUntilKilled(
        "test/proofs/support/incident-child.ts",
        [folder, `${seed} ${String(kill)}`],
        afterMs,
      );
      for (const line of told) {
        const [, number = NaN, version = NaN] = line.split(" ").map(Number);
        promised.set(number, version);
      }
      figures.kills += 1;
      figures.acknowledgedCommits += told.length;
      figures.killedWhileCompacting += (await readdir(folder)).filter((name) => name.endsWith(".writing")).length;
      await check(folder, promised, `seed ${seed}, kill ${String(kill)}`, figures);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function check(folder: string, promised: Map<number, number>, where: string, figures: Figures): Promise<void> {
  // Opening mends the file; the child that comes next is to do that too, so a copy is looked at.
  const copy = await mkdtemp(join(tmpdir(), "nines-incident-copy-"));
  await copyFile(join(folder, "incidents.log"), join(copy, "incidents.log"));
  const store = await FileIncidentStore.open(copy).catch(async (error: unknown) => {
    const size = (await readFile(join(copy, "incidents.log"))).length;
    throw new Error(`the store does not open (${where}, ${String(size)} bytes)`, { cause: error });
  });
  try {
    if (store.report.tornBytes > 0) figures.tornTails += 1;
    const rows = await store.rows({ limit: 1_000 });
    for (const [number, version] of promised) {
      const found = rows[number - 1]?.version ?? 0;
      if (found < version) {
        throw new Error(`incident ${String(number)} is at ${String(found)}, ${String(version)} promised (${where})`);
      }
    }
    for (const { number, version, summary } of rows) {
      const events = await store.read(number);
      const { hand } = JSON.parse(summary) as { hand: number };
      const whole = events.every((event, index) => event === eventOf(hand, index + 1));
      if (!whole || events.length !== version || summary !== summaryOf(hand, version)) {
        throw new Error(`incident ${String(number)} is not whole (${where})`);
      }
      if ((promised.get(number) ?? 0) < version) figures.commitsNobodyWasToldOf += 1;
      promised.set(number, version);
      figures.events = Math.max(figures.events, store.report.events);
    }
    for (let hand = 0; hand < HANDS; hand += 1) {
      const owned = rows.filter(({ summary }) => (JSON.parse(summary) as { hand: number }).hand === hand);
      const holder = await store.holderOf(`hand ${String(hand)}`);
      if (holder !== owned.at(-1)?.number)
        throw new Error(`the key of hand ${String(hand)} leads elsewhere (${where})`);
    }
  } finally {
    await store.close();
    await rm(copy, { recursive: true, force: true });
  }
}
