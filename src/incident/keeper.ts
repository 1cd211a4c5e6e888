/** Keeps incidents in a store: reads, decides on what was read, commits, and decides again when somebody was first. */
import type { Clock } from "../core/time/clock.ts";
import { askStore } from "../core/ask.ts";
import { AdapterError, ConflictError, invalid, isReliabilityError, show } from "../core/errors.ts";
import { frozen } from "../core/frozen.ts";
import { Turns } from "../core/turns.ts";
import { atOnce } from "../core/thenable.ts";
import { kindOfThrown } from "../core/thrown.ts";
import type {
  IncidentChange,
  IncidentClaim,
  IncidentPage,
  IncidentRow,
  IncidentStore,
} from "../ports/incident-store.ts";
import type { CallOptions } from "../ports/store.ts";

import type { SoundCommand } from "./commands.ts";
import type { IncidentOccurrence, RecordedEvent } from "./events.ts";
import type { IncidentIds } from "./ids.ts";
import type { Incident, IncidentState } from "./model.ts";
import { eventText, foldTexts, keptEvent, readEvent, summaryText } from "./record.ts";
import { soundStore } from "./sound-store.ts";
import { transition } from "./transition.ts";

/**
 * Adds what follows from events: messages to send, escalations to begin. Pure, since it is asked again when somebody else
 * was first; what it adds is kept together with the events, or not at all.
 */
export interface IncidentPlanner {
  /** Names of all the channels that its messages may go to. */
  readonly channels?: readonly string[];
  /** What happens next in consequence of `events`, which led from `before` to `after`. */
  follow(
    before: IncidentState | undefined,
    after: IncidentState,
    events: readonly RecordedEvent[],
  ): readonly IncidentOccurrence[];
}

/** A new incident, or what happens to one that is there. */
export interface Decision {
  readonly number: number | undefined;
  readonly before: IncidentState | undefined;
  readonly occurrences: readonly IncidentOccurrence[];
  readonly claims?: readonly IncidentClaim[];
  /** When it is decided, in epoch milliseconds, if the decision knows; now otherwise. */
  readonly now?: number;
}

/** What a keeper works with. */
export interface IncidentKeeperOptions {
  readonly store: IncidentStore;
  readonly ids: IncidentIds;
  readonly planner: IncidentPlanner | undefined;
  readonly clock: Clock;
  /** How long one call to the store may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Told of each event that is kept. */
  readonly tell: (incident: Incident, event: RecordedEvent) => void;
}

/** Losing so often in a row against others means that something else is wrong. */
const MOST_CONFLICTS = 200;
const CACHED = 1_000;

/** The store's side of an `IncidentManager`. */
export class IncidentKeeper {
  readonly #store: IncidentStore;
  readonly #ids: IncidentIds;
  readonly #planner: IncidentPlanner | undefined;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #tell: IncidentKeeperOptions["tell"];
  readonly #turns = new Turns();
  readonly #cache = new Map<number, IncidentState>();

  constructor({ store, ids, planner, clock, timeoutMs, tell }: IncidentKeeperOptions) {
    this.#store = soundStore(store, "incident store");
    this.#ids = ids;
    this.#planner = planner;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#tell = tell;
  }

  /**
   * Runs `attempt` when all that was asked for under `key` in this process is through, and again each time that somebody
   * else was first, unless the caller wants to know that.
   */
  inTurn<T>(key: string, { expectedVersion, call }: SoundCommand, attempt: () => Promise<T>): Promise<T> {
    return this.#turns.take(key, async () => {
      for (let conflicts = 0; ; conflicts += 1) {
        call.signal?.throwIfAborted();
        try {
          return await attempt();
        } catch (error) {
          const lost = isReliabilityError(error) && error.code === "conflict";
          if (!lost || expectedVersion !== undefined || conflicts >= MOST_CONFLICTS) throw error;
        }
      }
    });
  }

  /** How an incident stands in the store. @throws {@link ConfigurationError} if there is none */
  async state(number: number, call: CallOptions): Promise<IncidentState> {
    const id = this.#ids.idOf(number);
    const known = this.#cache.get(number);
    const after = known?.version ?? 0;
    const texts = await this.#ask("read", call, (options) => this.#store.read(number, { ...options, after }));
    const folded = foldTexts(known, texts, id);
    if (folded === undefined) throw unknownIncident(id);
    const state = frozen(folded);
    this.#remember(number, state);
    return state;
  }

  /** Every event of an incident. @throws {@link ConfigurationError} if there is none */
  async events(number: number, call: CallOptions): Promise<readonly RecordedEvent[]> {
    const id = this.#ids.idOf(number);
    const texts = await this.#ask("read", call, (options) => this.#store.read(number, options));
    if (texts.length === 0) throw unknownIncident(id);
    return texts.map((text, index) => readEvent(text, id, index + 1));
  }

  rows(page: IncidentPage): Promise<readonly IncidentRow[]> {
    return this.#ask("list", page, (options) => this.#store.rows({ ...page, ...options }));
  }

  due(at: number, limit: number, call: CallOptions): Promise<readonly number[]> {
    return this.#ask("list", call, (options) => this.#store.due(at, limit, options));
  }

  holderOf(key: string, call: CallOptions): Promise<number | undefined> {
    return this.#ask("read", call, (options) => this.#store.holderOf(key, options));
  }

  /** Keeps all of `decisions` or none; each of them becomes an incident as it stands then. */
  async commit(decisions: readonly Decision[], sound: SoundCommand): Promise<readonly Incident[]> {
    const steps = decisions.map((decision) => this.#step(decision, sound));
    const changed = steps.filter(({ events }) => events.length > 0);
    const changes = changed.map(({ change }) => change);
    const made =
      changes.length === 0
        ? []
        : await this.#ask("commit", sound.call, (options) => this.#store.commit(changes, options));
    const numbers = new Map(changed.map((step, index) => [step, made[index]?.number]));
    const incidents = steps.map((step) => {
      const number = numbers.get(step) ?? step.number ?? NaN;
      this.#remember(number, step.after);
      return this.named(number, step.after);
    });
    steps.forEach(({ events }, index) => {
      for (const event of events) this.#tell(incidents[index] as Incident, event);
    });
    return incidents;
  }

  named(number: number, state: IncidentState): Incident {
    return { ...state, id: this.#ids.idOf(number) };
  }

  #step({ number, before, occurrences, claims = [], now }: Decision, { by, at }: SoundCommand): Step {
    // A clock that was set back must not make history run backwards.
    const clockSays = now ?? this.#clock.now();
    const recordedAt = Math.max(clockSays, before?.recordedAt ?? -Infinity);
    let after = before;
    const events: RecordedEvent[] = [];
    const happens = (occurrence: IncidentOccurrence, actor: string, happenedAt: number): void => {
      const event = keptEvent({ ...occurrence, by: actor, at: happenedAt, recordedAt });
      after = transition(after, event, recordedAt);
      events.push(event);
    };
    for (const occurrence of occurrences) happens(occurrence, by, at ?? recordedAt);
    if (after !== undefined && events.length > 0) {
      const state = after;
      planning(() => {
        const planned: unknown = atOnce(this.#planner?.follow(before, state, [...events])) ?? [];
        if (!Array.isArray(planned)) throw new TypeError("it answered with no list");
        for (const next of planned as readonly IncidentOccurrence[]) happens(next, "nines", recordedAt);
      });
    }
    // It is remembered here and handed out: nobody's changes may reach the others.
    const state = frozen(after as IncidentState);
    return { number, events, after: state, change: changeOf({ number, before, events, claims, at: clockSays }, state) };
  }

  #remember(number: number, state: IncidentState): void {
    const known = this.#cache.get(number);
    if (known !== undefined && known.version > state.version) return;
    this.#cache.delete(number);
    this.#cache.set(number, state);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED && oldest !== undefined) this.#cache.delete(oldest);
  }

  #ask<T>(operation: string, { signal }: CallOptions, call: (options: CallOptions) => Promise<T>): Promise<T> {
    const [clock, timeoutMs] = [this.#clock, this.#timeoutMs];
    return askStore(call, { clock, timeoutMs, adapter: "incident store", operation, signal });
  }
}

interface Step {
  readonly number: number | undefined;
  readonly events: readonly RecordedEvent[];
  readonly after: IncidentState;
  readonly change: IncidentChange;
}

/** Without what is planned nobody would be told of it: where that fails, it is not kept either. */
function planning(plan: () => void): void {
  try {
    plan();
  } catch (cause) {
    if (isReliabilityError(cause)) throw cause;
    throw new AdapterError(`it failed with ${kindOfThrown(cause)}`, {
      ...{ adapter: "incident planner", operation: "plan what follows", retryable: false, cause },
    });
  }
}

function changeOf(
  {
    number,
    before,
    events,
    claims,
    at,
  }: Pick<Decision, "number" | "before"> & {
    readonly events: readonly RecordedEvent[];
    readonly claims: readonly IncidentClaim[];
    readonly at: number;
  },
  after: IncidentState,
): IncidentChange {
  const dueAt = dueAtOf(after, at);
  return {
    ...(number === undefined ? {} : { number }),
    expectedVersion: before?.version ?? 0,
    events: events.map(eventText),
    summary: summaryText(after),
    open: after.status !== "resolved",
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(claims.length === 0 ? {} : { claims }),
  };
}

/**
 * When something is to be done next, by a clock that says `at`. Where that was set back, the incident's own times are ahead of
 * it, and by as much what is planned by them.
 */
function dueAtOf({ notifications, escalation, recordedAt }: IncidentState, at: number): number | undefined {
  const aheadMs = Math.max(0, recordedAt - at);
  let dueAt = escalation?.dueAt;
  if (dueAt !== undefined && dueAt >= recordedAt) dueAt -= aheadMs;
  const channels = new Set<string>();
  for (const { channel, attempts, nextAt } of notifications) {
    // A message waits for the one before it in its channel.
    if (channels.has(channel)) continue;
    channels.add(channel);
    const next = attempts === 0 ? nextAt - aheadMs : nextAt;
    if (dueAt === undefined || next < dueAt) dueAt = next;
  }
  return dueAt;
}

/** @throws {@link ConflictError} if `state` is not the version that the caller has seen */
export function checkVersion(
  id: string,
  { version }: Pick<IncidentState, "version">,
  { expectedVersion }: SoundCommand,
): void {
  if (expectedVersion === undefined || expectedVersion === version) return;
  throw new ConflictError(`${id} is at version ${String(version)}, not at ${String(expectedVersion)} any more`, {
    context: { id, expectedVersion, actualVersion: version },
  });
}

function unknownIncident(id: string): Error {
  return invalid("id", `there is no incident ${show(id)}`);
}
