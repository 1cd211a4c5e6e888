/** What a runner is told, and what it tells. */
import type { Clock } from "../core/time/clock.ts";
import type { ListenerFailure } from "../core/events.ts";
import type { Random } from "../core/random.ts";
import type { Logger } from "../ports/logger.ts";
import type { StateStore } from "../ports/store.ts";

import type { ChaosExperiment } from "./experiment.ts";
import type { BudgetGuardOptions } from "./guard.ts";
import type { OpenInjection } from "./journal.ts";
import type { KillSwitch } from "./kill-switch.ts";
import type { BlastRadius, ChaosMoment, ChaosReport } from "./model.ts";

/** What a {@link ChaosRunner} is made of. */
export interface ChaosRunnerOptions {
  /** Where it is written down what is not undone yet, such as a `FileStateStore`: it must outlive the process. One runner has it at a time. */
  readonly store: StateStore;
  /** The key in the store; `"chaos"` unless told. */
  readonly key?: string;
  /** The guard on the error budget, or `"none"`: then only the steady state of each experiment guards it. There is no default. */
  readonly guard: BudgetGuardOptions | "none";
  /** Whether it strikes at all; false unless told: until then every run is a dry run. */
  readonly armed?: boolean;
  /** What no experiment may pass; as in {@link BlastRadius} unless told. */
  readonly blastRadius?: BlastRadius;
  /** Ends everything; hand in one that is shared. Its own unless told. */
  readonly killSwitch?: KillSwitch;
  /** Experiments whose kinds an earlier process may have left undone. */
  readonly experiments?: readonly ChaosExperiment[];
  /** Runs at a time; 1 unless told. */
  readonly maxRuns?: number;
  /** How long one probe, injection or undoing may take, such as `"10s"`; that unless told. */
  readonly timeout?: string;
  /** How often the steady state is looked at meanwhile, such as `"1s"`; that unless told. */
  readonly probeEvery?: string;
  /** How long the steady state may take to come back, such as `"30s"`; that unless told. */
  readonly recovery?: string;
  /** How often undoing is tried at once; 5 unless told. */
  readonly undoAttempts?: number;
  /** Reports that are remembered; 100 unless told. */
  readonly history?: number;
  /** Told of what probes, experiments and the store threw: reports have none of its words, which may hold secrets. */
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Told of what listeners throw; the `logger` is, or else the process warns of it, unless told. */
  readonly onListenerError?: (failure: ListenerFailure) => void;
}

/** Who runs an experiment. */
export interface ChaosRunOptions {
  /** A person or a scheduler; `"somebody"` unless told. */
  readonly by?: string;
  /** Strikes nothing, though the runner is armed; false unless told. */
  readonly dryRun?: boolean;
  /** Ends the run, which undoes what it has done. */
  readonly signal?: AbortSignal;
}

/** What came of something that an earlier process had left. */
export interface RecoveredRun {
  readonly injection: OpenInjection;
  /** Why it could not be undone; undefined if it was. */
  readonly problem: string | undefined;
}

/** The events of a {@link ChaosRunner}. */
export interface ChaosEvents {
  /** Something happened in a run. */
  moment: ChaosMoment & {
    readonly run: string;
    readonly experiment: string;
    /** Names of the services that the experiment is about. */
    readonly services: readonly string[];
  };
  /** A run has ended, whatever came of it. */
  finished: ChaosReport;
  /** What an earlier process had left was undone, or could not be. */
  recovered: RecoveredRun;
}

/** The options of {@link ChaosRunnerOptions}. */
export const RUNNER_OPTIONS: readonly (keyof ChaosRunnerOptions)[] = [
  "store",
  "key",
  "guard",
  "armed",
  "blastRadius",
  "killSwitch",
  "experiments",
  "maxRuns",
  "timeout",
  "probeEvery",
  "recovery",
  "undoAttempts",
  "history",
  "logger",
  "clock",
  "random",
  "onListenerError",
];
