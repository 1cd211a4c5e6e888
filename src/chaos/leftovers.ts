/** What runs that are over, or an earlier process, have left: in the journal, until somebody who knows how has undone it. */
import type { ChaosExperiment } from "./experiment.ts";
import { type InjectionLimits, undoWith } from "./injections.ts";
import type { ChaosJournal, OpenInjection } from "./journal.ts";
import type { ChaosReason } from "./model.ts";
import type { RecoveredRun } from "./runner-options.ts";

/** Where it is written down, and what belongs to nobody else. */
export interface LeftoversOptions {
  readonly journal: ChaosJournal;
  readonly limits: Omit<InjectionLimits, "onError">;
  /** Whether a run goes on: what it has injected is its own to undo. */
  readonly isRunning: (run: string) => boolean;
  /** Told what was thrown, and while what was done to which injection. */
  readonly onError: (injection: OpenInjection, doing: string, error: unknown) => void;
  readonly onRecovered: (recovered: RecoveredRun) => void;
}

/** What is left, and who knows how to undo it. */
export class Leftovers {
  /** Ids of targets that are struck, each with its group: of runs that go on, and of what is not undone. */
  readonly struck: Map<string, string> = new Map<string, string>();
  /** Ids of injections that everybody has given up, and that have not answered yet. */
  readonly pending: Set<string> = new Set<string>();
  /** Why what is in the journal could not be undone, by ids of injections. */
  readonly problems: Map<string, string> = new Map<string, string>();
  readonly #options: LeftoversOptions;
  /** By their kinds, the latest last. */
  readonly #experiments = new Map<string, readonly ChaosExperiment[]>();
  readonly #recovered: RecoveredRun[] = [];

  constructor(options: LeftoversOptions) {
    this.#options = options;
  }

  /** What was tried so far, and what came of it. */
  get recovered(): readonly RecoveredRun[] {
    return [...this.#recovered];
  }

  /** What is left. */
  get all(): readonly OpenInjection[] {
    const { journal, isRunning } = this.#options;
    return journal.open.filter(({ run }) => !isRunning(run));
  }

  /** It may be asked to undo injections of its kind. */
  know(experiment: ChaosExperiment): void {
    const others = (this.#experiments.get(experiment.kind) ?? []).filter((one) => one !== experiment);
    this.#experiments.set(experiment.kind, [...others, experiment].slice(-MOST_OF_A_KIND));
  }

  /** What is not undone keeps everything else from beginning. */
  reason(): ChaosReason | undefined {
    const [left] = this.all;
    if (left === undefined) return undefined;
    const { id, experiment, kind, target } = left;
    const problem = this.problems.get(id) ?? "its injection has not answered yet";
    return {
      code: "not_undone",
      message: `${experiment} has left ${kind} on ${target} that is not undone (${id}): ${problem}`,
    };
  }

  /** Tries to undo what is left and meant. Never rejects: what could not be undone is left still. */
  async undo(isMeant: (injection: OpenInjection) => boolean = () => true): Promise<void> {
    for (const injection of this.all.filter(isMeant)) {
      // Whoever made it undoes it, when it has answered.
      if (this.pending.has(injection.id)) continue;
      const problem = await this.#undoOne(injection);
      if (problem === undefined) await this.#settle(injection);
      else {
        this.problems.set(injection.id, problem);
        if (!this.struck.has(injection.target)) this.struck.set(injection.target, "");
      }
      this.#recovered.push({ injection, problem });
      if (this.#recovered.length > MOST_RECOVERED) this.#recovered.shift();
      this.#options.onRecovered({ injection, problem });
    }
  }

  /** Takes out of the journal what people have undone by hand. False if it is not left. */
  async forget(id: string): Promise<boolean> {
    const injection = this.all.find((one) => one.id === id);
    if (injection === undefined) return false;
    await this.#options.journal.remove(id);
    this.#release(injection);
    return true;
  }

  async #undoOne(injection: OpenInjection): Promise<string | undefined> {
    const { limits, onError } = this.#options;
    const experiment = this.#experiments.get(injection.kind)?.findLast((one) => one.canUndo(injection));
    if (experiment === undefined) {
      return `hand an experiment of the kind ${injection.kind} to ChaosRunner.open() by its option experiments, or run one: it knows how to undo it`;
    }
    return undoWith(experiment, injection, {
      ...limits,
      onError: (doing, error) => {
        onError(injection, doing, error);
      },
    });
  }

  async #settle(injection: OpenInjection): Promise<void> {
    this.#release(injection);
    try {
      await this.#options.journal.remove(injection.id);
    } catch (error) {
      // It is undone once more at the next start, and the others must not wait for that.
      this.#options.onError(injection, "writing the journal", error);
    }
  }

  #release({ id, target }: OpenInjection): void {
    this.problems.delete(id);
    this.struck.delete(target);
  }
}

const MOST_RECOVERED = 1_000;
const MOST_OF_A_KIND = 100;
