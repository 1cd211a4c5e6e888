/** What people say to a manager, checked. */
import { invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkOptions } from "../core/options.ts";
import { checkWords } from "../core/words.ts";
import type { CallOptions } from "../ports/store.ts";

import type { IncidentCreated } from "./events.ts";
import {
  INCIDENT_ROLES,
  INCIDENT_STATUSES,
  SEVERITIES,
  type IncidentRole,
  type IncidentStatus,
  type Severity,
} from "./model.ts";
import { inSeconds, isInSeconds, isTime, timeText } from "./times.ts";

/** What every command takes. */
export interface IncidentCommand extends CallOptions {
  /** Who says so: 1 to 200 characters. */
  readonly by: string;
  /** When it happened, in epoch milliseconds; now unless told. */
  readonly at?: number;
  /** Rejects if anything happened to the incident since it had this version. */
  readonly expectedVersion?: number;
}

/** What is said to declare an incident. */
export interface CreateIncident extends Omit<IncidentCommand, "expectedVersion"> {
  /** 1 to 300 characters. */
  readonly title: string;
  readonly severity: Severity;
  /** Affected services. */
  readonly services?: readonly string[];
  /** Ids of the SLOs that it touches. */
  readonly slos?: readonly string[];
  /** Whether it touches SLOs; worked out from the rest unless told. */
  readonly affectsSlo?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** Page of the runbook. */
  readonly runbook?: string;
  /** When the trouble began, in epoch milliseconds; when it was noticed unless told. */
  readonly startedAt?: number;
  /** When it was noticed, in epoch milliseconds; `at` unless told. */
  readonly detectedAt?: number;
}

/** Which incidents to list. */
export interface IncidentFilter extends CallOptions {
  /** Only those that are open, or only those that are not. */
  readonly open?: boolean | undefined;
  readonly severity?: Severity | undefined;
  readonly service?: string | undefined;
  /** Only those that began at or after it, in epoch milliseconds. */
  readonly from?: number | undefined;
  /** Only those that began before it, in epoch milliseconds. */
  readonly until?: number | undefined;
}

/** A command whose common part was checked. */
export interface SoundCommand {
  readonly by: string;
  readonly at?: number;
  readonly expectedVersion?: number;
  readonly call: CallOptions;
}

const LONGEST_NAME = 200;
const LONGEST_TITLE = 300;
const LONGEST_TEXT = 20_000;
const MOST_NAMES = 1_000;
const MOST_LABELS = 200;
const LONGEST_DATA = 100_000;
const MOST_LISTED = 10_000;

const COMMON = ["by", "at", "expectedVersion", "signal"];
const CREATION = [
  ...["by", "at", "signal", "title", "severity", "services", "slos", "affectsSlo", "labels", "description", "runbook"],
  ...["startedAt", "detectedAt"],
];

/** Refuses what is no command, and keys that the command `what` does not have: they would silently mean nothing. */
export function keys(said: unknown, what: string, own: readonly string[]): void {
  checkOptions(said, what, [...own, ...COMMON]);
}

/** The common part of a command. */
export function command(said: IncidentCommand): SoundCommand {
  if (typeof said !== "object" || (said as unknown) === null) {
    throw invalid([], `${show(said)} is no command; say at least who it is by: { by: "ann" }`);
  }
  const { by, at, expectedVersion, signal } = said;
  if (expectedVersion !== undefined && !Number.isSafeInteger(expectedVersion)) {
    throw invalid("expectedVersion", `${show(expectedVersion)} is not a version; write the whole number that was read`);
  }
  return {
    by: name("by", by),
    ...(at === undefined ? {} : { at: time("at", at) }),
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
    call: signal === undefined ? {} : { signal },
  };
}

/** Refuses filters of a list that there are not, or that nothing can pass: they would silently be none, or find nothing. */
export function filter(said: IncidentFilter): void {
  checkOptions(said, "list", ["open", "severity", "service", "from", "until", "signal"]);
  const { open, severity: grave, service, from, until } = said;
  if (open !== undefined) flag("open", open);
  if (grave !== undefined) severity("severity", grave);
  if (service !== undefined) name("service", service);
  if (from !== undefined) bound("from", from);
  if (until !== undefined) bound("until", until);
}

/** A time, or one before or after all times. */
function bound(path: string, value: unknown): void {
  if (value !== Infinity && value !== -Infinity) time(path, value);
}

/** The first event of an incident. */
export function creation(
  created: CreateIncident,
  now: number,
): { readonly draft: IncidentCreated; readonly sound: SoundCommand } {
  checkOptions(created, "createIncident", CREATION);
  const sound = command(created);
  const { affectsSlo, description, runbook, services = [], slos = [], labels = {} } = created;
  const detectedAt = time("detectedAt", created.detectedAt ?? sound.at ?? now);
  const startedAt = time("startedAt", created.startedAt ?? detectedAt);
  for (const [path, at] of Object.entries({ startedAt, detectedAt })) {
    if (at > now) throw invalid(path, `${timeText(at)} has not come yet: it is ${timeText(now)}`);
  }
  const draft: IncidentCreated = {
    type: "created",
    title: words("title", created.title, LONGEST_TITLE),
    severity: severity("severity", created.severity),
    services: names("services", services),
    slos: names("slos", slos),
    ...(affectsSlo === undefined ? {} : { affectsSlo: flag("affectsSlo", affectsSlo) }),
    labels: labelsOf(labels),
    ...(description === undefined ? {} : { description: text("description", description) }),
    ...(runbook === undefined ? {} : { runbook: words("runbook", runbook, 2_000) }),
    startedAt,
    detectedAt,
  };
  return { draft, sound };
}

/** A name: of a person, a service, a key. */
export function name(path: string, value: unknown): string {
  return words(path, value, LONGEST_NAME);
}

/** A text that people read. */
export function text(path: string, value: unknown): string {
  return words(path, value, LONGEST_TEXT);
}

/** An optional message. */
export function message(value: unknown): { readonly message?: string } {
  return value === undefined ? {} : { message: text("message", value) };
}

/** Optional facts of any kind: what they are as JSON. */
export function data(value: unknown): { readonly data?: Readonly<Record<string, unknown>> } {
  if (value === undefined) return {};
  let written: string;
  try {
    // In a list, since alone some things are written as nothing at all.
    written = JSON.stringify([value]).slice(1, -1);
  } catch {
    throw invalid("data", `${show(value)} cannot be written as JSON`);
  }
  if (!written.startsWith("{")) throw invalid("data", `${show(value)} is not a mapping`);
  if (written.length > LONGEST_DATA) {
    throw invalid("data", `has ${String(written.length)} characters as JSON; at most ${String(LONGEST_DATA)}`);
  }
  return { data: JSON.parse(written) as Record<string, unknown> };
}

/** How many to list. */
export function limit(value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_LISTED) return value as number;
  throw invalid("limit", `${show(value)} is not a whole number from 1 to ${String(MOST_LISTED)}`);
}

/** A list of names, each once. */
export function names(path: string, values: unknown): string[] {
  if (!Array.isArray(values) || values.length > MOST_NAMES) {
    throw invalid(path, `${show(values)} is not a list of at most ${String(MOST_NAMES)} names`);
  }
  return [...new Set(values.map((value) => name(path, value)))];
}

/** Yes or no. */
export function flag(path: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw invalid(path, `${show(value)} is neither true nor false`);
  return value;
}

/** One of `allowed`. */
export function oneOf<Choice extends string>(path: string, value: unknown, allowed: readonly Choice[]): Choice {
  const found = allowed.find((choice) => choice === value);
  if (found === undefined) throw invalid(path, `${show(value)} is not possible${choices(value, allowed)}`);
  return found;
}

/** A severity. */
export function severity(path: string, value: unknown): Severity {
  return oneOf(path, value, SEVERITIES);
}

/** A role. */
export function role(value: unknown): IncidentRole {
  return oneOf("role", value, INCIDENT_ROLES);
}

/** A status that one can change to. */
export function status(value: unknown): IncidentStatus {
  return oneOf("to", value, INCIDENT_STATUSES);
}

/** Those of the times that were given. */
export function times<Name extends "startedAt" | "detectedAt" | "acknowledgedAt" | "resolvedAt">(
  given: Readonly<Partial<Record<Name, number>>>,
): Partial<Record<Name, number>> {
  const found = (["startedAt", "detectedAt", "acknowledgedAt", "resolvedAt"] as Name[]).filter(
    (key) => given[key] !== undefined,
  );
  if (found.length === 0) {
    throw invalid([], "nothing to correct; give startedAt, detectedAt, acknowledgedAt or resolvedAt");
  }
  return Object.fromEntries(found.map((key) => [key, time(key, given[key])])) as Partial<Record<Name, number>>;
}

/** An instant. */
export function time(path: string, value: unknown): number {
  if (value instanceof Date) throw invalid(path, "is a Date; write its epoch milliseconds, date.getTime()");
  if (typeof value === "number" && isInSeconds(value)) throw invalid(path, inSeconds(value));
  if (isTime(value)) return value;
  throw invalid(path, `${show(value)} is not a time in epoch milliseconds`);
}

function labelsOf(labels: unknown): Record<string, string> {
  if (typeof labels !== "object" || labels === null || Array.isArray(labels)) {
    throw invalid("labels", `${show(labels)} is not a mapping of names to text`);
  }
  const entries = Object.entries(labels as Record<string, unknown>);
  if (entries.length > MOST_LABELS) {
    throw invalid("labels", `has ${String(entries.length)} labels; at most ${String(MOST_LABELS)}`);
  }
  for (const [key, value] of entries) {
    if (key.length > LONGEST_NAME)
      throw invalid("labels", `${show(key)} is longer than ${String(LONGEST_NAME)} characters`);
    if (typeof value !== "string" || value.length > LONGEST_TEXT) {
      throw invalid(["labels", key], `${show(value)} is not a text of at most ${String(LONGEST_TEXT)} characters`);
    }
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function words(path: string, value: unknown, most: number): string {
  checkWords(value, most, (problem) => {
    throw invalid(path, problem);
  });
  return value as string;
}
