/** Runs experiments, under a belt that is on unless somebody takes it off by name. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { parseDuration, parsePositiveDuration } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { Events, type Listener } from "../core/events.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { type Random, systemRandom } from "../core/random.ts";
import { checkWords } from "../core/words.ts";
import { onAbort } from "../core/abort.ts";
import { checkLogger, harmless, type Logger, silentLogger, toldOfListeners } from "../ports/logger.ts";

import { checkBlastRadius } from "./blast-radius.ts";
import type { ChaosExperiment } from "./experiment.ts";
import type { BudgetGuard } from "./guard.ts";
import { ChaosJournal, type OpenInjection } from "./journal.ts";
import { KillSwitch } from "./kill-switch.ts";
import { Leftovers } from "./leftovers.ts";
import type { BlastRadius, ChaosReason, ChaosReport } from "./model.ts";
import { ChaosRun, type ChaosTiming } from "./run.ts";
import { flag, isExperiment, readGuard, refused, whole } from "./runner-checks.ts";
import {
  type ChaosEvents,
  type ChaosRunnerOptions,
  type ChaosRunOptions,
  type RecoveredRun,
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
  readonly #leftovers: Leftovers;
  readonly #timing: ChaosTiming;
  readonly #maxRuns: number;
  readonly #mostRemembered: number;
  readonly #events: Events<ChaosEvents>;
  readonly #running = new Map<string, { readonly ending: AbortController; readonly done: Promise<unknown> }>();
  readonly #history: ChaosReport[] = [];
  readonly #logger: Logger;
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
    const { clock = systemClock, random = systemRandom, guard } = options;
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
    checkLogger(options.logger);
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
    this.#events = new Events({
      onListenerError: toldOfListeners(options),
      names: ["moment", "finished", "recovered"],
    });
    this.#leftovers = new Leftovers({
      journal: this.#journal,
      limits: { ...this.#timing, clock },
      isRunning: (run) => this.#running.has(run),
      onError: ({ run, experiment }, doing, error) => {
        this.#onError({ run, experiment })(doing, error);
      },
      onRecovered: (recovered) => {
        this.#events.emit("recovered", recovered);
      },
    });
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
  get recovered(): readonly RecoveredRun[] {
    return this.#leftovers.recovered;
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
    await this.#leftovers.undo((injection) => injection.kind === experiment.kind && experiment.canUndo(injection));
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
      ...{ struck: this.#leftovers.struck, pending: this.#leftovers.pending, problems: this.#leftovers.problems },
      isArmed: () => this.#isArmed && !dryRun,
      obstacle: () => this.#leftovers.reason(),
      onError: this.#onError({ run: id, experiment: name }),
      onMoment: (moment) => {
        this.#events.emit("moment", { ...moment, run: id, experiment: name, services });
      },
    });
  }

  /** Tries again to undo what is open and belongs to no run that goes on; gives what still is. */
  async undoOpen(): Promise<readonly OpenInjection[]> {
    await this.#leftovers.undo();
    return this.#leftovers.all;
  }

  /** Takes out of the journal what people have undone by hand. False if it is not in it. */
  forget(id: string): Promise<boolean> {
    return this.#leftovers.forget(id);
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

  #know(experiment: ChaosExperiment): void {
    if (!isExperiment(experiment))
      throw invalid(
        "experiments",
        `${show(experiment)} is no ChaosExperiment; needed: a kind, targets(), inject() and undo()`,
      );
    checkBlastRadius(experiment.blastRadius, [experiment.name, "blastRadius"]);
    this.#leftovers.know(experiment);
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
    const left = this.#leftovers.reason();
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
