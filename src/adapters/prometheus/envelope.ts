/** What is around every answer of the API: whether it succeeded, and what Prometheus remarks. */
import { type HttpAnswer, parsedAnswer } from "../http/caller.ts";

import { mapping } from "./read-values.ts";
import { notesOf, oneLine, textsOf } from "./texts.ts";
import { noAnswer, pageForPeople, saidTrouble, statusTrouble, type Trouble } from "./trouble.ts";

/** An answer, not looked into yet. */
export interface Envelope {
  readonly data: unknown;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Prometheus 2.48 to 2.55 sends remarks on the query among the warnings. */
const INFO = "PromQL info:";
const HTML = /^\s*(text\/html|application\/xhtml)/i;

/**
 * Reads an answer of the API. Any type of content will do for JSON that is an answer, since gateways change it, except
 * that of a page.
 */
export function readEnvelope(answer: HttpAnswer, hide: (text: string) => string): Envelope | Trouble {
  const { status, type = "", retryAfterMs } = answer;
  const body = HTML.test(type) ? undefined : mapping(parsedAnswer(answer.text));
  if (body?.status === "error" && typeof body.error === "string") {
    // It is about the query, and whoever wrote that needs it.
    const errorType = errorTypeOf(body.errorType);
    return saidTrouble(oneLine(hide(body.error)), { status, errorType, retryAfterMs });
  }
  if (status < 200 || status >= 300) return statusTrouble(status, retryAfterMs);
  if (HTML.test(type)) return pageForPeople(status);
  if (body?.status !== "success") return noAnswer({ status });
  const remarks = textsOf(body.warnings);
  const infos = [...remarks.filter((remark) => remark.startsWith(INFO)), ...textsOf(body.infos)];
  const warnings = remarks.filter((remark) => !remark.startsWith(INFO));
  return { data: body.data, warnings: notesOf(warnings, hide), infos: notesOf(infos, hide) };
}

/** Reads an answer that is a text for people, and good for nothing but its status. */
export function readPlain({ status, type = "", text, retryAfterMs }: HttpAnswer): Envelope | Trouble {
  if (status < 200 || status >= 300) return statusTrouble(status, retryAfterMs);
  if (HTML.test(type)) return pageForPeople(status);
  return { data: text, warnings: [], infos: [] };
}

function errorTypeOf(value: unknown): string | undefined {
  return typeof value === "string" && /^[a-z_]{1,40}$/.test(value) ? value : undefined;
}
