/** Who becomes commander of an incident: somebody by name, or whoever is on call. */
import { invalid, show } from "../core/errors.ts";
import { checkMethods } from "../core/options.ts";
import { choices, suggestion } from "../core/nearest.ts";
import { checkWords } from "../core/words.ts";

import { type Logger, silentLogger } from "../ports/logger.ts";

import type { OnCallSchedule } from "./on-call/on-call.ts";

/** A person, or whoever is on call by the schedule of that name. */
export type Commander = string | { readonly onCall: string };

/** What tells who is on call: an {@link OnCallSchedule}. */
export type CommandSchedule = Pick<OnCallSchedule, "name" | "whoIsOnCall">;

const LONGEST_NAME = 200;
const MOST_SCHEDULES = 1_000;

/** @throws {@link ConfigurationError} if `commander` is neither */
export function soundCommander(commander: unknown, path: readonly (string | number)[]): Commander {
  const isObject = typeof commander === "object" && commander !== null;
  const onCall = isObject && "onCall" in commander ? commander.onCall : undefined;
  if (isObject && onCall === undefined) {
    const [key = ""] = Object.keys(commander);
    throw invalid(
      path,
      `has no onCall${suggestion(key, ["onCall"], { on_call: "onCall" })}; write a name, or { onCall: "primary" }`,
    );
  }
  checkWords(onCall ?? commander, LONGEST_NAME, (problem) => {
    throw invalid(onCall === undefined ? path : [...path, "onCall"], problem);
  });
  return commander as Commander;
}

/** Finds commanders. */
export class Commanders {
  readonly #schedules: ReadonlyMap<string, CommandSchedule>;
  readonly #usual: Commander | undefined;
  readonly #logger: Logger;

  /** @throws {@link ConfigurationError} if a schedule is none, or `usual` is by one that is not there */
  constructor(schedules: readonly CommandSchedule[], usual: Commander | undefined, logger: Logger = silentLogger) {
    this.#logger = logger;
    if (!Array.isArray(schedules) || schedules.length > MOST_SCHEDULES) {
      throw invalid("schedules", `${show(schedules)} is not a list of at most ${String(MOST_SCHEDULES)} schedules`);
    }
    for (const schedule of schedules as unknown[]) checkMethods(schedule, "schedules", ["whoIsOnCall"]);
    this.#schedules = new Map((schedules as readonly CommandSchedule[]).map((schedule) => [schedule.name, schedule]));
    this.#usual = usual === undefined ? undefined : soundCommander(usual, ["commander"]);
    this.check(this.#usual, ["commander"]);
  }

  /** @throws {@link ConfigurationError} if `commander` is by a schedule that is not there */
  check(commander: Commander | undefined, path: readonly (string | number)[]): void {
    if (typeof commander !== "object" || this.#schedules.has(commander.onCall)) return;
    const names = [...this.#schedules.keys()];
    const allowed = names.length === 0 ? "; there are none, tell them as schedules" : choices(commander.onCall, names);
    throw invalid([...path, "onCall"], `there is no schedule ${show(commander.onCall)}${allowed}`);
  }

  /** The first of those asked for who is there at `at` (epoch milliseconds); undefined if nobody is. */
  find(asked: readonly (Commander | undefined)[], at: number): string | undefined {
    const said = asked.filter((one) => one !== undefined);
    const candidates = said.length === 0 && this.#usual !== undefined ? [this.#usual] : said;
    for (const candidate of candidates) {
      const person = typeof candidate === "string" ? candidate : this.#onCall(candidate.onCall, at);
      if (person !== undefined) return person;
    }
    return undefined;
  }

  /** A schedule of somebody's own must not keep an incident from being opened. */
  #onCall(name: string, at: number): string | undefined {
    try {
      return this.#schedules.get(name)?.whoIsOnCall(at, at).person;
    } catch (error) {
      this.#logger.error("who is on call could not be told; nobody becomes commander", { schedule: name, error });
      return undefined;
    }
  }
}
