import { LocalCommandRunner } from "../../src/adapters/command/index.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { logEvents } from "../../src/logging/log-events.ts";
import { linesTo } from "../../src/logging/writers.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { plateauFigures, plateauOf } from "./support/plateau.ts";
import { RecentIncidentStore } from "./support/recent-store.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "However many runbooks are run, with retries, approvals, groups, rollbacks and real commands, nothing but what the store keeps is left of them.";

interface Size {
  readonly runs: number;
  /** One run in so many starts a real process. */
  readonly commandEvery: number;
  /** Moments at which the heap is measured. */
  readonly moments: number;
}

export const quick: Size = { runs: 270, commandEvery: 90, moments: 3 };
export const full: Size = { runs: 10_000, commandEvery: 20, moments: 9 };

/** Runs at a time. */
const BATCH = 10;
/** What the stores keep of those that are over. */
const KEPT = 50;
const MOST_BYTES_EACH = { quick: 10_000, full: 100 };

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const clock = new ManualClock();
  const store = new RecentIncidentStore(KEPT);
  const incidents = new IncidentManager({ store: new RecentIncidentStore(KEPT), clock });
  const executor = new RunbookExecutor({
    ...{ store, incidents, clock, runner: new LocalCommandRunner(), programs: ["true"] },
    approver: () => ({ approved: true, by: "policy" }),
    secrets: { token: "tok-1234567890" },
  });
  const failing = ({ attempt }: { readonly attempt: number }): string => {
    if (attempt === 1) throw new Error("not yet");
    return "done";
  };
  const lock = "{{ labels.pod }}";
  executor.registerRunbook("Steps", {
    lock,
    steps: [
      { name: "look", action: ({ log: say }) => say("looking") },
      { name: "again", action: failing, retries: { attempts: 2, delay: "1ms" } },
      {
        name: "both",
        parallel: [
          { name: "one", action: () => "1" },
          { name: "two", action: () => "2" },
        ],
      },
      { name: "approved", action: () => "yes", approval: true },
    ],
  });
  executor.registerRunbook("Undone", {
    lock,
    steps: [
      { name: "do", action: () => "done", rollback: { name: "undo", action: () => "undone" } },
      { name: "fails", action: () => Promise.reject(new Error("no")) },
    ],
  });
  // The process is real and the clock is not, and may go faster than the machine.
  executor.registerRunbook("Command", { lock, steps: [{ name: "command", command: ["true"], timeout: "24h" }] });
  let [lines, ended] = [0, 0];
  const stop = logEvents({ runbooks: executor, incidents }, { logger: linesTo(() => (lines += 1)), clock });
  const signal = new AbortController();

  const one = async (number: number): Promise<void> => {
    const alert = number % size.commandEvery === 0 ? "Command" : random.next() < 0.2 ? "Undone" : "Steps";
    const { id, title, severity } = await incidents.createIncident({ title: "slow", severity: "SEV3", by: "ann" });
    const incident = { id, title, severity };
    const labels = { pod: `pod-${String(number)}` };
    const run = await executor.executeRunbook(alert, { by: "ann", incident, labels, signal: signal.signal });
    const expected = alert === "Undone" ? "failed" : "succeeded";
    if (run.status !== expected) throw new Error(`${run.id} ${run.status}: ${run.reason ?? ""} (seed ${seed})`);
    await incidents.resolve(id, { by: "ann" });
    ended += 1;
  };
  const pending: number[] = [];
  let count = 0;
  const plateau = await plateauOf({
    ...{ times: size.runs, moments: size.moments, log },
    mostBytesEach: size.runs < 1_000 ? MOST_BYTES_EACH.quick : MOST_BYTES_EACH.full,
    work: async (times) => {
      for (let done = 0; done < times; done += BATCH) {
        let isOver = false;
        const batch = Promise.all(Array.from({ length: BATCH }, () => one((count += 1)))).finally(
          () => (isOver = true),
        );
        while (!isOver) {
          await new Promise((resolve) => setImmediate(resolve));
          clock.advance(1);
        }
        await batch;
      }
      pending.push(clock.pendingTimers);
    },
  });
  if (pending.some((timers) => timers > 0)) throw new Error(`timers are left after runs: ${pending.join(" ")}`);
  stop();
  await executor.close();
  if (clock.pendingTimers > 0) throw new Error(`${String(clock.pendingTimers)} timers are left`);
  return { runs: ended, lines, ...plateauFigures(plateau) };
}
