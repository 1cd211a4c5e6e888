/** From evidence and answers to a report: pure. */
import { invalid, show } from "../core/errors.ts";
import { frozen } from "../core/frozen.ts";
import { checkOptions } from "../core/options.ts";
import { checkWords } from "../core/words.ts";

import { checkAnswers, checkInstant, toilFigures } from "./answers.ts";
import { checkCriteria, checkId } from "./check-criteria.ts";
import { MATURITY_CRITERIA } from "./criteria.ts";
import { trendSince } from "./history.ts";
import { judge } from "./judge.ts";
import { areaTitle, byArea, levelStandings, MATURITY_LEVELS, reachedLevel } from "./levels.ts";
import type {
  CriterionStanding,
  MaturityAnswers,
  MaturityCriterion,
  MaturityEvidence,
  MaturityHistory,
  MaturityRemark,
  MaturityReport,
  MaturityStep,
} from "./model.ts";
import { applicableWeight, effectIn, scoreOf } from "./score.ts";

/** What {@link assessMaturity} judges. */
export interface MaturityQuestion {
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  /** What was seen; nothing unless told. */
  readonly evidence?: MaturityEvidence | undefined;
  /** What people say; nothing unless told. */
  readonly answers?: MaturityAnswers | undefined;
  /** `MATURITY_CRITERIA` unless told. */
  readonly criteria?: readonly MaturityCriterion[] | undefined;
  /** What is remembered: since when criteria stand as they do, and the trend. */
  readonly history?: MaturityHistory | undefined;
}

const LONGEST_TEXT = 2_000;

/**
 * Assesses how mature reliability is. What was seen comes before what was said; a contradiction is a remark. The level is the highest
 * one of which, and of those below, all required criteria are met and four fifths of the weight. Unknown counts as not met.
 *
 * @throws {@link ConfigurationError} for criteria, evidence or answers that cannot be meant
 *
 * @example
 * ```ts
 * import { assessMaturity } from "nines";
 *
 * const report = assessMaturity({
 *   at: Date.UTC(2026, 2, 20),
 *   evidence: { runbook_coverage: { share: 2 / 9, text: "2 of 9 alerts have a runbook" } },
 *   answers: { by: "ann", at: Date.UTC(2026, 2, 1), answers: { golden_signals: "yes", runbook_coverage: "yes" } },
 * });
 * const [remark] = report.remarks;
 * if (report.level !== 0 || remark?.message !== "answered yes by ann, and 2 of 9 alerts have a runbook") throw new Error();
 * ```
 */
export function assessMaturity(question: MaturityQuestion): MaturityReport {
  checkOptions(question, "assessMaturity", ["at", "evidence", "answers", "criteria", "history"]);
  const { at, evidence = {}, answers: given, history } = question;
  checkInstant(["at"], at);
  const criteria = checkCriteria(question.criteria ?? MATURITY_CRITERIA);
  const known = new Set(criteria.map(({ id }) => id));
  checkEvidence(evidence, known);
  const answers = checkAnswers(given, known);
  const told = toilFigures(given);

  const remarks: MaturityRemark[] = [];
  const judged = criteria.map((criterion) => {
    const { id } = criterion;
    const standing = judge({ criterion, finding: own(evidence, id), told: own(told, id), answer: answers.get(id), at });
    for (const message of standing.remarks) remarks.push({ criterion: id, message });
    return { ...criterion, ...standing };
  });
  const ofAreas = [...new Set(judged.map(({ area }) => area))].sort(byArea);
  const inArea = new Map(ofAreas.map((area) => [area, judged.filter((one) => one.area === area)]));
  const weights = new Map([...inArea].map(([area, ones]) => [area, applicableWeight(ones)]));
  const wholeWeight = applicableWeight(judged);
  const standings = judged.map((one): CriterionStanding => {
    const { id, area, level, weight, question: asked, advice, docs, required = false } = one;
    const { state, value, source, text } = one;
    const before = own(history?.states ?? {}, id);
    return {
      ...{ id, area, level, required, weight, question: asked, advice, docs, state, value, source, text },
      since: before?.state === state && before.since <= at ? before.since : undefined,
      effect: { area: effectIn(one, weights.get(area) ?? 0), whole: effectIn(one, wholeWeight) },
    };
  });

  const levels = levelStandings(standings);
  const level = reachedLevel(levels);
  const whole = scoreOf(standings);
  return frozen({
    format: 1,
    at,
    level,
    title: MATURITY_LEVELS[level],
    whole,
    areas: [...inArea].map(([area, ones]) => ({ area, title: areaTitle(area), ...scoreOf(ones) })),
    levels,
    criteria: standings,
    next: level === 4 ? undefined : missingFor((level + 1) as MaturityStep, standings),
    trend: trendSince({ at, level, score: whole.score }, history),
    remarks,
  });
}

/** What is required comes first, then what has most effect. */
function missingFor(level: MaturityStep, criteria: readonly CriterionStanding[]): MaturityReport["next"] {
  const missing = criteria.filter((one) => {
    return one.level === level && one.state !== "met" && one.state !== "not_applicable";
  });
  const gain = ({ weight, value }: CriterionStanding): number => weight * (1 - value);
  missing.sort((a, b) => Number(b.required) - Number(a.required) || gain(b) - gain(a) || (a.id < b.id ? -1 : 1));
  return { level, missing };
}

function checkEvidence(evidence: unknown, known: ReadonlySet<string>): asserts evidence is MaturityEvidence {
  if (typeof evidence !== "object" || evidence === null) {
    throw invalid("evidence", `${show(evidence)} is no mapping of findings`);
  }
  for (const [id, finding] of Object.entries(evidence) as [string, Partial<MaturityEvidence[string]>][]) {
    const path = ["evidence", id];
    checkId(id, known, path);
    checkOptions(finding, "a finding", ["share", "text"], path);
    checkWords(finding.text, LONGEST_TEXT, (message) => {
      throw invalid([...path, "text"], message);
    });
    const { share } = finding;
    if (share !== undefined && !(typeof share === "number" && share >= 0 && share <= 1)) {
      throw invalid([...path, "share"], `${show(share)} is out of range; write a share from 0 to 1`);
    }
  }
}

function own<T>(mapping: Readonly<Record<string, T>>, id: string): T | undefined {
  return Object.hasOwn(mapping, id) ? mapping[id] : undefined;
}
