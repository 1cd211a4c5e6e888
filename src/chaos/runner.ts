/** Runs experiments, under a belt that is on unless somebody takes it off by name. */
import { type Clock, systemClock } from "../core/clock.ts";
import { parseDuration, parsePositiveDuration } from "../core/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { Events, type Listener } from "../core/events.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { type Random, systemRandom } from "../core/random.ts";
import { checkWords } from "../core/words.ts";
import { onAbort } from "../core/abort.ts";
import { harmless, type Logger, silentLogger } from "../ports/logger.ts";

import { checkBlastRadius } from "./blast-radius.ts";
import type { ChaosExperiment } from "./experiment.ts";
import type { BudgetGuard } from "./guard.ts";
import { undoWith } from "./injections.ts";
import { ChaosJournal, type OpenInjection } from "./journal.ts";
import { KillSwitch } from "./kill-switch.ts";
import type { BlastRadius, ChaosReason, ChaosReport } from "./model.ts";
import { ChaosRun, type ChaosTiming } from "./run.ts";
import { flag, isExperiment, readGuard, refused, whole } from "./runner-checks.ts";
import {
  type ChaosEvents,
  type ChaosRunnerOptions,
  type ChaosRunOptions,
  type Recovered,
  RUNNER_OPTIONS,
} from "./runner-options.ts";

/**
 * Runs experiments one at a time, each under its belt: dry until armed; only from a steady state, while the error budget allows it,
 * within a blast radius; watched all the time; undone however it ends, at the next start if the process was killed.
 *
 * @example
 * ```ts
 * import { ChaosExperiment, ChaosRunner, MemoryStateStore, probe } from "nines";
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
 * const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none" });
 * const report = await runner.run(new Nothing({ name: "nothing", steadyState: [probe("the sun shines", () => true)] }));
 * if (report.outcome !== "dry_run" || report.injections.length !== 0) throw new Error(report.outcome);
 * await runner.stop();
 * ```
 */
export class ChaosRunner {
  readonly killSwitch: KillSwitch;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #guard: BudgetGuard | undefined;
  readonly #blastRadius: BlastRadius;
  readonly #journal: ChaosJournal;
  readonly #timing: ChaosTiming;
  readonly #maxRuns: number;
  readonly #mostRemembered: number;
  readonly #events: Events<ChaosEvents>;
  /** By their kinds, the latest last. */
  readonly #experiments = new Map<string, readonly ChaosExperiment[]>();
  readonly #running = new Map<string, { readonly ending: AbortController; readonly done: Promise<unknown> }>();
  readonly #struck = new Map<string, string>();
  readonly #pending = new Set<string>();
  readonly #history: ChaosReport[] = [];
  readonly #recovered: Recovered[] = [];
  readonly #logger: Logger;
  /** Why what is open could not be undone, by the injection's id. */
  readonly #problems = new Map<string, string>();
  #isArmed: boolean;
  #isStopped = false;
  #count = 0;

  /** Opens the journal, and undoes what an earlier process has left. @throws {@link AdapterError} if the journal cannot be read */
  static async open(options: ChaosRunnerOptions): Promise<ChaosRunner> {
    const runner = new ChaosRunner(options);
    await runner.#journal.take();
    await runner.undoOpen();
    return runner;
  }

  private constructor(options: ChaosRunnerOptions) {
    checkOptions(options, "ChaosRunner.open", RUNNER_OPTIONS);
    if ((options.store as unknown) === undefined)
      throw invalid("store", "is missing; give where the journal is kept, such as a FileStateStore");
    checkMethods(options.store, "store", ["load", "save"]);
    const { clock = systemClock, random = systemRandom, onListenerError, guard } = options;
    this.#clock = clock;
    this.#random = random;
    this.#guard = readGuard(guard);
    this.#blastRadius = structuredClone(checkBlastRadius(options.blastRadius ?? {}));
    this.killSwitch = options.killSwitch ?? new KillSwitch();
    this.#maxRuns = whole("maxRuns", options.maxRuns ?? 1, 1);
    this.#mostRemembered = whole("history", options.history ?? 100, 0);
    this.#isArmed = flag("armed", options.armed ?? false);
    this.#timing = {
      timeoutMs: parsePositiveDuration(options.timeout ?? "10s", "timeout"),
      probeEveryMs: parsePositiveDuration(options.probeEvery ?? "1s", "probeEvery"),
      recoveryMs: parseDuration(options.recovery ?? "30s", "recovery"),
      undoAttempts: whole("undoAttempts", options.undoAttempts ?? 5, 1),
    };
    checkMethods(options.logger, "logger", ["warn", "error"]);
    checkMethods(options.clock, "clock", ["now", "monotonic", "schedule"]);
    checkMethods(options.random, "random", ["next", "integer", "pick"]);
    checkMethods(options.killSwitch, "killSwitch", ["pull", "release", "onPull"]);
    this.#logger = harmless(options.logger ?? silentLogger);
    this.#journal = new ChaosJournal(
      options.store,
      // Not from `random`: two processes may have been given the same seed.
      { key: options.key ?? "chaos", writer: `${this.#nextId()}-${systemRandom.next().toString(36).slice(2)}` },
      { clock, timeoutMs: this.#timing.timeoutMs },
    );
    this.#events = new Events(onListenerError === undefined ? {} : { onListenerError });
    const experiments: unknown = options.experiments ?? [];
    if (!Array.isArray(experiments)) throw invalid("experiments", `${show(experiments)} is no list of experiments`);
    for (const experiment of experiments as readonly ChaosExperiment[]) this.#know(experiment);
  }

  /** Whether it strikes. */
  get armed(): boolean {
    return this.#isArmed;
  }

  /** From now on it strikes. */
  arm(): void {
    this.#isArmed = true;
  }

  /** From now on every run is a dry run; what goes on goes on. */
  disarm(): void {
    this.#isArmed = false;
  }

  /** What is not undone, as far as the journal knows: of runs that go on, and what could not be undone. */
  get open(): readonly OpenInjection[] {
    return this.#journal.open;
  }

  /** What came of what an earlier process had left: what was undone when this was opened, and since. */
  get recovered(): readonly Recovered[] {
    return [...this.#recovered];
  }

  /** The last reports, the latest last. */
  get history(): readonly ChaosReport[] {
    return [...this.#history];
  }

  /** Runs an experiment to its end. Resolves whatever comes of it: the report says so. */
  async run(experiment: ChaosExperiment, options: ChaosRunOptions = {}): Promise<ChaosReport> {
    if (!isExperiment(experiment))
      throw invalid(
        "experiment",
        `${show(experiment)} is no ChaosExperiment; needed: a kind, targets(), inject() and undo()`,
      );
    checkOptions(options, "a run", ["by", "dryRun", "signal"]);
    const { by = "somebody", dryRun = false, signal } = options;
    checkWords(by, MOST_CHARACTERS, (message) => {
      throw invalid("by", message);
    });
    flag("dryRun", dryRun);
    if (signal !== undefined && typeof (signal as Partial<AbortSignal>).addEventListener !== "function")
      throw invalid("signal", `${show(signal)} is no AbortSignal`);
    this.#know(experiment);
    // Maybe it knows how to undo what nobody knew before.
    await this.#undoLeft((injection) => injection.kind === experiment.kind && experiment.canUndo(injection));
    const id = this.#nextId();
    const ending = new AbortController();
    const refusal = this.#refusal();
    const end = (code: string, message: string): void => {
      ending.abort({ code, message } satisfies ChaosReason);
    };
    const releases = [
      this.killSwitch.onPull(({ by: who, reason }) => {
        end("killed", `${who} pulled the kill switch: ${reason}`);
      }),
      onAbort(signal, () => {
        end("ended", "whoever ran it has ended it");
      }),
    ];
    const run = refusal === undefined ? this.#runOf(experiment, { id, by, dryRun, ending }) : undefined;
    // It begins when it is known: what it calls at once may want to stop it.
    const done = Promise.resolve().then(
      () => run?.go() ?? refused(experiment, { id, by, at: this.#clock.now(), refusal: refusal as ChaosReason }),
    );
    if (refusal === undefined) this.#running.set(id, { ending, done });
    try {
      const report = await done;
      this.#history.push(report);
      if (this.#history.length > this.#mostRemembered) this.#history.shift();
      this.#events.emit("finished", report);
      return report;
    } finally {
      this.#running.delete(id);
      for (const release of releases) release();
    }
  }

  #runOf(
    experiment: ChaosExperiment,
    told: { readonly id: string; readonly by: string; readonly dryRun: boolean; readonly ending: AbortController },
  ): ChaosRun {
    const { id, by, dryRun, ending } = told;
    const { name, services } = experiment;
    return new ChaosRun(experiment, {
      ...{ id, by, ending, guard: this.#guard, blastRadius: this.#blastRadius, journal: this.#journal },
      ...{ clock: this.#clock, random: this.#random, timing: this.#timing },
      ...{ struck: this.#struck, pending: this.#pending, problems: this.#problems },
      isArmed: () => this.#isArmed && !dryRun,
      obstacle: () => this.#leftOver(),
      onError: this.#onError({ run: id, experiment: name }),
      onMoment: (moment) => {
        this.#events.emit("moment", { ...moment, run: id, experiment: name, services });
      },
    });
  }

  /** Tries again to undo what is open and belongs to no run that goes on; gives what still is. */
  async undoOpen(): Promise<readonly OpenInjection[]> {
    await this.#undoLeft(() => true);
    return this.#left();
  }

  async #undoLeft(isMeant: (injection: OpenInjection) => boolean): Promise<void> {
    for (const injection of this.#left().filter(isMeant)) {
      if (this.#pending.has(injection.id)) continue;
      const experiment = this.#experiments.get(injection.kind)?.findLast((one) => one.canUndo(injection));
      let problem: string | undefined;
      if (experiment === undefined)
        problem = `hand an experiment of the kind ${injection.kind} to ChaosRunner.open() by its option experiments, or run one: it knows how to undo it`;
      else {
        problem = await undoWith(experiment, injection, {
          ...this.#timing,
          clock: this.#clock,
          onError: this.#onError({ run: injection.run, experiment: injection.experiment }),
        });
      }
      if (problem === undefined) {
        this.#problems.delete(injection.id);
        this.#struck.delete(injection.target);
        try {
          await this.#journal.remove(injection.id);
        } catch (error) {
          // It is undone once more at the next start, and the others must not wait for that.
          this.#onError({ run: injection.run })("writing the journal", error);
        }
      } else {
        this.#problems.set(injection.id, problem);
        this.#struck.set(injection.target, "");
      }
      const recovered = { injection, problem };
      this.#recovered.push(recovered);
      if (this.#recovered.length > MOST_RECOVERED) this.#recovered.shift();
      this.#events.emit("recovered", recovered);
    }
  }

  /** Takes out of the journal what people have undone by hand. False if it is not in it. */
  async forget(id: string): Promise<boolean> {
    const injection = this.#left().find((one) => one.id === id);
    if (injection === undefined) return false;
    await this.#journal.remove(id);
    this.#struck.delete(injection.target);
    return true;
  }

  /** Ends all runs; resolves when all is undone, as far as it can be. Nothing begins afterwards. */
  async stop(reason = "the runner was stopped"): Promise<void> {
    this.#isStopped = true;
    const running = [...this.#running.values()];
    for (const { ending } of running) ending.abort({ code: "stopped", message: reason } satisfies ChaosReason);
    await Promise.allSettled(running.map(({ done }) => done));
  }

  /** Listens to one of the {@link ChaosEvents}; returns how to stop. */
  on<Name extends keyof ChaosEvents>(name: Name, listener: Listener<ChaosEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  #left(): readonly OpenInjection[] {
    return this.#journal.open.filter(({ run }) => !this.#running.has(run));
  }

  #know(experiment: ChaosExperiment): void {
    if (!isExperiment(experiment))
      throw invalid(
        "experiments",
        `${show(experiment)} is no ChaosExperiment; needed: a kind, targets(), inject() and undo()`,
      );
    checkBlastRadius(experiment.blastRadius, [experiment.name, "blastRadius"]);
    const others = (this.#experiments.get(experiment.kind) ?? []).filter((one) => one !== experiment);
    this.#experiments.set(experiment.kind, [...others, experiment].slice(-MOST_OF_A_KIND));
  }

  #onError(fields: object): (doing: string, error: unknown) => void {
    return (doing, error) => {
      this.#logger.warn(`chaos: ${doing} failed`, { ...fields, error });
    };
  }

  #refusal(): ChaosReason | undefined {
    const { pulled } = this.killSwitch;
    if (this.#isStopped) return { code: "stopped", message: "the runner was stopped" };
    if (pulled !== undefined) {
      return { code: "killed", message: `the kill switch was pulled by ${pulled.by}: ${pulled.reason}` };
    }
    const left = this.#leftOver();
    if (left !== undefined) return left;
    if (this.#running.size >= this.#maxRuns) {
      const { size } = this.#running;
      return {
        code: "busy",
        message: `${String(size)} ${size === 1 ? "run goes" : "runs go"} on, and no more are allowed`,
      };
    }
    return undefined;
  }

  /** What is not undone keeps everything else from beginning. */
  #leftOver(): ChaosReason | undefined {
    const [left] = this.#left();
    if (left !== undefined) {
      return {
        code: "not_undone",
        message: `${left.experiment} has left ${left.kind} on ${left.target} that is not undone (${left.id}): ${this.#problems.get(left.id) ?? "its injection has not answered yet"}`,
      };
    }
    return undefined;
  }

  #nextId(): string {
    this.#count += 1;
    const chance = this.#random
      .integer(0, 36 ** 6 - 1)
      .toString(36)
      .padStart(6, "0");
    return `chaos-${this.#clock.now().toString(36)}-${chance}-${String(this.#count)}`;
  }
}

const MOST_CHARACTERS = 200;
const MOST_RECOVERED = 1_000;
const MOST_OF_A_KIND = 100;
