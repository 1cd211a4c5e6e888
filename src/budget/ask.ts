/** Asks a source about many SLOs at once, and always gets an answer for each. */
import type { Clock } from "../core/time/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { AdapterError } from "../core/errors.ts";
import type { Measurement } from "../core/measurement.ts";
import type { TimeRange } from "../core/time/window.ts";
import { errorOfThrown } from "../core/thrown.ts";
import { atOnce } from "../core/thenable.ts";
import type { SliAnswer, SliQuestion, SliSource, SliTraits } from "../ports/sli-source.ts";
import type { CallOptions } from "../ports/store.ts";

/** Whom to ask, and how long it may take. */
export interface AskOptions<Subject> extends CallOptions {
  readonly source: SliSource<Subject>;
  readonly clock: Clock;
  /** For each question, or for all of them where the source takes them together. */
  readonly timeoutMs: number;
  /** Whether the process stays alive until there is an answer; it does unless told. */
  readonly keepAlive?: boolean;
}

/**
 * One answer for each question, in their order, together where the source can do that. What fails or takes too long is an error
 * in the answers; rejects only if `signal` aborts.
 */
export async function askAll<Subject extends { readonly id: string }>(
  questions: readonly SliQuestion<Subject>[],
  options: AskOptions<Subject>,
): Promise<readonly SliAnswer[]> {
  const { source, clock, timeoutMs, signal, keepAlive } = options;
  if (questions.length === 0) return [];
  if (source.measureAll === undefined) {
    return Promise.all(questions.map(async (question) => checked(question, await askOne(question, options))));
  }
  // Copies: what a source does to them must not change what the others are asked.
  const given = questions.map(({ subject, ranges }) => ({ subject, ranges: copied(ranges) }));
  const call = async (aborting: AbortSignal): Promise<readonly SliAnswer[]> =>
    (await source.measureAll?.(given, { signal: aborting })) ?? [];
  try {
    const answers = await withDeadline(call, { clock, timeoutMs, operation: "to measure the SLOs", signal, keepAlive });
    return questions.map((question, index) => checked(question, answers[index]));
  } catch (error) {
    if (signal?.aborted === true) throw error;
    const failed = failure(error);
    return questions.map(() => failed);
  }
}

async function askOne<Subject extends { readonly id: string }>(
  { subject, ranges }: SliQuestion<Subject>,
  { source, clock, timeoutMs, signal, keepAlive }: AskOptions<Subject>,
): Promise<SliAnswer> {
  const limits = { clock, timeoutMs, operation: `to measure ${subject.id}`, signal, keepAlive };
  try {
    return {
      measurements: await withDeadline(
        (aborting) => source.measure(subject, copied(ranges), { signal: aborting }),
        limits,
      ),
    };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return failure(error);
  }
}

/** Latencies that a source has told of `count` subjects: what is no number is not known. @throws {@link AdapterError} for no list of them */
export function soundLatencies(answer: unknown, count: number): readonly (number | undefined)[] {
  if (answer === undefined) return [];
  if (!Array.isArray(answer) || answer.length !== count) throw wrong(`it did not tell ${String(count)} latencies`);
  return (answer as readonly unknown[]).map((one) =>
    typeof one === "number" && one >= 0 && one < Infinity ? one : undefined,
  );
}

function copied(ranges: readonly TimeRange[]): readonly TimeRange[] {
  return ranges.map(({ start, end }) => ({ start, end }));
}

/** What a source says of its counts of `subject`; undefined if it says nothing, or nothing that can be used. */
export function soundTraits<Subject>(source: SliSource<Subject>, subject: Subject): SliTraits | undefined {
  try {
    const { unit, resolutionMs } = (atOnce(source.traits?.(subject)) ?? {}) as Partial<SliTraits>;
    const isKnown = unit === "events" || unit === "time";
    return isKnown && typeof resolutionMs === "number" && resolutionMs > 0 && resolutionMs < Infinity
      ? { unit, resolutionMs }
      : undefined;
  } catch {
    // Then its counts are taken to be like any others.
    return undefined;
  }
}

function failure(error: unknown): SliAnswer {
  return { error: errorOfThrown(error) };
}

function checked<Subject>({ ranges }: SliQuestion<Subject>, answer: SliAnswer | undefined): SliAnswer {
  if (answer === undefined) return { error: wrong("it left a question out") };
  if ("error" in answer) return answer;
  const measurements: unknown = answer.measurements;
  if (!Array.isArray(measurements)) return { error: wrong("it answered with something that is no list") };
  const { length } = measurements;
  if (length !== ranges.length) {
    return { error: wrong(`${String(length)} answers came for ${String(ranges.length)} stretches of time`) };
  }
  if (measurements.every(isMeasurement)) return answer;
  return { error: wrong("its answer is no measurement: good from 0 to total, coverage from 0 to 1, all finite") };
}

function isMeasurement(value: unknown): boolean {
  const { good, total, coverage } = (value ?? {}) as Partial<Record<keyof Measurement, unknown>>;
  if (typeof good !== "number" || typeof total !== "number" || typeof coverage !== "number") return false;
  return good >= 0 && good <= total && Number.isFinite(total) && coverage >= 0 && coverage <= 1;
}

function wrong(message: string): AdapterError {
  return new AdapterError(message, { adapter: "the SLI source", operation: "measure", retryable: false });
}
