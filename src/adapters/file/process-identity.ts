/** Which process one is, so that nobody takes another one, later and with the same number, for it. */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

import { codeOf } from "./system-error.ts";

/** A process among all that there ever were. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, as the system counts; "0" where that cannot be known. */
  readonly started: string;
  /** The machine since it was booted, and the space in which process numbers count: a container has its own. */
  readonly place: string;
}

/** The process that this runs in. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf("self")?.started ?? "0", place: placeOf() };
}

/** Whether a process lives; undefined if one cannot tell from here: it runs in another container, or on another machine. */
export function isAlive({ pid, started, place }: ProcessIdentity): boolean | undefined {
  if (place !== placeOf()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It is there, but somebody else's.
    return codeOf(error) === "EPERM";
  }
  const found = startOf(String(pid));
  if (found === undefined || started === "0") return true;
  // One that ended and was not waited for yet still has its number, and no open files.
  return found.started === started && !["Z", "X"].includes(found.state);
}

/** From proc(5): the state is the third field, the start the 22nd, in ticks since the boot. */
function startOf(process: string): { readonly state: string; readonly started: string } | undefined {
  const text = quietly(() => readFileSync(`/proc/${process}/stat`, "latin1"));
  // The second field is the program's name, which may hold anything.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ") ?? [];
  const [state, started] = [fields[0], fields[19]];
  return state === undefined || started === undefined ? undefined : { state, started };
}

function placeOf(): string {
  const boot = quietly(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim());
  const space = quietly(() => readlinkSync("/proc/self/ns/pid"));
  const text = boot === undefined ? hostname() : `${boot} ${space ?? ""}`;
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** What `read` finds; undefined if it cannot. */
export function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
