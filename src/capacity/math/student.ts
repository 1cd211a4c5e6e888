/** Quantiles of Student's t, to the last digits of a double. */
import { normalQuantile } from "../../core/normal.ts";

/** Lanczos' approximation with g = 7 and nine terms (Godfrey 2001): about 15 digits. */
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 0.000009984369578019572, 1.5056327351493116e-7,
] as const;

/** Logarithm of the gamma function, for `x` of 1/2 and above. */
function logGamma(x: number): number {
  const shifted = x - 1;
  let series: number = LANCZOS[0];
  for (let term = 1; term < LANCZOS.length; term += 1) series += (LANCZOS[term] as number) / (shifted + term);
  const t = shifted + 7.5;
  return 0.9189385332046727 + (shifted + 0.5) * Math.log(t) - t + Math.log(series);
}

/** Logarithm of gamma(x + step) / gamma(x); of a large `x` by Stirling's series, as two large logarithms leave few digits. */
function logGammaRatio(x: number, step: number): number {
  if (x < 20) return logGamma(x + step) - logGamma(x);
  return (x - 0.5) * Math.log1p(step / x) + step * (Math.log(x + step) - 1) + stirling(x + step) - stirling(x);
}

function stirling(x: number): number {
  const square = 1 / (x * x);
  return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / x;
}

/**
 * Regularised incomplete beta function by a continued fraction (DiDonato and Morris 1992, equation 9), evaluated from the front
 * (Lentz). `rest` is 1 - x, which a difference would not know to its last digits.
 */
function incompleteBeta(a: number, b: number, x: number, rest: number): number {
  if (x <= 0) return 0;
  // The fraction converges fast on this side; the other is its mirror.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, rest, x);
  const logBeta = a > b ? logGamma(b) - logGammaRatio(a, b) : logGamma(a) - logGammaRatio(b, a);
  const logX = x < 0.5 ? Math.log(x) : Math.log1p(-rest);
  const logRest = x < 0.5 ? Math.log1p(-x) : Math.log(rest);
  const tiny = 1e-300;
  let fraction = notZero((a * (a * rest - b * x + 1)) / (a + 1), tiny);
  let c = fraction;
  let d = 0;
  for (let m = 1; m <= 10_000; m += 1) {
    const odd = a + 2 * m - 1;
    const above = ((a + m - 1) / odd) * ((a + b + m - 1) / odd) * (m * (b - m)) * x * x;
    const beside = m + (m * (b - m) * x) / odd + ((a + m) * (a * rest - b * x + 1 + m * (1 + rest))) / (odd + 2);
    d = 1 / notZero(beside + above * d, tiny);
    c = notZero(beside + above / c, tiny);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return Math.exp(a * logX + b * logRest - logBeta) / fraction;
}

function notZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** From so many degrees of freedom on it is the normal distribution to eight digits and more. */
const NORMAL_FROM = 1e8;

/** The share of Student's t distribution that is further out than `t`, on its side. */
function upperTail(t: number, degrees: number): number {
  const square = t * t;
  return 0.5 * incompleteBeta(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square));
}

/** The share of the F distribution above `ratio`, a ratio of two mean squares with so many degrees of freedom each. */
export function ratioTail(ratio: number, above: number, below: number): number {
  if (!(ratio > 0)) return 1;
  const [part, rest] = [below, above * ratio];
  return incompleteBeta(below / 2, above / 2, part / (part + rest), rest / (part + rest));
}

/** The share of Student's t distribution at or below `t`. */
export function studentCumulative(t: number, degrees: number): number {
  const beyond = upperTail(t, degrees);
  return t < 0 ? beyond : 1 - beyond;
}

/**
 * The value that the share `probability` of Student's t distribution is below; `degrees` of freedom need not be whole.
 * Newton's method on the distribution itself.
 */
export function studentQuantile(probability: number, degrees: number): number {
  if (!(probability > 0 && probability < 1)) return probability === 0 ? -Infinity : probability === 1 ? Infinity : NaN;
  if (!(degrees > 0)) return NaN;
  if (probability === 0.5) return 0;
  if (degrees > NORMAL_FROM) return normalQuantile(probability);
  const tail = Math.min(probability, 1 - probability);
  const found = tailQuantile(tail, degrees);
  return probability < 0.5 ? -found : found;
}

/** Where `tail` is left above, on the upper side. */
function tailQuantile(tail: number, degrees: number): number {
  // Two closed forms; the Cauchy distribution's tail is too heavy to walk along.
  if (degrees === 1) return 1 / Math.tan(Math.PI * tail);
  if (degrees === 2) return (1 - 2 * tail) * Math.sqrt(1 / (2 * tail * (1 - tail)));
  let low = 0;
  let high = Math.max(1, -normalQuantile(tail));
  while (upperTail(high, degrees) > tail) {
    low = high;
    high *= 2;
  }
  const logDensity = logGammaRatio(degrees / 2, 0.5) - 0.5 * Math.log(degrees * Math.PI);
  let t = (low + high) / 2;
  for (let round = 0; round < 200; round += 1) {
    const excess = upperTail(t, degrees) - tail;
    if (excess > 0) low = t;
    else high = t;
    const density = Math.exp(logDensity - ((degrees + 1) / 2) * Math.log1p((t * t) / degrees));
    let next = t + excess / density;
    if (!(next > low && next < high)) next = (low + high) / 2;
    const moved = Math.abs(next - t);
    t = next;
    if (moved <= 1e-15 * t) break;
  }
  return t;
}
