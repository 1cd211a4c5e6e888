/** The label sets of HTTP requests and their counts, in one growing block of numbers. */
import { methodIndex, methodLabel, OVERFLOW_ROUTE, cleanLabel, CLIENT_CLOSED_REQUEST } from "./labels.ts";
import { planFor, type CountingPlan, type RequestKind, type SloTracker } from "./trackers.ts";

/** Why a request is in the errors counter. */
export type ErrorClass = "server_error" | "client_error" | "client_closed" | "counted_as_error";

/** One label set: what is known of a request once its route and status are. */
export interface RequestSeries {
  readonly method: string;
  readonly route: string;
  readonly statusCode: number;
  readonly errorClass: ErrorClass | undefined;
  readonly plan: CountingPlan;
  /** Where its count, sum and buckets begin in {@link SeriesTable.cells}. */
  readonly offset: number;
}

/**
 * Finds and counts series. The number of label sets is bounded: past the limit everything new shares one series for
 * each method and status, under the route `(other)`.
 */
export class SeriesTable {
  /** Per series: count, sum of seconds, then one count for each bucket (not cumulative, the last is above all bounds). */
  cells: Float64Array;
  readonly bounds: readonly number[];
  readonly #byRoute = new Map<string, Map<number, RequestSeries>>();
  readonly #all: RequestSeries[] = [];
  readonly #trackers: readonly SloTracker[];
  readonly #countsAsError: (statusCode: number) => boolean;
  readonly #limit: number;
  readonly #width: number;
  #overflowed = 0;

  constructor(options: {
    bounds: readonly number[];
    trackers: readonly SloTracker[];
    limit: number;
    countsAsError: (statusCode: number) => boolean;
  }) {
    this.bounds = options.bounds;
    this.#trackers = options.trackers;
    this.#limit = options.limit;
    this.#countsAsError = options.countsAsError;
    this.#width = this.bounds.length + 3;
    this.cells = new Float64Array(this.#width * 64);
  }

  /** The series of a request; makes it at its first sight. */
  find(method: string, route: string, statusCode: number): RequestSeries {
    const key = methodIndex(method) * 1_000 + statusCode;
    const found = this.#byRoute.get(route)?.get(key);
    return found ?? this.#create(route, key);
  }

  /** Adds one request. */
  count(series: RequestSeries, seconds: number, position: number): void {
    const { cells, bounds } = this;
    const { offset, plan } = series;
    let bucket = 0;
    while (bucket < bounds.length && seconds > (bounds[bucket] as number)) bucket += 1;
    (cells[offset] as number) += 1;
    (cells[offset + 1] as number) += seconds;
    (cells[offset + 2 + bucket] as number) += 1;
    for (const rule of plan.rules) {
      const good = seconds <= rule.limitSeconds;
      if (!rule.onlyIfSlower || !good) rule.history.record(position, good);
    }
    for (const slices of plan.slices) slices.record(position);
  }

  /** All series, in the order of their first sight. */
  get all(): readonly RequestSeries[] {
    return this.#all;
  }

  /** How many requests came to the shared series because the limit was reached. */
  get overflowed(): number {
    return this.#overflowed;
  }

  #create(route: string, key: number): RequestSeries {
    const label = cleanLabel(route);
    // A label that had to be cleaned is looked up by its clean form, or two series would bear the same labels.
    const existing = label === route ? undefined : this.#byRoute.get(label)?.get(key);
    if (existing !== undefined) return existing;
    if (this.#all.length < this.#limit) return this.#add(label, key);
    this.#overflowed += 1;
    const folded = foldStatus(key);
    const shared = this.#byRoute.get(OVERFLOW_ROUTE)?.get(folded) ?? this.#add(OVERFLOW_ROUTE, folded);
    // The limit is on labels: what an SLO counts is still told by the request's own route and status.
    return { ...shared, plan: planFor(this.#trackers, this.#kindOf(label, key)) };
  }

  #kindOf(route: string, key: number): RequestKind {
    const statusCode = key % 1_000;
    return { method: methodLabel(Math.floor(key / 1_000)), route, statusCode, failed: this.#countsAsError(statusCode) };
  }

  #add(route: string, key: number): RequestSeries {
    const kind = this.#kindOf(route, key);
    const series: RequestSeries = {
      method: kind.method,
      route,
      statusCode: kind.statusCode,
      errorClass: errorClass(kind),
      plan: planFor(this.#trackers, kind),
      offset: this.#all.length * this.#width,
    };
    if (series.offset + this.#width > this.cells.length) {
      const larger = new Float64Array(this.cells.length * 2);
      larger.set(this.cells);
      this.cells = larger;
    }
    this.#all.push(series);
    const byKey = this.#byRoute.get(route) ?? new Map<number, RequestSeries>();
    byKey.set(key, series);
    this.#byRoute.set(route, byKey);
    return series;
  }
}

function errorClass({ statusCode, failed }: RequestKind): ErrorClass | undefined {
  if (statusCode === CLIENT_CLOSED_REQUEST) return "client_closed";
  if (statusCode >= 500) return "server_error";
  if (statusCode >= 400) return "client_error";
  return failed ? "counted_as_error" : undefined;
}

// Past the limit a status keeps its class only, so that the shared series are few whatever the statuses are.
function foldStatus(key: number): number {
  const statusCode = key % 1_000;
  return statusCode === CLIENT_CLOSED_REQUEST ? key : key - (statusCode % 100);
}
