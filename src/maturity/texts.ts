/** Words and figures that the table and the page share. Shares are rounded down; other figures are as the report has them. */
import { dateIn } from "../core/time/time-text.ts";

import { LEVEL_SHARE, MATURITY_LEVELS } from "./levels.ts";
import type { CriterionStanding, LevelStanding, MaturityReport, MaturityScore, MaturityState } from "./model.ts";

/** States for people. */
export const STATE_TEXTS: Readonly<Record<MaturityState, string>> = {
  met: "met",
  partly: "partly met",
  not_met: "not met",
  unknown: "unknown",
  not_applicable: "not applicable",
};

/** `87 %`. */
export function shareText(share: number): string {
  return `${String(Math.floor(share * 100 + 1e-9))} %`;
}

/** `42.3 of 100`. */
export function scoreText({ score }: MaturityScore): string {
  return score === undefined ? "not applicable" : `${String(score)} of 100`;
}

/** How much is known, of the weight. */
export function knownText({ known }: MaturityScore): string {
  return known === undefined ? "nothing applies" : `${shareText(known)} known`;
}

/** `+1 level and +4.2 points since 2026-01-01`; undefined without anything to compare with. */
export function trendText({ trend }: MaturityReport): string | undefined {
  if (trend === undefined) return undefined;
  const { level, score, since } = trend;
  const levels = level === 0 ? "the same level" : `${signed(level)} ${Math.abs(level) === 1 ? "level" : "levels"}`;
  const points = score === undefined ? "" : ` and ${score === 0 ? "the same score" : `${signed(score)} points`}`;
  return `${levels}${points} since ${dateIn("UTC", since)}`;
}

/** `reached`, or what is still in the way. */
export function standingText({ reached, metShare, required }: LevelStanding): string {
  if (reached) return "reached";
  if (metShare === undefined) return "nothing applies, so nothing shows it";
  const open = required.of - required.met;
  const verb = open === 1 ? "is" : "are";
  if (open > 0) return `not reached: ${String(open)} of ${String(required.of)} required ${verb} open`;
  return metShare < LEVEL_SHARE
    ? "not reached: less than four fifths of the weight is met"
    : "not reached: a level below is not";
}

/** What the next level takes, in a sentence; undefined at the highest. */
export function nextText({ next, levels }: MaturityReport): string | undefined {
  if (next === undefined) return undefined;
  const standing = levels.find(({ level }) => level === next.level);
  const { required, metShare } = standing ?? { required: { met: 0, of: 0 }, metShare: undefined };
  const met = metShare === undefined ? "nothing applies yet" : `${shareText(metShare)} is met`;
  const needed =
    required.of === 0 ? "" : `all that is required, ${String(required.met)} of ${String(required.of)} now, and `;
  return `Level ${String(next.level)} (${MATURITY_LEVELS[next.level]}) takes ${needed}four fifths of the weight, of which ${met}.`;
}

/** `+3.4 points`. */
export function effectText({ effect }: CriterionStanding): string {
  return `+${String(effect.whole)} points`;
}

/** `+1`, `−1`. */
function signed(value: number): string {
  return value < 0 ? `−${String(-value)}` : `+${String(value)}`;
}
