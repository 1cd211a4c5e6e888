/** What must be read back exactly stands in the file beside the tables for people, as JSON in comments that nobody is shown. */
import { show } from "../core/errors.ts";
import * as z from "../core/schema.ts";

import { safeUrl } from "./links.ts";
import { type PartName } from "./parts.ts";
import { type Postmortem, type PostmortemChange, POSTMORTEM_STATUSES, type TimelineEntry } from "./model.ts";
import type { Row, RowFault } from "./tables.ts";

/** What the header's record tells. */
export interface About {
  readonly incident: string;
  readonly status: Postmortem["status"];
  readonly authors: readonly string[];
  readonly changes: readonly PostmortemChange[];
}

const text = z.string().max(10_000);
const time = z.number().min(-8.64e15).max(8.64e15);
const status = z.enum(POSTMORTEM_STATUSES);
const entry = z.strictObject({ at: time, source: text, text, by: text.optional(), url: text.optional() });
const about = z.strictObject({
  ...{ incident: text, status, authors: z.array(text).max(1_000) },
  changes: z.array(z.strictObject({ from: status, to: status, by: text, at: time })).max(20_000),
});

const RECORD = /^<!-- nines:(about|entry) (.*) -->[ \t]*\r?$/;
/** What would end a comment, hide something, or is not the same in every editor. */
const UNSAFE = /[<>&\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|-(?=-)/g;

function recordLine(kind: "about" | "entry", data: object): string {
  const json = JSON.stringify(data).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `<!-- nines:${kind} ${json} -->`;
}

/** An entry that was handed in, as it is read back. */
export function entryLine(data: TimelineEntry): string {
  return recordLine("entry", data);
}

/** The records of one part, as lines; whatever its template is, they stand below what it makes. */
export function recordsOf(name: PartName, postmortem: Postmortem): readonly string[] {
  if (name === "timeline") return (postmortem.entries ?? []).map(entryLine);
  if (name !== "header") return [];
  const { incident, status: now, authors, changes } = postmortem;
  const data: About = { incident: incident.id, status: now, authors, changes };
  return [recordLine("about", data)];
}

/** The header's record, if it has one, and the line that it is. */
export function readAbout(rows: readonly Row[], fault: RowFault): { about: About; row: Row } | undefined {
  for (const row of rows) {
    const data = dataOf(row, "about", about, fault);
    if (data !== undefined) return { about: data, row };
  }
  return undefined;
}

/** Entries that were handed in for the timeline. */
export function readEntries(
  rows: readonly Row[],
  fault: RowFault,
): { readonly entries: readonly TimelineEntry[]; readonly read: readonly string[] } {
  const read: string[] = [];
  const entries = rows.flatMap((row): TimelineEntry[] => {
    const data = dataOf(row, "entry", entry, fault);
    if (data === undefined) return [];
    read.push(row.text);
    return [{ ...data, url: safeUrl(data.url) }];
  });
  return { entries, read };
}

/** Whether `line` is a record. */
export function isRecord(line: string): boolean {
  return RECORD.test(line);
}

function dataOf<Data>(row: Row, kind: string, schema: z.ZodType<Data>, fault: RowFault): Data | undefined {
  const [, found, json = ""] = RECORD.exec(row.text) ?? [];
  if (found !== kind) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    data = undefined;
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const why =
    data === undefined ? `${show(json)} is no JSON` : `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
  fault(row, `the record "nines:${kind}" is damaged (${why}); put it back as it was, or delete the line`);
  return undefined;
}
