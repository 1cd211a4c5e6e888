/** What the threads run that take processor time and memory: text, so that no bundler and no loader has to find it. */
import type { Worker } from "node:worker_threads";

import type { Pressure } from "../../ports/pressure.ts";
import { isError } from "../../core/thrown.ts";

/**
 * Busy for a share of each period and asleep for the rest. It ends by itself after `longestMs`, should the main thread never come to
 * say so.
 */
const BUSY = `
const { parentPort, workerData } = require("node:worker_threads");
const { share, periodMs, longestMs } = workerData;
const bed = new Int32Array(new SharedArrayBuffer(4));
const until = performance.now() + longestMs;
parentPort.postMessage("on");
for (let begins = performance.now(); begins < until; begins = performance.now()) {
  const rests = begins + periodMs * share;
  while (performance.now() < rests);
  const leftMs = begins + periodMs - performance.now();
  if (leftMs > 0) Atomics.wait(bed, 0, 0, leftMs);
}
`;

/**
 * Takes memory piece by piece and writes to every byte, for what nobody has written to is not there. A thread of its own: when it ends,
 * its memory is given back at once, and not when somebody collects garbage.
 */
const FULL = `
const { parentPort, workerData } = require("node:worker_threads");
const { bytes, pieceBytes, longestMs } = workerData;
const held = [];
for (let left = bytes; left > 0; left -= pieceBytes) {
  const piece = Buffer.allocUnsafeSlow(Math.min(left, pieceBytes));
  held.push(piece.fill(1 + held.length % 255));
}
parentPort.postMessage("on");
setTimeout(() => held.length = 0, longestMs);
`;

const PERIOD_MS = 50;
const PIECE_BYTES = 16_777_216;

/** Makes the threads of `pressure`, and hands on each of them before the next is made: who cannot have them all knows which to end. */
export async function makeThreads(
  pressure: Pressure,
  longestMs: number,
  onThread: (worker: Worker) => void,
): Promise<void> {
  // When it is needed: to load it changes the process.
  const threads = await import("node:worker_threads");
  const isBusy = pressure.kind === "cpu";
  const workerData = isBusy
    ? { share: pressure.share, periodMs: PERIOD_MS, longestMs }
    : { bytes: pressure.bytes, pieceBytes: PIECE_BYTES, longestMs };
  for (let left = isBusy ? pressure.workers : 1; left > 0; left -= 1) {
    // What this process was started with (loaders, debuggers) is not for it.
    const worker = new threads.Worker(isBusy ? BUSY : FULL, { eval: true, workerData, execArgv: [], env: {} });
    worker.unref();
    onThread(worker);
  }
}

/** Resolves when it has begun; rejects if it ends before, or when `signal` aborts. */
export function begun(worker: Worker, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      signal?.removeEventListener("abort", onAborted);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onAborted = (): void => {
      const { reason } = signal as { reason: unknown };
      settle(isError(reason) ? reason : new Error("it was ended"));
    };
    worker.once("message", () => {
      settle();
    });
    worker.once("error", (error) => {
      settle(isError(error) ? error : new Error("it failed"));
    });
    worker.once("exit", () => {
      settle(new Error("it was ended"));
    });
    signal?.addEventListener("abort", onAborted);
    if (signal?.aborted === true) onAborted();
  });
}
