/** When a line reaches a limit: Fieller's theorem, which asks the band around the line and divides no estimate by another. */

/** A fitted line by what its uncertainty is made of; all relative to the centre of what it was fitted to. */
export interface LineBand {
  readonly centreX: number;
  readonly centreY: number;
  readonly slope: number;
  /** Variance of the line at its centre, times the square of the quantile. */
  readonly centreVariance: number;
  /** Variance of the slope, times the square of the quantile. */
  readonly slopeVariance: number;
}

/** Where the line itself reaches the limit, and where the band around it does first and last. Infinity is "not at all". */
export interface Reach {
  /** Where the estimate is at the limit. */
  readonly expected: number;
  /** No earlier than this, at the band's confidence. */
  readonly earliest: number;
  /** No later than this, at the band's confidence. */
  readonly latest: number;
}

/**
 * The first x at or after `from` where the line, and each edge of its band, is at `limit` or beyond it. `rising` tells which
 * side is beyond: a disk fills up to a limit, what is free of it falls down to one.
 */
export function reachOf(band: LineBand, limit: number, from: number, rising: boolean): Reach {
  const turned = rising ? band : { ...band, centreY: -band.centreY, slope: -band.slope };
  const level = rising ? limit : -limit;
  const start = from - band.centreX;
  const distance = level - turned.centreY;
  const edge = (sign: number): number => firstAtOrBeyond(turned, distance, start, sign) + band.centreX;
  return { expected: edge(0), earliest: edge(1), latest: edge(-1) };
}

/** The first u from `start` on where slope*u + sign*sqrt(centreVariance + slopeVariance*u^2) is at `distance` or above. */
function firstAtOrBeyond(band: LineBand, distance: number, start: number, sign: number): number {
  const { slope, centreVariance, slopeVariance } = band;
  const value = (u: number): number => slope * u + sign * Math.sqrt(centreVariance + slopeVariance * u * u);
  if (value(start) >= distance) return start;
  if (sign === 0) return slope > 0 ? distance / slope : Infinity;
  // (distance - slope*u)^2 = centreVariance + slopeVariance*u^2, and both sides of the root have the sign's side.
  const roots = quadratic(slope * slope - slopeVariance, -slope * distance, distance * distance - centreVariance);
  const hits = roots.filter((u) => u >= start && sign * (distance - slope * u) >= 0);
  // The upper edge may also come back from above before it is there again; the first place is what counts.
  return hits.length === 0 ? Infinity : Math.min(...hits);
}

/** Real roots of a*u^2 + 2*b*u + c, without the cancellation of the school formula. */
function quadratic(a: number, b: number, c: number): readonly number[] {
  if (a === 0) return b === 0 ? [] : [-c / (2 * b)];
  const discriminant = b * b - a * c;
  if (!(discriminant >= 0)) return [];
  const q = -(b + (b < 0 ? -1 : 1) * Math.sqrt(discriminant));
  return q === 0 ? [0] : [q / a, c / q];
}
