/** An oracle that knows no rounding: fractions of big integers, and the double nearest to one by bisection. */

export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

export const rational = (n: bigint | number, d: bigint | number = 1): Rational => ({ n: BigInt(n), d: BigInt(d) });
export const times = (a: Rational, b: Rational): Rational => ({ n: a.n * b.n, d: a.d * b.d });
export const plus = (a: Rational, b: Rational): Rational => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });
export const minus = (a: Rational, b: Rational): Rational => ({ n: a.n * b.d - b.n * a.d, d: a.d * b.d });

/** The exact value of a double. */
export function ofDouble(value: number): Rational {
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return { n: BigInt(scaled), d: denominator };
}

/** |double - exact| / |exact|, as a number good to a few digits; 0 where both are zero. */
export function relativeError(double: number, exact: Rational): number {
  const difference = minus(ofDouble(double), exact);
  if (difference.n === 0n) return 0;
  if (exact.n === 0n) return Infinity;
  const scale = 10n ** 30n;
  const error = (difference.n * exact.d * scale) / (difference.d * exact.n);
  return Number(error < 0n ? -error : error) / 1e30;
}

/** Whether no neighbour of `double` is nearer to `exact`. */
export function isNearest(double: number, exact: Rational): boolean {
  const distance = (candidate: number): Rational => absolute(minus(ofDouble(candidate), exact));
  const own = distance(double);
  return neighbours(double).every((neighbour) => minus(distance(neighbour), own).n >= 0n);
}

function absolute({ n, d }: Rational): Rational {
  return { n: n < 0n ? -n : n, d };
}

function neighbours(double: number): number[] {
  if (double === 0) return [Number.MIN_VALUE, -Number.MIN_VALUE];
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  const bits = view.getBigInt64(0);
  return [-1n, 1n].map((step) => {
    view.setBigInt64(0, bits + step);
    return view.getFloat64(0);
  });
}
