/** What a scheduler is told to run, and what it tells of it. */
import { parseDuration } from "../../core/time/duration.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { checkWords } from "../../core/words.ts";
import { BusinessHours, type BusinessHoursOptions } from "../../response/business-hours/business-hours.ts";

import type { ChaosExperiment } from "../experiment.ts";
import type { ChaosReason, ChaosReport } from "../model.ts";
import { type AllowedHours, atIntervals, byChance, type ChaosTimetable, movedIntoHours } from "./timetable.ts";

/** One experiment that is run again and again; exactly one of `every`, `meanTimeBetween` and `timetable` says when. */
export interface ChaosScheduleEntry {
  readonly experiment: ChaosExperiment;
  /** Unique in its scheduler; the name of the experiment unless told. The chance of an entry depends on it. */
  readonly name?: string;
  /** At intervals, such as `"1d"` (24 hours, whatever the clocks do); a minute at least. */
  readonly every?: string;
  /** How much earlier or later than its interval it may come, such as `"2h"`; none unless told, half of `every` at most. */
  readonly jitter?: string;
  /** By chance: after times that are distributed exponentially, with this mean, such as `"2d"`; a minute at least. */
  readonly meanTimeBetween?: string;
  /** At instants of your own. It minds its hours itself. */
  readonly timetable?: ChaosTimetable;
  /** When it is allowed; always unless told. What is due while it is closed, or would not be over before it closes, waits for an opening. */
  readonly hours?: BusinessHours | BusinessHoursOptions;
  /** What has to wait comes within this time of the opening, by chance, so that not all comes at once; `"1h"` unless told. */
  readonly spread?: string;
  /** Of the entries of one group, one goes on at a time. */
  readonly group?: string;
  /** Strikes nothing, though the runner is armed; false unless told. */
  readonly dryRun?: boolean;
  /** Who runs it, for reports; `"scheduler"` unless told. */
  readonly by?: string;
}

/** When an entry is due. */
export interface PlannedRun {
  /** Name of the entry. */
  readonly entry: string;
  /** In epoch milliseconds. */
  readonly at: number;
}

/**
 * Why nothing was started: `still_running`, `group_busy`, `paused`, `missed` (nobody was awake), `closed` (the hours were over when
 * it was its turn), `not_started` (the runner threw), `not_planned` (its timetable threw; it is not due any more).
 */
export interface SkippedRun extends PlannedRun {
  readonly reason: ChaosReason;
}

/** A run that has ended; whether it struck is told by its report. */
export interface FinishedRun extends PlannedRun {
  readonly report: ChaosReport;
}

/** The events of a {@link ChaosScheduler}. */
export interface ChaosSchedulerEvents {
  /** It is known when an entry is due next. */
  planned: PlannedRun;
  /** It was handed to the runner, which may still refuse. */
  started: PlannedRun;
  finished: FinishedRun;
  skipped: SkippedRun;
}

/** An entry that was checked. */
export interface SoundEntry {
  readonly name: string;
  readonly experiment: ChaosExperiment;
  readonly timetable: ChaosTimetable;
  readonly hours: BusinessHours | undefined;
  readonly group: string | undefined;
  readonly dryRun: boolean;
  readonly by: string;
}

/** Checks entries. @throws {@link ConfigurationError} naming the one that is wrong */
export function readEntries(given: unknown, from: number): readonly SoundEntry[] {
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_ENTRIES) {
    throw invalid("entries", `${show(given)} is not allowed; write a list of 1 to ${String(MOST_ENTRIES)} entries`);
  }
  const entries = given.map((entry, index) => readEntry(entry as ChaosScheduleEntry, ["entries", index], from));
  const names = entries.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1) {
    throw invalid(
      ["entries", twice, "name"],
      `${show(names[twice])} is the name of another entry; give each one of its own`,
    );
  }
  return entries;
}

function readEntry(entry: ChaosScheduleEntry, path: readonly (string | number)[], from: number): SoundEntry {
  checkOptions(entry, "an entry", KEYS, path);
  const { experiment, group, dryRun = false, by = "scheduler" } = entry;
  const { inject, kind } = ((experiment as unknown) ?? {}) as Partial<Record<string, unknown>>;
  if (typeof inject !== "function" || typeof kind !== "string") {
    throw invalid([...path, "experiment"], `${show(experiment)} is no ChaosExperiment`);
  }
  if (typeof dryRun !== "boolean") throw invalid([...path, "dryRun"], `${show(dryRun)} is not true or false`);
  const { name = experiment.name } = entry;
  for (const [key, words] of Object.entries({ name, by, ...(group === undefined ? {} : { group }) })) {
    checkWords(words, MOST_CHARACTERS, (message) => {
      throw invalid([...path, key], message);
    });
  }
  const allowed = readHours(entry, path);
  if (allowed !== undefined) {
    const first = movedIntoHours(from, allowed, { place: 0, durationMs: experiment.durationMs });
    if (first === undefined) {
      throw invalid(
        [...path, "hours"],
        `they are never open for the ${String(experiment.durationMs)} ms that the experiment takes`,
      );
    }
  }
  return {
    ...{ name, experiment, group, dryRun, by },
    timetable: readTimetable(entry, path, allowed),
    hours: allowed?.hours,
  };
}

function readTimetable(
  { every, jitter, meanTimeBetween, timetable }: ChaosScheduleEntry,
  path: readonly (string | number)[],
  allowed: AllowedHours | undefined,
): ChaosTimetable {
  const said = Object.entries({ every, meanTimeBetween, timetable }).filter(([, value]) => value !== undefined);
  if (said.length !== 1) {
    const found = said.length === 0 ? "nothing says" : `${said.map(([key]) => key).join(" and ")} say`;
    throw invalid(path, `${found} when it is due; write one of every, meanTimeBetween, timetable`);
  }
  if (jitter !== undefined && every === undefined) {
    throw invalid([...path, "jitter"], "goes with every; what comes by chance needs none");
  }
  if (every !== undefined) {
    const everyMs = interval([...path, "every"], every);
    const jitterMs = jitter === undefined ? 0 : parseDuration(jitter, [...path, "jitter"]);
    if (jitterMs > everyMs / 2) {
      throw invalid([...path, "jitter"], `${show(jitter)} is more than half of ${every}; write less`);
    }
    return atIntervals({ everyMs, jitterMs }, allowed);
  }
  if (meanTimeBetween !== undefined) {
    return byChance(interval([...path, "meanTimeBetween"], meanTimeBetween), allowed);
  }
  if (typeof timetable !== "function") throw invalid([...path, "timetable"], `${show(timetable)} is not a function`);
  return timetable;
}

function readHours(
  { hours, spread, timetable }: ChaosScheduleEntry,
  path: readonly (string | number)[],
): AllowedHours | undefined {
  if (hours === undefined) {
    if (spread !== undefined) throw invalid([...path, "spread"], "goes with hours; without them nothing has to wait");
    return undefined;
  }
  if (timetable !== undefined) throw invalid([...path, "hours"], "goes with every and meanTimeBetween only");
  const spreadMs = parseDuration(spread ?? "1h", [...path, "spread"]);
  // Not by its class: two copies of the package may be installed.
  const isRead = typeof (hours as Partial<BusinessHours> | null)?.nextOpening === "function";
  return { hours: isRead ? (hours as BusinessHours) : new BusinessHours(hours as BusinessHoursOptions), spreadMs };
}

function interval(path: readonly (string | number)[], text: string): number {
  const ms = parseDuration(text, path);
  if (ms < LEAST_MS) throw invalid(path, `${show(text)} is too often; a minute is the least`);
  return ms;
}

const KEYS: readonly (keyof ChaosScheduleEntry)[] = [
  ...(["experiment", "name", "every", "jitter", "meanTimeBetween", "timetable", "hours", "spread", "group"] as const),
  "dryRun",
  "by",
];
const MOST_ENTRIES = 1_000;
const MOST_CHARACTERS = 200;
const LEAST_MS = 60_000;
