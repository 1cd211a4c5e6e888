/** What the outbox decides: pure, so that two workers who see the same decide the same. */
import { isReliabilityError } from "../../core/errors.ts";
import { cut } from "../../core/cut.ts";
import type { Random } from "../../core/random.ts";
import { isError, nameOfThrown } from "../../core/thrown.ts";
import type { Incident, PendingNotification } from "../../incident/model.ts";
import type { Notification } from "../../ports/notifier.ts";

import { ESCALATION_KEYS } from "../escalation/steps.ts";

/** When messages are given up. */
export interface DeliveryLimits {
  readonly maxAttempts: number;
  readonly maxAgeMs: number;
  /** See {@link longestWaitMs}. */
  readonly longestWaitMs: number;
}

/** What is to be done for a channel of an incident now. */
export type Claim =
  | { readonly what: "nothing" }
  | { readonly what: "attempt" | "delivered"; readonly pending: PendingNotification }
  | { readonly what: "give_up" | "withdraw"; readonly pending: PendingNotification; readonly why: string };

/** What follows from a failed attempt. */
export type AfterFailure =
  | { readonly what: "retry"; readonly inMs: number; readonly pauseMs: number; readonly why: string }
  | { readonly what: "give_up"; readonly why: string };

const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 300_000;
/** Longer than this nobody is left unpaged because a server said so. */
const LONGEST_PAUSE_MS = 900_000;
/** What clocks of workers may differ by is in it. */
const LONGEST_WAIT_MS = LONGEST_PAUSE_MS + 300_000;

/** Longer than this no message waits, where attempts are leased for `leaseMs`. */
export function longestWaitMs(leaseMs: number): number {
  return Math.max(LONGEST_WAIT_MS, 2 * leaseMs);
}

/**
 * Whether it is a message's turn at `at`. One that nobody has tried waits for nothing. One that waits for longer than anybody
 * makes it wait has its time of a clock that was ahead, and has been set right.
 */
function isDue({ attempts, nextAt }: PendingNotification, at: number, longestWaitMs: number): boolean {
  return attempts === 0 || nextAt <= at || nextAt > at + longestWaitMs;
}

/** Channels for which something is due: each message waits for those before it in its channel. */
export function dueChannels(
  { notifications }: Pick<Incident, "notifications">,
  at: number,
  longestWaitMs: number = LONGEST_WAIT_MS,
): readonly string[] {
  const heads = new Map<string, PendingNotification>();
  for (const pending of notifications) if (!heads.has(pending.channel)) heads.set(pending.channel, pending);
  return [...heads.values()].filter((head) => isDue(head, at, longestWaitMs)).map(({ channel }) => channel);
}

/**
 * What to do for `channel` at `at`.
 *
 * @param aheadMs - by how much the clock was set ahead while this process ran: nothing has grown old by that
 * @param known - whether there is a notifier for it here; elsewhere there may be one
 * @param wasDelivered - whether a message is known to have arrived although no event says so
 */
export function claimOf(
  incident: Incident,
  {
    channel,
    at,
    aheadMs,
    known,
    limits,
    wasDelivered,
  }: {
    readonly channel: string;
    readonly at: number;
    readonly aheadMs: number;
    readonly known: boolean;
    readonly limits: DeliveryLimits;
    readonly wasDelivered: (idempotencyKey: string) => boolean;
  },
): Claim {
  const pending = incident.notifications.find((waiting) => waiting.channel === channel);
  if (pending === undefined) return { what: "nothing" };
  if (wasDelivered(idempotencyKeyOf(incident, pending))) return { what: "delivered", pending };
  if (!isDue(pending, at, limits.longestWaitMs)) return { what: "nothing" };
  const why = needless(incident, pending);
  if (why !== undefined) return { what: "withdraw", pending, why };
  const { attempts } = pending;
  if (at - pending.at - aheadMs > limits.maxAgeMs) {
    const why = known ? `it is too old after ${counted(attempts)}` : "it is too old, and no such channel is known here";
    return { what: "give_up", pending, why };
  }
  if (attempts >= limits.maxAttempts) return { what: "give_up", pending, why: `${counted(attempts)} failed` };
  return known ? { what: "attempt", pending } : { what: "nothing" };
}

/** Why nobody has to be told any more; undefined if somebody has: a page for what is in good hands wakes people up. */
function needless({ status, acknowledgedBy }: Incident, { key, kind }: PendingNotification): string | undefined {
  if (kind === "approval_requested" && status === "resolved") return "nobody has to answer any more: it is resolved";
  if (!key.startsWith(ESCALATION_KEYS)) return undefined;
  if (status === "resolved") return "nobody has to acknowledge any more: it is resolved";
  return acknowledgedBy === undefined ? undefined : "nobody has to acknowledge any more: somebody has";
}

/** What follows when attempt number `attempts` ended with `error`. */
export function afterFailure(
  error: unknown,
  { attempts, limits, random }: { readonly attempts: number; readonly limits: DeliveryLimits; readonly random: Random },
): AfterFailure {
  const why = reasonOf(error);
  if (!isRetryable(error)) return { what: "give_up", why };
  if (attempts >= limits.maxAttempts) return { what: "give_up", why: `${counted(attempts)} failed, at last: ${why}` };
  const pauseMs = askedPauseMs(error);
  const backOffMs = Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (attempts - 1));
  // Half of it by chance, so that those who failed together do not come back together.
  const inMs = Math.round(Math.max(pauseMs, (backOffMs * (1 + random.next())) / 2));
  return { what: "retry", inMs, pauseMs, why };
}

/** What the notifier is handed: severity and status are those of the moment that it tells of. */
export function notificationOf(incident: Incident, pending: PendingNotification): Notification {
  const { id, title, services, startedAt, labels, runbook, resolvedAt } = incident;
  const { severity, status, kind, at, message, recipient } = pending;
  return {
    idempotencyKey: idempotencyKeyOf(incident, pending),
    kind,
    at,
    message,
    incident: {
      id,
      title,
      severity,
      status,
      services,
      startedAt,
      labels,
      ...(runbook === undefined ? {} : { runbook }),
      ...(status === "resolved" && resolvedAt !== undefined ? { resolvedAt } : {}),
    },
    ...(recipient === undefined ? {} : { recipient }),
  };
}

/** The same for each attempt, and for no other message of any incident. */
export function idempotencyKeyOf({ id }: Pick<Incident, "id">, { key }: Pick<PendingNotification, "key">): string {
  return `${id}/${key}`;
}

function isRetryable(error: unknown): boolean {
  if (!isReliabilityError(error)) return true;
  if (error.code === "adapter") return (error as { retryable?: unknown }).retryable !== false;
  // What cannot be used as it is written will not be usable later.
  return error.code !== "configuration";
}

function askedPauseMs(error: unknown): number {
  const asked = isReliabilityError(error) ? error.context.retryAfterMs : undefined;
  return typeof asked === "number" && asked > 0 ? Math.min(asked, LONGEST_PAUSE_MS) : 0;
}

/** A foreign message may hold anything, a token too, and this is kept for good. */
function reasonOf(error: unknown): string {
  if (isReliabilityError(error)) return cut(error.message, 300);
  return `the notifier failed with ${isError(error) ? cut(nameOfThrown(error), 100) : `something that is no Error`}`;
}

function counted(attempts: number): string {
  return attempts === 1 ? "1 attempt" : `${String(attempts)} attempts`;
}
