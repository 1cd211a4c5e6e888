/** A backtest by brute force: for each step everything is added up again over raw events, in whole numbers. Nothing of src. */
import { toNumber, type Exact } from "./exact.ts";

/** What happened at one instant. */
export interface RawCount {
  readonly at: number;
  readonly good: number;
  readonly total: number;
}

/** An alert; its factor in decimal digits. */
export interface RawTier {
  readonly name: string;
  readonly severity: "page" | "ticket";
  readonly longMs: number;
  readonly shortMs: number;
  readonly factor: string;
  readonly budgetShare: number;
}

/** A past and a promise. */
export interface RawPast {
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
  readonly events: readonly RawCount[];
  /** Starts of the steps that nobody watched. */
  readonly unwatched: ReadonlySet<number>;
  readonly budgetPartsPerBillion: number;
  /** The window at the end of a step. */
  readonly windowAt: (at: number) => { readonly start: number; readonly end: number };
  readonly isRolling: boolean;
  /** How far back alerts look for the SLO's window. */
  readonly nominalMs: number;
  readonly minimumEvents: number;
  readonly minimumFailures: number;
}

interface Sum {
  readonly bad: bigint;
  readonly total: bigint;
}

const WHOLE = 1_000_000_000n;

/** The ends of all steps. */
export function endsOf({ start, end, stepMs }: RawPast): number[] {
  const ends: number[] = [];
  for (let at = start + stepMs; at <= end; at += stepMs) ends.push(at);
  return ends;
}

/** What happened from `from` on and before `to`, as far as somebody watched. */
export function sumOf(past: RawPast, from: number, to: number): Sum {
  let [bad, total] = [0, 0];
  for (const { at, good, total: all } of past.events) {
    if (at < from || at >= to || at < past.start || at >= past.end) continue;
    const step = past.start + Math.floor((at - past.start) / past.stepMs) * past.stepMs;
    if (past.unwatched.has(step)) continue;
    bad += all - good;
    total += all;
  }
  return { bad: BigInt(bad), total: BigInt(total) };
}

/** When somebody began to watch. */
export function knownFrom(past: RawPast): number {
  for (let at = past.start; at < past.end; at += past.stepMs) if (!past.unwatched.has(at)) return at;
  return past.end;
}

/** Whether the alert holds at `at`. */
export function holdsAt(past: RawPast, tier: RawTier, at: number): boolean {
  const [long, short] = [sumOf(past, at - tier.longMs, at), sumOf(past, at - tier.shortMs, at)];
  if (!isFaster(past, long, tier.factor) || !isFaster(past, short, tier.factor)) return false;
  if (past.minimumFailures === 0) return true;
  if (long.bad < BigInt(past.minimumFailures)) return false;
  return past.minimumEvents <= 1 || sumOf(past, at - past.nominalMs, at).total >= BigInt(past.minimumEvents);
}

/** bad / total / budget > factor, with the factor as a fraction of whole numbers. */
function isFaster({ budgetPartsPerBillion }: RawPast, { bad, total }: Sum, factor: string): boolean {
  const [whole = "0", decimals = ""] = factor.split(".");
  const scale = 10n ** BigInt(decimals.length);
  return total > 0n && bad * WHOLE * scale > BigInt(whole + decimals) * total * BigInt(budgetPartsPerBillion);
}

/** How a budget stood at one instant. */
export interface RawBudget {
  /** Of the part of the window that is known, as a share of the whole one's budget. */
  readonly consumed: Exact;
  /** What each failure costs of that. */
  readonly perFailure: Exact;
  /** Whether the window began within what is known, and has enough events. */
  readonly isJudged: boolean;
  readonly isWhole: boolean;
}

export function budgetAt(past: RawPast, at: number): RawBudget {
  const window = past.windowAt(at);
  const from = Math.max(window.start, knownFrom(past));
  const { bad, total } = sumOf(past, from, at);
  const isWhole = window.start >= knownFrom(past) && at > knownFrom(past);
  if (total === 0n) {
    return { consumed: { n: 0n, d: 1n }, perFailure: { n: 0n, d: 1n }, isJudged: false, isWhole };
  }
  const n = WHOLE * BigInt(Math.max(0, at - from));
  const d = total * BigInt(past.budgetPartsPerBillion) * BigInt(window.end - window.start);
  const isJudged = isWhole && total >= BigInt(past.minimumEvents);
  return { consumed: { n: bad * n, d }, perFailure: { n, d }, isJudged, isWhole };
}

/** One time that an alert fired, as step numbers: place `i` is the end of step `i`, from 1. */
export interface RawEpisode {
  readonly tier: RawTier;
  readonly from: number;
  readonly until: number;
  readonly ongoing: boolean;
  readonly consumedAtStart: number;
  readonly spentDuring: number;
  readonly isNoise: boolean;
  /** First step of the fault behind it, and the place of its end. */
  readonly faultFrom: number;
  readonly faultUntil: number;
}

/** All episodes of all tiers, tiers in the order given: the gravest first. */
export function episodesOf(past: RawPast, tiers: readonly RawTier[]): RawEpisode[] {
  const ends = endsOf(past);
  const all: RawEpisode[] = [];
  for (const tier of tiers) {
    const holds = [false, ...ends.map((at) => holdsAt(past, tier, at))];
    const found: RawEpisode[] = [];
    for (let place = 1; place < holds.length; place += 1) {
      if (holds[place] !== true || holds[place - 1] === true) continue;
      const stop = holds.indexOf(false, place);
      const until = stop === -1 ? ends.length : stop;
      const [at, over] = [past.start + place * past.stepMs, past.start + until * past.stepMs];
      const { bad } = sumOf(past, at - tier.longMs, over);
      const { n, d } = budgetAt(past, over).perFailure;
      const spent = { n: n * bad, d };
      // Shares of tiers have two decimals.
      const isTooLittle = 100n * spent.n < BigInt(Math.round(100 * tier.budgetShare)) * spent.d;
      const isJoined = all.some((other) => !other.isNoise && other.from < until && other.until > place);
      found.push({
        tier,
        from: place,
        until,
        ongoing: stop === -1,
        consumedAtStart: toNumber(budgetAt(past, at).consumed),
        spentDuring: toNumber(spent),
        isNoise: isTooLittle && !isJoined,
        ...behind(past, tier, place, until),
      });
    }
    all.push(...found);
  }
  return all;
}

/** Where failures beyond the factor were fewest in the long look-back, and most from there on. */
function behind(past: RawPast, tier: RawTier, place: number, until: number): { faultFrom: number; faultUntil: number } {
  const earliest = Math.max(0, Math.floor(place - tier.longMs / past.stepMs));
  const heights = Array.from({ length: until + 1 }, (_, to) => {
    const { bad, total } =
      to < earliest ? { bad: 0n, total: 0n } : sumOf(past, past.start, past.start + to * past.stepMs);
    return Number(bad) - (Number(tier.factor) * past.budgetPartsPerBillion * Number(total)) / 1e9;
  });
  let [faultFrom, lowest, faultUntil, highest] = [-1, Infinity, -1, -Infinity];
  heights.forEach((height, at) => {
    if (at >= earliest && at < place && height <= lowest + 1e-9) [faultFrom, lowest] = [at, height];
  });
  heights.forEach((height, at) => {
    if (at >= faultFrom && height > highest + 1e-9) [faultUntil, highest] = [at, height];
  });
  return { faultFrom, faultUntil };
}

/** How many times any tier of that severity was on, and for how many steps. */
export function timesOn(
  episodes: readonly RawEpisode[],
  severity: string,
): { times: number; steps: number; first: number } {
  const of = episodes.filter(({ tier }) => tier.severity === severity);
  // In half steps, so that what ends where another begins is one: [from, until] is closed.
  const on = new Set<number>();
  for (const { from, until } of of) for (let half = 2 * from; half <= 2 * until; half += 1) on.add(half);
  let [times, steps] = [0, 0];
  for (const half of on) {
    if (!on.has(half - 1)) times += 1;
    if (half % 2 === 1) steps += 1;
  }
  return { times, steps, first: Math.min(...of.map(({ from }) => from)) };
}

/** The windows that lie within what is known, by looking at every millisecond that a step begins or ends at. */
export function wholeWindows(past: RawPast): Sum[] {
  const sums: Sum[] = [];
  const seen = new Set<number>();
  for (const at of endsOf(past)) {
    const window = past.windowAt(at);
    const isOver = window.end <= at;
    if (!isOver || window.start < knownFrom(past) || seen.has(window.start)) continue;
    seen.add(window.start);
    sums.push(sumOf(past, window.start, window.end));
  }
  return sums.filter(({ total }) => total > 0n && total >= BigInt(past.minimumEvents));
}

/** The strictest of all objectives with two digits of budget that `needed` of the windows support, by trying each; as budget in parts per billion. */
export function strictestBudget(windows: readonly Sum[], needed: number): number | undefined {
  for (let digits = 1, scale = 1; scale <= 100_000_000; digits += 1) {
    if (digits === 100) [digits, scale] = [10, scale * 10];
    const budget = digits * scale;
    if (budget > 500_000_000) return undefined;
    if (keptBy(windows, budget, 1n) >= needed) return budget;
  }
  return undefined;
}

/** How many of the windows keep a budget if each has at least so many failures. */
export function keptBy(windows: readonly Sum[], budgetPartsPerBillion: number, leastBad: bigint): number {
  return windows.filter(({ bad, total }) => {
    const failures = bad < leastBad ? leastBad : bad;
    return failures * WHOLE <= total * BigInt(budgetPartsPerBillion);
  }).length;
}
