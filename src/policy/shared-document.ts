/** One document that holds the SLOs and, maybe, policies, composites of SLOs and exclusions. */
import { ConfigurationError, type ConfigurationIssue } from "../core/errors.ts";
import { inOrder } from "../core/faults.ts";
import { parseSloDocument, type SloDocument } from "../slo/document.ts";
import { readBesideSlos, type StatusDocument } from "../status/document.ts";

import { parsePolicyDocument, type PolicyDocument } from "./document.ts";

/** What such a document says. */
export interface ReliabilityDocument {
  readonly slos: SloDocument;
  /** Undefined if it has none. */
  readonly policies: PolicyDocument | undefined;
  /** What is made of the SLOs, and what is taken out of their budgets. */
  readonly beside: StatusDocument;
}

/** Reads all of it. @throws {@link ConfigurationError} with the faults of all parts at once, in the order of the text */
export function parseReliabilityDocument(
  input: string | object,
  options: { readonly file?: string } = {},
): ReliabilityDocument {
  const issues: ConfigurationIssue[] = [];
  const slos = gather(issues, () => parseSloDocument(input, options));
  const policies = gather(issues, () => (holdsPolicies(input) ? parsePolicyDocument(input, options) : undefined));
  const beside = gather(issues, () => readBesideSlos(input, slos?.slos, options));
  if (slos !== undefined && beside !== undefined && issues.length === 0) return { slos, policies, beside };
  const placed = issues.filter(({ line }) => line !== undefined);
  // Behind them how many more there are, or all of a document that is no text.
  throw new ConfigurationError([...inOrder(placed), ...issues.filter(({ line }) => line === undefined)], options);
}

function gather<T>(issues: ConfigurationIssue[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // Faults of the document as such are found by all readers, each in its own words.
    const told = new Set(issues.map(identityOf));
    issues.push(...error.issues.filter((issue) => !told.has(identityOf(issue))));
    return undefined;
  }
}

function identityOf({ path, message, line, column }: ConfigurationIssue): string {
  return JSON.stringify(path.length === 0 ? message : [path, line, column]);
}

function holdsPolicies(input: string | object): boolean {
  if (typeof input === "object") return Object.hasOwn(input, "error_budget_policies");
  return /^[\s{,]*["']?error_budget_policies["']?\s*:/m.test(input);
}
