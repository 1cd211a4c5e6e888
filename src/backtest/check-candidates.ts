/** Candidates from outside, checked. */
import type { SloTier } from "../budget/slo-tiers.ts";
import { checkTiers } from "../budget/tiers.ts";
import { formatDuration } from "../core/time/duration.ts";
import { invalid, show, within } from "../core/errors.ts";
import { Objective } from "../core/objective.ts";
import { checkOptions } from "../core/options.ts";
import { checkWindow } from "../core/time/window.ts";
import { checkWords } from "../core/words.ts";
import type { BacktestCandidate } from "./model.ts";

const MOST_CANDIDATES = 100;
const LONGEST_NAME = 100;
const FIELDS = ["name", "subject", "tiers", "minimumFailures"] as const;
const SEVERITIES: readonly unknown[] = ["page", "ticket"];

/** That it is a list of some that may stand side by side. @throws {@link ConfigurationError} if it is none */
export function checkCandidateList(candidates: readonly BacktestCandidate[]): void {
  const list: unknown = candidates;
  if (!Array.isArray(list) || list.length === 0) {
    throw invalid("candidates", `${show(candidates)} is nothing to try; hand in one at least`);
  }
  if (candidates.length > MOST_CANDIDATES) {
    throw invalid(
      "candidates",
      `${String(candidates.length)} are too many; at most ${String(MOST_CANDIDATES)} stand side by side`,
    );
  }
  for (const [index, candidate] of candidates.entries()) {
    checkOptions(candidate, "a candidate", FIELDS, ["candidates", index]);
    checkWords(candidate.name, LONGEST_NAME, (message) => {
      throw invalid(["candidates", index, "name"], message);
    });
  }
}

/** @throws {@link ConfigurationError} naming what cannot be tried, by its path from `candidates` */
export function checkCandidates(candidates: readonly BacktestCandidate[], stepMs: number): void {
  checkCandidateList(candidates);
  const names = new Set<string>();
  candidates.forEach((candidate, index) => {
    within(["candidates", index], () => {
      checkCandidate(candidate, stepMs);
    });
    if (names.has(candidate.name)) {
      throw invalid(
        ["candidates", index, "name"],
        `there are two of the name ${show(candidate.name)}; give one of them another`,
      );
    }
    names.add(candidate.name);
  });
}

function checkCandidate(candidate: BacktestCandidate, stepMs: number): void {
  const { name, subject, tiers, minimumFailures } = candidate;
  if (!Number.isSafeInteger(minimumFailures) || minimumFailures < 0) {
    throw invalid("minimumFailures", `${show(minimumFailures)} is not a whole number from 0`);
  }
  within(["subject"], () => {
    checkObject(subject, [], "a subject with an objective, a window and minimumEvents");
    const { objective, window, minimumEvents } = subject;
    if (!(objective instanceof Objective)) {
      throw invalid("objective", `${show(objective)} is no Objective; make one by Objective.parse("99.9%")`);
    }
    objective.withBudget();
    checkWindow(window);
    if (!Number.isSafeInteger(minimumEvents) || minimumEvents < 0) {
      throw invalid("minimumEvents", `${show(minimumEvents)} is not a whole number from 0`);
    }
    if (window.kind === "rolling" && window.durationMs < stepMs) {
      throw invalid("window", tooShort(`${show(name)} has a window of`, window.durationMs, stepMs));
    }
  });
  if (!Array.isArray(tiers)) throw invalid("tiers", `${show(tiers)} is not a list of tiers`);
  for (const [index, tier] of tiers.entries()) checkObject(tier, ["tiers", index], "a tier");
  checkTiers(tiers);
  tiers.forEach((tier: SloTier, index) => {
    checkTier(tier, (field) => ["tiers", index, field]);
    const { shortMs } = tier;
    if (shortMs < stepMs) {
      const who = `the alert ${tier.name} of ${show(name)} looks back`;
      throw invalid(["tiers", index, "shortMs"], tooShort(who, shortMs, stepMs));
    }
    if (tiers.findIndex((other: SloTier) => other.name === tier.name) !== index) {
      throw invalid(["tiers", index, "name"], `there are two of the name ${show(tier.name)}`);
    }
  });
}

function checkTier(tier: SloTier, pathOf: (field: string) => readonly (string | number)[]): void {
  const { name, severity, budgetShare } = tier;
  checkWords(name, LONGEST_NAME, (message) => {
    throw invalid(pathOf("name"), message);
  });
  if (!SEVERITIES.includes(severity)) {
    throw invalid(pathOf("severity"), `${show(severity)} is not possible; allowed: page, ticket`);
  }
  if (!(budgetShare > 0 && Number.isFinite(budgetShare))) {
    throw invalid(pathOf("budgetShare"), `${show(budgetShare)} is not a share of the budget; write 0.02 for 2 %`);
  }
}

function tooShort(who: string, lengthMs: number, stepMs: number): string {
  // Steps are whole milliseconds.
  const length = formatDuration(Math.floor(lengthMs));
  return `${who} ${length}, and a step of the past has ${formatDuration(stepMs)}: take steps of ${length} at most`;
}

function checkObject(value: unknown, path: readonly (string | number)[], what: string): void {
  if (typeof value !== "object" || value === null) throw invalid(path, `${show(value)} is not ${what}`);
}
