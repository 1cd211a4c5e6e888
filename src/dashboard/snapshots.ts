/** Takes snapshots: asks everybody at once, and puts together what they say. */
import { invalid, show } from "../core/errors.ts";
import { atOnce } from "../core/thenable.ts";
import type { SaturationReading } from "../signals/saturation.ts";
import type { Slo } from "../slo/model.ts";
import type { ServiceStatus, SloStatus } from "../status/model.ts";

import { byAttention } from "./attention.ts";
import { Capacities } from "./capacity.ts";
import { failedService, serviceOf } from "./drafts.ts";
import { Forecasts } from "./forecasts.ts";
import { gatesOf } from "./gates.ts";
import { type Latencies, LatencyReader, latencySubjects } from "./latency.ts";
import { marksOf } from "./marks-of.ts";
import type { DashboardService, DashboardSlo, DashboardSnapshot, DashboardSteps } from "./model.ts";
import type { DashboardSettings } from "./options.ts";
import { type PastQuestion, Pasts } from "./past.ts";
import { saturationOf, signalsOf, tellingSlo } from "./signals.ts";
import { statusesOf } from "./statuses.ts";
import { Teller } from "./teller.ts";
import { known } from "./texts.ts";
import { logsOf, tracesOf } from "./telemetry.ts";

/** SLOs whose past is in a snapshot: those that need attention most; the past of others is asked for by itself. */
const MOST_PASTS = 60;

/** What was found out beside the statuses. */
interface Findings {
  readonly statuses: ReadonlyMap<string, ServiceStatus>;
  readonly pasts: ReadonlyMap<string, readonly DashboardSteps[]>;
  readonly forecasts: Awaited<ReturnType<Forecasts["of"]>>;
  readonly capacities: Awaited<ReturnType<Capacities["of"]>>;
  readonly gates: Awaited<ReturnType<typeof gatesOf>>;
  readonly latencies: Latencies;
  readonly saturation: SaturationReading;
  readonly at: number;
}

/** Asks the sources of a dashboard. */
export class Snapshots {
  readonly #settings: DashboardSettings;
  readonly #pasts: Pasts | undefined;
  readonly #forecasts: Forecasts | undefined;
  readonly #capacities: Capacities | undefined;
  readonly #latencies: LatencyReader;

  constructor(settings: DashboardSettings) {
    const { statuses, clock, timeoutMs, forecast, capacity, capacityDays } = settings;
    this.#settings = settings;
    this.#pasts = statuses.source === undefined ? undefined : new Pasts(statuses.source, { clock, timeoutMs });
    this.#forecasts = forecast === undefined ? undefined : new Forecasts(forecast, { clock });
    this.#capacities =
      capacity === undefined ? undefined : new Capacities(capacity, { daysAhead: capacityDays, clock });
    this.#latencies = new LatencyReader(settings);
  }

  /** All that is known of these services now. Rejects only if the signal aborts. */
  async take(names: readonly string[], signal?: AbortSignal): Promise<DashboardSnapshot> {
    const { title, clock, logger, timeoutMs, policies, statuses: teller } = this.#settings;
    const at = clock.now();
    const asking = new Teller({ clock, timeoutMs, logger, signal });
    const { statuses, failures } = await statusesOf(names, { ...this.#settings, at, teller: asking });
    const deciding = policies ?? teller.policies;
    const drafts = byAttention(
      names.map((name) => {
        const status = statuses.get(name);
        if (status === undefined) return failedService(name, failures.get(name) ?? "nothing was told of it");
        return asking.try(
          `the policy of ${name} could not decide`,
          () => serviceOf(status, deciding),
          () =>
            asking.try(
              `the status of ${name} cannot be read`,
              () => serviceOf(status, undefined),
              (reason) => failedService(name, reason),
            ),
        );
      }),
    );
    const readable = new Map(
      drafts.flatMap(({ name, failure }) => {
        const status = statuses.get(name);
        return status === undefined || failure !== undefined ? [] : [[name, status] as const];
      }),
    );
    const slos = [...readable.values()].flatMap((status) => status.slos);
    const isWhole = names.length === teller.services.length;
    const [found, marks] = await Promise.all([
      this.#findings(drafts, readable, { at, asking, isWhole }),
      marksOf(slos, { ...this.#settings, at, teller: asking }),
    ]);
    const services = drafts.map((draft) =>
      asking.try(
        `not all of ${draft.name} could be told`,
        () => this.#complete(draft, found, asking),
        () => draft,
      ),
    );
    return { title, at, services, marks, troubles: asking.troubles };
  }

  /** The past of one SLO. @throws {@link ConfigurationError} if there is no such SLO, or the source cannot tell */
  async pastOf(id: string, signal?: AbortSignal): Promise<readonly DashboardSteps[]> {
    const { statuses, clock } = this.#settings;
    // A name may have a slash in it, and another may be its beginning.
    const [service] = statuses.services
      .filter((name) => id.startsWith(`${name}/`))
      .sort((one, other) => other.length - one.length);
    const status =
      service === undefined ? undefined : await statuses.getSloStatus(service, signal === undefined ? {} : { signal });
    const found = status?.slos.find(({ slo }) => slo.id === id);
    if (found === undefined) throw invalid("id", `there is no SLO ${show(id)} here`);
    const told = await this.#pasts?.of([this.#pastQuestion(found)], clock.now(), signal);
    const [failure] = told?.failures ?? [];
    if (failure !== undefined) throw failure;
    return told?.pasts.get(id) ?? [];
  }

  /** Stops remembering. */
  close(): void {
    this.#latencies.close();
  }

  async #findings(
    drafts: readonly DashboardService[],
    statuses: ReadonlyMap<string, ServiceStatus>,
    { at, asking, isWhole }: { readonly at: number; readonly asking: Teller; readonly isWhole: boolean },
  ): Promise<Findings> {
    const ordered = inOrder(drafts, statuses);
    const names = drafts.map(({ name }) => name);
    const saturation = asking.try(
      "how full this process is could not be told",
      () => saturationOf(this.#settings.statuses.signals),
      () => ({}),
    );
    const [pasts, forecasts, capacities, gates, latencies] = await Promise.all([
      asking.ask(
        "the past of the SLOs could not be told",
        async (signal) => this.#pastsOf(ordered, { at, signal, asking }),
        (): Findings["pasts"] => new Map(),
      ),
      this.#forecasts?.of(ordered, asking) ?? new Map(),
      this.#capacities?.of(names, asking) ?? new Map(),
      gatesOf(names, { gate: this.#settings.gate, teller: asking }),
      asking.ask(
        "latencies could not be told",
        async (signal) =>
          this.#latencies.read(latencySubjects(ordered.map(({ slo }) => slo)), at, { signal, saturation, isWhole }),
        () => this.#latencies.nothing(),
      ),
    ]);
    return { statuses, pasts, forecasts, capacities, gates, latencies, saturation, at };
  }

  async #pastsOf(
    ordered: readonly SloStatus[],
    { at, signal, asking }: { readonly at: number; readonly signal: AbortSignal; readonly asking: Teller },
  ): Promise<ReadonlyMap<string, readonly DashboardSteps[]>> {
    const questions = ordered.slice(0, MOST_PASTS).map((status) => this.#pastQuestion(status));
    const told = await this.#pasts?.of(questions, at, signal);
    const [failure] = told?.failures ?? [];
    if (failure !== undefined) asking.note("the past of some SLOs could not be told", failure);
    return told?.pasts ?? new Map<string, readonly DashboardSteps[]>();
  }

  #pastQuestion({ slo, budget }: SloStatus): PastQuestion {
    return { slo, range: budget.range, exclusions: atOnce(this.#settings.statuses.exclusionsOf?.(slo)) ?? [] };
  }

  #complete(draft: DashboardService, found: Findings, asking: Teller): DashboardService {
    const status = found.statuses.get(draft.name);
    if (status === undefined) return draft;
    const { signals } = this.#settings.statuses;
    const slos = new Map(status.slos.map(({ slo }) => [slo.id, slo]));
    const telling = tellingSlo([...slos.values()]);
    const isOwn = signals !== undefined && [...slos.keys()].some((id) => atOnce(signals.source.has(id)));
    return known({
      ...draft,
      slos: draft.slos.map((slo) => this.#completeSlo(slo, slos.get(slo.id) as Slo, { ...found, asking })),
      signals: signalsOf(status.slos, {
        percentiles: telling === undefined ? undefined : found.latencies.now(telling.id),
        saturation: isOwn ? found.saturation : {},
        past: isOwn ? found.latencies.saturation() : undefined,
      }),
      gate: found.gates.get(draft.name),
      capacity: found.capacities.get(draft.name),
      logsUrl: logsOf(this.#settings.links, { service: draft.name, at: found.at }),
    });
  }

  #completeSlo(
    draft: DashboardSlo,
    slo: Slo,
    { pasts, forecasts, latencies, asking }: Findings & { readonly asking: Teller },
  ): DashboardSlo {
    return known({
      ...draft,
      past: pasts.get(draft.id),
      forecast: forecasts.get(draft.id),
      latency: latencies.of(slo),
      traces: asking.try(
        "requests that failed could not be told",
        () => tracesOf(this.#settings, slo.id),
        () => undefined,
      ),
    });
  }
}

/** Statuses in the order of attention. */
function inOrder(
  drafts: readonly DashboardService[],
  statuses: ReadonlyMap<string, ServiceStatus>,
): readonly SloStatus[] {
  return drafts.flatMap(({ name, slos }) => {
    const known = new Map(statuses.get(name)?.slos.map((status) => [status.slo.id, status]));
    return slos.flatMap(({ id }) => known.get(id) ?? []);
  });
}
