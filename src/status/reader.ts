/** Tells how services stand, whoever counts for them. */
import { USUAL_MINIMUM_FAILURES } from "../budget/alerting.ts";
import { askAll } from "../budget/ask.ts";
import type { Exclusion, Exclusions } from "../budget/exclusions.ts";
import type { SloTier } from "../budget/slo-tiers.ts";
import { type Clock, systemClock } from "../core/time/clock.ts";
import { MILLISECONDS, parseDuration } from "../core/time/duration.ts";
import { checkTime } from "../core/time/epoch.ts";
import { invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { readWindow, type Window } from "../core/time/window.ts";
import { checkLogger, harmless, type Logger, silentLogger } from "../ports/logger.ts";
import type { SliAnswer, SliSource } from "../ports/sli-source.ts";
import type { SloDocument } from "../slo/document.ts";
import { soundSlos } from "../slo/sound.ts";
import type { Slo } from "../slo/model.ts";

import { askAbout, type AskedSlo, statusOf } from "./asked.ts";
import { checkComposites, judgeComposite } from "./composite.ts";
import { exclusionsBySlo, type ExclusionsBy } from "./exclusions.ts";
import { Measures } from "./measures.ts";
import type { CompositeMember, CompositeSlo, ServiceStatus, SloStatus, StatusQuestion, StatusTeller } from "./model.ts";
import { type PercentileOptions, p95Of } from "./percentiles.ts";
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
  readonly lookBacksMs: NonNullable<StatusQuestion["lookBacksMs"]>;
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
  /** Names of all services that it tells of: those of the SLOs in their order, and those that only have composites. */
  readonly services: readonly string[];
  /** Who counts. */
  readonly source: SliSource<Slo>;
  readonly #slos: readonly Slo[];
  readonly #byId: ReadonlyMap<string, Slo>;
  readonly #composites: readonly CompositeSlo[];
  readonly #exclusions: (slo: Slo) => Exclusions;
  readonly #warnBelowRatio: number;
  readonly #measures: Measures;
  readonly #percentiles: PercentileOptions;
  readonly #timeoutMs: number;
  readonly #logger: Logger;
  readonly #clock: Clock;

  constructor(options: SloStatusReaderOptions) {
    checkOptions(options, "SloStatusReader", OPTIONS);
    checkMethods(options.source, "source", ["measure"]);
    checkLogger(options.logger);
    if ((options.source as unknown) === undefined) throw invalid("source", "is missing; give what counts the events");
    this.#slos = readSlos(options.slos);
    this.#byId = new Map(this.#slos.map((slo) => [slo.id, slo]));
    this.#composites = checkComposites(options.composites ?? [], this.#slos);
    this.services = servicesOf(this.#slos, this.#composites);
    this.#exclusions = exclusionsBySlo(options.exclusions ?? [], this.#slos);
    this.source = options.source;
    this.#warnBelowRatio = amount("warnBelowRatio", options.warnBelowRatio ?? 0.25, 1);
    this.#measures = new Measures(
      this.source,
      amount("minimumFailures", options.minimumFailures ?? USUAL_MINIMUM_FAILURES, 1e9),
    );
    this.#timeoutMs = amount("timeoutMs", options.timeoutMs ?? 30_000, MILLISECONDS.d);
    this.#logger = harmless(options.logger ?? silentLogger);
    this.#clock = options.clock ?? systemClock;
    this.#percentiles = {
      source: this.source,
      windowMs: parseDuration(options.latencyWindow ?? "1h", "latencyWindow"),
      timeoutMs: this.#timeoutMs,
      clock: this.#clock,
      logger: this.#logger,
    };
  }

  /**
   * How one service stands: each of its SLOs, the composites that bear its name, and a summary.
   *
   * @throws {@link ConfigurationError} if there is no such service, or the window or the instant is none
   */
  async getSloStatus(service: string, question: StatusQuestion = {}): Promise<ServiceStatus> {
    if (!this.services.includes(service)) {
      throw invalid("service", `${show(service)} is no service here${choices(service, this.services)}`);
    }
    const [status] = await this.#look([service], this.#looking(question));
    return status as ServiceStatus;
  }

  /** How all services stand, from one round of questions. */
  async getSloStatuses(question: StatusQuestion = {}): Promise<readonly ServiceStatus[]> {
    return this.#look(this.services, this.#looking(question));
  }

  /** Time that is taken out of the budget of `slo`. */
  exclusionsOf(slo: Slo): readonly Exclusion[] {
    return this.#exclusions(slo).all;
  }

  #looking(question: StatusQuestion): Looking {
    checkOptions(question, "a question about statuses", ["window", "at", "lookBacksMs", "signal"]);
    const { at = this.#clock.now(), window, lookBacksMs = () => [], signal } = question;
    checkTime(at, "at", () => this.#clock.now());
    if (!(Math.abs(at) <= 8e15)) throw invalid("at", `${show(at)} is not a time in epoch milliseconds`);
    return { at, window: window === undefined ? undefined : readWindow(window), lookBacksMs, signal };
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
        { source: this.source, clock: this.#clock, timeoutMs: this.#timeoutMs, keepAlive: true, ...signalOf(looking) },
      ),
      p95Of(services, this.#slos, looking, this.#percentiles),
    ]);
    this.#tellFailures(answers);
    const statusAt = (one: AskedSlo, index: number): SloStatus =>
      statusOf(one, answers[index], {
        at,
        minimumFailures: this.#measures.minimumFailuresOf([one.slo]),
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
          tiers: this.#measures.tiersOfComposite(composite, this.#membersOf(composite)),
          minimumFailures: this.#measures.minimumFailuresOf(this.#membersOf(composite)),
          warnBelowRatio: this.#warnBelowRatio,
        },
      ),
    );
    return services.map((service, index) =>
      serviceStatus(service, {
        at,
        slos: statuses.filter(({ slo }) => slo.service === service),
        composites: composed.filter(({ composite }) => composite.service === service),
        latency: { p95LatencyMs: latencies[index], latencyWindowMs: this.#percentiles.windowMs },
      }),
    );
  }

  #ask(slo: Slo, looking: Looking): AskedSlo {
    return this.#askOver(slo, looking, {
      service: slo.service,
      window: slo.window,
      tiers: this.#measures.tiersOf(slo),
    });
  }

  /** Asks about `slo` as somebody judges it: itself, or a composite that it is a member of. */
  #askOver(
    slo: Slo,
    { at, window: asked, lookBacksMs }: Looking,
    judge: { readonly service: string; readonly window: Window; readonly tiers: readonly SloTier[] },
  ): AskedSlo {
    const { service, tiers } = judge;
    const window = asked ?? judge.window;
    return askAbout(slo, {
      subject: { ...slo, window },
      tiers,
      lookBacksMs: lookBacksMs({ service, window }),
      exclusions: this.#exclusions(slo),
      at,
    });
  }

  #askMembers(composite: CompositeSlo, looking: Looking): readonly AskedMember[] {
    const { service, window } = composite;
    const judge = { service, window, tiers: this.#measures.tiersOfComposite(composite, this.#membersOf(composite)) };
    return composite.members.map((member) => {
      const slo = this.#byId.get(member.slo) as Slo;
      // A member of `all` is judged by its own promise, others over the composite's window.
      const asked = composite.of === "all" ? this.#ask(slo, looking) : this.#askOver(slo, looking, judge);
      return { composite, member, asked };
    });
  }

  #membersOf({ members }: CompositeSlo): readonly Slo[] {
    return members.map(({ slo }) => this.#byId.get(slo) as Slo);
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
  "warnBelowRatio",
  "minimumFailures",
  "latencyWindow",
  "timeoutMs",
  "logger",
  "clock",
];

function servicesOf(slos: readonly Slo[], composites: readonly CompositeSlo[]): readonly string[] {
  return [...new Set([...slos, ...composites].map(({ service }) => service))];
}

function readSlos(given: unknown): readonly Slo[] {
  const list: unknown = Array.isArray(given) ? given : (given as { slos?: unknown } | undefined)?.slos;
  if (Array.isArray(list) && list.length > 0) return soundSlos(list, ["slos"]);
  throw invalid("slos", `${show(given)} has no SLOs; hand in what parseSloDocument gives, or a list of them`);
}

function amount(name: string, value: number, most: number): number {
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw invalid(name, `${show(value)} is out of range; write a number from 0 to ${String(most)}`);
}

function signalOf({ signal }: Looking): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
