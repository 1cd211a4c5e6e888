/** One query over a range, asked in as many requests as it takes. */
import { AdapterError } from "../../core/errors.ts";
import type { Logger } from "../../ports/logger.ts";
import type { HttpAnswer, HttpCaller } from "../http/caller.ts";

import { AGGREGATE, type Labels, readAnswer, type RangeSeries } from "./answer.ts";
import type { RangePart } from "./range.ts";

/** What is asked. */
export interface RangeQuery {
  /** What to call it in messages. */
  readonly what: string;
  readonly query: string;
  readonly stepMs: number;
  readonly parts: readonly RangePart[];
  readonly signal: AbortSignal | undefined;
}

/** A full series has half a megabyte. */
const MOST_BYTES = 8_388_608;
const MANY_BYTES = `it gives more than 8 MiB, so it has many series; ${AGGREGATE}`;

/** Values by their times, in epoch milliseconds; rejects if there is more than one series. */
export async function askRange(
  caller: HttpCaller,
  logger: Logger,
  asked: RangeQuery,
): Promise<ReadonlyMap<number, number>> {
  const { what, parts } = asked;
  const values = new Map<number, number>();
  const told = new Set<string>();
  let known: Labels | undefined;
  for (const part of parts) {
    const { points, labels, notes } = await askPart(caller, asked, part);
    // Cut elsewhere, the range would have shown both at once.
    if (known !== undefined && labels !== undefined && known.key !== labels.key) {
      throw failure(asked, `it gives several series (${known.text}, later ${labels.text}); ${AGGREGATE}`, false, 200);
    }
    known ??= labels;
    for (const { at, value } of points) values.set(at, value);
    for (const note of notes) {
      if (!told.has(note)) logger.warn(`prometheus has a remark on ${what}: ${note}`, { query: what, note });
      told.add(note);
    }
  }
  return values;
}

async function askPart(caller: HttpCaller, asked: RangeQuery, part: RangePart): Promise<RangeSeries> {
  const { status, text } = await post(caller, asked, part);
  const answer = readAnswer(status, text);
  if ("trouble" in answer) throw failure(asked, answer.trouble, answer.retryable, status);
  return answer;
}

async function post(caller: HttpCaller, asked: RangeQuery, part: RangePart): Promise<HttpAnswer> {
  try {
    return await caller.call({
      operation: operationOf(asked),
      path: "/query_range",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      text: formOf(asked, part),
      // These come with a reason: bad_data, execution, timeout.
      accept: [400, 422, 503],
      maxBytes: MOST_BYTES,
      signal: asked.signal,
    });
  } catch (error) {
    const isTooLong = error instanceof AdapterError && error.context.status === 200;
    throw isTooLong ? failure(asked, MANY_BYTES, false, 200) : error;
  }
}

/** Dates and whole milliseconds: numbers would be seconds with a fraction, which each server rounds as it likes. */
function formOf({ query, stepMs }: RangeQuery, { start, end }: RangePart): string {
  const [from, to] = [new Date(start).toISOString(), new Date(end).toISOString()];
  return new URLSearchParams({ query, start: from, end: to, step: `${String(stepMs)}ms` }).toString();
}

function operationOf({ what }: RangeQuery): string {
  return `query ${what}`;
}

function failure(asked: RangeQuery, message: string, retryable: boolean, status: number): AdapterError {
  return new AdapterError(message, {
    adapter: "prometheus",
    operation: operationOf(asked),
    retryable,
    context: { status },
  });
}
