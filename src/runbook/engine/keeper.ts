/** Keeps runs in a store: one writer at a time, and what others say in between. */
import { ConflictError, invalid, show } from "../../core/errors.ts";
import { Turns } from "../../core/turns.ts";
import type { IncidentClaim } from "../../ports/incident-store.ts";
import type { CallOptions } from "../../ports/store.ts";

import type { RunEvent, RunOccurrence } from "../events.ts";
import { foldRun, type RunState } from "../fold.ts";
import { isWorthATry, nameOf, sleep } from "../patience.ts";
import { foldRunTexts, type FoldedRun, runSummaryText, type RunSummary } from "../record.ts";
import { RunStoreCaller, type RunStoreCallerOptions } from "./store-caller.ts";

/** What a keeper works with. */
export interface RunKeeperOptions extends RunStoreCallerOptions {
  /** Tells this executor from all others. */
  readonly owner: string;
  /** A run that nobody has written to for so long is anybody's. */
  readonly leaseMs: number;
  /** How long a store that fails is asked again. */
  readonly patienceMs: number;
  /** Told of each event that is kept, with the run as it was after it. */
  readonly tell: (state: RunState, event: RunEvent) => void;
}

/** Somebody else has the run now: whoever thought that he had it must stop. */
export class LostRunError extends ConflictError {}

/** It is left to whoever goes on with it, of this process' own will. */
export class HandedOverError extends LostRunError {}

/** A run, and until when it is its owner's. */
export interface KeptRun {
  readonly state: RunState;
  /** In epoch milliseconds. */
  readonly leaseUntil: number | undefined;
}

/** What decides on a run as it is, at the time at which it then happens; asked again if somebody else was first. */
export type RunDecision = (state: RunState, at: number) => readonly RunOccurrence[];

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;
const MOST_CONFLICTS = 100;

/** The store's side of a `RunbookExecutor`. */
export class RunKeeper {
  readonly #options: RunKeeperOptions;
  readonly #caller: RunStoreCaller;
  readonly #turns = new Turns();
  readonly #states = new Map<string, RunState>();
  /** When a run was written to last, by the monotonic clock: its owner's claim is as old as that. */
  readonly #heardAt = new Map<string, number>();
  #written = 0;

  constructor(options: RunKeeperOptions) {
    this.#options = options;
    this.#caller = new RunStoreCaller(options);
  }

  /** The run as this process knows it, for one that it works on. */
  known(id: string): RunState | undefined {
    return this.#states.get(id);
  }

  /** How long ago the store has taken something of a run that this process works on, in milliseconds. */
  silentMs(id: string): number {
    return this.#options.clock.monotonic() - (this.#heardAt.get(id) ?? -Infinity);
  }

  /** This process works on it no more. */
  forget(id: string): void {
    this.#states.delete(id);
    this.#heardAt.delete(id);
  }

  /** The run that a key leads to, and whether it goes on. */
  holder(key: string, call: CallOptions): ReturnType<RunStoreCaller["holder"]> {
    return this.#patiently(call, () => this.#caller.holder(key, call));
  }

  /**
   * Begins a run. What is begun is not broken off: somebody could go on with it later. Rejects with a `ConflictError` if
   * somebody else has taken one of the keys meanwhile.
   */
  async begin(occurrence: RunOccurrence, claims: readonly IncidentClaim[]): Promise<RunState> {
    const event = this.#event(occurrence);
    const draft = foldRun(undefined, event, "") as RunState;
    const began = this.#options.clock.monotonic();
    const change = {
      expectedVersion: 0,
      events: [JSON.stringify(event)],
      summary: runSummaryText(draft),
      open: true,
      dueAt: this.#leaseUntil(),
      claims,
    };
    const number = await this.#patiently({}, async (isAgain) => {
      // The answer to the attempt before may have been lost: then the run is there.
      const made = isAgain ? await this.#begunBy(event, claims) : undefined;
      return made ?? this.#caller.commitNew(change);
    });
    const state = { ...draft, id: this.#caller.idOf(number) };
    this.#states.set(state.id, state);
    this.#heardAt.set(state.id, began);
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
  async tell(id: string, decide: RunDecision, call: CallOptions = {}): Promise<RunState> {
    return this.#turns.take(id, async () => {
      for (let conflicts = 0; ; conflicts += 1) {
        const own = this.#states.get(id);
        const { state, leaseUntil } = own === undefined ? await this.get(id, call) : await this.#refreshed(own);
        const at = this.#options.clock.now();
        const events = decide(state, at).map((occurrence) => this.#event(occurrence, at));
        if (events.length === 0) return state;
        try {
          return await this.#write(state, events, own === undefined ? leaseUntil : this.#leaseUntil(), call);
        } catch (error) {
          if (!(error instanceof ConflictError) || conflicts >= MOST_CONFLICTS) throw error;
        }
      }
    });
  }

  /** Lets others go on at once with a run that this process does not work on any more. */
  async handOver(id: string): Promise<void> {
    const now = this.#options.clock.now();
    await this.#turns.take(id, async () => {
      const { state } = await this.get(id);
      if (state.endedAt === undefined && state.owner === this.#options.owner) {
        await this.#write(state, [this.#event({ type: "renewed" })], now, {});
      }
    });
  }

  /** Hears what others have said about a run that this process works on. */
  async look(id: string): Promise<void> {
    await this.#turns.take(id, async () => {
      const before = this.#states.get(id);
      if (before !== undefined) await this.#refreshed(before);
    });
  }

  /** Takes over a run whose owner has not been heard of, or, by force, one that `from` had. */
  async takeOver(
    id: string,
    { isForced, from }: { readonly isForced: boolean; readonly from: string },
    call: CallOptions,
  ): Promise<RunState> {
    return this.#turns.take(id, async () => {
      const { state, leaseUntil } = await this.get(id, call);
      if (state.endedAt !== undefined) {
        throw new ConflictError(`${id} is over: it ${state.status}`, { context: { id } });
      }
      const now = this.#options.clock.now();
      // Whoever was said to be dead is not he who has it now.
      if (isForced && state.owner !== from) {
        throw new ConflictError(`${id} was resumed by somebody else just now`, { context: { id } });
      }
      if (this.#states.has(id) || (!isForced && leaseUntil !== undefined && leaseUntil > now)) {
        const until = new Date(leaseUntil ?? now).toISOString();
        throw new ConflictError(`${id} is being worked on, at least until ${until}`, { context: { id, leaseUntil } });
      }
      this.#states.set(id, state);
      try {
        return await this.#commit(state, [this.#event({ type: "resumed" })], false);
      } catch (error) {
        this.forget(id);
        throw error;
      }
    });
  }

  /** A run as it is kept. @throws {@link ConfigurationError} if there is none */
  async get(id: string, call: CallOptions = {}): Promise<KeptRun> {
    const { state } = await this.#read(id, call);
    return { state, leaseUntil: await this.#caller.leaseUntil(id, call) };
  }

  /** Every event of a run, with the run after it. @throws {@link ConfigurationError} if there is none */
  async events(id: string, call: CallOptions = {}): Promise<FoldedRun> {
    return this.#read(id, call);
  }

  /** Runs, the newest first, read page by page as far as they are asked for. */
  list(
    open: boolean | undefined,
    call: CallOptions,
  ): AsyncGenerator<RunSummary & { readonly id: string }, void, undefined> {
    return this.#caller.list(open, call);
  }

  /** Runs whose owner has not been heard of for a lease, but for those that this process works on. */
  async abandoned(call: CallOptions): Promise<readonly string[]> {
    const ids = await this.#caller.due(this.#options.clock.now(), call);
    return ids.filter((id) => !this.#states.has(id));
  }

  async #read(id: string, call: CallOptions): Promise<FoldedRun & { readonly state: RunState }> {
    const folded = foldRunTexts(undefined, await this.#caller.read(id, 0, call), id);
    if (folded.state === undefined) throw invalid("id", `there is no run ${show(id)}`);
    return { ...folded, state: folded.state };
  }

  /** The number of the run that `event` has begun; undefined if there is none. */
  async #begunBy(event: RunEvent, claims: readonly IncidentClaim[]): Promise<number | undefined> {
    const [claim] = claims;
    const holder = claim === undefined ? undefined : await this.#caller.holder(claim.key, {});
    if (holder === undefined) return undefined;
    const [first] = await this.#caller.read(holder.id, 0, {});
    return first === JSON.stringify(event) ? holder.number : undefined;
  }

  /** What others have said is told, and the run is as they have left it. @throws {@link LostRunError} if it is another's now */
  async #refreshed(before: RunState): Promise<KeptRun & { readonly events: readonly RunEvent[] }> {
    const texts = await this.#caller.read(before.id, before.version, {});
    const { state = before, events, states } = foldRunTexts(before, texts, before.id);
    if (state.owner !== this.#options.owner && state.owner !== before.owner) {
      throw new LostRunError(`${before.id} was taken over by another process`);
    }
    if (this.#states.has(before.id)) this.#states.set(before.id, state);
    events.forEach((event, index) => {
      this.#options.tell(states[index] as RunState, event);
    });
    return { state, leaseUntil: undefined, events };
  }

  /** Commits `events`, beyond what others have said meanwhile. */
  async #commit(before: RunState, events: readonly RunEvent[], isPatient: boolean): Promise<RunState> {
    if (events.length === 0) return before;
    let state = before;
    let rest = events;
    let conflicts = 0;
    return this.#patiently(
      {},
      async (isAgain) => {
        for (let mustLook = isAgain; ; mustLook = true) {
          if (mustLook) {
            // Either somebody was first, or nobody knows whether it was kept: look.
            const found = await this.#refreshed(state);
            state = found.state;
            const kept = new Set(found.events.map((event) => event.id));
            rest = rest.filter((event) => !kept.has(event.id));
            if (rest.length === 0) return state;
          }
          try {
            return await this.#write(state, rest, this.#leaseUntil(), {});
          } catch (error) {
            if (!(error instanceof ConflictError) || error instanceof LostRunError) throw error;
            conflicts += 1;
            if (conflicts > MOST_CONFLICTS) throw error;
          }
        }
      },
      isPatient,
    );
  }

  /** One try at a commit; what is kept is told. */
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
      if (next === undefined) {
        throw new LostRunError(`${event.type} does not follow in ${before.id}`, { context: { id: before.id } });
      }
      state = next;
      steps.push([state, event]);
    }
    const isOpen = state.endedAt === undefined;
    const began = this.#options.clock.monotonic();
    await this.#caller.commit(
      before.id,
      {
        expectedVersion: before.version,
        events: events.map((event) => JSON.stringify(event)),
        summary: runSummaryText(state),
        open: isOpen,
        // What is over and not told is somebody's to tell.
        ...((isOpen || state.mustTell) && leaseUntil !== undefined ? { dueAt: leaseUntil } : {}),
      },
      call,
    );
    // One that is not worked on here stays so.
    if (this.#states.has(state.id)) {
      this.#states.set(state.id, state);
      this.#heardAt.set(state.id, began);
    }
    for (const [after, event] of steps) this.#options.tell(after, event);
    return state;
  }

  /** Does `work` until it succeeds, fails for good, or has failed for too long. */
  async #patiently<T>({ signal }: CallOptions, work: (isAgain: boolean) => Promise<T>, isPatient = true): Promise<T> {
    const { clock, patienceMs, logger } = this.#options;
    const until = clock.monotonic() + patienceMs;
    for (let waitMs = FIRST_WAIT_MS, isAgain = false; ; isAgain = true) {
      try {
        return await work(isAgain);
      } catch (error) {
        const isHopeless = !isPatient || !isWorthATry(error) || clock.monotonic() + waitMs > until;
        if (isHopeless || signal?.aborted === true) throw error;
        logger.warn("the run store failed; it is asked again", { waitMs, error: nameOf(error) });
        await sleep(clock, waitMs);
        waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
      }
    }
  }

  #event(occurrence: RunOccurrence, at: number = this.#options.clock.now()): RunEvent {
    this.#written += 1;
    return { ...occurrence, at, id: `${this.#options.owner}:${String(this.#written)}` };
  }

  #leaseUntil(): number {
    return this.#options.clock.now() + this.#options.leaseMs;
  }
}
