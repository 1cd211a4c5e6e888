/** What nines asks of a YAML text beyond its syntax, in words. */
import { show } from "../errors.ts";
import { type DocumentLimits, MAX_KEY_CHARACTERS, type Path, PROTOTYPE_KEYS, type SourceDocument } from "../faults.ts";

/** Stands for a bare `<<` key. */
export const MERGE_KEY: unique symbol = Symbol("merge key");

/** Why `key`, written as `text`, cannot be a key; undefined if it can. */
export function keyProblem(key: unknown, text: string): string | undefined {
  if (key === MERGE_KEY) return "merge keys (<<) are not read; write the fields out";
  if (typeof key === "object" && key !== null) return `a key must be text; this one is ${show(key)}`;
  if (typeof key !== "string") {
    if (text === "") return "the key before the colon is missing";
    return `the key ${clip(text)} is read as ${String(key)}, not as text; write it in quotes`;
  }
  if (key.length > MAX_KEY_CHARACTERS) {
    return `the key ${show(key)} has ${String(key.length)} characters; allowed: ${String(MAX_KEY_CHARACTERS)}`;
  }
  return PROTOTYPE_KEYS.has(key) ? `the key ${show(key)} is not allowed in any document` : undefined;
}

// The parser speaks of its grammar; these are the slips that it usually means.
const SLIPS: Readonly<Record<string, string>> = {
  "bad indentation of a mapping entry":
    'this does not line up with what is above it; check the indentation, and quote a value that has ": " in it',
  "bad indentation of a sequence entry": "this item does not line up with those above it; check the indentation",
  "deficient indentation": "this is indented too little, or a bracket or quote above it is not closed",
  "unexpected end of the stream within a flow collection": "the text ends before a bracket is closed",
  "unexpected end of the stream within a single quoted scalar": "the text ends before a single quote is closed",
  "unexpected end of the stream within a double quoted scalar": "the text ends before a double quote is closed",
  "can not read a block mapping entry; a multiline key may not be an implicit key":
    "the colon after this key is missing",
  "expected ':' after a mapping key": "the colon after this key is missing",
  "end of the stream or a document separator is expected":
    "the document ends before this; check the indentation, and the brackets and quotes above",
  "the stream contains non-printable characters": "a control character is in the text; remove it",
  "null byte is not allowed in input": "a null character is in the text; remove it",
  "tab characters must not be used in indentation": "a tab is used as indentation; write spaces",
};

/** What the parser stumbled on, in words for who wrote it. */
export function syntaxProblem(reason: string, limits: DocumentLimits): string {
  return reason.includes("maxDepth") ? tooDeep(limits) : (SLIPS[reason] ?? reason);
}

/** Says that a key is written as an alias. */
export const ALIAS_AS_KEY = "an alias cannot be a key; write the key as text";

/** Says that a key is there already, and where; the first place is looked up only if it is told. */
export function writtenTwice(path: Path): (document: SourceDocument) => string {
  return (document) => {
    const line = document.locate(path, "key")?.line;
    return `this key is written twice, first on line ${String(line)}; keep one of them`;
  };
}

/** Why a bare scalar does not mean one thing to all readers; undefined if it does. */
export function scalarProblem(text: string): string | undefined {
  if (!/^[-+]?0\d+$/.test(text)) return undefined;
  const digits = text.replace(/^([-+]?)0+(?=\d)/, "$1");
  return `${clip(text)} is octal to some YAML readers and decimal to others; write ${clip(digits)}, or quotes if it is text`;
}

/** Says that a tag is none of YAML's own, or does not suit its value. */
export function badTag(tag: string): string {
  return `the tag ${clip(tag)} is not read here; remove it and write the value plainly`;
}

/** Says that there is no anchor for an alias. */
export function unknownAlias(name: string): string {
  return `*${clip(name)} repeats nothing; write &${clip(name)} before the value above that it is to repeat`;
}

/** Says that an alias would make a cycle. */
export function cyclicAlias(name: string): string {
  return `*${clip(name)} repeats a value that it is itself a part of`;
}

/** Says that a document has more nodes than `limits` allow. */
export function tooLarge({ maxNodes }: DocumentLimits): string {
  return `too large: more than ${String(maxNodes)} keys and values up to here, repeated ones counted each time`;
}

/** Says that a document is deeper than `limits` allow. */
export function tooDeep({ maxDepth }: DocumentLimits): string {
  return `too deep: more than ${String(maxDepth)} mappings and lists inside each other`;
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
