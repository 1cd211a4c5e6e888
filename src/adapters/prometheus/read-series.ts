/** Series in answers: of one instant, of a range, or only their labels. */
import type { InstantSample, SampledSeries, SeriesLabels } from "./result.ts";
import { labelsKey, labelsOf, listOf, mapping, pointOf } from "./read-values.ts";
import { noAnswer, Trouble } from "./trouble.ts";

/** Native histograms are no numbers. Left out, they would be missing in a sum, and nobody would know. */
export const HISTOGRAMS: Trouble = new Trouble(
  "refused",
  "it gives histograms; make numbers of them by histogram_quantile()",
  false,
);

/** Reads the data of an instant query: a vector, or a scalar, which is one sample without labels. */
export function readInstant(data: unknown): readonly InstantSample[] | Trouble {
  const { resultType, result } = mapping(data) ?? {};
  if (resultType === "scalar") {
    const point = pointOf(result);
    return point === undefined ? noAnswer() : [{ labels: Object.create(null) as SeriesLabels, ...point }];
  }
  if (resultType === "matrix") return refused("it gives a range of samples; ask for it by queryRange()");
  if (resultType === "string") return refused("it gives a text; ask for a vector or a scalar");
  if (resultType !== "vector") return noAnswer();
  return readDistinct(result, "histogram", (labels, { value }) => {
    const point = pointOf(value);
    return point && { labels, ...point };
  });
}

/** Reads the data of a range query. */
export function readMatrix(data: unknown): readonly SampledSeries[] | Trouble {
  const { resultType, result } = mapping(data) ?? {};
  if (resultType !== "matrix") return noAnswer();
  return readDistinct(result, "histograms", (labels, { values }) => {
    const points = listOf(values, pointOf);
    return points !== undefined && isInOrder(points) ? { labels, points } : undefined;
  });
}

/** Series that are told in parts, as one; in the order in which they are first told. */
export function joinMatrices(parts: readonly (readonly SampledSeries[])[]): readonly SampledSeries[] | Trouble {
  if (parts.length === 1) return parts[0] ?? [];
  const joined = new Map<string, { labels: SeriesLabels; points: SampledSeries["points"][number][] }>();
  for (const { labels, points } of parts.flat()) {
    const key = labelsKey(labels);
    const known = joined.get(key);
    if (known === undefined) {
      joined.set(key, { labels, points: [...points] });
      continue;
    }
    for (const point of points) known.points.push(point);
  }
  const series = [...joined.values()];
  return series.every(({ points }) => isInOrder(points)) ? series : noAnswer();
}

/** Reads the labels of series. */
export function readLabelSets(data: unknown): readonly SeriesLabels[] | Trouble {
  return listOf(data, labelsOf) ?? noAnswer();
}

/** Each series once: two with the same labels would be counted twice. */
function readDistinct<Series extends { readonly labels: SeriesLabels }>(
  result: unknown,
  histogram: "histogram" | "histograms",
  read: (labels: SeriesLabels, one: Readonly<Record<string, unknown>>) => Series | undefined,
): readonly Series[] | Trouble {
  if (!Array.isArray(result)) return noAnswer();
  const keys = new Set<string>();
  const series: Series[] = [];
  for (const each of result as unknown[]) {
    const one = mapping(each);
    const labels = labelsOf(one?.metric);
    if (one === undefined || labels === undefined) return noAnswer();
    if (one[histogram] !== undefined) return HISTOGRAMS;
    const found = read(labels, one);
    const key = labelsKey(labels);
    if (found === undefined || keys.has(key)) return noAnswer();
    keys.add(key);
    series.push(found);
  }
  return series;
}

function isInOrder(points: SampledSeries["points"]): boolean {
  return points.every(({ at }, index) => index === 0 || at > (points[index - 1]?.at ?? -Infinity));
}

function refused(text: string): Trouble {
  return new Trouble("refused", text, false);
}
