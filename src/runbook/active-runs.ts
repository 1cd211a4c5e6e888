/** The runs that this process works on, their timelines, and who is told of them. */
import type { Events } from "../core/events.ts";

import { RunEngine } from "./engine.ts";
import type { RunEvent } from "./events.ts";
import { EVENT_NAMES, type RunbookEvents } from "./executor-events.ts";
import type { SoundExecutorOptions } from "./executor-options.ts";
import { foldRun, publicRun, type RunState } from "./fold.ts";
import { nameOf, type RunKeeper } from "./keeper.ts";
import type { Runbook } from "./model.ts";
import type { RunbookRun } from "./run.ts";
import { RunTimeline } from "./timeline.ts";

/** A run that has begun, and its end. */
export interface StartedRun {
  readonly run: RunbookRun;
  readonly ended: Promise<RunbookRun>;
}

interface ActiveRun {
  readonly engine: RunEngine;
  readonly done: Promise<RunbookRun>;
}

/** Works on runs side by side. */
export class ActiveRuns {
  readonly #options: SoundExecutorOptions;
  readonly #keeper: RunKeeper;
  readonly #events: Events<RunbookEvents>;
  readonly #active = new Map<string, ActiveRun>();
  readonly #timelines = new Map<string, RunTimeline>();

  constructor(options: SoundExecutorOptions, keeper: RunKeeper, events: Events<RunbookEvents>) {
    this.#options = options;
    this.#keeper = keeper;
    this.#events = events;
  }

  /** How many there are. */
  get size(): number {
    return this.#active.size;
  }

  /** The end of a run; undefined if it is not worked on here. */
  endOf(id: string): Promise<RunbookRun> | undefined {
    return this.#active.get(id)?.done;
  }

  /** Resolves when all have ended, however they did. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#active.values()].map(({ done }) => done));
  }

  /** Works on a run that is this process' own. */
  work(id: string, runbook: Runbook, signal: AbortSignal | undefined): StartedRun {
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
  async catchUp(state: RunState): Promise<void> {
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
  async giveUp({ id, steps }: RunState): Promise<RunbookRun> {
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
  heard(state: RunState, event: RunEvent): void {
    if (this.#keeper.known(state.id) === undefined) return;
    this.#active.get(state.id)?.engine.heard(event);
    const timeline = event.type === "started" ? this.#timelineOf(state) : this.#timelines.get(state.id);
    timeline?.add(state, event);
    const name = EVENT_NAMES[event.type];
    if (name === undefined) return;
    const run = publicRun(state);
    const step = "step" in event ? state.steps[state.places.get(event.step) ?? -1] : undefined;
    this.#events.emit(name, step === undefined ? { run } : { run, step });
  }
}
