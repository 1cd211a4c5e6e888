/** The counts behind the SLIs as text, so that a restart forgets nothing older than the last save. */
import { ConfigurationError } from "../core/errors.ts";
import * as z from "../core/schema.ts";
import { type ElapsedState, type ElapsedTime, MOST_GAPS } from "./elapsed.ts";
import { FINEST_STEP_MS, type HistoryState } from "./history.ts";
import { MOST_INSTANTS } from "./instants.ts";
import type { SloTracker, TrackerState } from "./trackers.ts";

const VERSION = 1;
const LONGEST_STATE = 256 * 1024 * 1024;

/** More watched time than any service has: beyond it neighbouring steps would be the same number. */
export const LONGEST_LINE_MS = 1e13;

const count = z.int().nonnegative();
const position = z.number().nonnegative().max(LONGEST_LINE_MS);
const instant = z.number().min(-8.64e15).max(8.64e15);
const history = z
  .object({
    good: count,
    total: count,
    tiers: z
      .array(
        z.object({
          stepMs: z.number().positive(),
          last: z.int().min(-1).max(LONGEST_LINE_MS),
          counts: z.array(count).max(2_000),
        }),
      )
      .max(20),
  })
  .refine(neverFalls, "the counts are not ones that only grow, with no more good than there are");
const stateSchema = z
  .object({
    version: z.literal(VERSION),
    elapsed: z.object({
      elapsedMs: position,
      wallMs: instant,
      gaps: z.array(z.object({ at: position, ms: z.number().nonnegative().max(8.64e15) })).max(MOST_GAPS),
    }),
    slos: z.record(
      z.string(),
      z.object({
        meaning: z.string(),
        since: position,
        history,
        slices: z.object({ count, end: position }).optional(),
        instants: z
          .array(
            z.object({
              at: instant,
              position: z.number().min(-8.64e15).max(LONGEST_LINE_MS),
              good: count,
              total: count,
            }),
          )
          .max(MOST_INSTANTS)
          .optional(),
      }),
    ),
  })
  .refine(
    ({ slos }) => Object.values(slos).every(instantsGrow),
    "the counts at fixed instants are not ones that only grow",
  )
  .refine(withinTheLine, "something lies after the end of its time line");

/** Whether all tiers end at one instant, and good, bad and total only grow up to it. */
function neverFalls({ good, total, tiers }: HistoryState): boolean {
  const [finest] = tiers;
  if (finest?.stepMs !== FINEST_STEP_MS) return false;
  const end = finest.last * FINEST_STEP_MS;
  return tiers.every(
    ({ stepMs, last, counts }) =>
      last === Math.floor(end / stepMs) && counts.length <= 2 * (last + 1) && grows([...counts, good, total]),
  );
}

function grows(counts: readonly number[]): boolean {
  let [good, total] = [0, 0];
  for (let index = 0; index < counts.length; index += 2) {
    const [nextGood = 0, nextTotal = -1] = [counts[index], counts[index + 1]];
    if (nextGood < good || nextTotal - nextGood < total - good) return false;
    [good, total] = [nextGood, nextTotal];
  }
  return true;
}

/** Whether they are in order, and grow up to what was counted at the end. */
function instantsGrow({ instants = [], history: { good, total } }: TrackerState): boolean {
  const ordered = instants.every(({ at }, index) => index === 0 || at > (instants[index - 1]?.at ?? -Infinity));
  return ordered && grows([...instants.flatMap((one) => [one.good, one.total]), good, total]);
}

function withinTheLine({
  elapsed,
  slos,
}: {
  elapsed: ElapsedState;
  slos: Readonly<Record<string, TrackerState>>;
}): boolean {
  const end = elapsed.elapsedMs;
  return (
    elapsed.gaps.every(({ at }, index) => at <= end && at >= (elapsed.gaps[index - 1]?.at ?? 0)) &&
    Object.values(slos).every(
      ({ since, history: { tiers } }) => since <= end && tiers.every(({ stepMs, last }) => stepMs * last <= end),
    )
  );
}

/** Everything that {@link restoreState} needs, as JSON. */
export function saveState(elapsed: ElapsedTime, trackers: ReadonlyMap<string, SloTracker>): string {
  const line = elapsed.save();
  const slos = Object.fromEntries(
    [...trackers].map(([id, tracker]) => {
      tracker.advance({ elapsed, position: line.elapsedMs, wall: line.wallMs });
      return [id, tracker.save()];
    }),
  );
  return JSON.stringify({ version: VERSION, elapsed: line, slos });
}

/** Goes on from a saved state; returns the ids of the SLOs that it was good for. Checks everything before it changes anything. */
export function restoreState(
  text: string,
  elapsed: ElapsedTime,
  trackers: ReadonlyMap<string, SloTracker>,
): readonly string[] {
  const state = readState(text);
  elapsed.restore(state.elapsed);
  const position = elapsed.now();
  const restored: string[] = [];
  for (const [id, tracker] of trackers) {
    const saved = Object.hasOwn(state.slos, id) ? state.slos[id] : undefined;
    if (saved !== undefined && tracker.restore(saved)) restored.push(id);
    else tracker.startAt(position);
    tracker.advance({ elapsed, position, wall: elapsed.wall });
  }
  return restored;
}

function readState(text: unknown): z.infer<typeof stateSchema> {
  if (typeof text !== "string") throw refused("is no text");
  if (text.length > LONGEST_STATE)
    throw refused(`is ${String(text.length)} characters long; at most ${String(LONGEST_STATE)}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refused("is not JSON", error);
  }
  const parsed = stateSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw refused(`${first?.path.join(".") ?? ""}: ${first?.message ?? ""}`, parsed.error);
}

function refused(why: string, cause?: unknown): ConfigurationError {
  return new ConfigurationError([{ path: ["state"], message: `the saved SLI state cannot be used: ${why}` }], {
    cause,
  });
}
