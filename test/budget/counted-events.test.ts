/** Rows beyond 200,000 are merged: what is near stays exact, what is far moves by half a percent of its distance at most. */
import { expect, test } from "vitest";
import { EventLedger } from "../../src/budget/counted-events.ts";

const START = 1_767_225_600_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MOST_ROWS = 200_000;

/** A ledger and the rows it was given: one each `everyMs`, of which every tenth has a failure. */
function filled(rows: number, everyMs: number, keptMs: number) {
  let now = START;
  const ledger = new EventLedger({ now: () => now, keptMs });
  const given: { readonly at: number; readonly good: number; readonly total: number }[] = [];
  for (let row = 0; row < rows; row += 1) {
    now += everyMs;
    const one = { at: now, good: row % 10 === 0 ? 0 : 1, total: 1 };
    ledger.add(one);
    given.push(one);
  }
  const between = (start: number, end: number) => given.filter(({ at }) => at >= start && at < end);
  const sumOf = (start: number, end: number) => ({
    good: between(start, end).reduce((sum, { good }) => sum + good, 0),
    total: between(start, end).length,
  });
  return { ledger, sumOf, now: () => now };
}

test("up to 200,000 rows are kept as they are", () => {
  const { ledger, sumOf } = filled(MOST_ROWS, 7, 24 * HOUR);
  expect(ledger.length).toBe(MOST_ROWS);
  for (const [from, length] of [
    [0, 7],
    [7, 7],
    [99_995, 70_001],
    [0, 2_000_000],
  ] as const) {
    const [start, end] = [START + from, START + from + length];
    expect(ledger.measure({ start, end })).toMatchObject(sumOf(start, end));
  }
});

test("one more, and what is further than a minute is merged; nothing is lost, and the last minute is exact", () => {
  const { ledger, sumOf, now } = filled(MOST_ROWS + 1, 7, 24 * HOUR);
  expect(ledger.length).toBeLessThan(20_000);
  expect(ledger.length).toBeGreaterThan(MINUTE / 7);
  const end = now() + 1;
  expect(ledger.measure({ start: START, end })).toMatchObject({ ...sumOf(START, end), coverage: 1 });
  for (const backMs of [7, 70, 7_000, 30_001, 0.994 * MINUTE]) {
    expect(ledger.measure({ start: end - backMs, end })).toMatchObject(sumOf(end - backMs, end));
  }
});

test("what is merged moves by half a percent of its distance at most, and only towards now", () => {
  const { ledger, sumOf, now } = filled(MOST_ROWS + 1, 7, 24 * HOUR);
  const end = now() + 1;
  for (const backMs of [2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE]) {
    const found = ledger.measure({ start: end - backMs, end }).total;
    expect(found).toBeGreaterThanOrEqual(sumOf(end - backMs, end).total);
    expect(found).toBeLessThanOrEqual(sumOf(end - backMs * 1.006, end).total);
  }
});

test("what nobody will ask for is forgotten when rows are merged, and not one instant before", () => {
  const keptMs = 10 * MINUTE;
  const { ledger, sumOf, now } = filled(MOST_ROWS + 1, 7, keptMs);
  const end = now() + 1;
  const all = ledger.measure({ start: START, end }).total;
  expect(all).toBeGreaterThanOrEqual(sumOf(end - keptMs, end).total);
  expect(all).toBeLessThanOrEqual(sumOf(end - keptMs * 1.006, end).total);
});

test("merging again and again bounds the rows, and keeps the sums", () => {
  const { ledger, sumOf, now } = filled(3 * MOST_ROWS, 11, 24 * HOUR);
  expect(ledger.length).toBeLessThanOrEqual(MOST_ROWS);
  const end = now() + 1;
  expect(ledger.measure({ start: START, end })).toMatchObject(sumOf(START, end));
});

test("rows of the future are merged by their distance as well", () => {
  const ledger = new EventLedger({ now: () => START, keptMs: HOUR });
  for (let row = 0; row <= MOST_ROWS; row += 1) ledger.add({ at: START + row, good: 1, total: 1 });
  expect(ledger.length).toBeLessThan(MOST_ROWS);
  expect(ledger.measure({ start: START, end: START + MINUTE }).total).toBe(MINUTE);
  expect(ledger.measure({ start: START, end: START + MOST_ROWS + HOUR }).total).toBe(MOST_ROWS + 1);
});
