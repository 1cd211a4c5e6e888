/** Ratios of counts, rounded once: what a pocket calculator with endless digits would show. */

/**
 * A quotient of two products, kept exact until it is asked for: in doubles while both products are whole and below 2^53,
 * in whole-number arithmetic above. Factors that are not whole (minutes with an impact share, say) make it ordinary
 * floating point.
 */
export class Fraction {
  readonly #numerator: number | bigint;
  readonly #denominator: number | bigint;

  /** The product of `numerators` over the product of `denominators`; the latter must be positive. */
  constructor(numerators: readonly number[], denominators: readonly number[]) {
    const numerator = product(numerators);
    const denominator = product(denominators);
    const exact = Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator);
    if (exact || !numerators.every(Number.isInteger) || !denominators.every(Number.isInteger)) {
      this.#numerator = numerator;
      this.#denominator = denominator;
    } else {
      this.#numerator = bigProduct(numerators);
      this.#denominator = bigProduct(denominators);
    }
  }

  /** The double nearest to the quotient; NaN if the denominator is zero. */
  get value(): number {
    return divide(this.#numerator, this.#denominator);
  }

  /** The double nearest to 1 minus the quotient: no digits are lost near 1. */
  get complement(): number {
    return divide(minus(this.#denominator, this.#numerator), this.#denominator);
  }

  /** What the numerator lacks to reach the denominator, over the product of `factors`; has the sign of {@link complement}. */
  lackOver(factors: readonly number[]): number {
    const lack = minus(this.#denominator, this.#numerator);
    const divisor = product(factors);
    const whole = Number.isInteger(Number(lack)) && factors.every(Number.isInteger);
    const quotient =
      whole && !Number.isSafeInteger(divisor)
        ? divide(BigInt(lack), bigProduct(factors))
        : divide(lack, typeof lack === "bigint" && Number.isInteger(divisor) ? BigInt(divisor) : divisor);
    // Too little for a double rounds to 0, never to -0.
    return quotient + 0;
  }

  /** Whether the quotient is below (-1), exactly (0) or above (1) one; not rounded. */
  compareToOne(): -1 | 0 | 1 {
    const difference = minus(this.#numerator, this.#denominator);
    return difference < 0 ? -1 : difference > 0 ? 1 : 0;
  }
}

/**
 * `(a * b) / (c * d)`, the double nearest to the true quotient for whole numbers of any size.
 *
 * @returns the quotient, or NaN if `c * d` is zero; callers decide what "no events" means before they divide
 */
export function divideProducts(a: number, b: number, c: number, d: number): number {
  return new Fraction([a, b], [c, d]).value;
}

function product(factors: readonly number[]): number {
  let result = 1;
  for (const factor of factors) result *= factor;
  return result;
}

function bigProduct(factors: readonly number[]): bigint {
  return factors.reduce((product, factor) => product * BigInt(factor), 1n);
}

function minus(a: number | bigint, b: number | bigint): number | bigint {
  return typeof a === "bigint" && typeof b === "bigint" ? a - b : Number(a) - Number(b);
}

function divide(numerator: number | bigint, denominator: number | bigint): number {
  if (typeof numerator === "number" || typeof denominator === "number") {
    return denominator === 0 ? Number.NaN : Number(numerator) / Number(denominator);
  }
  return denominator === 0n ? Number.NaN : divideBigInts(numerator, denominator);
}

function divideBigInts(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const magnitude = numerator < 0n ? -numerator : numerator;
  // 64 or more significant bits, with the lost remainder folded into the lowest, round as the true quotient does.
  const shift = Math.max(0, 66 - (bitLength(magnitude) - bitLength(denominator)));
  const scaled = magnitude << BigInt(shift);
  let quotient = scaled / denominator;
  if (quotient * denominator !== scaled) quotient |= 1n;
  const rounded = Number(quotient) * 2 ** -shift;
  return numerator < 0n ? -rounded : rounded;
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
