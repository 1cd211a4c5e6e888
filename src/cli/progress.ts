/** How far something long is, on stderr: a line that changes on a terminal, lines now and then elsewhere if they are wanted. */
import { MILLISECONDS } from "../core/time/duration.ts";

import type { Call } from "./spec.ts";

/** Told while something long is done. */
export interface Progress {
  readonly tell: (done: number, all: number) => void;
  /** Takes the changing line away. */
  readonly end: () => void;
}

const EVERY_MS = 5 * MILLISECONDS.s;
/** Back to the beginning of the line, which is then empty. */
const CLEAR = "\r\u001b[K";
const BAR = 30;

/** @param what - what is being done, such as `asking Prometheus` */
export function progressOf({ given, io }: Call, what: string): Progress {
  const { stderr, clock, signal } = io;
  const write = (text: string): void => {
    // That nobody sees how far it is must not end it.
    stderr.write(text).catch(() => undefined);
  };
  const percent = (done: number, all: number): number => Math.floor((100 * done) / all);
  // JSON is for programs, which do not look at terminals.
  if (stderr.isTerminal && !given.has("json")) {
    const end = (): void => {
      signal.removeEventListener("abort", end);
      write(CLEAR);
    };
    signal.addEventListener("abort", end);
    const tell = (done: number, all: number): void => {
      const filled = Math.floor((BAR * done) / all);
      write(`${CLEAR}${what} [${"=".repeat(filled)}${" ".repeat(BAR - filled)}] ${String(percent(done, all))} %`);
    };
    return { tell, end };
  }
  if (!given.has("progress")) return { tell: () => undefined, end: () => undefined };
  let toldAt = clock.monotonic();
  const tell = (done: number, all: number): void => {
    const now = clock.monotonic();
    if (done < all && now - toldAt < EVERY_MS) return;
    toldAt = now;
    write(`${what}: ${String(percent(done, all))} %\n`);
  };
  return { tell, end: () => undefined };
}
