/** Documents that the command is about: read from files, in whatever format they are. */
import type { ConfigurationIssue } from "../core/errors.ts";
import { openDocuments } from "../core/parse.ts";
import { parsePolicyDocument, type PolicyDocument } from "../policy/document.ts";
import { namesIn, parseReliabilityDocument } from "../policy/shared-document.ts";
import { importSlos } from "../rules/formats/import.ts";
import type { SloFormat } from "../rules/formats/model.ts";
import { sourcesOf } from "../rules/formats/recognise.ts";
import type { SloDocument } from "../slo/document.ts";
import type { StatusDocument } from "../status/document.ts";

import { aboutDocument } from "./faults.ts";
import { readStandardInput, readText, STDIN } from "./files.ts";
import type { Io } from "./io.ts";

/** One document. */
export interface ReadDocument {
  /** As it was named; `<stdin>` for `-`. */
  readonly file: string;
  readonly text: string;
  readonly format: SloFormat;
  readonly slos: SloDocument;
  readonly policies: PolicyDocument | undefined;
  readonly beside: StatusDocument;
  /** What a document of another format says and nines does not do. */
  readonly unsupported: readonly ConfigurationIssue[];
}

/** The text of a file, or the standard input for `-`. @throws {@link DocumentError} if it cannot be read */
export async function readInput(path: string, io: Io): Promise<{ readonly file: string; readonly text: string }> {
  return path === "-"
    ? { file: STDIN, text: await readStandardInput(io) }
    : { file: path, text: await readText(path, io) };
}

/** The document in a file. @throws {@link DocumentError} with all its faults */
export async function readDocument(path: string, io: Io): Promise<ReadDocument> {
  const { file, text } = await readInput(path, io);
  return aboutDocument(file, () => documentOf(file, text));
}

/** The policies of a document that may have nothing else. @throws {@link DocumentError} with all its faults */
export async function readPolicies(path: string, io: Io, slos: ReadDocument): Promise<PolicyDocument> {
  return policiesOf(await readInput(path, io), slos);
}

/** The policies of a text that was read, for the services and SLOs of a document. @throws {@link DocumentError} with all its faults */
export function policiesOf(
  { file, text }: { readonly file: string; readonly text: string },
  slos: ReadDocument,
): PolicyDocument {
  return aboutDocument(file, () => parsePolicyDocument(text, { file, ...namesIn(slos) }));
}

const OWN_KEY = "service_level_objectives";
const POLICIES_KEY = "error_budget_policies";

/** What a text says. @throws {@link ConfigurationError} with all its faults */
export function documentOf(file: string, text: string): ReadDocument {
  if (isForeign(text, file)) {
    const { format, slos, unsupported } = importSlos(text, { file });
    return { file, text, format, slos, policies: undefined, beside: { composites: [], exclusions: [] }, unsupported };
  }
  return { file, text, format: "nines", ...parseReliabilityDocument(text, { file }), unsupported: [] };
}

/** Whether it says that it is of another tool; a text that does not is taken for one of nines, whose faults are then told. */
function isForeign(text: string, file: string): boolean {
  return sourcesOf(openDocuments(text, { file })).sources.some(
    ({ value }) => !Object.hasOwn(value, OWN_KEY) && ["apiVersion", "version"].some((key) => Object.hasOwn(value, key)),
  );
}

/** The value that a text begins with. @throws {@link ConfigurationError} if it cannot be read at all */
export function topOf(text: string, file: string): unknown {
  return openDocuments(text, { file })[0]?.document.value;
}

/** Whether a document has policies and no SLOs. */
export function hasOnlyPolicies(top: unknown): boolean {
  if (typeof top !== "object" || top === null) return false;
  return Object.hasOwn(top, POLICIES_KEY) && !Object.hasOwn(top, OWN_KEY);
}
