/** Faults in the process itself, on its own requests and calls: what needs no cluster and no proxy. */
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { invalid, show } from "../../core/errors.ts";
import { type Random, systemRandom } from "../../core/random.ts";
import type { FaultKind, FaultPlane, FaultTarget, PlacedFault } from "../../ports/fault-plane.ts";
import type { CallOptions } from "../../ports/store.ts";

import { type HeldRequest, Holds, notHeld } from "./holds.ts";
import { type InProcessFaultsOptions, readOptions, type ReadTarget } from "./options.ts";
import { IN_PROCESS_KINDS, readPlaced } from "./placed.ts";

/** What is asked of {@link InProcessFaults.decide}: a request to this process, or a call that it makes. */
export type FaultQuestion =
  | {
      readonly method: string;
      /** As it came, percent-encoded, mounts included, without the query. */
      readonly path: string;
    }
  | {
      /** With its port, such as `api.example.com:443`. */
      readonly host: string;
    };

interface Active {
  readonly placed: PlacedFault;
  readonly target: ReadTarget;
  readonly holds: Holds;
}

/**
 * Faults on routes of this process, through a `faultInjection` middleware, and on hosts that it calls, through a {@link faultyFetch}. While
 * no fault is placed, each request costs one look at {@link isActive}. Faults are gone with the process: nothing of them outlives it.
 *
 * A request may be meant by several targets and meet with several faults: the one that was placed first is drawn first, and one is all it gets.
 *
 * @example
 * ```ts
 * import { ErrorInjectionExperiment, InProcessFaults, seededRandom } from "nines";
 *
 * const faults = new InProcessFaults({ routes: ["GET /orders/:id", "/checkout/*"], random: seededRandom(1) });
 * await faults.place({ id: "f", target: "GET /orders/:id", fault: { kind: "error", statusCode: 503 }, share: 1 });
 * const met = faults.decide({ method: "GET", path: "/orders/7" });
 * if (met?.fault.kind !== "error" || faults.decide({ method: "GET", path: "/orders" })) throw new Error("which?");
 * await faults.remove({ id: "f", target: "GET /orders/:id" });
 * if (faults.isActive) throw new Error("nothing is left");
 *
 * new ErrorInjectionExperiment({ name: "a tenth of the orders fail", plane: faults, toxicity: 0.1 });
 * ```
 */
export class InProcessFaults implements FaultPlane {
  readonly name: string = "in-process";
  readonly kinds: readonly FaultKind[] = IN_PROCESS_KINDS;
  readonly #targets: ReadonlyMap<string, ReadTarget>;
  readonly #maxActive: number;
  readonly #clock: Clock;
  readonly #random: Random;
  /** By their ids, in the order in which they were placed. */
  readonly #active = new Map<string, Active>();
  #isActive = false;

  constructor(options: InProcessFaultsOptions) {
    const { targets, maxActive } = readOptions(options);
    this.#targets = targets;
    this.#maxActive = maxActive;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
  }

  /** Whether a fault is placed; a request need not be looked at otherwise. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** The faults that are placed, the first one first. */
  get placed(): readonly PlacedFault[] {
    return [...this.#active.values()].map(({ placed }) => placed);
  }

  /** How many requests and calls wait now. */
  get held(): number {
    let held = 0;
    for (const { holds } of this.#active.values()) held += holds.size;
    return held;
  }

  /** All routes and hosts. One whose requests all fail, by a fault that is placed, does not count as healthy. */
  async targets({ signal }: CallOptions = {}): Promise<readonly FaultTarget[]> {
    signal?.throwIfAborted();
    const down = new Set(this.placed.filter(takesAway).map(({ target }) => target));
    return [...this.#targets.values()].map(({ id, labels }) => ({ id, labels, healthy: !down.has(id) }));
  }

  /**
   * Puts a fault; one of the same id on the same target is replaced, and what it held goes on.
   *
   * @throws {@link ConfigurationError} as a rejection, if there is no such target or the fault is none of {@link kinds}
   */
  async place(fault: PlacedFault, { signal }: CallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const placed = readPlaced(fault, [...this.#targets.keys()]);
    const before = this.#active.get(placed.id);
    if (before !== undefined && before.placed.target !== placed.target) {
      throw invalid("id", `${show(placed.id)} is on ${before.placed.target} already`);
    }
    if (before === undefined && this.#active.size >= MOST_FAULTS) {
      throw invalid("id", `${String(MOST_FAULTS)} faults are placed already, which is the most`);
    }
    this.#active.set(placed.id, {
      placed,
      target: this.#targets.get(placed.target) as ReadTarget,
      holds: new Holds(),
    });
    this.#isActive = true;
    before?.holds.releaseAll();
  }

  /** Takes a fault away; what it held goes on at once. It is done whatever becomes of a signal: nobody wants it to stay. */
  async remove({ id, target }: Pick<PlacedFault, "id" | "target">, _options: CallOptions = {}): Promise<boolean> {
    const active = this.#active.get(id);
    if (active?.placed.target !== target) return false;
    this.#active.delete(id);
    this.#isActive = this.#active.size > 0;
    active.holds.releaseAll();
    return true;
  }

  /** Takes all faults away, whoever has placed them; how many there were. For who pulls the plug, such as a handler of SIGTERM. */
  clear(): number {
    const all = [...this.#active.values()];
    this.#active.clear();
    this.#isActive = false;
    for (const { holds } of all) holds.releaseAll();
    return all.length;
  }

  /** The fault that this request or call meets with, drawn by its share; undefined if it goes unharmed. Changes nothing. */
  decide(question: FaultQuestion): PlacedFault | undefined {
    if (!this.#isActive) return undefined;
    for (const { placed, target } of this.#active.values()) {
      const isMeant =
        "host" in question
          ? target.onHost?.(question.host) === true
          : target.onRoute?.(question.method, question.path) === true;
      if (isMeant && (placed.share >= 1 || this.#random.next() < placed.share)) return placed;
    }
    return undefined;
  }

  /** The pattern of the route that a fault is on; undefined for hosts. Where a handler is kept from running, golden signals name it so. */
  routeOf({ target }: Pick<PlacedFault, "target">): string | undefined {
    return this.#targets.get(target)?.pattern;
  }

  /**
   * Has who met with latency or a cut wait: for its time, give or take its jitter; until the fault is taken away; or until it is let go. No
   * more than `maxActive` wait at a time.
   */
  hold(met: PlacedFault): HeldRequest {
    const active = this.#active.get(met.id);
    // Taken away, or replaced, since it was decided.
    if (active?.placed !== met) return notHeld("removed");
    if (this.held >= this.#maxActive) return notHeld("full");
    return active.holds.hold(this.#clock, this.#delayOf(met));
  }

  #delayOf({ fault }: PlacedFault): number | undefined {
    if (fault.kind !== "latency") return undefined;
    const { latencyMs, jitterMs } = fault;
    return jitterMs === 0 ? latencyMs : latencyMs + (2 * this.#random.next() - 1) * jitterMs;
  }
}

const MOST_FAULTS = 1_000;

function takesAway({ fault, share }: PlacedFault): boolean {
  return share >= 1 && fault.kind !== "latency";
}
