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
import type { BlastRadius, ChaosMoment, ChaosOutcome, ChaosReason, ChaosReport, ChaosTarget } from "./model.ts";
import { Watching } from "./watching.ts";

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
  readonly #timeline: ChaosMoment[] = [];
  readonly #reasons: ChaosReason[] = [];
  readonly #startedAt: number;
  #choice: Choice = { targets: 0, eligible: 0, chosen: [], share: 0, problem: undefined };
  #watching: Watching | undefined;
  #steadyAfterwards: boolean | undefined;

  constructor(experiment: ChaosExperiment, context: RunContext) {
    const { clock, timing } = context;
    this.#experiment = experiment;
    this.#context = context;
    this.#startedAt = clock.now();
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
  }

  /** Goes through with it. Never rejects: whatever happens is told by the report, and undone. */
  async go(): Promise<ChaosReport> {
    const { ending, struck } = this.#context;
    let outcome: ChaosOutcome;
    try {
      const begun = await this.#begin();
      outcome = typeof begun === "string" ? begun : await this.#strike(begun);
    } catch (error) {
      // Ours, or what an experiment's own functions threw outside of injecting.
      outcome = ending.signal.aborted ? "aborted" : "failed";
      if (!ending.signal.aborted) this.#reason("failed", `it failed: ${publicReason(error)}`);
    }
    await this.#injections.undoAll();
    const { records } = this.#injections;
    for (const { target, undo } of records)
      if (undo === "not_yet") this.#reason("not_undone", `${target} is not undone yet: it is in the journal`);
    if (ending.signal.aborted) this.#reasons.unshift(ending.signal.reason as ChaosReason);
    if (records.length > 0) await this.#lookAfterwards();
    for (const { id } of this.#choice.chosen) struck.delete(id);
    return this.#report(outcome);
  }

  /** Who watches while it strikes, if it may; what is looked at changes nothing. */
  async #begin(): Promise<ChaosOutcome | Watching> {
    const experiment = this.#experiment;
    const { random, struck, isArmed, ending, guard, clock, timing, blastRadius } = this.#context;
    const { signal } = ending;
    const { services } = experiment;
    const watching = new Watching({ probes: experiment.steadyState(), guard, services, clock, ...timing });
    this.#watching = watching;
    if (watching.isBlind) {
      return this.#refuse(
        "no_steady_state",
        "there is neither a steady state nor a guard: nobody could tell what it does",
      );
    }
    if (guard !== undefined && services.length === 0) {
      return this.#refuse("no_services", "it names no services whose budgets could guard it");
    }
    const targets = await this.#targets();
    if (targets === undefined) return "refused";
    const caps = strictest(blastRadius, experiment.blastRadius);
    this.#choice = chooseTargets(targets, experiment.strike, caps, {
      random,
      struck,
      takesAway: experiment.takesAway,
    });
    // At once: while this one looks around, another may choose.
    for (const { id, group } of this.#choice.chosen) struck.set(id, group);
    if (this.#choice.problem !== undefined) return this.#refuse("no_targets", this.#choice.problem);
    const problems = await watching.before(signal);
    if (isAborted(signal)) return "aborted";
    for (const { code, message } of problems) this.#reason(code, message);
    if (problems.length > 0) return "refused";
    const chosen = this.#choice.chosen.map(({ id }) => id).join(", ");
    if (!isArmed) {
      this.#tell("dry_run", `${chosen} would be struck`);
      return "dry_run";
    }
    this.#tell(STRIKES, `the steady state holds; ${chosen} is struck`);
    return watching;
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

  async #strike(watching: Watching): Promise<ChaosOutcome> {
    const { clock, ending } = this.#context;
    const { signal } = ending;
    // Watched from the first injection on: the rest of them may be what is too much.
    const stop = new AbortController();
    const over = AbortSignal.any([signal, stop.signal]);
    const end = (reason: ChaosReason): void => {
      ending.abort(reason);
    };
    const seen = watching.during(over, end);
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
      if (!isAborted(signal)) (await watching.atLast(signal)).slice(0, 1).forEach(end);
      return isAborted(signal) ? "aborted" : "completed";
    } finally {
      stop.abort();
      await seen;
    }
  }

  /** Whether the steady state comes back in time. */
  async #lookAfterwards(): Promise<void> {
    const missing = await this.#watching?.after();
    if (missing === undefined) return;
    this.#steadyAfterwards = missing.length === 0;
    if (missing.length > 0) this.#reason("not_recovered", missing.map(({ message }) => message).join("; "));
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
      observations: this.#watching?.observations ?? [],
      timeline: this.#timeline,
    };
  }
}

/** The code of the moment at which a run begins to strike: it is armed, the steady state holds, and whom it strikes is chosen. */
export const STRIKES = "strikes";

/** The report of a run that did not even look around. */
export function refused(
  { name, kind, description, services }: ChaosExperiment,
  {
    id,
    by,
    at,
    refusal,
  }: { readonly id: string; readonly by: string; readonly at: number; readonly refusal: ChaosReason },
): ChaosReport {
  return {
    ...{ id, experiment: name, kind, description, services, by, startedAt: at, endedAt: at },
    outcome: "refused",
    reasons: [refusal],
    steadyAfterwards: undefined,
    blastRadius: { targets: 0, eligible: 0, chosen: [], share: 0 },
    injections: [],
    observations: [],
    timeline: [{ at, ...refusal }],
  };
}
