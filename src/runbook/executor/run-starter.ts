/** Begins runs: one for each lock at a time, and one for each occasion. */
import { abortable } from "../../core/abort.ts";
import { ConflictError, invalid, show } from "../../core/errors.ts";

import type { ActiveRuns, StartedRun } from "./active-runs.ts";
import type { SoundContext } from "./call.ts";
import type { SoundExecutorOptions } from "./options.ts";
import { plannedSteps } from "./steps.ts";
import { fillText } from "../fill/fill.ts";
import { fnv64, runbookFingerprint } from "../fingerprint.ts";
import { publicRun } from "../fold.ts";
import type { RunKeeper } from "../engine/keeper.ts";
import type { Runbook } from "../model.ts";
import { isWorthATry } from "../patience.ts";
import { runSecrets } from "./run-secrets.ts";
import type { RunbookRun } from "../run.ts";
import type { RunValues } from "../values.ts";

const LONGEST_LOCK = 150;
const LOOK_EVERY_MS = 1_000;
const MOST_TRIES = 20;

/** Begins runs, and finds those that others have begun. */
export class RunStarter {
  readonly #options: SoundExecutorOptions;
  readonly #keeper: RunKeeper;
  readonly #active: ActiveRuns;
  readonly #closing = new AbortController();
  readonly #starting = new Set<Promise<unknown>>();

  constructor(options: SoundExecutorOptions, keeper: RunKeeper, active: ActiveRuns) {
    this.#options = options;
    this.#keeper = keeper;
    this.#active = active;
  }

  /** Begins nothing more, and resolves when what was being begun has begun or was given up. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#starting);
  }

  /** Begins a run, or finds the one of the same occasion. */
  async start(runbook: Runbook, alert: string, context: SoundContext): Promise<StartedRun> {
    const { key, signal } = context;
    signal?.throwIfAborted();
    const before = key === undefined ? undefined : await this.#begun(key, signal);
    if (before !== undefined) return before;
    return this.reserve(() => this.#begin(runbook, alert, context));
  }

  /** Does what leads to one more run, if there is a place for it. @throws if there is none, or nothing more may be begun */
  async reserve<T>(begin: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    const begun = begin();
    this.#starting.add(begun);
    try {
      return await begun;
    } finally {
      this.#starting.delete(begun);
    }
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new ConflictError("the executor is closed; nothing new is begun");
    const { maxRuns } = this.#options;
    if (this.#active.size + this.#starting.size < maxRuns) return;
    const message = `${String(maxRuns)} runs are under way already, as many as maxRuns allows`;
    throw new ConflictError(message, { context: { maxRuns } });
  }

  async #begin(runbook: Runbook, alert: string, context: SoundContext): Promise<StartedRun> {
    const { key, signal } = context;
    const call = signal === undefined ? {} : { signal };
    const values = this.#valuesOf(alert, context);
    const redactor = this.#options.settings.redactor.with(runSecrets(runbook, values));
    const lock = fillText(runbook.lock, values, {});
    if ("refused" in lock) {
      throw invalid("lock", `the lock of ${show(runbook.name)} cannot be filled in: ${lock.refused}`);
    }
    const lockText = redactor.text(lock.filled);
    const lockKey = `lock/${lockText.length > LONGEST_LOCK ? fnv64(lockText) : lockText}`;
    const { by, labels, annotations, parameters, incident, dryRun } = context;
    for (let tried = 1; ; tried += 1) {
      const holder = await this.#keeper.holder(lockKey, call);
      if (holder?.isOpen === true) {
        const about = { lock: lockText, holder: holder.id };
        const message = `${holder.id} holds the lock ${show(lockText)}; one run at a time`;
        throw new ConflictError(message, { context: about });
      }
      if (this.#closing.signal.aborted) throw new ConflictError("the executor was closed before the run had begun");
      signal?.throwIfAborted();
      const claims = [
        { key: lockKey, ...(holder === undefined ? {} : { from: holder.number }) },
        ...(key === undefined ? [] : [{ key: `key/${key}` }]),
      ];
      try {
        const state = await this.#keeper.begin(
          {
            type: "started",
            ...{ runbook: runbook.name, title: redactor.text(runbook.title), alert, lock: lockText },
            by: redactor.text(by),
            ...(incident === undefined ? {} : { incident: { ...incident, title: redactor.text(incident.title) } }),
            ...(dryRun === undefined ? {} : { dryRun }),
            labels: redactor.value(labels) as Record<string, string>,
            annotations: redactor.value(annotations) as Record<string, string>,
            parameters: redactor.value(parameters) as SoundContext["parameters"],
            steps: runbook.steps.flatMap(plannedSteps).map(({ title, ...step }) => ({
              ...step,
              ...(title === undefined ? {} : { title: redactor.text(title) }),
            })),
            fingerprint: runbookFingerprint(runbook),
          },
          claims,
        );
        return this.#active.work(state.id, runbook, { signal, redactor, given: { labels, annotations, parameters } });
      } catch (error) {
        if (!(error instanceof ConflictError) || tried >= MOST_TRIES) throw error;
        // Somebody was first: with the same occasion, which is then the answer, or with the lock.
        const begun = key === undefined ? undefined : await this.#begun(key, signal);
        if (begun !== undefined) return begun;
      }
    }
  }

  #valuesOf(alert: string, context: SoundContext): RunValues {
    const { by, labels, annotations, parameters, incident } = context;
    const { id = "", title = "", severity = "" } = incident ?? {};
    return {
      ...{ labels, annotations, parameters, secrets: this.#options.settings.secrets, steps: {} },
      ...{ incident: { id, title, severity }, alert: { name: alert }, run: { id: "", by } },
    };
  }

  /** The run that began under `key`, with its end. */
  async #begun(key: string, signal: AbortSignal | undefined): Promise<StartedRun | undefined> {
    const call = signal === undefined ? {} : { signal };
    const holder = await this.#keeper.holder(`key/${key}`, call);
    if (holder === undefined) return undefined;
    const { state } = await this.#keeper.get(holder.id, call);
    const ended = abortable(this.#active.endOf(holder.id) ?? this.#endOf(publicRun(state)), signal);
    // Who does not wait for it must not end the process by it.
    ended.catch(() => undefined);
    return { run: publicRun(state), ended };
  }

  /** How a run of another process ends. Waiting for it keeps no process alive: it may never end. */
  async #endOf(run: RunbookRun): Promise<RunbookRun> {
    const { clock } = this.#options.settings;
    let found = run;
    while (found.endedAt === undefined) {
      await new Promise<void>((resolve) => {
        clock.schedule(resolve, LOOK_EVERY_MS);
      });
      if (this.#closing.signal.aborted)
        throw new ConflictError(`the executor was closed while it waited for ${run.id}`);
      try {
        found = publicRun((await this.#keeper.get(run.id, {})).state);
      } catch (error) {
        // The store may be well again the next time.
        if (!isWorthATry(error)) throw error;
      }
    }
    return found;
  }
}
