/** What the control groups allow: those of a container or a systemd unit, of version 1 or 2, and all that they lie in. */
import { readFileSync } from "node:fs";

/** Text of a file; undefined if it cannot be read. */
export type ReadText = (path: string) => string | undefined;

const MOUNT = "/sys/fs/cgroup";
const DEEPEST = 32;
// Above `high` the kernel slows the group down to reclaim memory: that is full, although nothing is killed yet.
const MEMORY_FILES = ["memory.max", "memory.high", "memory.limit_in_bytes"];

/** Least memory limit of the process' control groups, in bytes; infinite without one. */
export function memoryLimit(read: ReadText = readText): number {
  const limits = foldersOf("memory", read).flatMap((folder) => MEMORY_FILES.map((file) => read(`${folder}/${file}`)));
  return Math.min(...limits.map(positive));
}

/** Least CPU quota of the process' control groups, in cores; infinite without one. */
export function cpuQuota(read: ReadText = readText): number {
  const quotas = foldersOf("cpu", read).map((folder) => {
    const [quota, period] = (read(`${folder}/cpu.max`) ?? "").trim().split(" ");
    const now = positive(quota) / positive(period);
    const old = positive(read(`${folder}/cpu.cfs_quota_us`)) / positive(read(`${folder}/cpu.cfs_period_us`));
    return Math.min(...[now, old].map((cores) => (Number.isNaN(cores) ? Infinity : cores)));
  });
  return Math.min(...quotas);
}

/**
 * Folders of the process' groups of one controller, and of all groups above them, whose limits hold too. In a container
 * the path may be the one on the host, where only the root is there to be read; so the root is always among them.
 */
function foldersOf(controller: string, read: ReadText): string[] {
  const folders = new Set([MOUNT, `${MOUNT}/${controller}`]);
  for (const line of (read("/proc/self/cgroup") ?? "").split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    if (controllers !== "" && !controllers.split(",").includes(controller)) continue;
    const names = path.split("/").filter((name) => name !== "");
    // Such a group lies outside of what this process can see.
    if (names.includes("..")) continue;
    const mounts = controllers === "" ? [MOUNT] : [`${MOUNT}/${controller}`, `${MOUNT}/${controllers}`];
    for (const mount of mounts) {
      for (let depth = 0; depth <= Math.min(names.length, DEEPEST); depth += 1) {
        folders.add([mount, ...names.slice(0, depth)].join("/"));
      }
    }
  }
  return [...folders];
}

/** The number; infinite for `max`, -1, and whatever is not there. */
function positive(text: string | undefined): number {
  const value = Number(text?.trim());
  return value > 0 ? value : Infinity;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
