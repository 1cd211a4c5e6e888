/** The four golden signals of a service, and the counts behind its SLIs. */
import { countOf, isDuration } from "./buckets.ts";
import { systemClock, type Clock } from "../core/time/clock.ts";
import { invalid, show } from "../core/errors.ts";
import { silentLogger, type Logger } from "../ports/logger.ts";
import { ElapsedTime } from "./elapsed.ts";
import { type TraceExample, type TraceExampleOptions, traceExamples } from "./examples.ts";
import { exemplarOf } from "./exemplars.ts";
import { exposition, type MetricsExposition } from "./exposition.ts";
import { CLIENT_CLOSED_REQUEST, UNMATCHED_ROUTE, type LabelValues } from "./labels.ts";
import type { ExpositionFormat } from "./metric.ts";
import { OperationTable } from "./operations.ts";
import { Latencies } from "./latencies.ts";
import {
  bucketBounds,
  checkCollectorOptions,
  DEFAULT_BUCKETS,
  positiveInteger,
  trueOrFalse,
  type GoldenSignalsOptions,
} from "./options.ts";
import { PlanBook } from "./plans.ts";
import { wrapFetch, type FetchLike, type FetchOptions } from "./outbound.ts";
import { OperationRecorder, type OperationName, type RecorderContext } from "./recorder.ts";
import { createRegistry, type MetricRegistry } from "./registry.ts";
import type { HeadersLike } from "./response.ts";
import { Saturation, type SaturationGauge, type SaturationReading } from "./saturation.ts";
import { ScrapedMetric } from "./scraped-metric.ts";
import { JUDGED, SeriesTable } from "./series.ts";
import { signalMetrics } from "./signal-metrics.ts";
import { InProcessSliSource } from "./source.ts";
import { restoreState, saveState } from "./state.ts";
import { formatOf } from "./text.ts";
import { Timeline } from "./timeline.ts";
import { activeTraceId, traceIdFrom, traceIdIn, type OpenTelemetryLike } from "./traces.ts";
import { SloTracker } from "./trackers.ts";
import { UNRECORDED, type UnrecordedField, unrecordedText } from "./unrecorded.ts";
import { UserLabels } from "./user-labels.ts";
import { wrapFunction, type WrapOptions } from "./wrap.ts";

/** A fault of one kind is logged this often at most. */
const TOLD_EVERY_MS = 10_000;
const MOST_FAULTS = 1_000;

/** One request that was handled. */
export interface RequestRecord {
  /** HTTP method; unknown ones are counted as `OTHER`. */
  readonly method: string;
  /** The route's pattern, such as `/users/:id`; never a raw path. Without it the request is unmatched. */
  readonly route?: string | undefined;
  /** Status of the response, 100 to 999. */
  readonly statusCode: number;
  /** From arrival to the last byte, in seconds. */
  readonly durationSeconds: number;
  /** From arrival to the first byte, in seconds. */
  readonly firstByteSeconds?: number | undefined;
  /** The client went away before the response was complete. */
  readonly aborted?: boolean | undefined;
  /** Whether it failed its SLOs; undefined leaves it to the status. */
  readonly failed?: boolean | undefined;
  /** Values of the labels that the collector was given under `labels`. */
  readonly labels?: LabelValues | undefined;
  /** The trace that it belongs to, 16 or 32 hexadecimal digits; an example of its bucket if exemplars are on. */
  readonly traceId?: string | undefined;
  /** When it ended, as a reading of the collector's monotonic clock, in ms; the clock is read without it. */
  readonly endedMs?: number | undefined;
}

/** What a host knows of a request beyond its status. */
export interface FinishDetails {
  /** Reading of the monotonic clock when its first byte was sent, in ms; below 0 if none was. */
  readonly firstByteMs?: number;
  /** Whether it failed its SLOs; undefined leaves it to the status. */
  readonly failed?: boolean | undefined;
  /** Values of the user's own labels. */
  readonly labels?: LabelValues | undefined;
  /** The trace that it belongs to. */
  readonly traceId?: string | undefined;
}

/**
 * Collects latency, traffic, errors and saturation of one service and publishes them as Prometheus metrics; also counts
 * good and total for each SLO, so that budgets need no server.
 *
 * Recording takes constant time and nothing given to it ever throws: what cannot be recorded is counted in
 * `nines_rejected_values_total`. Memory is bounded by `seriesLimit` and the number of SLOs.
 *
 * @example
 * ```ts
 * import { GoldenSignalsCollector } from "nines";
 *
 * const signals = new GoldenSignalsCollector();
 * signals.record({ method: "GET", route: "/users/:id", statusCode: 200, durationSeconds: 0.023 });
 * const text = await signals.metrics();
 * if (!text.includes('http_requests_total{method="GET",route="/users/:id",code="200"} 1')) throw new Error(text);
 * ```
 */
export class GoldenSignalsCollector {
  /** Where the metrics are published. */
  readonly registry: MetricRegistry;
  /** Answers good and total of any window, for the SLOs given. */
  readonly source: InProcessSliSource;
  /** Whether examples of traces are kept. */
  readonly exemplars: boolean;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #trackers: ReadonlyMap<string, SloTracker>;
  readonly #table: SeriesTable;
  readonly #userLabels: UserLabels;
  readonly #timeline: Timeline;
  readonly #saturation: Saturation;
  readonly #elapsed: ElapsedTime;
  readonly #opentelemetry: OpenTelemetryLike | undefined;
  readonly #rejected = new Map<string, number>();
  readonly #toldUntil = new Map<string, number>();
  readonly #connections: (() => Promise<number>)[] = [];
  readonly #operations: RecorderContext;
  readonly #dependencies: RecorderContext;
  readonly #names: readonly string[];
  #closed = false;
  #inFlight = 0;

  /** @throws {@link ConfigurationError} if an option cannot be used, or the registry has a metric of one of the names. */
  constructor(options: GoldenSignalsOptions = {}) {
    checkCollectorOptions(options);
    const { clock = systemClock, exemplars = false, slos = [] } = options;
    this.#clock = clock;
    this.#logger = options.logger ?? silentLogger;
    this.registry = options.registry ?? createRegistry();
    this.exemplars = exemplars !== false;
    this.#opentelemetry = typeof exemplars === "object" ? exemplars.opentelemetry : undefined;
    this.#userLabels = new UserLabels(options.labels ?? {});
    const counted = slos.filter((slo) => slo.expression === undefined);
    this.#trackers = new Map(counted.map((slo) => [slo.id, new SloTracker(slo)]));
    const bounds = bucketBounds(options.buckets ?? DEFAULT_BUCKETS, counted);
    const limit = positiveInteger("seriesLimit", options.seriesLimit ?? 2_000);
    const plans = new PlanBook([...this.#trackers.values()], bounds);
    this.#table = new SeriesTable({
      bounds,
      plans,
      limit,
      countsAsError: (statusCode) => this.#countsAsError(statusCode, options.countsAsError),
      ignoreRoutes: options.ignoreRoutes ?? [],
      longLivedRoutes: options.longLivedRoutes ?? [],
    });
    this.#elapsed = new ElapsedTime(clock);
    const latencies = new Latencies(bounds, () => this.#table.all.filter(({ timed }) => timed));
    this.#timeline = new Timeline(clock, this.#elapsed, plans, (position) => {
      latencies.reach(position);
    });
    this.#operations = this.#recorderContext(OperationTable.ofOperations({ bounds, plans, limit }));
    this.#dependencies = this.#recorderContext(OperationTable.ofDependencies({ bounds, plans, limit }));
    this.#saturation = new Saturation({
      probe: options.probe,
      clock,
      onRejected: () => {
        this.#reject("gauge");
      },
    });
    this.source = new InProcessSliSource({
      trackers: this.#trackers,
      elapsed: this.#elapsed,
      settle: () => this.#timeline.settle(),
      now: () => clock.now(),
      latencies,
    });
    this.#names = this.#publish();
  }

  /** Records a request that something else has timed. */
  record(request: RequestRecord): void {
    if (typeof request !== "object" || (request as unknown) === null) {
      this.#reject("request", () => `${show(request)} is no object with method, route, statusCode and durationSeconds`);
      return;
    }
    const { method, route = UNMATCHED_ROUTE, statusCode, durationSeconds, firstByteSeconds } = request;
    const endedMs = request.endedMs ?? this.#clock.monotonic();
    if (typeof method !== "string") this.#rejectField(request, "method", UNRECORDED.method(method));
    else if (typeof route !== "string") this.#rejectField(request, "route", UNRECORDED.route(route));
    else if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 999)
      this.#rejectField(request, "status_code", UNRECORDED.statusCode(statusCode));
    else if (!isDuration(durationSeconds))
      this.#rejectField(request, "duration", UNRECORDED.durationSeconds(durationSeconds));
    else if (firstByteSeconds !== undefined && !isDuration(firstByteSeconds))
      this.#rejectField(request, "first_byte", UNRECORDED.firstByteSeconds(firstByteSeconds));
    else if (!Number.isFinite(endedMs)) this.#rejectField(request, "ended", UNRECORDED.endedMs(endedMs));
    else {
      const { aborted = false, labels } = request;
      const failed = this.#verdictOf(request.failed);
      const traceId = this.#traceIdOf(request.traceId);
      const code = aborted ? CLIENT_CLOSED_REQUEST : statusCode;
      this.#timeline.reach(endedMs);
      this.#count(method, route, code, durationSeconds, firstByteSeconds ?? -1, failed, labels, traceId);
    }
  }

  /** Notes that a request has arrived; hand the result to {@link finish}. A reading of the monotonic clock, in ms. */
  begin(): number {
    this.#inFlight += 1;
    return this.#clock.monotonic();
  }

  /**
   * Notes that the request that arrived at `beganMs` has ended. `route` is its pattern, undefined if no route took it;
   * `statusCode` 499 says that its client went away.
   */
  finish(
    beganMs: number,
    method: string,
    route: string | undefined,
    statusCode: number,
    details?: FinishDetails,
  ): void {
    this.#inFlight -= 1;
    const endedMs = this.#clock.monotonic();
    const seconds = (endedMs - beganMs) / 1_000;
    this.#timeline.reach(endedMs);
    if (details === undefined) {
      const series = this.#table.find(method, route ?? UNMATCHED_ROUTE, statusCode, JUDGED.byStatus, 0);
      this.#table.count(series, seconds);
    } else {
      const { firstByteMs = -1, failed, labels, traceId } = details;
      const firstByteSeconds = firstByteMs < 0 ? -1 : (firstByteMs - beganMs) / 1_000;
      this.#count(method, route ?? UNMATCHED_ROUTE, statusCode, seconds, firstByteSeconds, failed, labels, traceId);
    }
  }

  /** Notes that a request which has begun is not to be counted after all. */
  leaveOut(): void {
    this.#inFlight -= 1;
  }

  /** A reading of the monotonic clock, in ms. */
  monotonic(): number {
    return this.#clock.monotonic();
  }

  /** The trace that is active now, if exemplars are asked for and OpenTelemetry was handed in. Never throws. */
  activeTraceId(): string | undefined {
    if (this.#opentelemetry === undefined) return undefined;
    try {
      return activeTraceId(this.#opentelemetry);
    } catch (error) {
      this.fault("OpenTelemetry could not tell the active span", error);
      return undefined;
    }
  }

  /** The trace that request headers tell of, if exemplars are asked for. */
  traceIdOf(headers: HeadersLike | undefined): string | undefined {
    return this.exemplars && headers !== undefined ? traceIdIn(headers) : undefined;
  }

  /**
   * Traces of requests that the SLO (`service/name`) has counted, the newest first and 20 at most: the latest of each bucket, if
   * exemplars are on. None of an SLO that is not counted here.
   *
   * @throws {@link ConfigurationError} for options that cannot be used
   * @example
   * ```ts
   * import { GoldenSignalsCollector, parseSloDocument } from "nines";
   *
   * const { slos } = parseSloDocument({
   *   service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "1h" } } },
   * });
   * const signals = new GoldenSignalsCollector({ slos, exemplars: true });
   * const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
   * signals.record({ method: "GET", route: "/cart", statusCode: 503, durationSeconds: 0.2, traceId });
   * const [example] = signals.examples("shop/availability", { bad: true });
   * if (example?.traceId !== traceId || example.route !== "/cart") throw new Error("no example");
   * ```
   */
  examples(slo: string, options: TraceExampleOptions = {}): readonly TraceExample[] {
    return traceExamples(this.#table.listed(), this.#trackers.get(slo), options);
  }

  /**
   * A recorder of something that is no request: a job, a message, a call that `fetch` does not make. Make one a name, not
   * one an event.
   *
   * @throws {@link ConfigurationError} if a name is none
   * @example
   * ```ts
   * import { GoldenSignalsCollector } from "nines";
   *
   * const signals = new GoldenSignalsCollector();
   * const invoices = signals.recorder({ operation: "send-invoices", kind: "job" });
   * const end = invoices.start();
   * try {
   *   // the work
   *   end();
   * } catch {
   *   end("error");
   * }
   * ```
   */
  recorder(name: OperationName): OperationRecorder {
    return new OperationRecorder(this.#operations, name);
  }

  /**
   * `fn`, recorded as an operation under its own name or the one given. What it returns, throws or resolves to is left as
   * it is. It lasts until the promise that it returns is settled; of anything else, until it returns.
   *
   * @throws {@link ConfigurationError} if it has no name
   * @example
   * ```ts
   * import { GoldenSignalsCollector } from "nines";
   *
   * const signals = new GoldenSignalsCollector();
   * const sendMail = signals.wrap(async (to: string) => to.length, { operation: "send-mail", kind: "consumer" });
   * if ((await sendMail("ann@example.com")) !== 15) throw new Error("changed");
   * ```
   */
  wrap<This, Args extends unknown[], Result>(
    fn: (this: This, ...args: Args) => Result,
    options: WrapOptions<Awaited<Result>> = {},
  ): (this: This, ...args: Args) => Result {
    return wrapFunction(this.#operations, fn, options);
  }

  /**
   * A `fetch` that records its calls by dependency, up to the head of the response.
   *
   * @example
   * ```ts
   * import { GoldenSignalsCollector } from "nines";
   *
   * const signals = new GoldenSignalsCollector();
   * const call = signals.wrapFetch(fetch, { dependency: ({ host }) => (host.endsWith(".example") ? "partners" : host) });
   * const reply = await call("data:text/plain,hello");
   * if ((await reply.text()) !== "hello") throw new Error("changed");
   * ```
   */
  wrapFetch<Input, Init, Reply extends { readonly status: number }>(
    fetch: FetchLike<Input, Init, Reply>,
    options: FetchOptions = {},
  ): FetchLike<Input, Init, Reply> {
    return wrapFetch(this.#dependencies, fetch, options);
  }

  /** Adds a server to the count of open connections: `read` is asked at each scrape; one that rejects counts as none. */
  addConnections(read: () => Promise<number>): void {
    this.#connections.push(read);
  }

  /** Reports a fault inside the instrumentation; it is counted and logged, the service goes on. */
  fault(what: string, error: unknown): void {
    this.#reject("fault");
    // One that comes with every request is told now and then, and counted each time.
    const now = this.#clock.monotonic();
    if (now < (this.#toldUntil.get(what) ?? -Infinity)) return;
    if (this.#toldUntil.size < MOST_FAULTS) this.#toldUntil.set(what, now + TOLD_EVERY_MS);
    try {
      this.#logger.error(`golden signals: ${what}`, { error });
    } catch {
      // The counter has it; a logger that fails is no reason to fail a request.
    }
  }

  /**
   * Adds a resource to the saturation signal: `gauge` is read at each scrape and returns a share: 0 is idle, 1 is
   * full, more is overfull. A gauge that throws, or returns something else, is left out of that scrape and counted as
   * rejected. The name of a gauge that is there already takes its place.
   */
  addSaturation(resource: string, gauge: SaturationGauge): void {
    if (typeof resource !== "string" || !/^[a-z][a-z0-9_]{0,59}$/.test(resource)) {
      throw invalid("resource", `${show(resource)} is not a resource name; write lower-case letters, digits and _`);
    }
    this.#saturation.set(resource, gauge);
  }

  /** How full each resource is, from 0 to 1. */
  saturation(): SaturationReading {
    return this.#saturation.read();
  }

  /** Requests recorded since the start, whatever became of them; those on ignored routes are left out. */
  get requests(): number {
    const { bounds } = this.#table;
    return this.#table.labelSets().reduce((sum, series) => sum + countOf(series, bounds), 0);
  }

  /** Requests being handled now. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Everything on the registry, in the text format of its {@link contentType}: as `registry.metrics()`, but faster. */
  async metrics(): Promise<string> {
    const { pieces } = await this.exposition();
    const decoder = new TextDecoder();
    return pieces.map((piece) => decoder.decode(piece)).join("");
  }

  /** The media type of {@link metrics}. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** Everything on the registry, in the format asked for; in the registry's own without it. */
  exposition(format: ExpositionFormat = formatOf(this.contentType)): Promise<MetricsExposition> {
    return exposition(this.registry, format);
  }

  /** The counts behind the SLIs, to be given to {@link restore} after a restart. */
  save(): string {
    this.#timeline.settle();
    return saveState(this.#elapsed, this.#trackers);
  }

  /**
   * Goes on from a saved state, with the time since as a gap in which nobody watched. Call it before traffic comes.
   *
   * @returns ids of the SLOs that were restored; one whose meaning has changed since starts afresh
   * @throws {@link ConfigurationError} if `state` is not a saved state; nothing is changed then
   */
  restore(state: string): readonly string[] {
    this.#timeline.settle();
    const restored = restoreState(state, this.#elapsed, this.#trackers);
    this.#timeline.restart();
    return restored;
  }

  /** Takes the metrics off the registry and lets go of the probe. */
  close(): void {
    // Another collector may have taken over the registry since.
    if (this.#closed) return;
    this.#closed = true;
    this.#saturation.close();
    for (const name of this.#names) this.registry.removeSingleMetric(name);
  }

  #count(
    method: string,
    route: string,
    statusCode: number,
    seconds: number,
    firstByteSeconds: number,
    failed: boolean | undefined,
    labels: LabelValues | undefined,
    traceId: string | undefined,
  ): void {
    const judged = failed === undefined ? JUDGED.byStatus : failed ? JUDGED.failed : JUDGED.good;
    const own = labels === undefined ? 0 : this.#ownLabels(labels);
    const series = this.#table.find(method, route, statusCode, judged, own);
    const bucket = this.#table.count(series, seconds);
    if (firstByteSeconds >= 0) this.#table.countFirstByte(series, firstByteSeconds);
    if (traceId !== undefined && this.exemplars) {
      this.#table.exemplify(series, bucket, exemplarOf(traceId, seconds, this.#clock.now()));
    }
  }

  #verdictOf(failed: unknown): boolean | undefined {
    if (failed === undefined || typeof failed === "boolean") return failed;
    this.#reject("failed");
    return undefined;
  }

  // A scraper refuses all of a scrape that has one example which is too long.
  #traceIdOf(traceId: unknown): string | undefined {
    if (traceId === undefined || !this.exemplars) return undefined;
    const id = traceIdFrom(traceId);
    if (id === undefined) this.#reject("trace_id");
    return id;
  }

  /** Whoever tells labels may hand over what cannot be read. */
  #ownLabels(labels: LabelValues): number {
    try {
      return this.#userLabels.numberOf(labels);
    } catch (error) {
      this.fault("the labels of a request could not be read", error);
      return 0;
    }
  }

  #countsAsError(statusCode: number, rule: ((statusCode: number) => boolean) | undefined): boolean {
    try {
      if (rule !== undefined) return trueOrFalse(rule(statusCode));
    } catch (error) {
      this.fault("the rule countsAsError could not tell; the status is judged without it", error);
    }
    return statusCode >= 500;
  }

  #rejectField(request: RequestRecord, reason: string, field: UnrecordedField): void {
    this.#reject(reason, () => unrecordedText(request, field));
  }

  #reject(reason: string, detail?: () => string): void {
    const before = this.#rejected.get(reason);
    this.#rejected.set(reason, (before ?? 0) + 1);
    // What a misspelt field leaves out would be missed by nobody who does not look at that counter. Faults are told by themselves.
    if (before !== undefined || reason === "fault") return;
    try {
      const why = detail === undefined ? "" : `: ${detail()}`;
      this.#logger.warn(
        `golden signals: a ${reason} cannot be recorded${why}; more of them are counted by nines_rejected_values_total`,
      );
    } catch {
      // As for faults: the counter has it.
    }
  }

  #recorderContext(table: OperationTable): RecorderContext {
    return {
      table,
      timeline: this.#timeline,
      onRejected: (reason) => {
        this.#reject(reason);
      },
      onFault: (what, error) => {
        this.fault(what, error);
      },
    };
  }

  #publish(): readonly string[] {
    const metrics = signalMetrics({
      table: this.#table,
      userLabels: this.#userLabels,
      operations: [this.#operations.table, this.#dependencies.table],
      saturation: this.#saturation,
      inFlight: () => this.#inFlight,
      connections: this.#connections,
      rejected: this.#rejected,
    });
    const taken = metrics.find(({ name }) => this.registry.getSingleMetric(name) !== undefined);
    if (taken !== undefined) {
      throw invalid("registry", `already has a metric named ${taken.name}; give each collector a registry of its own`);
    }
    for (const metric of metrics) new ScrapedMetric(metric).publishOn(this.registry);
    return metrics.map(({ name }) => name);
  }
}
