/** Percentiles of latencies, and how they and the saturation of this process were: remembered, since nobody else does. */
import { soundLatencies } from "../budget/ask.ts";
import type { SaturationReading } from "../signals/saturation.ts";
import type { Slo } from "../slo/model.ts";

import type { DashboardLatency, DashboardSignals } from "./model.ts";
import type { DashboardStatuses } from "./sources.ts";
import { latenciesOf, type Percentiles, QUANTILES, saturationOf, tellingSlo } from "./signals.ts";
import { figure } from "./texts.ts";
import { Trail } from "./trail.ts";

/** What percentiles are of. */
const WINDOW_MS = 5 * 60_000;
const MOST_READINGS = 240;
const EVERY_MS = 1_000;
const DIGITS = 5;

const MOST_SUBJECTS = 60;

/** SLOs whose percentiles are asked for: those about latency, and the one of each service that tells of its requests. */
export function latencySubjects(slos: readonly Slo[]): readonly Slo[] {
  const services = new Map<string, Slo[]>();
  for (const slo of slos) {
    const own = services.get(slo.service);
    if (own === undefined) services.set(slo.service, [slo]);
    else own.push(slo);
  }
  const telling = [...services.values()].flatMap((own) => tellingSlo(own) ?? []);
  return [...new Set([...slos.filter(({ kind }) => kind === "latency"), ...telling])].slice(0, MOST_SUBJECTS);
}

/** What is known of latencies at one moment. */
export interface Latencies {
  /** Percentiles of the requests of that SLO; undefined where they are not known. */
  now(id: string): Percentiles | undefined;
  /** What is shown of the latency of an SLO that is about it. */
  of(slo: Slo): DashboardLatency | undefined;
  /** How full this process was. */
  saturation(): NonNullable<DashboardSignals["past"]>;
}

interface Reading {
  readonly p95Ms: ReadonlyMap<string, number>;
  readonly saturation: SaturationReading;
}

/** Asks for percentiles, and remembers them. */
export class LatencyReader {
  readonly #statuses: DashboardStatuses;
  readonly #trail = new Trail<Reading>(MOST_READINGS, EVERY_MS);
  readonly #stop: () => void;

  /** Whoever looks at everything by itself, as a `Reliability` does, is read whenever it has looked: nobody has to watch the page. */
  constructor({ statuses }: { readonly statuses: DashboardStatuses }) {
    this.#statuses = statuses;
    const { signals, slos = { slos: [] } } = statuses;
    const own = slos.slos.filter(({ id }) => signals?.source.has(id));
    const subjects = latencySubjects(own);
    const look = ({ at }: { readonly at: number }): void => {
      if (subjects.length === 0) return;
      const asked = async (): Promise<unknown> =>
        this.read(subjects, at, { signal: new AbortController().signal, saturation: saturationOf(signals) });
      // What fails here fails when somebody looks as well, and is told then.
      asked().catch(() => undefined);
    };
    this.#stop = statuses.on?.("evaluated", look) ?? (() => undefined);
  }

  /** Stops being told. */
  close(): void {
    this.#stop();
  }

  /**
   * The percentiles of each of `slos` over the last five minutes; remembered beside how full this process is, if they are all that there
   * are. Rejects as the source does.
   */
  async read(
    slos: readonly Slo[],
    at: number,
    {
      signal,
      saturation,
      isWhole = true,
    }: { readonly signal: AbortSignal; readonly saturation: SaturationReading; readonly isWhole?: boolean },
  ): Promise<Latencies> {
    const { source } = this.#statuses;
    const range = { start: at - WINDOW_MS, end: at };
    const names = Object.keys(QUANTILES) as (keyof Percentiles)[];
    const told = await Promise.all(
      names.map(async (name) => {
        if (slos.length === 0) return [];
        return soundLatencies(
          await source?.latenciesMs?.(slos, { quantile: QUANTILES[name], range }, { signal }),
          slos.length,
        );
      }),
    );
    const known = new Map(
      slos.flatMap((slo, index) => {
        const [p50Ms, p95Ms, p99Ms] = told.map((answers) => answers[index]);
        return p50Ms === undefined && p95Ms === undefined && p99Ms === undefined
          ? []
          : [[slo.id, { p50Ms, p95Ms, p99Ms }] as const];
      }),
    );
    const p95Ms = new Map(
      [...known].flatMap(([id, one]) => (one.p95Ms === undefined ? [] : [[id, one.p95Ms] as const])),
    );
    if (isWhole && (p95Ms.size > 0 || Object.keys(saturation).length > 0)) this.#trail.add(at, { p95Ms, saturation });
    return this.#latencies(known);
  }

  /** What is there without asking. */
  nothing(): Latencies {
    return this.#latencies(new Map());
  }

  #latencies(known: ReadonlyMap<string, Percentiles>): Latencies {
    const readings = this.#trail.all();
    return {
      now: (id) => known.get(id),
      of: (slo) => {
        if (slo.kind !== "latency") return undefined;
        const past = readings.map(({ at, reading }) => ({
          at,
          p95Ms: figure(reading.p95Ms.get(slo.id), DIGITS) ?? null,
        }));
        return {
          thresholdMs: slo.thresholdMs,
          windowMs: WINDOW_MS,
          ...latenciesOf(known.get(slo.id)),
          ...(past.filter(({ p95Ms }) => p95Ms !== null).length < 2 ? {} : { past }),
        };
      },
      saturation: () => readings.map(({ at, reading }) => ({ at, saturation: reading.saturation })),
    };
  }
}
