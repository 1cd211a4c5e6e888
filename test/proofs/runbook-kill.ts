import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileIncidentStore } from "../../src/adapters/file/incident-store.ts";
import { seededRandom } from "../../src/core/random.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import type { RunbookRun } from "../../src/runbook/run.ts";
import { programOf } from "../support/program.ts";
import { run as runChild } from "../support/spawn.ts";
import { readLedger } from "./support/runbook-ledger.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "An executor killed at any commit of a run leaves a journal from which another one does every step, and no finished one again.";

interface Size {
  readonly steps: number;
  /** Of all places at which it can die, so many are tried; Infinity for all. */
  readonly deaths: number;
}

export const quick: Size = { steps: 6, deaths: 3 };
export const full: Size = { steps: 40, deaths: Infinity };

/** Where a process kills itself. */
interface Death {
  readonly which: "runs" | "incidents";
  readonly when: "before" | "after";
  readonly count: number;
}

export async function run({ steps, deaths }: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const whole = await commitsOf(steps);
  const all = (["runs", "incidents"] as const).flatMap((which) =>
    Array.from({ length: whole[which] }, (_, index) =>
      (["before", "after"] as const).map((when): Death => ({ which, when, count: index + 1 })),
    ).flat(),
  );
  const tried = deaths >= all.length ? all : Array.from({ length: deaths }, () => random.pick(all));
  const figures = { deaths: 0, steps: 0, repeated: 0, interrupted: 0, notes: 0 };
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < tried.length) {
      const death = tried[next] as Death;
      next += 1;
      const found = await dieAndGoOn(steps, death);
      figures.deaths += 1;
      figures.steps += found.steps;
      figures.repeated += found.repeated;
      figures.interrupted += found.interrupted;
      figures.notes += found.notes;
      if (figures.deaths % 25 === 0) log(`${String(figures.deaths)} of ${String(tried.length)} deaths`);
    }
  };
  await Promise.all([lane(), lane()]);
  return figures;
}

/** How many commits a run that nobody kills makes. */
async function commitsOf(steps: number): Promise<Record<Death["which"], number>> {
  const folder = await mkdtemp(join(tmpdir(), "nines-runbook-kill-"));
  try {
    await child(folder, steps, undefined);
    const { run: whole, timeline } = await look(folder);
    // The incident's declaration is a commit as well.
    return { runs: whole.version, incidents: timeline.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function dieAndGoOn(
  steps: number,
  death: Death,
): Promise<{ steps: number; repeated: number; interrupted: number; notes: number }> {
  const where = `killed ${death.when} commit ${String(death.count)} of ${death.which}`;
  const folder = await mkdtemp(join(tmpdir(), "nines-runbook-kill-"));
  const ledger = join(folder, "ledger");
  try {
    await child(folder, steps, death);
    const before = await look(folder).catch(() => undefined);
    const finished = before?.run.steps.filter(({ endedAt }) => endedAt !== undefined).map(({ name }) => name) ?? [];
    const then = await readLedger(ledger);
    await child(folder, steps, undefined);
    const { run: after, timeline } = await look(folder);
    const now = await readLedger(ledger);
    if (after.status !== "succeeded") throw new Error(`${where}: ${after.status}: ${after.reason ?? ""}`);
    let repeated = 0;
    let interrupted = 0;
    for (const { name, kind, status, attempts } of after.steps) {
      if (status !== "succeeded") throw new Error(`${where}: ${name} ${status}`);
      if (kind === "parallel") continue;
      const { begun = 0, done = 0 } = now.get(name) ?? {};
      if (done === 0) throw new Error(`${where}: ${name} was lost`);
      if (finished.includes(name) && begun !== then.get(name)?.begun)
        throw new Error(`${where}: ${name} was done again`);
      if (begun > attempts.length) throw new Error(`${where}: ${name} was begun more often than its journal says`);
      repeated += begun - 1;
      interrupted += attempts.filter(({ isInterrupted }) => isInterrupted === true).length;
    }
    const versions = timeline.flatMap((event) => (event.type === "noted" ? [event.data?.version as number] : []));
    if (new Set(versions).size !== versions.length) throw new Error(`${where}: something is in the timeline twice`);
    const settled = timeline.filter(
      (event) => event.type === "noted" && event.data?.status === "succeeded" && event.data.step !== undefined,
    );
    if (settled.length !== after.steps.length) {
      throw new Error(`${where}: ${String(settled.length)} of ${String(after.steps.length)} steps are in the timeline`);
    }
    return { steps: after.steps.length, repeated, interrupted, notes: versions.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the child to its end, which must be the one that is asked for. */
async function child(folder: string, steps: number, death: Death | undefined): Promise<void> {
  const { which = "none", when = "before", count = 0 } = death ?? {};
  const program = programOf("test/proofs/support/runbook-child.ts");
  const args = [program, folder, String(steps), which, when, String(count)];
  const { code, stderr, stdout } = await runChild(process.execPath, args);
  if (code !== (death === undefined ? 0 : null)) {
    throw new Error(`the child ended with ${String(code)} after ${stdout}: ${stderr}`);
  }
}

async function look(folder: string): Promise<{
  run: RunbookRun;
  timeline: Awaited<ReturnType<IncidentManager["timeline"]>>;
}> {
  const runs = await FileIncidentStore.open(join(folder, "runs"));
  const kept = await FileIncidentStore.open(join(folder, "incidents"));
  try {
    const run = await new RunbookExecutor({ store: runs }).get("RUN-0001");
    return { run, timeline: await new IncidentManager({ store: kept }).timeline("INC-0001") };
  } finally {
    await runs.close();
    await kept.close();
  }
}
