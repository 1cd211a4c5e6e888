import { format } from "node:util";
import { afterAll, afterEach } from "vitest";

/** What the code under test printed since the last look, oldest first. */
let printed: string[] = [];

// A library that prints takes over a terminal that belongs to its host, so any output fails the test that caused it.
for (const method of ["log", "info", "warn", "error", "debug", "trace", "dir", "table"] as const) {
  console[method] = (...values: unknown[]) => {
    printed.push(`console.${method}: ${format(...values)}`);
  };
}

for (const name of ["stdout", "stderr"] as const) {
  process[name].write = (chunk: unknown, ...rest: unknown[]): boolean => {
    printed.push(`process.${name}.write: ${textOf(chunk)}`);
    const done = rest.at(-1);
    if (typeof done === "function") queueMicrotask(() => void done());
    return true;
  };
}

function textOf(chunk: unknown): string {
  return chunk instanceof Uint8Array ? Buffer.from(chunk).toString("utf8") : String(chunk);
}

function failIfPrinted(): void {
  const lines = printed;
  printed = [];
  if (lines.length > 0) throw new Error(`something was printed while testing:\n${lines.join("\n")}`);
}

afterEach(failIfPrinted);
// What is printed by a module's body or by a hook has no test of its own, so the file answers for it.
afterAll(failIfPrinted);
