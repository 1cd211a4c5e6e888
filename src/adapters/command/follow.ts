/** Follows a process to its end, or to that of its caller's patience. */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

import { isAborted, whenAborted } from "../../core/abort.ts";
import type { CommandOptions, CommandResult, OutputStream } from "../../ports/command-runner.ts";
import type { RunningChild } from "./begin.ts";
import { CommandTree } from "./command-tree.ts";
import { systemProcessTable } from "./system-table.ts";

/** When the command has ended, others may still hold its pipes: what it wrote itself has come by then. */
const PIPES_MS = 100;
/** When all is to end, it is answered by then, whatever is known. */
const SETTLE_MS = 195;
/** What a tree that is gone has written last may take so long to come. */
const LAST_WORDS_MS = 20;

type Listener = NonNullable<CommandOptions["onOutput"]>;

/** Resolves when it is over; see the port `CommandRunner`. */
export async function followProcess(
  child: RunningChild,
  options: {
    readonly marker: string;
    readonly killAfterMs: number;
    readonly signal: AbortSignal | undefined;
    readonly onOutput: Listener | undefined;
  },
): Promise<CommandResult> {
  const { marker, killAfterMs, signal, onOutput } = options;
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const tree = new CommandTree({ pid: child.pid, marker, table: systemProcessTable(), isReaped: hasExited });
  const exited = once(child, "exit");
  const closed = once(child, "close");
  const stopListening = listen(child, onOutput);
  const aborted = whenAborted(signal);
  try {
    await Promise.race([exited, aborted.promise]);
    if (!isAborted(signal)) await Promise.race([closed, drained(), aborted.promise]);
    if (!isAborted(signal)) {
      const leftovers = await Promise.race([tree.leftBehind(), aborted.promise]);
      if (!isAborted(signal) && leftovers !== undefined) return result(child, leftovers);
    }
    // An unfinished hunt goes on behind the back of who waits.
    const gone = tree
      .end(killAfterMs)
      .then(() => exited)
      .then(() => Promise.race([closed, pause(LAST_WORDS_MS)]));
    await Promise.race([gone, pause(SETTLE_MS)]);
    return result(child, tree.escaped());
  } finally {
    aborted.release();
    stopListening();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

function result(
  { exitCode, signalCode }: RunningChild,
  leftovers: NonNullable<CommandResult["leftovers"]>,
): CommandResult {
  return {
    ...(exitCode === null ? {} : { exitCode }),
    ...(signalCode === null ? {} : { signal: signalCode }),
    ...(exitCode === null && signalCode === null ? { reason: "could not be ended in time" } : {}),
    ...(leftovers.length === 0 ? {} : { leftovers }),
  };
}

/** Hands over each piece of output, until it is told to stop. */
function listen(child: RunningChild, onOutput: Listener | undefined): () => void {
  let tell = (stream: OutputStream, piece: Uint8Array): void => {
    try {
      onOutput?.(stream, piece);
    } catch {
      // Who listens cannot stop what it listens to.
    }
  };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (piece: Buffer) => {
      tell(stream, piece);
    });
    child[stream].on("error", () => undefined);
  }
  return () => {
    tell = () => undefined;
  };
}

/** Once the time is up, what lies in the pipes is read in this turn of the event loop, however late it is. */
async function drained(): Promise<void> {
  await pause(PIPES_MS);
  for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
}
