/** Documents from outside, checked against a schema: all faults at once, each with its place. */
import { ConfigurationError, invalid, show } from "./errors.ts";
import type { Faults, OpenDocument, Path } from "./faults.ts";
import { describeIssues } from "./parse-messages.ts";
import { openPlain } from "./plain.ts";
import * as z from "./schema.ts";
import { openYaml, type ReadOptions, yaml11Reading } from "./yaml/yaml.ts";
import { openYamlDocuments } from "./yaml/documents.ts";
import { frozen } from "./frozen.ts";

export type { OpenDocument } from "./faults.ts";

/**
 * Reads YAML or JSON text, or copies a plain object.
 *
 * @throws {@link ConfigurationError} if nothing can be read at all; lesser faults are in the answer
 */
export function openDocument(input: string | object, options: ReadOptions = {}): OpenDocument {
  checkIsNoPath(input);
  return typeof input === "string" ? openYaml(input, options) : openPlain(input, options);
}

/**
 * As {@link openDocument}, of a text with several YAML documents: those that have content, in order. An object is one.
 *
 * @throws {@link ConfigurationError} if there is none, or any of them cannot be read at all
 */
export function openDocuments(input: string | object, options: ReadOptions = {}): readonly OpenDocument[] {
  checkIsNoPath(input);
  return typeof input === "string" ? openYamlDocuments(input, options) : [openPlain(input, options)];
}

/** A document is no single word, and least of all one that ends so. */
function checkIsNoPath(input: string | object): void {
  if (typeof input !== "string" || input.length > 1_000 || input.includes(": ") || input.startsWith("- ")) return;
  if (!/^[^\s{}[\]][^\n{}[\]]*\.(?:ya?ml|json)$/i.test(input)) return;
  throw invalid([], `${show(input)} is a file's name; read the file, and give the text that is in it`);
}

/** Checks `value`, which is at `path` of its document. Undefined if it has faults, which are then in `faults`. */
export function check<T>(schema: z.ZodType<T>, value: unknown, path: Path, faults: Faults): T | undefined {
  const result = schema.safeParse(value, { error: keepAllowedKeys });
  if (result.success) return result.data;
  for (const { path: rest, message, at } of describeIssues(result.error.issues, value)) {
    const full = [...path, ...rest];
    if (!faults.isSpoiled(full)) faults.add(full, message, at);
  }
  return undefined;
}

/**
 * Reads a whole document.
 *
 * @param input - YAML or JSON text, or a plain object
 * @throws {@link ConfigurationError} with all faults, the first 100 in full
 */
export function parseDocument<T>(input: string | object, schema: z.ZodType<T>, options: ReadOptions = {}): T {
  const { document, faults } = openDocument(input, options);
  const data = check(schema, document.value, [], faults);
  faults.throwIfAny(document);
  return data as T;
}

/**
 * A field that is read by a function of nines, such as `parseDuration`. What it throws becomes a fault of the field; a
 * path in it is taken as one within the field.
 *
 * @param example - a value to show when the field is missing or empty
 */
export function field<T>(read: (input: unknown) => T, example: string): z.ZodType<T> {
  return z.transform((input: unknown, context) => {
    if (input === undefined || input === null) {
      const what = input === null ? "is empty" : "is missing";
      context.issues.push({ code: "custom", message: `${what}; write one, such as ${example}`, input });
      return z.NEVER;
    }
    try {
      return read(input);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      for (const { path, message } of error.issues) {
        context.issues.push({ code: "custom", message: `${message}${otherReading(input)}`, path: [...path], input });
      }
      return z.NEVER;
    }
  });
}

/**
 * A field that is false, or what `schema` reads. Its faults are told as they are, and not as those of one of two readings.
 *
 * @param allowed - what may be written, for what is neither
 */
export function falseOr<T>(schema: z.ZodType<T>, allowed: string): z.ZodType<false | T> {
  return z.transform((input: unknown, context) => {
    if (input === false) return false;
    if (typeof input !== "object") {
      const message =
        input === undefined ? `is missing; write ${allowed}` : `${show(input)} is not possible; write ${allowed}`;
      context.issues.push({ code: "custom", message, input });
      return z.NEVER;
    }
    return readBy(schema, input, context);
  });
}

/** One value, or a list of them, which is always what is read. Faults are those of the reading that is meant. */
export function oneOrMore<T>(one: z.ZodType<T>, list: z.ZodType<T[]>): z.ZodType<T[]> {
  const alone = one.transform((value) => [value]);
  return z.transform((input: unknown, context) => readBy(Array.isArray(input) ? list : alone, input, context));
}

function readBy<T>(schema: z.ZodType<T>, input: unknown, context: { readonly issues: z.core.$ZodRawIssue[] }): T {
  const result = schema.safeParse(input, { error: keepAllowedKeys });
  if (result.success) return result.data;
  for (const { path, message } of describeIssues(result.error.issues, input)) {
    context.issues.push({
      code: "custom",
      message: typeof message === "string" ? message : message(),
      path: [...path],
      input,
    });
  }
  return z.NEVER;
}

/** Remembers what `read` made of a text: documents repeat the same few. What it returns must be immutable. */
export function remembering<T>(read: (input: unknown) => T): (input: unknown) => T {
  const known = new Map<string, T>();
  return (input) => {
    if (typeof input !== "string") return read(input);
    const before = known.get(input);
    if (before !== undefined) return before;
    // Everybody who writes the same gets the same one.
    const value = frozen(read(input));
    if (known.size >= 1_000) known.clear();
    known.set(input, value);
    return value;
  };
}

function otherReading(input: unknown): string {
  const reading = typeof input === "string" && input.length < 40 ? yaml11Reading(input) : undefined;
  return reading === undefined ? "" : ` (some YAML readers take ${show(input)} for ${String(reading)})`;
}

// The only moment at which zod tells which schema found an unknown key.
function keepAllowedKeys(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === "unrecognized_keys" && issue.inst instanceof z.ZodObject
    ? Object.keys(issue.inst.shape).join(", ")
    : undefined;
}
