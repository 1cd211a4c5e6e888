/** Documents of which some are right, most almost right, and a few are anything: as text, or as plain values. */
import { dump, loadAll } from "js-yaml";
import type { Arbitrary } from "fast-check";
import { ConfigurationError, type ConfigurationIssue, formatPath } from "../../../src/core/errors.ts";
import type { Random } from "../../../src/core/random.ts";
import { hostileText } from "../../proofs/support/hostile-texts.ts";
import type { Outcome } from "../types.ts";
import { drawn } from "./drawn.ts";
import { brokenText } from "../../support/broken-text.ts";
import { anyValue, deepened, mutatedValue, type Words } from "./mutated.ts";

/** One document, in one of two forms. */
export type DocumentInput = { readonly text: string } | { readonly value: unknown };

/** What YAML has beyond JSON, and where readers of it disagree. */
const YAML_PIECES = [
  ...["&a ", "*a", "!!str ", "!!python/object:x ", "!!binary aGk=", "<<: *a", "? ", ": ", "- ", "|\n", ">-\n", "|2\n"],
  ...["%YAML 1.1\n---\n", "---\n", "...\n", "\t", "\r\n", "\u0085", "\ufeff", "# ", "'", '"', "yes", "0o17", "0x1F"],
  ...[
    "1_000",
    ".inf",
    ".nan",
    "~",
    "2026-01-01",
    "12:30:45",
    "1e3",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a [*a]",
    "\\x00",
    "\u0000",
  ],
];

/** Documents like `samples`, each of which is YAML or JSON and right. */
export function documents(samples: readonly string[], words: Words): Arbitrary<DocumentInput> {
  return drawn((random) => drawDocument(random.pick(samples), random, words));
}

/** One of them. */
export function drawDocument(sample: string, random: Random, words: Words): DocumentInput {
  const kind = random.next();
  if (kind < 0.05) return { text: sample };
  if (kind < 0.2) return { text: brokenLines(sample, random, words) };
  if (kind < 0.25) return { text: brokenBytes(sample, random) };
  if (kind < 0.28) return { text: anyText(random) };
  if (kind < 0.3) return { value: anyValue(random, words) };
  const parts = partsOf(sample);
  const changed = parts.map((part) => (random.next() < 0.8 ? changedWithin(part, random, words) : part));
  if (kind < 0.6) return { value: changed.length === 1 ? changed[0] : changed };
  if (kind < 0.75 && changed.length === 1) {
    const text = JSON.stringify(changed[0]);
    return { text: random.next() < 0.1 ? deepened(text, random) : text };
  }
  return { text: changed.map((part) => yamlOf(part, random)).join("---\n") };
}

/** The outermost levels have few keys, of which each is needed: what changes there is not looked at any further. */
function changedWithin(value: unknown, random: Random, words: Words): unknown {
  if (typeof value !== "object" || value === null || random.next() < 0.06) return mutatedValue(value, random, words);
  const names = Object.keys(value);
  if (names.length === 0 || names.length > 6 || Array.isArray(value)) return mutatedValue(value, random, words);
  const inner = random.pick(names);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, name === inner ? changedWithin(item, random, words) : item]),
  );
}

const parsed = new Map<string, readonly unknown[]>();

function partsOf(sample: string): readonly unknown[] {
  const known = parsed.get(sample) ?? loadAll(sample).filter((part) => part !== null && part !== undefined);
  parsed.set(sample, known);
  return known;
}

function yamlOf(value: unknown, random: Random): string {
  return dump(value, {
    flowLevel: random.integer(-1, 4),
    noRefs: random.next() < 0.5,
    lineWidth: random.pick([-1, 40]),
  });
}

function brokenLines(text: string, random: Random, words: Words): string {
  const lines = text.split("\n");
  for (let left = random.integer(1, 3); left > 0; left -= 1) {
    const at = random.integer(0, lines.length - 1);
    const line = lines[at] ?? "";
    const kind = random.next();
    if (kind < 0.15) lines.splice(at, 1);
    else if (kind < 0.3) lines.splice(at, 0, lines[random.integer(0, lines.length - 1)] ?? "");
    else if (kind < 0.45) lines[at] = " ".repeat(random.integer(0, 8)) + line.trimStart();
    else if (kind < 0.6) lines[at] = line.replace(/:.*$/, `: ${JSON.stringify(anyValue(random, words))}`);
    else if (kind < 0.75) lines[at] = brokenText(line, random);
    else {
      const place = random.integer(0, line.length);
      lines[at] = line.slice(0, place) + random.pick(YAML_PIECES) + line.slice(place);
    }
  }
  return lines.join("\n");
}

function brokenBytes(text: string, random: Random): string {
  const bytes = Buffer.from(text);
  for (let left = random.integer(1, 4); left > 0; left -= 1) {
    bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
  }
  return bytes.toString();
}

function anyText(random: Random): string {
  const pieces = Array.from({ length: random.integer(0, 12) }, () =>
    random.next() < 0.6 ? random.pick(YAML_PIECES) : hostileText(random),
  );
  return pieces.join(random.pick(["", "\n", " "]));
}

/** What a document's reader is given: the text, or the value if there can be one. */
export function given(input: DocumentInput): string | object {
  return "text" in input ? input.text : (input.value as object);
}

/** A refusal, if the error is one that says where: a line and a column of a text, a path of a value. */
export function refusal(error: unknown, input: DocumentInput): Outcome {
  if (!(error instanceof ConfigurationError)) throw error;
  const [first] = error.issues;
  if (first === undefined) throw new Error("a refusal without an issue", { cause: error });
  for (const issue of error.issues) checkIssue(issue, input, error);
  if (error.message.length > 500_000)
    throw new Error(`a message of ${error.message.length} characters`, { cause: error });
  const { path, line, column, message } = first;
  return { refused: message, at: line === undefined ? `$${formatPath(path)}` : `${String(line)}:${String(column)}` };
}

function checkIssue({ line, column, message }: ConfigurationIssue, input: DocumentInput, error: Error): void {
  const fail = (what: string): never => {
    throw new Error(`${what}: ${error.message.slice(0, 500)}`);
  };
  if (message.trim() === "") fail("an issue without words");
  if (message.includes("[object ") && !JSON.stringify(input).includes("[object ")) fail("an object was told as such");
  if (!("text" in input) || /^and \d+ more/.test(message)) return;
  if (line === undefined || column === undefined) return fail("an issue of a text without a place");
  const lines = input.text.split(/\r\n|[\n\r]/);
  if (!(line >= 1 && line <= lines.length)) fail(`there is no line ${String(line)}`);
  if (!(column >= 1 && column <= (lines[line - 1] ?? "").length + 1)) fail(`there is no column ${String(column)}`);
}

/** Calls that refuse with a located error of their options or of the document itself, or do not: the first refusal counts. */
export function tried(input: DocumentInput, work: () => void): Outcome {
  try {
    work();
    return { taken: true };
  } catch (error) {
    return refusal(error, input);
  }
}
