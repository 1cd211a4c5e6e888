/** Points out of 100: what criteria count, by their weights. */
import type { CriterionStanding, MaturityScore } from "./model.ts";

/** What a score is made of. */
export type Scored = Pick<CriterionStanding, "weight" | "value" | "state">;

/** The score of `criteria`, rounded down to a tenth of a point. What does not apply is left out, and what nobody knows counts nothing. */
export function scoreOf(criteria: readonly Scored[]): MaturityScore {
  const applicable = criteria.filter(({ state }) => state !== "not_applicable");
  if (applicable.length === 0) return { score: undefined, known: undefined };
  const weight = sum(applicable, (one) => one.weight);
  const known = applicable.filter(({ state }) => state !== "unknown");
  return {
    score: downToTenth((100 * sum(applicable, (one) => one.weight * one.value)) / weight),
    known: sum(known, (one) => one.weight) / weight,
  };
}

/** How much of the weight of `criteria` applies. */
export function applicableWeight(criteria: readonly Scored[]): number {
  return sum(criteria, ({ state, weight }) => (state === "not_applicable" ? 0 : weight));
}

/** How many points `one` could still add to the score of criteria that it is among, of which so much weight applies. */
export function effectIn({ state, weight, value }: Scored, whole: number): number {
  return state === "not_applicable" ? 0 : Math.round((1_000 * weight * (1 - value)) / whole) / 10;
}

/** A hair of slack, for 70 that comes out as 69.99999999999999. */
function downToTenth(value: number): number {
  return Math.floor(value * 10 + 1e-9) / 10;
}

function sum(criteria: readonly Scored[], of: (one: Scored) => number): number {
  return criteria.reduce((total, one) => total + of(one), 0);
}
