/** Random life of a service as its counters tell it: traffic over orders of magnitude, bursts, idle times, resets, gaps. */
import type { Random } from "../../../src/core/random.ts";

/** Between two scrapes of one instance. */
export const SCRAPE_SECONDS = 30;

/** What one series counts. */
export interface CounterKey {
  readonly route: string;
  /** `200`, `404`, `500` or `503`. */
  readonly code: string;
}

/** A counter of one instance: its value at each scrape, undefined where there is no sample. */
export interface Counter extends CounterKey {
  readonly values: (number | undefined)[];
}

/** Scraped as a whole, at times of its own. */
export interface Instance {
  readonly name: string;
  /** Seconds from the full half minute to its scrapes. */
  readonly offsetSeconds: number;
  readonly counters: readonly Counter[];
  /** Whether it was restarted while it was watched. */
  readonly isRestarted: boolean;
}

/** All of one service. */
export interface History {
  readonly instances: readonly Instance[];
}

/** What histories may have. */
export interface HistoryOptions {
  readonly scrapes: number;
  readonly offsets: readonly number[];
  /** Whether instances restart, appear late, or have no series of errors before the first one. */
  readonly isCalm: boolean;
}

/** Failed scrapes in a row between samples that are at most 5 minutes apart. */
const MOST_MISSED = 9;
const ROUTES = ["/a", "/b"] as const;

export function anyHistory(random: Random, options: HistoryOptions): History {
  const count = random.integer(1, 4);
  const weather = anyWeather(random, options.scrapes);
  return {
    instances: Array.from({ length: count }, (_, index) =>
      anyInstance(random, { ...options, name: `i${index}`, weather, share: 0.2 + random.next() }),
    ),
  };
}

interface Moment {
  readonly perScrape: number;
  readonly failing: number;
}

/** Traffic and failures of all instances, scrape by scrape. */
function anyWeather(random: Random, scrapes: number): Moment[] {
  const moments: Moment[] = [];
  let level = anyLevel(random);
  const usual = random.pick([0, 0, 1e-4, 1e-3, 0.01]);
  while (moments.length < scrapes) {
    if (random.next() < 0.3) level = anyLevel(random);
    // A burst, or all is as usual.
    const isBurst = random.next() < 0.35;
    const failing = isBurst ? 10 ** -(random.next() * 2.5) : usual;
    const length = isBurst ? random.integer(1, 60) : random.integer(5, 150);
    const isIdle = !isBurst && random.next() < 0.15;
    for (let scrape = 0; scrape < length && moments.length < scrapes; scrape += 1) {
      moments.push({ perScrape: isIdle ? 0 : level * (0.5 + random.next()), failing });
    }
  }
  return moments;
}

/** Requests in half a minute: from one in an hour to a thousand a second. */
function anyLevel(random: Random): number {
  return 10 ** (random.next() * 6.5 - 2);
}

function anyInstance(
  random: Random,
  given: HistoryOptions & { readonly name: string; readonly weather: readonly Moment[]; readonly share: number },
): Instance {
  const { scrapes, isCalm, weather } = given;
  const isEager = isCalm || random.next() < 0.4;
  const counters: (Counter & { count: number; isBorn: boolean })[] = ROUTES.flatMap((route) =>
    ["200", "404", "500", "503"].map((code) => ({
      route,
      code,
      values: [],
      count: random.pick([0, 0, 1e6]),
      isBorn: isEager,
    })),
  );
  const start = isCalm || random.next() < 0.7 ? 0 : random.integer(1, Math.floor(scrapes * 0.8));
  const chance = isCalm || random.next() < 0.5 ? 0 : 2 / scrapes;
  const visits = visitsOf(random, scrapes);
  let isRestarted = false;
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    if (scrape < start) {
      for (const counter of counters) counter.values.push(undefined);
      continue;
    }
    const restarts = scrape > start && random.next() < chance;
    isRestarted ||= restarts;
    const { isMissed, isQuiet } = visits[scrape] as Visit;
    const { perScrape, failing } = weather[scrape] as Moment;
    for (const counter of counters) {
      if (restarts) Object.assign(counter, { count: 0, isBorn: isEager });
      const grown = isQuiet ? 0 : whole(random, perScrape * given.share * shareOf(counter, failing));
      // A process counts from its start, which is a moment before its first scrape.
      counter.count += restarts || scrape === start ? whole(random, grown * random.next()) : grown;
      counter.isBorn ||= grown > 0;
      counter.values.push(isMissed || !counter.isBorn ? undefined : counter.count);
    }
  }
  return {
    name: given.name,
    offsetSeconds: random.pick(given.offsets),
    counters: counters.map(({ route, code, values }) => ({ route, code, values })),
    isRestarted,
  };
}

/** What a scrape is: made, missed, or made in or after a gap so long that nobody could tell when things happened in it. */
interface Visit {
  readonly isMissed: boolean;
  readonly isQuiet: boolean;
}

/** A few failed scrapes in a row, so that samples are at most 5 minutes apart; or many, in which nothing happens. */
function visitsOf(random: Random, scrapes: number): Visit[] {
  const missed = new Set<number>();
  const miss = (length: number): void => {
    const from = random.integer(0, scrapes);
    for (let scrape = from; scrape < from + length; scrape += 1) missed.add(scrape);
  };
  for (let count = random.integer(0, 4); count > 0; count -= 1) miss(random.integer(1, 3));
  if (random.next() < 0.3) miss(random.integer(4, MOST_MISSED));
  if (random.next() < 0.25) miss(random.integer(20, 80));
  return Array.from({ length: scrapes }, (_, scrape) => {
    // The visit after a gap is quiet with it: what it sees happened in the gap.
    let [from, to] = [scrape, scrape];
    while (missed.has(from - 1)) from -= 1;
    while (missed.has(to)) to += 1;
    return { isMissed: missed.has(scrape), isQuiet: to - from > MOST_MISSED };
  });
}

function shareOf({ route, code }: CounterKey, failing: number): number {
  const part = route === "/a" ? 0.8 : 0.2;
  const bad = route === "/a" ? failing : failing / 2;
  return part * (code === "500" ? bad * 0.7 : code === "503" ? bad * 0.3 : (1 - bad) * (code === "404" ? 0.05 : 0.95));
}

function whole(random: Random, value: number): number {
  return Math.floor(value + random.next());
}
