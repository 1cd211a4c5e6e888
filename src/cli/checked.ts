/** Documents that are checked: SLOs with their rules, and policies, beside each other or apart; and what nines reads beside them. */
import { parsePolicyDocument, type PolicyDocument } from "../policy/document.ts";
import { servicesOf } from "../policy/shared-document.ts";
import type { RuleOptions } from "../rules/options.ts";

import { documentOf, hasOnlyPolicies, readInput, topOf } from "./documents.ts";
import type { DocumentFault } from "./exit.ts";
import { aboutDocument, faultsOf } from "./faults.ts";
import { doubledSlos, rulesOf, type WithRules } from "./generated.ts";
import type { Io } from "./io.ts";
import { kindOf, type OtherDocument, readingOf } from "./other-documents.ts";

/** Policies, and where they are. */
export interface FilePolicies {
  readonly file: string;
  readonly text: string;
  readonly policies: PolicyDocument;
}

/** What files say, and what is wrong with them. */
export interface CheckedFiles {
  readonly read: readonly WithRules[];
  readonly policies: readonly FilePolicies[];
  /** Documents that have neither. */
  readonly others: readonly OtherDocument[];
  readonly faults: readonly DocumentFault[];
}

/** Reads all files; faults are values. */
export async function checkFiles(paths: readonly string[], options: RuleOptions, io: Io): Promise<CheckedFiles> {
  const read: WithRules[] = [];
  const policies: FilePolicies[] = [];
  const others: OtherDocument[] = [];
  const faults: DocumentFault[] = [];
  for (const path of paths) {
    try {
      const { file, text } = await readInput(path, io);
      const top = aboutDocument(file, () => topOf(text, file));
      const kind = kindOf(top);
      const namesOf = kind === undefined ? undefined : await readingOf(kind);
      aboutDocument(file, () => {
        if (kind !== undefined && namesOf !== undefined) {
          others.push({ file, kind, names: namesOf(text, file) });
          return;
        }
        if (hasOnlyPolicies(top)) {
          policies.push({ file, text, policies: parsePolicyDocument(text, { file }) });
          return;
        }
        const document = documentOf(file, text);
        read.push({ document, rules: rulesOf(document, options) });
        if (document.policies !== undefined) policies.push({ file, text, policies: document.policies });
      });
    } catch (error) {
      faults.push(...faultsOf(error, path));
    }
  }
  const doubled = doubledSlos(read.map(({ document }) => document));
  return { read, policies, others, faults: [...faults, ...doubled, ...unknownServices(read, policies)] };
}

/** Policies for services that no document has; without SLOs nobody knows which there are. */
function unknownServices(read: readonly WithRules[], policies: readonly FilePolicies[]): readonly DocumentFault[] {
  const knownServices = [...new Set(read.flatMap(({ document }) => servicesOf(document)))];
  if (knownServices.length === 0) return [];
  return policies.flatMap(({ file, text }) => {
    try {
      parsePolicyDocument(text, { file, knownServices });
      return [];
    } catch (error) {
      return faultsOf(error, file);
    }
  });
}
