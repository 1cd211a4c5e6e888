/** Does what is due for incidents, in the background. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { LAST_INSTANT } from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { repeat } from "../core/repeat.ts";
import { reportOfThrown } from "../core/thrown.ts";
import { WallSteps } from "../core/time/wall-steps.ts";
import type { IncidentManager } from "../incident/manager.ts";
import type { Incident } from "../incident/model.ts";
import { checkLogger, harmless, type Logger, silentLogger } from "../ports/logger.ts";

import type { DueWork } from "./escalation/due-work.ts";
import { dueChannels } from "./telling/outbox-decisions.ts";
import { Setbacks } from "./worker-setbacks.ts";

/** What can be told to an {@link IncidentWorker}. */
export interface IncidentWorkerOptions {
  readonly incidents: Pick<IncidentManager, "due" | "get" | "on"> & Partial<Pick<IncidentManager, "clock">>;
  /** What is done for each incident that something is due for. */
  readonly work: readonly DueWork[];
  /** How often to look for what has come due, or was asked for by another process; in milliseconds, 1 s unless told. */
  readonly everyMs?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

const OPTIONS: readonly (keyof IncidentWorkerOptions)[] = ["incidents", "work", "everyMs", "clock", "logger"];
const PAGE = 100;
/** Those that are attended at once; nearly all of them wait for a place in a channel. */
const MOST_AT_ONCE = 10_000;
/** One that is attended is looked at again after so long: another process may have asked for something else. */
const LOOK_AGAIN_MS = 5_000;

/**
 * Asks which incidents something is due for, and attends to them: at once when this process's manager was told something,
 * and every `everyMs` for what comes due by time or from other processes. It never keeps the process alive. Any number of
 * workers may share one store.
 *
 * @example
 * ```ts
 * import { IncidentManager, IncidentWorker, NotificationOutbox, NotificationPlan } from "nines";
 *
 * const told: string[] = [];
 * const incidents = new IncidentManager({
 *   planner: new NotificationPlan({ rules: [{ on: "all", to: ["room"] }] }),
 * });
 * const channels = { room: { notify: async ({ message }: { message: string }) => void told.push(message) } };
 * const worker = new IncidentWorker({ incidents, work: [new NotificationOutbox({ incidents, channels })] });
 * worker.start();
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV1", by: "ann" });
 * await incidents.acknowledge(id, { by: "bob" });
 * await worker.tick();
 * await worker.close();
 * if (told[1] !== "bob is on it.") throw new Error(told.join());
 * ```
 */
export class IncidentWorker {
  readonly #incidents: IncidentWorkerOptions["incidents"];
  readonly #work: readonly DueWork[];
  readonly #everyMs: number;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #setbacks: Setbacks;
  readonly #wallSteps: WallSteps;
  #looksAtAll = true;
  readonly #running = new Set<Promise<void>>();
  /** When those that are attended were looked at last, by the monotonic clock. */
  readonly #inHand = new Map<string, number>();
  readonly #closing = new AbortController();
  #stop: (() => void) | undefined;
  #look: Promise<void> | undefined;
  #again = false;
  #woken = false;
  #stopWaking = (): void => undefined;

  constructor(options: IncidentWorkerOptions) {
    checkOptions(options, "IncidentWorker", OPTIONS);
    checkMethods(options.incidents, "incidents", ["due", "get", "on"]);
    checkMethods(options.clock, "clock", ["now", "monotonic", "schedule"]);
    checkLogger(options.logger);
    const { incidents, work, everyMs = 1_000, logger = silentLogger } = options;
    const { clock = incidents.clock ?? systemClock } = options;
    if (!Array.isArray(work) || work.length === 0) throw invalid("work", `${show(work)} is not a list of work to do`);
    for (const one of work as unknown[]) checkMethods(one, "work", ["attend"]);
    if (!(everyMs >= 1)) throw invalid("everyMs", `${show(everyMs)} is out of range; write milliseconds from 1`);
    this.#incidents = incidents;
    this.#work = work;
    this.#everyMs = everyMs;
    this.#clock = clock;
    this.#logger = harmless(logger);
    this.#setbacks = new Setbacks(clock);
    this.#wallSteps = new WallSteps(clock);
  }

  /** Begins to look, now and from now on. Begun once is enough. */
  start(): void {
    if (this.#stop !== undefined || this.#closing.signal.aborted) return;
    const stopListening = this.#incidents.on("changed", ({ incident }) => {
      if (!this.#isDue(incident)) return;
      this.#inHand.delete(incident.id);
      this.#wake();
    });
    const stopLooking = repeat(() => this.#lookAround(), {
      clock: this.#clock,
      firstMs: 0,
      everyMs: () => this.#everyMs,
      onError: () => undefined,
    });
    this.#stop = () => {
      stopListening();
      stopLooking();
    };
  }

  /** Looks once, and resolves when all that is under way has ended. Never rejects: what failed is logged, and tried again. */
  async tick(): Promise<void> {
    await this.#lookAround();
    await this.#drain();
  }

  /** Begins nothing new, and resolves when what has begun is through. */
  async close(): Promise<void> {
    this.#stop?.();
    this.#stopWaking();
    this.#closing.abort();
    await this.#look;
    await this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #isDue({ notifications, escalation }: Incident): boolean {
    const at = this.#clock.now();
    return (escalation !== undefined && escalation.dueAt <= at) || dueChannels({ notifications }, at).length > 0;
  }

  /** Many changes at once are looked at together, after the commits that made them. */
  #wake(): void {
    if (this.#woken) return;
    this.#woken = true;
    this.#stopWaking = this.#clock.schedule(() => {
      this.#woken = false;
      void this.#lookAround();
    }, 0);
  }

  /** One look at a time; who asks for one meanwhile gets another after it. */
  async #lookAround(): Promise<void> {
    this.#again = true;
    this.#look ??= (async () => {
      try {
        while (this.#again && !this.#closing.signal.aborted) {
          this.#again = false;
          await this.#attendAll();
        }
      } finally {
        this.#look = undefined;
      }
    })();
    await this.#look;
  }

  /**
   * Goes through all that is due, not only the longest overdue: those may wait for a channel that hangs, and must not
   * keep the others from being seen. At first, and when the clock was set back, through all that will ever be due: what was
   * planned by a clock that was ahead would wait until that time comes, and who attends to it can tell.
   */
  async #attendAll(): Promise<void> {
    const seen = new Set<string>();
    this.#looksAtAll ||= this.#wallSteps.look() < 0;
    const at = this.#looksAtAll ? LAST_INSTANT : this.#clock.now();
    for (let limit = PAGE; ; limit = Math.min(2 * limit, MOST_AT_ONCE)) {
      const ids = await this.#due(at, limit);
      if (ids === undefined) return;
      for (const id of ids) {
        if (seen.has(id)) continue;
        seen.add(id);
        if (this.#closing.signal.aborted || this.#running.size >= MOST_AT_ONCE) return;
        this.#begin(id);
      }
      if (ids.length < limit || limit === MOST_AT_ONCE) break;
    }
    this.#looksAtAll = false;
  }

  /** Undefined if nobody could tell. */
  async #due(at: number, limit: number): Promise<readonly string[] | undefined> {
    try {
      return await this.#incidents.due({ at, limit });
    } catch (error) {
      this.#logger.warn("incidents that something is due for could not be listed", reportOfThrown(error));
      return undefined;
    }
  }

  #begin(id: string): void {
    const now = this.#clock.monotonic();
    if (this.#setbacks.holdsBack(id) || now < (this.#inHand.get(id) ?? -Infinity) + LOOK_AGAIN_MS) return;
    this.#inHand.set(id, now);
    const run = this.#attend(id).then(
      () => {
        this.#setbacks.forget(id);
      },
      (error: unknown) => {
        const { aborted, reason } = this.#closing.signal as { aborted: boolean; reason: unknown };
        // Left for the next worker because this one is closed: that is no failure.
        if (aborted && error === reason) return;
        this.#setbacks.add(id);
        this.#logger.error("what is due for an incident could not be done", { incident: id, ...reportOfThrown(error) });
      },
    );
    const tracked = run.finally(() => {
      if (this.#inHand.get(id) === now) this.#inHand.delete(id);
      this.#running.delete(tracked);
    });
    this.#running.add(tracked);
  }

  async #attend(id: string): Promise<void> {
    const { signal } = this.#closing;
    const incident = await this.#incidents.get(id);
    const at = this.#clock.now();
    const ends = await Promise.allSettled(this.#work.map(async (work) => work.attend(incident, { at, signal })));
    const failed = ends.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}
