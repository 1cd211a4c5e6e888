import { EventLedger } from "../../src/budget/counted-events.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A ledger under 10,000 events/s stays bounded and within 1 %, whatever the order of the times.";

interface Size {
  readonly hours: number;
  readonly perSecond: number;
}

export const quick: Size = { hours: 2, perSecond: 300 };
export const full: Size = { hours: 6, perSecond: 10_000 };

const HOUR_MS = 3_600_000;
const MOST_ROWS = 200_000;
const LOOK_BACKS_MS = [60_000, 300_000, 1_800_000, HOUR_MS, 6 * HOUR_MS];

export async function run({ hours, perSecond }: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const start = Date.UTC(2026, 0, 1);
  let now = start;
  const ledger = new EventLedger({ now: () => now, keptMs: 30 * 24 * HOUR_MS });
  const truth = new TruePast(start - HOUR_MS, (hours + 3) * HOUR_MS);
  const figures = { events: 0, mostRows: 0, worstError: 0, looks: 0 };
  for (let second = 0; second < hours * 3_600; second += 1) {
    for (let event = 0; event < perSecond; event += 1) {
      now = start + second * 1_000 + Math.floor((event * 1_000) / perSecond);
      const at = now + offset(random.next(), random.next());
      const good = random.next() < 0.9 ? 1 : 0;
      ledger.add({ at, good, total: 1 });
      truth.add(at, good);
      figures.events += 1;
      if (ledger.length > figures.mostRows) figures.mostRows = ledger.length;
    }
    if (second % 600 !== 599) continue;
    log(`${String(second + 1)} s, ${String(ledger.length)} rows`);
    for (const backMs of LOOK_BACKS_MS) {
      if (backMs > second * 1_000) continue;
      const range = { start: now + 1 - backMs, end: now + 1 };
      figures.worstError = Math.max(figures.worstError, truth.error(range, ledger.measure(range)));
      figures.looks += 1;
    }
  }
  if (figures.mostRows > MOST_ROWS) throw new Error(`${String(figures.mostRows)} rows`);
  if (figures.worstError > 0.01) throw new Error(`${String(figures.worstError)} off (seed ${seed})`);
  return figures;
}

/** Most are told at once, some late by up to an hour, some by a clock that is up to two hours ahead. */
function offset(kind: number, share: number): number {
  if (kind < 0.9) return 0;
  return Math.floor(kind < 0.95 ? -share * share * HOUR_MS : share * share * 2 * HOUR_MS);
}

/** Counts of every millisecond. */
class TruePast {
  readonly #first: number;
  readonly #good: Uint16Array;
  readonly #total: Uint16Array;

  constructor(first: number, lengthMs: number) {
    this.#first = first;
    this.#good = new Uint16Array(lengthMs);
    this.#total = new Uint16Array(lengthMs);
  }

  add(at: number, good: number): void {
    const index = at - this.#first;
    this.#good[index] = (this.#good[index] as number) + good;
    this.#total[index] = (this.#total[index] as number) + 1;
  }

  error(range: { start: number; end: number }, told: { good: number; total: number }): number {
    let [good, total] = [0, 0];
    for (let at = range.start; at < range.end; at += 1) {
      good += this.#good[at - this.#first] as number;
      total += this.#total[at - this.#first] as number;
    }
    return Math.max(Math.abs(told.good - good) / good, Math.abs(told.total - total) / total);
  }
}
