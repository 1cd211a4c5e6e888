/** The QR decomposition of a tall matrix by Householder's reflections. */
import type { NumberList } from "./statistics.ts";

/** A matrix as orthogonal times upper triangular. Lists passed in are changed in place. */
export class Householder {
  readonly #rows: number;
  /** Each column has its reflection's vector from the diagonal down, and above it what is of the triangle. */
  readonly #columns: readonly Float64Array[];
  readonly #diagonal: Float64Array;
  /** Half the square of each reflection's vector. */
  readonly #scale: Float64Array;

  constructor(columns: readonly NumberList[]) {
    this.#rows = columns[0]?.length ?? 0;
    this.#columns = columns.map((column) => Float64Array.from(column));
    this.#diagonal = new Float64Array(columns.length);
    this.#scale = new Float64Array(columns.length);
    for (let step = 0; step < columns.length; step += 1) this.#reflect(step);
  }

  /** The triangle's diagonal: where one of it is next to nothing the column is a sum of those before it. */
  get diagonal(): NumberList {
    return this.#diagonal;
  }

  #reflect(step: number): void {
    const column = this.#columns[step] as Float64Array;
    let squares = 0;
    for (let row = step; row < this.#rows; row += 1) squares += (column[row] as number) ** 2;
    const first = column[step] as number;
    const length = first > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    this.#diagonal[step] = length;
    this.#scale[step] = squares - first * length;
    column[step] = first - length;
    for (let other = step + 1; other < this.#columns.length; other += 1)
      this.#apply(step, this.#columns[other] as Float64Array);
  }

  #apply(step: number, vector: Float64Array): void {
    const scale = this.#scale[step] as number;
    if (scale === 0) return;
    const column = this.#columns[step] as Float64Array;
    let dot = 0;
    for (let row = step; row < this.#rows; row += 1) dot += (column[row] as number) * (vector[row] as number);
    const factor = dot / scale;
    for (let row = step; row < this.#rows; row += 1)
      vector[row] = (vector[row] as number) - factor * (column[row] as number);
  }

  /** The transposed orthogonal matrix times `vector`. */
  turn(vector: Float64Array): Float64Array {
    for (let step = 0; step < this.#columns.length; step += 1) this.#apply(step, vector);
    return vector;
  }

  /** The orthogonal matrix times `vector`. */
  turnBack(vector: Float64Array): Float64Array {
    for (let step = this.#columns.length - 1; step >= 0; step -= 1) this.#apply(step, vector);
    return vector;
  }

  /** Solves triangle * x = right, of which as many are read as there are columns. */
  solve(right: NumberList): Float64Array {
    const count = this.#columns.length;
    const x = new Float64Array(count);
    for (let row = count - 1; row >= 0; row -= 1) {
      let value = right[row] as number;
      for (let column = row + 1; column < count; column += 1)
        value -= ((this.#columns[column] as Float64Array)[row] as number) * (x[column] as number);
      x[row] = value / (this.#diagonal[row] as number);
    }
    return x;
  }

  /** Solves transposed triangle * x = right. */
  solveTransposed(right: NumberList): Float64Array {
    const count = this.#columns.length;
    const x = new Float64Array(count);
    for (let row = 0; row < count; row += 1) {
      let value = right[row] as number;
      const column = this.#columns[row] as Float64Array;
      for (let above = 0; above < row; above += 1) value -= (column[above] as number) * (x[above] as number);
      x[row] = value / (this.#diagonal[row] as number);
    }
    return x;
  }
}
