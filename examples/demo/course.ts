/**
 * How the budgets went. With windows of days `reliability.history(range)` tells that afterwards; those of the demo are over in
 * seconds, so it is written down while it happens.
 */
import type { CountedHistory, Incident, Reliability, SloStanding, TimeRange } from "nines";

interface Moment {
  readonly at: number;
  readonly slos: readonly SloStanding[];
  /** What was counted since the moment before. */
  readonly counted: readonly CountedHistory[];
}

/** What was seen of all budgets, moment by moment. */
export class Course {
  readonly #moments: Moment[] = [];
  readonly #reliability: Reliability;
  #last = Date.now();

  constructor(reliability: Reliability) {
    this.#reliability = reliability;
  }

  /** Notes how all budgets stand; returns how to stop. */
  watch(): () => void {
    return this.#reliability.on("evaluated", async ({ at, services }) => {
      if (at <= this.#last) return;
      const range = { start: this.#last, end: at };
      this.#last = at;
      const counted = await this.#reliability.history(range, { points: 1 });
      this.#moments.push({ at, counted, slos: services.flatMap(({ slos }) => slos) });
    });
  }

  /** What was counted and what was left of each budget, for a picture. */
  of({ start, end }: TimeRange) {
    const seen = this.#moments.filter(({ at }) => at >= start && at < end);
    return this.#reliability.slos.slos.map(({ id }) => ({
      slo: id,
      points: seen.flatMap(({ counted }) => counted.filter(({ slo }) => slo === id).flatMap(({ points }) => points)),
      budget: seen.flatMap(({ at, slos }) => {
        const budget = slos.find(({ slo }) => slo.id === id)?.budget;
        return budget?.state === "measured" ? [{ at, remainingRatio: budget.remainingRatio }] : [];
      }),
    }));
  }

  /** How the budgets stood just before an incident, and when its trouble was over. */
  around({ startedAt, visits }: Incident) {
    const over = visits.find(({ status }) => status === "monitoring")?.enteredAt ?? Infinity;
    return {
      before: this.#moments.findLast(({ at }) => at < startedAt - 1_000)?.slos ?? [],
      after: this.#moments.find(({ at }) => at >= over)?.slos ?? [],
    };
  }
}
