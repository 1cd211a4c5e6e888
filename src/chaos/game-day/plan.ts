/** A game day's plan, checked: all its faults at once. */
import { zoneProblem } from "../../core/time/calendar.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { ConfigurationError, type ConfigurationIssue, invalid, show } from "../../core/errors.ts";
import { gather } from "../../core/faults.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";
import { checkWords } from "../../core/words.ts";
import { instantOf } from "../../core/time/wall-time.ts";

import type { GameDayEntry, GameDayOptions } from "./model.ts";

/** When an entry begins: at an instant, or so long after the one before. */
export interface PlannedEntry extends GameDayEntry {
  readonly startsAt: number | undefined;
  readonly afterMs: number;
}

const KNOWN: readonly (keyof GameDayOptions)[] = [
  ...(["title", "date", "zone", "facilitator", "participants", "services", "entries"] as const),
  ...(["abortCriteria", "communication", "onProblem", "clock"] as const),
];
const ENTRY: readonly (keyof GameDayEntry)[] = ["at", "after", "experiment", "hypothesis", "owner", "notes"];
const DAY_MS = 86_400_000;
const MOST_ENTRIES = 100;
const MOST_CHARACTERS = 2_000;
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** @throws {@link ConfigurationError} with all faults */
export function checkPlan(options: GameDayOptions): readonly PlannedEntry[] {
  checkOptions(options, "GameDay", KNOWN);
  const issues: ConfigurationIssue[] = [];
  const collect = (path: ConfigurationIssue["path"], message: string): void => {
    issues.push({ path, message });
  };
  const words = (path: ConfigurationIssue["path"], value: unknown): void => {
    checkWords(value, MOST_CHARACTERS, (message) => {
      collect(path, message);
    });
  };
  const { date, zone, onProblem = "stop", entries } = options;
  words(["title"], options.title);
  words(["facilitator"], options.facilitator);
  const isDated = dayOf(date) !== undefined;
  if (!isDated) collect(["date"], `${show(date)} is no day; write one such as "2026-12-03"`);
  const problem = zoneProblem(zone);
  if (problem !== undefined) collect(["zone"], problem);
  for (const name of ["services", "abortCriteria", "communication"] as const)
    listOf(options[name], name, collect).forEach((value, index) => {
      words([name, index], value);
    });
  listOf(options.participants, "participants", collect).forEach((value, index) => {
    const { name, role } = (value ?? {}) as { readonly name?: unknown; readonly role?: unknown };
    words(["participants", index, "name"], name);
    words(["participants", index, "role"], role);
  });
  if (!["stop", "continue"].includes(onProblem))
    collect(["onProblem"], `${show(onProblem)} is not possible${choices(onProblem, ["stop", "continue"])}`);
  const list = listOf(entries, "entries", collect);
  if (list.length === 0 || list.length > MOST_ENTRIES)
    collect(["entries"], `has ${String(list.length)} entries; allowed: 1 to ${String(MOST_ENTRIES)}`);
  let latest = "";
  const planned = (list as readonly (GameDayEntry | null)[]).map((given, index) => {
    const path = ["entries", index];
    gather(issues, () => {
      checkOptions(given, "an entry", ENTRY, path);
    });
    const { at, after, experiment, hypothesis, owner, notes } = (given ?? {}) as Partial<GameDayEntry>;
    words([...path, "hypothesis"], hypothesis);
    words([...path, "owner"], owner);
    if (notes !== undefined) words([...path, "notes"], notes);
    if (typeof (experiment as { readonly inject?: unknown } | undefined)?.inject !== "function")
      collect([...path, "experiment"], `${show(experiment)} is no ChaosExperiment`);
    if (at !== undefined && after !== undefined)
      collect([...path, "after"], "is told beside at; one of them is enough");
    if (at !== undefined && !(typeof at === "string" && TIME.test(at)))
      collect([...path, "at"], `${show(at)} is no time; write one such as "10:00"`);
    else if (at !== undefined && at < latest)
      collect([...path, "at"], `${show(at)} is before ${latest}, when an earlier entry begins`);
    else latest = at ?? latest;
    const afterMs = gather(issues, () => (after === undefined ? 0 : parseDuration(after, [...path, "after"]))) ?? 0;
    return {
      ...(given as GameDayEntry),
      afterMs,
      startsAt: at === undefined || issues.length > 0 ? undefined : instant(date, at, zone),
    };
  });
  if (issues.length > 0) throw new ConfigurationError(issues);
  return planned;
}

/** Epoch milliseconds of a day's beginning as if it were in UTC; undefined for what is no day. */
export function dayOf(date: unknown): number | undefined {
  if (typeof date !== "string" || !/^\d{4}-\d\d-\d\d$/.test(date)) return undefined;
  const at = Date.parse(`${date}T00:00Z`);
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(date) ? undefined : at;
}

/** The day by the clocks of its zone, in epoch milliseconds: from its beginning, before its end. */
export function boundsOfDay({ date, zone }: Pick<GameDayOptions, "date" | "zone">): {
  readonly from: number;
  readonly until: number;
} {
  const day = dayOf(date) ?? 0;
  return { from: instantOf(day, zone), until: instantOf(day + DAY_MS, zone) };
}

/** Refuses what is no text of a note. */
export function checkText(path: string, value: unknown): void {
  checkWords(value, MOST_CHARACTERS, (message) => {
    throw invalid(path, message);
  });
}

function instant(date: string, at: string, zone: string): number {
  const [hours = 0, minutes = 0] = at.split(":").map(Number);
  return instantOf((dayOf(date) ?? 0) + (hours * 60 + minutes) * 60_000, zone);
}

function listOf(
  value: unknown,
  name: string,
  collect: (path: readonly string[], message: string) => void,
): readonly unknown[] {
  if (value === undefined && name !== "entries") return [];
  if (Array.isArray(value)) return value;
  collect([name], `${show(value)} is no list`);
  return [];
}
