/** Runs runbooks: what is registered for an alert, step by step, into a journal that survives. */
import { ConflictError, IllegalTransitionError, invalid, show } from "../../core/errors.ts";
import { Events, type Listener } from "../../core/events.ts";
import { checkOptions } from "../../core/options.ts";
import { repeat } from "../../core/repeat.ts";
import { checkWords } from "../../core/words.ts";
import { toldOfListeners } from "../../ports/logger.ts";
import type { CallOptions } from "../../ports/store.ts";

import { ActiveRuns, type StartedRun } from "./active-runs.ts";
import { type RunContext, soundContext } from "./call.ts";
import type { RunEvent } from "../events.ts";
import { EVENT_NAMES, type RunbookEvents } from "./events.ts";
import { type RunbookExecutorOptions, type SoundExecutorOptions, soundOptions } from "./options.ts";
import { runbookFingerprint } from "../fingerprint.ts";
import { publicRun, recordOf } from "../fold.ts";
import { RunKeeper } from "../engine/keeper.ts";
import type { Runbook } from "../model.ts";
import { nameOf } from "../patience.ts";
import type { RunSummary } from "../record.ts";
import { type RegisteredRunbook, RunbookRegistry } from "./registry.ts";
import { RunStarter } from "./run-starter.ts";
import type { RunbookRun } from "../run.ts";
import { isTimeUp, notWaiting, timeUp } from "./unanswerable.ts";

/** A run in a list. */
export interface ListedRun extends RunSummary {
  /** Such as `RUN-0001`. */
  readonly id: string;
}

/** Which runs to list. */
export interface RunFilter extends CallOptions {
  /** Only those that go on, or only those that are over. */
  readonly open?: boolean | undefined;
  /** Id of an incident. */
  readonly incident?: string | undefined;
  /** Name of a runbook. */
  readonly runbook?: string | undefined;
}

/**
 * Runs the runbook of an alert: commands, actions and requests, in order, each with its time, its retries and its
 * condition, behind approvals where they are asked for; and takes back what was done when it fails. What happened is in the
 * journal before anybody is told: a run whose process dies goes on in another one, and no step that is done is done again.
 *
 * @example
 * ```ts
 * import { RunbookExecutor } from "nines";
 * import { LocalCommandRunner } from "nines/command";
 *
 * const executor = new RunbookExecutor({ runner: new LocalCommandRunner(), programs: ["echo"] });
 * executor.registerRunbook("HighMemoryUsage", [
 *   { name: "check_pods", command: ["echo", "pods of {{ labels.app }}"], timeout: 30, continueOnFailure: true },
 *   { name: "restart", command: "echo restarted", timeout: 60, when: { step: "check_pods", status: "succeeded" } },
 * ]);
 * const run = await executor.executeRunbook("HighMemoryUsage", { by: "ann", labels: { app: "web; rm -rf /" } });
 * const output = run.steps[0]?.attempts[0]?.stdout?.text;
 * if (run.status !== "succeeded" || output !== "pods of web; rm -rf /\n") throw new Error(run.reason);
 * ```
 */
export class RunbookExecutor {
  readonly #options: SoundExecutorOptions;
  readonly #keeper: RunKeeper;
  readonly #events: Events<RunbookEvents>;
  readonly #registry: RunbookRegistry;
  readonly #starter: RunStarter;
  readonly #active: ActiveRuns;
  #stop: (() => void) | undefined;

  constructor(options: RunbookExecutorOptions = {}) {
    this.#options = soundOptions(options);
    this.#events = new Events({
      onListenerError: toldOfListeners(options),
      names: [...Object.values(EVENT_NAMES), "output"],
    });
    const { store, prefix, owner, leaseMs, patienceMs, settings } = this.#options;
    this.#keeper = new RunKeeper({
      ...{ store, prefix, owner, leaseMs, patienceMs, clock: settings.clock, logger: settings.logger },
      tell: (state, event) => {
        this.#active.heard(state, event);
      },
    });
    this.#active = new ActiveRuns(this.#options, this.#keeper, this.#events);
    this.#registry = new RunbookRegistry(settings);
    this.#starter = new RunStarter(this.#options, this.#keeper, this.#active);
  }

  /**
   * Registers what is to be done about an alert: a list of steps, a definition, or a runbook that was read from a document.
   * One that is registered already is replaced; runs of it that are under way keep the old one.
   *
   * @returns the runbook, checked and complete
   * @throws {@link ConfigurationError} with all its faults, and what this executor cannot or must not run
   */
  registerRunbook(alertName: string, steps: RegisteredRunbook): Runbook {
    return this.#registry.add(alertName, steps);
  }

  /** The runbook of an alert: registered under its name, or triggered by it; undefined if there is none. */
  runbookFor(alertName: string): Runbook | undefined {
    return this.#registry.find(alertName);
  }

  /** Names under which runbooks are registered. */
  runbooks(): readonly string[] {
    return this.#registry.names();
  }

  /**
   * Runs the runbook of an alert to its end, well or not: a run that failed is an answer. Aborting `context.signal`
   * cancels it.
   *
   * Rejects with a `ConfigurationError` if there is no such runbook, with a `ConflictError` if another run holds the lock
   * (`context.holder` is its id), and with an `AdapterError` if the journal cannot be kept; the run goes on by
   * {@link resume} then.
   */
  async executeRunbook(alertName: string, context: RunContext): Promise<RunbookRun> {
    const started = await this.startRunbook(alertName, context);
    return started.ended;
  }

  /** The same, but resolves as soon as the run has begun; `ended` resolves at its end. */
  async startRunbook(alertName: string, context: RunContext): Promise<StartedRun> {
    const sound = soundContext(context);
    return this.#starter.start(this.#registry.get(alertName), alertName, sound);
  }

  /** A run as it stands. @throws {@link ConfigurationError} if there is none */
  async get(id: string, options: CallOptions = {}): Promise<RunbookRun> {
    const { state } = await this.#keeper.get(id, options);
    return publicRun(state);
  }

  /** Everything that happened in a run, in order. */
  async journal(id: string, options: CallOptions = {}): Promise<readonly RunEvent[]> {
    const { events } = await this.#keeper.events(id, options);
    return events;
  }

  /** Runs, the newest first. */
  async *list(filter: RunFilter = {}): AsyncGenerator<ListedRun, void, undefined> {
    checkOptions(filter, "list", ["open", "incident", "runbook", "signal"]);
    const { open, incident, runbook, signal } = filter;
    for await (const run of this.#keeper.list(open, signal === undefined ? {} : { signal })) {
      if ((incident === undefined || run.incident === incident) && (runbook === undefined || run.runbook === runbook)) {
        yield run;
      }
    }
  }

  /** All runs for an incident, the oldest first. */
  async runsOf(incident: string, options: CallOptions = {}): Promise<readonly RunbookRun[]> {
    const ids: string[] = [];
    for await (const { id } of this.list({ incident, ...options })) ids.push(id);
    return Promise.all(ids.reverse().map((id) => this.get(id, options)));
  }

  /**
   * Answers an approval that a run, of this process or another one, waits for.
   *
   * Rejects with an `IllegalTransitionError` if the step waits for no answer, or its time is up, whether or not anybody has
   * noticed that yet: then the answer is no.
   */
  async answer(
    id: string,
    answer: CallOptions & {
      readonly step: string;
      readonly approved: boolean;
      readonly by: string;
      readonly reason?: string | undefined;
    },
  ): Promise<RunbookRun> {
    checkOptions(answer, "answer", ["step", "approved", "by", "reason", "signal"]);
    const { step: name, approved, signal } = answer;
    if (typeof approved !== "boolean") throw invalid("approved", `${show(approved)} is neither true nor false`);
    const said = this.#said(answer);
    const state = await this.#keeper.tell(
      id,
      (run, at) => {
        const step = recordOf(run, name);
        if (step?.status !== "waiting") throw notWaiting(run, name, step);
        if (isTimeUp(step, at)) throw timeUp(run, step, at);
        return [{ type: "approval_answered", step: name, approved, ...said }];
      },
      signal === undefined ? {} : { signal },
    );
    return publicRun(state);
  }

  /** Has a run stop, in this process or another one; what runs is ended. */
  async cancel(
    id: string,
    command: CallOptions & { readonly by: string; readonly reason?: string | undefined },
  ): Promise<RunbookRun> {
    checkOptions(command, "cancel", ["by", "reason", "signal"]);
    const { signal } = command;
    const said = this.#said(command);
    const state = await this.#keeper.tell(
      id,
      ({ status, endedAt, cancel }) => {
        if (endedAt !== undefined) throw new IllegalTransitionError(status, "cancel", []);
        return cancel === undefined ? [{ type: "cancel_requested", ...said }] : [];
      },
      signal === undefined ? {} : { signal },
    );
    return publicRun(state);
  }

  /**
   * Goes on with a run whose process died, and resolves at its end. A step that is done is not done again; what becomes of one
   * that was under way is for its `onInterrupt` to say.
   *
   * Rejects with a `ConflictError` if the run is over or its executor was heard of within its lease, unless `force` says
   * that it is dead; with a `ConfigurationError` if its runbook is not registered here.
   */
  async resume(id: string, options: CallOptions & { readonly force?: boolean } = {}): Promise<RunbookRun> {
    checkOptions(options, "resume", ["force", "signal"]);
    const { force = false, signal } = options;
    const call = signal === undefined ? {} : { signal };
    const { state: before, leaseUntil = -Infinity } = await this.#keeper.get(id, call);
    if (before.mustTell && (force || leaseUntil <= this.#options.settings.clock.now())) {
      const told = await this.#active.retell(id, before.version);
      if (told !== undefined) return told;
    }
    const runbook = this.#registry.find(before.alert);
    if (runbook === undefined) {
      const what = `${id} is of ${show(before.runbook)}, for ${show(before.alert)}`;
      throw invalid("id", `${what}, and no runbook is registered for that`);
    }
    const { ended } = await this.#starter.reserve(async () => {
      await this.#active.leave(id);
      const state = await this.#keeper.takeOver(id, { isForced: force, from: before.owner }, call);
      try {
        await this.#active.catchUp(state);
        if (state.started.fingerprint === runbookFingerprint(runbook)) {
          return this.#active.work(state.id, runbook, { signal, redactor: this.#options.settings.redactor });
        }
        return { ended: this.#active.giveUp(state) };
      } catch (error) {
        this.#active.forget(id);
        throw error;
      }
    });
    return ended;
  }

  /** Resumes all runs whose executors were not heard of within their leases, side by side; resolves to how they ended. */
  async resumeAll(options: CallOptions = {}): Promise<readonly RunbookRun[]> {
    const { logger } = this.#options.settings;
    const ids = await this.#keeper.abandoned(options);
    const ends = await Promise.all(
      ids.map(async (id) => {
        try {
          return await this.resume(id, options);
        } catch (error) {
          // Somebody else has resumed it, which is what was wanted; or there is no place for it now, but later.
          if (!(error instanceof ConflictError)) {
            logger.error("a run could not be resumed", { run: id, error: nameOf(error) });
          }
          return undefined;
        }
      }),
    );
    return ends.filter((run) => run !== undefined);
  }

  /**
   * Looks for runs to resume now and every `everyMs` (a third of the lease unless told); returns how to stop looking.
   *
   * @throws {@link ConfigurationError} if `everyMs` is no time
   */
  start(options: { readonly everyMs?: number | undefined } = {}): () => void {
    const { settings, leaseMs } = this.#options;
    checkOptions(options, "start", ["everyMs"]);
    const { everyMs = leaseMs / 3 } = options;
    if (!(everyMs >= 1)) throw invalid("everyMs", `${show(everyMs)} is out of range; write milliseconds from 1`);
    this.#stop ??= repeat(
      async () => {
        // Not waited for: a run may take hours, and others must be found meanwhile.
        void this.resumeAll().catch((error: unknown) => {
          settings.logger.error("runs to resume could not be looked for", { error: nameOf(error) });
        });
        await Promise.resolve();
      },
      { clock: settings.clock, firstMs: 0, everyMs: () => everyMs, onError: () => undefined },
    );
    return () => {
      this.#stop?.();
      this.#stop = undefined;
    };
  }

  /**
   * Begins nothing new, and resolves when the runs that are under way here have ended; `cancel` them for sooner. One that waits for an
   * approval, or comes to one meanwhile, is not waited for: it stays in the store as it is, and whoever resumes next goes on with it.
   * Who waits for its end here hears a `ConflictError`.
   */
  async close(): Promise<void> {
    this.#stop?.();
    await this.#starter.close();
    await this.#active.close();
  }

  /** Listens to one of the {@link RunbookEvents}; returns how to stop. */
  on<Name extends keyof RunbookEvents>(name: Name, listener: Listener<RunbookEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  #said({ by, reason }: { readonly by: string; readonly reason?: string | undefined }): {
    readonly by: string;
    readonly reason?: string;
  } {
    const { redactor } = this.#options.settings;
    checkWords(by, 200, (problem) => {
      throw invalid("by", problem);
    });
    const who = redactor.text(by);
    if (reason === undefined) return { by: who };
    checkWords(reason, 2_000, (problem) => {
      throw invalid("reason", problem);
    });
    return { by: who, reason: redactor.text(reason) };
  }
}
