/** Delivers what incidents have to tell. */
import { pause } from "../../core/abort.ts";
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { withDeadline } from "../../core/deadline.ts";
import { invalid, show } from "../../core/errors.ts";
import { suggestion } from "../../core/nearest.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { type Random, systemRandom } from "../../core/random.ts";
import { WallSteps } from "../../core/time/wall-steps.ts";
import { nameOfThrown } from "../../core/thrown.ts";
import { handled } from "../../core/thenable.ts";
import type { IncidentOccurrence } from "../../incident/events.ts";
import type { IncidentManager } from "../../incident/manager.ts";
import type { Incident, PendingNotification } from "../../incident/model.ts";
import { checkLogger, harmless, type Logger, silentLogger } from "../../ports/logger.ts";
import type { Notifier } from "../../ports/notifier.ts";

import type { DueWork } from "../escalation/due-work.ts";
import { checkChannel } from "./notify-plan-rules.ts";
import {
  afterFailure,
  type Claim,
  claimOf,
  type DeliveryLimits,
  dueChannels,
  idempotencyKeyOf,
  longestWaitMs,
  notificationOf,
} from "./outbox-decisions.ts";
import { ChannelGate } from "./outbox-gate.ts";

/** A message that will not be delivered. */
export interface GivenUpNotification {
  readonly incident: Incident;
  readonly notification: PendingNotification;
  /** In a sentence's form, without secrets. */
  readonly why: string;
}

/** What can be told to a {@link NotificationOutbox}. */
export interface NotificationOutboxOptions {
  /** Where the incidents are; their events are the outbox. */
  readonly incidents: Pick<IncidentManager, "apply"> & Partial<Pick<IncidentManager, "clock" | "channels">>;
  /** Notifiers by the names of their channels. */
  readonly channels: Readonly<Record<string, Notifier>>;
  /** Channels of the incidents' planner that another process delivers to. */
  readonly elsewhere?: readonly string[];
  /** How long one attempt may take, in milliseconds; 10 s unless told. */
  readonly timeoutMs?: number;
  /**
   * For how long who tries has a message to himself, in milliseconds; after that another may try. Three times
   * `timeoutMs` unless told, and at least twice. Clocks of workers must not differ by more than the rest.
   */
  readonly leaseMs?: number;
  /** Attempts at one message, 50 unless told. */
  readonly maxAttempts?: number;
  /** A message that is older than this is given up, in milliseconds; a day unless told. */
  readonly maxAgeMs?: number;
  /** How many messages go to one channel at once; 8 unless told. */
  readonly atOnce?: number;
  /** Told of each message that this outbox gives up; the manager tells it too, as `notificationGivenUp`. */
  readonly onGivenUp?: (given: GivenUpNotification) => void;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly logger?: Logger;
}

const OPTIONS: readonly (keyof NotificationOutboxOptions)[] = [
  "incidents",
  "channels",
  "elsewhere",
  "timeoutMs",
  "leaseMs",
  "maxAttempts",
  "maxAgeMs",
  "atOnce",
  "onGivenUp",
  "clock",
  "random",
  "logger",
];
const BY = "nines";
const MOST_REMEMBERED = 10_000;

/**
 * Delivers the messages that a {@link NotificationPlan} (or anything else) has asked for: each at least once and, as far
 * as that is possible at all, once; in order within a channel of an incident; with retries, for as long as it makes sense.
 *
 * Any number of workers may share one store. Who tries first records `notification_attempted`, and so has the message to
 * himself until the lease ends; he calls the notifier with a deadline well before, and records what came of it. A message
 * is sent twice only if a worker died, or lost the store, between the channel's taking it and the event that says so: for
 * that case each has an `idempotencyKey`.
 *
 * @example
 * ```ts
 * import { IncidentManager, IncidentWorker, NotificationOutbox, NotificationPlan } from "nines";
 *
 * const told: string[] = [];
 * const incidents = new IncidentManager({
 *   planner: new NotificationPlan({ rules: [{ on: ["opened", "resolved"], to: ["pager"] }] }),
 * });
 * const outbox = new NotificationOutbox({
 *   incidents,
 *   channels: { pager: { notify: async ({ kind, idempotencyKey }) => void told.push(`${kind} ${idempotencyKey}`) } },
 * });
 * const worker = new IncidentWorker({ incidents, work: [outbox] });
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV1", by: "ann" });
 * await incidents.resolve(id, { by: "ann" });
 * await worker.tick();
 * await worker.close();
 * if (told.join() !== "opened INC-0001/1/pager,resolved INC-0001/3/pager") throw new Error(told.join());
 * ```
 */
export class NotificationOutbox implements DueWork {
  readonly #incidents: Pick<IncidentManager, "apply">;
  readonly #channels: ReadonlyMap<string, { readonly notifier: Notifier; readonly gate: ChannelGate }>;
  readonly #timeoutMs: number;
  readonly #leaseMs: number;
  readonly #limits: DeliveryLimits;
  readonly #onGivenUp: ((given: GivenUpNotification) => void) | undefined;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #logger: Logger;
  /** Incidents' channels that are worked on. */
  readonly #lanes = new Set<string>();
  /** What has arrived although the store could not be told. */
  readonly #arrived = new Set<string>();
  readonly #unknown = new Set<string>();
  readonly #wallSteps: WallSteps;
  #aheadMs = 0;

  constructor(options: NotificationOutboxOptions) {
    checkOptions(options, "NotificationOutbox", OPTIONS);
    checkMethods(options.incidents, "incidents", ["apply"]);
    checkMethods(options.clock, "clock", ["now", "monotonic", "schedule"]);
    checkLogger(options.logger);
    const { incidents, random = systemRandom, logger = silentLogger, onGivenUp, elsewhere = [] } = options;
    const { clock = incidents.clock ?? systemClock } = options;
    this.#timeoutMs = amount("timeoutMs", options.timeoutMs ?? 10_000, 1);
    this.#leaseMs = amount("leaseMs", options.leaseMs ?? 3 * this.#timeoutMs, 2 * this.#timeoutMs);
    this.#limits = {
      maxAttempts: amount("maxAttempts", options.maxAttempts ?? 50, 1),
      maxAgeMs: amount("maxAgeMs", options.maxAgeMs ?? 86_400_000, 1),
      longestWaitMs: longestWaitMs(this.#leaseMs),
    };
    const atOnce = amount("atOnce", options.atOnce ?? 8, 1);
    const channels = Object.entries(options.channels).map(([name, notifier]) => {
      checkChannel(["channels", name], name);
      checkMethods(notifier, name, ["notify"]);
      return [name, { notifier, gate: new ChannelGate({ atOnce, clock }) }] as const;
    });
    this.#channels = new Map(channels);
    this.#incidents = incidents;
    const known = [...this.#channels.keys()];
    const missing = incidents.channels?.find((name) => !known.includes(name) && !elsewhere.includes(name));
    if (missing !== undefined) {
      const remedy = "or name it in `elsewhere` if another process delivers to it";
      throw invalid(
        "channels",
        `nothing is known of ${show(missing)}, which messages go to; add it, ${remedy}${suggestion(missing, known)}`,
      );
    }
    this.#onGivenUp = onGivenUp;
    this.#clock = clock;
    this.#wallSteps = new WallSteps(clock);
    this.#random = random;
    this.#logger = harmless(logger);
  }

  /**
   * Delivers what is due of `incident`. An attempt that has begun is finished even if `signal` aborts: it is short, and
   * half of it would leave unknown whether the message arrived.
   */
  async attend(
    incident: Incident,
    { at, signal }: { readonly at: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    this.#aheadMs = Math.max(0, this.#aheadMs + this.#wallSteps.look());
    const lanes = dueChannels(incident, at, this.#limits.longestWaitMs).map((channel) =>
      this.#work(incident.id, channel, signal),
    );
    const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  async #work(id: string, channel: string, signal: AbortSignal | undefined): Promise<void> {
    const lane = `${id} ${channel}`;
    if (this.#lanes.has(lane)) return;
    const gate = this.#channels.get(channel)?.gate;
    if (gate === undefined) this.#tellUnknown(channel);
    const workOff = async (): Promise<void> => {
      let more = true;
      while (more && signal?.aborted !== true && gate?.paused !== true) more = await this.#next(id, channel);
    };
    this.#lanes.add(lane);
    try {
      await (gate === undefined ? workOff() : gate.pass(workOff, signal));
    } finally {
      this.#lanes.delete(lane);
    }
  }

  /** Does what is due first; whether the one after it may be due too. */
  async #next(id: string, channel: string): Promise<boolean> {
    const known = this.#channels.has(channel);
    let claim: Claim = { what: "nothing" };
    let began = { monotonic: 0, at: 0 };
    const incident = await this.#apply(id, (current) => {
      const at = this.#clock.now();
      began = { monotonic: this.#clock.monotonic(), at };
      const wasDelivered = (key: string): boolean => this.#arrived.has(key);
      const limits = this.#limits;
      claim = claimOf(current, { channel, at, aheadMs: this.#aheadMs, known, limits, wasDelivered });
      return eventsOf(claim, at + this.#leaseMs);
    });
    const made = claim as Claim;
    if (made.what === "nothing") return false;
    if (made.what === "give_up") this.#tellGivenUp({ incident, notification: made.pending, why: made.why });
    if (made.what === "delivered") this.#arrived.delete(idempotencyKeyOf(incident, made.pending));
    if (made.what !== "attempt") return true;
    const { key } = made.pending;
    const leased = incident.notifications.find((pending) => pending.key === key);
    if (leased === undefined) return false;
    // By either clock: a machine that slept has a monotonic one that did not see it, and the lease went on.
    const elapsedMs = Math.max(this.#clock.monotonic() - began.monotonic, this.#clock.now() - began.at);
    if (elapsedMs > this.#leaseMs - this.#timeoutMs) {
      this.#logger.warn("it took so long to claim a message that it has to wait for its next turn", {
        incident: id,
        key,
      });
      return false;
    }
    return this.#attempt(incident, leased, began.monotonic + this.#leaseMs);
  }

  async #attempt(incident: Incident, leased: PendingNotification, leaseEnds: number): Promise<boolean> {
    const { key, channel, attempts } = leased;
    const error = await this.#send(incident, leased);
    if (error === undefined) {
      const idempotencyKey = idempotencyKeyOf(incident, leased);
      if (this.#arrived.size < MOST_REMEMBERED) this.#arrived.add(idempotencyKey);
      await this.#record(incident.id, leaseEnds, ({ notifications }) =>
        notifications.some((pending) => pending.key === key) ? [{ type: "notification_delivered", key }] : [],
      );
      this.#arrived.delete(idempotencyKey);
      return true;
    }
    const after = afterFailure(error.reason, { attempts, limits: this.#limits, random: this.#random });
    const { why } = after;
    const retries = after.what === "retry";
    if (retries && after.pauseMs > 0) this.#channels.get(channel)?.gate.pause(after.pauseMs);
    let isMine = false as boolean;
    const told = await this.#record(incident.id, leaseEnds, ({ notifications }) => {
      // Whoever has it after the lease decides; this attempt is history.
      isMine = notifications.some(
        (one) => one.key === key && one.attempts === attempts && one.nextAt === leased.nextAt,
      );
      if (!isMine) return [];
      if (!retries) return [{ type: "notification_given_up", key, why }];
      return [{ type: "notification_failed", key, retryAt: this.#clock.now() + after.inMs, why }];
    });
    const fields = { incident: incident.id, channel, key, attempts, why };
    if (isMine && !retries) this.#tellGivenUp({ incident: told, notification: leased, why });
    else this.#logger.warn("a message could not be delivered yet", fields);
    return !retries;
  }

  async #send(incident: Incident, leased: PendingNotification): Promise<{ readonly reason: unknown } | undefined> {
    const notifier = this.#channels.get(leased.channel)?.notifier as Notifier;
    const notification = notificationOf(incident, leased);
    const operation = `notify ${leased.channel}`;
    try {
      await withDeadline((signal) => notifier.notify(notification, { signal }), {
        clock: this.#clock,
        timeoutMs: this.#timeoutMs,
        operation,
      });
      return undefined;
    } catch (reason) {
      return { reason };
    }
  }

  /** Records what came of an attempt, again and again while the lease lasts: a message that arrived must not go out again. */
  async #record(
    id: string,
    leaseEnds: number,
    decide: (incident: Incident) => readonly IncidentOccurrence[],
  ): Promise<Incident> {
    for (let delayMs = 50; ; delayMs *= 2) {
      try {
        return await this.#apply(id, decide);
      } catch (error) {
        if (this.#clock.monotonic() + delayMs >= leaseEnds) throw error;
      }
      await pause(this.#clock, delayMs, { keepAlive: true });
    }
  }

  #apply(id: string, decide: (incident: Incident) => readonly IncidentOccurrence[]): Promise<Incident> {
    const operation = `record what became of a message of ${id}`;
    return withDeadline((signal) => this.#incidents.apply(id, { by: BY, signal }, decide), {
      clock: this.#clock,
      timeoutMs: this.#timeoutMs,
      operation,
    });
  }

  #tellGivenUp(given: GivenUpNotification): void {
    const { incident, notification, why } = given;
    const { key, channel, kind, attempts } = notification;
    this.#logger.error("a message is given up", { incident: incident.id, channel, kind, key, attempts, why });
    const failed = (error: unknown): void => {
      this.#logger.error("onGivenUp failed", { error: nameOfThrown(error) });
    };
    try {
      handled(this.#onGivenUp?.(given), failed);
    } catch (error) {
      failed(error);
    }
  }

  #tellUnknown(channel: string): void {
    if (this.#unknown.has(channel) || this.#unknown.size >= 1_000) return;
    this.#unknown.add(channel);
    const known = [...this.#channels.keys()].join(", ");
    this.#logger.warn("messages wait for a channel that is not known here", { channel, known });
  }
}

function eventsOf(claim: Claim, until: number): readonly IncidentOccurrence[] {
  switch (claim.what) {
    case "nothing":
      return [];
    case "attempt":
      return [{ type: "notification_attempted", key: claim.pending.key, until }];
    case "delivered":
      return [{ type: "notification_delivered", key: claim.pending.key }];
    case "give_up":
    case "withdraw":
      return [{ type: "notification_given_up", key: claim.pending.key, why: claim.why }];
  }
}

function amount(path: string, value: unknown, least: number): number {
  if (typeof value === "number" && value >= least && value <= Number.MAX_SAFE_INTEGER) return value;
  throw invalid(path, `${show(value)} is out of range; write a number from ${String(least)}`);
}
