/** Values of options, read; what is wrong with one is told by the option's name. */
import { ConfigurationError, formatPath, show } from "../core/errors.ts";
import { parseDuration } from "../core/time/duration.ts";
import { readInstant } from "../core/time/instant.ts";
import { CALENDAR_UNITS, calendarWindow, readWindow, type Window } from "../core/time/window.ts";

import type { Given } from "./given.ts";
import type { Io } from "./io.ts";

/** The option behind each argument or field, by the first key of its path. */
export type OptionNames = Readonly<Record<string, string>>;

/** Calls `make` with values that came from options. A configuration error about one of them is a fault of the command line. */
export function fromOptions<T>(given: Given, names: OptionNames, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw optionFault(given, names, error);
  }
}

/** `error` as a fault of the command line, if it is about an option; else as it is. */
export function optionFault(given: Given, names: OptionNames, error: unknown): unknown {
  if (!(error instanceof ConfigurationError)) return error;
  const [issue] = error.issues;
  const [key, ...rest] = issue?.path ?? [];
  const option = key === undefined ? undefined : names[key];
  if (issue === undefined || option === undefined) return error;
  // Names are of what was written; numbers are of what was made of it.
  const where = typeof rest[0] === "string" ? ` ${formatPath(rest)}` : "";
  return given.fault(`--${option}${where}: ${issue.message}`);
}

/** A length of time, in milliseconds. */
export function durationOf(given: Given, name: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  return fromOptions(given, { [name]: name }, () => parseDuration(text, name));
}

/** The same where there has to be some. */
export function lengthOf(given: Given, name: string, otherwise: string): number {
  const lengthMs = durationOf(given, name) ?? parseDuration(otherwise);
  if (lengthMs > 0) return lengthMs;
  throw given.fault(`--${name}: ${show(given.text(name))} is no time at all`);
}

/** An instant, in epoch milliseconds. */
export function instantOf(given: Given, name: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const at = readInstant(text);
  if (at !== undefined) return at;
  throw given.fault(`--${name}: ${show(text)} is not an instant; write one such as 2026-11-29T01:00:00Z`);
}

/** A window as it is given to `--window`. */
export function windowOf(given: Given, text: string): Window {
  const unit = CALENDAR_UNITS.find((one) => one === text);
  return fromOptions(given, { window: "window", durationMs: "window", zone: "time-zone" }, () => {
    if (unit !== undefined) return calendarWindow(unit, given.text("time-zone"));
    try {
      return readWindow(text);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      throw given.fault(
        `--window: ${show(text)} is not a window; write a time such as 7d, or one of ${CALENDAR_UNITS.join(", ")}`,
      );
    }
  });
}

/** The pairs of an option such as `--label NAME=VALUE`. */
export function pairsOf(given: Given, name: string): Readonly<Record<string, string>> | undefined {
  const pairs = given.all(name).map((text): [string, string] => {
    const at = text.indexOf("=");
    if (at < 1) throw given.fault(`--${name}: ${show(text)} is no NAME=VALUE`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/** A whole number. */
export function countOf(given: Given, name: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw given.fault(`--${name}: ${show(text)} is not a whole number`);
  return Number(text);
}

/** What was given with an option, or is set in the environment. */
export function textOrEnvironment(given: Given, { env }: Io, name: string, variable: string): string | undefined {
  const set = env[variable];
  return given.text(name) ?? (set === "" ? undefined : set);
}
