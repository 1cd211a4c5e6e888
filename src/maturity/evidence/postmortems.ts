/** What postmortems show: whether they are written, reviewed in time, and followed. */
import { MILLISECONDS } from "../../core/time/duration.ts";
import { isPostmortemOverdue } from "../../postmortem/life.ts";
import type { MaturityFinding } from "../model.ts";
import type { PostmortemLike } from "../sources.ts";

import { incidentsOf, isGrave, NO_GRAVE } from "./incidents.ts";
import { counted, type Look, type Looking, MOST_LOOKED_AT, partOf, untold } from "./look.ts";

/** So long after the end nobody asks for a postmortem yet. */
const DAYS_OF_GRACE = 5;

/** Postmortems, and the incidents that ask for them. */
export const POSTMORTEM_LOOK: Look = {
  source: "postmortems",
  criteria: ["postmortems_written", "postmortems_in_time", "actions_done"],
  async find(looking) {
    const { postmortems: given = [] } = looking.sources;
    const postmortems = (typeof given === "function" ? await given() : given).slice(-MOST_LOOKED_AT);
    return {
      postmortems_written: await written(postmortems, looking),
      postmortems_in_time: inTime(postmortems, looking),
      actions_done: done(postmortems, looking),
    };
  },
};

async function written(postmortems: readonly PostmortemLike[], looking: Looking): Promise<MaturityFinding> {
  const { at, sources } = looking;
  if (sources.incidents === undefined) {
    return untold(`${counted(postmortems.length, "postmortem")}; the incidents were not handed in`);
  }
  const has = new Set(postmortems.map(({ incident }) => incident.id));
  const all = await incidentsOf(sources.incidents, looking);
  const asked = all.filter((one) => {
    const { id, resolvedAt = Infinity } = one;
    return isGrave(one) && (has.has(id) || at - resolvedAt > DAYS_OF_GRACE * MILLISECONDS.d);
  });
  if (asked.length === 0) return NO_GRAVE;
  const missing = asked.filter(({ id }) => !has.has(id)).map(({ id }) => id);
  const words = { one: "grave incident", has: "has a postmortem", have: "have a postmortem", lacking: missing };
  return partOf(asked.length - missing.length, asked.length, words);
}

/** Those that were due within the stretch that is looked back over. */
function inTime(postmortems: readonly PostmortemLike[], { at, from }: Looking): MaturityFinding {
  const due = postmortems.flatMap((one) => {
    const { dueAt = -Infinity, changes } = one;
    if (dueAt < from || dueAt > at) return [];
    const reviewedAt = changes.find(({ to }) => to === "reviewed")?.at;
    return [{ overdue: isPostmortemOverdue(one, at), late: reviewedAt === undefined || reviewedAt > dueAt }];
  });
  const count = due.filter(({ late }) => !late).length;
  const open = due.filter(({ overdue }) => overdue).length;
  if (due.length === 0) return untold("no postmortem was due in that time");
  const still = open === 0 ? "" : `; ${String(open)} still to be reviewed`;
  const what = { has: "was reviewed in time", have: "were reviewed in time" };
  return partOf(count, due.length, { one: "postmortem", ...what, rest: still });
}

function done(postmortems: readonly PostmortemLike[], { at, from }: Looking): MaturityFinding {
  const due = postmortems
    .flatMap(({ actionItems }) => actionItems)
    .filter(({ due: day }) => {
      // The whole of the day is left to do it.
      const end = /^\d{4}-\d\d-\d\d$/.test(day ?? "") ? Date.parse(`${day ?? ""}T00:00:00Z`) + MILLISECONDS.d : NaN;
      return end >= from && end <= at;
    });
  const open = due.filter(({ status }) => status === "open").length;
  if (due.length === 0) return untold("no action item was due in that time");
  const what = { has: "is done or dropped", have: "are done or dropped" };
  return partOf(due.length - open, due.length, {
    one: "action item that was due",
    many: "action items that were due",
    ...what,
  });
}
