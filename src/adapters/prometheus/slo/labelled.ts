/** Several questions in one query: each branch bears labels that tell what it answers. */
import { quote } from "../../../rules/promql/write.ts";
import type { InstantSample } from "../result.ts";

/** Labels of a branch, which no series has of its own. */
export const KIND = "nines_kind";
export const PLACE = "nines_place";

/** One branch of a query. */
export interface Branch {
  readonly expression: string;
  readonly kind: string;
  /** Which of several of its kind; none where its labels tell. */
  readonly place?: string;
}

/** All branches as one expression. */
export function inOneQuery(branches: readonly Branch[]): string {
  return branches
    .map(({ expression, kind, place }) => {
      const labelled = `label_replace(${expression}, "${KIND}", ${quote(kind)}, "", "")`;
      return place === undefined ? labelled : `label_replace(${labelled}, "${PLACE}", ${quote(place)}, "", "")`;
    })
    .join("\nor\n");
}

/** The sum of some samples; undefined if there are none, or one is no number. */
export function sumOf(samples: readonly Pick<InstantSample, "value">[]): number | undefined {
  if (samples.length === 0) return undefined;
  const sum = samples.reduce((all, { value }) => all + value, 0);
  return Number.isFinite(sum) ? sum : undefined;
}
