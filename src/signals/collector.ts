/** The four golden signals of a service, and the counts behind its SLIs. */
import { systemClock, type Clock } from "../core/clock.ts";
import { invalid, show } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { silentLogger, type Logger } from "../ports/logger.ts";
import type { ProcessProbe } from "../ports/process-probe.ts";
import type { Slo } from "../slo/model.ts";
import { ElapsedTime } from "./elapsed.ts";
import { signalMetrics } from "./exposition.ts";
import { CLIENT_CLOSED_REQUEST, UNMATCHED_ROUTE, type LabelValues } from "./labels.ts";
import { createRegistry, register, type MetricRegistry } from "./registry.ts";
import type { HeadersLike } from "./response.ts";
import { Saturation, type SaturationGauge, type SaturationReading } from "./saturation.ts";
import { SeriesTable } from "./series.ts";
import { InProcessSliSource } from "./source.ts";
import { restoreState, saveState } from "./state.ts";
import { SloTracker } from "./trackers.ts";

/** Upper bounds of the latency buckets, in seconds; the thresholds of latency SLOs are added to them. */
export const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const OPTIONS: readonly (keyof GoldenSignalsOptions)[] = [
  "slos",
  "registry",
  "buckets",
  "seriesLimit",
  "countsAsError",
  "probe",
  "logger",
  "clock",
];

/** What a {@link GoldenSignalsCollector} is made of; everything has a default. */
export interface GoldenSignalsOptions {
  /** The SLOs to count for; those with an `expression` of their own are measured elsewhere and left out. */
  readonly slos?: readonly Slo[];
  /** A prom-client `Registry` to publish on; one of its own without it. */
  readonly registry?: MetricRegistry;
  /** Upper bounds of the latency buckets, in seconds, ascending. */
  readonly buckets?: readonly number[];
  /** Most label sets of requests; what comes later shares the route `(other)`. 2,000 without it. */
  readonly seriesLimit?: number;
  /** Which statuses count as failed in availability and error-rate SLOs; 500 and above without it. */
  readonly countsAsError?: (statusCode: number) => boolean;
  /** Reads how full the process is; no CPU, memory and event-loop saturation without it. */
  readonly probe?: ProcessProbe;
  /** Told of faults inside; nothing is thrown at the service. */
  readonly logger?: Logger;
  readonly clock?: Clock;
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
  /** The client went away before the response was complete. */
  readonly aborted?: boolean;
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
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #trackers: ReadonlyMap<string, SloTracker>;
  readonly #table: SeriesTable;
  readonly #saturation: Saturation;
  readonly #elapsed: ElapsedTime;
  readonly #rejected = new Map<string, number>();
  readonly #connections: (() => Promise<number>)[] = [];
  readonly #names: readonly string[];
  #closed = false;
  #inFlight = 0;
  #nextSyncMs = 0;

  /** @throws {@link ConfigurationError} if an option cannot be used, or the registry has a metric of one of the names. */
  constructor(options: GoldenSignalsOptions = {}) {
    checkOptions(options, "GoldenSignalsCollector", OPTIONS);
    checkMethods(options.registry, "registry", ["metrics", "registerMetric", "getSingleMetric", "removeSingleMetric"]);
    checkMethods(options.probe, "probe", ["sample", "close"]);
    checkMethods(options.logger, "logger", ["warn", "error"]);
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.registry = options.registry ?? createRegistry();
    const counted = (options.slos ?? []).filter((slo) => slo.expression === undefined);
    this.#trackers = new Map(counted.map((slo) => [slo.id, new SloTracker(slo)]));
    this.#table = new SeriesTable({
      bounds: bucketBounds(options.buckets ?? DEFAULT_BUCKETS, counted),
      trackers: [...this.#trackers.values()],
      limit: positiveInteger("seriesLimit", options.seriesLimit ?? 2_000),
      countsAsError: (statusCode) => this.#countsAsError(statusCode, options.countsAsError),
    });
    this.#saturation = new Saturation({
      probe: options.probe,
      clock: this.#clock,
      onRejected: () => {
        this.#reject("gauge");
      },
    });
    this.#elapsed = new ElapsedTime(this.#clock);
    this.source = new InProcessSliSource(this.#trackers, this.#elapsed, () => this.#clock.now());
    this.#names = this.#publish();
  }

  /** Records a request that something else has timed. */
  record(request: RequestRecord): void {
    if (typeof request !== "object" || (request as unknown) === null) {
      this.#reject("request");
      return;
    }
    const { method, route = UNMATCHED_ROUTE, statusCode, durationSeconds, aborted = false } = request;
    if (typeof method !== "string") this.#reject("method");
    else if (typeof route !== "string") this.#reject("route");
    else if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 999) this.#reject("status_code");
    else if (!Number.isFinite(durationSeconds) || durationSeconds < 0) this.#reject("duration");
    else {
      const recordedCode = aborted ? CLIENT_CLOSED_REQUEST : statusCode;
      this.#count(method, route, recordedCode, durationSeconds, this.#clock.monotonic());
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
    _details?: FinishDetails,
  ): void {
    this.#inFlight -= 1;
    const endedMs = this.#clock.monotonic();
    this.#count(method, route ?? UNMATCHED_ROUTE, statusCode, (endedMs - beganMs) / 1_000, endedMs);
  }

  /** A reading of the monotonic clock, in ms. */
  monotonic(): number {
    return this.#clock.monotonic();
  }

  /** The trace that is active now, if exemplars are asked for. */
  activeTraceId(): string | undefined {
    return undefined;
  }

  /** The trace that request headers tell of, if exemplars are asked for. */
  traceIdOf(_headers: HeadersLike | undefined): string | undefined {
    return undefined;
  }

  /** Adds a server to the count of open connections: `read` is asked at each scrape; one that rejects counts as none. */
  addConnections(read: () => Promise<number>): void {
    this.#connections.push(read);
  }

  /** Reports a fault inside the instrumentation; it is counted and logged, the service goes on. */
  fault(what: string, error: unknown): void {
    this.#reject("fault");
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

  /** Requests being handled now. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Everything on the registry, in the text format of its {@link contentType}. */
  metrics(): Promise<string> {
    return this.registry.metrics();
  }

  /** The media type of {@link metrics}. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** The counts behind the SLIs, to be given to {@link restore} after a restart. */
  save(): string {
    return saveState(this.#elapsed, this.#trackers);
  }

  /**
   * Goes on from a saved state, with the time since as a gap in which nobody watched. Call it before traffic comes.
   *
   * @returns ids of the SLOs that were restored; one whose meaning has changed since starts afresh
   * @throws {@link ConfigurationError} if `state` is not a saved state; nothing is changed then
   */
  restore(state: string): readonly string[] {
    return restoreState(state, this.#elapsed, this.#trackers);
  }

  /** Takes the metrics off the registry and lets go of the probe. */
  close(): void {
    // Another collector may have taken over the registry since.
    if (this.#closed) return;
    this.#closed = true;
    this.#saturation.close();
    for (const name of this.#names) this.registry.removeSingleMetric(name);
  }

  #count(method: string, route: string, statusCode: number, seconds: number, monotonicMs: number): void {
    // Both clocks are compared once a second at most: that is how sleeps are noticed, and it costs the hot path nothing.
    if (monotonicMs >= this.#nextSyncMs) {
      this.#elapsed.now();
      this.#nextSyncMs = monotonicMs + 1_000;
    }
    this.#table.count(this.#table.find(method, route, statusCode), seconds, this.#elapsed.at(monotonicMs));
  }

  #countsAsError(statusCode: number, rule: ((statusCode: number) => boolean) | undefined): boolean {
    try {
      if (rule !== undefined) return trueOrFalse(rule(statusCode));
    } catch (error) {
      this.fault("the rule countsAsError could not tell; the status is judged without it", error);
    }
    return statusCode >= 500;
  }

  #reject(reason: string): void {
    this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1);
  }

  #publish(): readonly string[] {
    const metrics = signalMetrics({
      table: this.#table,
      saturation: this.#saturation,
      inFlight: () => this.#inFlight,
      connections: this.#connections,
      rejected: this.#rejected,
    });
    const taken = metrics.find(({ name }) => this.registry.getSingleMetric(name) !== undefined);
    if (taken !== undefined) {
      throw invalid("registry", `already has a metric named ${taken.name}; give each collector a registry of its own`);
    }
    for (const metric of metrics) register(this.registry, metric);
    return metrics.map(({ name }) => name);
  }
}

function bucketBounds(buckets: readonly number[], slos: readonly Slo[]): readonly number[] {
  if (buckets.length > 100) throw invalid("buckets", `${String(buckets.length)} are too many; at most 100`);
  buckets.forEach((bound, index) => {
    const above = buckets[index - 1] ?? 0;
    if (!Number.isFinite(bound) || bound <= above) {
      throw invalid(["buckets", index], `${show(bound)} is not above ${show(above)}; write ascending seconds`);
    }
  });
  const thresholds = slos.flatMap((slo) => (slo.kind === "latency" ? [slo.thresholdMs / 1_000] : []));
  return [...new Set([...buckets, ...thresholds])].sort((a, b) => a - b);
}

/** A rule without a `return`, or an async one, would make everything healthy or everything failed. */
function trueOrFalse(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value instanceof Promise) value.catch(() => undefined);
  throw invalid("countsAsError", `${show(value)} is neither true nor false`);
}

function positiveInteger(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw invalid(name, `${show(value)} is not a positive whole number`);
}
