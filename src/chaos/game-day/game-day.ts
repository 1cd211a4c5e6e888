/** A game day: several experiments on one day, with people beside them. */
import { isAborted, pause, whenAborted } from "../../core/abort.ts";
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { IllegalTransitionError, invalid, show } from "../../core/errors.ts";
import { frozen } from "../../core/frozen.ts";
import { choices } from "../../core/nearest.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { publicReason } from "../../core/public-reason.ts";
import type { ChaosReport } from "../model.ts";
import type { ChaosRunner } from "../runner.ts";

import { agendaMarkdown, gameDayMarkdown } from "./markdown.ts";
import type {
  GameDayAction,
  GameDayEntry,
  GameDayNote,
  GameDayOptions,
  GameDayResult,
  GameDayStatus,
  GameDaySummary,
} from "./model.ts";
import { boundsOfDay, checkPlan, checkText, dayOf, type PlannedEntry } from "./plan.ts";

/** What people say before an entry begins; nothing is `run`. */
export type GameDayAnswer = "run" | "skip" | "stop";

/** How a day is gone through. */
export interface GameDayRunOptions {
  /** Who runs it; the facilitator unless told. */
  readonly by?: string;
  /** Asked before each entry, when its time has come. */
  readonly onPrompt?: (
    entry: GameDayEntry,
    index: number,
  ) => Promise<GameDayAnswer | undefined> | GameDayAnswer | undefined;
  /** Ends the experiment that goes on, and the day. */
  readonly signal?: AbortSignal;
}

/** The part of a {@link ChaosRunner} that a day needs. */
export type GameDayRunner = Pick<ChaosRunner, "run">;

const ANSWERS: readonly GameDayAnswer[] = ["run", "skip", "stop"];
const HOUR_MS = 3_600_000;
const ENDED = "whoever ran it has ended it";

/**
 * A plan of experiments, gone through in order: each at its time (`run`), or by hand (`next`). Where an experiment was aborted,
 * failed or refused, or the steady state is not back, the day stops, and people decide: `run` and `next` go on with the entry after it.
 *
 * @example
 * ```ts
 * import { ChaosExperiment, ChaosRunner, GameDay, MemoryStateStore, probe } from "nines";
 *
 * class Nothing extends ChaosExperiment {
 *   readonly kind = "nothing";
 *   targets() {
 *     return ["a", "b"].map((id) => ({ id, group: "all", healthy: true, labels: {}, details: {} }));
 *   }
 *   inject() {
 *     return { result: "done", message: "nothing was done" } as const;
 *   }
 *   undo(): void {}
 * }
 * const experiment = new Nothing({ name: "nothing", steadyState: [probe("the sun shines", () => true)] });
 * const day = new GameDay({
 *   title: "The shop without its cache",
 *   date: "2026-12-03",
 *   zone: "Europe/Berlin",
 *   facilitator: "ada",
 *   entries: [{ experiment, hypothesis: "nobody notices", owner: "bob" }],
 * });
 * const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none" });
 * await day.next(runner);
 * day.note({ by: "bob", text: "nobody did" });
 * day.addAction({ text: "arm the runner", owner: "ada", due: "2026-12-10" });
 * if (day.status !== "done" || !day.report().includes("nobody did")) throw new Error(day.report());
 * await runner.stop();
 * ```
 */
export class GameDay {
  readonly #options: GameDayOptions;
  readonly #entries: readonly PlannedEntry[];
  readonly #clock: Clock;
  readonly #results: GameDayResult[] = [];
  readonly #notes: GameDayNote[] = [];
  readonly #actions: GameDayAction[] = [];
  #status: GameDayStatus = "planned";
  #stoppedFor: string | undefined;
  #endedAt: number | undefined;

  /** @throws {@link ConfigurationError} with all faults of the plan */
  constructor(options: GameDayOptions) {
    this.#entries = checkPlan(options);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** How far it is. */
  get status(): GameDayStatus {
    return this.#status;
  }

  /** The entry that comes next; undefined when all are over. */
  get upcoming(): GameDayEntry | undefined {
    return this.#entries[this.#results.length];
  }

  /** The plan for people, as Markdown. */
  agenda(): string {
    return agendaMarkdown(this.toJSON(), this.#entries);
  }

  /**
   * Goes through all that is left, each at its time, and none before the day begins; what is late begins at once. Resolves when the
   * day is over or stopped. How experiments end is in the results and stops the day at most; rejects where the runner does.
   *
   * @throws {@link IllegalTransitionError} if it goes on already, or is over; {@link ConfigurationError} if its date is past and
   * nothing of it was run
   */
  async run(runner: GameDayRunner, options: GameDayRunOptions = {}): Promise<GameDaySummary> {
    checkOptions(options, "a game day's run", ["by", "onPrompt", "signal"]);
    this.#refusePast();
    await this.#while(runner, async () => {
      for (const [index, entry] of this.#entries.entries()) {
        if (index < this.#results.length) continue;
        if (!(await this.#wait(entry, options.signal))) return;
        const answer = await this.#ask(entry, index, options);
        if (answer === "stop") return;
        if (answer === "skip") this.#pass(entry, "people skipped it");
        else if (!(await this.#perform(entry, runner, options))) return;
      }
    });
    return this.toJSON();
  }

  /** Runs the next entry now, whatever the date and its time are: for rehearsals, too. @throws {@link IllegalTransitionError} if one goes on, or none is left */
  async next(runner: GameDayRunner, options: Omit<GameDayRunOptions, "onPrompt"> = {}): Promise<GameDayResult> {
    checkOptions(options, "the next entry", ["by", "signal"]);
    await this.#while(runner, async () => {
      const entry = this.#entries[this.#results.length];
      if (entry !== undefined) await this.#perform(entry, runner, options);
    });
    return this.#results.at(-1) as GameDayResult;
  }

  /** Leaves the next entry out. @throws {@link IllegalTransitionError} if one goes on, or none is left */
  skip({ reason }: { readonly reason: string }): void {
    checkText("reason", reason);
    const entry = this.#entries[this.#results.length];
    if (this.#status === "running" || entry === undefined) throw this.#refusal("skip");
    this.#pass(entry, reason);
    this.#stoppedFor = undefined;
    this.#status = this.upcoming === undefined ? "done" : "stopped";
  }

  /** Writes down what somebody noticed. */
  note({ by, text, experiment }: Omit<GameDayNote, "at">): void {
    checkText("by", by);
    checkText("text", text);
    const names = this.#entries.map((entry) => entry.experiment.name);
    if (experiment !== undefined && !names.includes(experiment))
      throw invalid("experiment", `${show(experiment)} is none of this day${choices(experiment, names)}`);
    this.#notes.push(frozen({ at: this.#clock.now(), by, text, ...(experiment === undefined ? {} : { experiment }) }));
  }

  /** Writes down what is to be done. */
  addAction({ text, owner, due }: GameDayAction): void {
    checkText("text", text);
    checkText("owner", owner);
    if (due !== undefined && dayOf(due) === undefined)
      throw invalid("due", `${show(due)} is no day; write one such as "2026-12-24"`);
    this.#actions.push(frozen({ text, owner, ...(due === undefined ? {} : { due }) }));
  }

  /** What came of it, as Markdown: results, what was learned, what is to be done, the report of each experiment. */
  report(): string {
    return gameDayMarkdown(this.toJSON());
  }

  /** The same as data. */
  toJSON(): GameDaySummary {
    const { title, date, zone, facilitator, participants = [], services = [] } = this.#options;
    const { abortCriteria = [], communication = [] } = this.#options;
    const left = this.#entries.slice(this.#results.length).map((entry) => resultOf(entry, "not_run"));
    return {
      ...({ format: 1, title, date, zone, facilitator } as const),
      ...{ participants, services, abortCriteria, communication },
      status: this.#status,
      stoppedFor: this.#stoppedFor,
      entries: [...this.#results, ...left],
      notes: [...this.#notes],
      actions: [...this.#actions],
    };
  }

  async #while(runner: GameDayRunner, work: () => Promise<void>): Promise<void> {
    if ((runner as unknown) === undefined) throw invalid("runner", "is missing; give a ChaosRunner");
    checkMethods(runner, "runner", ["run"]);
    if (this.#status === "running" || this.#isOver()) throw this.#refusal("run");
    this.#status = "running";
    this.#stoppedFor = undefined;
    try {
      await work();
    } catch (error) {
      this.#stoppedFor = publicReason(error);
      throw error;
    } finally {
      this.#status = this.#isOver() ? "done" : "stopped";
      // What is over was not stopped; what went wrong at last is in its result.
      if (this.#isOver()) this.#stoppedFor = undefined;
    }
  }

  /** All at once and late is nobody's plan. A day that has begun may go on past midnight. */
  #refusePast(): void {
    const { date, zone } = this.#options;
    const hasBegun = this.#status === "running" || this.#results.some(({ report }) => report !== undefined);
    if (hasBegun || this.#isOver() || this.#clock.now() < boundsOfDay(this.#options).until) return;
    throw invalid("date", `${date} is past in ${zone}; plan another day, or rehearse with next(), which minds no date`);
  }

  #isOver(): boolean {
    return this.#results.length === this.#entries.length;
  }

  /** False if it was ended meanwhile. */
  async #wait({ startsAt, afterMs }: PlannedEntry, signal: AbortSignal | undefined): Promise<boolean> {
    const { from } = boundsOfDay(this.#options);
    const until = startsAt ?? Math.max(this.#endedAt ?? this.#clock.now(), from) + afterMs;
    for (let left = until - this.#clock.now(); left > 0 && !isAborted(signal); left = until - this.#clock.now()) {
      // In steps: whoever sets the clock is noticed.
      await pause(this.#clock, Math.min(left, HOUR_MS), { signal, keepAlive: true });
    }
    if (!isAborted(signal)) return true;
    this.#stoppedFor = ENDED;
    return false;
  }

  async #ask(entry: PlannedEntry, index: number, { onPrompt, signal }: GameDayRunOptions): Promise<GameDayAnswer> {
    const asked = Promise.resolve(onPrompt?.(entry, index));
    const aborted = whenAborted(signal);
    const answer = (await Promise.race([asked, aborted.promise]).finally(aborted.release)) ?? "run";
    if (isAborted(signal)) {
      this.#stoppedFor = ENDED;
      return "stop";
    }
    if (!ANSWERS.includes(answer)) throw invalid("onPrompt", `${show(answer)} is no answer${choices(answer, ANSWERS)}`);
    if (answer === "stop") this.#stoppedFor = `people stopped it before ${entry.experiment.name}`;
    return answer;
  }

  /** Whether the day may go on. */
  async #perform(
    entry: PlannedEntry,
    runner: GameDayRunner,
    { by = this.#options.facilitator, signal }: GameDayRunOptions,
  ): Promise<boolean> {
    const report = await runner.run(entry.experiment, { by, ...(signal === undefined ? {} : { signal }) });
    this.#endedAt = this.#clock.now();
    const problem = problemOf(report);
    this.#results.push(
      frozen({ ...resultOf(entry, report.outcome), ...(problem === undefined ? {} : { problem }), report }),
    );
    const isOver = isAborted(signal) || (problem !== undefined && this.#options.onProblem !== "continue");
    if (isOver) this.#stoppedFor = `${entry.experiment.name}: ${problem ?? ENDED}`;
    return !isOver;
  }

  #pass(entry: PlannedEntry, reason: string): void {
    this.#endedAt = this.#clock.now();
    this.#results.push(frozen({ ...resultOf(entry, "skipped"), reason }));
  }

  #refusal(event: string): IllegalTransitionError {
    const allowed = this.upcoming === undefined ? ["note", "addAction", "report"] : ["note", "addAction"];
    return new IllegalTransitionError(this.#status, event, allowed);
  }
}

function resultOf({ experiment, hypothesis, owner }: PlannedEntry, outcome: GameDayResult["outcome"]): GameDayResult {
  return { experiment: experiment.name, hypothesis, owner, outcome };
}

/** Why people should look before anything else is done. */
function problemOf({ outcome, reasons, steadyAfterwards, injections }: ChaosReport): string | undefined {
  const said = reasons.map(({ message }) => message).join("; ");
  if (outcome === "aborted" || outcome === "failed" || outcome === "refused")
    return said === "" ? outcome : `${outcome}: ${said}`;
  if (injections.some(({ undo }) => undo === "not_yet")) return `it is not undone: ${said}`;
  return steadyAfterwards === false ? `the steady state is not back: ${said}` : undefined;
}
