/** Runs runbooks: what is registered for an alert, step by step, into a journal that survives. */
import { ConflictError, IllegalTransitionError, invalid, show } from "../core/errors.ts";
import { Events, type Listener } from "../core/events.ts";
import { choices } from "../core/nearest.ts";
import { checkOptions } from "../core/options.ts";
import { repeat } from "../core/repeat.ts";
import { checkWords } from "../core/words.ts";
import type { CallOptions } from "../ports/store.ts";

import { ActiveRuns, type StartedRun } from "./active-runs.ts";
import { type RunContext, soundContext, type SoundContext } from "./call.ts";
import { runbookOf } from "./definition.ts";
import type { RunbookDefinition, StepDefinition } from "./definition-types.ts";
import type { RunEvent } from "./events.ts";
import type { RunbookEvents } from "./executor-events.ts";
import { type RunbookExecutorOptions, type SoundExecutorOptions, soundOptions } from "./executor-options.ts";
import { checkSteps, plannedSteps } from "./executor-steps.ts";
import { fillText } from "./fill.ts";
import { fnv64, runbookFingerprint } from "./fingerprint.ts";
import { publicRun, type RunState } from "./fold.ts";
import { nameOf, RunKeeper, sleep } from "./keeper.ts";
import type { Runbook } from "./model.ts";
import type { RunSummary } from "./record.ts";
import type { RunbookRun } from "./run.ts";

/** A run in a list. */
export interface ListedRun extends RunSummary {
  /** Such as `RUN-0001`. */
  readonly id: string;
}

/** Which runs to list. */
export interface RunFilter extends CallOptions {
  /** Only those that go on, or only those that are over. */
  readonly open?: boolean;
  /** Id of an incident. */
  readonly incident?: string;
  /** Name of a runbook. */
  readonly runbook?: string;
}

const MOST_RUNBOOKS = 10_000;
const LONGEST_LOCK = 150;
const LOOK_EVERY_MS = 1_000;

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
  readonly #runbooks = new Map<string, Runbook>();
  readonly #active: ActiveRuns;
  #starting = 0;
  #isClosed = false;
  #stop: (() => void) | undefined;

  constructor(options: RunbookExecutorOptions = {}) {
    this.#options = soundOptions(options);
    const { onListenerError } = options;
    this.#events = new Events(onListenerError === undefined ? {} : { onListenerError });
    const { store, prefix, owner, leaseMs, patienceMs, settings } = this.#options;
    this.#keeper = new RunKeeper({
      ...{ store, prefix, owner, leaseMs, patienceMs, clock: settings.clock, logger: settings.logger },
      tell: (state, event) => {
        this.#active.heard(state, event);
      },
    });
    this.#active = new ActiveRuns(this.#options, this.#keeper, this.#events);
  }

  /**
   * Registers what is to be done about an alert: a list of steps, a definition, or a runbook that was read from a document.
   * One that is registered already is replaced; runs of it that are under way keep the old one.
   *
   * @returns the runbook, checked and complete
   * @throws {@link ConfigurationError} with all its faults, and what this executor cannot or must not run
   */
  registerRunbook(alertName: string, steps: readonly StepDefinition[] | RunbookDefinition | Runbook): Runbook {
    checkWords(alertName, 200, (problem) => {
      throw invalid("alertName", problem);
    });
    const runbook = runbookOf(alertName, steps);
    checkSteps(runbook.steps, this.#options.settings);
    if (this.#runbooks.size >= MOST_RUNBOOKS && !this.#runbooks.has(alertName)) {
      throw invalid("alertName", `there are ${String(MOST_RUNBOOKS)} runbooks already`);
    }
    this.#runbooks.set(alertName, runbook);
    return runbook;
  }

  /** The runbook of an alert: registered under its name, or triggered by it; undefined if there is none. */
  runbookFor(alertName: string): Runbook | undefined {
    const named = this.#runbooks.get(alertName);
    if (named !== undefined) return named;
    return [...this.#runbooks.values()].find(({ triggers }) => triggers.some(({ alert }) => alert === alertName));
  }

  /** Names under which runbooks are registered. */
  runbooks(): readonly string[] {
    return [...this.#runbooks.keys()];
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
    const runbook = this.runbookFor(alertName);
    if (runbook === undefined) {
      throw invalid("alertName", `there is no runbook for ${show(alertName)}${choices(alertName, this.runbooks())}`);
    }
    sound.signal?.throwIfAborted();
    const before = sound.key === undefined ? undefined : await this.#begun(sound.key, sound);
    if (before !== undefined) return before;
    if (this.#isClosed) throw invalid([], "the executor is closed; nothing new is begun");
    const { maxRuns } = this.#options;
    if (this.#active.size + this.#starting >= maxRuns) {
      throw new ConflictError(`${String(maxRuns)} runs are under way already, as many as maxRuns allows`, {
        context: { maxRuns },
      });
    }
    this.#starting += 1;
    try {
      const state = await this.#begin(runbook, alertName, sound);
      return this.#active.work(state.id, runbook, sound.signal);
    } catch (error) {
      // Somebody began it with the same key in between: that one is the answer.
      const begun =
        error instanceof ConflictError && sound.key !== undefined ? await this.#begun(sound.key, sound) : undefined;
      if (begun === undefined) throw error;
      return begun;
    } finally {
      this.#starting -= 1;
    }
  }

  /** A run as it stands. @throws {@link ConfigurationError} if there is none */
  async get(id: string, options: CallOptions = {}): Promise<RunbookRun> {
    const { state } = await this.#keeper.get(id, options);
    return publicRun(state);
  }

  /** Everything that happened in a run, in order. */
  journal(id: string, options: CallOptions = {}): Promise<readonly RunEvent[]> {
    return this.#keeper.events(id, options);
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

  /** Answers an approval that a run, of this process or another one, waits for. */
  async answer(
    id: string,
    answer: CallOptions & {
      readonly step: string;
      readonly approved: boolean;
      readonly by: string;
      readonly reason?: string;
    },
  ): Promise<RunbookRun> {
    checkOptions(answer, "answer", ["step", "approved", "by", "reason", "signal"]);
    const { step: name, approved, signal } = answer;
    if (typeof approved !== "boolean") throw invalid("approved", `${show(approved)} is neither true nor false`);
    const said = this.#said(answer);
    const state = await this.#keeper.tell(
      id,
      ({ steps, places }) => {
        const step = steps[places.get(name) ?? -1];
        if (step?.status !== "waiting") {
          const waiting = steps.filter(({ status }) => status === "waiting").map((one) => `answer ${one.name}`);
          throw new IllegalTransitionError(step?.status ?? "not there", `answer ${show(name)}`, waiting);
        }
        return [{ type: "approval_answered", step: name, approved, ...said }];
      },
      signal === undefined ? {} : { signal },
    );
    return publicRun(state);
  }

  /** Has a run stop, in this process or another one; what runs is ended. */
  async cancel(
    id: string,
    command: CallOptions & { readonly by: string; readonly reason?: string },
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
    const { state: before } = await this.#keeper.get(id, options);
    const runbook = this.#runbooks.get(before.alert) ?? this.runbookFor(before.alert);
    if (runbook === undefined) {
      throw invalid(
        "id",
        `${id} is of ${show(before.runbook)}, for ${show(before.alert)}, and no runbook is registered for that`,
      );
    }
    const call = signal === undefined ? {} : { signal };
    const state = await this.#keeper.takeOver(id, force, call);
    await this.#active.catchUp(state);
    if (state.started.fingerprint !== runbookFingerprint(runbook)) return this.#active.giveUp(state);
    const { ended } = this.#active.work(state.id, runbook, signal);
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
          // Somebody else has resumed it: that is what was wanted.
          if (!(error instanceof ConflictError))
            logger.error("a run could not be resumed", { run: id, error: nameOf(error) });
          return undefined;
        }
      }),
    );
    return ends.filter((run) => run !== undefined);
  }

  /** Looks for runs to resume now and every `everyMs` (a third of the lease unless told); returns how to stop looking. */
  start(options: { readonly everyMs?: number } = {}): () => void {
    const { settings, leaseMs } = this.#options;
    const { everyMs = leaseMs / 3 } = options;
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

  /** Begins nothing new, and resolves when the runs that are under way here have ended. `cancel` them for sooner. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stop?.();
    await this.#active.settled();
  }

  /** Listens to one of the {@link RunbookEvents}; returns how to stop. */
  on<Name extends keyof RunbookEvents>(name: Name, listener: Listener<RunbookEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  /** The run that began under `key`, with its end. */
  async #begun(key: string, { signal }: SoundContext): Promise<StartedRun | undefined> {
    const call = signal === undefined ? {} : { signal };
    const holder = await this.#keeper.holder(`key/${key}`, call);
    if (holder === undefined) return undefined;
    const run = await this.get(holder.id, call);
    const ended = this.#active.endOf(holder.id) ?? this.#endOf(run, call);
    // Who does not wait for it must not end the process by it.
    ended.catch(() => undefined);
    return { run, ended };
  }

  /** How a run of another process ends. */
  async #endOf(run: RunbookRun, call: CallOptions): Promise<RunbookRun> {
    let found = run;
    while (found.endedAt === undefined) {
      await sleep(this.#options.settings.clock, LOOK_EVERY_MS);
      call.signal?.throwIfAborted();
      found = await this.get(run.id, call);
    }
    return found;
  }

  async #begin(runbook: Runbook, alert: string, context: SoundContext): Promise<RunState> {
    const { redactor, secrets } = this.#options.settings;
    const { by, labels, annotations, parameters, incident, dryRun, key, signal } = context;
    const call = signal === undefined ? {} : { signal };
    const { id = "", title = "", severity = "" } = incident ?? {};
    const about = { incident: { id, title, severity }, alert: { name: alert }, run: { id: "", by } };
    const lock = fillText(runbook.lock, { labels, annotations, parameters, secrets, steps: {}, ...about }, {});
    if ("refused" in lock)
      throw invalid("lock", `the lock of ${show(runbook.name)} cannot be filled in: ${lock.refused}`);
    const lockText = redactor.text(lock.filled);
    const lockKey = `lock/${lockText.length > LONGEST_LOCK ? fnv64(lockText) : lockText}`;
    const holder = await this.#keeper.holder(lockKey, call);
    if (holder?.isOpen === true) {
      const context = { lock: lockText, holder: holder.id };
      throw new ConflictError(`${holder.id} holds the lock ${show(lockText)}; one run at a time`, { context });
    }
    const claims = [
      { key: lockKey, ...(holder === undefined ? {} : { from: holder.number }) },
      ...(key === undefined ? [] : [{ key: `key/${key}` }]),
    ];
    return this.#keeper.begin(
      {
        type: "started",
        ...{ runbook: runbook.name, title: redactor.text(runbook.title), alert, by, lock: lockText },
        ...(incident === undefined ? {} : { incident: { ...incident, title: redactor.text(incident.title) } }),
        ...(dryRun === undefined ? {} : { dryRun }),
        labels: redactor.value(labels) as Record<string, string>,
        annotations: redactor.value(annotations) as Record<string, string>,
        parameters: redactor.value(parameters) as SoundContext["parameters"],
        steps: runbook.steps.flatMap(plannedSteps),
        fingerprint: runbookFingerprint(runbook),
      },
      claims,
      call,
    );
  }

  #said({ by, reason }: { readonly by: string; readonly reason?: string }): {
    readonly by: string;
    readonly reason?: string;
  } {
    const { redactor } = this.#options.settings;
    checkWords(by, 200, (problem) => {
      throw invalid("by", problem);
    });
    if (reason === undefined) return { by };
    checkWords(reason, 2_000, (problem) => {
      throw invalid("reason", problem);
    });
    return { by, reason: redactor.text(reason) };
  }
}
