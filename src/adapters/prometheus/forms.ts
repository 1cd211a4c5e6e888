/** Questions as the forms that the API asks for. */
import { wellFormed } from "../../core/well-formed.ts";
import type { RangePart } from "./range.ts";
import type { ApiRequest } from "./request.ts";

/** Which series, and when. */
export interface SeriesForm {
  readonly matchers?: readonly string[];
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** One instant. */
export function instantRequest(query: string, at: number | undefined): ApiRequest {
  const form = new URLSearchParams({ query });
  if (at !== undefined) form.set("time", timeText(at));
  return { path: "/api/v1/query", form, isPostable: true };
}

/** A part of a range. */
export function rangeRequest(query: string, { start, end }: RangePart, stepMs: number): ApiRequest {
  const form = new URLSearchParams({ query, start: timeText(start), end: timeText(end), step: `${String(stepMs)}ms` });
  return { path: "/api/v1/query_range", form, isPostable: true };
}

/** Series that match, or their labels. */
export function seriesRequest(path: string, { matchers = [], start, end }: SeriesForm): ApiRequest {
  const form = new URLSearchParams(matchers.map((matcher): [string, string] => ["match[]", matcher]));
  if (start !== undefined) form.set("start", timeText(start));
  if (end !== undefined) form.set("end", timeText(end));
  return { path: `/api/v1/${path}`, form, isPostable: path === "series" || path === "labels" };
}

/** What can only be got. */
export function getRequest(path: string, form: Readonly<Record<string, string>> = {}): ApiRequest {
  return { path, form: new URLSearchParams(form), isPostable: false };
}

/**
 * A name in a path. What an address would take for a part of itself is written as Prometheus 3 reads it again ("U__", and
 * `_2f_` for a slash).
 */
export function nameInPath(name: string): string {
  if (!name.includes("/") && !/^\.{1,2}$/.test(name)) return encodeURIComponent(wellFormed(name));
  const escaped = Array.from(name, (character) => {
    if (character === "_") return "__";
    if (/^[A-Za-z0-9:]$/.test(character)) return character;
    return `_${(character.codePointAt(0) ?? 0).toString(16)}_`;
  });
  return `U__${escaped.join("")}`;
}

/** Dates and whole milliseconds: numbers would be seconds with a fraction, which each server rounds as it likes. */
function timeText(at: number): string {
  return new Date(at).toISOString();
}
