/** One query over a range that is to give one series, asked in as many requests as it takes. */
import { AdapterError } from "../../core/errors.ts";
import type { Logger } from "../../ports/logger.ts";

import { AGGREGATE, type Labels, type RangeSeries, readOneSeries } from "./answer.ts";
import type { Answered, Asker, Question } from "./asker.ts";
import { rangeRequest } from "./forms.ts";
import type { RangePart } from "./range.ts";
import { Trouble } from "./trouble.ts";

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
export const MOST_BYTES = 8_388_608;
const MANY_BYTES = `it gives more than 8 MiB, so it has many series; ${AGGREGATE}`;
const MOST_NOTES = 10;

/** Values by their times, in epoch milliseconds; rejects if there is more than one series. */
export async function askRange(asker: Asker, logger: Logger, asked: RangeQuery): Promise<ReadonlyMap<number, number>> {
  const { what, parts } = asked;
  const values = new Map<number, number>();
  const told = new Set<string>();
  let known: Labels | undefined;
  for (const part of parts) {
    const { data, warnings, infos } = await askPart(asker, asked, part);
    const { points, labels } = data;
    // Cut elsewhere, the range would have shown both at once.
    if (known !== undefined && labels !== undefined && known.key !== labels.key) {
      const text = `it gives several series (${known.text}, later ${labels.text}); ${AGGREGATE}`;
      throw failure(asked, new Trouble("refused", text, false, { status: 200 }));
    }
    known ??= labels;
    for (const { at, value } of points) values.set(at, value);
    for (const note of [...warnings, ...infos].slice(0, MOST_NOTES)) {
      if (!told.has(note)) logger.warn(`prometheus has a remark on ${what}: ${note}`, { query: what, note });
      told.add(note);
    }
  }
  return values;
}

async function askPart(asker: Asker, asked: RangeQuery, part: RangePart): Promise<Answered<RangeSeries>> {
  const { query, stepMs, signal } = asked;
  const question: Question<RangeSeries, RangeSeries> = {
    operation: operationOf(asked),
    next: (parts) => (parts.length === 0 ? rangeRequest(query, part, stepMs) : undefined),
    read: readOneSeries,
    join: ([series]) => series ?? { points: [], labels: undefined },
  };
  const { outcome } = await asker.ask(question, signal);
  if (!(outcome instanceof Trouble)) return outcome;
  if (outcome.kind === "aborted") signal?.throwIfAborted();
  throw failure(asked, outcome);
}

function operationOf({ what }: RangeQuery): string {
  return `query ${what}`;
}

function failure(asked: RangeQuery, { kind, text, retryable, facts }: Trouble): AdapterError {
  const { status, reason, retryAfterMs } = facts;
  return new AdapterError(kind === "too_large" ? MANY_BYTES : text, {
    adapter: "prometheus",
    operation: operationOf(asked),
    retryable,
    context: {
      ...(status === undefined ? {} : { status }),
      ...(reason === undefined ? {} : { reason }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
}
