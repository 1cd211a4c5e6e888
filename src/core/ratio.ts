/** Ratios of counts, rounded once: what a pocket calculator with endless digits would show. */

/**
 * `(a * b) / (c * d)` of whole numbers, correctly rounded: the double nearest to the true quotient.
 *
 * Takes one division while both products are exact in a double (below 2^53), whole-number arithmetic otherwise. For
 * inputs that are not whole numbers (minutes with an impact share, say) it is ordinary floating point.
 *
 * @returns the quotient, or NaN if `c * d` is zero; callers decide what "no events" means before they divide
 */
export function divideProducts(a: number, b: number, c: number, d: number): number {
  const numerator = a * b;
  const denominator = c * d;
  if (denominator === 0) return Number.NaN;
  if (Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator)) return numerator / denominator;
  if (![a, b, c, d].every(Number.isInteger)) return numerator / denominator;
  return divideBigInts(BigInt(a) * BigInt(b), BigInt(c) * BigInt(d));
}

/** `numerator / denominator`, correctly rounded to a double; `denominator` must not be zero. */
export function divideBigInts(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  // 64 or more significant bits, with the lost remainder folded into the lowest, round as the true quotient does.
  const shift = Math.max(0, 66 - (bitLength(n) - bitLength(d)));
  const scaled = n << BigInt(shift);
  let quotient = scaled / d;
  if (quotient * d !== scaled) quotient |= 1n;
  const magnitude = Number(quotient) * 2 ** -shift;
  return negative ? -magnitude : magnitude;
}

/** The sign of `a * b - c * d` for whole numbers: -1, 0 or 1, without rounding. */
export function compareProducts(a: number, b: number, c: number, d: number): -1 | 0 | 1 {
  const left = a * b;
  const right = c * d;
  const exact = Number.isSafeInteger(left) && Number.isSafeInteger(right);
  if (exact || ![a, b, c, d].every(Number.isInteger)) return left < right ? -1 : left > right ? 1 : 0;
  const [bigLeft, bigRight] = [BigInt(a) * BigInt(b), BigInt(c) * BigInt(d)];
  return bigLeft < bigRight ? -1 : bigLeft > bigRight ? 1 : 0;
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
