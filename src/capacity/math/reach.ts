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
export interface LimitReach {
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
export function reachOf(band: LineBand, limit: number, from: number, rising: boolean): LimitReach {
  const turned = rising ? band : { ...band, centreY: -band.centreY, slope: -band.slope };
  const level = rising ? limit : -limit;
  const start = from - band.centreX;
  const distance = level - turned.centreY;
  const edge = (sign: number): number => {
    const first = firstAtOrBeyond(turned, distance, start, sign);
    return first > start ? Math.max(from, first + band.centreX) : from;
  };
  return { expected: edge(0), earliest: edge(1), latest: edge(-1) };
}

/** The first u from `start` on where slope*u + sign*sqrt(centreVariance + slopeVariance*u^2) is at `distance` or above. */
function firstAtOrBeyond(band: LineBand, distance: number, start: number, sign: number): number {
  const { slope, centreVariance, slopeVariance } = band;
  if (sign === 0) {
    if (slope * start >= distance) return start;
    return slope > 0 ? distance / slope : Infinity;
  }
  // Two points tell nothing of how far others would be from the line: anything can be.
  if (Number.isNaN(centreVariance)) return sign > 0 ? start : Infinity;
  if (slope * start + sign * Math.sqrt(centreVariance + slopeVariance * start * start) >= distance) return start;

  // Both edges are at the distance where square*u^2 - 2*turn*u + constant is 0.
  const [tilt, height] = [Math.sqrt(slopeVariance), Math.sqrt(centreVariance)];
  const square = (slope - tilt) * (slope + tilt);
  const turn = slope * distance;
  const constant = (distance - height) * (distance + height);
  // The slope is sure: both edges rise, the upper one first, or both fall.
  if (square > 0 && slope < 0) return Infinity;
  // One edge is level at one end.
  if (square === 0) return slope > 0 && sign * distance > 0 ? constant / (2 * turn) : Infinity;
  // The same as turn^2 - square*constant, which of a narrow band is a difference of two equal numbers.
  const discriminant = centreVariance * square + slopeVariance * distance * distance;
  const [first, last] = roots(square, turn, constant, discriminant);
  if (square > 0) return sign > 0 ? first : last;
  // The slope may be of either sign: the upper edge falls and then rises, the lower one rises to a height and falls again.
  if (sign > 0) return last;
  return distance < 0 && discriminant >= 0 && start < turn / square ? first : Infinity;
}

/** Where square*u^2 - 2*turn*u + constant is 0, without the cancellation of the school formula. */
function roots(square: number, turn: number, constant: number, discriminant: number): readonly [number, number] {
  const root = Math.sqrt(Math.max(0, discriminant));
  const sum = turn < 0 ? turn - root : turn + root;
  if (sum === 0) return [0, 0];
  const [one, other] = [sum / square, constant / sum];
  return one < other ? [one, other] : [other, one];
}
