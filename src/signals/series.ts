/** The label sets of HTTP requests and what is counted of each. */
import { bucketOf, Rows, sumOfRows, type Row } from "./buckets.ts";
import { latestOf, type Exemplar, type Exemplars } from "./exemplars.ts";
import {
  CLIENT_CLOSED_REQUEST,
  cleanLabel,
  matches,
  methodIndex,
  methodLabel,
  OVERFLOW_ROUTE,
  SWITCHED_PROTOCOLS,
} from "./labels.ts";
import { CountingPlan, type PlanBook } from "./plans.ts";
import type { EventKind } from "./trackers.ts";

/** Why a request is in the errors counter. */
export type ErrorClass = "server_error" | "client_error" | "client_closed" | "counted_as_error";

/** Whether a request failed: as its status says, or as the user said of this one. */
export const JUDGED = { byStatus: 0, good: 1, failed: 2 } as const;

/** Time to first byte of one route and method. */
export interface FirstByteSeries extends Row {
  readonly method: string;
  readonly route: string;
}

/** Requests with the same labels and the same verdict. */
export interface RequestSeries extends Row {
  /** Method, status, verdict and the user's labels in one number. */
  readonly key: number;
  readonly route: string;
  readonly plan: CountingPlan;
  readonly errorClass: ErrorClass | undefined;
  /** Whether its durations are in the histogram. */
  readonly timed: boolean;
  /** The next one of this route. */
  next: RequestSeries | undefined;
  firstByte: FirstByteSeries | undefined;
  exemplars: Exemplars | undefined;
  /** Its labels as they are scraped, in UTF-8, once they were. */
  text: Uint8Array | undefined;
}

/** What decides about a series when it is made. */
export interface SeriesOptions {
  readonly bounds: readonly number[];
  readonly plans: PlanBook;
  /** Most label sets. */
  readonly limit: number;
  readonly countsAsError: (statusCode: number) => boolean;
  /** Patterns of routes that are not counted at all. */
  readonly ignoreRoutes: readonly string[];
  /** Patterns of routes whose requests last as long as their client wishes. */
  readonly longLivedRoutes: readonly string[];
}

/**
 * Finds and counts series. The number of label sets is bounded: past the limit everything new shares one series for
 * each method and class of status, under the route `(other)`.
 */
export class SeriesTable {
  readonly bounds: readonly number[];
  readonly #options: SeriesOptions;
  readonly #plans: PlanBook;
  readonly #rows: Rows;
  // Lists, not maps, within a route: it has few, and an empty map is larger than all that is counted of a series.
  readonly #byRoute = new Map<string, RequestSeries>();
  readonly #all: RequestSeries[] = [];
  readonly #firstBytes: FirstByteSeries[] = [];
  readonly #ignored: RequestSeries;
  #ignoredKept = 0;
  /** Whether several series may have the same labels. */
  #labelsShared = false;
  #overflowed = 0;

  constructor(options: SeriesOptions) {
    this.bounds = options.bounds;
    this.#options = options;
    this.#plans = options.plans;
    this.#rows = new Rows(options.bounds);
    // What is ignored is counted too, where nobody looks: the hot path need not ask.
    this.#ignored = this.#unseen("", 0, this.#rows.take(), new CountingPlan(this.bounds.length + 1, [], []));
  }

  /** The series of a request; makes it at its first sight. `labels` is the number of the user's own labels. */
  find(method: string, route: string, statusCode: number, judged: number, labels: number): RequestSeries {
    const key = ((labels * 3 + judged) * 10 + methodIndex(method)) * 1_000 + statusCode;
    let series = this.#byRoute.get(route);
    while (series !== undefined && series.key !== key) series = series.next;
    return series ?? this.#create(route, key);
  }

  /** Adds one request, whose histories have been settled up to now. Returns its bucket. */
  count(series: RequestSeries, seconds: number): number {
    const { page, offset, plan } = series;
    const bucket = bucketOf(seconds, this.bounds);
    (page[offset] as number) += seconds;
    (page[offset + 1 + bucket] as number) += 1;
    (plan.pending[bucket] as number) += 1;
    this.#plans.pending = true;
    return bucket;
  }

  /** Adds a time to first byte. */
  countFirstByte(series: RequestSeries, seconds: number): void {
    const { page, offset } = series.firstByte ?? this.#firstByteOf(series);
    (page[offset] as number) += seconds;
    (page[offset + 1 + bucketOf(seconds, this.bounds)] as number) += 1;
  }

  /** Remembers a trace as the example of its bucket. */
  exemplify(series: RequestSeries, bucket: number, exemplar: Exemplar): void {
    (series.exemplars ??= [])[bucket] = exemplar;
  }

  /** All series, in the order of their first sight. Some may have the same labels and another verdict. */
  get all(): readonly RequestSeries[] {
    return this.#all;
  }

  /** Each that was ever found, also those that share the counts of another past the limit. */
  *listed(): Iterable<RequestSeries> {
    for (const head of this.#byRoute.values()) {
      for (let series: RequestSeries | undefined = head; series !== undefined; series = series.next) yield series;
    }
  }

  /** One for each label set, whatever the verdicts. */
  labelSets(): readonly RequestSeries[] {
    return this.#labelsShared ? this.#merged(this.#all) : this.#all;
  }

  /** The same of those whose durations are in the histogram. */
  timedSets(): readonly RequestSeries[] {
    const timed = this.#all.filter((series) => series.timed);
    return this.#labelsShared ? this.#merged(timed) : timed;
  }

  /** Times to first byte. */
  get firstBytes(): readonly FirstByteSeries[] {
    return this.#firstBytes;
  }

  /** How many requests came to the shared series because the limit was reached. */
  get overflowed(): number {
    return this.#overflowed;
  }

  #merged(all: readonly RequestSeries[]): readonly RequestSeries[] {
    const sets = new Map<string, RequestSeries[]>();
    for (const series of all) {
      const { method, statusCode, labels } = partsOf(series.key);
      const id = JSON.stringify([series.route, method, statusCode, labels]);
      const set = sets.get(id);
      if (set === undefined) sets.set(id, [series]);
      else set.push(series);
    }
    return [...sets.values()].map((set) => ({
      ...(set[0] as RequestSeries),
      ...sumOfRows(set, this.bounds),
      exemplars: latestOf(set.map(({ exemplars }) => exemplars)),
    }));
  }

  #create(route: string, key: number): RequestSeries {
    const label = cleanLabel(route);
    // A label that had to be cleaned is looked up by its clean form, or two series would bear the same labels.
    const existing = label === route ? undefined : this.#listed(label, key);
    if (existing !== undefined) return existing;
    if (this.#options.ignoreRoutes.some((pattern) => matches(pattern, label))) return this.#ignore(label, key);
    if (this.#all.length >= this.#options.limit) return this.#overflow(label, key);
    return this.#add(label, key, this.#kindOf(label, key));
  }

  #listed(
    route: string,
    key: number,
    wanted: (series: RequestSeries) => boolean = () => true,
  ): RequestSeries | undefined {
    let series = this.#byRoute.get(route);
    while (series !== undefined && !(series.key === key && wanted(series))) series = series.next;
    return series;
  }

  #kindOf(route: string, key: number): EventKind {
    const { statusCode, method, judged } = partsOf(key);
    const failed = judged === JUDGED.byStatus ? this.#options.countsAsError(statusCode) : judged === JUDGED.failed;
    const longLived = this.#options.longLivedRoutes.some((pattern) => matches(pattern, route));
    return { method, route, statusCode, failed, longLived: longLived || statusCode === SWITCHED_PROTOCOLS };
  }

  #add(route: string, key: number, kind: EventKind): RequestSeries {
    const series = seriesOf({ key, route, kind, plan: this.#plans.planFor(kind), row: this.#rows.take() });
    this.#all.push(series);
    if (partsOf(key).judged !== JUDGED.byStatus) this.#labelsShared = true;
    return this.#list(series);
  }

  #ignore(route: string, key: number): RequestSeries {
    if (this.#ignoredKept >= this.#options.limit) return this.#ignored;
    this.#ignoredKept += 1;
    return this.#list(this.#unseen(route, key, this.#ignored, this.#ignored.plan));
  }

  #unseen(route: string, key: number, row: Row, plan: CountingPlan): RequestSeries {
    const series = seriesOf({ key, route, plan, row });
    series.firstByte = { ...row, method: "", route };
    return series;
  }

  #overflow(route: string, key: number): RequestSeries {
    this.#overflowed += 1;
    // The limit is on labels: what an SLO counts is still told by the request's own route and status.
    const kind = this.#kindOf(route, key);
    const plan = this.#plans.planFor(kind);
    const folded = foldKey(key, kind);
    const known = this.#listed(
      OVERFLOW_ROUTE,
      folded,
      (other) => other.plan === plan && other.timed !== kind.longLived,
    );
    if (known !== undefined) return known;
    const sibling = this.#listed(OVERFLOW_ROUTE, folded, (other) => other.timed !== kind.longLived);
    const row = sibling ?? this.#rows.take();
    const series = seriesOf({ key: folded, route: OVERFLOW_ROUTE, kind, plan, row });
    if (sibling === undefined) this.#all.push(series);
    else series.exemplars = sibling.exemplars ??= [];
    this.#labelsShared = true;
    return this.#list(series);
  }

  #list(series: RequestSeries): RequestSeries {
    const head = this.#byRoute.get(series.route);
    if (head === undefined) this.#byRoute.set(series.route, series);
    else {
      series.next = head.next;
      head.next = series;
    }
    return series;
  }

  #firstByteOf(series: RequestSeries): FirstByteSeries {
    const { route } = series;
    const { method } = partsOf(series.key);
    let other = this.#byRoute.get(route);
    while (other !== undefined && (other.firstByte === undefined || partsOf(other.key).method !== method))
      other = other.next;
    const found = other?.firstByte ?? this.#addFirstByte(method, route);
    series.firstByte = found;
    return found;
  }

  #addFirstByte(method: string, route: string): FirstByteSeries {
    const added = { ...this.#rows.take(), method, route };
    this.#firstBytes.push(added);
    return added;
  }
}

/** What the number of a series says. */
export function partsOf(key: number): { method: string; statusCode: number; judged: number; labels: number } {
  const rest = Math.floor(key / 10_000);
  return {
    statusCode: key % 1_000,
    method: methodLabel(Math.floor(key / 1_000) % 10),
    judged: rest % 3,
    labels: Math.floor(rest / 3),
  };
}

// Every series has all fields in the same order: the hot path then meets one shape of object only.
function seriesOf(made: { key: number; route: string; plan: CountingPlan; row: Row; kind?: EventKind }): RequestSeries {
  const { key, route, plan, row, kind } = made;
  return {
    page: row.page,
    offset: row.offset,
    key,
    route,
    plan,
    errorClass: kind && errorClass(kind),
    timed: kind?.longLived !== true,
    next: undefined,
    firstByte: undefined,
    exemplars: undefined,
    text: undefined,
  };
}

function errorClass({ statusCode, failed }: EventKind): ErrorClass | undefined {
  if (statusCode === CLIENT_CLOSED_REQUEST) return "client_closed";
  if (statusCode >= 500) return "server_error";
  if (statusCode >= 400) return "client_error";
  return failed ? "counted_as_error" : undefined;
}

// Past the limit a status keeps its class only, and the user's labels go, so that the shared series are few. Two statuses
// of one class may fall into two classes of errors: there the verdict keeps them apart.
function foldKey(key: number, kind: EventKind): number {
  const statusCode = key % 1_000;
  const kept = statusCode === CLIENT_CLOSED_REQUEST ? statusCode : statusCode - (statusCode % 100);
  const method = Math.floor(key / 1_000) % 10;
  const judged = errorClass(kind) === "counted_as_error" ? JUDGED.failed : partsOf(key).judged;
  return (judged * 10 + method) * 1_000 + kept;
}
