import type { MaturityCriterion, MaturityReport, MaturityStep } from "../../src/maturity/model.ts";
import { assessMaturity } from "../../src/maturity/assess.ts";

export const AT = Date.UTC(2026, 2, 20);
export const DAY = 86_400_000;

/** A criterion of which only its place matters. */
export function criterion(
  id: string,
  level: MaturityStep,
  more: Partial<Omit<MaturityCriterion, "id" | "level">> = {},
): MaturityCriterion {
  return { id, area: "slos", level, weight: 1, question: `${id}?`, advice: `Do ${id}.`, ...more };
}

/** The report on criteria with shares: 1 is met, undefined is unknown. */
export function assessed(
  criteria: readonly MaturityCriterion[],
  shares: Readonly<Record<string, number | undefined>>,
): MaturityReport {
  const evidence = Object.fromEntries(Object.entries(shares).map(([id, share]) => [id, { share, text: `seen ${id}` }]));
  return assessMaturity({ at: AT, criteria, evidence });
}
