/** Answers many questions about SLOs: from recorded rules where these are, else from the metrics themselves. */
import { AdapterError } from "../../../core/errors.ts";
import { type Measurement, NOTHING_MEASURED } from "../../../core/measurement.ts";
import type { TimeRange } from "../../../core/time/window.ts";
import { errorOfThrown } from "../../../core/thrown.ts";
import type { SliAnswer } from "../../../ports/sli-source.ts";
import type { LookBack } from "../../../rules/look-backs.ts";

import type { CountedSlo } from "./counted.ts";
import { askExpressions } from "./expressions.ts";
import { type AskInstant, askRecorded, type RecordedQuestion, type RecordedReading } from "./recorded.ts";
import { type AskRange, askSteps, partFor, stepsOf } from "./steps.ts";

/** One SLO, and the stretches that are asked about. */
export interface CountedQuestion {
  readonly counted: CountedSlo;
  readonly ranges: readonly TimeRange[];
}

/** How questions are answered. */
export interface Answering {
  readonly instant: AskInstant;
  readonly range: AskRange;
  /** `auto`: rules where they reach back far enough. */
  readonly use: "auto" | "rules" | "expressions";
}

/** Windows of more SLOs than this are read as they are recorded, which is cheap, and a few minutes late. */
const FEW = 20;
/** Parts are at most this share of what is put together of them, where there are such. */
const FEWEST_PARTS = 20;
/** What is left over at an edge is not counted if it is shorter. */
const SHORTEST_EDGE_MS = 1_000;
/** Rules are evaluated at least this often, so what they recorded last is no older. */
const LONGEST_INTERVAL_MS = 150_000;

interface Wanted {
  readonly key: string;
  readonly counted: CountedSlo;
  readonly range: TimeRange;
}

/** One answer for each question. */
export async function answerAll(questions: readonly CountedQuestion[], how: Answering): Promise<readonly SliAnswer[]> {
  const answers = new Array<SliAnswer | undefined>(questions.length);
  const single: number[] = [];
  await Promise.all(
    questions.map(async ({ counted, ranges }, index) => {
      const steps = stepsOf(ranges);
      if (steps === undefined) {
        single.push(index);
        return;
      }
      answers[index] = await caught(async () => {
        const part = how.use === "expressions" ? undefined : partFor(counted, steps);
        const fits = part !== undefined && (how.use === "rules" || (await reachesBack(counted, ranges, part, how)));
        return { measurements: await askSteps(counted, steps, { part: fits ? part : undefined, ask: how.range }) };
      });
    }),
  );
  single.sort((one, other) => one - other);
  const told = await answerSingles(
    single.map((index) => questions[index] as CountedQuestion),
    how,
  );
  single.forEach((place, index) => (answers[place] = told[index]));
  return answers as SliAnswer[];
}

async function answerSingles(questions: readonly CountedQuestion[], how: Answering): Promise<readonly SliAnswer[]> {
  const wanted = new Map<string, Wanted>();
  for (const { counted, ranges } of questions) {
    for (const range of ranges) {
      const key = keyOf(counted, range);
      if (!wanted.has(key)) wanted.set(key, { key, counted, range });
    }
  }
  const known = new Map<string, Measurement | Error>();
  const failure = how.use === "expressions" ? undefined : await fromRules([...wanted.values()], how, known);
  if (failure instanceof AdapterError && failure.retryable) {
    // Who did not answer is not asked once more in another way: that would take as long again.
    for (const { key } of wanted.values()) if (!known.has(key)) known.set(key, failure);
  }
  await fromExpressions(
    [...wanted.values()].filter(({ key }) => !known.has(key)),
    how,
    known,
  );
  return questions.map(({ counted, ranges }): SliAnswer => {
    const measured = ranges.map((range) => known.get(keyOf(counted, range)) ?? NOTHING_MEASURED);
    const error = measured.find((one) => one instanceof Error);
    return error === undefined ? { measurements: measured as Measurement[] } : { error };
  });
}

/**
 * Reads what is recorded; what whole parts leave over at the edges is asked of the metrics.
 *
 * @returns why what is recorded could not be asked for, if so
 */
async function fromRules(
  wanted: readonly Wanted[],
  how: Answering,
  known: Map<string, Measurement | Error>,
): Promise<Error | undefined> {
  const isFew = new Set(wanted.map(({ counted }) => counted)).size <= FEW;
  const latest = Math.max(...wanted.map(({ range }) => range.end));
  const read = wanted.flatMap((one) => {
    const reading = readingOf(one, { isFew, latest });
    return reading === undefined ? [] : [{ ...one, ...reading }];
  });
  const instants = [...new Set(read.map(({ at }) => at))];
  const failures = await Promise.all(
    instants.map(async (at) => {
      const here = read.filter((one) => one.at === at);
      const asked = here.map(({ key, counted, reading, durationMs }): RecordedQuestion => ({
        key,
        reading,
        stretch: { counted, durationMs },
      }));
      const got = await caught(async () => askRecorded(asked, at, { ask: how.instant, anew: how.use === "auto" }));
      const edged = here.flatMap((one) => {
        const body = "error" in got ? undefined : got.get(one.key);
        return body !== undefined && one.hasEdges ? [{ ...one, edges: edgesOf(one, body, latest) }] : [];
      });
      const edges = await edgeCounts(edged, how);
      for (const { key } of here) {
        const unread = how.use === "rules" ? NOTHING_MEASURED : undefined;
        const answer = "error" in got ? got.error : (got.get(key) ?? unread);
        if (answer !== undefined) known.set(key, answer instanceof Error ? answer : withEdges(answer, edges.get(key)));
      }
      return "error" in got ? got.error : undefined;
    }),
  );
  return failures.find((failure) => failure !== undefined);
}

interface Reading {
  readonly reading: RecordedReading;
  /** When it is evaluated, and how long it is: the whole stretch, or as many parts as fit into it. */
  readonly at: number;
  readonly durationMs: number;
  /** Whether something is left over at its edges. */
  readonly hasEdges: boolean;
}

/** How a stretch is read of what is recorded; undefined if no part fits into it. */
function readingOf(
  { counted, range }: Wanted,
  { isFew, latest }: { readonly isFew: boolean; readonly latest: number },
): Reading | undefined {
  const durationMs = range.end - range.start;
  const series = counted.lookBacks.get(durationMs);
  const isWindow = durationMs === counted.windowMs;
  const isNow = range.end === latest;
  // A sum that is recorded lags; what an alert reads is read as the alert reads it.
  if (series !== undefined && isNow && !(isWindow && isFew && series.sumOf !== undefined)) {
    return { reading: { series, part: undefined, parts: 0 }, at: range.end, durationMs, hasEdges: false };
  }
  const part = counted.parts.find((one) => one.durationMs <= durationMs / FEWEST_PARTS) ?? counted.parts.at(-1);
  if (part === undefined) return undefined;
  const partMs = part.durationMs;
  const of = (parts: number): RecordedReading => ({ series: undefined, part, parts });
  if (isNow && durationMs % partMs === 0 && isWindow) {
    return { reading: of(durationMs / partMs), at: range.end, durationMs, hasEdges: false };
  }
  const parts = Math.floor((durationMs - (isFew ? LONGEST_INTERVAL_MS : 0)) / partMs);
  if (parts < 1) return undefined;
  // Of many, what is left over is left out at the end: asking each of them for it would take as many queries.
  const at = isFew || !isNow ? range.end : range.start + parts * partMs;
  return { reading: of(parts), at, durationMs: parts * partMs, hasEdges: isFew || !isNow };
}

/** What is before and behind a body that was counted up to its `until`; of the latest there is nothing behind yet. */
function edgesOf(
  { range, durationMs }: Wanted & Reading,
  { until = range.end }: Measurement,
  latest: number,
): readonly TimeRange[] {
  const head = { start: range.start, end: until - durationMs };
  const tail = { start: until, end: range.end };
  return [head, ...(range.end === latest ? [] : [tail])].filter(({ start, end }) => end - start >= SHORTEST_EDGE_MS);
}

async function edgeCounts(
  edged: ReadonlyArray<Wanted & { readonly edges: readonly TimeRange[] }>,
  how: Answering,
): Promise<ReadonlyMap<string, readonly (Measurement | Error)[]>> {
  const pieces = edged.flatMap(({ key, counted, edges }) =>
    edges.map((range, place) => ({ key: `${key} ${String(place)}`, counted, range })),
  );
  const counts = new Map<string, Measurement | Error>();
  await fromExpressions(pieces, how, counts);
  return new Map(
    edged.map(({ key, edges }) => [
      key,
      edges.map((_, place) => counts.get(`${key} ${String(place)}`) ?? NOTHING_MEASURED),
    ]),
  );
}

function withEdges(body: Measurement, edges: readonly (Measurement | Error)[] = []): Measurement | Error {
  let [good, total] = [body.good, body.total];
  for (const edge of edges) {
    if (edge instanceof Error) return edge;
    good += edge.good;
    total += edge.total;
  }
  return { ...body, good, total };
}

async function fromExpressions(
  wanted: readonly Wanted[],
  how: Answering,
  known: Map<string, Measurement | Error>,
): Promise<void> {
  const bySlo = new Map<CountedSlo, Wanted[]>();
  for (const one of wanted) bySlo.set(one.counted, [...(bySlo.get(one.counted) ?? []), one]);
  await Promise.all(
    [...bySlo].map(async ([counted, own]) => {
      const ranges = own.map(({ range }) => range);
      const answer = await caught(async () => askExpressions(counted, ranges, how.instant));
      own.forEach(({ key }, index) => {
        known.set(key, "error" in answer ? answer.error : (answer[index] ?? NOTHING_MEASURED));
      });
    }),
  );
}

/** Whether the first part of the first stretch can have been recorded. */
async function reachesBack(
  { names }: CountedSlo,
  [first]: readonly TimeRange[],
  part: LookBack,
  how: Answering,
): Promise<boolean> {
  const at = (first?.start ?? 0) + part.durationMs + LONGEST_INTERVAL_MS;
  return (await how.instant(names.present.selector, at)).length > 0;
}

async function caught<Value>(ask: () => Promise<Value>): Promise<Value | { readonly error: Error }> {
  try {
    return await ask();
  } catch (error) {
    return { error: errorOfThrown(error) };
  }
}

function keyOf({ slo }: CountedSlo, { start, end }: TimeRange): string {
  return `${String(start)} ${String(end)} ${slo.id}`;
}
