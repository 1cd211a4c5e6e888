/** Documents that are checked: SLOs with their rules, and policies, beside each other or apart; and what nines reads beside them. */
import { parsePolicyDocument, type PolicyDocument } from "../policy/document.ts";
import { namesIn } from "../policy/shared-document.ts";
import type { RuleOptions } from "../rules/options.ts";
import { TAKEN_FOR_ROLLING } from "../rules/plan.ts";

import { documentOf, hasOnlyPolicies, readInput, topOf } from "./documents.ts";
import type { DocumentFault } from "./exit.ts";
import { aboutDocument, faultsOf } from "./faults.ts";
import { doubledSlos, rulesOf, type WithRules } from "./generated.ts";
import type { Io } from "./io.ts";
import { kindOf, type OtherDocument, readingOf } from "./other-documents.ts";
import { CALENDAR_OPTION } from "./rule-options.ts";

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
  // Where SLOs could not be read, nobody knows which names there are.
  let areSlosRead = true;
  for (const path of paths) {
    let mayHaveSlos = true;
    try {
      const { file, text } = await readInput(path, io);
      const top = aboutDocument(file, () => topOf(text, file));
      const kind = kindOf(top);
      const namesOf = kind === undefined ? undefined : await readingOf(kind);
      mayHaveSlos = kind === undefined && !hasOnlyPolicies(top);
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
      if (mayHaveSlos) areSlosRead = false;
    }
  }
  const doubled = doubledSlos(read.map(({ document }) => document));
  const unknown = areSlosRead ? unknownNames(read, policies) : [];
  return { read, policies, others, faults: [...faults.map(byOption), ...doubled, ...unknown] };
}

/** The same fault, with the option of the command line where it names a setting of the library. */
function byOption({ message, ...fault }: DocumentFault): DocumentFault {
  return { ...fault, message: message.replace(TAKEN_FOR_ROLLING, CALENDAR_OPTION) };
}

/** Policies for services, and their rules about SLOs, that no document has; without SLOs nobody knows which there are. */
function unknownNames(read: readonly WithRules[], policies: readonly FilePolicies[]): readonly DocumentFault[] {
  const names = read.map(({ document }) => namesIn(document));
  const knownServices = [...new Set(names.flatMap((one) => one.knownServices))];
  const knownSlos = names.flatMap((one) => one.knownSlos);
  if (knownServices.length === 0) return [];
  return policies.flatMap(({ file, text }) => {
    try {
      parsePolicyDocument(text, { file, knownServices, knownSlos });
      return [];
    } catch (error) {
      return faultsOf(error, file);
    }
  });
}
