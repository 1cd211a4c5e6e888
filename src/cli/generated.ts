/** Rules of one or more documents. */
import type { RuleOptions } from "../rules/options.ts";
import { generateRules } from "../rules/generate.ts";
import type { RuleSet } from "../rules/rule-set.ts";
import type { Slo } from "../slo/model.ts";

import type { ReadDocument } from "./documents.ts";
import type { DocumentFault } from "./exit.ts";

/** A document and its rules. */
export interface WithRules {
  readonly document: ReadDocument;
  readonly rules: RuleSet;
}

/** The rules of a document: of its text where it is nines' own, so that faults have places. */
export function rulesOf({ format, text, slos, file }: ReadDocument, options: RuleOptions): RuleSet {
  return format === "nines" ? generateRules(text, { ...options, file }) : generateRules(slos, options);
}

/** SLOs of one id in several files, which no rules can tell apart. */
export function doubledSlos(documents: readonly ReadDocument[]): readonly DocumentFault[] {
  const seen = new Map<string, string>();
  return documents.flatMap(({ file, slos }) =>
    slos.slos.flatMap(({ id, service, name }): DocumentFault[] => {
      const before = seen.get(id);
      if (before === undefined) seen.set(id, file);
      const path = ["service_level_objectives", service, name];
      return before === undefined
        ? []
        : [{ file, path, message: `is in ${before} already; give each SLO its own name` }];
    }),
  );
}

/** One set of rules for all. */
export function merged(read: readonly WithRules[], options: RuleOptions): RuleSet {
  const [only, ...others] = read;
  if (only !== undefined && others.length === 0) return only.rules;
  const slos: readonly Slo[] = read.flatMap(({ document }) => document.slos.slos);
  return generateRules(slos, options);
}
