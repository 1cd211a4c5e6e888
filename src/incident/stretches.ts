/** When an incident was on: from its start to its resolution, less the time for which it was thought to be over. */
import type { TimeRange } from "../core/time/window.ts";

import type { RecordedTime } from "./mean-time.ts";
import { isTime } from "./times.ts";

/** A stay in a status, as other systems may have it too. */
interface Stay {
  readonly status: string;
  readonly enteredAt: number;
  readonly leftAt?: number | undefined;
}

/** What {@link stretches} needs. */
export interface Lasted {
  readonly startedAt: number;
  readonly resolvedAt?: RecordedTime;
  readonly visits?: readonly Stay[] | undefined;
}

/**
 * The stretches in which it was not resolved, in order; what is still on lasts until `at`. Undefined if its times
 * contradict each other.
 */
export function stretches({ startedAt, resolvedAt, visits = [] }: Lasted, at: number): TimeRange[] | undefined {
  const found: TimeRange[] = [];
  let start: number | undefined = startedAt;
  for (const { status, enteredAt, leftAt } of visits) {
    if (status !== "resolved") continue;
    if (start === undefined || !(enteredAt >= start)) return undefined;
    found.push({ start, end: enteredAt });
    if (leftAt !== undefined && !(leftAt >= enteredAt)) return undefined;
    start = leftAt;
  }
  if (start === undefined) return found;
  const end = resolvedAt ?? Math.max(at, start);
  if (!isTime(end) || end < start) return undefined;
  found.push({ start, end });
  return found;
}

/** How much of `ranges` lies in `window`. */
export function lengthWithin(ranges: readonly TimeRange[], window: TimeRange): number {
  let length = 0;
  for (const { start, end } of ranges) length += Math.max(0, Math.min(end, window.end) - Math.max(start, window.start));
  return length;
}
