/** The room's face: samples of services in, trends, forecasts and advice out. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { invalid, show } from "../core/errors.ts";
import { choices, nearest } from "../core/nearest.ts";
import { checkOptions } from "../core/options.ts";
import { growthTrend, type GrowthTrend } from "./growth.ts";
import { checkConfidence } from "./math/line.ts";
import { type CapacityNeeds, metricNeed } from "./scaling/needs.ts";
import { checkServicePlan, limitOf, metricPlanOf, servedMetric, type ServicePlan } from "./scaling/plans.ts";
import { recommendation, type ScalingRecommendation } from "./scaling/recommendation.ts";
import { SampleBook } from "./series/book.ts";
import type { SeriesRemark } from "./series/clean.ts";
import type { CapacitySample, SampleOf } from "./series/samples.ts";

/** What a {@link CapacityPlanner} is made with. */
export interface CapacityPlannerOptions {
  /** What is known of each service, by name: limits, floors and caps, what a replica carries. */
  readonly services?: Readonly<Record<string, ServicePlan>> | undefined;
  /** Of the intervals; 0.95 unless told. */
  readonly confidence?: number | undefined;
  /** Values kept of each metric, the latest; 100,000 unless told. */
  readonly mostSamples?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** How a service has grown. */
export interface ServiceGrowth {
  readonly service: string;
  /** One for each metric that there are samples of, by name. */
  readonly metrics: Readonly<Record<string, GrowthTrend>>;
}

/** What a forecast is asked for. */
export interface CapacityQuestion {
  /** How many days to look ahead. */
  readonly daysAhead: number;
  /** Of the intervals; the planner's without it. */
  readonly confidence?: number | undefined;
}

/** What advice is asked for. */
export interface ScalingQuestion {
  /** Days that what is added has to last; 30 unless told. */
  readonly headroomDays?: number | undefined;
  readonly confidence?: number | undefined;
}

const USUAL_HEADROOM_DAYS = 30;
const MOST_DAYS = 3_650;
const USUAL_MOST_SAMPLES = 100_000;

/**
 * Plans the capacity of services: hands it samples, asks how they have grown, what they will need, and what to do.
 *
 * @example
 * ```ts
 * import { CapacityPlanner } from "nines";
 *
 * const planner = new CapacityPlanner({ services: { checkout: { metrics: { disk: { limit: 400, unit: "GB" } } } } });
 * const days = Array.from({ length: 90 }, (_, day) => ({ timestamp: day * 86_400_000, disk: 100 + day * 3 + (day % 4) }));
 * const growth = planner.analyzeGrowthTrends("checkout", days);
 * const [advice] = planner.generateScalingRecommendations("checkout", { headroomDays: 30 });
 * const disk = growth.metrics.disk;
 * if (disk?.state !== "trend" || Math.round(disk.perDay.mean) !== 3) throw new Error("not 3 GB a day");
 * if (advice?.exhaustion?.state !== "between" || !((advice.add?.amount ?? 0) > 50)) throw new Error("no advice");
 * ```
 */
export class CapacityPlanner {
  readonly #plans: ReadonlyMap<string, ServicePlan>;
  readonly #confidence: number;
  readonly #clock: Clock;
  readonly #books = new Map<string, SampleBook>();
  readonly #mostSamples: number;
  /** What was forecast last of each service, and of what. */
  readonly #lastNeeds = new Map<
    string,
    { readonly book: SampleBook; readonly asked: string; readonly needs: CapacityNeeds }
  >();

  /** @throws {@link ConfigurationError} for a plan that cannot be meant */
  constructor(options: CapacityPlannerOptions = {}) {
    checkOptions(options, "CapacityPlanner", ["services", "confidence", "mostSamples", "clock"]);
    const { services = {}, confidence = 0.95, mostSamples = USUAL_MOST_SAMPLES, clock = systemClock } = options;
    for (const [service, plan] of Object.entries(services)) checkServicePlan(service, plan);
    if (!Number.isSafeInteger(mostSamples) || mostSamples < 1) {
      throw invalid("mostSamples", `${show(mostSamples)} is not a whole number of 1 or more`);
    }
    this.#plans = new Map(Object.entries(services));
    this.#confidence = checkConfidence(confidence);
    this.#mostSamples = mostSamples;
    this.#clock = clock;
  }

  /**
   * How each metric of `samples` has grown. The samples take the place of what was known of the service, and the other methods
   * build on them; {@link addSamples} adds to them instead. Without samples it analyses those that there are.
   *
   * A metric that the service's plan does not name, and one of it that has no values, may be one by a slip: the trend of the former
   * has a remark (`not_planned`).
   *
   * @throws {@link ConfigurationError} for a sample without a time, a metric that is no number, or a service without samples and a plan
   */
  analyzeGrowthTrends<Sample extends SampleOf<Sample> = CapacitySample>(
    service: string,
    samples?: readonly Sample[],
  ): ServiceGrowth {
    if (samples !== undefined) {
      const given: readonly object[] = samples;
      if (Array.isArray(given) && given.length === 0) this.#bookOf(service);
      const book = new SampleBook(this.#mostSamples);
      book.add(given as readonly CapacitySample[]);
      this.#books.set(checkService(service), book);
    }
    const plan = this.#plans.get(service)?.metrics ?? {};
    const book = this.#bookOf(service);
    const slips = slipsOf(book.metrics, Object.keys(plan));
    const trends = book.entries().map(([metric, points]) => {
      const { kind, floor, cap, statistic, ...rest } = plan[metric] ?? {};
      const options = { kind, floor, cap, statistic, limit: limitOf(rest), confidence: this.#confidence };
      const trend = growthTrend(points, options);
      const meant = slips.get(metric);
      return [
        metric,
        meant === undefined ? trend : { ...trend, remarks: [...trend.remarks, slip(metric, meant)] },
      ] as const;
    });
    return { service, metrics: Object.fromEntries(trends) };
  }

  /** Adds samples to those of a service; the latest are kept. @throws {@link ConfigurationError} as {@link analyzeGrowthTrends} */
  addSamples<Sample extends SampleOf<Sample> = CapacitySample>(service: string, samples: readonly Sample[]): void {
    const book = this.#books.get(service) ?? new SampleBook(this.#mostSamples);
    const given: readonly object[] = samples;
    book.add(given as readonly CapacitySample[]);
    this.#books.set(checkService(service), book);
  }

  /** Services that there are samples or a plan of. */
  get services(): readonly string[] {
    return [...new Set([...this.#plans.keys(), ...this.#books.keys()])];
  }

  /**
   * Forecasts each metric of a service. Metrics of its plan without samples are `unknown`.
   *
   * @throws {@link ConfigurationError} if there is no such service, or the days are none
   */
  predictCapacityNeeds(service: string, question: CapacityQuestion): CapacityNeeds {
    checkOptions(question, "predictCapacityNeeds", ["daysAhead", "confidence"]);
    const { daysAhead, confidence = this.#confidence } = question;
    return this.#needs(service, checkDays("daysAhead", daysAhead), checkConfidence(confidence));
  }

  /**
   * What to do about each metric that has a limit, the most urgent first; and how many replicas the requests need, where the
   * service's plan says what one carries.
   *
   * @throws {@link ConfigurationError} if there is no such service, or the days are none
   */
  generateScalingRecommendations(service: string, question: ScalingQuestion = {}): readonly ScalingRecommendation[] {
    checkOptions(question, "generateScalingRecommendations", ["headroomDays", "confidence"]);
    const { headroomDays = USUAL_HEADROOM_DAYS, confidence = this.#confidence } = question;
    const needs = this.#needs(service, checkDays("headroomDays", headroomDays), checkConfidence(confidence));
    const plan = this.#plans.get(service) ?? {};
    const asked = { at: needs.at, daysAhead: headroomDays, confidence };
    const order = ["now", "soon", "planned", "unknown", "none"];
    return Object.values(needs.metrics)
      .flatMap((need) => recommendation(service, plan, need, asked) ?? [])
      .sort((a, b) => order.indexOf(a.urgency) - order.indexOf(b.urgency));
  }

  #needs(service: string, daysAhead: number, confidence: number): CapacityNeeds {
    const book = this.#bookOf(service);
    const plan = this.#plans.get(service) ?? {};
    const served = servedMetric(plan);
    const planned = [...Object.keys(plan.metrics ?? {}), ...(served === undefined ? [] : [served])];
    const names = new Set([...book.metrics, ...planned]);
    const slips = new Map([...slipsOf(book.metrics, planned)].map(([written, meant]) => [meant, written]));
    const at = this.#clock.now();
    const asked = `${String(book.revision)} ${String(daysAhead)} ${String(confidence)}`;
    const last = this.#lastNeeds.get(service);
    // Advice is asked for right after the needs, and forecasting takes its time.
    if (last?.book === book && last.asked === asked) return { ...last.needs, at };
    const metrics = [...names].map((metric) => {
      const subject = { service, metric, plan: metricPlanOf(plan, metric), written: slips.get(metric) };
      return [metric, metricNeed(subject, book.points(metric), { daysAhead, confidence })] as const;
    });
    const needs = { service, at, daysAhead, confidence, metrics: Object.fromEntries(metrics) };
    this.#lastNeeds.set(service, { book, asked, needs });
    return needs;
  }

  #bookOf(service: string): SampleBook {
    const book = this.#books.get(service);
    if (book !== undefined) return book;
    if (this.#plans.has(service)) return new SampleBook(this.#mostSamples);
    throw invalid("service", `${show(service)} has neither samples nor a plan${choices(service, this.services)}`);
  }
}

/** Metrics that nothing is planned for, each with the planned one without values that it was probably meant to be. */
function slipsOf(metrics: readonly string[], planned: readonly string[]): ReadonlyMap<string, string> {
  const missing = planned.filter((metric) => !metrics.includes(metric));
  return new Map(
    metrics.flatMap((metric): [string, string][] => {
      const meant = planned.includes(metric) ? undefined : nearest(metric, missing);
      return meant === undefined ? [] : [[metric, meant]];
    }),
  );
}

function slip(metric: string, meant: string): SeriesRemark {
  const text = `nothing is planned for ${metric}, and there are no values of ${meant}; did you mean it?`;
  return { code: "not_planned", text };
}

function checkService(service: unknown): string {
  if (typeof service === "string" && service.trim() !== "") return service;
  throw invalid("service", `${show(service)} is not the name of a service`);
}

function checkDays(name: string, days: unknown): number {
  if (typeof days === "number" && days > 0 && days <= MOST_DAYS) return days;
  throw invalid(
    name,
    `${show(days)} is not a number of days; write more than 0 and at most ${MOST_DAYS.toLocaleString("en")}`,
  );
}
