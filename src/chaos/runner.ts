/** Runs experiments, under a belt that is on unless somebody takes it off by name. */
import { type Clock, systemClock } from "../core/clock.ts";
import { parseDuration } from "../core/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { Events, type Listener } from "../core/events.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { type Random, systemRandom } from "../core/random.ts";
import { checkWords } from "../core/words.ts";
import { onAbort } from "../core/abort.ts";

import { checkBlastRadius } from "./blast-radius.ts";
import type { ChaosExperiment } from "./experiment.ts";
import { BudgetGuard, type BudgetGuardOptions } from "./guard.ts";
import { undoWith } from "./injections.ts";
import { ChaosJournal, type OpenInjection } from "./journal.ts";
import { KillSwitch } from "./kill-switch.ts";
import type { BlastRadius, ChaosReason, ChaosReport } from "./model.ts";
import { ChaosRun, type ChaosTiming, refused } from "./run.ts";
import { type ChaosEvents, type ChaosRunnerOptions, type ChaosRunOptions, RUNNER_OPTIONS } from "./runner-options.ts";

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
  readonly #experiments = new Map<string, ChaosExperiment>();
  readonly #running = new Map<string, { readonly ending: AbortController; readonly done: Promise<unknown> }>();
  readonly #struck = new Map<string, string>();
  readonly #pending = new Set<string>();
  readonly #history: ChaosReport[] = [];
  #isArmed: boolean;
  #isStopped = false;
  #count = 0;

  /** Opens the journal, and undoes what an earlier process has left. @throws {@link AdapterError} if the journal cannot be read */
  static async open(options: ChaosRunnerOptions): Promise<ChaosRunner> {
    const runner = new ChaosRunner(options);
    await runner.#journal.load();
    await runner.undoOpen();
    return runner;
  }

  private constructor(options: ChaosRunnerOptions) {
    checkOptions(options, "ChaosRunner.open", RUNNER_OPTIONS);
    if ((options.store as unknown) === undefined) throw invalid("store", "is missing; give where the journal is kept");
    checkMethods(options.store, "store", ["load", "save"]);
    const { clock = systemClock, random = systemRandom, onListenerError, guard } = options;
    this.#clock = clock;
    this.#random = random;
    this.#guard = readGuard(guard);
    this.#blastRadius = checkBlastRadius(options.blastRadius ?? {});
    this.killSwitch = options.killSwitch ?? new KillSwitch();
    this.#maxRuns = whole("maxRuns", options.maxRuns ?? 1, 1);
    this.#mostRemembered = whole("history", options.history ?? 100, 0);
    this.#isArmed = options.armed ?? false;
    this.#timing = {
      timeoutMs: parseDuration(options.timeout ?? "10s", "timeout"),
      probeEveryMs: parseDuration(options.probeEvery ?? "1s", "probeEvery"),
      recoveryMs: parseDuration(options.recovery ?? "30s", "recovery"),
      undoAttempts: whole("undoAttempts", options.undoAttempts ?? 5, 1),
    };
    this.#journal = new ChaosJournal(options.store, options.key ?? "chaos", {
      clock,
      timeoutMs: this.#timing.timeoutMs,
    });
    this.#events = new Events(onListenerError === undefined ? {} : { onListenerError });
    for (const experiment of options.experiments ?? []) this.#know(experiment);
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

  /** The last reports, the latest last. */
  get history(): readonly ChaosReport[] {
    return [...this.#history];
  }

  /** Runs an experiment to its end. Resolves whatever comes of it: the report says so. */
  async run(experiment: ChaosExperiment, options: ChaosRunOptions = {}): Promise<ChaosReport> {
    if (!isExperiment(experiment)) throw invalid("experiment", `${show(experiment)} is no ChaosExperiment`);
    checkOptions(options, "a run", ["by", "dryRun", "signal"]);
    const { by = "somebody", dryRun = false, signal } = options;
    checkWords(by, MOST_CHARACTERS, (message) => {
      throw invalid("by", message);
    });
    this.#know(experiment);
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
    const done =
      refusal === undefined
        ? new ChaosRun(experiment, {
            id,
            by,
            isArmed: this.#isArmed && !dryRun,
            guard: this.#guard,
            blastRadius: this.#blastRadius,
            journal: this.#journal,
            clock: this.#clock,
            random: this.#random,
            timing: this.#timing,
            struck: this.#struck,
            pending: this.#pending,
            ending,
            onMoment: (moment) => {
              this.#events.emit("moment", {
                ...moment,
                run: id,
                experiment: experiment.name,
                services: experiment.services,
              });
            },
          }).go()
        : Promise.resolve(refused(experiment, { id, by, at: this.#clock.now(), refusal }));
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

  /** Tries again to undo what is open and belongs to no run that goes on; gives what still is. */
  async undoOpen(): Promise<readonly OpenInjection[]> {
    for (const injection of this.#left()) {
      if (this.#pending.has(injection.id)) continue;
      const experiment = this.#experiments.get(injection.kind);
      let problem: string | undefined;
      if (experiment === undefined)
        problem = `no experiment of the kind ${injection.kind} was handed in that could undo it`;
      else if (experiment.isUndone) {
        problem = await undoWith(experiment, injection, { ...this.#timing, clock: this.#clock });
      }
      if (problem === undefined) await this.#journal.remove(injection.id);
      this.#events.emit("recovered", { injection, problem });
    }
    return this.#left();
  }

  /** Takes out of the journal what people have undone by hand. False if it is not in it. */
  async forget(id: string): Promise<boolean> {
    const injection = this.#left().find((one) => one.id === id);
    if (injection === undefined) return false;
    await this.#journal.remove(id);
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
    if (!isExperiment(experiment)) throw invalid("experiments", `${show(experiment)} is no ChaosExperiment`);
    checkBlastRadius(experiment.blastRadius, [experiment.name, "blastRadius"]);
    this.#experiments.set(experiment.kind, experiment);
  }

  #refusal(): ChaosReason | undefined {
    const { pulled } = this.killSwitch;
    if (this.#isStopped) return { code: "stopped", message: "the runner was stopped" };
    if (pulled !== undefined) {
      return { code: "killed", message: `the kill switch was pulled by ${pulled.by}: ${pulled.reason}` };
    }
    const [left] = this.#left();
    if (left !== undefined) {
      return {
        code: "not_undone",
        message: `${left.experiment} has left ${left.kind} on ${left.target} that is not undone; see undoOpen() and forget()`,
      };
    }
    if (this.#running.size >= this.#maxRuns)
      return { code: "busy", message: `${String(this.#running.size)} runs go on, and no more are allowed` };
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

function readGuard(guard: unknown): BudgetGuard | undefined {
  if (guard === "none") return undefined;
  if (guard === undefined)
    throw invalid("guard", 'is missing; give the statuses that guard the error budget, or say "none"');
  return new BudgetGuard(guard as BudgetGuardOptions);
}

function isExperiment(value: unknown): value is ChaosExperiment {
  // Not by its class: two copies of the package may be installed.
  const { inject, undo, targets, kind } = (value ?? {}) as Partial<Record<keyof ChaosExperiment, unknown>>;
  return typeof kind === "string" && [inject, undo, targets].every((method) => typeof method === "function");
}

function whole(path: string, value: unknown, least: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= 10_000) return value;
  throw invalid(path, `${show(value)} is out of range; write a whole number from ${String(least)} to 10,000`);
}
