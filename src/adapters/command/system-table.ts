/** Where this machine tells of its processes. */
import { procTable } from "./proc-table.ts";
import type { ProcessTable } from "./process-table.ts";
import { psTable } from "./ps-table.ts";

/** The table of this machine: `/proc` where there is one, or what `ps` says; undefined on Windows. */
export function systemProcessTable(): ProcessTable | undefined {
  if (process.platform === "win32") return undefined;
  return process.platform === "linux" ? procTable : psTable;
}
