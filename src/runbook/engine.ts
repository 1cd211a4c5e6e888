/** Works through a run: its steps in order, groups side by side, and back again when it failed. */
import { cut } from "../core/cut.ts";
import { isReliabilityError } from "../core/errors.ts";
import type { Logger } from "../ports/logger.ts";

import type { Approver } from "./approval.ts";
import { doGroup } from "./engine-group.ts";
import { doStep, isFailure, type StepWork } from "./engine-step.ts";
import type { PlannedStep, RunEvent, RunOccurrence } from "./events.ts";
import type { RunState } from "./fold.ts";
import { ApprovalGate } from "./gate.ts";
import { LostRunError, nameOf, type RunKeeper } from "./keeper.ts";
import type { Runbook, RunbookStep, WorkStep } from "./model.ts";
import { RunValuesOf } from "./run-values.ts";
import type { RunStep } from "./run.ts";
import type { StepSettings } from "./settings.ts";

/** What an engine works with. */
export interface EngineOptions {
  readonly id: string;
  readonly runbook: Runbook;
  readonly keeper: RunKeeper;
  readonly settings: StepSettings;
  readonly approver: Approver | undefined;
  readonly logger: Logger;
  /** How often it is said that the run is still worked on, in milliseconds. */
  readonly renewEveryMs: number;
  /** How much output is kept of the whole run, in characters. */
  readonly maxRunOutput: number;
  readonly onText: (step: string, stream: "stdout" | "stderr", text: string) => void;
}

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

  constructor(options: EngineOptions) {
    this.#options = options;
    const { id, keeper, settings, approver, logger, onText } = options;
    const add = (...occurrences: readonly RunOccurrence[]): Promise<RunState> => this.#add(...occurrences);
    const state = (): RunState => this.#state();
    const record = (name: string): RunStep | undefined => recordOf(state(), name);
    this.#gate = new ApprovalGate({
      approver,
      clock: settings.clock,
      logger,
      add,
      look: () => this.#watched(keeper.look(id)),
      step: record,
    });
    const values = new RunValuesOf(settings.secrets);
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
  }

  /** Told of each event of the run that is kept, whoever said it. */
  heard(event: RunEvent): void {
    if (event.type === "approval_answered") this.#gate.heard(event);
    if (event.type === "cancel_requested") this.#cancelled.abort();
    if (event.type === "step_ended") {
      const { stdout, stderr } = event.attempt;
      this.#kept += (stdout?.text.length ?? 0) + (stderr?.text.length ?? 0);
    }
  }

  /** Ends what runs at once; the journal is told as soon as it can be. */
  cancel(asked: { readonly by: string; readonly reason: string }): void {
    this.#asked ??= asked;
    this.#cancelled.abort();
  }

  /** Works through the run to its end. Rejects if its journal cannot be written, or somebody else has it now. */
  async run(): Promise<RunState> {
    const stop = this.#renew();
    try {
      const before = this.#state();
      if (before.cancel !== undefined) this.#cancelled.abort();
      if (before.status === "running") await this.#forward();
      const state = this.#state();
      if (state.status === "rolling_back") await this.#rollBack();
      return this.#state();
    } catch (error) {
      throw this.#loss ?? error;
    } finally {
      stop();
      // Nothing that was begun may go on for a run that is not ours.
      this.#lost.abort();
    }
  }

  async #forward(): Promise<void> {
    const signal = AbortSignal.any([this.#cancelled.signal, this.#lost.signal]);
    let failure: string | undefined;
    for (const step of this.#options.runbook.steps) {
      if (signal.aborted) break;
      const status = await (step.kind === "parallel"
        ? doGroup(step, this.#work, signal)
        : doStep(step, this.#work, signal));
      if (!isFailure(status) || step.continueOnFailure) continue;
      failure = this.#why(step);
      break;
    }
    if (this.#asked !== undefined && this.#state().cancel === undefined && this.#isLeft()) {
      await this.#add({ type: "cancel_requested", ...this.#asked });
    }
    const { cancel } = this.#state();
    // Who cancels what is through already is too late.
    if (failure === undefined && (cancel === undefined || !this.#isLeft())) {
      await this.#add({ type: "ended", status: "succeeded" });
      return;
    }
    const outcome = failure === undefined ? "cancelled" : "failed";
    const asked =
      cancel === undefined ? "" : `cancelled by ${cancel.by}${cancel.reason === undefined ? "" : `: ${cancel.reason}`}`;
    const reason = cut(failure ?? asked, 2_000);
    const isTakenBack = outcome === "failed" || this.#options.runbook.rollbackOnCancel;
    if (!isTakenBack || this.#undoing().length === 0) await this.#add({ type: "ended", status: outcome, reason });
    else await this.#add({ type: "rollback_began", reason, outcome });
  }

  /** Whether something of the run was not done because it was cancelled. */
  #isLeft(): boolean {
    return this.#state().steps.some(
      ({ status, of }) => status === "cancelled" || (status === "pending" && of === undefined),
    );
  }

  async #rollBack(): Promise<void> {
    const undoing = this.#undoing();
    let done = 0;
    for (const { step, of } of undoing) {
      if (this.#lost.signal.aborted) break;
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
    const { outcome = "failed", reason = "" } = this.#state();
    const taken = `${String(done)} of ${String(undoing.length)} rollback steps done`;
    await this.#add({ type: "ended", status: outcome, reason: `${reason}; ${taken}` });
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

  #add(...occurrences: readonly RunOccurrence[]): Promise<RunState> {
    return this.#watched(this.#options.keeper.add(this.#options.id, occurrences));
  }

  /** Whatever says that the run is lost ends all that goes on for it. */
  async #watched<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      if (error instanceof LostRunError || isReliabilityError(error)) {
        this.#loss ??= error;
        this.#lost.abort(error);
      }
      throw error;
    }
  }

  #renew(): () => void {
    const { settings, renewEveryMs, logger, id, keeper } = this.#options;
    let stop = (): void => undefined;
    let version = 0;
    const wait = (): void => {
      stop = settings.clock.schedule(() => void renew(), renewEveryMs);
    };
    const renew = async (): Promise<void> => {
      try {
        const state = keeper.known(id);
        if (state === undefined) return;
        // Whatever else was said in the meantime has renewed it as well.
        if (state.version === version) await this.#add({ type: "renewed" });
        version = keeper.known(id)?.version ?? 0;
      } catch (error) {
        logger.error("a run could not be renewed", { run: id, error: nameOf(error) });
      }
      if (!this.#lost.signal.aborted) wait();
    };
    wait();
    return () => {
      stop();
    };
  }
}

function partsOf(step: RunbookStep): readonly WorkStep[] {
  return step.kind === "parallel" ? step.steps : [step];
}

function recordOf({ steps, places }: RunState, name: string): RunStep | undefined {
  return steps[places.get(name) ?? -1];
}
