/** Incidents, kept in a store: commands come in, events are kept, listeners are told. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { invalid, show } from "../core/errors.ts";
import { Events, type Listener, type ListenerFailure } from "../core/events.ts";
import { checkIterable, checkMethods, checkOptions } from "../core/options.ts";
import type { IncidentRow, IncidentStore } from "../ports/incident-store.ts";
import { checkLogger, type Logger, toldOfListeners } from "../ports/logger.ts";
import type { CallOptions } from "../ports/store.ts";

import * as check from "./commands.ts";
import type { CreateIncident, IncidentCommand, IncidentFilter } from "./commands.ts";
import { LISTENED } from "./edge-words.ts";
import type { IncidentEventType, IncidentOccurrence, RecordedEvent } from "./events.ts";
import { IncidentIds } from "./ids.ts";
import { checkVersion, IncidentKeeper, type IncidentPlanner } from "./keeper.ts";
import { MemoryIncidentStore } from "./memory-store.ts";
import type {
  Incident,
  IncidentRole,
  IncidentState,
  IncidentStatus,
  IncidentSummary,
  IncidentLinkKind,
  Severity,
} from "./model.ts";
import { type IncidentMetrics, type IncidentMetricsOptions, IncidentTally } from "./metrics.ts";
import { incidentDuration, isSloAffecting } from "./questions.ts";
import { readSummary } from "./record.ts";
import { newestRows } from "./row-pages.ts";

/** `status_changed` as `statusChanged`. */
export type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** What an {@link IncidentManager} tells its listeners, once it is kept: each event under its name, and all as `changed`. */
export type IncidentEvents = {
  readonly [Type in IncidentEventType as CamelCase<Type>]: {
    readonly incident: Incident;
    readonly event: Extract<RecordedEvent, { readonly type: Type }>;
  };
} & { readonly changed: { readonly incident: Incident; readonly event: RecordedEvent } };

/** What can be told to an {@link IncidentManager}. */
export interface IncidentManagerOptions {
  /** Where incidents are kept; in memory unless told. */
  readonly store?: IncidentStore;
  /** What ids begin with; `INC` unless told. */
  readonly prefix?: string;
  /** Adds what follows from events. */
  readonly planner?: IncidentPlanner;
  /**
   * How long one call to the store may take, in milliseconds; 10 s unless told. A commit that took longer may be kept all
   * the same.
   */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  /** Told of what listeners throw; the process warns of it without `logger` and `onListenerError`. */
  readonly logger?: Logger;
  /** The same, for who wants to see what was thrown. */
  readonly onListenerError?: (failure: ListenerFailure) => void;
}

/** An incident in a list. */
export interface ListedIncident extends IncidentSummary {
  /** Such as `INC-0001`. */
  readonly id: string;
  /** How many events it has. */
  readonly version: number;
}

/** What {@link IncidentManager.correlate} is to do with the incident that a key leads to. */
export type IncidentCorrelation =
  | {
      /** Declare a new incident, which the key leads to from now on; `events` follow its creation. */
      readonly create: CreateIncident;
      readonly events?: readonly IncidentOccurrence[];
    }
  | { readonly events: readonly IncidentOccurrence[] };

const OPTIONS = ["store", "prefix", "planner", "timeoutMs", "clock", "logger", "onListenerError"];
const LONGEST_TIMEOUT_MS = 3_600_000;
/** The version of an incident that is not there. */
const NOTHING = { version: 0 };

/**
 * Manages incidents from declaration to resolution. What a command did is kept in the store when its promise resolves.
 *
 * Of commands that meet at one incident each is decided on what those before it left; one that is not possible any more
 * rejects. With `expectedVersion` it rejects if anything at all happened since that version was read.
 *
 * @example
 * ```ts
 * import { IncidentManager } from "nines";
 *
 * const incidents = new IncidentManager();
 * const { id } = await incidents.createIncident({
 *   title: "checkout fails", severity: "SEV2", services: ["checkout"], by: "ann",
 * });
 * await incidents.acknowledge(id, { by: "bob" });
 * await incidents.assumeRole(id, { role: "commander", person: "bob", by: "bob" });
 * await incidents.changeStatus(id, { to: "identified", message: "a bad release", by: "bob" });
 * await incidents.addUpdate(id, { message: "rolled back", by: "bob" });
 * const over = await incidents.resolve(id, { by: "bob" });
 * if (over.status !== "resolved" || over.version !== 6) throw new Error("not resolved");
 * ```
 */
export class IncidentManager {
  /** What tells the time; whoever works on these incidents should go by the same. */
  readonly clock: Clock;
  /** Names of the channels that the planner sends messages to. */
  readonly channels: readonly string[];
  readonly #ids: IncidentIds;
  readonly #events: Events<IncidentEvents>;
  readonly #keeper: IncidentKeeper;

  constructor(options: IncidentManagerOptions = {}) {
    checkOptions(options, "IncidentManager", OPTIONS);
    checkMethods(options.store, "store", ["commit", "read", "rows", "due", "holderOf"]);
    checkMethods(options.planner, "planner", ["follow"]);
    checkLogger(options.logger);
    const {
      store = new MemoryIncidentStore(),
      prefix = "INC",
      planner,
      timeoutMs = 10_000,
      clock = systemClock,
    } = options;
    if (!(timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS)) {
      throw invalid("timeoutMs", `${show(timeoutMs)} is no time-out; write milliseconds above 0, up to an hour`);
    }
    const ids = new IncidentIds(prefix);
    this.#ids = ids;
    this.clock = clock;
    this.channels = planner?.channels ?? [];
    this.#events = new Events({ onListenerError: toldOfListeners(options), names: LISTENED });
    const tell = (incident: Incident, event: RecordedEvent): void => {
      const name = event.type.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      this.#events.emit(name as "changed", { incident, event });
      this.#events.emit("changed", { incident, event });
    };
    this.#keeper = new IncidentKeeper({ store, ids, planner, clock, timeoutMs, tell });
  }

  /** Declares an incident. It begins, and is noticed, when it happened (`at`) unless told. */
  async createIncident(command: CreateIncident): Promise<Incident> {
    const now = this.clock.now();
    const { draft, sound } = check.creation(command, now);
    const decision = { number: undefined, before: undefined, occurrences: [draft], now };
    return only(await this.#keeper.commit([decision], sound));
  }

  /** Notes something to know. It changes nothing. */
  async addUpdate(
    id: string,
    command: IncidentCommand & { readonly message: string; readonly audience?: "internal" | "public" },
  ): Promise<Incident> {
    check.keys(command, "addUpdate", ["message", "audience"]);
    const { audience = "internal" } = command;
    check.oneOf("audience", audience, ["internal", "public"]);
    return this.#do(id, command, { type: "updated", message: check.text("message", command.message), audience });
  }

  /** Notes what a machine did. */
  async note(
    id: string,
    command: IncidentCommand & {
      readonly kind: string;
      readonly message: string;
      readonly data?: Readonly<Record<string, unknown>>;
    },
  ): Promise<Incident> {
    check.keys(command, "note", ["kind", "message", "data"]);
    const kind = check.name("kind", command.kind);
    const message = check.text("message", command.message);
    return this.#do(id, command, { type: "noted", kind, message, ...check.data(command.data) });
  }

  /** Says that somebody is on it. */
  async acknowledge(id: string, command: IncidentCommand & { readonly message?: string }): Promise<Incident> {
    check.keys(command, "acknowledge", ["message"]);
    return this.#do(id, command, { type: "acknowledged", ...check.message(command.message) });
  }

  /** Moves the work on, or back. Out of `resolved` the way is {@link reopen}, into it {@link resolve}. */
  async changeStatus(
    id: string,
    command: IncidentCommand & { readonly to: IncidentStatus; readonly message?: string },
  ): Promise<Incident> {
    check.keys(command, "changeStatus", ["to", "message"]);
    const to = check.status(command.to);
    const said = check.message(command.message);
    return this.#do(id, command, to === "resolved" ? { type: to, ...said } : { type: "status_changed", to, ...said });
  }

  /** Says that it is over. */
  async resolve(id: string, command: IncidentCommand & { readonly message?: string }): Promise<Incident> {
    check.keys(command, "resolve", ["message"]);
    return this.#do(id, command, { type: "resolved", ...check.message(command.message) });
  }

  /** Says that it was not over. */
  async reopen(id: string, command: IncidentCommand & { readonly message?: string }): Promise<Incident> {
    check.keys(command, "reopen", ["message"]);
    return this.#do(id, command, { type: "reopened", ...check.message(command.message) });
  }

  /** Says that it is graver, or less grave. */
  async changeSeverity(
    id: string,
    command: IncidentCommand & { readonly to: Severity; readonly reason?: string },
  ): Promise<Incident> {
    check.keys(command, "changeSeverity", ["to", "reason"]);
    const { reason } = command;
    const to = check.severity("to", command.to);
    return this.#do(id, command, {
      type: "severity_changed",
      to,
      ...(reason === undefined ? {} : { reason: check.text("reason", reason) }),
    });
  }

  /** Gives a role that nobody has to `person`. */
  async assumeRole(
    id: string,
    command: IncidentCommand & { readonly role: IncidentRole; readonly person: string },
  ): Promise<Incident> {
    check.keys(command, "assumeRole", ["role", "person"]);
    const role = check.role(command.role);
    return this.#do(id, command, { type: "role_assumed", role, person: check.name("person", command.person) });
  }

  /** Gives a role from whoever has it to `person`. */
  async handOverRole(
    id: string,
    command: IncidentCommand & { readonly role: IncidentRole; readonly person: string },
  ): Promise<Incident> {
    check.keys(command, "handOverRole", ["role", "person"]);
    const role = check.role(command.role);
    return this.#do(id, command, { type: "role_handed_over", role, person: check.name("person", command.person) });
  }

  /** Adds affected services, and takes away those that are not. */
  async changeServices(
    id: string,
    command: IncidentCommand & { readonly added?: readonly string[]; readonly removed?: readonly string[] },
  ): Promise<Incident> {
    check.keys(command, "changeServices", ["added", "removed"]);
    const added = check.names("added", command.added ?? []);
    const removed = check.names("removed", command.removed ?? []);
    return this.#do(id, command, { type: "services_changed", added, removed });
  }

  /** Says what it came from. */
  async setRootCause(id: string, command: IncidentCommand & { readonly rootCause: string }): Promise<Incident> {
    check.keys(command, "setRootCause", ["rootCause"]);
    return this.#do(id, command, { type: "root_cause_set", rootCause: check.text("rootCause", command.rootCause) });
  }

  /** Adds something to be done; its id is `T1`, `T2` ... */
  async addTask(
    id: string,
    command: IncidentCommand & { readonly text: string; readonly assignee?: string },
  ): Promise<Incident> {
    check.keys(command, "addTask", ["text", "assignee"]);
    const text = check.text("text", command.text);
    const assignee = command.assignee === undefined ? {} : { assignee: check.name("assignee", command.assignee) };
    return this.#do(id, command, { type: "task_added", text, ...assignee });
  }

  /** Says that a task is done, or was not after all. */
  async changeTask(
    id: string,
    command: IncidentCommand & { readonly task: string; readonly done: boolean },
  ): Promise<Incident> {
    check.keys(command, "changeTask", ["task", "done"]);
    const { task, done } = command;
    return this.#do(id, command, {
      type: "task_changed",
      task: check.name("task", task),
      done: check.flag("done", done),
    });
  }

  /** Puts times right that were wrong. The events stay as they are; the correction is one more. */
  async correctTimes(
    id: string,
    command: IncidentCommand & {
      readonly startedAt?: number;
      readonly detectedAt?: number;
      readonly acknowledgedAt?: number;
      readonly resolvedAt?: number;
    },
  ): Promise<Incident> {
    check.keys(command, "correctTimes", ["startedAt", "detectedAt", "acknowledgedAt", "resolvedAt"]);
    return this.#do(id, command, { type: "times_corrected", ...check.times(command) });
  }

  /** Says that `id` and `other` belong together; both are told, in one commit. */
  async link(
    id: string,
    command: IncidentCommand & { readonly kind: "duplicate_of" | "related_to"; readonly other: string },
  ): Promise<Incident> {
    check.keys(command, "link", ["kind", "other"]);
    const kind = check.oneOf("kind", command.kind, ["duplicate_of", "related_to"]);
    const back: IncidentLinkKind = kind === "duplicate_of" ? "duplicated_by" : "related_to";
    return this.#both(id, command.other, command, () => ({
      here: [{ type: "linked", kind, incident: command.other }],
      there: [{ type: "linked", kind: back, incident: id }],
    }));
  }

  /** Takes a link of {@link link} back, at both of its ends. */
  async unlink(
    id: string,
    command: IncidentCommand & { readonly kind: "duplicate_of" | "related_to"; readonly other: string },
  ): Promise<Incident> {
    check.keys(command, "unlink", ["kind", "other"]);
    const kind = check.oneOf("kind", command.kind, ["duplicate_of", "related_to"]);
    const back = kind === "duplicate_of" ? "duplicated_by" : "related_to";
    return this.#both(id, command.other, command, () => ({
      here: [{ type: "unlinked", kind, incident: command.other }],
      there: [{ type: "unlinked", kind: back, incident: id }],
    }));
  }

  /**
   * Makes `id` a part of `into`: it is resolved, and goes on there, with the alerts that fire. Both are told, in one
   * commit. A reopening takes `id` out again; `into` keeps the `merged_from` link, as what once was, and the alerts.
   */
  async merge(id: string, command: IncidentCommand & { readonly into: string }): Promise<Incident> {
    check.keys(command, "merge", ["into"]);
    const { into } = command;
    return this.#both(id, into, command, (merged, whole) => {
      const added = merged.services.filter((service) => !whole.services.includes(service));
      // What fires goes on there, so that nobody takes the whole for quiet.
      const alerts = [...merged.alerts]
        .filter(([key, { status }]) => status === "firing" && whole.alerts.get(key)?.status !== "firing")
        .map(([, alert]) => alert);
      return {
        here: [
          ...(merged.status === "resolved" ? [] : [{ type: "resolved", message: `merged into ${into}` } as const]),
          { type: "linked", kind: "merged_into", incident: into },
        ],
        there: [
          { type: "linked", kind: "merged_from", incident: id },
          ...(added.length === 0 ? [] : [{ type: "services_changed", added, removed: [] } as const]),
          ...(alerts.length === 0 ? [] : [{ type: "alerts_received", alerts } as const]),
        ],
      };
    });
  }

  /**
   * Does what `decide` says, on the state as it is; it is asked again if somebody else was first. Nothing happens if it
   * says nothing. The other commands are made of it.
   */
  async apply(
    id: string,
    command: IncidentCommand,
    decide: (incident: Incident) => readonly IncidentOccurrence[],
  ): Promise<Incident> {
    const number = this.#ids.numberOf(id);
    const sound = check.command(command);
    return this.#keeper.inTurn(id, sound, async () => {
      const before = await this.#keeper.state(number, sound.call);
      checkVersion(id, before, sound);
      const occurrences = decide(this.#keeper.named(number, before));
      checkIterable(occurrences, "decide", "events");
      return only(await this.#keeper.commit([{ number, before, occurrences }], sound));
    });
  }

  /**
   * Does what `decide` says to the incident that `key` leads to, undefined if to none: adds to it, or declares a new one
   * in its place. Of many who do so at once, in any number of processes, one declares it and the others add to it.
   */
  async correlate(
    key: string,
    command: IncidentCommand,
    decide: (incident: Incident | undefined) => IncidentCorrelation,
  ): Promise<Incident | undefined> {
    const sound = check.command(command);
    const claimed = check.name("key", key);
    return this.#keeper.inTurn(`key ${claimed}`, sound, async () => {
      const number = await this.#keeper.holderOf(claimed, sound.call);
      const before = number === undefined ? undefined : await this.#keeper.state(number, sound.call);
      const incident = number === undefined || before === undefined ? undefined : this.#keeper.named(number, before);
      checkVersion(incident?.id ?? "no incident", before ?? NOTHING, sound);
      const decided = decide(incident);
      if (typeof (decided as unknown) !== "object" || (decided as unknown) === null) {
        throw invalid("decide", `gave ${show(decided)}; give { events } or { create, events }`);
      }
      const { events = [] } = decided;
      if (!("create" in decided)) {
        if (incident === undefined) return undefined;
        return only(await this.#keeper.commit([{ number, before, occurrences: events }], sound));
      }
      const now = this.clock.now();
      const { draft, sound: creating } = check.creation(decided.create, now);
      const claims = [{ key: claimed, ...(number === undefined ? {} : { from: number }) }];
      const occurrences = [draft, ...events];
      const decision = { number: undefined, before: undefined, occurrences, claims, now };
      return only(await this.#keeper.commit([decision], { ...creating, call: sound.call }));
    });
  }

  /** One incident as it is now. @throws {@link ConfigurationError} if there is none */
  async get(id: string, options: CallOptions = {}): Promise<Incident> {
    const number = this.#ids.numberOf(id);
    return this.#keeper.named(number, await this.#keeper.state(number, options));
  }

  /** Everything that happened to it, in the order in which it was recorded. */
  async timeline(id: string, options: CallOptions = {}): Promise<readonly RecordedEvent[]> {
    return this.#keeper.events(this.#ids.numberOf(id), options);
  }

  /** How long it lasted, or had lasted by `at`, in milliseconds: from its start, less what it was thought to be resolved. */
  async getDuration(id: string, options: CallOptions & { readonly at?: number } = {}): Promise<number> {
    const at = check.time("at", options.at ?? this.clock.now());
    return incidentDuration(await this.get(id, options), at);
  }

  /** Whether it counts against SLOs. */
  async isSloAffecting(id: string, options: CallOptions = {}): Promise<boolean> {
    return isSloAffecting(await this.get(id, options));
  }

  /**
   * Incidents, the newest first. They are read page by page as far as they are asked for: by `for await`.
   *
   * @throws {@link ConfigurationError} for a filter that there is not, when it is first asked
   */
  async *list(filter: IncidentFilter = {}): AsyncGenerator<ListedIncident, void, undefined> {
    check.filter(filter);
    const { open, signal } = filter;
    const call = signal === undefined ? {} : { signal };
    for await (const row of newestRows(open, (page) => this.#keeper.rows({ ...page, ...call }))) {
      const listed = this.#listed(row);
      if (fits(listed, filter)) yield listed;
    }
  }

  /** MTTD, MTTA, MTTR, MTBF, counts and times over a window; all incidents are read, page by page. */
  async metrics(
    options: Omit<IncidentMetricsOptions, "at"> & CallOptions & { readonly at?: number },
  ): Promise<IncidentMetrics> {
    checkOptions(options, "metrics", ["from", "until", "at", "by", "signal"]);
    const { signal, at = this.clock.now(), ...window } = options;
    const tally = new IncidentTally({ ...window, at });
    for await (const incident of this.list(signal === undefined ? {} : { signal })) tally.add(incident);
    return tally.result();
  }

  /** Ids of those that something is to be done for at `at`, the longest overdue first. */
  async due(options: CallOptions & { readonly at?: number; readonly limit?: number } = {}): Promise<readonly string[]> {
    const { at = this.clock.now(), limit = 100 } = options;
    const numbers = await this.#keeper.due(check.time("at", at), check.limit(limit), options);
    return numbers.map((number) => this.#ids.idOf(number));
  }

  /** Listens to one of the {@link IncidentEvents}; returns how to stop. */
  on<Name extends keyof IncidentEvents>(name: Name, listener: Listener<IncidentEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  #do(id: string, command: IncidentCommand, occurrence: IncidentOccurrence): Promise<Incident> {
    return this.apply(id, command, () => [occurrence]);
  }

  /** Two incidents in one commit. */
  async #both(
    id: string,
    other: string,
    command: IncidentCommand,
    decide: (
      here: IncidentState,
      there: IncidentState,
    ) => Readonly<Record<"here" | "there", readonly IncidentOccurrence[]>>,
  ): Promise<Incident> {
    const [number, otherNumber] = [this.#ids.numberOf(id), this.#ids.numberOf(other)];
    if (number === otherNumber) throw invalid("id", `${id} is the same incident`);
    const sound = check.command(command);
    return this.#keeper.inTurn(id, sound, async () => {
      const before = await this.#keeper.state(number, sound.call);
      checkVersion(id, before, sound);
      const beforeOther = await this.#keeper.state(otherNumber, sound.call);
      const { here, there } = decide(before, beforeOther);
      const decisions = [
        { number, before, occurrences: here },
        { number: otherNumber, before: beforeOther, occurrences: there },
      ];
      return only(await this.#keeper.commit(decisions, sound));
    });
  }

  #listed({ number, version, summary }: IncidentRow): ListedIncident {
    const id = this.#ids.idOf(number);
    return { ...readSummary(summary, id), id, version };
  }
}

/** The first of those that a commit made; there is one for each decision. */
function only(incidents: readonly Incident[]): Incident {
  return incidents[0] as Incident;
}

function fits(incident: ListedIncident, { severity, service, from, until }: IncidentFilter): boolean {
  return (
    (severity === undefined || incident.severity === severity) &&
    (service === undefined || incident.services.includes(service)) &&
    (from === undefined || incident.startedAt >= from) &&
    (until === undefined || incident.startedAt < until)
  );
}
