/** The normal distribution: what share of it lies above a value, and the value below which a share lies. */

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);
/** From here on the continued fraction needs fewer terms than the series. */
const FAR = 3;

/**
 * The share of the normal distribution above `z`: a series near the middle (Marsaglia 2004, "Evaluating the Normal
 * Distribution"), Laplace's continued fraction far from it (Abramowitz and Stegun 26.2.14), so that small shares keep 13 digits too.
 */
export function normalTail(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z < -FAR) return 1 - farTail(-z);
  return z > FAR ? farTail(z) : 0.5 - density(z) * seriesOf(z);
}

function density(z: number): number {
  return Math.exp(-0.5 * z * z) / ROOT_TWO_PI;
}

function seriesOf(z: number): number {
  let [sum, term] = [z, z];
  for (let odd = 3; sum + term !== sum; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}

function farTail(z: number): number {
  // A hundred terms are enough from 3 on; beyond 40 nothing is left that a double could hold.
  if (z > 40) return 0;
  let fraction = z;
  for (let term = 100; term >= 1; term -= 1) fraction = z + term / fraction;
  return density(z) / fraction;
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
