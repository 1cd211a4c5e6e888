/** What incidents show: who leads, how soon somebody is on it, how soon it is over, and how many there are. */
import { durationText } from "../../core/time/duration-text.ts";
import { MILLISECONDS } from "../../core/time/duration.ts";
import { plain } from "../../core/figures.ts";
import { mapSome } from "../../core/map-some.ts";
import { incidentMetrics } from "../../incident/metrics.ts";
import type { MaturityFinding } from "../model.ts";
import type { IncidentLike, IncidentsLike } from "../sources.ts";

import { firstOf, type Look, LOOK_BACK_DAYS, type Looking, partOf, untold } from "./look.ts";

const GRAVE: ReadonlySet<string> = new Set(["SEV1", "SEV2"]);
const ACKNOWLEDGED_WITHIN_MS = 15 * MILLISECONDS.m;
/** What DORA's reports call high; an hour is elite. */
const RESTORED_WITHIN_MS = MILLISECONDS.d;
/** Google's bound: "Site Reliability Engineering", chapter 11. */
const MOST_A_SHIFT = 2;
const SHIFT_MS = 12 * MILLISECONDS.h;
/** The latest ones; each is asked for by itself. */
const MOST_ASKED_FOR = 50;
const LANES = 4;

/** Incidents of the last days. */
export const INCIDENT_LOOK: Look = {
  source: "incidents",
  criteria: ["incident_roles", "acknowledged", "restored", "alert_load"],
  async find({ at, from, signal, sources: { incidents } }) {
    if (incidents === undefined) return {};
    const all = await incidentsOf(incidents, { at, from, signal });
    const grave = all.filter(isGrave);
    const figures = incidentMetrics(grave, { from, until: at + 1, at });
    const mean = (time: typeof figures.mtta): string =>
      time.state === "value" ? `, on average after ${durationText(time.meanMs)}` : "";
    return {
      incident_roles: await led(incidents, grave, signal),
      acknowledged: within(grave, at, {
        // What a machine had ended by then needed nobody.
        end: ({ acknowledgedAt, resolvedAt }) => acknowledgedAt ?? resolvedAt,
        start: ({ detectedAt }) => detectedAt,
        limitMs: ACKNOWLEDGED_WITHIN_MS,
        what: "acknowledged or over",
        mean: mean(figures.mtta),
      }),
      restored: within(grave, at, {
        end: ({ resolvedAt }) => resolvedAt,
        start: ({ startedAt }) => startedAt,
        limitMs: RESTORED_WITHIN_MS,
        what: "over",
        mean: mean(figures.mttr),
      }),
      alert_load: load(all.length, at - from),
    };
  },
};

/** Those of the stretch that is looked back over, without those that are a part of another. */
export async function incidentsOf(
  incidents: IncidentsLike,
  { at, from, signal }: Pick<Looking, "at" | "from" | "signal">,
): Promise<readonly IncidentLike[]> {
  return firstOf(incidents.list({ from, signal }), ({ startedAt, mergedInto }) => {
    return mergedInto === undefined && startedAt >= from && startedAt <= at;
  });
}

/** Whether it is grave: SEV1 or SEV2. */
export function isGrave({ severity }: IncidentLike): boolean {
  return GRAVE.has(severity);
}

/** Why nothing can be told of grave incidents. */
export const NO_GRAVE: MaturityFinding = untold(`no grave incident in the last ${String(LOOK_BACK_DAYS)} days`);

async function led(
  incidents: IncidentsLike,
  grave: readonly IncidentLike[],
  signal: AbortSignal,
): Promise<MaturityFinding> {
  const over = grave.filter(({ status }) => status === "resolved").slice(0, MOST_ASKED_FOR);
  if (over.length === 0) return NO_GRAVE;
  const roles = await mapSome(over, LANES, async ({ id }) => (await incidents.get(id, { signal })).roles);
  const count = roles.filter(({ commander }) => commander !== undefined).length;
  return partOf(count, over.length, { one: "grave incident", has: "had a commander", have: "had a commander" });
}

function within(
  grave: readonly IncidentLike[],
  at: number,
  asked: {
    readonly start: (incident: IncidentLike) => number;
    readonly end: (incident: IncidentLike) => number | undefined;
    readonly limitMs: number;
    readonly what: string;
    readonly mean: string;
  },
): MaturityFinding {
  const { start, end, limitMs, what, mean } = asked;
  // What is still to come in time is not late.
  const judged = grave.filter((one) => end(one) !== undefined || at - start(one) > limitMs);
  if (judged.length === 0) return NO_GRAVE;
  const count = judged.filter((one) => (end(one) ?? Infinity) - start(one) <= limitMs).length;
  const outcome = `${what} within ${durationText(limitMs)}${mean}`;
  return partOf(count, judged.length, { one: "grave incident", has: `was ${outcome}`, have: `were ${outcome}` });
}

function load(count: number, lengthMs: number): MaturityFinding {
  if (count === 0) return untold(`no incident in the last ${String(LOOK_BACK_DAYS)} days`);
  const each = (count * SHIFT_MS) / lengthMs;
  const text = `${plain(each, 2)} incidents in twelve hours (${String(count)} in ${durationText(lengthMs)}); two is Google's bound`;
  return { share: Math.min(1, MOST_A_SHIFT / each), text };
}
