/** What each SLO counts of each event: gathered by the hot path as bare numbers, handed on ten times a second. */
import { bucketOf } from "./buckets.ts";
import { FINEST_STEP_MS, type SliHistory } from "./history.ts";
import type { SliceCounter } from "./slices.ts";
import type { EventKind, Judgement, SloTracker } from "./trackers.ts";

interface Rule {
  readonly history: SliHistory;
  readonly judgement: Exclude<Judgement, "slices">;
  /** How many of the first buckets are fast enough. */
  readonly fastBuckets: number;
}

/** What is to be counted of all events that every SLO judges alike. */
export class CountingPlan {
  /** Events since the last hand-over, by bucket of their duration. Whoever records adds here. */
  readonly pending: Float64Array;
  readonly #rules: readonly Rule[];
  readonly #slices: readonly SliceCounter[];

  constructor(buckets: number, rules: readonly Rule[], slices: readonly SliceCounter[]) {
    this.pending = new Float64Array(buckets);
    this.#rules = rules;
    this.#slices = slices;
  }

  /** Whether an event in `bucket` is bad for the SLO; undefined if that does not count it. */
  isBad({ history, slices }: SloTracker, bucket: number): boolean | undefined {
    const rule = this.#rules.find((one) => one.history === history);
    if (rule === undefined) return slices !== undefined && this.#slices.includes(slices) ? false : undefined;
    const { judgement, fastBuckets } = rule;
    if (judgement === "all" || judgement === "none") return judgement === "none";
    if (bucket >= fastBuckets) return true;
    return judgement === "fast" ? false : undefined;
  }

  /** Hands over what is pending, which came at `position`. */
  settle(position: number): void {
    const { pending } = this;
    let total = 0;
    for (const count of pending) total += count;
    if (total === 0) return;
    for (const { history, judgement, fastBuckets } of this.#rules) {
      let fast = 0;
      if (judgement === "fast" || judgement === "slow") {
        for (let bucket = 0; bucket < fastBuckets; bucket += 1) fast += pending[bucket] as number;
      }
      if (judgement === "slow") history.add(position, 0, total - fast);
      else history.add(position, judgement === "all" ? total : fast, total);
    }
    for (const slices of this.#slices) slices.add(position, total);
    pending.fill(0);
  }
}

/**
 * All plans of a collector. Events whose judgements are the same share one, so there are few, whatever the traffic.
 *
 * What is pending came within one step of the histories and one slice of each counter, on one side of each edge that they wait for:
 * nothing is lost by handing it over together, as long as {@link settle} is called no later than at {@link due}.
 */
export class PlanBook {
  /** Position at which to settle before the next event is recorded. */
  due = 0;
  /** Whether anything may be pending. Whoever records sets it. */
  pending = false;
  readonly #slices: readonly SliceCounter[];
  readonly #trackers: readonly SloTracker[];
  readonly #bounds: readonly number[];
  readonly #plans = new Map<string, CountingPlan>();
  #since = 0;

  constructor(trackers: readonly SloTracker[], bounds: readonly number[]) {
    this.#trackers = trackers;
    this.#bounds = bounds;
    this.#slices = trackers.flatMap(({ slices }) => slices ?? []);
  }

  /** Position of the last hand-over. */
  get since(): number {
    return this.#since;
  }

  /** The plan for events of `kind`. */
  planFor(kind: EventKind): CountingPlan {
    const judgements = this.#trackers.map((tracker) => tracker.judge(kind));
    const signature = judgements.join();
    const known = this.#plans.get(signature);
    if (known !== undefined) return known;
    const rules: Rule[] = [];
    const slices: SliceCounter[] = [];
    this.#trackers.forEach((tracker, index) => {
      const judgement = judgements[index];
      if (judgement === "slices") {
        if (tracker.slices !== undefined) slices.push(tracker.slices);
      } else if (judgement !== undefined) {
        rules.push({ history: tracker.history, judgement, fastBuckets: this.#fastBuckets(tracker) });
      }
    });
    const plan = new CountingPlan(this.#bounds.length + 1, rules, slices);
    this.#plans.set(signature, plan);
    return plan;
  }

  /** Hands over all that came before `position`. */
  settle(position: number): void {
    if (this.pending) {
      for (const plan of this.#plans.values()) plan.settle(this.#since);
      this.pending = false;
    }
    this.#since = position;
    // Many SLOs are read in turn at one instant.
    if (position < this.due) return;
    let due = (Math.floor(position / FINEST_STEP_MS) + 1) * FINEST_STEP_MS;
    for (const slices of this.#slices) {
      slices.advance(position);
      if (slices.end < due) due = slices.end;
    }
    // What came before an edge must not be handed over with what came after it.
    for (const { history } of this.#trackers) {
      history.advance(position);
      if (history.expectedAt < due) due = history.expectedAt;
    }
    this.due = due;
  }

  // The thresholds are among the bounds: whoever made the bounds has seen to that.
  #fastBuckets({ slo }: SloTracker): number {
    return slo.kind === "latency" ? bucketOf(slo.thresholdMs / 1_000, this.#bounds) + 1 : 0;
  }
}
