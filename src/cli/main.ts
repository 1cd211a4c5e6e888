#!/usr/bin/env node
/** The program `nines`: it always ends with a code that it means. */
import { writeSync } from "node:fs";

// Nothing that a failing start leaves behind may be read as a verdict: 0 and 1 let a release pass.
const UNEXPECTED = 70;
const INTERRUPTED = 130;
const LINGER_MS = 100;
process.exitCode = UNEXPECTED;

const unexpected = (error: unknown): never => {
  const shown = error instanceof Error ? (process.env.NINES_DEBUG === "1" ? error.stack : error.message) : error;
  try {
    writeSync(2, `nines: ${String(shown)}\n`);
  } catch {
    // Nobody reads it.
  }
  process.exit(UNEXPECTED);
};
process.on("uncaughtException", unexpected);
process.on("unhandledRejection", unexpected);

const interruption = new AbortController();
process.on("SIGINT", () => {
  interruption.abort();
  process.exit(INTERRUPTED);
});

void Promise.all([import("./io.ts"), import("./run.ts")]).then(async ([{ processIo }, { run }]) => {
  process.exitCode = await run(process.argv.slice(2), processIo(process, interruption.signal));
  // All is written. A connection that was given up may go on being made for seconds, and nobody waits for it.
  setTimeout(() => process.exit(), LINGER_MS).unref();
});
