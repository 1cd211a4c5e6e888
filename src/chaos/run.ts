/** The course of one run: look, choose, inject, watch, undo, look again. */
import { isAborted, onAbort, pause } from "../core/abort.ts";
import type { Clock } from "../core/time/clock.ts";
import { steadyClock } from "../core/time/steady-clock.ts";
import { isReliabilityError } from "../core/errors.ts";
import { publicReason } from "../core/public-reason.ts";
import type { Random } from "../core/random.ts";
import { withDeadline } from "../core/deadline.ts";

import { type Caps, type Choice, chooseTargets, strictest } from "./blast-radius.ts";
import type { ChaosExperiment } from "./experiment.ts";
import type { BudgetGuard } from "./guard.ts";
import { Injections } from "./injections.ts";
import type { ChaosJournal } from "./journal.ts";
import type { BlastRadius, ChaosMoment, ChaosOutcome, ChaosReason, ChaosReport, ChaosTarget } from "./model.ts";
import { checkTargets } from "./targets.ts";
import { Watching } from "./watching.ts";

/** All that a run needs from its runner. */
export interface RunContext {
  readonly id: string;
  readonly by: string;
  /** Asked once more when all was looked at. */
  readonly isArmed: () => boolean;
  /** Why nothing may begin any more, though it might when the run began; undefined if it may. */
  readonly obstacle: () => ChaosReason | undefined;
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
  /** Why what is in the journal could not be undone, by ids of injections. */
  readonly problems: Map<string, string>;
  /** Aborts with a {@link ChaosReason} when the run must end. */
  readonly ending: AbortController;
  readonly onMoment: (moment: ChaosMoment) => void;
  /** Told what was thrown, and while what was done. */
  readonly onError: (doing: string, error: unknown) => void;
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
    const { timing } = context;
    // However the clock on the wall is set meanwhile, a run lasts as long as it lasts.
    const clock = steadyClock(context.clock);
    this.#experiment = experiment;
    this.#context = { ...context, clock };
    this.#startedAt = clock.now();
    this.#injections = new Injections({
      run: context.id,
      experiment,
      journal: context.journal,
      pending: context.pending,
      problems: context.problems,
      onLateUndo: (target) => context.struck.delete(target),
      clock,
      timeoutMs: timing.timeoutMs,
      undoAttempts: timing.undoAttempts,
      onError: context.onError,
      tell: (code, message) => {
        this.#tell(code, message);
      },
    });
  }

  /** Goes through with it. Never rejects: whatever happens is told by the report, and undone. */
  async go(): Promise<ChaosReport> {
    const { ending, struck } = this.#context;
    let outcome: ChaosOutcome;
    const release = onAbort(ending.signal, () => {
      const { code, message } = ending.signal.reason as ChaosReason;
      this.#tell(code, message);
    });
    try {
      const begun = await this.#begin();
      outcome = typeof begun === "string" ? begun : await this.#strike(begun);
    } catch (error) {
      // Ours, or what an experiment's own functions threw outside of injecting.
      outcome = ending.signal.aborted ? "aborted" : "failed";
      if (!ending.signal.aborted) {
        this.#context.onError("the run", error);
        this.#reason("failed", `it failed: ${publicReason(error)}`);
      }
    }
    await this.#injections.undoAll();
    const { records } = this.#injections;
    const left = records.filter(({ undo }) => undo === "not_yet");
    // Who asks for the outcome alone must not take it for done.
    if (left.length > 0 && outcome === "completed") outcome = "failed";
    for (const { target } of left) this.#reason("not_undone", `${target} is not undone yet: it is in the journal`);
    if (ending.signal.aborted) this.#reasons.unshift(ending.signal.reason as ChaosReason);
    if (records.length > 0) await this.#lookAfterwards();
    release();
    // What is not undone is struck still.
    const still = new Set(left.map(({ target }) => target));
    for (const { id } of this.#choice.chosen) if (!still.has(id)) struck.delete(id);
    return this.#report(outcome);
  }

  /** Who watches while it strikes, if it may; what is looked at changes nothing. */
  async #begin(): Promise<ChaosOutcome | Watching> {
    const experiment = this.#experiment;
    const { isArmed, ending, guard, clock, timing, onError, obstacle } = this.#context;
    const { signal } = ending;
    const { services } = experiment;
    const watching = new Watching({ probes: experiment.steadyState(), guard, services, clock, onError, ...timing });
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
    const problems = await watching.before(signal);
    if (isAborted(signal)) return "aborted";
    for (const { code, message } of problems) this.#reason(code, message);
    if (problems.length > 0) return "refused";
    // After the probes, which may take their time: whoever is healthy now is looked at now.
    const targets = await this.#targets();
    if (isAborted(signal)) return "aborted";
    if (targets === undefined || !this.#choose(targets)) return "refused";
    const inTheWay = obstacle();
    if (inTheWay !== undefined) return this.#refuse(inTheWay.code, inTheWay.message);
    const chosen = this.#choice.chosen.map(({ id }) => id).join(", ");
    if (!isArmed()) {
      this.#tell("dry_run", `${chosen} would be struck`);
      return "dry_run";
    }
    this.#tell(STRIKES, `the steady state holds; ${chosen} is struck`);
    return watching;
  }

  /** Chooses whom to strike; false if nobody may be. */
  #choose(targets: readonly ChaosTarget[]): boolean {
    const { random, struck } = this.#context;
    const { strike, takesAway } = this.#experiment;
    this.#choice = chooseTargets(targets, strike, this.#caps(), { random, struck, takesAway });
    // At once: another may choose the next moment.
    for (const { id, group } of this.#choice.chosen) struck.set(id, group);
    if (this.#choice.problem !== undefined) this.#refuse("no_targets", this.#choice.problem);
    return this.#choice.problem === undefined;
  }

  /** Whether a target that was chosen may still be struck: others may have failed since. */
  async #mayStill(target: ChaosTarget): Promise<boolean> {
    const { random, struck, ending } = this.#context;
    const targets = await this.#targets();
    if (targets === undefined || isAborted(ending.signal)) return false;
    const done = new Set(this.#injections.records.map((record) => record.target));
    const waiting = new Set(this.#choice.chosen.map(({ id }) => id).filter((id) => !done.has(id)));
    const others = new Map([...struck].filter(([id]) => !waiting.has(id)));
    const alone = targets.map((one) => ({ ...one, isSpared: one.id !== target.id }));
    const { takesAway } = this.#experiment;
    const { chosen } = chooseTargets(alone, 1, this.#caps(), { random, struck: others, takesAway });
    if (chosen.length === 0) this.#tell("spared", `${target.id} is spared: the caps do not allow it any more`);
    return chosen.length > 0;
  }

  #caps(): Caps {
    return strictest(this.#context.blastRadius, this.#experiment.blastRadius);
  }

  /** What could be struck; undefined where the experiment says that it may not. */
  async #targets(): Promise<readonly ChaosTarget[] | undefined> {
    const { clock, timing, ending } = this.#context;
    const { kind } = this.#experiment;
    try {
      const targets: unknown = await withDeadline((aborting) => this.#experiment.targets({ signal: aborting }), {
        clock,
        timeoutMs: timing.timeoutMs,
        operation: `to list what ${kind} could strike`,
        signal: ending.signal,
        keepAlive: true,
      });
      return checkTargets(targets, kind);
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
    const seen = watching.during(over, end).catch((error: unknown) => {
      this.#context.onError("watching", error);
      end({ code: "failed", message: `nobody watches any more: ${publicReason(error)}` });
    });
    try {
      for (const [place, target] of this.#choice.chosen.entries()) {
        if (isAborted(signal)) return "aborted";
        // The first was looked at a moment ago.
        if (place > 0 && !(await this.#mayStill(target))) continue;
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
    const { ending } = this.#context;
    // Whoever stops it waits for what is undone, and not for what comes back.
    const isHurried = (): boolean =>
      HURRIED.includes((ending.signal.reason as Partial<ChaosReason> | undefined)?.code ?? "");
    const missing = await this.#watching?.after(isHurried);
    if (missing === undefined) return;
    this.#steadyAfterwards = missing.length === 0;
    if (missing.length === 0) this.#tell("steady_again", "the steady state holds again");
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

const HURRIED: readonly string[] = ["killed", "stopped"];
