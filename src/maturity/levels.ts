/** The five levels, the areas, and what it takes to reach a level. */
import type { CriterionStanding, LevelStanding, MaturityLevel, MaturityStep } from "./model.ts";

/** What the levels are called, from 0 to 4. */
export const MATURITY_LEVELS: readonly [string, string, string, string, string] = [
  "manual, reactive",
  "basic monitoring, some automation",
  "SLOs, incident management",
  "error budgets, chaos engineering",
  "predictive scaling, full automation",
];

/** Areas that criteria of nines are in, with their names for people, in their order. */
export const MATURITY_AREAS: Readonly<Record<string, string>> = {
  monitoring: "Monitoring",
  slos: "SLOs",
  alerting: "Alerting",
  incidents: "Incidents",
  runbooks: "Runbooks",
  postmortems: "Postmortems",
  releases: "Budgets and releases",
  resilience: "Chaos and recovery",
  capacity: "Capacity",
  toil: "Automation and toil",
};

/** Levels that have criteria. */
export const MATURITY_STEPS: readonly MaturityStep[] = [1, 2, 3, 4];

/** The name of an area for people; an area of the user's own is called as it is. */
export function areaTitle(area: string): string {
  return Object.hasOwn(MATURITY_AREAS, area) ? (MATURITY_AREAS[area] as string) : area;
}

const ORDER = Object.keys(MATURITY_AREAS);

/** Areas in their order; those of the user's own come after, by their names. */
export function byArea(one: string, other: string): number {
  const [a, b] = [one, other].map((area) => ORDER.indexOf(area)) as [number, number];
  if (a !== b) return (a === -1 ? ORDER.length : a) - (b === -1 ? ORDER.length : b);
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The whole-number ratio of {@link LEVEL_SHARE}: nothing is rounded up where shares are compared. */
const [SHARE_OF, SHARE_IN] = [4, 5];

/** Which share of the weight of a level's criteria must be met. */
export const LEVEL_SHARE: number = SHARE_OF / SHARE_IN;

/**
 * How each level stands. One is reached if all that it requires is met, and of the weight of its criteria four fifths at least,
 * and the levels below are reached. What does not apply is left out; a level of which nothing is met is not reached.
 */
export function levelStandings(criteria: readonly CriterionStanding[]): readonly LevelStanding[] {
  let below = true;
  return MATURITY_STEPS.map((level) => {
    const applicable = criteria.filter((one) => one.level === level && one.state !== "not_applicable");
    const met = applicable.filter(({ state }) => state === "met");
    const required = applicable.filter((one) => one.required);
    const [metWeight, weight] = [weightOf(met), weightOf(applicable)];
    const counts = { met: required.filter(({ state }) => state === "met").length, of: required.length };
    below &&= counts.met === counts.of && met.length > 0 && metWeight * SHARE_IN >= weight * SHARE_OF;
    return {
      level,
      title: MATURITY_LEVELS[level],
      reached: below,
      metShare: applicable.length === 0 ? undefined : metWeight / weight,
      required: counts,
    };
  });
}

/** The highest level that is reached. */
export function reachedLevel(levels: readonly LevelStanding[]): MaturityLevel {
  return levels.filter(({ reached }) => reached).at(-1)?.level ?? 0;
}

function weightOf(criteria: readonly CriterionStanding[]): number {
  return criteria.reduce((sum, { weight }) => sum + weight, 0);
}
