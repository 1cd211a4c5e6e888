/** Activities one after the other, those in the background beside them: a method, or the rollbacks. */
import { isAborted, pause } from "../../core/abort.ts";
import { publicReason } from "../../core/public-reason.ts";

import { type ActivityContext, type ActivityPorts, failure, millisecondsOf, perform } from "./activities.ts";
import type { ToolkitActivity } from "./model.ts";
import { endingOf, problemWith } from "./tolerance.ts";
import type { Variables } from "./variables.ts";

/** How they are done. */
export interface MethodContext {
  readonly ports: ActivityPorts;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  /** What the keys of commands begin with. */
  readonly key: string;
  /** Whether the first action that fails ends it; else all are done. */
  readonly stopsAtFailure: boolean;
}

/** What became of one. */
interface Doing {
  readonly activity: ToolkitActivity;
  readonly message: string;
  readonly problem: string | undefined;
}

/**
 * Does them, and says what each came to, in order of their ends. A probe that fails is told, and ends nothing. Resolves or rejects
 * only when nothing goes on in the background any more.
 *
 * @throws AdapterError naming the actions that failed; what `signal` was aborted with
 */
export async function runActivities(
  activities: readonly ToolkitActivity[],
  { ports, variables, signal, key, stopsAtFailure }: MethodContext,
): Promise<readonly string[]> {
  const done: Doing[] = [];
  const background: Promise<void>[] = [];
  const stopping = new AbortController();
  const over = AbortSignal.any([signal, stopping.signal]);
  const failed = (): readonly Doing[] =>
    done.filter(({ activity, problem }) => activity.type === "action" && problem !== undefined);
  const run = async (activity: ToolkitActivity, index: number): Promise<void> => {
    const context = { ports, variables, signal: over, key: `${key}-${String(index + 1)}` };
    const doing = await doOne(activity, context);
    // What was ended because another one failed has nothing of its own to say.
    if (isAborted(over)) return;
    done.push(doing);
    if (stopsAtFailure && failed().length > 0) stopping.abort();
  };
  for (const [index, activity] of activities.entries()) {
    if (isAborted(over)) break;
    const work = run(activity, index);
    if (activity.background === true) background.push(work);
    else await work;
  }
  await Promise.all(background);
  signal.throwIfAborted();
  const problems = failed();
  const [first] = problems;
  if (first !== undefined) {
    const others = problems.slice(1).map(({ activity, problem }) => `${activity.name}: ${problem ?? ""}`);
    throw failure(first.activity.name, [first.problem, ...others].join("; "));
  }
  return done.map(({ activity, message }) => `${activity.name}: ${message}`);
}

async function doOne(activity: ToolkitActivity, context: ActivityContext): Promise<Doing> {
  const { variables, signal, ports } = context;
  try {
    const { before, after } = activity.pauses ?? {};
    const [beforeMs, afterMs] = [before, after].map((one) => millisecondsOf(activity.name, one, variables));
    if (beforeMs !== undefined) await pause(ports.clock, beforeMs, { signal, keepAlive: true });
    signal.throwIfAborted();
    const answer = await perform(activity, context);
    const problem = await problemWith(activity, answer, context);
    if (problem === undefined && afterMs !== undefined) await pause(ports.clock, afterMs, { signal, keepAlive: true });
    return { activity, message: problem ?? endingOf(answer), problem };
  } catch (error) {
    const problem = publicReason(error);
    return { activity, message: problem, problem };
  }
}
