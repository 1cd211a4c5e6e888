/** Budgets and paces by brute force over raw samples: growth between neighbours, nothing guessed, nothing of src. */
import type { Sample, Stream } from "./rules-kinds.ts";

/** Samples of a series further apart than this do not tell when what is between them happened. */
const LONGEST = 300;

/** What a counter grew by between two samples that follow each other. */
interface Growth {
  readonly from: number;
  readonly to: number;
  readonly by: number;
}

/** A stream, once it has been read. */
export interface Grown {
  readonly isBad: boolean;
  readonly samples: readonly Sample[];
  readonly growths: readonly Growth[];
  /** Of a total without its good ones: those. */
  readonly rest: Grown | undefined;
}

/** A number that is known up to what the samples do not tell. */
export interface Between {
  readonly low: number;
  readonly high: number;
}

export function grown({ isBad, samples, without }: Stream): Grown {
  const own = growthsOf(samples);
  if (without === undefined) return { isBad, samples, growths: own, rest: undefined };
  const good = new Map(growthsOf(without).map((growth) => [growth.to, growth.by]));
  const growths = own.map((growth) => ({ ...growth, by: growth.by - (good.get(growth.to) ?? 0) }));
  return { isBad, samples, growths, rest: grown({ isBad: false, samples: without }) };
}

function growthsOf(samples: readonly Sample[]): Growth[] {
  return samples.slice(1).map(({ at, value }, index) => {
    const before = samples[index] as Sample;
    return { from: before.at, to: at, by: value < before.value ? value : value - before.value };
  });
}

/** The share that failed of what happened after `start` up to `end`: by when it was seen. */
export function failedShare(streams: readonly Grown[], start: number, end: number, longest: number = LONGEST): number {
  let [bad, all] = [0, 0];
  for (const { isBad, growths } of streams) {
    for (const { from, to, by } of growths) {
      if (to <= start || to > end || to - from > longest) continue;
      all += by;
      if (isBad) bad += by;
    }
  }
  return all === 0 ? 0 : bad / all;
}

/**
 * By how much of all events the share may be off because of restarts: what a counter grew by within five minutes of its
 * own, where rules can no more than guess.
 */
export function restartSlack(streams: readonly Grown[], start: number, end: number): number {
  let [guessed, all] = [0, 0];
  for (const { growths, samples, rest } of streams) {
    const restarts = samples.filter(({ value }, index) => value < (samples[index - 1]?.value ?? 0)).map(({ at }) => at);
    for (const one of [growths, rest?.growths ?? []]) {
      for (const { to, by } of one) {
        if (to <= start || to > end) continue;
        if (one === growths) all += by;
        if (restarts.some((at) => Math.abs(to - at) <= LONGEST)) guessed += by;
      }
    }
  }
  return all === 0 ? 0 : guessed / all;
}

/** Failures, and the share of them, in a look-back: what is certain of it, and what could be. */
export function lookBack(
  streams: readonly Grown[],
  start: number,
  end: number,
  lag: number,
): { readonly failures: Between; readonly share: Between } {
  let [badLow, badHigh, goodLow, goodHigh] = [0, 0, 0, 0];
  for (const stream of streams) {
    const { low, high } = seen(stream, start, end, lag);
    if (stream.isBad) {
      badLow += low;
      badHigh += high;
    } else {
      goodLow += low;
      goodHigh += high;
    }
  }
  const share = (bad: number, good: number): number => (bad <= 0 ? 0 : bad / (bad + good));
  badLow = Math.max(0, badLow);
  return {
    failures: { low: badLow, high: badHigh },
    share: { low: share(badLow, goodHigh), high: share(badHigh, goodLow) },
  };
}

/** At least what is seen within; at most what is seen in part, or what increase() makes of what is seen within. */
function seen({ samples, growths, rest }: Grown, start: number, end: number, lag: number): Between {
  let [low, within, overlapping] = [0, 0, 0];
  for (let index = firstAfter(growths, start - lag); index < growths.length; index += 1) {
    const { from, to, by } = growths[index] as Growth;
    if (from >= end) break;
    overlapping += by;
    if (from >= start - lag && to <= end) within += by;
    if (from > start && to <= end - lag && to - from <= LONGEST) low += by;
  }
  const factor = guessFactor(samples, start - lag, end);
  // Near 0 increase() guesses less, or more: two counters that are set against each other may be guessed unlike, and what is
  // left between them may be less than nothing, which others make up for. They differ before their first sample alone, by 1.1
  // intervals at most.
  const young =
    rest === undefined || !isYoung(rest.samples, start, end)
      ? 0
      : seen(rest, start, end, lag).high * Math.min(factor - 1, 1.1 / Math.max(1, countIn(samples, start, end) - 1));
  return { low: low - young, high: Math.max(overlapping, within * factor) + young };
}

/**
 * increase() goes on at both ends of what it sees for 1.1 intervals between samples at most, and not beyond its range. From
 * Prometheus 3 on that is without its first moment.
 */
function guessFactor(samples: readonly Sample[], start: number, end: number): number {
  const factors = [start, start + 1e-3].map((from) => {
    const inside = ends(samples, from, end);
    if (inside === undefined || inside.count < 2) return 1;
    const { first, last, count } = inside;
    return Math.min((end - start) / (last.at - first.at), 1 + 2.2 / (count - 1));
  });
  return Math.max(...factors);
}

function isYoung(samples: readonly Sample[], start: number, end: number): boolean {
  const inside = ends(samples, start, end);
  if (inside === undefined) return false;
  const { first, last, count } = inside;
  const toZero = first.value / Math.max(1, last.value - first.value);
  return last.value < first.value || toZero < 1.1 / Math.max(1, count - 1);
}

function countIn(samples: readonly Sample[], start: number, end: number): number {
  return ends(samples, start, end)?.count ?? 0;
}

function ends(
  samples: readonly Sample[],
  start: number,
  end: number,
): { first: Sample; last: Sample; count: number } | undefined {
  const from = firstFrom(samples, start);
  const to = firstFrom(samples, end + 1e-3) - 1;
  const [first, last] = [samples[from], samples[to]];
  return to < from || first === undefined || last === undefined ? undefined : { first, last, count: to - from + 1 };
}

function firstFrom(samples: readonly Sample[], time: number): number {
  let [low, high] = [0, samples.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle] as Sample).at < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first growth that ends after `time`. */
function firstAfter(growths: readonly Growth[], time: number): number {
  let [low, high] = [0, growths.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((growths[middle] as Growth).to <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
