/** Several questions in one query: each branch bears labels that tell what it answers. */
import { quote } from "../../../rules/promql/write.ts";
import type { InstantSample, SeriesLabels } from "../result.ts";

/** The label of a branch, which no series has of its own. */
const BRANCH = "nines_branch";

/** One branch of a query. */
export interface Branch {
  readonly expression: string;
  readonly kind: string;
  /** Which of several of its kind. */
  readonly place?: string;
}

/** All branches as one expression. */
export function inOneQuery(branches: readonly Branch[]): string {
  return branches
    .map(({ expression, kind, place }) => {
      // One label and not two: each label_replace goes over all series once more.
      return `label_replace(${expression}, "${BRANCH}", ${quote(branchOf(kind, place))}, "", "")`;
    })
    .join("\nor\n");
}

/** Of which branch an answer is. */
export function branchIn(labels: SeriesLabels): string {
  return labels[BRANCH] ?? "";
}

/** What {@link branchIn} says of the answers to a branch. */
export function branchOf(kind: string, place = ""): string {
  return place === "" ? kind : `${kind} ${place}`;
}

/** The sum of some samples; undefined if there are none, or one is no number. */
export function sumOf(samples: readonly Pick<InstantSample, "value">[]): number | undefined {
  if (samples.length === 0) return undefined;
  const sum = samples.reduce((all, { value }) => all + value, 0);
  return Number.isFinite(sum) ? sum : undefined;
}
