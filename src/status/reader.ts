/** Tells how services stand, whoever counts for them. */
import type { BudgetSubject } from "../budget/status.ts";
import { type SloTier, tiersFor } from "../budget/slo-tiers.ts";
import { nominalMs } from "../budget/tiers.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { MILLISECONDS, parseDuration } from "../core/duration.ts";
import { withDeadline } from "../core/deadline.ts";
import { invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { readWindow, type Window } from "../core/window.ts";
import { harmless, type Logger, silentLogger } from "../ports/logger.ts";
import type { SliAnswer, SliSource } from "../ports/sli-source.ts";
import type { SloDocument } from "../slo/document.ts";
import type { Slo } from "../slo/model.ts";

import { askAll } from "../budget/ask.ts";
import { askAbout, type AskedSlo, statusOf } from "./asked.ts";
import { checkComposites, judgeComposite } from "./composite.ts";
import { checkExclusions, exclusionsOf, type ExclusionsBy } from "./exclusions.ts";
import type { CompositeMember, CompositeSlo, ServiceStatus, SloStatus, StatusQuestion, StatusTeller } from "./model.ts";
import { serviceStatus } from "./service.ts";

/** What an {@link SloStatusReader} is made of. */
export interface SloStatusReaderOptions {
  /** The SLOs, as `parseSloDocument` gives them, or a list of them. */
  readonly slos: SloDocument | readonly Slo[];
  /** Who counts. */
  readonly source: SliSource<Slo>;
  /** SLOs made of these, as `parseStatusDocument` gives them. */
  readonly composites?: readonly CompositeSlo[];
  /** Time that does not count. */
  readonly exclusions?: ExclusionsBy;
  /** Look-backs to tell burn rates of beside those of the alerts, in milliseconds: a policy may read them. */
  readonly lookBacksMs?: (slo: Slo) => readonly number[];
  /** A budget with less than this share left is a warning; 0.25 unless told, from 0 to 1. */
  readonly warnBelowRatio?: number;
  /** Fewer failures than this in an alert's long look-back are none, unless the SLO says otherwise; 5 unless told. */
  readonly minimumFailures?: number;
  /** What the 95th percentile of the summary is of: a duration; `1h` unless told. */
  readonly latencyWindow?: string;
  /** How long the source may take, in milliseconds; 30 s unless told. */
  readonly timeoutMs?: number;
  /** Told of what a source fails with. */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

interface Looking {
  readonly at: number;
  readonly window: Window | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Tells how services and their SLOs stand, with a verdict and its reasons, from whatever counts: a `PrometheusSource`, a
 * process' own source, or one of your own. All SLOs are asked for together. A source that fails, hangs or answers nonsense makes
 * the verdict `unknown`, with the reason.
 *
 * @throws {@link ConfigurationError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { parseSloDocument, SloStatusReader } from "nines";
 *
 * const slos = parseSloDocument({ service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } } });
 * const source = {
 *   measure: async (_slo: unknown, ranges: readonly object[]) => ranges.map(() => ({ good: 99_950, total: 100_000, coverage: 1 })),
 * };
 * const { verdict, summary } = await new SloStatusReader({ slos, source }).getSloStatus("shop");
 * if (verdict !== "healthy" || summary.remainingRatio !== 0.5) throw new Error(summary.text);
 * ```
 */
export class SloStatusReader implements StatusTeller {
  /** Names of the services, in the order of the SLOs. */
  readonly services: readonly string[];
  readonly #slos: readonly Slo[];
  readonly #composites: readonly CompositeSlo[];
  readonly #source: SliSource<Slo>;
  readonly #exclusions: ExclusionsBy;
  readonly #lookBacksMs: (slo: Slo) => readonly number[];
  readonly #warnBelowRatio: number;
  readonly #minimumFailures: number;
  readonly #latencyWindowMs: number;
  readonly #timeoutMs: number;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #tiers = new Map<Slo, readonly SloTier[]>();

  constructor(options: SloStatusReaderOptions) {
    checkOptions(options, "SloStatusReader", OPTIONS);
    checkMethods(options.source, "source", ["measure"]);
    checkMethods(options.logger, "logger", ["warn", "error"]);
    if ((options.source as unknown) === undefined) throw invalid("source", "is missing; give what counts the events");
    this.#slos = readSlos(options.slos);
    this.services = [...new Set(this.#slos.map(({ service }) => service))];
    this.#composites = checkComposites(options.composites ?? [], this.#slos);
    const { exclusions = [] } = options;
    this.#exclusions = typeof exclusions === "function" ? exclusions : checkExclusions(exclusions, this.#slos);
    this.#source = options.source;
    this.#lookBacksMs = options.lookBacksMs ?? (() => []);
    this.#warnBelowRatio = amount("warnBelowRatio", options.warnBelowRatio ?? 0.25, 1);
    this.#minimumFailures = amount("minimumFailures", options.minimumFailures ?? 5, 1e9);
    this.#latencyWindowMs = parseDuration(options.latencyWindow ?? "1h", "latencyWindow");
    this.#timeoutMs = amount("timeoutMs", options.timeoutMs ?? 30_000, MILLISECONDS.d);
    this.#logger = harmless(options.logger ?? silentLogger);
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * How one service stands: each of its SLOs, the composites that bear its name, and a summary.
   *
   * @throws {@link ConfigurationError} if there is no such service, or the window or the instant is none
   */
  async getSloStatus(service: string, question: StatusQuestion = {}): Promise<ServiceStatus> {
    if (!this.services.includes(service) && !this.#composites.some((one) => one.service === service)) {
      throw invalid("service", `${show(service)} is no service here${choices(service, this.services)}`);
    }
    const [status] = await this.#look([service], this.#looking(question));
    return status as ServiceStatus;
  }

  /** How all services stand, from one round of questions. */
  async getSloStatuses(question: StatusQuestion = {}): Promise<readonly ServiceStatus[]> {
    const all = new Set([...this.services, ...this.#composites.map(({ service }) => service)]);
    return this.#look([...all], this.#looking(question));
  }

  #looking(question: StatusQuestion): Looking {
    checkOptions(question, "a question about statuses", ["window", "at", "signal"]);
    const { at = this.#clock.now(), window, signal } = question;
    if (!(Math.abs(at) <= 8e15)) throw invalid("at", `${show(at)} is not a time in epoch milliseconds`);
    return { at, window: window === undefined ? undefined : readWindow(window), signal };
  }

  async #look(services: readonly string[], looking: Looking): Promise<readonly ServiceStatus[]> {
    const { at } = looking;
    const own = this.#slos.filter(({ service }) => services.includes(service)).map((slo) => this.#ask(slo, looking));
    const composites = this.#composites.filter(({ service }) => services.includes(service));
    const members = composites.flatMap((composite) => this.#askMembers(composite, looking));
    const asked = [...own, ...members.map((one) => one.asked)];
    const [answers, latencies] = await Promise.all([
      askAll(
        asked.map(({ question }) => question),
        { source: this.#source, clock: this.#clock, timeoutMs: this.#timeoutMs, ...signalOf(looking) },
      ),
      this.#latencies(services, looking),
    ]);
    this.#tellFailures(answers);
    const statusAt = (one: AskedSlo, index: number): SloStatus =>
      statusOf(one, answers[index], {
        at,
        minimumFailures: this.#minimumFailuresOf(one.slo),
        warnBelowRatio: this.#warnBelowRatio,
      });
    const statuses = own.map(statusAt);
    const measured = members.map(({ composite, member, asked: one }, index) => {
      const place = own.length + index;
      return { composite, member, counted: one.measured(answers[place]), status: statusAt(one, place) };
    });
    const composed = composites.map((composite) =>
      judgeComposite(
        composite,
        measured.filter((one) => one.composite === composite),
        {
          at,
          window: looking.window ?? composite.window,
          tiers: this.#compositeTiers(composite),
          minimumFailures: this.#minimumFailures,
          warnBelowRatio: this.#warnBelowRatio,
        },
      ),
    );
    return services.map((service, index) =>
      serviceStatus(service, {
        at,
        slos: statuses.filter(({ slo }) => slo.service === service),
        composites: composed.filter(({ composite }) => composite.service === service),
        latency: { p95LatencyMs: latencies[index], latencyWindowMs: this.#latencyWindowMs },
      }),
    );
  }

  #ask(slo: Slo, { at, window }: Looking, subject: BudgetSubject = slo, tiers = this.#tiersOf(slo)): AskedSlo {
    const judged: BudgetSubject = window === undefined ? subject : { ...subject, window };
    const exclusions = exclusionsOf(this.#exclusions, slo);
    return askAbout(slo, { subject: judged, tiers, lookBacksMs: this.#lookBacksMs(slo), exclusions, at });
  }

  #askMembers(composite: CompositeSlo, looking: Looking): readonly AskedMember[] {
    return composite.members.map((member) => {
      const slo = this.#slos.find(({ id }) => id === member.slo) as Slo;
      // A member of `all` is judged by its own promise, others over the composite's window.
      const asked =
        composite.of === "all"
          ? this.#ask(slo, looking)
          : this.#ask(slo, looking, { ...slo, window: composite.window }, this.#compositeTiers(composite));
      return { composite, member, asked };
    });
  }

  #minimumFailuresOf(slo: Slo): number {
    if (this.#source.traits?.(slo).unit === "time") return 0;
    return slo.alerting?.minimumFailures ?? this.#minimumFailures;
  }

  #tiersOf(slo: Slo): readonly SloTier[] {
    let tiers = this.#tiers.get(slo);
    if (tiers === undefined) {
      const { objective, alerting = {} } = slo;
      tiers = tiersFor({ windowMs: nominalMs(slo.window), objective, alerting, leastMs: this.#leastMs(slo) }).tiers;
      this.#tiers.set(slo, tiers);
    }
    return tiers;
  }

  #compositeTiers({ objective, window, members }: CompositeSlo): readonly SloTier[] {
    if (objective === undefined) return [];
    const slos = this.#slos.filter(({ id }) => members.some(({ slo }) => slo === id));
    const leastMs = Math.max(...slos.map((slo) => this.#leastMs(slo)));
    return tiersFor({ windowMs: nominalMs(window), objective, alerting: {}, leastMs }).tiers;
  }

  #leastMs(slo: Slo): number {
    return Math.max(1, this.#source.traits?.(slo).resolutionMs ?? 1);
  }

  /** The percentiles are an ornament of the summaries: what they lack must not take the verdicts along. */
  async #latencies(services: readonly string[], looking: Looking): Promise<readonly (number | undefined)[]> {
    const { at, signal } = looking;
    const subjects = services.map((service) => {
      const ofService = this.#slos.filter((slo) => slo.service === service);
      return ofService.find(({ kind }) => kind === "latency") ?? ofService.find((one) => one.expression === undefined);
    });
    const asked = subjects.filter((slo) => slo !== undefined);
    if (this.#source.latenciesMs === undefined || asked.length === 0) return [];
    const question = { quantile: 0.95, range: { start: at - this.#latencyWindowMs, end: at } };
    const limits = { clock: this.#clock, timeoutMs: this.#timeoutMs, operation: "to tell latencies", signal };
    try {
      const told = await withDeadline(
        async (aborting) => this.#source.latenciesMs?.(asked, question, { signal: aborting }) ?? [],
        limits,
      );
      const bySlo = new Map(asked.map((slo, index) => [slo, told[index]]));
      return subjects.map((slo) => {
        const p95 = slo === undefined ? undefined : bySlo.get(slo);
        return p95 !== undefined && Number.isFinite(p95) ? p95 : undefined;
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      this.#logger.warn("latencies could not be told", { error });
      return [];
    }
  }

  #tellFailures(answers: readonly SliAnswer[]): void {
    const errors = new Set(answers.flatMap((answer) => ("error" in answer ? [answer.error] : [])));
    for (const error of errors) this.#logger.warn("SLOs could not be measured", { error });
  }
}

interface AskedMember {
  readonly composite: CompositeSlo;
  readonly member: CompositeMember;
  readonly asked: AskedSlo;
}

const OPTIONS: readonly (keyof SloStatusReaderOptions)[] = [
  "slos",
  "source",
  "composites",
  "exclusions",
  "lookBacksMs",
  "warnBelowRatio",
  "minimumFailures",
  "latencyWindow",
  "timeoutMs",
  "logger",
  "clock",
];

function readSlos(given: unknown): readonly Slo[] {
  const list: unknown = Array.isArray(given) ? given : (given as { slos?: unknown } | undefined)?.slos;
  if (Array.isArray(list) && list.length > 0) return list as readonly Slo[];
  throw invalid("slos", `${show(given)} has no SLOs; hand in what parseSloDocument gives, or a list of them`);
}

function amount(name: string, value: number, most: number): number {
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw invalid(name, `${show(value)} is out of range; write a number from 0 to ${String(most)}`);
}

function signalOf({ signal }: Looking): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
