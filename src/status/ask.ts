/** Asks a source about many SLOs at once, and always gets an answer for each. */
import type { Clock } from "../core/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { AdapterError } from "../core/errors.ts";
import type { SliAnswer, SliQuestion, SliSource } from "../ports/sli-source.ts";
import type { CallOptions } from "../ports/store.ts";

/** Whom to ask, and how long it may take. */
export interface AskOptions<Subject> extends CallOptions {
  readonly source: SliSource<Subject>;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/**
 * One answer for each question, in their order, together where the source can do that. What fails or takes too long is an error
 * in the answers; rejects only if `signal` aborts.
 */
export async function askAll<Subject>(
  questions: readonly SliQuestion<Subject>[],
  { source, clock, timeoutMs, signal }: AskOptions<Subject>,
): Promise<readonly SliAnswer[]> {
  if (questions.length === 0) return [];
  const call = (aborting: AbortSignal): Promise<readonly SliAnswer[]> =>
    source.measureAll === undefined
      ? Promise.all(questions.map((question) => askOne(source, question, aborting)))
      : source.measureAll(questions, { signal: aborting });
  try {
    const answers = await withDeadline(call, { clock, timeoutMs, operation: "to measure the SLOs", signal });
    return questions.map((question, index) => checked(question, answers[index]));
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const failed: SliAnswer = { error: error instanceof Error ? error : new Error(String(error)) };
    return questions.map(() => failed);
  }
}

async function askOne<Subject>(
  source: SliSource<Subject>,
  { subject, ranges }: SliQuestion<Subject>,
  signal: AbortSignal,
): Promise<SliAnswer> {
  try {
    return { measurements: await source.measure(subject, ranges, { signal }) };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}

function checked<Subject>({ ranges }: SliQuestion<Subject>, answer: SliAnswer | undefined): SliAnswer {
  if (answer === undefined) return { error: wrong("it left a question out") };
  if ("error" in answer) return answer;
  const { length } = answer.measurements;
  return length === ranges.length
    ? answer
    : { error: wrong(`${String(length)} answers came for ${String(ranges.length)} stretches of time`) };
}

function wrong(message: string): AdapterError {
  return new AdapterError(message, { adapter: "the SLI source", operation: "measure", retryable: false });
}
