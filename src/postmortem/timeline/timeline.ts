/** One timeline of all sources. */
import { cut } from "../../core/cut.ts";

import { escapeMarkdown } from "../escape.ts";
import { safeUrl } from "../links.ts";
import type { PostmortemTimeline, TimelineEntry } from "../model.ts";
import { entryLine } from "../records.ts";
import { runEntries } from "./runs.ts";
import type { PostmortemSources } from "../sources.ts";
import { alertEntries, incidentEntries, isResumption } from "./incident.ts";

const MOST_ENTRIES = 5_000;
const LONGEST_TEXT = 500;
/** All of it together, in characters of Markdown: a file must stay one that can be read back. */
const ROOM = 800_000;
/** The entries that were handed in once more, as they are read back. */
const KEPT_ROOM = 300_000;

/**
 * What happened, from all sources, in order; what two sources tell alike is there once. Of too many the first and the last
 * are kept, and the others counted.
 */
export function timelineOf(sources: PostmortemSources): PostmortemTimeline {
  const { incident, events, runs = [], entries = [], links = {}, zone = "UTC" } = sources;
  const known = new Map(runs.map((run) => [run.id, run]));
  const url = safeUrl(links.incident?.(incident.id));
  const own = incidentEntries(events, { runs: known, zone }).map((entry) => ({ ...entry, url }));
  const all = [
    { at: incident.startedAt, source: "incident", text: "it began", url },
    ...alertEntries(incident),
    ...own,
    ...runEntries(runs, links, resumedIn(events)),
    ...entries,
  ].map(tidy);
  const once = new Map(all.map((entry) => [keyOf(entry), entry]));
  return bounded([...once.values()].sort((a, b) => a.at - b.at));
}

/** Runs of which the incident's record tells that another process went on with them. */
function resumedIn(events: PostmortemSources["events"]): ReadonlySet<unknown> {
  return new Set(
    events.flatMap((event) => (event.type === "noted" && isResumption(event.data) ? [event.data?.run] : [])),
  );
}

/** Those that were handed in, each once, as they are kept: in order, and as many as there is room for. */
export function keptEntries(entries: readonly TimelineEntry[]): readonly TimelineEntry[] | undefined {
  const once = new Map(entries.map(tidy).map((entry) => [keyOf(entry), entry]));
  let room = KEPT_ROOM;
  const kept = [...once.values()]
    .sort((a, b) => a.at - b.at)
    .filter((entry) => {
      room -= entryLine(entry).length;
      return room >= 0;
    });
  return kept.length === 0 ? undefined : kept;
}

function keyOf({ at, source, text, by }: TimelineEntry): string {
  return JSON.stringify([at, source, text, by]);
}

function tidy({ at, source, text, by, url }: TimelineEntry): TimelineEntry {
  return {
    at,
    source: cut(source, 60),
    text: cut(text, LONGEST_TEXT),
    ...(by === undefined ? {} : { by: cut(by, 100) }),
    ...(url === undefined ? {} : { url: safeUrl(url) }),
  };
}

/** The beginning and the end, half and half. */
function bounded(all: readonly TimelineEntry[]): PostmortemTimeline {
  const sizes = all.map(
    ({ text, by = "", source, url = "" }) => escapeMarkdown(text + by + source).length + url.length + 40,
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (all.length <= MOST_ENTRIES && total <= ROOM) return { entries: all, omitted: 0, omittedAfter: all.length };
  const head = fitting(sizes);
  const tail = fitting([...sizes].reverse());
  return {
    entries: [...all.slice(0, head), ...all.slice(all.length - tail)],
    omitted: all.length - head - tail,
    omittedAfter: head,
  };
}

/** How many fit into half of the room. */
function fitting(sizes: readonly number[]): number {
  let room = ROOM / 2;
  let count = 0;
  for (const size of sizes.slice(0, Math.min(MOST_ENTRIES / 2, Math.floor(sizes.length / 2)))) {
    room -= size;
    if (room < 0) break;
    count += 1;
  }
  return count;
}
