/** The tests of an SLO's rules: what happens, and what the rules are to make of it. */
import { MILLISECONDS } from "../../core/time/duration.ts";
import { numberText } from "../promql/write.ts";
import type { SloTier } from "../../budget/slo-tiers.ts";
import {
  burnCheck,
  type Check,
  noDataCheck,
  paceBetween,
  paceCheck,
  remainingBetween,
  remainingCheck,
  countCheck,
} from "./checks.ts";
import { paceAt, verdictAt } from "./oracle.ts";
import { ceil, type Traffic } from "./pieces.ts";
import { type Piece, Timeline } from "./timeline.ts";

/** One test. */
export interface Scenario {
  readonly name: string;
  readonly timeline: Timeline;
  readonly checks: readonly Check[];
}

const M = MILLISECONDS.m;
const PART_MS = 5 * M;
/** Look-backs of more than this are not waited for. */
const LONGEST_CALM_MS = 4 * MILLISECONDS.h;

/** All that can be told of the SLO. */
export function scenariosOf(traffic: Traffic): Scenario[] {
  const scenarios = traffic.isTime
    ? [healthy(traffic), fastBurn(traffic), noData(traffic)]
    : [
        healthy(traffic),
        unevenLoad(traffic),
        ...burns(traffic),
        fastBurn(traffic),
        idle(traffic),
        noErrorSeries(traffic),
        restart(traffic),
        noData(traffic),
      ];
  return scenarios.filter((scenario) => scenario !== undefined);
}

function healthy(traffic: Traffic): Scenario {
  const { absentIsBad } = traffic.load;
  const piece = traffic.piece(absentIsBad ? MILLISECONDS.h : traffic.settleMs, traffic.calm);
  return scenario(traffic, "healthy", [piece], (timeline) => [
    ...(absentIsBad ? nearlySteady(traffic, timeline) : steady(traffic, timeline, piece)),
    ...noAlertForNoData(traffic, timeline.lengthMs),
  ]);
}

/** A mean of ratios would take the quiet time for as much as the busy one. */
function unevenLoad(traffic: Traffic): Scenario | undefined {
  const { subject } = traffic.tested;
  const lengthMs = traffic.fits(65 * M) ? traffic.wholeParts(30 * M) : 2 * PART_MS;
  const pieces = [
    traffic.piece(lengthMs, Math.min(4 * traffic.calm, traffic.highest), 0.1),
    traffic.piece(lengthMs, traffic.calm / 5),
    traffic.idle(PART_MS),
  ];
  const endMs = 2 * lengthMs + PART_MS;
  if (!traffic.fits(endMs)) return undefined;
  const { names, lookBacks } = subject;
  return scenario(traffic, "few requests that fail, then many that do not", pieces, (timeline) => [
    remainingCheck(subject, traffic.paceOf(...pieces), endMs),
    ...(traffic.load.weight === 1
      ? [countCheck(names.events(lookBacks.window.text), timeline.counts(0, endMs).events, endMs)]
      : []),
  ]);
}

/** A burn between the threshold of each tier and the next. */
function burns(traffic: Traffic): Scenario[] {
  const tiers = [...traffic.tested.tiers].sort((one, other) => one.factor - other.factor);
  return tiers.flatMap(({ factor }, index) => {
    const next = tiers.slice(index + 1).find((tier) => tier.factor > factor)?.factor ?? traffic.highest;
    if (tiers[index - 1]?.factor === factor) return [];
    const pace = Math.min(1.4 * factor, Math.sqrt(factor * next));
    const piece = traffic.piece(traffic.settleMs, pace);
    const exact = traffic.paceOf(piece);
    if (exact < 1.1 * factor) return [];
    const name =
      index === 0 ? "slow burn" : `burn at ${numberText(Number(exact.toPrecision(3)))} times the budget's pace`;
    return [scenario(traffic, name, [piece], (timeline) => steady(traffic, timeline, piece))];
  });
}

function fastBurn(traffic: Traffic): Scenario | undefined {
  const { subject, tiers } = traffic.tested;
  const tier = fastest(tiers);
  const pace = fastPace(traffic);
  if (tier === undefined || pace < 1.15 * tier.factor) return undefined;
  const calm = traffic.piece(ceil(Math.max(15 * M, Math.min(4 * tier.longMs, LONGEST_CALM_MS)), PART_MS), traffic.calm);
  const needed = Math.min(1, (1.3 * tier.factor) / pace) * tier.longMs;
  const burn = traffic.piece(ceil(Math.max(15 * M, Math.min(needed, 2 * LONGEST_CALM_MS)), PART_MS), pace);
  const recovery = traffic.piece(ceil(tier.shortMs + 10 * M, PART_MS), 0);
  const burnt = calm.lengthMs + burn.lengthMs;
  return scenario(traffic, "fast burn, then recovery", [calm, burn, recovery], (timeline) => [
    ...alerts(traffic, timeline, calm.lengthMs),
    ...alerts(traffic, timeline, burnt),
    ...tiers.flatMap(({ longMs }) => {
      const lookBack = subject.lookBacks.short.find(({ durationMs }) => durationMs === longMs)?.text;
      const { least, most } = paceAt(timeline, burnt, longMs, traffic.question);
      return lookBack === undefined || least > 2 * most
        ? []
        : [paceBetween(subject, lookBack, { least: 0.95 * least, most: 1.05 * most }, burnt)];
    }),
    ...alerts(traffic, timeline, timeline.lengthMs),
  ]);
}

function idle(traffic: Traffic): Scenario {
  const { subject } = traffic.tested;
  const { names, lookBacks } = subject;
  const window = lookBacks.window.text;
  const lengthMs = traffic.wholeParts(15 * M);
  const busy = traffic.piece(lengthMs, traffic.calm);
  const pieces = [traffic.idle(lengthMs), busy, traffic.idle(traffic.wholeParts(30 * M))];
  const [shortest] = lookBacks.short;
  return scenario(traffic, "idle", pieces, (timeline) => [
    countCheck(names.events(window), 0, lengthMs),
    remainingCheck(subject, 0, lengthMs),
    paceCheck(subject, window, 0, lengthMs),
    ...alerts(traffic, timeline, lengthMs),
    ...noAlertForNoData(traffic, lengthMs),
    ...(traffic.fits(timeline.lengthMs) ? [remainingCheck(subject, traffic.paceOf(busy), timeline.lengthMs)] : []),
    ...(shortest !== undefined && shortest.durationMs <= 20 * M
      ? [paceCheck(subject, shortest.text, 0, timeline.lengthMs)]
      : []),
    ...alerts(traffic, timeline, timeline.lengthMs),
    ...noAlertForNoData(traffic, timeline.lengthMs),
  ]);
}

function noErrorSeries(traffic: Traffic): Scenario | undefined {
  if (!traffic.load.series.some(({ isOptional }) => isOptional)) return undefined;
  const { subject } = traffic.tested;
  const before: Piece = { ...traffic.piece(traffic.settleMs, 0), special: "no error series" };
  const burn = traffic.piece(traffic.settleMs, fastPace(traffic));
  return scenario(traffic, "no error series yet, then a burn", [before, burn], (timeline) => [
    remainingCheck(subject, 0, before.lengthMs),
    paceCheck(subject, subject.lookBacks.window.text, 0, before.lengthMs),
    ...alerts(traffic, timeline, before.lengthMs),
    ...alerts(traffic, timeline, timeline.lengthMs),
  ]);
}

function restart(traffic: Traffic): Scenario {
  const { subject } = traffic.tested;
  const piece = traffic.piece(traffic.wholeParts(15 * M), traffic.calm);
  const left = 1 - traffic.paceOf(piece);
  return scenario(traffic, "restart", [piece, { ...piece, special: "restarted" }], (timeline) => [
    remainingBetween(subject, { least: left - 0.05, most: left + 0.05 }, timeline.lengthMs),
    ...alerts(traffic, timeline, timeline.lengthMs),
  ]);
}

function noData(traffic: Traffic): Scenario | undefined {
  const { noDataReason } = traffic;
  if (noDataReason === undefined) return undefined;
  const before = traffic.piece(traffic.settleMs, traffic.calm);
  const gone: Piece = { ...traffic.idle(20 * M), special: "gone" };
  return scenario(traffic, "no data", [before, gone], (timeline) => [
    noDataCheck(traffic.tested.subject, [], before.lengthMs),
    noDataCheck(traffic.tested.subject, [noDataReason], timeline.lengthMs),
  ]);
}

/** What is asked at the end of a time in which each step was like the others. */
function steady(traffic: Traffic, timeline: Timeline, piece: Piece): Check[] {
  const { subject } = traffic.tested;
  const pace = traffic.paceOf(piece);
  return [
    remainingCheck(subject, pace, timeline.lengthMs),
    paceCheck(subject, subject.lookBacks.window.text, pace, timeline.lengthMs),
    ...alerts(traffic, timeline, timeline.lengthMs),
  ];
}

/** The same where what was before the test weighs. */
function nearlySteady(traffic: Traffic, timeline: Timeline): Check[] {
  const { subject } = traffic.tested;
  const { durationMs, text } = subject.lookBacks.window;
  const { least, most } = paceAt(timeline, timeline.lengthMs, durationMs, traffic.question);
  return [
    paceBetween(subject, text, { least: least / 2, most: most * 1.1 }, timeline.lengthMs),
    ...alerts(traffic, timeline, timeline.lengthMs),
  ];
}

function alerts({ tested, question }: Traffic, timeline: Timeline, atMs: number): Check[] {
  return burnCheck(tested.subject, verdictAt(timeline, atMs, question), atMs);
}

function noAlertForNoData({ tested, noDataReason }: Traffic, atMs: number): Check[] {
  return noDataReason === undefined ? [] : [noDataCheck(tested.subject, [], atMs)];
}

function fastest(tiers: readonly SloTier[]): SloTier | undefined {
  return [...tiers].sort((one, other) => other.factor - one.factor)[0];
}

function fastPace({ tested, highest, isTime }: Traffic): number {
  return isTime ? highest : Math.min(3 * (fastest(tested.tiers)?.factor ?? 1), highest);
}

function scenario(
  { stepMs, tested, load }: Traffic,
  name: string,
  pieces: readonly Piece[],
  checks: (timeline: Timeline) => readonly Check[],
): Scenario {
  const timeline = new Timeline(pieces, {
    stepMs,
    unit: tested.subject.indicator.unit,
    ...(load.absentIsBad ? { badBeforeMs: PART_MS + M } : {}),
  });
  return { name, timeline, checks: checks(timeline) };
}
