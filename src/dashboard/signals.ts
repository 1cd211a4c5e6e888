/** The golden signals of a service as its SLOs and this process tell them, and how they were since the dashboard began. */
import type { SaturationReading } from "../signals/saturation.ts";
import type { Slo } from "../slo/model.ts";
import type { SloStatus } from "../status/model.ts";

import type { DashboardLatency, DashboardSignals } from "./model.ts";
import type { DashboardSignalsSource } from "./sources.ts";
import { figure, known } from "./texts.ts";
import { atOnce } from "../core/thenable.ts";

/** Percentiles of one SLO's requests, in milliseconds. */
export interface Percentiles {
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** Which quantiles are asked for, by the names of {@link Percentiles}. */
export const QUANTILES: Readonly<Record<keyof Percentiles, number>> = { p50Ms: 0.5, p95Ms: 0.95, p99Ms: 0.99 };

const MS_DIGITS = 5;
const SHARE_DIGITS = 4;
/** Traffic and errors are of at least this long: single requests are no traffic. */
const SHORTEST_MS = 60_000;

/** The SLO that tells of a service's requests: all of them rather than some, and availability rather than others. */
export function tellingSlo(slos: readonly Slo[]): Slo | undefined {
  const [first] = [...slos].sort((one, other) => rank(one) - rank(other) || (one.id < other.id ? -1 : 1));
  return first;
}

function rank({ kind, selector, expression }: Slo): number {
  const ofKind = { availability: 0, error_rate: 1, latency: 2, throughput: 3 }[kind];
  return ofKind + (selector === undefined ? 0 : 10) + (expression === undefined ? 0 : 5);
}

/** What the statuses of its SLOs say of a service's traffic. Undefined where nobody knows any of it. */
export function signalsOf(
  statuses: readonly SloStatus[],
  {
    percentiles,
    saturation,
    past,
  }: {
    readonly percentiles: Percentiles | undefined;
    /** Of this process, if it is this service. */
    readonly saturation: SaturationReading;
    readonly past: DashboardSignals["past"];
  },
): DashboardSignals | undefined {
  const telling = tellingSlo(statuses.map(({ slo }) => slo));
  const status = statuses.find(({ slo }) => slo === telling);
  if (status === undefined) return undefined;
  const counted = traffic(status);
  if (counted === undefined && percentiles === undefined && Object.keys(saturation).length === 0) return undefined;
  return known({
    windowMs: counted?.windowMs ?? SHORTEST_MS,
    requestsPerSecond: figure(counted?.requestsPerSecond, MS_DIGITS),
    errorRatio: figure(counted?.errorRatio, MS_DIGITS),
    ...latenciesOf(percentiles),
    saturation,
    past: past === undefined || past.length < 2 ? undefined : past,
  });
}

interface Traffic {
  readonly windowMs: number;
  readonly requestsPerSecond: number | undefined;
  readonly errorRatio: number | undefined;
}

function traffic({ slo, budget }: SloStatus): Traffic | undefined {
  // Slices of time are no requests.
  if (slo.kind === "throughput" || slo.slices !== undefined) return undefined;
  const seen = budget.burnRates.filter(({ coverage }) => coverage > 0);
  const latest = seen.find(({ windowMs }) => windowMs >= SHORTEST_MS) ?? seen.at(-1);
  if (latest === undefined) return undefined;
  const { windowMs, total, bad, coverage } = latest;
  return {
    windowMs,
    requestsPerSecond: total / ((windowMs / 1_000) * coverage),
    errorRatio: slo.kind === "latency" || total === 0 ? undefined : bad / total,
  };
}

/** The percentiles that are known. */
export function latenciesOf(percentiles: Percentiles | undefined): Pick<DashboardLatency, keyof Percentiles> {
  const { p50Ms, p95Ms, p99Ms } = percentiles ?? {};
  return known({
    p50Ms: figure(p50Ms, MS_DIGITS),
    p95Ms: figure(p95Ms, MS_DIGITS),
    p99Ms: figure(p99Ms, MS_DIGITS),
  });
}

/** How full this process is. */
export function saturationOf(signals: DashboardSignalsSource | undefined): SaturationReading {
  if (signals === undefined) return {};
  const reading: unknown = atOnce(signals.saturation());
  if (typeof reading !== "object" || reading === null) throw new TypeError("it is no mapping from resources to shares");
  const shares = Object.entries(reading)
    .filter((share): share is [string, number] => typeof share[1] === "number")
    .slice(0, 20);
  return Object.fromEntries(shares.map(([resource, share]) => [resource, figure(share, SHARE_DIGITS) ?? 0]));
}
