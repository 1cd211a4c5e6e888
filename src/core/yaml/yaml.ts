/** YAML from outside: the home of js-yaml. */
import {
  boolCoreTag,
  boolYaml11Tag,
  type DocumentEvent,
  dump,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  intYaml11Tag,
  NOT_RESOLVED,
  parseEvents,
  type ScalarEvent,
  type ScalarTagDefinition,
  YAMLException,
} from "js-yaml";

import { type ConfigurationError, invalid } from "../errors.ts";
import {
  DOCUMENT_LIMITS,
  type DocumentLimits,
  Faults,
  type OpenDocument,
  type Place,
  type SourceDocument,
} from "../faults.ts";
import { offsetOfExcess } from "./bounds.ts";
import { bracesSlip } from "./braces.ts";
import { buildValue } from "./build.ts";
import { EVENT, offsetOf, type YamlEvent, type YamlSource } from "./events.ts";
import { offsetInPath, offsetOfPath, placesIn } from "./places.ts";
import { syntaxProblem } from "./rules.ts";

/** How to read a document. */
export interface ReadOptions {
  /** What to call it in an error, as a rule its file's name. */
  readonly file?: string;
  /** Instead of {@link DOCUMENT_LIMITS}, each. */
  readonly limits?: Partial<DocumentLimits>;
}

/**
 * Reads one YAML 1.2 document (JSON is one too): mappings with text keys, lists, text, numbers, booleans, null; anchors
 * and aliases, but no cycles, tags of one's own or merge keys. Time and memory are bounded by the limits.
 *
 * @throws {@link ConfigurationError} with all its faults; for a fault of syntax, with the first
 */
export function parseYaml(text: string, options: ReadOptions = {}): SourceDocument {
  const { document, faults } = openYaml(text, options);
  faults.throwIfAny(document);
  return document;
}

/** As {@link parseYaml}, but faults that leave the rest readable are handed on, to be told with those of the content. */
export function openYaml(input: string, options: ReadOptions = {}): OpenDocument {
  const text = readYaml(input, options);
  const { source } = text;
  if (source.events.length === 0) throw text.refusal("the document is empty");
  const second = secondDocument(source);
  if (second !== undefined) {
    const line = String(text.placeAt(second).line);
    throw text.refusal(
      `more than one document: the second begins on line ${line}; give each a file of its own`,
      second,
    );
  }
  return text.open(source.events, 0);
}

/** A YAML text whose syntax is sound, before values are made of it. */
export interface YamlText {
  readonly source: YamlSource;
  readonly limits: DocumentLimits;
  readonly placeAt: (offset: number) => Place;
  /** The error that says why the text is not read. */
  refusal(message: string, offset?: number, cause?: unknown): ConfigurationError;
  /**
   * The document that has these events of the text.
   *
   * @param spent - the size of the documents before it
   */
  open(events: readonly YamlEvent[], spent: number): OpenDocument & { readonly size: number };
}

/**
 * Reads the syntax of a text with any number of documents.
 *
 * @throws {@link ConfigurationError} for the first fault of syntax, and for a text that is too large
 */
export function readYaml(input: string, { file, limits: given }: ReadOptions): YamlText {
  const limits = { ...DOCUMENT_LIMITS, ...given };
  const text = input.startsWith("\uFEFF") ? input.slice(1) : input;
  const placeAt = placesIn(text);
  const documentOf = (source: YamlSource): SourceDocument & { value: unknown } => ({
    value: undefined,
    file,
    placeAt,
    locate: (path, part) => placeAt(offsetOfPath(source, path, part)),
    locateIn: (path, offset) => {
      const found = offsetInPath(source, path, offset);
      return found === undefined ? undefined : placeAt(found);
    },
  });
  const refusal: YamlText["refusal"] = (message, offset = 0, cause) => {
    const faults = new Faults();
    faults.add([], message, offset);
    return faults.error(documentOf(sourceOf(text, [])), cause);
  };

  if (text.length > limits.maxCharacters) {
    throw refusal(`too large: ${String(text.length)} characters; at most ${String(limits.maxCharacters)} are read`);
  }
  const crowded = offsetOfExcess(text, limits.maxNodes);
  if (crowded !== undefined) {
    throw refusal(`too large: more than ${String(limits.maxNodes)} keys, items and separators up to here`, crowded);
  }
  let source: YamlSource;
  try {
    source = sourceOf(text, parseEvents(text, { maxDepth: limits.maxDepth }));
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { reason, mark } = error;
    const slip = mark === undefined ? undefined : bracesSlip(text, mark.position, reason.includes("flow"));
    throw refusal(slip?.message ?? syntaxProblem(reason, limits), slip?.offset ?? mark?.position, error);
  }
  return {
    source,
    limits,
    placeAt,
    refusal,
    open(events, spent) {
      const part = { ...source, events };
      const faults = new Faults();
      const document = documentOf(part);
      const built = buildValue(part, limits, faults, spent);
      if (built === undefined) throw faults.error(document);
      document.value = built.value;
      return { document, faults, size: built.size };
    },
  };
}

/**
 * Writes a value of JSON as YAML that readers of YAML 1.1 and 1.2 take for the same: `no`, `1e3` and `2020-01-01` are quoted
 * where they are texts, and texts of many lines are written as they are.
 *
 * @throws {@link ConfigurationError} if there is something in it that JSON does not have
 */
export function writeYaml(value: unknown): string {
  try {
    return dump(value, { lineWidth: -1, noRefs: true });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw invalid([], `the value cannot be written as YAML: ${error.reason}`);
  }
}

/** What YAML 1.1, which many readers still speak, takes `text` for, if not for text. */
export function yaml11Reading(text: string): number | boolean | undefined {
  return firstResolved([boolYaml11Tag, intYaml11Tag], text) as number | boolean | undefined;
}

function sourceOf(text: string, events: readonly YamlEvent[]): YamlSource {
  return {
    text,
    events,
    decode: (scalar) => getScalarValue(text, scalar as ScalarEvent),
    resolve: (scalar) => {
      if (!MAYBE_NOT_TEXT.test(scalar)) return scalar;
      return firstResolved(PLAIN_TAGS, scalar) ?? (NULLS.has(scalar) ? null : scalar);
    },
    resolveTagged: (tag, scalar) => {
      if (tag === "!" || tag === "!!str") return scalar;
      if (tag === "!!null") return NULLS.has(scalar) ? null : undefined;
      const definition = EXPLICIT_TAGS[tag];
      return definition && firstResolved([definition], scalar, true);
    },
  };
}

// Most scalars are words, which this tells sooner than the tags can.
const MAYBE_NOT_TEXT = /^(?:$|[-+.\d~]|null|true|false)/i;
const NULLS: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);
const PLAIN_TAGS: readonly ScalarTagDefinition[] = [boolCoreTag, intCoreTag, floatCoreTag];
const EXPLICIT_TAGS: Readonly<Record<string, ScalarTagDefinition>> = {
  "!!bool": boolCoreTag,
  "!!int": intCoreTag,
  "!!float": floatCoreTag,
};

function firstResolved(tags: readonly ScalarTagDefinition[], text: string, explicit = false): unknown {
  for (const tag of tags) {
    const value = tag.resolve(text, explicit, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return undefined;
}

function secondDocument({ text, events }: YamlSource): number | undefined {
  const starts = events.filter(({ type }) => type === EVENT.document) as DocumentEvent[];
  const [first, second] = starts;
  if (first === undefined || second === undefined) return undefined;
  if (!second.explicitStart) {
    const content = events[events.indexOf(second) + 1];
    return (content && offsetOf(content)) ?? 0;
  }
  const markers = [...text.matchAll(/^---(?!\S)/gm)];
  return markers[first.explicitStart ? 1 : 0]?.index ?? 0;
}
