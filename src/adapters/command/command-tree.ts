/** All processes that one command began. */
import { execFile } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

import type { LeftoverProcess } from "../../ports/command-runner.ts";
import { endProcesses, signalProcess } from "./end-processes.ts";
import { MARKER_NAME } from "./marker.ts";
import type { ProcessEntry, ProcessTable } from "./process-table.ts";
import { ProcessSearch } from "./process-search.ts";

/** How a tree is known. */
export interface TreeOptions {
  /** The command itself, which leads a process group of its own. */
  readonly pid: number;
  /** Value of the variable that all of them were begun with. */
  readonly marker: string;
  /** Undefined where processes cannot be looked at. */
  readonly table: ProcessTable | undefined;
  /** Whether the command has ended and its number may be given away again. */
  readonly isReaped: () => boolean;
}

/** Hunting goes on so long behind the back of who waits, if a machine is too busy. */
const GIVE_UP_MS = 30_000;
/** Who is about to end anyway when the command ends is not left over. */
const LAST_BREATH_MS = 25;
const MOST_LEFTOVERS = 100;

/** Finds, ends and reports what a command began; made right after the command was. */
export class CommandTree {
  readonly #options: TreeOptions;
  readonly #search: ProcessSearch | undefined;

  constructor(options: TreeOptions) {
    this.#options = options;
    const { pid, marker, table } = options;
    const started = table?.find(pid)?.started ?? 0;
    const isLeader = (entry: ProcessEntry): boolean =>
      entry.pid === pid && (started === 0 || entry.started === started);
    // Nobody gets the number of a group that somebody is in; but once it was empty, anybody may.
    const isOurGroup = (): boolean => {
      const leader = table?.find(pid);
      return leader === undefined || isLeader(leader);
    };
    const outputs = new Set(table?.outputsOf(pid));
    this.#search =
      table &&
      new ProcessSearch(table, {
        since: started,
        isOne: (entry) =>
          isLeader(entry) ||
          (entry.group === pid && isOurGroup()) ||
          table.variableOf(entry.pid, MARKER_NAME) === marker ||
          table.outputsOf(entry.pid).some((output) => outputs.has(output)),
      });
  }

  /** Ends all of it; resolves when it is gone. */
  async end(killAfterMs: number): Promise<void> {
    const { pid, isReaped } = this.#options;
    if (process.platform === "win32") {
      await taskkill(pid);
      return;
    }
    const signalGroup = (signal: NodeJS.Signals, living: readonly ProcessEntry[]): number | undefined => {
      if (isReaped() && living.every(({ group }) => group !== pid)) return undefined;
      signalProcess(-pid, signal);
      return pid;
    };
    if (this.#search === undefined) signalGroup("SIGKILL", []);
    else await endProcesses(this.#search, { killAfterMs, giveUpAfterMs: GIVE_UP_MS, signalGroup });
  }

  /** What the command left behind when it ended by itself: it may have been meant so. */
  async leftBehind(): Promise<LeftoverProcess[]> {
    const living = (await this.#search?.look()) ?? [];
    if (living.length > 0) await pause(LAST_BREATH_MS);
    return leftovers(living.filter((entry) => this.#search?.lives(entry)).map((entry) => ({ entry, ended: false })));
  }

  /** What had left the group of the command when all was to end, and what has not ended. */
  escaped(): LeftoverProcess[] {
    const found = [...(this.#search?.found ?? [])].map((entry) => ({
      entry,
      ended: this.#search?.lives(entry) === false,
    }));
    return leftovers(found.filter(({ entry, ended }) => !ended || entry.group !== this.#options.pid));
  }
}

function leftovers(found: ReadonlyArray<{ readonly entry: ProcessEntry; readonly ended: boolean }>): LeftoverProcess[] {
  return [...found]
    .sort((a, b) => Number(a.ended) - Number(b.ended) || a.entry.pid - b.entry.pid)
    .slice(0, MOST_LEFTOVERS)
    .map(({ entry: { pid, name }, ended }) => ({ pid, command: name, ended }));
}

/** On Windows: the process and its descendants, as far as their parents live. */
function taskkill(pid: number): Promise<void> {
  return new Promise((resolve) => {
    execFile("taskkill", ["/PID", String(pid), "/T", "/F"], { timeout: 5_000, windowsHide: true }, () => {
      resolve();
    });
  });
}
