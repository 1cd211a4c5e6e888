/** Quantiles of Student's t and of the normal distribution, to the last digits of a double. */

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
  if (rest <= 0) return 1;
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

/** The share of Student's t distribution above `t`, which is not negative. */
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
  return t < 0 ? upperTail(-t, degrees) : 1 - upperTail(t, degrees);
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

const NEAR_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const NEAR_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852546,
];
const MIDDLE_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const MIDDLE_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const FAR_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const FAR_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
  1.421511758316446e-7, 2.0442631033899397e-15,
];

/** The value that the share `probability` of the normal distribution is below (Wichura 1988, AS 241). */
export function normalQuantile(probability: number): number {
  const q = probability - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(NEAR_TOP, r)) / polynomial(NEAR_BOTTOM, r);
  }
  const tail = Math.min(probability, 1 - probability);
  if (!(tail > 0)) return tail === 0 ? Math.sign(q) * Infinity : NaN;
  const r = Math.sqrt(-Math.log(tail));
  const value =
    r <= 5
      ? polynomial(MIDDLE_TOP, r - 1.6) / polynomial(MIDDLE_BOTTOM, r - 1.6)
      : polynomial(FAR_TOP, r - 5) / polynomial(FAR_BOTTOM, r - 5);
  return q < 0 ? -value : value;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let index = coefficients.length - 1; index >= 0; index -= 1) value = value * x + (coefficients[index] as number);
  return value;
}
