/** Rows of numbers that grow, and the order of their first column. */

/** Growing columns of numbers; a million rows are a few blocks of memory and no objects. */
export class Rows {
  readonly #columns: Float64Array[];
  #length = 0;

  constructor(columns: number) {
    this.#columns = Array.from({ length: columns }, () => new Float64Array(16));
  }

  /** How many rows there are. */
  get length(): number {
    return this.#length;
  }

  /** The rows' values in one column; only the first `length` of them mean anything, and only until the next `push`. */
  column(index: number): Float64Array {
    return this.#columns[index] as Float64Array;
  }

  /** Adds a row of one number for each column. */
  push(...row: readonly number[]): void {
    if (this.#length === this.column(0).length) this.#grow();
    for (let index = 0; index < row.length; index += 1) this.column(index)[this.#length] = row[index] as number;
    this.#length += 1;
  }

  #grow(): void {
    this.#columns.forEach((column, index) => {
      const larger = new Float64Array(column.length * 2);
      larger.set(column);
      this.#columns[index] = larger;
    });
  }
}

/** Row numbers in ascending order of `keys`; equal keys keep their order. */
export function orderOf(keys: Float64Array, length: number): Uint32Array {
  const order = new Uint32Array(length);
  let smallest = Infinity;
  let largest = -Infinity;
  let sorted = true;
  for (let row = 0; row < length; row += 1) {
    const key = keys[row] as number;
    order[row] = row;
    sorted &&= row === 0 || key >= (keys[row - 1] as number);
    if (key < smallest) smallest = key;
    if (key > largest) largest = key;
  }
  if (sorted) return order;
  if (
    (largest - smallest + 1) * length > Number.MAX_SAFE_INTEGER ||
    !keys.subarray(0, length).every(Number.isInteger)
  ) {
    return order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
  }
  // Key and row in one number: the engine sorts plain numbers several times faster than it calls a comparator.
  const packed = new Float64Array(length);
  for (let row = 0; row < length; row += 1) packed[row] = ((keys[row] as number) - smallest) * length + row;
  packed.sort();
  for (let index = 0; index < length; index += 1) order[index] = (packed[index] as number) % length;
  return order;
}

/** How many of the first `length` ascending `values` are below `limit`. */
export function countBelow(values: Float64Array, length: number, limit: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
