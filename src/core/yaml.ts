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

import { type ConfigurationError, invalid } from "./errors.ts";
import { DOCUMENT_LIMITS, type DocumentLimits, Faults, type SourceDocument } from "./faults.ts";
import { bracesSlip } from "./yaml-braces.ts";
import { buildValue } from "./yaml-build.ts";
import { EVENT, offsetOf, type YamlEvent, type YamlSource } from "./yaml-events.ts";
import { offsetOfPath, placesIn } from "./yaml-places.ts";
import { syntaxProblem } from "./yaml-rules.ts";

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
export function openYaml(input: string, options: ReadOptions = {}): { document: SourceDocument; faults: Faults } {
  const limits = { ...DOCUMENT_LIMITS, ...options.limits };
  const text = input.startsWith("\uFEFF") ? input.slice(1) : input;
  const faults = new Faults();
  const placeAt = placesIn(text);
  let source = sourceOf(text, []);
  const locate: SourceDocument["locate"] = (path, part) => placeAt(offsetOfPath(source, path, part));
  const document = { value: undefined as unknown, file: options.file, placeAt, locate };
  const refusal = (message: string, offset = 0, cause?: unknown): ConfigurationError => {
    faults.add([], message, offset);
    return faults.error(document, cause);
  };

  if (text.length > limits.maxCharacters) {
    throw refusal(`too large: ${String(text.length)} characters; at most ${String(limits.maxCharacters)} are read`);
  }
  const crowded = offsetOfExcess(text, limits.maxNodes);
  if (crowded !== undefined) {
    throw refusal(`too large: more than ${String(limits.maxNodes)} keys, items and separators up to here`, crowded);
  }
  try {
    source = sourceOf(text, parseEvents(text, { maxDepth: limits.maxDepth }));
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { reason, mark } = error;
    const slip = mark === undefined ? undefined : bracesSlip(text, mark.position, reason.includes("flow"));
    throw refusal(slip?.message ?? syntaxProblem(reason, limits), slip?.offset ?? mark?.position, error);
  }
  if (source.events.length === 0) throw refusal("the document is empty");
  const second = secondDocument(source);
  if (second !== undefined) {
    const line = String(placeAt(second).line);
    throw refusal(`more than one document: the second begins on line ${line}; give each a file of its own`, second);
  }
  document.value = buildValue(source, limits, faults);
  if (document.value === undefined) throw faults.error(document);
  return { document, faults };
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
  const first = text.charAt(0);
  for (const tag of tags) {
    if (!explicit && tag.implicitFirstChars !== null && !tag.implicitFirstChars.includes(first)) continue;
    const value = tag.resolve(text, explicit, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return undefined;
}

/** The number of nodes is bounded by that of the characters that can begin one; counted before any is made. */
function offsetOfExcess(text: string, most: number): number | undefined {
  if (text.length <= most) return undefined;
  let count = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    const begins = code === COMMA || code === COLON || code === BRACKET || code === BRACE || code === QUESTION_MARK;
    if (!begins && !(code === DASH && text.charCodeAt(offset + 1) <= SPACE)) continue;
    count += 1;
    if (count > most) return offset;
  }
  return undefined;
}

const [SPACE, COMMA, DASH, COLON, QUESTION_MARK, BRACKET, BRACE] = [32, 44, 45, 58, 63, 91, 123] as const;

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
