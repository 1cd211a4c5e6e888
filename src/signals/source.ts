/** The SLI source that needs no server: this process' own counts. */
import { NOTHING_MEASURED, type Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/time/window.ts";
import type { SliSource, SliTraits } from "../ports/sli-source.ts";
import type { Slo, ThroughputSlo } from "../slo/model.ts";
import type { ElapsedTime } from "./elapsed.ts";
import { type CountsAt, FINEST_STEP_MS } from "./history.ts";
import type { Latencies } from "./latencies.ts";
import type { SloTracker } from "./trackers.ts";

/** Who asks "until now" may have been waiting for others. */
const NOW_MS = 60_000;

/** Up to a fiftieth of a stretch its ends are where they were asked for. */
const TOLD_FROM = 50;

/** The counts of one SLO, as a budget's ledger. */
export interface SloCounts {
  /** Over `range`, which lies in the past. */
  measure(range: TimeRange): Measurement;
  /** Keeps the counts at fixed instants (epoch milliseconds), which will be asked for again and again. */
  keep(instants: readonly number[]): void;
  /** Its ranges end where they end. */
  readonly instantMs: 0;
}

/** What the source reads. */
export interface CountsBehind {
  readonly trackers: ReadonlyMap<string, SloTracker>;
  readonly elapsed: ElapsedTime;
  /** Hands over what was recorded up to now; returns the position of now. */
  readonly settle: () => number;
  /** The wall clock, in epoch milliseconds. */
  readonly now: () => number;
  readonly latencies: Latencies;
}

/**
 * Answers from the counts that a collector keeps. Where a range begins between two remembered steps the nearer one is
 * taken: at most 1 % of the distance to now, for ranges of 5 s and longer. An end within the last 100 ms
 * is live: it includes everything recorded before the call.
 */
export class InProcessSliSource implements SliSource<Pick<Slo, "id" | "kind">> {
  readonly #counts: CountsBehind;
  readonly #from: CountsAt = { good: 0, total: 0, position: 0, slackMs: 0 };
  readonly #to: CountsAt = { good: 0, total: 0, position: 0, slackMs: 0 };

  constructor(counts: CountsBehind) {
    this.#counts = counts;
  }

  /** Whether this process counts for the SLO of that id. */
  has(id: string): boolean {
    return this.#counts.trackers.has(id);
  }

  /** The counts of one SLO, one range at a time. */
  ledgerOf(slo: Pick<Slo, "id">): SloCounts {
    return {
      measure: (range) => this.measureNow(slo, [range])[0] ?? NOTHING_MEASURED,
      keep: (instants) => {
        this.#counts.trackers.get(slo.id)?.instants.keep(instants);
        // Those ahead are to be written down as they pass, whether somebody asks meanwhile or not.
        this.measureNow(slo, []);
      },
      instantMs: 0,
    };
  }

  /** One measurement for each range; nothing measured for an SLO that this process does not count. */
  measure(slo: Pick<Slo, "id">, ranges: readonly TimeRange[]): Promise<readonly Measurement[]> {
    return Promise.resolve(this.measureNow(slo, ranges));
  }

  /**
   * The percentile of all requests since the range began, an hour ago at most; the same for every SLO that this process counts. It is
   * told of ranges that end now.
   */
  latenciesMs(
    slos: readonly Pick<Slo, "id">[],
    { quantile, range }: { readonly quantile: number; readonly range: TimeRange },
  ): Promise<readonly (number | undefined)[]> {
    const position = this.#counts.settle();
    const now = this.#counts.now();
    const from = this.#counts.elapsed.position(position, Math.max(0, now - range.start));
    const isNow = Math.abs(now - range.end) < NOW_MS;
    const latency = isNow ? this.#counts.latencies.quantileMs(quantile, from) : undefined;
    return Promise.resolve(slos.map(({ id }) => (this.has(id) ? latency : undefined)));
  }

  /** Time slices for throughput, and nothing is shorter than one; else events, and steps of the histories. */
  traits(slo: Pick<Slo, "kind"> & Partial<Pick<ThroughputSlo, "sliceMs">>): SliTraits {
    if (slo.kind !== "throughput") return { unit: "events", resolutionMs: FINEST_STEP_MS };
    return { unit: "time", resolutionMs: Math.max(FINEST_STEP_MS, slo.sliceMs ?? 0) };
  }

  /** {@link measure}, at once. */
  measureNow({ id }: Pick<Slo, "id">, ranges: readonly TimeRange[]): readonly Measurement[] {
    const tracker = this.#counts.trackers.get(id);
    if (tracker === undefined) return ranges.map(() => NOTHING_MEASURED);
    const position = this.#counts.settle();
    const now = this.#counts.now();
    tracker.advance({ elapsed: this.#counts.elapsed, position, wall: now });
    return ranges.map((range) => this.#measureOne(tracker, range, position, now));
  }

  #measureOne(
    { history, instants, since }: SloTracker,
    { start, end }: TimeRange,
    position: number,
    now: number,
  ): Measurement {
    const past = Math.min(end, now) - start;
    if (past <= 0) return NOTHING_MEASURED;
    const from = this.#counts.elapsed.position(position, Math.max(0, now - start));
    // Who asks "until now" has read the clock a little earlier; within a step that is now.
    const live = now - end < FINEST_STEP_MS;
    const to = live ? position : this.#counts.elapsed.position(position, now - end);
    history.at(from, position, this.#from);
    instants.correct(start, this.#from);
    if (live) history.current(this.#to, position);
    else {
      history.at(to, position, this.#to);
      instants.correct(end, this.#to);
    }
    const watched = Math.max(since, to) - Math.max(since, from);
    // The two ends of a stretch shorter than the steps of its age may be taken in each other's place.
    const total = Math.max(0, this.#to.total - this.#from.total);
    const slackMs = Math.max(this.#from.slackMs, this.#to.slackMs);
    return {
      good: Math.min(total, Math.max(0, this.#to.good - this.#from.good)),
      total,
      coverage: Math.max(0, Math.min(1, watched / past)),
      ...(slackMs * TOLD_FROM > past ? { slackMs } : {}),
    };
  }
}
