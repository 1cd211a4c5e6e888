import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { RowHeap } from "../../src/budget/heap.ts";

/** A heap of the rows of `keys`, the smallest key first; it may compare nothing but rows that it was given. */
function heapOf(keys: readonly number[]): RowHeap {
  const keyOf = (row: number): number => {
    const key = keys[row];
    if (key === undefined) throw new Error(`there is no row ${String(row)}`);
    return key;
  };
  return new RowHeap((row, other) => keyOf(row) < keyOf(other));
}

function emptied(heap: RowHeap): number[] {
  const rows: number[] = [];
  for (let first = heap.first; first !== undefined; first = heap.first) {
    rows.push(first);
    heap.removeFirst();
  }
  return rows;
}

describe("a heap of rows", () => {
  it("gives them in order, whatever order they came in", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 40 }), (keys) => {
        const heap = heapOf(keys);
        for (const row of keys.keys()) heap.push(row);
        expect(emptied(heap).map((row) => keys[row])).toEqual([...keys].sort((a, b) => a - b));
      }),
    );
  });

  it("stays in order when the last row belongs high up", () => {
    const keys = [1, 10, 2, 11, 12, 3, 4];
    const heap = heapOf(keys);
    for (const row of keys.keys()) heap.push(row);
    heap.removeFirst();
    expect(keys[heap.first ?? -1]).toBe(2);
    expect(emptied(heap).map((row) => keys[row])).toEqual([2, 3, 4, 10, 11, 12]);
  });

  it("gives them in order when some come after others were taken", () => {
    const keys = [5, 3, 8, 1, 9, 2];
    const heap = heapOf(keys);
    for (const row of [0, 1, 2]) heap.push(row);
    heap.removeFirst();
    for (const row of [3, 4, 5]) heap.push(row);
    expect(emptied(heap).map((row) => keys[row])).toEqual([1, 2, 5, 8, 9]);
  });

  it("has no first when it is empty, and taking from it changes nothing", () => {
    const heap = heapOf([7]);
    heap.removeFirst();
    expect(heap.first).toBeUndefined();
    heap.push(0);
    expect(heap.first).toBe(0);
    heap.removeFirst();
    expect(heap.first).toBeUndefined();
  });
});
