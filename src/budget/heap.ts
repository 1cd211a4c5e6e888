/** A binary heap of row numbers. */

/** Row numbers, of which the first is always the one that `isBefore` all others. */
export class RowHeap {
  readonly #rows: number[] = [];
  readonly #isBefore: (row: number, other: number) => boolean;

  constructor(isBefore: (row: number, other: number) => boolean) {
    this.#isBefore = isBefore;
  }

  /** The first of all; undefined if there is none. */
  get first(): number | undefined {
    return this.#rows[0];
  }

  /** Adds a row. */
  push(row: number): void {
    const rows = this.#rows;
    let place = rows.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = rows[parent] as number;
      if (!this.#isBefore(row, above)) break;
      rows[place] = above;
      place = parent;
    }
    rows[place] = row;
  }

  /** Takes the first away. */
  removeFirst(): void {
    const rows = this.#rows;
    const row = rows.pop();
    if (row === undefined || rows.length === 0) return;
    let place = 0;
    for (let child = 1; child < rows.length; child = 2 * place + 1) {
      if (child + 1 < rows.length && this.#isBefore(rows[child + 1] as number, rows[child] as number)) child += 1;
      const below = rows[child] as number;
      if (!this.#isBefore(below, row)) break;
      rows[place] = below;
      place = child;
    }
    rows[place] = row;
  }
}
