/** One document that holds the SLOs and, maybe, policies, composites of SLOs and exclusions. */
import { ConfigurationError, type ConfigurationIssue } from "../core/errors.ts";
import { gather, inOrder } from "../core/faults.ts";
import { openDocument } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import { parseSloDocument, type SloDocument } from "../slo/document.ts";
import type { SloDocumentInput } from "../slo/written.ts";
import { readBesideSlos, type StatusDocument } from "../status/document.ts";

import { parsePolicyDocument, type PolicyDocument, ROOT as POLICIES } from "./document.ts";
import type { KnownSlo } from "./known-slos.ts";

/** What such a document says. */
export interface ReliabilityDocument {
  readonly slos: SloDocument;
  /** Undefined if it has none. */
  readonly policies: PolicyDocument | undefined;
  /** What is made of the SLOs, and what is taken out of their budgets. */
  readonly beside: StatusDocument;
}

const MAPPING = z.record(z.string(), z.unknown());

/** Those that have SLOs, and those that only have composites of them. */
export function servicesOf({ slos, beside }: Pick<ReliabilityDocument, "slos" | "beside">): readonly string[] {
  return [...new Set([...slos.services, ...beside.composites.map(({ service }) => service)])];
}

/** What policies may be for, and what their rules may name: its services, and its SLOs and composites. */
export function namesIn(document: Pick<ReliabilityDocument, "slos" | "beside">): {
  readonly knownServices: readonly string[];
  readonly knownSlos: readonly KnownSlo[];
} {
  const slos = document.slos.slos.map(({ service, name, kind }) => ({ service, name, kind }));
  // The kind of a composite is told by who judges it.
  const composites = document.beside.composites.map(({ service, name }) => ({ service, name }));
  return { knownServices: servicesOf(document), knownSlos: [...slos, ...composites] };
}

/** Reads all of it; where it `hasAllServices`, policies for others are faults, and rules about SLOs that are not there. @throws {@link ConfigurationError} with the faults of all parts at once, in the order of the text */
export function parseReliabilityDocument(
  input: string | object,
  { file, hasAllServices = false }: { readonly file?: string; readonly hasAllServices?: boolean } = {},
): ReliabilityDocument {
  const options = file === undefined ? {} : { file };
  const issues: ConfigurationIssue[] = [];
  const slos = gatherNew(issues, () => parseSloDocument(input as string | SloDocumentInput, options));
  const beside = gatherNew(issues, () => readBesideSlos(input, slos?.slos, options));
  const isKnown = hasAllServices && slos !== undefined && beside !== undefined;
  const ofPolicies = isKnown ? { ...options, ...namesIn({ slos, beside }) } : options;
  const policies = gatherNew(issues, () =>
    holdsPolicies(input, options) ? parsePolicyDocument(input, ofPolicies) : undefined,
  );
  if (slos !== undefined && beside !== undefined && issues.length === 0) return { slos, policies, beside };
  const placed = issues.filter(({ line }) => line !== undefined);
  // Behind them how many more there are, or all of a document that is no text.
  throw new ConfigurationError([...inOrder(placed), ...issues.filter(({ line }) => line === undefined)], options);
}

/** Faults of the document as such are found by all readers, each in its own words. */
function gatherNew<T>(issues: ConfigurationIssue[], read: () => T): T | undefined {
  const found: ConfigurationIssue[] = [];
  const value = gather(found, read);
  const told = new Set(issues.map(identityOf));
  const fresh = found.filter((issue) => !told.has(identityOf(issue)));
  // As many more as another part has are no others' faults, where those before them are this part's own.
  issues.push(...(fresh.length === 0 ? [] : found.filter((issue) => fresh.includes(issue) || isRest(issue))));
  return value;
}

function isRest({ path, message }: ConfigurationIssue): boolean {
  return path.length === 0 && /^and \d+ more faults$/.test(message);
}

function identityOf({ path, message, line, column }: ConfigurationIssue): string {
  return JSON.stringify(path.length === 0 ? message : [path, line, column]);
}

/** Whether it has the key, however that is written. */
function holdsPolicies(input: string | object, options: { readonly file?: string }): boolean {
  return MAPPING.safeParse(openDocument(input, options).document.value).data?.[POLICIES] !== undefined;
}
