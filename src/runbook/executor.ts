/** Runs runbooks: what is registered for an alert, step by step, into a journal that survives. */
import { ConflictError, IllegalTransitionError, invalid, show } from "../core/errors.ts";
import { Events, type Listener } from "../core/events.ts";
import { choices } from "../core/nearest.ts";
import { checkOptions } from "../core/options.ts";
import { repeat } from "../core/repeat.ts";
import { checkWords } from "../core/words.ts";
import type { CallOptions } from "../ports/store.ts";

import { type RunContext, soundContext, type SoundContext } from "./call.ts";
import { runbookOf } from "./definition.ts";
import type { RunbookDefinition, StepDefinition } from "./definition-types.ts";
import { RunEngine } from "./engine.ts";
import type { PlannedStep, RunEvent } from "./events.ts";
import { type RunbookExecutorOptions, type SoundExecutorOptions, soundOptions } from "./executor-options.ts";
import { fillText } from "./fill.ts";
import { fnv64, runbookFingerprint } from "./fingerprint.ts";
import { foldRun, publicRun, type RunState } from "./fold.ts";
import { nameOf, RunKeeper, sleep } from "./keeper.ts";
import type { Runbook, RunbookStep } from "./model.ts";
import { actionProblem } from "./perform-action.ts";
import { commandProblem } from "./perform-command.ts";
import { httpProblem } from "./perform-http.ts";
import type { RunSummary } from "./record.ts";
import type { RunbookRun, RunStep } from "./run.ts";
import { RunTimeline } from "./timeline.ts";

/** What a {@link RunbookExecutor} tells its listeners, once it is kept. */
export interface RunbookEvents {
  readonly runStarted: { readonly run: RunbookRun };
  readonly stepStarted: { readonly run: RunbookRun; readonly step: RunStep };
  /** A step is done with, or another attempt at it follows. */
  readonly stepEnded: { readonly run: RunbookRun; readonly step: RunStep };
  /** Output as it comes, secrets taken out. Not kept at once: the step's end has it. */
  readonly output: {
    readonly run: string;
    readonly step: string;
    readonly stream: "stdout" | "stderr";
    readonly text: string;
  };
  readonly approvalRequested: { readonly run: RunbookRun; readonly step: RunStep };
  readonly approvalAnswered: { readonly run: RunbookRun; readonly step: RunStep };
  readonly rollbackBegan: { readonly run: RunbookRun };
  readonly runResumed: { readonly run: RunbookRun };
  readonly runEnded: { readonly run: RunbookRun };
}

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

interface ActiveRun {
  readonly engine: RunEngine;
  readonly done: Promise<RunbookRun>;
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
  readonly #active = new Map<string, ActiveRun>();
  readonly #timelines = new Map<string, RunTimeline>();
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
        this.#heard(state, event);
      },
    });
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
    runbook.steps.forEach((step, index) => {
      this.#checkStep(step, ["steps", index]);
    });
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
  async startRunbook(
    alertName: string,
    context: RunContext,
  ): Promise<{ readonly run: RunbookRun; readonly ended: Promise<RunbookRun> }> {
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
      return this.#work(state.id, runbook, sound.signal);
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
    await this.#catchUp(state);
    if (state.started.fingerprint !== runbookFingerprint(runbook)) return this.#giveUp(state);
    const { ended } = this.#work(state.id, runbook, signal);
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
    await Promise.allSettled([...this.#active.values()].map(({ done }) => done));
  }

  /** Listens to one of the {@link RunbookEvents}; returns how to stop. */
  on<Name extends keyof RunbookEvents>(name: Name, listener: Listener<RunbookEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  #checkStep(step: RunbookStep, path: readonly (string | number)[]): void {
    if (step.kind === "parallel") {
      step.steps.forEach((part, index) => {
        this.#checkStep(part, [...path, "parallel", index]);
      });
    }
    step.rollback.forEach((part, index) => {
      this.#checkStep(part, [...path, "rollback", index]);
    });
    const { settings } = this.#options;
    const problem =
      step.kind === "command"
        ? commandProblem(step, settings)
        : step.kind === "action"
          ? actionProblem(step, settings)
          : step.kind === "http"
            ? httpProblem(step, settings)
            : undefined;
    if (problem !== undefined) throw invalid([...path, step.kind], `${step.name} ${problem}`);
  }

  /** The run that began under `key`, with its end. */
  async #begun(
    key: string,
    { signal }: SoundContext,
  ): Promise<{ readonly run: RunbookRun; readonly ended: Promise<RunbookRun> } | undefined> {
    const call = signal === undefined ? {} : { signal };
    const holder = await this.#keeper.holder(`key/${key}`, call);
    if (holder === undefined) return undefined;
    const active = this.#active.get(holder.id);
    const run = await this.get(holder.id, call);
    const ended = active?.done ?? this.#endOf(run, call);
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
        steps: runbook.steps.flatMap(planned),
        fingerprint: runbookFingerprint(runbook),
      },
      claims,
      call,
    );
  }

  #work(
    id: string,
    runbook: Runbook,
    signal: AbortSignal | undefined,
  ): { readonly run: RunbookRun; readonly ended: Promise<RunbookRun> } {
    const { settings, approver, leaseMs, maxRunOutput } = this.#options;
    const state = this.#keeper.known(id) as RunState;
    const engine = new RunEngine({
      ...{ id, runbook, keeper: this.#keeper, settings, approver, logger: settings.logger, maxRunOutput },
      renewEveryMs: leaseMs / 3,
      onText: (step, stream, text) => {
        this.#events.emit("output", { run: id, step, stream, text });
      },
    });
    const onAbort = (): void => {
      engine.cancel({ by: state.by, reason: "its caller gave it up" });
    };
    const done = (async (): Promise<RunbookRun> => {
      try {
        if (signal?.aborted === true) onAbort();
        signal?.addEventListener("abort", onAbort);
        return publicRun(await engine.run());
      } finally {
        signal?.removeEventListener("abort", onAbort);
        await this.#timelines.get(id)?.settled();
        this.#forget(id);
      }
    })();
    this.#active.set(id, { engine, done });
    // Who only started it hears of its end by the events.
    done.catch((error: unknown) => {
      settings.logger.error("a run was given up; it can be resumed", { run: id, error: nameOf(error) });
    });
    return { run: publicRun(state), ended: done };
  }

  /** Writes what an earlier process has not written of the run into its incident's timeline. */
  async #catchUp(state: RunState): Promise<void> {
    const timeline = this.#timelineOf(state);
    if (timeline === undefined) return;
    timeline.catchUp(state);
    let before: RunState | undefined;
    for (const event of await this.#keeper.events(state.id)) {
      before = foldRun(before, event, state.id);
      if (before !== undefined && before.version <= state.version) timeline.add(before, event);
    }
  }

  /** Ends a run whose runbook is another one by now: what is left of it cannot be told. */
  async #giveUp({ id, steps }: RunState): Promise<RunbookRun> {
    const left = steps.filter(({ endedAt }) => endedAt === undefined).map(({ name }) => name);
    const names =
      left.length > 10 ? `${left.slice(0, 10).join(", ")} and ${String(left.length - 10)} more` : left.join(", ");
    const reason = `the runbook was changed while the run was interrupted; not done: ${names}; nothing was rolled back`;
    const state = await this.#keeper.add(id, [{ type: "ended", status: "failed", reason }]);
    await this.#timelines.get(id)?.settled();
    this.#forget(id);
    return publicRun(state);
  }

  #forget(id: string): void {
    this.#active.delete(id);
    this.#timelines.delete(id);
    this.#keeper.forget(id);
  }

  #timelineOf({ id, incident }: RunState): RunTimeline | undefined {
    const { incidents, settings } = this.#options;
    if (incidents === undefined || incident === undefined) return undefined;
    const { clock, logger } = settings;
    const timeline = this.#timelines.get(id) ?? new RunTimeline({ incidents, incident, clock, logger });
    this.#timelines.set(id, timeline);
    return timeline;
  }

  /** Told of each event that is kept; those of runs that other processes work on are theirs to tell. */
  #heard(state: RunState, event: RunEvent): void {
    if (this.#keeper.known(state.id) === undefined) return;
    this.#active.get(state.id)?.engine.heard(event);
    const timeline = event.type === "started" ? this.#timelineOf(state) : this.#timelines.get(state.id);
    timeline?.add(state, event);
    const name = EVENT_NAMES[event.type];
    if (name === undefined) return;
    const run = publicRun(state);
    const step = "step" in event ? state.steps[state.places.get(event.step) ?? -1] : undefined;
    this.#events.emit(name, (step === undefined ? { run } : { run, step }));
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

const EVENT_NAMES: Readonly<Partial<Record<RunEvent["type"], Exclude<keyof RunbookEvents, "output">>>> = {
  started: "runStarted",
  resumed: "runResumed",
  step_started: "stepStarted",
  step_ended: "stepEnded",
  step_settled: "stepEnded",
  approval_requested: "approvalRequested",
  approval_answered: "approvalAnswered",
  rollback_began: "rollbackBegan",
  ended: "runEnded",
};

function planned(step: RunbookStep): readonly PlannedStep[] {
  const { name, kind, title } = step;
  const own: PlannedStep = { name, kind, ...(title === undefined ? {} : { title }) };
  if (step.kind !== "parallel") return [own];
  return [own, ...step.steps.flatMap(planned).map((part) => ({ ...part, of: name }))];
}
