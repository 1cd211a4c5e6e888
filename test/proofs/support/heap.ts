import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes of the heap that something still refers to. */
export async function heapUsed(): Promise<number> {
  // What has finalizers, or is let go in a later turn, takes more than one look.
  for (let look = 0; look < 4; look += 1) {
    collect();
    await pause(15);
  }
  collect();
  return process.memoryUsage().heapUsed;
}

/** Bytes that something refers to at this moment, those outside of the heap included. */
export function memoryHeld(): number {
  collect();
  const { heapUsed: inside, external } = process.memoryUsage();
  return inside + external;
}
