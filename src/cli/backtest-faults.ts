/** What a backtest refuses, told of the option or of the document that it is about. */
import type { CandidateChanges } from "../backtest/candidate.ts";
import { ConfigurationError, type ConfigurationIssue, formatPath } from "../core/errors.ts";
import type { Path } from "../core/faults.ts";
import { windowName } from "../core/time/window-text.ts";
import { openSlos, pathOf } from "../rules/source.ts";
import type { Slo } from "../slo/model.ts";

import type { ReadDocument } from "./documents.ts";
import { DocumentError, type DocumentFault, type UsageError } from "./exit.ts";
import type { Given } from "./given.ts";
import { optionFault, type OptionNames } from "./options.ts";

/** What is backtested. */
export interface Backtested {
  readonly document: ReadDocument;
  readonly slo: Slo;
  readonly variations: readonly CandidateChanges[];
}

const OPTION_OF: OptionNames = {
  stepMs: "step",
  keptRatio: "kept",
  // Of those that were made of options, all that can be wrong is that they are shorter than a step.
  candidates: "step",
};
/** How a past is asked for; the first that was given tells how long it is. */
const OF_PAST = ["last", "from", "to", "samples"];

/** What a backtest threw, as a fault of the command line or of the SLO document; as it is if it is about neither. */
export function backtestFault(given: Given, asked: Backtested, error: unknown): unknown {
  if (!(error instanceof ConfigurationError)) return error;
  const [issue] = error.issues;
  const [first, second] = issue?.path ?? [];
  if (issue !== undefined) {
    if (first === "variations") return variationFault(given, asked, issue);
    const edge = first === "range" ? second : first;
    const option = OF_PAST.find((name) => given.has(name));
    if ((edge === "start" || edge === "end") && option !== undefined) {
      return given.fault(`--${option}: the ${edge} ${issue.message}`);
    }
  }
  const told = optionFault(given, OPTION_OF, error);
  return told === error ? new DocumentError(error.issues.map((one) => documentFault(asked, one))) : told;
}

/** Neither the SLO nor the option is wrong by itself. */
function variationFault(
  given: Given,
  { slo, variations }: Backtested,
  { path, message }: ConfigurationIssue,
): UsageError {
  const [, index, ...rest] = path;
  const { objective = slo.objective, window = slo.window } = variations[Number(index)] ?? {};
  const option = window === slo.window ? "objective" : "window";
  const name = typeof window === "string" ? window : windowName(window);
  const text = typeof objective === "object" ? objective.percentText : String(objective);
  return given.fault(`--${option}: ${text} over ${name} cannot be tried: ${formatPath(rest)} ${message}`);
}

/** Candidates are told of by what they have; a source tells of paths in the document. */
function documentFault({ document, slo }: Backtested, { path, message }: ConfigurationIssue): DocumentFault {
  const { file, format, text } = document;
  const ofSlo = pathOf(slo);
  const full: Path = path[0] === ofSlo[0] ? path : [...ofSlo, ...(path[0] === "tiers" ? ["alerting"] : []), ...path];
  const place = format === "nines" ? openSlos(text, file).document.locate(full, "value") : undefined;
  return { file, path: full, message, ...place };
}
