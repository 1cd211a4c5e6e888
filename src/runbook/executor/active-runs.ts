/** The runs that this process works on, their timelines, and who is told of them. */
import { onAbort } from "../../core/abort.ts";
import { ConflictError } from "../../core/errors.ts";
import type { Events } from "../../core/events.ts";

import { isLateAnswer } from "../engine/approval.ts";
import { RunEngine } from "../engine/engine.ts";
import type { RunEvent } from "../events.ts";
import { EVENT_NAMES, type RunbookEvents } from "./events.ts";
import type { SoundExecutorOptions } from "./options.ts";
import { publicRun, recordOf, type RunState } from "../fold.ts";
import { HandedOverError, LostRunError, type RunKeeper } from "../engine/keeper.ts";
import type { Runbook } from "../model.ts";
import { nameOf } from "../patience.ts";
import type { Redactor } from "../redact/redactor.ts";
import type { GivenValues } from "../engine/run-values.ts";
import type { RunbookRun } from "../run.ts";
import { RunTimeline } from "./timeline.ts";

/** A run that has begun, and its end. */
export interface StartedRun {
  readonly run: RunbookRun;
  readonly ended: Promise<RunbookRun>;
}

/** How a run is worked on. */
export interface WorkOptions {
  readonly signal: AbortSignal | undefined;
  /** Takes the run's secrets out of texts. */
  readonly redactor: Redactor;
  /** What the call handed over; undefined for a run that is resumed. */
  readonly given?: GivenValues;
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

  /** Leaves runs that wait for approvals to whoever goes on with them; resolves when all others have ended, however they did. */
  async close(): Promise<void> {
    for (const { engine } of this.#active.values()) engine.handOver();
    await Promise.allSettled([...this.#active.values()].map(({ done }) => done));
  }

  /** Works on a run that is this process' own. */
  work(id: string, runbook: Runbook, { signal, redactor, given }: WorkOptions): StartedRun {
    const { approver, leaseMs, maxRunOutput } = this.#options;
    const settings = { ...this.#options.settings, redactor };
    const state = this.#keeper.known(id) as RunState;
    const engine = new RunEngine({
      ...{ id, runbook, keeper: this.#keeper, settings, approver, logger: settings.logger, maxRunOutput },
      leaseMs,
      given,
      isTold: this.#timelines.has(id),
      onText: (step, stream, text) => {
        this.#events.emit("output", { run: id, step, stream, text });
      },
    });
    let isHandedOver = false;
    const done = (async (): Promise<RunbookRun> => {
      const stopListening = onAbort(signal, () => {
        engine.cancel({ by: state.by, reason: "its caller gave it up" });
      });
      try {
        await engine.run();
        return await this.#told(id);
      } catch (error) {
        isHandedOver = error instanceof HandedOverError;
        throw error;
      } finally {
        stopListening();
        await this.#timelines.get(id)?.settled();
        this.forget(id);
        if (isHandedOver) await this.#release(id);
      }
    })();
    this.#active.set(id, { engine, done });
    // Who only started it hears of its end by the events.
    done.catch((error: unknown) => {
      if (error instanceof HandedOverError) return;
      settings.logger.error("a run was given up; it can be resumed", { run: id, error: nameOf(error) });
    });
    return { run: publicRun(state), ended: done };
  }

  async #release(id: string): Promise<void> {
    try {
      await this.#keeper.handOver(id);
    } catch (error) {
      const { logger } = this.#options.settings;
      logger.warn("a run is left to others only when its lease is over", { run: id, error: nameOf(error) });
    }
  }

  /** Writes what an earlier process has not written of the run into its incident's timeline. */
  async catchUp(state: RunState): Promise<void> {
    const timeline = this.#timelineOf(state);
    if (timeline === undefined) return;
    timeline.catchUp(state);
    const { events, states } = await this.#keeper.events(state.id);
    events.forEach((event, index) => {
      const then = states[index] as RunState;
      if (then.version <= state.version) timeline.add(then, event);
    });
  }

  /** Ends a run whose runbook is another one by now: what is left of it cannot be told. */
  async giveUp({ id, steps, status: stands, reason: before }: RunState): Promise<RunbookRun> {
    const left = steps.filter(({ endedAt }) => endedAt === undefined).map(({ name }) => name);
    const undone = steps
      .filter(({ isRollback, status }) => isRollback && status === "succeeded")
      .map(({ name }) => name);
    const reason = [
      ...(before === undefined ? [] : [before]),
      "the runbook was changed while the run was interrupted",
      `not done: ${few(left)}`,
      stands === "rolling_back" ? `its rollback was not finished, done: ${few(undone)}` : "nothing was rolled back",
    ].join("; ");
    try {
      const mustTell = this.#timelines.has(id) ? { mustTell: true } : {};
      await this.#keeper.add(id, [{ type: "ended", status: "failed", reason, ...mustTell }]);
      return await this.#told(id);
    } finally {
      this.forget(id);
    }
  }

  /**
   * Writes what is missing of a run that is over into its incident's timeline: whoever ended it died before he had, or could
   * not. Undefined if somebody else does so now.
   */
  async retell(id: string, version: number): Promise<RunbookRun | undefined> {
    const decided = { isMine: false };
    const state = await this.#keeper.tell(id, (now) => {
      decided.isMine = now.version === version && now.mustTell;
      return decided.isMine ? [{ type: "telling" }] : [];
    });
    if (!decided.isMine) return undefined;
    try {
      await this.catchUp(state);
      const left = (await this.#timelines.get(id)?.settled()) ?? 0;
      if (left > 0) return publicRun(state);
      return publicRun(await this.#keeper.tell(id, (now) => (now.mustTell ? [{ type: "told" }] : [])));
    } finally {
      this.forget(id);
    }
  }

  /** The run at its end, when all of it is told; what could not be told is left to {@link retell}. */
  async #told(id: string): Promise<RunbookRun> {
    const state = this.#keeper.known(id) as RunState;
    const timeline = this.#timelines.get(id);
    if (timeline === undefined || !state.mustTell || (await timeline.settled()) > 0) return publicRun(state);
    try {
      return publicRun(await this.#keeper.add(id, [{ type: "told" }]));
    } catch (error) {
      // It is over, and told: that nobody knows it costs a look at the timeline.
      this.#options.settings.logger.warn("a run that is told could not be marked so", {
        run: id,
        error: nameOf(error),
      });
      return publicRun(state);
    }
  }

  /**
   * Before a run is taken over: this process may have lost it without having heard of that, and what it still does for it
   * must have ended. @throws {@link ConflictError} if it is this process' own
   */
  async leave(id: string): Promise<void> {
    const active = this.#active.get(id);
    if (active === undefined) return;
    try {
      await this.#keeper.look(id);
    } catch (error) {
      if (!(error instanceof LostRunError)) throw error;
      active.engine.lose(error);
      await active.done.catch(() => undefined);
      return;
    }
    throw new ConflictError(`${id} is being worked on here`, { context: { id } });
  }

  /** This process has nothing to do with it any more. */
  forget(id: string): void {
    this.#active.delete(id);
    this.#timelines.delete(id);
    this.#keeper.forget(id);
  }

  #timelineOf({ id, incident }: RunState): RunTimeline | undefined {
    const { incidents, settings, approver } = this.#options;
    if (incidents === undefined || incident === undefined) return undefined;
    const { clock, logger } = settings;
    const timeline =
      this.#timelines.get(id) ??
      new RunTimeline({ incidents, incident, clock, logger, isPolicyAsked: approver !== undefined });
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
    const step = "step" in event ? recordOf(state, event.step) : undefined;
    // An answer that came when the time was up is none.
    if (event.type === "approval_answered" && isLateAnswer(event, step?.approval)) return;
    this.#events.emit(name, step === undefined ? { run } : { run, step });
  }
}

function few(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${String(names.length - 10)} more` : shown || "nothing";
}
