/** What is remembered of assessments, and what has changed since the last one. */
import { invalid } from "../core/errors.ts";
import * as z from "../core/schema.ts";

import {
  MATURITY_STATES,
  type MaturityHistory,
  type MaturityRecord,
  type MaturityReport,
  type MaturityTrend,
} from "./model.ts";

/** Nothing yet. */
export const NO_HISTORY: MaturityHistory = { records: [], states: {} };

/** A report beside what is remembered; the oldest go when there are more than `most`. */
export function withReport(history: MaturityHistory, report: MaturityReport, most: number): MaturityHistory {
  const { at, level, whole, areas, criteria } = report;
  const last = history.records.at(-1);
  if (last !== undefined && at < last.at) {
    throw invalid(
      "at",
      `${instantText(at)} is before ${instantText(last.at)} (UTC), which was recorded last; record assessments in their order`,
    );
  }
  const record: MaturityRecord = {
    at,
    level,
    score: whole.score,
    areas: Object.fromEntries(areas.flatMap(({ area, score }) => (score === undefined ? [] : [[area, score]]))),
  };
  // The same instant again is the same assessment.
  const others = history.records.filter((one) => one.at !== at);
  return {
    records: [...others, record].slice(-most),
    states: Object.fromEntries(criteria.map(({ id, state, since }) => [id, { state, since: since ?? at }])),
  };
}

/** Two records may be of one second. */
function instantText(at: number): string {
  return new Date(at).toISOString().slice(0, -1).replace("T", " ");
}

/** What has changed since the last record before `now.at`. */
export function trendSince(
  now: Pick<MaturityRecord, "at" | "level" | "score">,
  history: MaturityHistory | undefined,
): MaturityTrend | undefined {
  const before = history?.records.findLast(({ at }) => at < now.at);
  if (before === undefined) return undefined;
  const { score } = now;
  return {
    since: before.at,
    level: now.level - before.level,
    score: score === undefined || before.score === undefined ? undefined : Math.round((score - before.score) * 10) / 10,
  };
}

const instant = z.number().min(-8e15).max(8e15);
const score = z.number().min(0).max(100);
const DOCUMENT = z.object({
  version: z.literal(1),
  records: z.array(
    z.object({
      at: instant,
      level: z.literal([0, 1, 2, 3, 4]),
      score: score.optional(),
      areas: z.record(z.string(), score),
    }),
  ),
  states: z.record(z.string(), z.object({ state: z.enum(MATURITY_STATES), since: instant })),
});

/** As a store keeps it. */
export function historyText({ records, states }: MaturityHistory): string {
  return JSON.stringify({ version: 1, records, states });
}

/** What {@link historyText} wrote; undefined if it is not that. */
export function readHistory(parsed: unknown): MaturityHistory | undefined {
  const read = DOCUMENT.safeParse(parsed);
  if (!read.success) return undefined;
  const records = read.data.records.map(({ score: points, ...rest }) => ({ ...rest, score: points }));
  return { records: records.sort((a, b) => a.at - b.at), states: read.data.states };
}
