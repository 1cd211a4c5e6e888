/** One document that holds the SLOs and, maybe, the policies. */
import { ConfigurationError, type ConfigurationIssue } from "../core/errors.ts";
import { parseSloDocument, type SloDocument } from "../slo/document.ts";

import { parsePolicyDocument, type PolicyDocument } from "./document.ts";

/** What such a document says. */
export interface ReliabilityDocument {
  readonly slos: SloDocument;
  /** Undefined if it has none. */
  readonly policies: PolicyDocument | undefined;
}

/** Reads both halves. @throws {@link ConfigurationError} with the faults of both at once */
export function parseReliabilityDocument(
  input: string | object,
  options: { readonly file?: string } = {},
): ReliabilityDocument {
  const issues: ConfigurationIssue[] = [];
  const slos = gather(issues, () => parseSloDocument(input, options));
  const policies = gather(issues, () => (holdsPolicies(input) ? parsePolicyDocument(input, options) : undefined));
  if (slos !== undefined && issues.length === 0) return { slos, policies };
  // Faults of the document as such are found by both readers.
  const distinct = new Map(issues.map((issue) => [JSON.stringify(issue), issue]));
  throw new ConfigurationError([...distinct.values()], options);
}

function gather<T>(issues: ConfigurationIssue[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
}

function holdsPolicies(input: string | object): boolean {
  if (typeof input === "object") return Object.hasOwn(input, "error_budget_policies");
  return /^[\s{,]*["']?error_budget_policies["']?\s*:/m.test(input);
}
