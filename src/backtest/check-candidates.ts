/** Candidates from outside, checked. */
import type { SloTier } from "../budget/slo-tiers.ts";
import { checkTiers } from "../budget/tiers.ts";
import { formatDuration } from "../core/duration.ts";
import { invalid, show, within } from "../core/errors.ts";
import { Objective } from "../core/objective.ts";
import { checkOptions } from "../core/options.ts";
import { checkWindow } from "../core/window.ts";
import { checkWords } from "../core/words.ts";
import type { Candidate } from "./model.ts";

const MOST_CANDIDATES = 100;
const LONGEST_NAME = 100;
const FIELDS = ["name", "subject", "tiers", "minimumFailures"] as const;
const SEVERITIES: readonly unknown[] = ["page", "ticket"];

/** @throws {@link ConfigurationError} naming what cannot be tried, by its path from `candidates` */
export function checkCandidates(candidates: readonly Candidate[], stepMs: number): void {
  if (!Array.isArray(candidates) || candidates.length === 0) {
    throw invalid("candidates", `${show(candidates)} is nothing to try; hand in one at least`);
  }
  if (candidates.length > MOST_CANDIDATES) {
    throw invalid(
      "candidates",
      `${String(candidates.length)} are too many; at most ${String(MOST_CANDIDATES)} stand side by side`,
    );
  }
  const names = new Set<string>();
  candidates.forEach((candidate: Candidate, index) => {
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

function checkCandidate(candidate: Candidate, stepMs: number): void {
  checkOptions(candidate, "a candidate", FIELDS);
  const { name, subject, tiers, minimumFailures } = candidate;
  checkWords(name, LONGEST_NAME, (message) => {
    throw invalid("name", message);
  });
  if (!Number.isSafeInteger(minimumFailures) || minimumFailures < 0) {
    throw invalid("minimumFailures", `${show(minimumFailures)} is not a whole number from 0`);
  }
  within(["subject"], () => {
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
      throw invalid("window", tooShort("has", window.durationMs, stepMs));
    }
  });
  if (!Array.isArray(tiers)) throw invalid("tiers", `${show(tiers)} is not a list of tiers`);
  checkTiers(tiers);
  tiers.forEach((tier: SloTier, index) => {
    checkTier(tier, (field) => ["tiers", index, field], stepMs);
    if (tiers.findIndex((other: SloTier) => other.name === tier.name) !== index) {
      throw invalid(["tiers", index, "name"], `there are two of the name ${show(tier.name)}`);
    }
  });
}

function checkTier(tier: SloTier, pathOf: (field: string) => readonly (string | number)[], stepMs: number): void {
  const { name, severity, budgetShare, shortMs } = tier;
  checkWords(name, LONGEST_NAME, (message) => {
    throw invalid(pathOf("name"), message);
  });
  if (!SEVERITIES.includes(severity)) {
    throw invalid(pathOf("severity"), `${show(severity)} is not possible; allowed: page, ticket`);
  }
  if (!(budgetShare > 0 && Number.isFinite(budgetShare))) {
    throw invalid(pathOf("budgetShare"), `${show(budgetShare)} is not a share of the budget; write 0.02 for 2 %`);
  }
  if (shortMs < stepMs) throw invalid(pathOf("shortMs"), tooShort("looks back", shortMs, stepMs));
}

function tooShort(verb: string, lengthMs: number, stepMs: number): string {
  const length = `${String(lengthMs)} ms`;
  return `${verb} ${length}, and a step of the past has ${formatDuration(stepMs)}: take steps of ${length} at most`;
}
