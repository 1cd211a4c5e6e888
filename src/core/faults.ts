/** The faults of one document, gathered so that all of them can be told at once. */
import { ConfigurationError, type ConfigurationIssue } from "./errors.ts";

/** Keys and indexes from the document's root. */
export type Path = ReadonlyArray<string | number>;

/** Where in a text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A document from outside. Places are worked out only when one is asked for: a document without faults pays nothing. */
export interface SourceDocument {
  /** Plain values that nobody else holds: mappings, lists, text, numbers, booleans and null. */
  readonly value: unknown;
  /** What to call it in an error. */
  readonly file: string | undefined;
  /** Where the key or the value of `path` is, or what `path` is missing from. Undefined when there is no text. */
  locate(path: Path, part: "key" | "value"): Place | undefined;
  /** Where the character at `offset` of the text is. */
  placeAt(offset: number): Place | undefined;
  /**
   * Where the character at `offset` of the text value at `path` is written: within its quotes, behind its indentation, at
   * its escape. At the value's end, just behind its last character. Undefined when there is no text, or no such value.
   */
  locateIn(path: Path, offset: number): Place | undefined;
}

/** What `read` gives; undefined if it has faults, which are then among `issues`. */
export function gather<T>(issues: ConfigurationIssue[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
}

/** A document that is being checked: gather its faults, then {@link Faults.throwIfAny}. */
export interface OpenDocument {
  readonly document: SourceDocument;
  readonly faults: Faults;
}

/** What is asked of any document before it is worked on. */
export interface DocumentLimits {
  /** Most characters of text. */
  readonly maxCharacters: number;
  /** Most mappings and lists inside each other, aliases followed. */
  readonly maxDepth: number;
  /** Most keys and values, aliases expanded. */
  readonly maxNodes: number;
}

/** Ten thousand SLOs fit four times; a parse of the worst text within takes about a second. */
export const DOCUMENT_LIMITS: DocumentLimits = { maxCharacters: 8 * 1024 * 1024, maxDepth: 100, maxNodes: 1_000_000 };

/** A key longer than this is no key: it would drown the message that names it. */
export const MAX_KEY_CHARACTERS = 256;

/** Keys that reach an object's prototype in careless code. */
export const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

const MOST_TOLD = 100;

interface Fault {
  readonly path: Path;
  readonly message: string | ((document: SourceDocument) => string);
  readonly at: "key" | "value" | number | { readonly offset: number };
}

/** Gathers faults; keeps the first 100 and counts the rest. */
export class Faults {
  private readonly kept: Fault[] = [];
  private readonly spoiled = new Set<string>();
  private count = 0;

  /**
   * @param message - what is wrong and what is allowed; a function if it needs a place
   * @param at - the part of `path` to point to, an offset in the document's text, or `{ offset }` in the text value at `path`
   */
  add(path: Path, message: Fault["message"], at: Fault["at"] = "value"): void {
    this.count += 1;
    if (this.kept.length < MOST_TOLD) this.kept.push({ path, message, at });
  }

  /** As {@link Faults.add}, for a value that could not be read: what is found wrong with it later is not worth telling. */
  spoil(path: Path, message: string, at: Fault["at"] = "value"): void {
    this.add(path, message, at);
    this.spoiled.add(JSON.stringify(path));
  }

  /** Whether the value at exactly this path could not be read. */
  isSpoiled(path: Path): boolean {
    return this.spoiled.size > 0 && this.spoiled.has(JSON.stringify(path));
  }

  /** How many are counted, and not kept. */
  get untold(): number {
    return this.count - this.kept.length;
  }

  /** Throws {@link Faults.error} if there are any. */
  throwIfAny(document: SourceDocument): void {
    if (this.count > 0) throw this.error(document);
  }

  /** All of them as one error, in the order of the text. */
  error(document: SourceDocument, cause?: unknown): ConfigurationError {
    const issues = inOrder(this.kept.map((fault) => locateFault(fault, document)));
    if (this.untold > 0) issues.push({ path: [], message: `and ${String(this.untold)} more faults` });
    return new ConfigurationError(issues, {
      ...(document.file === undefined ? {} : { file: document.file }),
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

function locateFault({ path, message, at }: Fault, document: SourceDocument): ConfigurationIssue {
  const place = placeOf(path, at, document);
  return { path, message: typeof message === "string" ? message : message(document), ...place };
}

function placeOf(path: Path, at: Fault["at"], document: SourceDocument): Place | undefined {
  if (typeof at === "number") return document.placeAt(at);
  if (typeof at === "string") return document.locate(path, at);
  return document.locateIn(path, at.offset) ?? document.locate(path, "value");
}

/** Sorted by their places in one text; those without a place come first. */
export function inOrder(issues: readonly ConfigurationIssue[]): ConfigurationIssue[] {
  return [...issues].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
