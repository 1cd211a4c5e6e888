/** Keeps runs in a store: one writer at a time, and what others say in between. */
import type { Clock } from "../core/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { AdapterError, ConflictError, invalid, isReliabilityError, show } from "../core/errors.ts";
import { Turns } from "../core/turns.ts";
import { IncidentIds } from "../incident/ids.ts";
import type { IncidentClaim } from "../ports/incident-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { RunStore } from "../ports/run-store.ts";
import type { CallOptions } from "../ports/store.ts";

import type { RunEvent, RunOccurrence } from "./events.ts";
import { foldRun, type RunState } from "./fold.ts";
import { foldRunTexts, readRunSummary, runSummaryText, type RunSummary } from "./record.ts";

/** What a keeper works with. */
export interface RunKeeperOptions {
  readonly store: RunStore;
  readonly prefix: string;
  readonly owner: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A run that nobody has written to for so long is anybody's. */
  readonly leaseMs: number;
  /** How long a store that fails is asked again. */
  readonly patienceMs: number;
  /** Told of each event that is kept. */
  readonly tell: (state: RunState, event: RunEvent) => void;
}

/** Somebody else has the run now: whoever thought that he had it must stop. */
export class LostRunError extends ConflictError {}

const CALL_MS = 10_000;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;
const MOST_CONFLICTS = 100;
const PAGE = 500;

/** A run, and whether its executor has said something within its lease. */
export interface KeptRun {
  readonly state: RunState;
  /** Until when it is its owner's, in epoch milliseconds. */
  readonly leaseUntil: number | undefined;
}

/** The store's side of a `RunbookExecutor`. */
export class RunKeeper {
  readonly #options: RunKeeperOptions;
  readonly #ids: IncidentIds;
  readonly #turns = new Turns();
  readonly #states = new Map<string, RunState>();
  #written = 0;

  constructor(options: RunKeeperOptions) {
    this.#options = options;
    this.#ids = new IncidentIds(options.prefix, "a run");
  }

  /** The run as this process knows it, for one that it works on. */
  known(id: string): RunState | undefined {
    return this.#states.get(id);
  }

  /** This process works on it no more. */
  forget(id: string): void {
    this.#states.delete(id);
  }

  /** The run that a key leads to, and whether it is over. */
  async holder(
    key: string,
    call: CallOptions,
  ): Promise<{ readonly id: string; readonly isOpen: boolean; readonly number: number } | undefined> {
    const number = await this.#ask("read", call, (options) => this.#options.store.holderOf(key, options));
    if (number === undefined) return undefined;
    const page = { limit: 1, beyond: number - 1 };
    const [row] = await this.#ask("list", call, (options) => this.#options.store.rows({ ...page, ...options }));
    return { id: this.#ids.idOf(number), isOpen: row?.number === number && row.open, number };
  }

  /** Begins a run. Rejects with a `ConflictError` if somebody else has taken one of the keys meanwhile. */
  async begin(occurrence: RunOccurrence, claims: readonly IncidentClaim[], call: CallOptions): Promise<RunState> {
    const event = this.#event(occurrence);
    const draft = foldRun(undefined, event, "") as RunState;
    const change = {
      expectedVersion: 0,
      events: [JSON.stringify(event)],
      summary: runSummaryText(draft),
      open: true,
      dueAt: this.#leaseUntil(),
      claims,
    };
    const [made] = await this.#ask("commit", call, (options) => this.#options.store.commit([change], options));
    const state = { ...draft, id: this.#ids.idOf((made as { number: number }).number) };
    this.#states.set(state.id, state);
    this.#options.tell(state, event);
    return state;
  }

  /** Adds to a run that this process works on, whatever others have said meanwhile; a store that fails is asked again. */
  add(id: string, occurrences: readonly RunOccurrence[]): Promise<RunState> {
    return this.#turns.take(id, async () => {
      const before = this.#states.get(id);
      if (before === undefined) throw new LostRunError(`${id} is not worked on here any more`);
      return this.#commit(
        before,
        occurrences.map((occurrence) => this.#event(occurrence)),
        true,
      );
    });
  }

  /** Adds to a run that anybody may work on: decides on it as it is. */
  async tell(
    id: string,
    decide: (state: RunState) => readonly RunOccurrence[],
    call: CallOptions = {},
  ): Promise<RunState> {
    if (this.#states.has(id)) {
      return this.#turns.take(id, async () => {
        const before = this.#states.get(id);
        if (before === undefined) return this.#tellKept(id, decide, call);
        return this.#commit(
          before,
          decide(before).map((occurrence) => this.#event(occurrence)),
          true,
        );
      });
    }
    return this.#turns.take(id, () => this.#tellKept(id, decide, call));
  }

  /** Hears what others have said about a run that this process works on. */
  async look(id: string): Promise<void> {
    await this.#turns.take(id, async () => {
      const before = this.#states.get(id);
      if (before === undefined) return;
      const { state, events } = await this.#news(before);
      if (state.owner !== before.owner) throw new LostRunError(`${id} was taken over by another process`);
      this.#states.set(id, state);
      for (const event of events) this.#options.tell(state, event);
    });
  }

  /** Takes over a run whose owner has not been heard of. */
  async takeOver(id: string, isForced: boolean, call: CallOptions): Promise<RunState> {
    return this.#turns.take(id, async () => {
      const { state, leaseUntil } = await this.get(id, call);
      if (state.endedAt !== undefined)
        throw new ConflictError(`${id} is over: it ${state.status}`, { context: { id } });
      const now = this.#options.clock.now();
      const isMine = state.owner === this.#options.owner && this.#states.has(id);
      if (isMine || (!isForced && leaseUntil !== undefined && leaseUntil > now)) {
        const until = new Date(leaseUntil ?? now).toISOString();
        throw new ConflictError(`${id} is being worked on, at least until ${until}`, { context: { id, leaseUntil } });
      }
      this.#states.set(id, state);
      try {
        return await this.#commit(state, [this.#event({ type: "resumed" })], false);
      } catch (error) {
        this.#states.delete(id);
        throw error;
      }
    });
  }

  /** A run as it is kept. @throws {@link ConfigurationError} if there is none */
  async get(id: string, call: CallOptions = {}): Promise<KeptRun> {
    const number = this.#ids.numberOf(id);
    const texts = await this.#ask("read", call, (options) => this.#options.store.read(number, options));
    const { state } = foldRunTexts(undefined, texts, id);
    if (state === undefined) throw invalid("id", `there is no run ${show(id)}`);
    const page = { limit: 1, beyond: number - 1 };
    const [row] = await this.#ask("list", call, (options) => this.#options.store.rows({ ...page, ...options }));
    return { state, leaseUntil: row?.number === number ? row.dueAt : undefined };
  }

  /** Every event of a run. @throws {@link ConfigurationError} if there is none */
  async events(id: string, call: CallOptions = {}): Promise<readonly RunEvent[]> {
    const number = this.#ids.numberOf(id);
    const texts = await this.#ask("read", call, (options) => this.#options.store.read(number, options));
    if (texts.length === 0) throw invalid("id", `there is no run ${show(id)}`);
    return foldRunTexts(undefined, texts, id).events;
  }

  /** Runs, the newest first, read page by page as far as they are asked for. */
  async *list(
    open: boolean | undefined,
    call: CallOptions,
  ): AsyncGenerator<RunSummary & { readonly id: string }, void, undefined> {
    let beyond: number | undefined;
    for (;;) {
      const page = {
        limit: PAGE,
        newestFirst: true,
        ...(beyond === undefined ? {} : { beyond }),
        ...(open === undefined ? {} : { open }),
      };
      const rows = await this.#ask("list", call, (options) => this.#options.store.rows({ ...page, ...options }));
      for (const { number, summary } of rows) {
        const id = this.#ids.idOf(number);
        yield { ...readRunSummary(summary, id), id };
      }
      beyond = rows.at(-1)?.number;
      if (rows.length < PAGE) return;
    }
  }

  /** Runs whose owner has not been heard of for a lease. */
  async abandoned(call: CallOptions): Promise<readonly string[]> {
    const at = this.#options.clock.now();
    const numbers = await this.#ask("list", call, (options) => this.#options.store.due(at, PAGE, options));
    return numbers.map((number) => this.#ids.idOf(number)).filter((id) => !this.#states.has(id));
  }

  async #tellKept(
    id: string,
    decide: (state: RunState) => readonly RunOccurrence[],
    call: CallOptions,
  ): Promise<RunState> {
    for (let conflicts = 0; ; conflicts += 1) {
      const { state, leaseUntil } = await this.get(id, call);
      const events = decide(state).map((occurrence) => this.#event(occurrence));
      if (events.length === 0) return state;
      try {
        return await this.#write(state, events, leaseUntil, call);
      } catch (error) {
        if (!(error instanceof ConflictError) || conflicts >= MOST_CONFLICTS) throw error;
      }
    }
  }

  /** Commits `events`, beyond what others have said meanwhile. */
  async #commit(before: RunState, events: readonly RunEvent[], isPatient: boolean): Promise<RunState> {
    const { clock, patienceMs, logger } = this.#options;
    const { id } = before;
    if (events.length === 0) return before;
    let state = before;
    let rest = events;
    const until = clock.monotonic() + patienceMs;
    for (let waitMs = FIRST_WAIT_MS, conflicts = 0; ;) {
      try {
        const written = await this.#write(state, rest, this.#leaseUntil(), {});
        if (this.#states.has(id)) this.#states.set(id, written);
        return written;
      } catch (error) {
        if (error instanceof ConflictError && !(error instanceof LostRunError)) {
          conflicts += 1;
          if (conflicts > MOST_CONFLICTS) throw error;
        } else if (!isPatient || !isWorthATry(error) || clock.monotonic() + waitMs > until) {
          throw error;
        } else {
          logger.warn("the journal of a run could not be written; it is tried again", {
            run: id,
            waitMs,
            error: nameOf(error),
          });
          await sleep(clock, waitMs);
          waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
        }
      }
      // Either somebody was first, or nobody knows whether it was kept: look.
      const found = await this.#news(state).catch((error: unknown) => {
        if (!isPatient || !isWorthATry(error) || clock.monotonic() > until) throw error;
        return undefined;
      });
      if (found === undefined) continue;
      const kept = new Set(found.events.map((event) => event.id));
      rest = rest.filter((event) => !kept.has(event.id));
      if (found.state.owner !== state.owner) throw new LostRunError(`${id} was taken over by another process`);
      state = found.state;
      if (this.#states.has(id)) this.#states.set(id, state);
      for (const event of found.events) this.#options.tell(state, event);
      if (rest.length === 0) return state;
    }
  }

  async #news(state: RunState): Promise<{ readonly state: RunState; readonly events: readonly RunEvent[] }> {
    const number = this.#ids.numberOf(state.id);
    const { version: after } = state;
    const texts = await this.#ask("read", {}, (options) => this.#options.store.read(number, { ...options, after }));
    const found = foldRunTexts(state, texts, state.id);
    return { state: found.state as RunState, events: found.events };
  }

  /** One try at a commit; tells what was kept. */
  async #write(
    before: RunState,
    events: readonly RunEvent[],
    leaseUntil: number | undefined,
    call: CallOptions,
  ): Promise<RunState> {
    let state = before;
    const steps: (readonly [RunState, RunEvent])[] = [];
    for (const event of events) {
      const next = foldRun(state, event, before.id);
      // Others said something that takes the ground from it.
      if (next === undefined)
        throw new LostRunError(`${event.type} does not follow in ${before.id}`, { context: { id: before.id } });
      state = next;
      steps.push([state, event]);
    }
    const isOpen = state.endedAt === undefined;
    const change = {
      number: this.#ids.numberOf(before.id),
      expectedVersion: before.version,
      events: events.map((event) => JSON.stringify(event)),
      summary: runSummaryText(state),
      open: isOpen,
      ...(isOpen && leaseUntil !== undefined ? { dueAt: leaseUntil } : {}),
    };
    await this.#ask("commit", call, (options) => this.#options.store.commit([change], options));
    for (const [after, event] of steps) this.#options.tell(after, event);
    return state;
  }

  #event(occurrence: RunOccurrence): RunEvent {
    this.#written += 1;
    return { ...occurrence, at: this.#options.clock.now(), id: `${this.#options.owner}:${String(this.#written)}` };
  }

  #leaseUntil(): number {
    return this.#options.clock.now() + this.#options.leaseMs;
  }

  async #ask<T>(operation: string, { signal }: CallOptions, call: (options: CallOptions) => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const within = (deadline: AbortSignal): Promise<T> =>
      call({ signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]) });
    try {
      return await withDeadline(within, { clock, timeoutMs: CALL_MS, operation: `the run store's ${operation}` });
    } catch (error) {
      if (signal?.aborted === true && error === signal.reason) throw error;
      if (isReliabilityError(error)) throw error;
      throw new AdapterError(`it failed with ${nameOf(error)}`, {
        adapter: "run store",
        operation,
        retryable: true,
        cause: error,
      });
    }
  }
}

/** Resolves after `ms`. A run that is under way keeps its process alive. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(resolve, ms, { keepAlive: true });
  });
}

function isWorthATry(error: unknown): boolean {
  return isReliabilityError(error) && (error.code === "timeout" || (error as Partial<AdapterError>).retryable === true);
}

/** A foreign message may hold anything. */
export function nameOf(error: unknown): string {
  if (isReliabilityError(error)) return error.message;
  return error instanceof Error ? error.name : show(error);
}
