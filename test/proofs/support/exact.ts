/** Exact arithmetic for oracles: big integers and the bits of doubles, and nothing of src. */

/** A fraction; `d` is positive. */
export interface Exact {
  readonly n: bigint;
  readonly d: bigint;
}

/** The exact value of a finite double as `mantissa * 2^exponent`. */
function bitsOf(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent: Math.max(biased, 1) - 1075 };
}

/** How far `double` is from the fraction, in units of the double's last place; Infinity if it is not finite. */
export function ulpsAway(double: number, { n, d }: Exact): number {
  if (!Number.isFinite(double)) return Infinity;
  if (double === 0) return n === 0n ? 0 : Infinity;
  const { mantissa, exponent } = bitsOf(double);
  const [scaled, unit] = exponent >= 0 ? [n, d << BigInt(exponent)] : [n << BigInt(-exponent), d];
  const away = mantissa * unit - scaled;
  return Number(((away < 0n ? -away : away) * 1_000_000n) / unit) / 1e6;
}

/** The fraction as a double, good to 15 digits. */
export function toNumber({ n, d }: Exact): number {
  const scale = 10n ** 30n;
  const scaled = (n * scale) / d;
  return Number(scaled) / 1e30;
}

/** -1, 0 or 1. */
export function sign(value: bigint): number {
  return value === 0n ? 0 : value < 0n ? -1 : 1;
}

/** Difference relative to the larger of 1 and the expected value. */
export function relativeTo(expected: number, actual: number): number {
  if (Object.is(actual, -0) || Number.isNaN(actual)) return Infinity;
  return Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
}
