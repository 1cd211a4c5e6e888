/** A world that experiments strike, and a clock that moves while somebody waits. */
import type { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import { ManualClock as Clock } from "../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../src/core/random.ts";
import { ChaosExperiment, type ChaosExperimentOptions, type InjectionResult } from "../../src/chaos/experiment.ts";
import type { ChaosTarget, ChaosInjection } from "../../src/chaos/model.ts";
import { probe } from "../../src/chaos/probes.ts";
import { ChaosRunner } from "../../src/chaos/runner.ts";
import type { ChaosRunnerOptions } from "../../src/chaos/runner-options.ts";
import type { CallOptions } from "../../src/ports/store.ts";

export const T0: number = Date.UTC(2026, 2, 2, 10);

/** Strikes targets of a world that remembers what was done to it. */
export class Strike extends ChaosExperiment {
  readonly kind: string;
  override readonly isUndone: boolean;
  /** What is wrong in the world now, by the injection's id. */
  readonly faults = new Map<string, string>();
  readonly injected: string[] = [];
  /** Every call of undo, by the injection's id. */
  readonly undone: string[] = [];
  all: readonly ChaosTarget[];
  injecting: (injection: ChaosInjection, options: CallOptions) => Promise<InjectionResult> | InjectionResult = ({
    target,
  }) => ({
    result: "done",
    message: `${target} is struck`,
  });
  undoing: (injection: ChaosInjection, options: CallOptions) => Promise<void> | void = () => undefined;

  constructor(
    options: Partial<ChaosExperimentOptions> & {
      readonly kind?: string;
      readonly isUndone?: boolean;
      readonly all?: readonly ChaosTarget[];
    } = {},
  ) {
    const { kind = "strike", isUndone = true, all = targetsOf(4), ...rest } = options;
    super({ name: "a strike", duration: "10s", steadyState: [probe("fine", () => true)], ...rest });
    this.kind = kind;
    this.isUndone = isUndone;
    this.all = all;
  }

  targets(): readonly ChaosTarget[] {
    return this.all;
  }

  async inject(injection: ChaosInjection, options: CallOptions): Promise<InjectionResult> {
    this.injected.push(injection.target);
    const result = await this.injecting(injection, options);
    if (result.result === "done") this.faults.set(injection.id, injection.target);
    return result;
  }

  async undo(injection: ChaosInjection, options: CallOptions): Promise<void> {
    this.undone.push(injection.id);
    await this.undoing(injection, options);
    this.faults.delete(injection.id);
  }
}

/** `count` healthy targets of one group. */
export function targetsOf(count: number, more: Partial<ChaosTarget> = {}): readonly ChaosTarget[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `web-${String(index)}`,
    group: "web",
    healthy: true,
    labels: {},
    details: { place: index },
    ...more,
  }));
}

/** A runner that strikes, by a clock that stands at {@link T0}. */
export async function runnerOf(
  options: Partial<ChaosRunnerOptions> = {},
): Promise<{ readonly runner: ChaosRunner; readonly clock: ManualClock; readonly store: MemoryStateStore }> {
  const clock = new Clock(T0);
  const store = new MemoryStateStore();
  const runner = await ChaosRunner.open({
    store,
    guard: "none",
    armed: true,
    clock,
    random: seededRandom("chaos"),
    ...options,
  });
  return { runner, clock, store };
}

/** Lets time pass until `promise` settles; what needs more than `mostMs` hangs. */
export async function passing<T>(
  clock: ManualClock,
  promise: Promise<T>,
  { stepMs = 50, mostMs = 600_000, onStep = () => undefined }: PassingOptions = {},
): Promise<T> {
  const state = { isSettled: false };
  const settle = (): void => {
    state.isSettled = true;
  };
  promise.then(settle, settle);
  for (let passedMs = 0; passedMs <= mostMs; passedMs += stepMs) {
    await settled();
    if (state.isSettled) return promise;
    onStep(passedMs);
    clock.advance(stepMs);
  }
  throw new Error(`nothing came of it in ${String(mostMs)} ms`);
}

export interface PassingOptions {
  readonly stepMs?: number;
  readonly mostMs?: number;
  /** Called before each step, with the milliseconds that have passed. */
  readonly onStep?: (passedMs: number) => void;
}

/** All that can happen without time passing has happened. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
