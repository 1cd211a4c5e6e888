/** What one run injects, each undone exactly once, whatever happens in between. */
import { isAborted, pause } from "../core/abort.ts";
import type { Clock } from "../core/time/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { invalid, show } from "../core/errors.ts";
import { publicReason } from "../core/public-reason.ts";
import { atOnce } from "../core/thenable.ts";

import type { ChaosExperiment, InjectionResult } from "./experiment.ts";
import type { ChaosJournal } from "./journal.ts";
import type { ChaosTarget, ChaosInjection, InjectionRecord } from "./model.ts";

/** For how long and how often it is tried. */
export interface InjectionLimits {
  readonly clock: Clock;
  /** Of one call of `inject` or `undo`, in milliseconds. */
  readonly timeoutMs: number;
  /** How often undoing is tried before it is left to the journal. */
  readonly undoAttempts: number;
  /** Told what was thrown, and while what was done. */
  readonly onError: (doing: string, error: unknown) => void;
}

/** Where something is injected: which run, by which experiment, written down where. */
export interface InjectionContext extends InjectionLimits {
  readonly run: string;
  readonly experiment: ChaosExperiment;
  readonly journal: ChaosJournal;
  /** Ids of injections of this process that have not answered yet: nobody else can undo these for good. */
  readonly pending: Set<string>;
  /** Why what is in the journal could not be undone, by ids of injections. */
  readonly problems: Map<string, string>;
  readonly tell: (code: string, message: string) => void;
  /** A target that everybody had given up is as it was. */
  readonly onLateUndo: (target: string) => void;
}

interface Making {
  readonly injection: ChaosInjection;
  record: InjectionRecord;
  /** Settles when `inject` does, which may be long after everybody has given up; never rejects. */
  settled: Promise<void>;
  isSettled: boolean;
}

/** The injections of one run. */
export class Injections {
  readonly #context: InjectionContext;
  readonly #all: Making[] = [];
  #undoing: Promise<void> | undefined;

  constructor(context: InjectionContext) {
    this.#context = context;
  }

  /** What became of each, so far. */
  get records(): readonly InjectionRecord[] {
    return this.#all.map(({ record }) => record);
  }

  /**
   * Injects into one target. Never rejects: what fails is a record that says so, and is undone like what was done. Rejects only
   * where nothing was done: the journal could not be written, or the signal was there first.
   */
  async make(target: ChaosTarget, signal: AbortSignal): Promise<InjectionRecord> {
    const { run, experiment, journal, clock, tell } = this.#context;
    const { timeoutMs = this.#context.timeoutMs } = experiment;
    const id = `${run}-${String(this.#all.length + 1)}`;
    const { kind } = experiment;
    const details = atOnce(experiment.prepare(target));
    signal.throwIfAborted();
    const injection: ChaosInjection = await journal.add({
      ...{ id, kind, target: target.id, details },
      ...{ run, experiment: experiment.name, at: clock.now() },
    });
    if (isAborted(signal)) {
      await journal.remove(id);
      throw signal.reason;
    }
    const making: Making = {
      injection,
      record: {
        ...{ id, kind, target: target.id },
        result: "failed",
        message: "",
        injectedAt: clock.now(),
        undoneAt: undefined,
        undo: "not_yet",
      },
      settled: Promise.resolve(),
      isSettled: true,
    };
    this.#all.push(making);
    try {
      const { result, message } = await withDeadline(
        (aborting) => {
          const work = new Promise<InjectionResult>((resolve) => {
            resolve(experiment.inject(injection, { signal: aborting }));
          }).then(checkResult);
          making.isSettled = false;
          const settle = (): void => {
            making.isSettled = true;
          };
          making.settled = work.then(settle, settle);
          return work;
        },
        { clock, timeoutMs, operation: `to inject ${experiment.kind} into ${target.id}`, signal, keepAlive: true },
      );
      making.record = { ...making.record, result, message };
    } catch (error) {
      const why = isAborted(signal) ? "it was ended" : publicReason(error);
      if (!isAborted(signal)) this.#context.onError(`injecting into ${target.id}`, error);
      making.record = { ...making.record, message: why };
    }
    if (making.record.result === "refused" || !experiment.isUndone) {
      making.record = { ...making.record, undo: "not_needed" };
      await this.#forget(id);
    }
    tell(`injection_${making.record.result}`, `${target.id}: ${making.record.message}`);
    return making.record;
  }

  /** Undoes all that was made, the last first; how often it is called does not matter. Never rejects. */
  undoAll(): Promise<void> {
    this.#undoing ??= this.#undoEach();
    return this.#undoing;
  }

  async #undoEach(): Promise<void> {
    for (const making of [...this.#all].reverse()) {
      try {
        if (making.record.undo === "not_yet") await this.#undo(making);
      } catch (error) {
        // The others are undone all the same.
        this.#context.onError(`undoing ${making.injection.target}`, error);
      }
    }
  }

  async #undo(making: Making): Promise<void> {
    const { experiment, clock, tell } = this.#context;
    const { timeoutMs = this.#context.timeoutMs } = experiment;
    const { injection } = making;
    // What has been told to end is waited for: undone before it is done, it would stay.
    if (!making.isSettled) {
      const waiting = new AbortController();
      const { signal } = waiting;
      await Promise.race([making.settled, pause(clock, timeoutMs, { signal, keepAlive: true })]);
      // No timer is left that would keep the process.
      waiting.abort();
    }
    // What ends while it is undone may have done its harm after that.
    const wasSettled = making.isSettled;
    if (!wasSettled) this.#undoWhenSettled(making);
    const problem = await undoWith(experiment, injection, this.#context);
    if (problem !== undefined) {
      this.#context.problems.set(injection.id, problem);
      tell("undo_failed", `${injection.target} could not be undone: ${problem}`);
      return;
    }
    making.record = { ...making.record, undoneAt: clock.now() };
    if (!wasSettled) {
      tell(
        "undo_pending",
        `${injection.target} was undone while its injection had not answered; it is undone again when it does`,
      );
      return;
    }
    making.record = { ...making.record, undo: "done" };
    tell("undone", `${injection.target} is as it was`);
    await this.#forget(injection.id);
  }

  /** What answers after everybody has given up is undone then, whatever came of undoing it before. */
  #undoWhenSettled({ injection, settled }: Making): void {
    const { experiment, pending, onLateUndo } = this.#context;
    pending.add(injection.id);
    void settled.then(async () => {
      pending.delete(injection.id);
      if ((await undoWith(experiment, injection, this.#context)) !== undefined) return;
      await this.#forget(injection.id);
      onLateUndo(injection.target);
    });
  }

  async #forget(id: string): Promise<void> {
    try {
      await this.#context.journal.remove(id);
    } catch (error) {
      // It is undone once more at the next start, which does no harm.
      this.#context.onError("writing the journal", error);
      this.#context.tell("journal_failed", `the journal could not be written: ${publicReason(error)}`);
    }
  }
}

/** Undoes one injection, trying several times; why it could not be undone, or undefined. Never rejects, and nobody can end it early. */
export async function undoWith(
  experiment: Pick<ChaosExperiment, "undo" | "timeoutMs">,
  injection: ChaosInjection,
  { clock, timeoutMs: usualMs, undoAttempts, onError }: InjectionLimits,
): Promise<string | undefined> {
  const { timeoutMs = usualMs } = experiment;
  let problem = "";
  for (let attempt = 1; attempt <= undoAttempts; attempt += 1) {
    try {
      await withDeadline((signal) => experiment.undo(injection, { signal }), {
        clock,
        timeoutMs,
        operation: `to undo ${injection.kind} on ${injection.target}`,
        keepAlive: true,
      });
      return undefined;
    } catch (error) {
      problem = publicReason(error);
      onError(`undoing ${injection.kind} on ${injection.target}`, error);
      if (attempt < undoAttempts) await pause(clock, FIRST_WAIT_MS * 2 ** (attempt - 1), { keepAlive: true });
    }
  }
  return problem;
}

const FIRST_WAIT_MS = 100;

/** What an experiment without a compiler has answered. */
function checkResult(answer: unknown): InjectionResult {
  const { result, message } = (answer ?? {}) as Partial<Record<keyof InjectionResult, unknown>>;
  if ((result === "done" || result === "refused") && typeof message === "string") return { result, message };
  throw invalid(
    "inject",
    `it answered with ${show(answer)}; an experiment answers { result: "done", message } or { result: "refused", message }`,
  );
}
