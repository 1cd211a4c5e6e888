/** The processes of a machine that has `ps` but no `/proc`, such as a Mac. */
import { execFile, execFileSync } from "node:child_process";

import type { ProcessEntry, ProcessTable } from "./process-table.ts";

const COLUMNS = ["-o", "pid=,ppid=,pgid=,state=,comm="];
const LIMITS = { timeout: 150, maxBuffer: 8_000_000, encoding: "utf8" } as const;

/** Asks `ps`. It tells neither variables nor, in a way that could be compared, when a process began. */
export const psTable: ProcessTable = {
  async each(visit) {
    const text = await new Promise<string>((resolve) => {
      const child = execFile("ps", ["-A", ...COLUMNS], LIMITS, (_error, stdout) => {
        resolve(stdout);
      });
      child.on("error", () => {
        resolve("");
      });
    });
    const entries = text.split("\n").flatMap((line) => entryOf(line) ?? []);
    for (const entry of entries.sort((a, b) => b.pid - a.pid)) visit(entry);
  },
  find(pid) {
    try {
      return entryOf(
        execFileSync("ps", ["-p", String(pid), ...COLUMNS], { ...LIMITS, stdio: ["ignore", "pipe", "ignore"] }),
      );
    } catch {
      return undefined;
    }
  },
  variableOf: () => undefined,
  outputsOf: () => [],
};

/** One line of `ps`. The name may be a path, and may hold spaces. */
export function entryOf(line: string): ProcessEntry | undefined {
  const [, pid, parent, group, state = "", name = ""] =
    /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/s.exec(line.trimEnd()) ?? [];
  if (pid === undefined) return undefined;
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    started: 0,
    isOver: state.startsWith("Z"),
    name: name.slice(name.lastIndexOf("/") + 1),
  };
}
