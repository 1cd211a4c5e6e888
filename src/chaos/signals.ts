/** What a process that is told to end undoes first. */
import { invalid, show } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";

/** The signals that a process can be asked to end by, and can answer. */
export type EndingSignal = "SIGTERM" | "SIGINT" | "SIGHUP";

/** What is needed of Node's `process`. */
export interface SignalledProcess {
  readonly pid: number;
  /** Listens to a signal. */
  on(signal: EndingSignal, listener: () => void): unknown;
  /** The same, before those who listen already; Node's has it. */
  prependListener?(signal: EndingSignal, listener: () => void): unknown;
  /** Listens no more. */
  off(signal: EndingSignal, listener: () => void): unknown;
  /** Sends a signal. */
  kill(pid: number, signal: EndingSignal): unknown;
  /** Who else listens; Node's has it. */
  listenerCount?(signal: EndingSignal): number;
}

/** What can be told to {@link undoOnSignals}. */
export interface UndoOnSignalsOptions {
  /** All three unless told. */
  readonly signals?: readonly EndingSignal[];
}

/**
 * When the process is told to end, stops `runner`, which undoes all that it has done, and then lets the signal end the process as if
 * nobody had listened. A second signal does not wait for that: what is not undone by then is undone at the next start. Where somebody
 * else listens when the signal comes, by `process.once` or `process.on`, he has been told by it, and the process is his to end.
 *
 * @param runner - a `ChaosRunner`; or a `ChaosScheduler`, which stops its own runs
 * @param process - Node's own
 * @returns how to listen no more
 *
 * @example
 * ```ts
 * import { ChaosRunner, MemoryStateStore, undoOnSignals } from "nines";
 *
 * const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none" });
 * const off = undoOnSignals(runner, process);
 * if (process.listenerCount("SIGHUP") !== 1) throw new Error("nobody listens");
 * off();
 * ```
 */
export function undoOnSignals(
  runner: { stop(): Promise<unknown> },
  process: SignalledProcess,
  options: UndoOnSignalsOptions = {},
): () => void {
  if ((runner as unknown) === undefined || (process as unknown) === undefined) {
    throw invalid([], "undoOnSignals takes a runner and a process");
  }
  checkMethods(runner, "runner", ["stop"]);
  checkMethods(process, "process", ["on", "off", "kill"]);
  checkOptions(options, "undoOnSignals", ["signals"]);
  const { signals = SIGNALS } = options;
  const strange = signals.find((signal) => !SIGNALS.includes(signal));
  if (strange !== undefined) throw invalid("signals", `${show(strange)} is not one of ${SIGNALS.join(", ")}`);
  const listeners = signals.map((signal) => ({
    signal,
    listener: () => {
      onSignal(signal);
    },
  }));
  const off = (): void => {
    for (const { signal, listener } of listeners) {
      process.off(signal, listener);
      ours(process).delete(listener);
    }
  };
  let isEnding = false;
  let isOver = false;
  const end = (signal: EndingSignal, isSomebodyElses: boolean): void => {
    if (isOver) return;
    isOver = true;
    off();
    if (!isSomebodyElses && (process.listenerCount?.(signal) ?? 0) === 0) process.kill(process.pid, signal);
  };
  const onSignal = (signal: EndingSignal): void => {
    // Asked now: one who listens by `once` is not among the listeners any more when the runner has stopped.
    const isSomebodyElses = (process.listenerCount?.(signal) ?? 0) > countOfOurs(process, signal);
    if (isEnding) {
      end(signal, isSomebodyElses);
      return;
    }
    isEnding = true;
    const over = (): void => {
      end(signal, isSomebodyElses);
    };
    // It may throw before there is anything to wait for: the process ends all the same.
    new Promise((resolve) => {
      resolve(runner.stop());
    }).then(over, over);
  };
  for (const { signal, listener } of listeners) {
    ours(process).set(listener, signal);
    // First of all, since one who listens by `once` and is told before is gone by the time that this is told.
    if (process.prependListener === undefined) process.on(signal, listener);
    else process.prependListener(signal, listener);
  }
  return off;
}

/** Who listens for the sake of a runner, by process: none of them is somebody else to another. */
const OURS = new WeakMap<SignalledProcess, Map<() => void, EndingSignal>>();

function ours(process: SignalledProcess): Map<() => void, EndingSignal> {
  const known = OURS.get(process) ?? new Map<() => void, EndingSignal>();
  OURS.set(process, known);
  return known;
}

function countOfOurs(process: SignalledProcess, signal: EndingSignal): number {
  return [...ours(process).values()].filter((own) => own === signal).length;
}

const SIGNALS: readonly EndingSignal[] = ["SIGTERM", "SIGINT", "SIGHUP"];
