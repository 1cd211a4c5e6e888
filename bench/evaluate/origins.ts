/** The moments of a series that are forecast from. */

/** How they are chosen; all in steps. */
export interface OriginOptions {
  readonly horizon: number;
  readonly every: number;
  /** Share of the series that is before the first. */
  readonly from: number;
  /** So much is before the first, where the series is long enough. */
  readonly least: number;
  /** So many at most. */
  readonly most: number;
}

/** What was chosen. */
export interface Origins {
  /** Lengths of the histories, shortest first; none where the series is too short. */
  readonly places: readonly number[];
  /** How many there would have been without the limit. */
  readonly possible: number;
}

/** Every so many steps from the first to the last that has a whole horizon after it; where these are too many, evenly fewer. */
export function originsOf(length: number, { horizon, every, from, least, most }: OriginOptions): Origins {
  const last = length - horizon;
  const share = Math.max(1, Math.ceil(from * length));
  const first = Math.max(share, least) <= last ? Math.max(share, least) : share;
  if (first > last) return { places: [], possible: 0 };
  const possible = 1 + Math.floor((last - first) / every);
  const kept = Math.min(possible, most);
  const places = Array.from({ length: kept }, (_, index) => {
    const number = kept === possible ? index : Math.round((index * (possible - 1)) / Math.max(1, kept - 1));
    return first + number * every;
  });
  return { places, possible };
}
