/** What of a group is only tried dry. */
import type { ParallelStep } from "./model.ts";

/** Whether all that is done in it is destructive, beside what people do. */
export function isOnlyDestructive({ steps }: Pick<ParallelStep, "steps">): boolean {
  const done = steps.filter(({ kind }) => kind !== "manual");
  return done.length > 0 && done.every(({ isDestructive }) => isDestructive);
}
