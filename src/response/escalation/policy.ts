/** Who is told of an incident, one step after another, until somebody acknowledges. */
import { formatDuration, parseDuration } from "../../core/time/duration.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";

import { all, each, type FieldPath, listField, nameField, objectField } from "../business-hours/fields.ts";
import { BusinessHours, type BusinessHoursOptions } from "../business-hours/business-hours.ts";
import { hoursField } from "../on-call/layer.ts";

/** Whom a step tells: a person, whoever is on call, or, with neither, the channel as such. */
export interface EscalationTarget {
  /** Name of the channel. */
  readonly channel: string;
  /** Id of a person. */
  readonly person?: string;
  /** Name of an `OnCallSchedule`. */
  readonly schedule?: string;
}

/** One step of an {@link EscalationPolicy}. */
export interface EscalationStep {
  /** 1 to 20 targets, which are told together. */
  readonly to: readonly EscalationTarget[];
  /** How long to wait for an acknowledgement before the next step: `15m`, or milliseconds; 1 s to 7 d. */
  readonly wait: string | number;
}

/** What an {@link EscalationPolicy} is made of. */
export interface EscalationPolicyOptions {
  /** 1 to 200 characters. */
  readonly name: string;
  /** 1 to 20 steps. */
  readonly steps: readonly EscalationStep[];
  /** How often all steps are gone through again: 0, unless told, to 20. */
  readonly repeat?: number;
  /** Nobody is told, and no wait counts, outside of these; always open unless told. */
  readonly businessHours?: BusinessHours | BusinessHoursOptions;
}

/** A step with its wait in milliseconds. */
export interface TimedStep {
  readonly to: readonly EscalationTarget[];
  readonly waitMs: number;
}

const MOST_STEPS = 20;
const MOST_TARGETS = 20;
const MOST_REPEATS = 20;
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 7 * 86_400_000;
/** A wait of more weeks of open time than these is a mistake. */
const MOST_WEEKS = 52;

/**
 * Steps, waits and rounds. The first step is taken when the incident is declared; after the wait of the last step comes
 * the next round, or the end.
 *
 * @example
 * ```ts
 * import { EscalationPolicy } from "nines";
 *
 * const critical = new EscalationPolicy({
 *   name: "critical",
 *   steps: [
 *     { to: [{ channel: "pager", schedule: "primary" }], wait: "10m" },
 *     { to: [{ channel: "pager", person: "ann" }, { channel: "chat" }], wait: "20m" },
 *   ],
 *   repeat: 2,
 * });
 * if (critical.rounds !== 3) throw new Error(String(critical.rounds));
 * ```
 */
export class EscalationPolicy {
  /** What it is called. */
  readonly name: string;
  /** How often all steps are gone through. */
  readonly rounds: number;
  readonly #steps: readonly TimedStep[];
  readonly #hours: BusinessHours | undefined;

  constructor(options: EscalationPolicyOptions) {
    checkOptions(options, "EscalationPolicy", ["name", "steps", "repeat", "businessHours"]);
    let hours: BusinessHours | undefined;
    const [name, repeat, , steps] = all(
      () => nameField(["name"], options.name),
      () => repeatField(["repeat"], options.repeat ?? 0),
      () => {
        hours = hoursField(["businessHours"], options.businessHours);
      },
      () => stepsField(["steps"], options.steps, hours),
    );
    this.name = name;
    this.#hours = hours;
    this.rounds = repeat + 1;
    this.#steps = steps;
  }

  /** How many steps it has. */
  get stepCount(): number {
    return this.#steps.length;
  }

  /** The step of that index. */
  step(index: number): TimedStep | undefined {
    return this.#steps[index];
  }

  /** Names of all the channels that its steps tell. */
  get channels(): readonly string[] {
    return [...new Set(this.#steps.flatMap(({ to }) => to.map(({ channel }) => channel)))];
  }

  /** Names of all the schedules that its steps ask. */
  get schedules(): readonly string[] {
    const names = this.#steps.flatMap(({ to }) => to.map(({ schedule }) => schedule));
    return [...new Set(names.filter((name) => name !== undefined))];
  }

  /** The longest wait of its steps, in milliseconds. */
  get longestWaitMs(): number {
    return Math.max(...this.#steps.map(({ waitMs }) => waitMs));
  }

  /** `at`, which is a clock's, or the next instant within its business hours, in epoch milliseconds. */
  nextOpening(at: number): number {
    return this.#hours?.nextOpening(at, at) ?? at;
  }

  /** When `waitMs` of its business hours have passed since `at`, which is a clock's, in epoch milliseconds. */
  dueAfter(at: number, waitMs: number): number {
    return this.#hours === undefined ? at + waitMs : this.nextOpening(this.#hours.addOpenTime(at, waitMs, at));
  }
}

function repeatField(path: FieldPath, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= MOST_REPEATS) return value;
  throw invalid(path, `${show(value)} is not a whole number from 0 to ${String(MOST_REPEATS)}`);
}

function stepsField(path: FieldPath, value: unknown, hours: BusinessHours | undefined): readonly TimedStep[] {
  const steps = listField(path, value, { most: MOST_STEPS, what: "steps" });
  return each(steps, (step, index) => stepField([...path, index], step, hours));
}

function stepField(path: FieldPath, value: unknown, hours: BusinessHours | undefined): TimedStep {
  const { to, wait } = objectField(path, value, ["to", "wait"]);
  const [targets, waitMs] = all(
    () => targetsField([...path, "to"], to),
    () => waitField([...path, "wait"], wait, hours),
  );
  return { to: targets, waitMs };
}

function waitField(path: FieldPath, wait: unknown, hours: BusinessHours | undefined): number {
  const waitMs = typeof wait === "number" ? wait : parseDuration(wait as string, path);
  if (!(Number.isInteger(waitMs) && waitMs >= SHORTEST_WAIT_MS && waitMs <= LONGEST_WAIT_MS)) {
    throw invalid(path, `${show(wait)} is no time to wait; write 1s to 7d, such as 15m`);
  }
  if (hours !== undefined && waitMs > MOST_WEEKS * hours.openMsPerWeek) {
    const weekly = formatDuration(hours.openMsPerWeek);
    throw invalid(path, `${show(wait)} would take a year, since a week has ${weekly} of business hours`);
  }
  return waitMs;
}

function targetsField(path: FieldPath, value: unknown): readonly EscalationTarget[] {
  const targets = listField(path, value, { most: MOST_TARGETS, what: "targets" });
  return each(targets, (target, index) => targetField([...path, index], target));
}

function targetField(path: FieldPath, value: unknown): EscalationTarget {
  const { channel, person, schedule } = objectField(path, value, ["channel", "person", "schedule"]);
  if (person !== undefined && schedule !== undefined) {
    throw invalid(path, "has both a person and a schedule; write one of them, or two targets");
  }
  const [its, who, asked] = all(
    () => nameField([...path, "channel"], channel),
    () => (person === undefined ? undefined : nameField([...path, "person"], person)),
    () => (schedule === undefined ? undefined : nameField([...path, "schedule"], schedule)),
  );
  return {
    channel: its,
    ...(who === undefined ? {} : { person: who }),
    ...(asked === undefined ? {} : { schedule: asked }),
  };
}
