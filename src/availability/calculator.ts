/** The arithmetic of nines: budgets, downtime, composed systems and repair times. */
import { invalid, show } from "../core/errors.ts";
import { Objective, type ObjectiveInput } from "../core/objective.ts";
import { CALENDAR_UNITS, type CalendarUnit } from "../core/time/window.ts";

import { type Availability, type AvailabilityInput, readAmount, readAvailability } from "./availability.ts";
import { type AvailabilityComponents, kOfNOf, parallelOf, rootOf, seriesOf } from "./composition.ts";
import { allowanceOf, type DowntimeAllowance, readDowntimeMs, type RemainingBudget, remainingOf } from "./downtime.ts";
import { countNines, ninesToAvailability } from "./nines.ts";
import { periodLengthMs, type PeriodConvention, type PeriodInput, readConvention } from "./period.ts";
import { availabilityOfRepair, mtbfOf, mttrOf } from "./repair.ts";

/**
 * Availability arithmetic that keeps its digits. Pure: it holds a convention for the length of a month and nothing else.
 *
 * What has at most nine decimals as a ratio (99.9 %, 99.99999 %) is counted in whole parts per billion and rounded once, so
 * 99.9 % of 30 days is exactly 43.2 minutes. Every method throws a {@link ConfigurationError} that names the argument, its
 * value and what is allowed.
 *
 * @example
 * ```ts
 * import { AvailabilityCalculator } from "nines";
 *
 * const calculator = new AvailabilityCalculator();
 * const { allowedMinutes, text } = calculator.errorBudget("99.9%", "30d");
 * if (allowedMinutes !== 43.2 || text !== "43m12s") throw new Error(text);
 *
 * // Two databases of 99.9 % behind one balancer of 99.99 %.
 * const system = calculator.series(["99.99%", calculator.parallel(["99.9%", "99.9%"])]);
 * if (calculator.downtime(system).month.text !== "4m21s792ms") throw new Error(calculator.downtime(system).month.text);
 * ```
 */
export class AvailabilityCalculator {
  readonly #convention: PeriodConvention;

  /** @param options - `periods` says how long a month, a quarter and a year are; see {@link PeriodConvention} */
  constructor({ periods = "fixed" }: { readonly periods?: PeriodConvention | undefined } = {}) {
    this.#convention = readConvention(periods);
  }

  /**
   * The downtime that `target` allows in `period`: `(1 - target) * period`. A target of 100 % allows none.
   *
   * @example
   * ```ts
   * import { AvailabilityCalculator } from "nines";
   *
   * const year = new AvailabilityCalculator().errorBudget("99.9%", "year");
   * if (year.allowedHours !== 8.76) throw new Error(String(year.allowedHours));
   * ```
   */
  errorBudget(target: AvailabilityInput, period: PeriodInput = "month"): DowntimeAllowance {
    return allowanceOf(readAvailability(target, "target"), periodLengthMs(period, this.#convention));
  }

  /** The downtime that `availability` means in a day, a week, a month, a quarter and a year. */
  downtime(availability: AvailabilityInput): Record<CalendarUnit, DowntimeAllowance> {
    const read = readAvailability(availability, "availability");
    const rows = CALENDAR_UNITS.map((unit) => [unit, allowanceOf(read, periodLengthMs(unit, this.#convention))]);
    return Object.fromEntries(rows) as Record<CalendarUnit, DowntimeAllowance>;
  }

  /**
   * What is left of an error budget after some downtime; negative when there was more than allowed. A target of 100 % is
   * refused, since shares of a budget of zero do not exist.
   *
   * @example
   * ```ts
   * import { AvailabilityCalculator } from "nines";
   *
   * const left = new AvailabilityCalculator().remainingBudget({ target: "99.9%", period: "30d", downtimeMinutes: 54 });
   * if (left.remainingMinutes !== -10.8 || left.consumedRatio !== 1.25) throw new Error(left.verdict);
   * ```
   */
  remainingBudget(options: {
    readonly target: ObjectiveInput;
    readonly downtimeMinutes: number;
    readonly period?: PeriodInput | undefined;
  }): RemainingBudget {
    const periodMs = periodLengthMs(options.period ?? "month", this.#convention);
    const target = Objective.parse(options.target, "target");
    return remainingOf(target, periodMs, readDowntimeMs(options.downtimeMinutes, periodMs));
  }

  /** `up / total`, of time or of requests, both in one unit; `total` must be above 0. */
  fromUptime({ up, total }: { readonly up: number; readonly total: number }): Availability {
    readAmount(total, "total", { unit: "the unit of up" });
    readAmount(up, "up", { unit: "the unit of total" });
    if (total === 0) throw invalid("total", "0 leaves nothing to divide by; allowed is above 0");
    if (up > total) throw invalid("up", `${show(up)} is more than the total of ${show(total)}`);
    return { availabilityRatio: up / total, unavailabilityRatio: (total - up) / total };
  }

  /** The availability of a period with so much downtime: the strictest target that it would have met. */
  fromDowntime(options: { readonly downtimeMinutes: number; readonly period?: PeriodInput | undefined }): Availability {
    const total = periodLengthMs(options.period ?? "month", this.#convention);
    return this.fromUptime({ up: total - readDowntimeMs(options.downtimeMinutes, total), total });
  }

  /**
   * How many nines: `-log10(1 - availability)`. 99.9 % has 3, 99.95 % has 3.30; 100 % has `Infinity`.
   *
   * @example
   * ```ts
   * import { AvailabilityCalculator } from "nines";
   *
   * const calculator = new AvailabilityCalculator();
   * if (calculator.nines("99.999%") !== 5) throw new Error("five nines");
   * if (calculator.nines("99.95%").toFixed(2) !== "3.30") throw new Error("half of the fourth nine is 0.3 of it");
   * ```
   */
  nines(availability: AvailabilityInput): number {
    return countNines(readAvailability(availability, "availability"));
  }

  /** The availability of `nines` nines, from 0 to 300; 3.5 nines leave an unavailability of 10^-3.5. */
  fromNines(nines: number): Availability {
    return ninesToAvailability(nines);
  }

  /**
   * All of them are needed: the product of the availabilities. Right only if they fail independently.
   *
   * @example
   * ```ts
   * import { AvailabilityCalculator } from "nines";
   *
   * const { unavailabilityRatio } = new AvailabilityCalculator().series({ count: 10, each: "99.9%" });
   * if (unavailabilityRatio.toFixed(6) !== "0.009955") throw new Error("ten dependencies cost one nine");
   * ```
   */
  series(components: AvailabilityComponents): Availability {
    return seriesOf(components);
  }

  /** Any of them is enough: 1 less the product of the unavailabilities. Right only if they fail independently. */
  parallel(components: AvailabilityComponents): Availability {
    return parallelOf(components);
  }

  /**
   * At least `required` of them are needed, alike or not. Right only if they fail independently.
   *
   * @example
   * ```ts
   * import { AvailabilityCalculator } from "nines";
   *
   * const quorum = new AvailabilityCalculator().kOfN({ required: 2, components: { count: 3, each: "99%" } });
   * if (quorum.availabilityRatio !== 0.999702) throw new Error(String(quorum.availabilityRatio));
   * ```
   */
  kOfN({
    required,
    components,
  }: {
    readonly required: number;
    readonly components: AvailabilityComponents;
  }): Availability {
    return kOfNOf(required, components);
  }

  /**
   * What each of so many equally good dependencies must have for all of them together to have `target`: the root of it.
   * With ten of them that is about one nine more than the target; see "The Calculus of Service Availability" (Treynor,
   * Dahlin, Rau, Beyer; ACM Queue 15/2, 2017), the rule of the extra 9.
   */
  dependencyTarget(options: { readonly target: AvailabilityInput; readonly dependencies: number }): Availability {
    return rootOf(readAvailability(options.target, "target"), options.dependencies);
  }

  /**
   * MTBF / (MTBF + MTTR), where MTBF is the mean operating time between failures, repair not included
   * (IEC 60050-192, 192-05-13) and MTTR the mean time to restoration.
   *
   * @example
   * ```ts
   * import { AvailabilityCalculator } from "nines";
   *
   * const calculator = new AvailabilityCalculator();
   * const availability = calculator.fromMtbf({ mtbfHours: 999, mttrHours: 1 });
   * if (availability.availabilityRatio !== 0.999) throw new Error("999 of 1000 hours");
   * if (calculator.mttrHours({ availability: "99.9%", mtbfHours: 999 }) !== 1) throw new Error("and back");
   * ```
   */
  fromMtbf({ mtbfHours, mttrHours }: { readonly mtbfHours: number; readonly mttrHours: number }): Availability {
    return availabilityOfRepair(mtbfHours, mttrHours);
  }

  /** The MTBF that gives `availability` with that MTTR, in hours: `mttr * a / (1 - a)`; refused for 100 %. */
  mtbfHours(options: { readonly availability: AvailabilityInput; readonly mttrHours: number }): number {
    return mtbfOf(readAvailability(options.availability, "availability"), options.mttrHours);
  }

  /** The MTTR that `availability` leaves with that MTBF, in hours: `mtbf * (1 - a) / a`; refused for 0 %. */
  mttrHours(options: { readonly availability: AvailabilityInput; readonly mtbfHours: number }): number {
    return mttrOf(readAvailability(options.availability, "availability"), options.mtbfHours);
  }
}
