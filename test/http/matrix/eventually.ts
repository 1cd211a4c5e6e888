import { setTimeout as pause } from "node:timers/promises";

/** Waits until `holds`; fails after `deadlineMs`, naming what it waited for. */
export async function eventually(
  holds: () => boolean,
  what: string | (() => string),
  deadlineMs: number = 10_000,
): Promise<void> {
  const started = performance.now();
  while (!holds()) {
    if (performance.now() - started > deadlineMs)
      throw new Error(`waited in vain for ${typeof what === "string" ? what : what()}`);
    await pause(2);
  }
}
