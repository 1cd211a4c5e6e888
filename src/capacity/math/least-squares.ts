/** Least squares of any number of columns, refined until the digits that a double has are right. */
import { invalid, show } from "../../core/errors.ts";
import { minusDot } from "./exact-dot.ts";
import { Householder } from "./householder.ts";
import { checkNumbers, type NumberList } from "./statistics.ts";

/** What {@link leastSquares} finds. */
export interface LeastSquaresFit {
  /** One for each column. */
  readonly coefficients: readonly number[];
  /** Their standard errors; NaN where there are no more rows than columns. */
  readonly deviations: readonly number[];
  /** What the columns leave of y, row by row. */
  readonly residuals: NumberList;
  /** Residual standard deviation; NaN where there are no more rows than columns. */
  readonly deviation: number;
  /** Rows less columns. */
  readonly degrees: number;
  /** Share of y's variance explained; of y's squares where no column is constant. NaN where y has none. */
  readonly rSquared: number;
}

const REFINEMENTS = 3;
/** Of standard errors, whose digits are fewer anyway. */
const FEW_REFINEMENTS = 1;

/**
 * The coefficients with which the columns come nearest to `y`, by the QR decomposition with columns scaled to one length, and
 * refined with residuals in twice the precision (Björck 1967). A constant is a column of ones.
 *
 * @throws {@link ConfigurationError} if the lists differ in length, a value is not finite, there are fewer rows than columns,
 *   or a column is a sum of others
 *
 * @example
 * ```ts
 * import { leastSquares } from "nines";
 *
 * const fit = leastSquares([[1, 1, 1, 1], [0, 1, 2, 3], [0, 1, 4, 9]], [1, 6, 17, 34]);
 * if (fit.coefficients.map(Math.round).join() !== "1,2,3") throw new Error("not 1 + 2x + 3x²");
 * ```
 */
export function leastSquares(columns: readonly NumberList[], y: NumberList): LeastSquaresFit {
  checkMatrix(columns, y);
  const rows = y.length;
  const scales = columns.map(scaleOf);
  const scaled = columns.map((column, place) => divided(column, scales[place] as number));
  const unit = scaleOf(y);
  const target = divided(y, unit);
  const qr = new Householder(scaled);
  const dependent = Array.from(qr.diagonal).findIndex((value) => !(Math.abs(value) > rows * Number.EPSILON));
  if (dependent !== -1) {
    const what = dependent === 0 ? "nothing but zeros" : "a sum of the columns before it";
    throw invalid(["columns", dependent], `is ${what}; leave it out`);
  }

  const { coefficients, residuals } = refine(qr, scaled, target, new Float64Array(columns.length), REFINEMENTS);
  const degrees = rows - columns.length;
  const left = squaresOf(residuals);
  const deviation = degrees > 0 ? Math.sqrt(left / degrees) : NaN;
  const lengths = columns.map((_, place) => inverseLength(qr, scaled, place));
  const spread = squaresOf(columns.some(isConstant) ? centred(target) : target);
  return {
    coefficients: Array.from(coefficients, (value, place) => (value / (scales[place] as number)) * unit),
    deviations: columns.map(
      (_, place) => ((deviation * (lengths[place] as number)) / (scales[place] as number)) * unit,
    ),
    residuals: residuals.map((residual) => residual * unit),
    deviation: deviation * unit,
    degrees,
    rSquared: spread > 0 ? Math.max(0, 1 - left / spread) : NaN,
  };
}

/**
 * Solves for coefficients and residuals together, then again for what is missing of both: with the columns as A,
 * residuals + A * coefficients = y, and transposed A * residuals = slants.
 */
function refine(
  qr: Householder,
  columns: readonly Float64Array[],
  y: NumberList,
  slants: NumberList,
  refinements: number,
): { coefficients: Float64Array; residuals: Float64Array } {
  const count = columns.length;
  const rows = y.length;
  const coefficients = new Float64Array(count);
  const residuals = new Float64Array(rows);
  const row = new Float64Array(count + 1);
  const factors = new Float64Array(count + 1);
  for (let round = 0; round <= refinements; round += 1) {
    factors.set(coefficients);
    factors[count] = 1;
    const missing = Float64Array.from(residuals, (residual, place) => {
      for (let column = 0; column < count; column += 1)
        row[column] = (columns[column] as Float64Array)[place] as number;
      row[count] = residual;
      return minusDot(y[place] as number, row, factors);
    });
    const slant = columns.map((column, place) => minusDot(slants[place] as number, column, residuals));
    const across = qr.solveTransposed(slant);
    const turned = qr.turn(missing);
    const step = qr.solve(Float64Array.from(across, (value, place) => (turned[place] as number) - value));
    turned.set(across);
    const change = qr.turnBack(turned);
    for (let place = 0; place < count; place += 1)
      coefficients[place] = (coefficients[place] as number) + (step[place] as number);
    for (let place = 0; place < rows; place += 1)
      residuals[place] = (residuals[place] as number) + (change[place] as number);
  }
  return { coefficients, residuals };
}

/** What a coefficient's standard error is to the residuals': the length of a row of the columns' inverse. */
function inverseLength(qr: Householder, columns: readonly Float64Array[], place: number): number {
  const slants = new Float64Array(columns.length);
  slants[place] = 1;
  const rows = columns[place]?.length ?? 0;
  return Math.sqrt(squaresOf(refine(qr, columns, new Float64Array(rows), slants, FEW_REFINEMENTS).residuals));
}

/** About the length of a list. A power of two: dividing by it rounds nothing, and no square is then too large or too small. */
function scaleOf(values: NumberList): number {
  let most = 0;
  for (const value of Array.from(values)) most = Math.max(most, Math.abs(value));
  if (most === 0) return 1;
  const power = Math.floor(Math.log2(most));
  const length = Math.sqrt(squaresOf(divided(values, 2 ** power)));
  return 2 ** Math.min(1_023, power + Math.round(Math.log2(length)));
}

function divided(values: NumberList, scale: number): Float64Array {
  return Float64Array.from(values, (value) => value / scale);
}

function squaresOf(values: NumberList): number {
  return 0 - minusDot(0, values, values);
}

function centred(values: NumberList): Float64Array {
  const ones = new Float64Array(values.length).fill(1);
  const mean = -minusDot(0, values, ones) / values.length;
  return Float64Array.from(values, (value) => value - mean);
}

function isConstant(column: NumberList): boolean {
  return Array.prototype.every.call(column, (value) => value === column[0]);
}

function checkMatrix(columns: readonly NumberList[], y: NumberList): void {
  if (!Array.isArray(columns)) throw invalid("columns", `${show(columns)} is not a list of columns`);
  if (columns.length === 0) throw invalid("columns", "there are none; a constant is a column of ones");
  checkNumbers(["y"], y);
  for (const [place, column] of columns.entries()) {
    checkNumbers(["columns", place], column);
    if (column.length !== y.length) {
      throw invalid(["columns", place], `has ${String(column.length)} values and y ${String(y.length)}`);
    }
  }
  if (y.length < columns.length) {
    throw invalid("y", `${String(y.length)} rows cannot tell ${String(columns.length)} columns apart`);
  }
}
