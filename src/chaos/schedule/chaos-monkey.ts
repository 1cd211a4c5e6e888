/** A schedule after Netflix' Chaos Monkey: for each group a coin is flipped each work day. */
import type { Clock } from "../../core/time/clock.ts";
import { invalid, show } from "../../core/errors.ts";
import type { ListenerFailure } from "../../core/events.ts";
import { checkOptions } from "../../core/options.ts";
import { type Random, seededRandom } from "../../core/random.ts";
import { dateIn } from "../../core/time/time-text.ts";
import type { Logger } from "../../ports/logger.ts";
import { BusinessHours } from "../../response/business-hours/business-hours.ts";
import type { Weekday } from "../../response/business-hours/fields.ts";

import type { ChaosExperiment } from "../experiment.ts";
import type { ChaosRunner } from "../runner.ts";
import { ChaosScheduler } from "./scheduler.ts";
import type { ChaosTimetable } from "./timetable.ts";

/** Those that stand in for each other: an application, a stack, a cluster of it; of each, one is struck a day at most. */
export interface MonkeyGroup {
  /** Unique. */
  readonly name: string;
  /** What exceptions go by, such as `{ account: "prod", region: "eu-west-1" }`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** As {@link ChaosMonkeyOptions.meanTimeBetweenKills}, for this group. */
  readonly meanTimeBetweenKills?: number;
  /** As {@link ChaosMonkeyOptions.minTimeBetweenKills}, for this group. */
  readonly minTimeBetweenKills?: number;
}

/** What {@link chaosMonkey} is told. */
export interface ChaosMonkeyOptions {
  readonly runner: Pick<ChaosRunner, "run">;
  readonly groups: readonly (MonkeyGroup | string)[];
  /** What is done to a group, such as a `PodKillerExperiment` for it. */
  readonly experiment: (group: MonkeyGroup) => ChaosExperiment;
  /** IANA name of the zone whose clocks are meant. */
  readonly zone: string;
  /** Begins to strike; `"09:00"` unless told. */
  readonly from?: string;
  /** Strikes no more, and what it does is over; `"15:00"` unless told. */
  readonly until?: string;
  /** Monday to Friday unless told. */
  readonly days?: readonly Weekday[];
  /** Dates in the zone on which it rests, such as `2026-12-25`. */
  readonly holidays?: readonly string[];
  /** In work days: on each, the chance of a group is 1 in this; 2 unless told, 1 is every day. */
  readonly meanTimeBetweenKills?: number;
  /** In work days, a whole number: 1 unless told, which allows each day; 2 leaves a day free after each. */
  readonly minTimeBetweenKills?: number;
  /** Groups that bear all labels of one of these are left alone; `*` is any value. */
  readonly exceptions?: readonly Readonly<Record<string, string>>[];
  /** Strikes nothing, even where the runner is armed, and reports whom it would strike; true unless told. */
  readonly leashed?: boolean;
  /** The same seed gives the same plan; drawn from `random` unless told. Give one, so that a restart flips no coin twice. */
  readonly seed?: string | number;
  /** Since when the time between kills is counted, in epoch milliseconds; since now unless told. */
  readonly since?: number;
  readonly history?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Told of what listeners throw; the process warns of it without `logger` and `onListenerError`. */
  readonly logger?: Logger;
  /** The same, for who wants to see what was thrown. */
  readonly onListenerError?: (failure: ListenerFailure) => void;
}

/**
 * A {@link ChaosScheduler} that goes about as Chaos Monkey does. On each work day it flips a coin for each group that comes up with
 * the probability `p = 1 / meanTimeBetweenKills`; if it does, and the last kill was `minTimeBetweenKills` work days ago or more, the
 * group is struck at a time of that day's hours, each as likely. So the work days from one kill to the next, X, are distributed
 * geometrically: `P(X = n) = (1 - p)^(n - min) p` for `n >= min`, with the mean `1 / p + min - 1`: like Chaos Monkey, it does not correct for
 * a minimum above 1. Source: Chaos Monkey, "Termination behavior", and its defaults.
 *
 * @example
 * ```ts
 * import { ChaosRunner, chaosMonkey, MemoryStateStore, SkewedClock, ClockSkewExperiment, probe } from "nines";
 *
 * const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none" });
 * const monkey = chaosMonkey({
 *   runner,
 *   zone: "Europe/Berlin",
 *   groups: ["cart", "search", { name: "billing", labels: { tier: "1" } }],
 *   exceptions: [{ tier: "1" }],
 *   experiment: ({ name }) =>
 *     new ClockSkewExperiment({
 *       name: `the clock of ${name} is wrong`,
 *       offset: "-5m",
 *       clocks: [new SkewedClock({ name })],
 *       steadyState: [probe(`${name} works`, () => true)],
 *     }),
 *   seed: "2026",
 *   since: Date.parse("2026-03-02T00:00:00+01:00"),
 * });
 * const plan = monkey.plan(Date.parse("2026-03-02T00:00:00+01:00"), Date.parse("2026-03-09T00:00:00+01:00"));
 * if (plan.length > 10 || plan.some(({ entry }) => entry === "billing")) throw new Error("more than one a group and day");
 * await monkey.stop();
 * ```
 */
export function chaosMonkey(options: ChaosMonkeyOptions): ChaosScheduler {
  checkOptions(options, "chaosMonkey", OPTIONS);
  const { runner, experiment, leashed = true, exceptions = [], zone, holidays = [] } = options;
  const { seed, since, history, clock, random, logger, onListenerError } = options;
  if (typeof experiment !== "function") throw invalid("experiment", `${show(experiment)} is not a function of a group`);
  if (typeof leashed !== "boolean") throw invalid("leashed", `${show(leashed)} is not true or false`);
  const hours = workDays(options, zone, holidays);
  const groups = readGroups(options.groups).filter(({ labels = {} }) => !isExcepted(labels, exceptions));
  if (groups.length === 0) throw invalid("groups", "none is left: all of them are excepted");
  const entries = groups.map((group) => {
    const mean = group.meanTimeBetweenKills ?? options.meanTimeBetweenKills ?? 2;
    const least = group.minTimeBetweenKills ?? options.minTimeBetweenKills ?? 1;
    if (!(typeof mean === "number" && mean >= 1 && mean <= MOST_DAYS)) {
      throw invalid("meanTimeBetweenKills", `${show(mean)} is out of range; write work days from 1 to 1,000`);
    }
    if (!(Number.isInteger(least) && least >= 1 && least <= MOST_DAYS)) {
      throw invalid("minTimeBetweenKills", `${show(least)} is out of range; write whole work days from 1 to 1,000`);
    }
    const made = experiment(group);
    return {
      name: group.name,
      group: group.name,
      experiment: made,
      dryRun: leashed,
      timetable: coins({ hours, chance: 1 / mean, least }),
      by: "chaos monkey",
    };
  });
  return new ChaosScheduler({
    runner,
    entries,
    ...(seed === undefined ? {} : { seed }),
    ...(since === undefined ? {} : { from: since }),
    ...(history === undefined ? {} : { history }),
    ...(clock === undefined ? {} : { clock }),
    ...(random === undefined ? {} : { random }),
    ...(logger === undefined ? {} : { logger }),
    ...(onListenerError === undefined ? {} : { onListenerError }),
  });
}

/** A coin for each day. It is made from the date, so that it falls the same way whenever the plan begins. */
function coins({
  hours,
  chance,
  least,
}: {
  readonly hours: BusinessHours;
  readonly chance: number;
  readonly least: number;
}): ChaosTimetable {
  return function* ({ from, seed, durationMs, onStep }) {
    let opening = hours.nextOpening(from, from);
    // A day that has begun is one whole day, or its coin would be another after a restart.
    if (opening === from) opening = hours.stretchAt(from, from).from;
    for (let rested = least; ; rested += 1) {
      const { until } = hours.stretchAt(opening, opening);
      const random = seededRandom(`${seed}/${dateIn(hours.zone, opening)}`);
      const isUp = random.next() < chance;
      const place = random.next();
      if (isUp && rested >= least) {
        yield opening + Math.floor(place * Math.max(1, until - opening - durationMs));
        rested = 0;
      } else onStep?.();
      opening = hours.nextOpening(until, until);
    }
  };
}

function workDays(
  { from = "09:00", until = "15:00", days = WORK_DAYS }: ChaosMonkeyOptions,
  zone: string,
  holidays: readonly string[],
): BusinessHours {
  const hours = new BusinessHours({ zone, holidays, hours: [{ days, from, until }] });
  // The hours of a day must lie within it, and not touch those of the next.
  if (from < until && !(from === "00:00" && until === "24:00")) return hours;
  throw invalid(
    "until",
    `${show(until)} does not end the day that begins at ${from}; write a later time of the same day`,
  );
}

function readGroups(given: unknown): readonly MonkeyGroup[] {
  if (!Array.isArray(given)) throw invalid("groups", `${show(given)} is no list of groups`);
  return given.map((group: unknown, index) => {
    if (typeof group === "string") return { name: group };
    checkOptions(
      group,
      "a group",
      ["name", "labels", "meanTimeBetweenKills", "minTimeBetweenKills"],
      ["groups", index],
    );
    return group as MonkeyGroup;
  });
}

function isExcepted(
  labels: Readonly<Record<string, string>>,
  exceptions: readonly Readonly<Record<string, string>>[],
): boolean {
  return exceptions.some((exception) =>
    Object.entries(exception).every(
      ([label, value]) => Object.hasOwn(labels, label) && (value === "*" || labels[label] === value),
    ),
  );
}

const OPTIONS: readonly (keyof ChaosMonkeyOptions)[] = [
  ...([
    "runner",
    "groups",
    "experiment",
    "zone",
    "from",
    "until",
    "days",
    "holidays",
    "exceptions",
    "leashed",
  ] as const),
  ...(["meanTimeBetweenKills", "minTimeBetweenKills", "seed", "since", "history", "clock", "random"] as const),
  ...(["logger", "onListenerError"] as const),
];
const WORK_DAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri"];
const MOST_DAYS = 1_000;
