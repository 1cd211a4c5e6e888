/** The smallest value of a function of a few numbers, without its derivative. */

/** What to search, and within what. */
export interface Search {
  readonly start: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Calls of the function after which no other step begins; forty for each number unless told. */
  readonly most?: number;
}

/** Corners this near to each other in value, relative to it, are as good as one. */
const TOLERANCE = 1e-4;

interface Corner {
  readonly place: readonly number[];
  readonly value: number;
}

/**
 * The simplex method of Nelder and Mead (1965) within bounds: what would leave them stays on them. Ends where the corners are as
 * good as one, or after so many calls.
 */
export function minimise(cost: (place: readonly number[]) => number, search: Search): readonly number[] {
  const { start, lower, upper, most = 40 * start.length } = search;
  const size = start.length;
  let calls = 0;
  const corner = (place: readonly number[]): Corner => {
    calls += 1;
    const within = place.map((value, index) =>
      Math.min(upper[index] as number, Math.max(lower[index] as number, value)),
    );
    const value = cost(within);
    return { place: within, value: Number.isFinite(value) ? value : Infinity };
  };
  const corners = [corner(start)];
  for (let index = 0; index < size; index += 1) {
    const [low, high] = [lower[index] as number, upper[index] as number];
    const step = (high - low) * 0.2;
    corners.push(
      corner(
        start.map((value, other) => (other === index ? (value + step <= high ? value + step : value - step) : value)),
      ),
    );
  }
  const better = (a: Corner, b: Corner): number => a.value - b.value;
  corners.sort(better);
  while (calls < most) {
    const [best, worst] = [corners[0] as Corner, corners[size] as Corner];
    if (worst.value - best.value <= TOLERANCE * Math.abs(best.value)) break;
    const centre = start.map((_, index) => {
      let total = 0;
      for (let other = 0; other < size; other += 1) total += (corners[other] as Corner).place[index] as number;
      return total / size;
    });
    const along = (factor: number): Corner =>
      corner(centre.map((value, index) => value + factor * ((worst.place[index] as number) - value)));
    const reflected = along(-1);
    if (reflected.value < best.value) {
      const further = along(-2);
      corners[size] = further.value < reflected.value ? further : reflected;
    } else if (reflected.value < (corners[size - 1] as Corner).value) {
      corners[size] = reflected;
    } else {
      const nearer = along(reflected.value < worst.value ? -0.5 : 0.5);
      if (nearer.value < Math.min(reflected.value, worst.value)) corners[size] = nearer;
      else {
        for (let other = 1; other <= size; other += 1)
          corners[other] = corner(
            (corners[other] as Corner).place.map((value, index) => (value + (best.place[index] as number)) / 2),
          );
      }
    }
    corners.sort(better);
  }
  return (corners[0] as Corner).place;
}
