/** What is seen before, during and after a run: by the probes of its steady state, and by the guard on its budget. */
import { isAborted, pause } from "../core/abort.ts";
import type { Clock } from "../core/time/clock.ts";

import type { BudgetGuard } from "./guard.ts";
import type { ChaosPhase, ChaosReason, ProbeObservation } from "./model.ts";
import type { Probe } from "./probes.ts";
import { ask, type Asking } from "./steady-state.ts";

/** Whom a run asks, and how often. */
export interface WatchingOptions {
  readonly probes: readonly Probe[];
  readonly guard: BudgetGuard | undefined;
  /** Whose budgets the guard looks at. */
  readonly services: readonly string[];
  readonly clock: Clock;
  /** Of one look of one probe, in milliseconds. */
  readonly timeoutMs: number;
  readonly probeEveryMs: number;
  readonly recoveryMs: number;
  /** Told what was thrown, and while what was done. */
  readonly onError: (doing: string, error: unknown) => void;
}

/** A probe with how often it is asked, and the code of what it finds. */
interface Watcher {
  readonly probe: Probe;
  readonly everyMs: number;
  readonly code: "guarded" | "not_steady";
}

/** All looks of one run. */
export class Watching {
  readonly #options: WatchingOptions;
  readonly #watchers: readonly Watcher[];
  readonly #observations: ProbeObservation[] = [];
  #sawSteadyState = false;

  constructor(options: WatchingOptions) {
    const { probes, guard, services, probeEveryMs } = options;
    this.#options = options;
    const guarding: readonly Watcher[] =
      guard === undefined
        ? []
        : [
            {
              probe: { name: "error budget", check: (call) => guard.look(services, call) },
              everyMs: guard.everyMs,
              code: "guarded",
            },
          ];
    this.#watchers = [
      ...guarding,
      ...probes.map((probe): Watcher => ({ probe, everyMs: probeEveryMs, code: NOT_STEADY })),
    ];
  }

  /** Nobody would see what the run does. */
  get isBlind(): boolean {
    return this.#watchers.length === 0;
  }

  /** What was seen so far. */
  get observations(): readonly ProbeObservation[] {
    return this.#observations;
  }

  /** What keeps the run from beginning. */
  async before(signal: AbortSignal): Promise<readonly ChaosReason[]> {
    const problems = await this.#look(this.#watchers, "before", signal);
    const guarding = this.#watchers.filter(({ code }) => code === "guarded");
    // Probes may take their time, and the budget goes on meanwhile.
    const isOld = problems.length === 0 && guarding.length < this.#watchers.length;
    return isOld ? this.#look(guarding, "before", signal) : problems;
  }

  /** Looks again and again until `over`; tells `onProblem` what does not hold any more, and is done with that. */
  async during(over: AbortSignal, onProblem: (reason: ChaosReason) => void): Promise<void> {
    const again = async (watcher: Watcher): Promise<void> => {
      for (;;) {
        await pause(this.#options.clock, watcher.everyMs, { signal: over, keepAlive: true });
        if (isAborted(over)) return;
        const seen = await ask(watcher.probe, "during", this.#asking(over));
        // Nobody waits for this answer any more.
        if (isAborted(over)) return;
        if (watcher.code === NOT_STEADY) this.#sawSteadyState = true;
        this.#observe(seen);
        if (seen.ok) continue;
        onProblem({ code: watcher.code, message: seen.message });
        return;
      }
    };
    await Promise.all(this.#watchers.map(again));
  }

  /** A run that was over before the first look at its steady state is looked at once: what does not hold. */
  async atLast(signal: AbortSignal): Promise<readonly ChaosReason[]> {
    return this.#sawSteadyState ? [] : this.#look(this.#steadyState(), "during", signal);
  }

  /**
   * What of the steady state does not come back in time; undefined if there is none to look at.
   *
   * @param isHurried - looks once: somebody waits for the end
   */
  async after(isHurried: () => boolean): Promise<readonly ChaosReason[] | undefined> {
    const { clock, recoveryMs, probeEveryMs } = this.#options;
    const watchers = this.#steadyState();
    if (watchers.length === 0) return undefined;
    const until = clock.monotonic() + recoveryMs;
    for (;;) {
      const seen = await Promise.all(watchers.map(({ probe }) => ask(probe, "after", this.#asking())));
      const leftMs = until - clock.monotonic();
      if (seen.every(({ ok }) => ok) || leftMs <= 0 || isHurried()) {
        for (const one of seen) this.#observe(one);
        return seen.flatMap(({ ok, message }) => (ok ? [] : [{ code: NOT_STEADY, message }]));
      }
      await pause(clock, Math.min(leftMs, probeEveryMs), { keepAlive: true });
    }
  }

  #steadyState(): readonly Watcher[] {
    return this.#watchers.filter(({ code }) => code === NOT_STEADY);
  }

  async #look(watchers: readonly Watcher[], phase: ChaosPhase, signal: AbortSignal): Promise<readonly ChaosReason[]> {
    const seen = await Promise.all(
      watchers.map(async ({ probe, code }) => ({ code, ...(await ask(probe, phase, this.#asking(signal))) })),
    );
    for (const { code: _, ...observation } of seen) this.#observe(observation);
    return seen.flatMap(({ ok, code, message }) => (ok ? [] : [{ code, message }]));
  }

  #asking(signal?: AbortSignal): Asking {
    const { clock, timeoutMs, onError } = this.#options;
    return { clock, timeoutMs, onError, ...(signal === undefined ? {} : { signal }) };
  }

  #observe(observation: ProbeObservation): void {
    if (this.#observations.length < MOST_OBSERVATIONS) this.#observations.push(observation);
    else this.#observations[MOST_OBSERVATIONS - 1] = observation;
  }
}

const NOT_STEADY = "not_steady";

/** Of one run: an hour of looks of the guard four times a second is more. */
const MOST_OBSERVATIONS = 10_000;
