/** The processes of a Linux machine, from proc(5). */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from "node:fs";

import { giveWay } from "../../core/give-way.ts";
import { quietly } from "../file/process-identity.ts";
import type { ProcessEntry, ProcessTable } from "./process-table.ts";

/** So many are read before others have their turn: a millisecond or two. */
const AT_ONCE = 250;
/** Those begun while it looks are looked at so often, and at most so many of them. */
const MOST_ROUNDS = 100;
const MOST_BORN = 500;
const buffer = Buffer.allocUnsafe(4_096);

/** Reads `/proc`: about 10 microseconds a process. */
export const procTable: ProcessTable = {
  async each(visit) {
    let last = lastNumber();
    const numbers = quietly(() => readdirSync("/proc")) ?? [];
    const pids = numbers.flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : [])).sort((a, b) => b - a);
    for (const [index, pid] of pids.entries()) {
      if (index % AT_ONCE === AT_ONCE - 1) await giveWay();
      const entry = readStat(pid);
      if (entry !== undefined) visit(entry);
    }
    // Who was begun meanwhile, by one who begins another and ends, would always be a step ahead.
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const now = lastNumber();
      if (now === last) return;
      // Numbers are given away in order, and begin anew at their end.
      for (let pid = Math.max(now < last ? 0 : last, now - MOST_BORN) + 1; pid <= now; pid += 1) {
        const entry = isThread(pid) ? undefined : readStat(pid);
        if (entry !== undefined) visit(entry);
      }
      last = now;
    }
  },
  find: readStat,
  variableOf(pid, name) {
    const text = quietly(() => readFileSync(`/proc/${String(pid)}/environ`, "latin1"));
    const variable = text?.split("\0").find((part) => part.startsWith(`${name}=`));
    return variable === undefined ? undefined : Buffer.from(variable.slice(name.length + 1), "latin1").toString();
  },
  outputsOf: (pid) =>
    [1, 2]
      .map((file) => quietly(() => readlinkSync(`/proc/${String(pid)}/fd/${String(file)}`)) ?? "")
      .filter((link) => /^(?:socket|pipe):/.test(link)),
};

/** `pid (name) state ppid pgrp ...`; the start is the 22nd field. The name may hold anything, so it is read from behind. */
function readStat(pid: number): ProcessEntry | undefined {
  const text = quietly(() => readShort(`/proc/${String(pid)}/stat`));
  if (text === undefined) return undefined;
  const [opened, closed] = [text.indexOf("("), text.lastIndexOf(")")];
  const fields = text.slice(closed + 2).split(" ", 20);
  const [state, parent, group, started] = [fields[0], fields[1], fields[2], fields[19]];
  if (state === undefined || started === undefined) return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    started: Number(started),
    isOver: state === "Z" || state === "X",
    name: text.slice(opened + 1, closed),
  };
}

/** The number that was given away last. */
function lastNumber(): number {
  return Number(
    quietly(() => readShort("/proc/loadavg"))
      ?.trim()
      .split(" ")
      .at(-1) ?? 0,
  );
}

/** Threads have numbers as well, and are not listed. */
function isThread(pid: number): boolean {
  const text = quietly(() => readShort(`/proc/${String(pid)}/status`));
  return text !== undefined && !text.includes(`\nTgid:\t${String(pid)}\n`);
}

function readShort(path: string): string {
  const file = openSync(path, "r");
  try {
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(file);
  }
}
