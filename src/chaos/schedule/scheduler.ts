/** Runs experiments when they are due: at intervals or by chance, in allowed hours, and never twice at once. */
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { invalid, show } from "../../core/errors.ts";
import { Events, type Listener, type ListenerFailure } from "../../core/events.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { publicReason } from "../../core/public-reason.ts";
import { type Random, systemRandom } from "../../core/random.ts";
import { type Logger, toldOfListeners } from "../../ports/logger.ts";

import { bySoonest, firstFrom, following, inOrder, instant, type Turn, Walk } from "./dues.ts";
import { LATEST_MS, Lived, LONGEST_WAIT_MS } from "./lived.ts";
import type { ChaosRunner } from "../runner.ts";
import {
  type ChaosScheduleEntry,
  type ChaosSchedulerEvents,
  type FinishedRun,
  type PlannedRun,
  readEntries,
  type SkippedRun,
  type SoundEntry,
} from "./schedule-entry.ts";

/** What a {@link ChaosScheduler} is made of. */
export interface ChaosSchedulerOptions {
  readonly runner: Pick<ChaosRunner, "run">;
  /** 1 to 1,000. */
  readonly entries: readonly ChaosScheduleEntry[];
  /** The same seed, entries and `from` give the same plan; drawn from `random` unless told. */
  readonly seed?: string | number;
  /** Where the plan begins, in epoch milliseconds; when the scheduler is made unless told. Give it, and a seed, to have the same plan after a restart. */
  readonly from?: number;
  /** What has ended or was skipped that is remembered; 100 unless told. */
  readonly history?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Told of what listeners throw; the process warns of it without `logger` and `onListenerError`. */
  readonly logger?: Logger;
  /** The same, for who wants to see what was thrown. */
  readonly onListenerError?: (failure: ListenerFailure) => void;
}

/**
 * Runs entries when they are due. It starts none whose last run, or another of its group, goes on; the runner refuses what is too much
 * besides. Instants that pass while nobody is awake, or while it is paused or stopped, are not made up for. It does not keep the process
 * alive, but a run that goes on does.
 *
 * @example
 * ```ts
 * import { ChaosExperiment, ChaosRunner, ChaosScheduler, MemoryStateStore } from "nines";
 *
 * class Nothing extends ChaosExperiment {
 *   readonly kind = "nothing";
 *   targets() {
 *     return [];
 *   }
 *   inject() {
 *     return { result: "done", message: "nothing was done" } as const;
 *   }
 *   undo(): void {}
 * }
 * const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none" });
 * const hours = { zone: "Europe/Berlin", hours: [{ days: ["tue"], from: "10:00", until: "12:00" }] } as const;
 * const scheduler = new ChaosScheduler({
 *   runner,
 *   seed: "spring",
 *   from: Date.parse("2026-03-02T00:00:00Z"),
 *   entries: [{ experiment: new Nothing({ name: "nothing" }), meanTimeBetween: "2d", hours }],
 * });
 * const march = scheduler.plan(Date.parse("2026-03-02T00:00:00Z"), Date.parse("2026-04-01T00:00:00Z"));
 * if (march.length === 0 || march.some(({ at }) => new Date(at).getUTCDay() !== 2)) throw new Error("not on Tuesdays");
 * await scheduler.stop();
 * ```
 */
export class ChaosScheduler {
  /** What its chance comes from. */
  readonly seed: string;
  /** Where its plan begins, in epoch milliseconds. */
  readonly from: number;
  readonly #runner: Pick<ChaosRunner, "run">;
  readonly #clock: Clock;
  readonly #entries: readonly SoundEntry[];
  readonly #mostRemembered: number;
  readonly #events: Events<ChaosSchedulerEvents>;
  readonly #history: (FinishedRun | SkippedRun)[] = [];
  readonly #running = new Map<SoundEntry, Promise<void>>();
  readonly #lived = new Lived();
  #ending = new AbortController();
  #turns: readonly Turn[] | undefined;
  #isPaused = false;
  #stopTimer = (): void => undefined;

  constructor(options: ChaosSchedulerOptions) {
    checkOptions(options, "ChaosScheduler", OPTIONS);
    if ((options.runner as unknown) === undefined) throw invalid("runner", "is missing; give who runs experiments");
    checkMethods(options.runner, "runner", ["run"]);
    const { clock = systemClock, random = systemRandom, history = 100 } = options;
    const { from = clock.now(), seed = random.integer(0, 2 ** 31 - 1) } = options;
    if (!(Number.isInteger(history) && history >= 0 && history <= MOST_REMEMBERED)) {
      throw invalid("history", `${show(history)} is out of range; write a whole number from 0 to 10,000`);
    }
    if (typeof seed !== "string" && !Number.isFinite(seed)) throw invalid("seed", `${show(seed)} is no text or number`);
    this.#runner = options.runner;
    this.#clock = clock;
    this.seed = String(seed);
    this.from = Math.floor(instant("from", from));
    this.#entries = readEntries(options.entries, this.from);
    this.#mostRemembered = history;
    this.#events = new Events({
      onListenerError: toldOfListeners(options),
      names: ["planned", "started", "finished", "skipped"],
    });
  }

  /** Begins to run what is due from now on. @throws {@link ConfigurationError} if `from` is more than 1,000,000 instants ago */
  start(): void {
    if (this.#turns !== undefined) return;
    this.#ending = new AbortController();
    const now = this.#clock.now();
    const walk = new Walk(this.from);
    this.#turns = this.#entries.map((entry) => {
      const dues = this.#dues(entry, walk);
      return { entry, dues, walk, next: firstFrom(dues, now) };
    });
    this.#lived.begin(now);
    for (const { entry, next } of this.#turns) if (next !== undefined) this.#planned(entry, next);
    this.#wait();
  }

  /** Runs nothing more, and ends what goes on; resolves when that is undone. It can be started again. */
  async stop(): Promise<void> {
    this.#turns = undefined;
    this.#stopTimer();
    this.#ending.abort();
    await Promise.all(this.#running.values());
  }

  /** From now on everything that comes due is skipped; what goes on goes on. */
  pause(): void {
    this.#isPaused = true;
  }

  /** From now on what comes due is run again. */
  resume(): void {
    this.#isPaused = false;
  }

  /** Whether it is paused. */
  get paused(): boolean {
    return this.#isPaused;
  }

  /** When each entry is due next, the soonest first, as long as nobody stops it. */
  next(): readonly PlannedRun[] {
    const now = this.#clock.now();
    const walk = new Walk(this.from);
    const turns =
      this.#turns ?? this.#entries.map((entry) => ({ entry, next: firstFrom(this.#dues(entry, walk), now) }));
    return turns
      .flatMap(({ entry, next }) => (next === undefined ? [] : [{ entry: entry.name, at: next }]))
      .sort(bySoonest);
  }

  /**
   * What comes due from `from` on and before `until` (epoch milliseconds), the soonest first. Nothing is run for it, and it is what will
   * come due if the scheduler is started by then. @throws {@link ConfigurationError} if that is more than 10,000 runs, or as `start`
   */
  plan(from: number, until: number): readonly PlannedRun[] {
    instant("from", from);
    instant("until", until);
    const plan: PlannedRun[] = [];
    const walk = new Walk(this.from);
    for (const entry of this.#entries) {
      const dues = this.#dues(entry, walk);
      for (let at = firstFrom(dues, from); at !== undefined && at < until; at = following(dues)) {
        plan.push({ entry: entry.name, at });
        if (plan.length > MOST_PLANNED) throw invalid("until", "there are more than 10,000 runs by then; ask for less");
      }
    }
    return plan.sort(bySoonest);
  }

  /** What has ended or was skipped last, the latest last. */
  get history(): readonly (FinishedRun | SkippedRun)[] {
    return [...this.#history];
  }

  /** Listens to one of the {@link ChaosSchedulerEvents}; returns how to stop. */
  on<Name extends keyof ChaosSchedulerEvents>(name: Name, listener: Listener<ChaosSchedulerEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  #dues({ name, timetable, experiment }: SoundEntry, walk: Walk): Iterator<number, void> {
    const { from, seed } = this;
    const { durationMs } = experiment;
    return inOrder(timetable({ from, seed: `${seed}/${name}`, durationMs, onStep: walk.step }), name, walk);
  }

  #wait(): void {
    this.#stopTimer();
    const soonest = Math.min(...(this.#turns ?? []).map(({ next }) => next ?? Infinity));
    if (soonest === Infinity) return;
    // Timers count elapsed time and plans are made for the clock on the wall, which may be set: it is looked at in between.
    const delayMs = Math.min(LONGEST_WAIT_MS, Math.max(1, soonest - this.#clock.now()));
    this.#stopTimer = this.#clock.schedule(() => {
      this.#look();
    }, delayMs);
  }

  #look(): void {
    const now = this.#clock.now();
    if (this.#lived.goOn(now)) this.#planAgain(now);
    for (const turn of this.#turns ?? []) {
      const { entry } = turn;
      const passed: number[] = [];
      while (turn.next !== undefined && turn.next <= now && passed.length < MOST_PLANNED) {
        passed.push(turn.next);
        turn.next = this.#following(turn);
      }
      if (passed.length === 0) continue;
      const late = passed.filter((due) => now - due > LATEST_MS);
      if (late.length > 0) {
        const often = late.length === 1 ? "it was due" : `it was due ${String(late.length)} times, at last`;
        this.#skip(entry, Math.max(...late), "missed", `${often} more than a minute ago, and nobody was awake`);
      }
      for (const at of passed.slice(late.length)) this.#begin(entry, at, now);
      // A listener may have stopped it.
      if (this.#turns === undefined) return;
      if (turn.next !== undefined) this.#planned(entry, turn.next);
    }
    if (this.#turns !== undefined) this.#wait();
  }

  /** A clock that was set back comes to what was missed while it was ahead, and to what was not, which is not run twice. */
  #planAgain(now: number): void {
    this.#turns = this.#turns?.map((turn) => {
      const walk = new Walk(this.from);
      const again: Turn = { ...turn, dues: this.#dues(turn.entry, walk), walk };
      return { ...again, next: this.#following(again, now) };
    });
  }

  /** What a timetable throws ends its entry and no other. */
  #following({ entry, dues, walk, next = this.from }: Turn, from = -Infinity): number | undefined {
    try {
      walk.rest();
      return firstFrom(dues, from, this.#lived);
    } catch (error) {
      this.#skip(entry, next, "not_planned", publicReason(error));
      return undefined;
    }
  }

  #begin(entry: SoundEntry, at: number, now: number): void {
    const reason = this.#obstacle(entry, now);
    if (reason !== undefined) {
      this.#skip(entry, at, ...reason);
      return;
    }
    const { signal } = this.#ending;
    // Begun a moment later: who is told that it started, and stops the scheduler, waits for it, too.
    const going = Promise.resolve().then(() => this.#run(entry, at, signal));
    this.#running.set(
      entry,
      going.finally(() => {
        this.#running.delete(entry);
      }),
    );
  }

  #obstacle(entry: SoundEntry, now: number): readonly [code: string, message: string] | undefined {
    const { name, group, hours } = entry;
    if (this.#isPaused) return ["paused", "the scheduler is paused"];
    if (hours?.isOpen(now, now) === false) return ["closed", "the allowed hours are over"];
    if (this.#running.has(entry)) return ["still_running", `the last run of ${name} goes on`];
    const other = [...this.#running.keys()].find((one) => group !== undefined && one.group === group);
    if (other !== undefined) return ["group_busy", `${other.name} of the group ${group ?? ""} goes on`];
    return undefined;
  }

  async #run(entry: SoundEntry, at: number, signal: AbortSignal): Promise<void> {
    const { name, experiment, dryRun, by } = entry;
    try {
      const going = this.#runner.run(experiment, { by, dryRun, signal });
      this.#events.emit("started", { entry: name, at });
      const report = await going;
      this.#remember({ entry: name, at, report });
      this.#events.emit("finished", { entry: name, at, report });
    } catch (error) {
      this.#skip(entry, at, "not_started", publicReason(error));
    }
  }

  #planned({ name }: SoundEntry, at: number): void {
    this.#events.emit("planned", { entry: name, at });
  }

  #skip({ name }: SoundEntry, at: number, code: string, message: string): void {
    const skipped = { entry: name, at, reason: { code, message } };
    this.#remember(skipped);
    this.#events.emit("skipped", skipped);
  }

  #remember(run: FinishedRun | SkippedRun): void {
    this.#history.push(run);
    if (this.#history.length > this.#mostRemembered) this.#history.shift();
  }
}

const OPTIONS = [
  ...(["runner", "entries", "seed", "from", "history", "clock", "random", "logger", "onListenerError"] as const),
] satisfies readonly (keyof ChaosSchedulerOptions)[];
const MOST_REMEMBERED = 10_000;
const MOST_PLANNED = 10_000;
