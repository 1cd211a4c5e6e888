/** Where exactly rows are merged, and where they are forgotten. */
import { expect, it } from "vitest";

import { EventLedger } from "../../src/budget/counted-events.ts";

const MINUTE = 60_000;
/** A minute before it a step of 256 ms begins. */
const NOW = 256 * 6_900_000_000 + MINUTE;
const MOST_ROWS = 200_000;

/** One row each millisecond of the last `lengthMs`, among more rows of one old millisecond than are kept. */
function merged(lengthMs: number, keptMs: number): EventLedger {
  const ledger = new EventLedger({ now: () => NOW, keptMs });
  for (let back = 0; back <= lengthMs; back += 1) ledger.add({ at: NOW - back, good: 1, total: 1 });
  for (let row = ledger.length; row <= MOST_ROWS; row += 1) ledger.add({ at: NOW - 60 * MINUTE, good: 0, total: 1 });
  return ledger;
}

const totalOf = (ledger: EventLedger, from: number, to: number): number =>
  ledger.measure({ start: NOW - from, end: NOW - to }).total;

it("each millisecond of the last minute keeps its own row, the first of them included", () => {
  const ledger = merged(MINUTE, 120 * MINUTE);
  expect(ledger.length).toBe(MINUTE + 2);
  for (const back of [MINUTE, MINUTE - 1, MINUTE - 2, 40_001, 40_000, 2, 1, 0]) {
    expect(totalOf(ledger, back, back - 1)).toBe(1);
  }
});

it("what is as old as is asked for is kept, and what is a millisecond older is not", () => {
  const ledger = merged(1_000, 500);
  expect(ledger.length).toBe(501);
  expect(totalOf(ledger, 500, 499)).toBe(1);
  expect(totalOf(ledger, 120 * MINUTE, 500)).toBe(0);
});

it("no time at all was not watched", () => {
  const ledger = new EventLedger({ now: () => NOW, keptMs: MINUTE });
  ledger.add({ at: NOW - 10, good: 1, total: 1 });
  expect(ledger.measure({ start: NOW - 10, end: NOW - 10 })).toEqual({ good: 0, total: 0, coverage: 0 });
  expect(ledger.measure({ start: NOW, end: NOW - 10 })).toEqual({ good: 0, total: 0, coverage: 0 });
  expect(ledger.measure({ start: NOW - 20, end: NOW })).toEqual({ good: 1, total: 1, coverage: 0.5 });
});
