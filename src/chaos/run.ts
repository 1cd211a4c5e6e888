/** The course of one run: look, choose, inject, watch, undo, look again. */
import { isAborted, pause } from "../core/abort.ts";
import type { Clock } from "../core/clock.ts";
import { isReliabilityError } from "../core/errors.ts";
import { publicReason } from "../core/public-reason.ts";
import type { Random } from "../core/random.ts";
import { withDeadline } from "../core/deadline.ts";

import { type Choice, chooseTargets, strictest } from "./blast-radius.ts";
import type { ChaosExperiment } from "./experiment.ts";
import type { BudgetGuard } from "./guard.ts";
import { Injections } from "./injections.ts";
import type { ChaosJournal } from "./journal.ts";
import type {
  BlastRadius,
  ChaosMoment,
  ChaosOutcome,
  ChaosReason,
  ChaosReport,
  ChaosTarget,
  Observation,
} from "./model.ts";
import type { Probe } from "./probes.ts";
import { ask, askProbes } from "./steady-state.ts";

/** All that a run needs from its runner. */
export interface RunContext {
  readonly id: string;
  readonly by: string;
  readonly isArmed: boolean;
  readonly guard: BudgetGuard | undefined;
  readonly blastRadius: BlastRadius;
  readonly journal: ChaosJournal;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: ChaosTiming;
  /** Ids of who is being struck by other runs, each with its group; what this one strikes is added while it does. */
  readonly struck: Map<string, string>;
  /** Ids of injections that everybody has given up, and that have not answered yet. */
  readonly pending: Set<string>;
  /** Aborts with a {@link ChaosReason} when the run must end. */
  readonly ending: AbortController;
  readonly onMoment: (moment: ChaosMoment) => void;
}

/** How long things may take, in milliseconds. */
export interface ChaosTiming {
  /** One probe, one injection, one undoing. */
  readonly timeoutMs: number;
  /** Between two looks at the steady state while the experiment goes on. */
  readonly probeEveryMs: number;
  /** How long the steady state may take to come back. */
  readonly recoveryMs: number;
  readonly undoAttempts: number;
}

/** One run of one experiment. */
export class ChaosRun {
  readonly #experiment: ChaosExperiment;
  readonly #context: RunContext;
  readonly #injections: Injections;
  readonly #observations: Observation[] = [];
  readonly #timeline: ChaosMoment[] = [];
  readonly #reasons: ChaosReason[] = [];
  readonly #probes: readonly Probe[];
  readonly #startedAt: number;
  #choice: Choice = { targets: 0, eligible: 0, chosen: [], share: 0, problem: undefined };
  #steadyAfterwards: boolean | undefined;

  constructor(experiment: ChaosExperiment, context: RunContext) {
    const { guard, clock, timing } = context;
    this.#experiment = experiment;
    this.#context = context;
    this.#startedAt = clock.now();
    this.#probes = experiment.steadyState();
    this.#injections = new Injections({
      run: context.id,
      experiment,
      journal: context.journal,
      pending: context.pending,
      clock,
      timeoutMs: timing.timeoutMs,
      undoAttempts: timing.undoAttempts,
      tell: (code, message) => {
        this.#tell(code, message);
      },
    });
    if (guard !== undefined) {
      const { services } = experiment;
      this.#guarding = [{ name: GUARD, check: (options) => guard.look(services, options) }];
    }
  }

  readonly #guarding: readonly Probe[] = [];

  /** Goes through with it. Never rejects: whatever happens is told by the report, and undone. */
  async go(): Promise<ChaosReport> {
    const { ending, struck } = this.#context;
    let outcome: ChaosOutcome;
    try {
      outcome = await this.#begin();
      if (outcome === "completed") outcome = await this.#strike();
    } catch (error) {
      // Ours, or what an experiment's own functions threw outside of injecting.
      outcome = ending.signal.aborted ? "aborted" : "failed";
      if (!ending.signal.aborted) this.#reason("failed", `it failed: ${reasonOf(error)}`);
    }
    await this.#injections.undoAll();
    const { records } = this.#injections;
    for (const { target, undo } of records)
      if (undo === "not_yet") this.#reason("not_undone", `${target} is not undone yet: it is in the journal`);
    if (ending.signal.aborted) this.#reasons.unshift(ending.signal.reason as ChaosReason);
    if (records.length > 0) this.#steadyAfterwards = await this.#lookAfterwards();
    for (const { id } of this.#choice.chosen) struck.delete(id);
    return this.#report(outcome);
  }

  /** `completed` if it may strike; what is looked at changes nothing. */
  async #begin(): Promise<ChaosOutcome> {
    const { experiment, context } = { experiment: this.#experiment, context: this.#context };
    const { random, struck, isArmed, ending } = context;
    const { signal } = ending;
    if (this.#probes.length === 0 && this.#guarding.length === 0) {
      return this.#refuse(
        "no_steady_state",
        "there is neither a steady state nor a guard: nobody could tell what it does",
      );
    }
    if (this.#guarding.length > 0 && experiment.services.length === 0) {
      return this.#refuse("no_services", "it names no services whose budgets could guard it");
    }
    const targets = await this.#targets();
    if (targets === undefined) return "refused";
    const caps = strictest(context.blastRadius, experiment.blastRadius);
    this.#choice = chooseTargets(targets, experiment.strike, caps, {
      random,
      struck,
      takesAway: experiment.takesAway,
    });
    // At once: while this one looks around, another may choose.
    for (const { id, group } of this.#choice.chosen) struck.set(id, group);
    if (this.#choice.problem !== undefined) return this.#refuse("no_targets", this.#choice.problem);
    const seen = await this.#look("before");
    if (isAborted(signal)) return "aborted";
    const failing = seen.filter(({ ok }) => !ok);
    for (const { probe, message } of failing) {
      this.#reason(probe === GUARD ? "guarded" : "not_steady", message);
    }
    if (failing.length > 0) return "refused";
    const chosen = this.#choice.chosen.map(({ id }) => id).join(", ");
    if (!isArmed) {
      this.#tell("dry_run", `${chosen} would be struck`);
      return "dry_run";
    }
    this.#tell(STRIKES, `the steady state holds; ${chosen} is struck`);
    return "completed";
  }

  /** What could be struck; undefined where the experiment says that it may not. */
  async #targets(): Promise<readonly ChaosTarget[] | undefined> {
    const { clock, timing, ending } = this.#context;
    const { kind } = this.#experiment;
    try {
      return await withDeadline((aborting) => this.#experiment.targets({ signal: aborting }), {
        clock,
        timeoutMs: timing.timeoutMs,
        operation: `to list what ${kind} could strike`,
        signal: ending.signal,
        keepAlive: true,
      });
    } catch (error) {
      if (!isReliabilityError(error) || error.code !== "configuration") throw error;
      this.#refuse("no_targets", error.message);
      return undefined;
    }
  }

  async #strike(): Promise<ChaosOutcome> {
    const { clock, ending } = this.#context;
    const { signal } = ending;
    // Watched from the first injection on: the rest of them may be what is too much.
    const stop = new AbortController();
    const over = AbortSignal.any([signal, stop.signal]);
    const watching = this.#watch(over);
    try {
      for (const target of this.#choice.chosen) {
        if (isAborted(signal)) return "aborted";
        const { result, message } = await this.#injections.make(target, signal);
        if (result !== "failed") continue;
        if (isAborted(signal)) return "aborted";
        this.#reason("injection_failed", `${target.id}: ${message}`);
        return "failed";
      }
      const hasDone = this.#injections.records.some(({ result }) => result === "done");
      if (!hasDone) {
        this.#reason("all_refused", "every target refused to be struck");
        return "completed";
      }
      await pause(clock, this.#experiment.durationMs, { signal, keepAlive: true });
      await this.#lookOnce();
      return isAborted(signal) ? "aborted" : "completed";
    } finally {
      stop.abort();
      await watching;
    }
  }

  /** What was over before its first look is looked at once, before it is undone. */
  async #lookOnce(): Promise<void> {
    const { clock, timing, ending } = this.#context;
    const wasSeen = this.#observations.some(({ phase, probe }) => phase === "during" && probe !== GUARD);
    if (wasSeen || ending.signal.aborted) return;
    const seen = await askProbes(this.#probes, "during", {
      clock,
      timeoutMs: timing.timeoutMs,
      signal: ending.signal,
    });
    for (const one of seen) this.#observe(one);
    const failing = seen.find(({ ok }) => !ok);
    if (failing !== undefined) ending.abort({ code: "not_steady", message: failing.message });
  }

  /** Looks again and again, and ends the run when something does not hold. */
  async #watch(over: AbortSignal): Promise<void> {
    const { clock, timing, guard, ending } = this.#context;
    const again = async (probe: Probe, everyMs: number): Promise<void> => {
      for (;;) {
        await pause(clock, everyMs, { signal: over, keepAlive: true });
        if (isAborted(over)) return;
        const seen = await ask(probe, "during", { clock, timeoutMs: timing.timeoutMs, signal: over });
        // Nobody waits for this answer any more.
        if (isAborted(over)) return;
        this.#observe(seen);
        if (seen.ok) continue;
        ending.abort({ code: probe === this.#guarding[0] ? "guarded" : "not_steady", message: seen.message });
        return;
      }
    };
    await Promise.all([
      ...this.#guarding.map((probe) => again(probe, guard?.everyMs ?? timing.probeEveryMs)),
      ...this.#probes.map((probe) => again(probe, timing.probeEveryMs)),
    ]);
  }

  /** Whether the steady state comes back in time. */
  async #lookAfterwards(): Promise<boolean | undefined> {
    const { clock, timing } = this.#context;
    if (this.#probes.length === 0) return undefined;
    const until = clock.monotonic() + timing.recoveryMs;
    for (;;) {
      const seen = await askProbes(this.#probes, "after", { clock, timeoutMs: timing.timeoutMs });
      const isSteady = seen.every(({ ok }) => ok);
      const leftMs = until - clock.monotonic();
      if (isSteady || leftMs <= 0) {
        for (const one of seen) this.#observe(one);
        if (!isSteady)
          this.#reason("not_recovered", seen.flatMap(({ ok, message }) => (ok ? [] : [message])).join("; "));
        return isSteady;
      }
      await pause(clock, Math.min(leftMs, timing.probeEveryMs), { keepAlive: true });
    }
  }

  async #look(phase: "before"): Promise<readonly Observation[]> {
    const { clock, timing, ending } = this.#context;
    const asking = { clock, timeoutMs: timing.timeoutMs, signal: ending.signal };
    const seen = await askProbes([...this.#guarding, ...this.#probes], phase, asking);
    for (const one of seen) this.#observe(one);
    return seen;
  }

  #observe(observation: Observation): void {
    if (this.#observations.length < MOST_OBSERVATIONS) this.#observations.push(observation);
    else this.#observations[MOST_OBSERVATIONS - 1] = observation;
  }

  #refuse(code: string, message: string): ChaosOutcome {
    this.#reason(code, message);
    return "refused";
  }

  #reason(code: string, message: string): void {
    this.#reasons.push({ code, message });
    this.#tell(code, message);
  }

  #tell(code: string, message: string): void {
    const moment = { at: this.#context.clock.now(), code, message };
    this.#timeline.push(moment);
    this.#context.onMoment(moment);
  }

  #report(outcome: ChaosOutcome): ChaosReport {
    const { id, by, clock } = this.#context;
    const { name, kind, description, services } = this.#experiment;
    const { targets, eligible, chosen, share } = this.#choice;
    return {
      id,
      experiment: name,
      kind,
      description,
      services,
      by,
      startedAt: this.#startedAt,
      endedAt: clock.now(),
      outcome,
      reasons: this.#reasons,
      steadyAfterwards: this.#steadyAfterwards,
      blastRadius: { targets, eligible, chosen: chosen.map((target) => target.id), share },
      injections: this.#injections.records,
      observations: this.#observations,
      timeline: this.#timeline,
    };
  }
}

/** The code of the moment at which a run begins to strike: it is armed, the steady state holds, and whom it strikes is chosen. */
export const STRIKES = "strikes";

/** The name under which the guard is observed. */
export const GUARD = "error budget";

/** Half a day of looks every five seconds. */
const MOST_OBSERVATIONS = 10_000;

function reasonOf(error: unknown): string {
  return isReliabilityError(error) ? error.message : publicReason(error);
}
