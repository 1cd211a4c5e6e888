/**
 * Availability of systems made of parts that fail independently of each other: series, parallel and k-of-n.
 *
 * Every step carries the availability and the unavailability, and only multiplies and adds numbers that are not
 * negative. So nothing cancels, and both results are right to a few parts in 10^15, however close to 0 or 1.
 * Source: Barlow and Proschan, Statistical Theory of Reliability and Life Testing (1975), chapters 1 and 2.
 */
import { invalid, show } from "../core/errors.ts";

import { type Availability, type AvailabilityInput, readAvailability } from "./availability.ts";

/** The parts of a system: each of them, or so many that are alike. At most 1,000. */
export type AvailabilityComponents =
  readonly AvailabilityInput[] | { readonly count: number; readonly each: AvailabilityInput };

const MOST = 1_000;

/** Up while all of `components` are. */
export function seriesOf(components: AvailabilityComponents): Availability {
  const system = sorted(components).reduce((whole, part) => ({
    availabilityRatio: whole.availabilityRatio * part.availabilityRatio,
    unavailabilityRatio: whole.unavailabilityRatio + whole.availabilityRatio * part.unavailabilityRatio,
  }));
  return paired(system.availabilityRatio, system.unavailabilityRatio);
}

/** Up while any of `components` is. */
export function parallelOf(components: AvailabilityComponents): Availability {
  const system = sorted(components).reduce((whole, part) => ({
    availabilityRatio: whole.availabilityRatio + whole.unavailabilityRatio * part.availabilityRatio,
    unavailabilityRatio: whole.unavailabilityRatio * part.unavailabilityRatio,
  }));
  return paired(system.availabilityRatio, system.unavailabilityRatio);
}

/**
 * Up while at least `required` of `components` are: the tail of the Poisson binomial distribution, by adding one part at
 * a time. For parts that are alike it is the binomial distribution.
 */
export function kOfNOf(required: number, components: AvailabilityComponents): Availability {
  const parts = sorted(components);
  if (!Number.isInteger(required) || required < 1 || required > parts.length) {
    const most = `from 1 to the number of components, ${String(parts.length)}`;
    throw invalid(
      "required",
      `${show(required)} of ${String(parts.length)} is not possible; write a whole number ${most}`,
    );
  }
  // chances[j] is the chance that exactly j of the parts so far are up.
  let chances = [1];
  for (const { availabilityRatio, unavailabilityRatio } of parts) {
    const next = chances.map((chance) => chance * unavailabilityRatio);
    next.push(0);
    chances.forEach((chance, up) => (next[up + 1] = (next[up + 1] ?? 0) + chance * availabilityRatio));
    chances = next;
  }
  return paired(sum(chances.slice(required)), sum(chances.slice(0, required)));
}

/** What each of `count` parts in series must have for all of them together to have `whole`: its `count`-th root. */
export function rootOf(whole: Availability, count: number): Availability {
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw invalid(
      "dependencies",
      `${show(count)} is not a number of dependencies; write one from 1 to ${String(MOST)}`,
    );
  }
  const { availabilityRatio, unavailabilityRatio } = whole;
  if (availabilityRatio === 0) return whole;
  // The logarithm of whichever of the two has the digits.
  const log = unavailabilityRatio < 0.5 ? Math.log1p(-unavailabilityRatio) : Math.log(availabilityRatio);
  return { availabilityRatio: Math.exp(log / count), unavailabilityRatio: 0 - Math.expm1(log / count) };
}

// In one order whatever the order they came in, so that the result does not depend on it, to the last bit.
function sorted(components: AvailabilityComponents): [Availability, ...Availability[]] {
  const parts = readComponents(components);
  parts.sort((a, b) => a.unavailabilityRatio - b.unavailabilityRatio || b.availabilityRatio - a.availabilityRatio);
  return parts;
}

function readComponents(components: AvailabilityComponents): [Availability, ...Availability[]] {
  if (typeof components !== "object" || (components as unknown) === null) {
    throw invalid("components", `${show(components)} is not a list of availabilities or { count, each }`);
  }
  if ("each" in components) {
    const { count, each } = components;
    const part = readAvailability(each, ["components", "each"]);
    if (!Number.isInteger(count)) throw invalid(["components", "count"], `${show(count)} is not a whole number`);
    checkCount(count);
    return Array.from({ length: count }, () => part) as [Availability, ...Availability[]];
  }
  checkCount(components.length);
  const parts = components.map((part, index) => readAvailability(part, ["components", index]));
  return parts as [Availability, ...Availability[]];
}

function checkCount(count: number): void {
  if (count >= 1 && count <= MOST) return;
  throw invalid("components", `there are ${String(count)}; allowed are 1 to ${String(MOST)}`);
}

// The smaller one has the digits; 1 less it is the other one, rounded once.
function paired(availabilityRatio: number, unavailabilityRatio: number): Availability {
  return unavailabilityRatio < availabilityRatio
    ? { availabilityRatio: 1 - unavailabilityRatio, unavailabilityRatio }
    : { availabilityRatio, unavailabilityRatio: 1 - availabilityRatio };
}

// Smallest first, so that the large do not swallow the small.
function sum(chances: number[]): number {
  return chances.sort((a, b) => a - b).reduce((total, chance) => total + chance, 0);
}
