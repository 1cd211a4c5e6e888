/** Ends processes that may not want to end, and may begin others meanwhile. */
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

import type { ProcessEntry } from "./process-table.ts";
import type { ProcessSearch } from "./process-search.ts";

/** How long it is tried. */
export interface EndOptions {
  /** After SIGTERM they have so long; then comes SIGKILL. */
  readonly killAfterMs: number;
  /** When it is given up; not before each has had a SIGKILL. */
  readonly giveUpAfterMs: number;
  /**
   * Signals a whole group at once, which no member can slip from by forking, if it may be done; told what lives. Gives the
   * group that had the signal.
   */
  readonly signalGroup?: (signal: NodeJS.Signals, living: readonly ProcessEntry[]) => number | undefined;
}

const POLL_MS = 15;
const CHASE_MS = 2;

/** Resolves when all that `search` finds are gone, or it is given up. */
export async function endProcesses(search: ProcessSearch, options: EndOptions): Promise<void> {
  const { killAfterMs, giveUpAfterMs, signalGroup = () => undefined } = options;
  const began = performance.now();
  const passed = (): number => performance.now() - began;
  const stillOf = (entries: readonly ProcessEntry[]): readonly ProcessEntry[] =>
    entries.filter((entry) => search.lives(entry));
  // Who is whose child can only be seen while all of them live.
  let living = await search.look();
  const told = signalGroup("SIGTERM", living);
  // Once to each: who says goodbye is not to say it twice.
  for (const { pid, group } of living) if (group !== told) signalProcess(pid, "SIGTERM");
  while (living.length > 0 && passed() < killAfterMs) {
    await pause(Math.min(POLL_MS, Math.max(1, killAfterMs - passed())));
    living = stillOf(living);
    // Perhaps they have begun others, who are then told the hard way.
    if (living.length === 0) living = await search.look();
  }
  while (living.length > 0) {
    // First those that are known: on a busy machine it takes its time to look for the others.
    signalGroup("SIGKILL", living);
    for (const { pid } of stillOf(living)) signalProcess(pid, "SIGKILL");
    living = await search.look((entry) => {
      signalProcess(entry.pid, "SIGKILL");
    });
    if (passed() >= giveUpAfterMs) return;
    if (living.length > 0) await pause(CHASE_MS);
  }
}

/** Sends a signal; to a whole group if the number is negative. Who is gone, or somebody else's, gets none. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Whether it has ended is asked anyway.
  }
}
