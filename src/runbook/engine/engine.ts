/** Works through a run: its steps in order, groups side by side, and back again when it failed. */
import { cut } from "../../core/cut.ts";
import { giveWay } from "../../core/give-way.ts";
import type { Logger } from "../../ports/logger.ts";

import type { RunbookApprover } from "./approval.ts";
import { doGroup } from "./group.ts";
import { doStep, isBegun, isFailure, type StepWork } from "./step.ts";
import type { PlannedStep, RunEnded, RunEvent, RunOccurrence } from "../events.ts";
import { type RunState, recordOf } from "../fold.ts";
import { ApprovalGate } from "./gate.ts";
import { HandedOverError, LostRunError, type RunKeeper } from "./keeper.ts";
import type { Runbook, RunbookStep, WorkStep } from "../model.ts";
import { nameOf } from "../patience.ts";
import { type GivenValues, RunValuesOf } from "./run-values.ts";
import type { RunStep, StepAttempt } from "../run.ts";
import type { StepSettings } from "../performing/settings.ts";

/** What an engine works with. */
export interface EngineOptions {
  readonly id: string;
  readonly runbook: Runbook;
  readonly keeper: RunKeeper;
  readonly settings: StepSettings;
  readonly approver: RunbookApprover | undefined;
  readonly logger: Logger;
  /** A run that nobody has written to for so long is anybody's, in milliseconds. */
  readonly leaseMs: number;
  /** How much output is kept of the whole run, in characters. */
  readonly maxRunOutput: number;
  /** What the call handed over; undefined for a run that is resumed. */
  readonly given: GivenValues | undefined;
  /** Whether the run is written into an incident's timeline. */
  readonly isTold: boolean;
  readonly onText: (step: string, stream: "stdout" | "stderr", text: string) => void;
}

/** How often it is looked whether somebody has said something: cancels it, say. */
const LOOK_EVERY_MS = 2_000;
/** The share of the lease after which a run that could not be renewed is given up: before another one may take it. */
const SILENCE = 0.8;
const TURNS = 50;

/** One run that this process works on. */
export class RunEngine {
  readonly #options: EngineOptions;
  readonly #gate: ApprovalGate;
  readonly #work: StepWork;
  readonly #cancelled = new AbortController();
  readonly #lost = new AbortController();
  #asked: { readonly by: string; readonly reason: string } | undefined;
  #kept = 0;
  #loss: unknown;
  #isLeaving = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { id, keeper, settings, approver, logger, onText } = options;
    const add = (...occurrences: readonly RunOccurrence[]): Promise<RunState> => this.#add(...occurrences);
    const state = (): RunState => this.#state();
    const record = (name: string): RunStep | undefined => recordOf(state(), name);
    const { clock, redactor } = settings;
    const look = (): Promise<void> => this.#look();
    this.#gate = new ApprovalGate({ approver, clock, logger, redactor, add, look, step: record });
    const values = new RunValuesOf(settings.secrets, options.given);
    this.#work = {
      settings,
      gate: this.#gate,
      state,
      record,
      values: () => values.of(state()),
      add,
      outputLeft: () => options.maxRunOutput - this.#kept,
      onText,
    };
    // What an earlier process has kept counts as well.
    for (const { attempts } of keeper.known(id)?.steps ?? []) for (const attempt of attempts) this.#count(attempt);
  }

  /** Told of each event of the run that is kept, whoever said it. */
  heard(event: RunEvent): void {
    if (event.type === "approval_answered") this.#gate.heard(event);
    if (event.type === "cancel_requested") this.#cancelled.abort();
    if (event.type === "step_ended") this.#count(event.attempt);
    if (this.#isLeaving) this.#leaveIfWaiting();
  }

  /** Leaves the run to another process as soon as nothing of it is being done and an answer is waited for. */
  handOver(): void {
    this.#isLeaving = true;
    this.#leaveIfWaiting();
  }

  /** Ends what runs at once; the journal is told as soon as it can be. */
  cancel(asked: { readonly by: string; readonly reason: string }): void {
    this.#asked ??= asked;
    this.#cancelled.abort();
  }

  /** Somebody else has the run: ends what runs, and writes no more. */
  lose(loss: unknown): void {
    this.#loss ??= loss;
    this.#lost.abort(loss);
  }

  /** Works through the run to its end. Rejects if its journal cannot be written, or somebody else has it now. */
  async run(): Promise<RunState> {
    const stop = this.#watch();
    try {
      const before = this.#state();
      if (before.cancel !== undefined) this.#cancelled.abort();
      if (before.status === "running") await this.#forward();
      if (this.#state().status === "rolling_back") await this.#rollBack();
      return this.#state();
    } catch (error) {
      throw this.#loss ?? error;
    } finally {
      stop();
      // Nothing that was begun may go on for a run that is not ours.
      this.#lost.abort();
    }
  }

  #leaveIfWaiting(): void {
    const { id, keeper } = this.#options;
    const state = keeper.known(id);
    if (state?.steps.some(({ status }) => status === "waiting") !== true || this.#isBusy(state)) return;
    const whose = "whoever looks for runs to resume goes on with it";
    this.lose(new HandedOverError(`${id} waits for an approval, and its executor is closed: ${whose}`));
  }

  /** Whether something is being done, or is about to be beside what waits. */
  #isBusy(state: RunState): boolean {
    if (state.steps.some(({ status, kind }) => status === "running" && kind !== "parallel")) return true;
    return this.#options.runbook.steps.some((step) => {
      if (step.kind !== "parallel") return false;
      const statuses = step.steps.map(({ name }) => recordOf(state, name)?.status);
      const waiting = statuses.filter((status) => status === "waiting").length;
      return waiting > 0 && waiting < step.maxParallel && statuses.includes("pending");
    });
  }

  async #forward(): Promise<void> {
    const signal = AbortSignal.any([this.#cancelled.signal, this.#lost.signal]);
    let failure: string | undefined;
    for (const step of this.#options.runbook.steps) {
      // What was begun is brought to its end; nothing new begins.
      if (signal.aborted && !this.#wasBegun(step)) continue;
      const status = await (step.kind === "parallel"
        ? doGroup(step, this.#work, signal)
        : doStep(step, this.#work, signal));
      if (!isFailure(status) || step.continueOnFailure) continue;
      failure = this.#why(step);
      break;
    }
    this.#checkMine();
    if (this.#asked !== undefined && this.#state().cancel === undefined && this.#isLeft()) {
      await this.#add({ type: "cancel_requested", ...this.#asked });
    }
    const { cancel } = this.#state();
    // Who cancels what is through already is too late.
    if (failure === undefined && !this.#isLeft()) {
      await this.#end("succeeded");
      return;
    }
    const outcome = failure === undefined ? "cancelled" : "failed";
    const who = cancel === undefined ? "nobody knows by whom" : `by ${cancel.by}`;
    const why = cancel?.reason === undefined ? "" : `: ${cancel.reason}`;
    const reason = cut(failure ?? `cancelled ${who}${why}`, 2_000);
    const isTakenBack = outcome === "failed" || this.#options.runbook.rollbackOnCancel;
    if (!isTakenBack || this.#undoing().length === 0) await this.#end(outcome, reason);
    else await this.#add({ type: "rollback_began", reason, outcome });
  }

  /** Whether something was done about a step, or a part of it. */
  #wasBegun(step: RunbookStep): boolean {
    const state = this.#state();
    const names = step.kind === "parallel" ? [step.name, ...step.steps.map(({ name }) => name)] : [step.name];
    return names.some((name) => isBegun(recordOf(state, name)));
  }

  /** Whether something of the run was not done because it was cancelled. */
  #isLeft(): boolean {
    return this.#state().steps.some(({ status, of, endedAt }) => {
      return status === "cancelled" || (endedAt === undefined && of === undefined);
    });
  }

  async #rollBack(): Promise<void> {
    const undoing = this.#undoing();
    let done = 0;
    for (const { step, of } of undoing) {
      this.#checkMine();
      const planned: PlannedStep = {
        name: step.name,
        kind: step.kind,
        of,
        isRollback: true,
        ...(step.title === undefined ? {} : { title: step.title }),
      };
      // What is to be cancelled is being taken back here: that goes on.
      const status = await doStep(step, this.#work, this.#lost.signal, planned);
      if (!isFailure(status)) done += 1;
    }
    this.#checkMine();
    const { outcome = "failed", reason = "" } = this.#state();
    const taken = `${String(done)} of ${String(undoing.length)} rollback steps done`;
    await this.#end(outcome, `${reason}; ${taken}`);
  }

  /** What takes back what was done, the last first. */
  #undoing(): readonly { readonly step: WorkStep; readonly of: string }[] {
    const state = this.#state();
    const byName = new Map(this.#options.runbook.steps.flatMap(partsOf).map((step) => [step.name, step]));
    return state.finished.toReversed().flatMap((name) => {
      const step = byName.get(name);
      const status = recordOf(state, name)?.status;
      if (step === undefined || status === undefined) return [];
      const isUndone = status === "succeeded" || (step.rollbackIf === "started" && status !== "dry");
      return isUndone ? step.rollback.map((rollback) => ({ step: rollback, of: name })) : [];
    });
  }

  #why(step: RunbookStep): string {
    const { status = "failed", reason, attempts = [] } = recordOf(this.#state(), step.name) ?? {};
    const often = attempts.length > 1 ? ` (${String(attempts.length)} attempts)` : "";
    return `step ${step.name} ${status.replaceAll("_", " ")}${reason === undefined ? "" : `: ${reason}`}${often}`;
  }

  #state(): RunState {
    const state = this.#options.keeper.known(this.#options.id);
    if (state === undefined) throw new LostRunError(`${this.#options.id} is not worked on here any more`);
    return state;
  }

  async #end(status: RunEnded["status"], reason?: string): Promise<void> {
    const mustTell = this.#options.isTold ? { mustTell: true } : {};
    await this.#add({ type: "ended", status, ...(reason === undefined ? {} : { reason }), ...mustTell });
  }

  /** Nothing is written of a run that is another's: what was broken off is no cancelling. */
  #checkMine(): void {
    if (this.#lost.signal.aborted) throw this.#loss;
  }

  async #add(...occurrences: readonly RunOccurrence[]): Promise<RunState> {
    this.#checkMine();
    try {
      return await this.#options.keeper.add(this.#options.id, occurrences);
    } catch (error) {
      // Whatever it is, what goes on here can not be written down.
      this.lose(error);
      throw error;
    }
  }

  async #look(): Promise<void> {
    try {
      await this.#options.keeper.look(this.#options.id);
    } catch (error) {
      if (error instanceof LostRunError) this.lose(error);
      throw error;
    }
  }

  #count({ stdout, stderr }: Pick<StepAttempt, "stdout" | "stderr">): void {
    this.#kept += (stdout?.text.length ?? 0) + (stderr?.text.length ?? 0);
  }

  /** Says now and then that the run is still worked on, hears what others say of it, and gives it up in time. */
  #watch(): () => void {
    const { settings, leaseMs, logger, id, keeper } = this.#options;
    const { clock } = settings;
    const everyMs = Math.min(LOOK_EVERY_MS, leaseMs / 6);
    let stopLooking = (): void => undefined;
    let stopFencing = (): void => undefined;
    let isBusy = false;
    const look = async (): Promise<void> => {
      isBusy = true;
      try {
        if (keeper.silentMs(id) >= leaseMs / 3) await this.#add({ type: "renewed" });
        else await this.#look();
      } catch (error) {
        logger.warn("a run could not be looked after", { run: id, error: nameOf(error) });
      } finally {
        isBusy = false;
      }
    };
    const wait = (): void => {
      stopLooking = clock.schedule(() => {
        if (!isBusy && !this.#lost.signal.aborted) void look();
        if (!this.#lost.signal.aborted) wait();
      }, everyMs);
    };
    // By the monotonic clock: another one may take the run when its lease is over, and must find nobody at work.
    const fence = (): void => {
      const leftMs = leaseMs * SILENCE - keeper.silentMs(id);
      stopFencing = clock.schedule(() => void check(), Math.max(leftMs, 1));
    };
    const check = async (): Promise<void> => {
      // A clock that was moved ahead in one go has left no time to say anything.
      for (let turn = 0; turn < TURNS && keeper.silentMs(id) >= leaseMs * SILENCE; turn += 1) await giveWay();
      if (this.#lost.signal.aborted) return;
      if (keeper.silentMs(id) < leaseMs * SILENCE) fence();
      else this.lose(new LostRunError(`${id} could not be written to for most of its lease; it is given up here`));
    };
    wait();
    fence();
    return () => {
      stopLooking();
      stopFencing();
    };
  }
}

function partsOf(step: RunbookStep): readonly WorkStep[] {
  return step.kind === "parallel" ? step.steps : [step];
}
