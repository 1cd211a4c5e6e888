/** The counts behind the SLIs as text, so that a restart forgets nothing older than the last save. */
import { ConfigurationError } from "../core/errors.ts";
import { z } from "../core/schema.ts";
import type { ElapsedTime } from "./elapsed.ts";
import type { SloTracker } from "./trackers.ts";

const VERSION = 1;
const LONGEST_STATE = 256 * 1024 * 1024;

const count = z.number().nonnegative();
const history = z.object({
  good: count,
  total: count,
  tiers: z
    .array(
      z.object({ stepMs: z.number().positive(), last: z.number().int().min(-1), counts: z.array(count).max(2_000) }),
    )
    .max(20),
});
const stateSchema = z.object({
  version: z.literal(VERSION),
  elapsed: z.object({
    elapsedMs: count,
    wallMs: z.number(),
    gaps: z.array(z.object({ at: count, ms: count })).max(100),
  }),
  slos: z.record(
    z.string(),
    z.object({
      meaning: z.string(),
      since: count,
      history,
      slices: z.object({ count, end: count }).optional(),
    }),
  ),
});

/** Everything that {@link restoreState} needs, as JSON. */
export function saveState(elapsed: ElapsedTime, trackers: ReadonlyMap<string, SloTracker>): string {
  const line = elapsed.save();
  const slos = Object.fromEntries(
    [...trackers].map(([id, tracker]) => {
      tracker.advance(line.elapsedMs);
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
  }
  return restored;
}

function readState(text: string): z.infer<typeof stateSchema> {
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
