/** A report against brute force: all that does not agree, as sentences. */
import type { CandidateReport } from "../../../src/backtest/model.ts";
import {
  budgetAt,
  endsOf,
  episodesOf,
  keptBy,
  knownFrom,
  type RawEpisode,
  strictestBudget,
  sumOf,
  timesOn,
  wholeWindows,
} from "./backtest-brute-force.ts";
import type { BacktestScenario } from "./backtest-scenario.ts";
import { relativeTo, sign, toNumber } from "./exact.ts";

const TOLERANCE = 1e-9;

export function compareBacktest({ past, tiers }: BacktestScenario, report: CandidateReport): string[] {
  const wrong: string[] = [];
  const same = (what: string, actual: unknown, expected: unknown): void => {
    if (!Object.is(actual, expected)) wrong.push(`${what} is ${String(actual)}, not ${String(expected)}`);
  };
  const near = (what: string, actual: number | undefined, expected: number | undefined): void => {
    if (actual === undefined || expected === undefined) same(what, actual, expected);
    else if (!(relativeTo(expected, actual) <= TOLERANCE)) same(what, actual, expected);
  };
  const ends = endsOf(past);
  const all = sumOf(past, past.start, past.end);
  same("total", report.total, Number(all.total));
  same("good", report.good, Number(all.total - all.bad));
  near("coverage", report.coverage, 1 - past.unwatched.size / ends.length);

  const budgets = ends.map((at) => budgetAt(past, at));
  const judged = budgets.filter(({ isJudged }) => isJudged);
  const remaining = judged.map(({ consumed: { n, d } }) => toNumber({ n: d - n, d }));
  near("least", report.leastRemaining, remaining.length === 0 ? undefined : Math.min(...remaining));
  near("last", report.lastRemaining, budgets.at(-1)?.isJudged === true ? remaining.at(-1) : undefined);
  const spent = judged.filter(({ consumed: { n, d } }) => sign(d - n) <= 0).length;
  same("exhausted", report.exhaustedMs, spent * past.stepMs);
  const firstWhole = ends[budgets.findIndex(({ isWhole }) => isWhole)];
  const from = firstWhole === undefined || past.isRolling ? firstWhole : past.windowAt(firstWhole).start;
  same("judged from", report.judgedFrom, from);

  const episodes = episodesOf(past, tiers);
  compareEpisodes(episodes, report, {
    same,
    near,
    placeAt: (place) => past.start + place * past.stepMs,
    known: knownFrom(past),
  });
  for (const severity of ["page", "ticket"] as const) {
    const { times, steps, first } = timesOn(episodes, severity);
    const isPage = severity === "page";
    same(severity, isPage ? report.pages : report.tickets, times);
    same(`${severity} time`, isPage ? report.pagingMs : report.ticketMs, steps * past.stepMs);
    if (isPage)
      near(
        "first page",
        report.consumedAtFirstPage,
        times === 0 ? undefined : toNumber(budgetAt(past, past.start + first * past.stepMs).consumed),
      );
  }
  compareFaults(episodes, report, { same, placeAt: (place) => past.start + place * past.stepMs });

  const windows = wholeWindows(past);
  const budget = windows.length === 0 ? undefined : strictestBudget(windows, windows.length);
  same("windows", report.suggestion.windows, windows.length);
  const { objective, keptRatio } = report.suggestion;
  same("suggested", objective === undefined ? undefined : budgetOf(objective), budget);
  same("kept", keptRatio, budget === undefined ? 0 : keptBy(windows, budget, 0n) / windows.length);
  return wrong;
}

type Same = (what: string, actual: unknown, expected: unknown) => void;
type Near = (what: string, actual: number | undefined, expected: number | undefined) => void;

function compareEpisodes(
  expected: readonly RawEpisode[],
  report: CandidateReport,
  tools: {
    readonly same: Same;
    readonly near: Near;
    readonly placeAt: (place: number) => number;
    readonly known: number;
  },
): void {
  const { same, near, placeAt, known } = tools;
  const ordered = [...expected].sort((one, other) => one.from - other.from);
  const shown = (list: readonly { tier: string; start: number; end: number }[]): string =>
    list.map(({ tier, start, end }) => `${tier} ${String(start)}-${String(end)}`).join();
  const raw = ordered.map((one) => ({ tier: one.tier.name, start: placeAt(one.from), end: placeAt(one.until) }));
  same("episodes", shown(report.episodes), shown(raw));
  ordered.forEach((one, index) => {
    const episode = report.episodes[index];
    if (episode === undefined) return;
    const what = `${episode.tier} at ${String(episode.start)}`;
    same(`${what} ongoing`, episode.ongoing, one.ongoing);
    near(`${what} consumed`, episode.consumedAtStart, one.consumedAtStart);
    near(`${what} spent`, episode.spentDuring, one.spentDuring);
    same(`${what} noise`, episode.isNoise, one.isNoise);
    const began = placeAt(one.faultFrom);
    same(`${what} detection`, episode.detectionMs, began <= known ? undefined : placeAt(one.from) - began);
    const isOpen = one.ongoing || one.faultUntil >= one.until;
    same(`${what} reset`, episode.resetMs, isOpen ? undefined : placeAt(one.until) - placeAt(one.faultUntil));
  });
}

/** Faults are laws of their own; who told of them is asked of every episode. */
function compareFaults(
  episodes: readonly RawEpisode[],
  { faults }: CandidateReport,
  { same, placeAt }: { readonly same: Same; readonly placeAt: (place: number) => number },
): void {
  for (const { start, end, detectedAt, detectedBy } of faults) {
    const telling = episodes.filter(
      (one) => (one.ongoing || placeAt(one.until) > start) && placeAt(one.faultFrom) < end,
    );
    const times = telling.map((one) => Math.max(start, placeAt(one.from)));
    const first = telling.length === 0 ? undefined : Math.min(...times);
    same(`fault at ${String(start)} told`, detectedAt, first);
    same(`fault at ${String(start)} teller`, detectedBy, telling[times.findIndex((at) => at === first)]?.tier.name);
  }
}

function budgetOf(objective: string): number {
  const [whole = "0", decimals = ""] = objective.slice(0, -1).split(".");
  return 1_000_000_000 - Number(whole + decimals.padEnd(7, "0"));
}
