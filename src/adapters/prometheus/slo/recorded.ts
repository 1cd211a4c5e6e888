/** Asks the recorded series of many SLOs at one instant, in a number of queries that does not depend on theirs. */
import { formatDuration } from "../../../core/time/duration.ts";
import type { Measurement } from "../../../core/measurement.ts";
import type { LookBack } from "../../../rules/look-backs.ts";
import type { LabelMatcher } from "../../../rules/promql/expression.ts";
import { matcherOf, selectorText } from "../../../rules/promql/write.ts";
import type { InstantSample, SeriesLabels } from "../result.ts";

import type { CountedSlo } from "./counted.ts";
import { samplingOf } from "./coverage.ts";
import { measurementOf } from "./judged.ts";
import { type Branch, branchIn, branchOf, inOneQuery, sumOf } from "./labelled.ts";

/** One stretch of one SLO; it ends at the instant that is asked about. */
export interface Stretch {
  readonly counted: CountedSlo;
  /** Its length, in milliseconds. */
  readonly durationMs: number;
}

/** How a stretch is read from what is recorded. */
export interface RecordedReading {
  /** The recorded length itself; without it the stretch is `parts` times the length `part`. */
  readonly series: LookBack | undefined;
  readonly part: LookBack | undefined;
  readonly parts: number;
}

/** Asks one query. */
export type AskInstant = (query: string, at: number) => Promise<readonly InstantSample[]>;

/** A stretch, how it is read, and the key of its answer. */
export interface RecordedQuestion {
  readonly key: string;
  readonly stretch: Stretch;
  readonly reading: RecordedReading;
}

/** The answers by their keys; what rules do not reach back to is not among them. */
export type RecordedAnswers = ReadonlyMap<string, Measurement>;

/** In this share of a stretch, from its beginning, something must have been recorded. */
const BEGINNING = 0.1;
const LOOKS = 10;
const LAST_SECOND = 8.64e12;

/**
 * The counts of all stretches that end at `at`, in one query, and how far they were watched in another; one more for each length
 * that is a sum of parts.
 *
 * @param anew - whether a stretch that rules do not reach back to is left out
 */
export async function askRecorded(
  questions: readonly RecordedQuestion[],
  at: number,
  { ask, anew }: { readonly ask: AskInstant; readonly anew: boolean },
): Promise<RecordedAnswers> {
  const series = questions.filter(({ reading }) => reading.series !== undefined);
  const parts = groupBy(
    questions.filter(({ reading }) => reading.series === undefined),
    ({ reading }) => `${String(reading.parts)} ${reading.part?.text ?? ""}`,
  );
  const [watched, ofSeries, ...ofParts] = await Promise.all([
    ask(coverageQuery(questions), at),
    series.length === 0 ? [] : ask(seriesQuery(series), at),
    ...[...parts.values()].map((group) => askParts(group, at, ask)),
  ]);
  const watching = new Answers(watched, () => "");
  const counts = new Answers(ofSeries, windowKey);
  const partCounts = new Map([...parts.keys()].map((key, index) => [key, new Answers(ofParts[index] ?? [], () => "")]));
  const answers = new Map<string, Measurement>();
  for (const question of questions) {
    const { stretch, reading, key } = question;
    const { counted, durationMs } = stretch;
    const id = identityOf(counted);
    const length = lengthText(durationMs);
    const steps = samplingOf(durationMs).steps(at);
    if (anew && isSum(reading) && watching.get(branchOf("beginning", length), id, "") === undefined) continue;
    const group = `${String(reading.parts)} ${reading.part?.text ?? ""}`;
    const [source, place] = reading.series === undefined ? [partCounts.get(group), ""] : [counts, reading.series.text];
    const total = source?.get("events", id, place);
    const bad = source?.get("errors", id, place);
    const recordedAt = source?.get("time", id, place);
    if (total === undefined) continue;
    const watched = watching.get(branchOf("watched", length), id, "") ?? 0;
    const rules = { counted: "bad", missingPart: "mistake", watched, steps } as const;
    const until = recordedAt === undefined ? {} : { until: untilOf(reading, recordedAt * 1_000) };
    answers.set(key, measurementOf({ total, part: bad, ...rules, ...until }));
  }
  return answers;
}

/** Whether it is made of what was recorded earlier; else the rules counted it from the metrics themselves. */
function isSum({ series }: RecordedReading): boolean {
  return series === undefined || series.sumOf !== undefined;
}

/** Up to when a recorded value counts: sums are of full parts. */
function untilOf({ series }: RecordedReading, recordedAt: number): number {
  const partMs = series?.sumOf?.durationMs;
  return partMs === undefined ? recordedAt : Math.floor(recordedAt / partMs) * partMs;
}

function seriesQuery(questions: readonly RecordedQuestion[]): string {
  const [first] = questions;
  const names = (first as RecordedQuestion).stretch.counted.names;
  const lengths = distinct(questions.map(({ reading }) => reading.series?.text ?? ""));
  const lookBack = matcherOf(windowLabel((first as RecordedQuestion).stretch.counted), lengths);
  const matchers = [lookBack, ...whose(questions)];
  const events = selectorText({ metric: names.events("5m").record, matchers });
  const errors = selectorText({ metric: names.errors("5m").record, matchers });
  // How old they are matters of windows; alerts do not ask how old their look-backs are.
  const windows = distinct(
    questions.flatMap(({ reading, stretch }) =>
      stretch.durationMs === stretch.counted.windowMs ? [reading.series?.text ?? ""] : [],
    ),
  );
  const dated = selectorText({
    metric: names.events("5m").record,
    matchers: [matcherOf(lookBack.name, windows), ...whose(questions)],
  });
  return inOneQuery([
    { expression: events, kind: "events" },
    { expression: errors, kind: "errors" },
    ...(windows.length === 0 ? [] : [{ expression: `timestamp(${dated})`, kind: "time" }]),
  ]);
}

/**
 * Sums of parts that end now and not at a full five minutes: each part is looked at with an offset, so that the full steps of a
 * subquery, which ends in the future, meet those that end at `at`, `at` less a part, and so on.
 */
function askParts(
  questions: readonly RecordedQuestion[],
  at: number,
  ask: AskInstant,
): Promise<readonly InstantSample[]> {
  const [{ stretch, reading }] = questions as [RecordedQuestion];
  const { part, parts } = reading as RecordedReading & { readonly part: LookBack };
  const { durationMs: partMs, text } = part;
  const evaluatedAt = Math.ceil(at / partMs) * partMs;
  const offset = evaluatedAt === at ? "" : ` offset ${formatDuration(evaluatedAt - at)}`;
  const range = `[${formatDuration(parts * partMs - 1)}:${formatDuration(partMs)}]`;
  const { names } = stretch.counted;
  const matchers = [matcherOf(windowLabel(stretch.counted), [text]), ...whose(questions)];
  const events = selectorText({ metric: names.events("5m").record, matchers });
  const errors = selectorText({ metric: names.errors("5m").record, matchers });
  return ask(
    inOneQuery([
      { expression: `sum_over_time((${events}${offset})${range})`, kind: "events" },
      { expression: `sum_over_time((${errors}${offset})${range})`, kind: "errors" },
      { expression: `timestamp(${events}${offset})`, kind: "time" },
    ]),
    evaluatedAt,
  );
}

function coverageQuery(questions: readonly RecordedQuestion[]): string {
  const byLength = groupBy(questions, ({ stretch }) => String(stretch.durationMs));
  const branches = [...byLength.values()].flatMap((group): Branch[] => {
    const [{ stretch }] = group as [RecordedQuestion];
    const { durationMs, counted } = stretch;
    const present = selectorText({ metric: counted.names.present.record, matchers: whose(group) });
    const place = lengthText(durationMs);
    const watched = { expression: samplingOf(durationMs).sum(present), kind: "watched", place };
    if (!group.some(({ reading }) => isSum(reading))) return [watched];
    const beginningMs = Math.max(LOOKS, Math.round(durationMs * BEGINNING));
    const looks = `${formatDuration(beginningMs)}:${formatDuration(Math.round(beginningMs / LOOKS))}`;
    const beginning = `count_over_time(${present}[${looks}] offset ${formatDuration(durationMs - beginningMs)})`;
    return [watched, { expression: beginning, kind: "beginning", place }];
  });
  return inOneQuery(branches);
}

/** A matcher for all of these SLOs. */
function whose(questions: readonly RecordedQuestion[]): LabelMatcher[] {
  const [name] = identityLabels((questions[0] as RecordedQuestion).stretch.counted);
  const label = name as string;
  return [
    matcherOf(label, distinct(questions.map(({ stretch }) => stretch.counted.names.present.labels[label] ?? ""))),
  ];
}

/** The label that tells most first. */
function identityLabels({ names }: CountedSlo): readonly string[] {
  const labels = Object.keys(names.present.labels);
  return [...labels].sort((one, other) => rank(one) - rank(other));
}

function rank(label: string): number {
  return label === "slo" || label === "sloth_id" ? 0 : 1;
}

function windowLabel({ names }: CountedSlo): string {
  return names.lookBackLabels[0] as string;
}

function identityOf({ names }: CountedSlo): string {
  return identityIn(names.present.labels);
}

/** The same for what is asked and for what is answered: `service` and `slo`, or Sloth's labels. */
function identityIn(labels: SeriesLabels): string {
  const { sloth_service: service, sloth_slo: name, slo } = labels;
  return slo ?? `${service ?? ""}/${name ?? ""}`;
}

function windowKey({ window, sloth_window: ofSloth }: SeriesLabels): string {
  return window ?? ofSloth ?? "";
}

function lengthText(durationMs: number): string {
  return String(durationMs);
}

/** Names of SLOs and lengths have no blanks. */
function keyOf(branch: string, identity: string, place: string): string {
  return `${branch} ${identity} ${place}`;
}

/** Samples by branch, SLO and place; those of one grouped SLO added up. */
class Answers {
  readonly #samples = new Map<string, InstantSample[]>();

  constructor(samples: readonly InstantSample[], placeOf: (labels: SeriesLabels) => string) {
    for (const sample of samples) {
      const { labels } = sample;
      const key = keyOf(branchIn(labels), identityIn(labels), placeOf(labels));
      const known = this.#samples.get(key);
      if (known === undefined) this.#samples.set(key, [sample]);
      else known.push(sample);
    }
  }

  get(branch: string, identity: string, place: string): number | undefined {
    const samples = this.#samples.get(keyOf(branch, identity, place)) ?? [];
    return branch === "time" ? oldest(samples) : sumOf(samples);
  }
}

/** Undefined too where one is no time: what is as old as nobody knows is not dated. */
function oldest(samples: readonly InstantSample[]): number | undefined {
  const first = samples.reduce((least, { value }) => Math.min(least, value), Infinity);
  return Math.abs(first) <= LAST_SECOND ? first : undefined;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  }
  return groups;
}
