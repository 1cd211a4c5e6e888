/** JSON that is broken as text, or reaches for a prototype. */
import type { Random } from "../../src/core/random.ts";

const PIECES = [
  "",
  "{",
  "}",
  "[",
  "]",
  '"',
  ",",
  ":",
  "\\",
  "\\u0000",
  "\\ud800",
  "1e999",
  "-",
  "null",
  "\n",
  "\ufeff",
];
const NESTS = ["[".repeat(60), "[".repeat(200), "[".repeat(3_000), '{"a":'.repeat(500)];
const PROTOTYPES = ["__proto__", "constructor", "prototype"];
const PROTOTYPE_VALUES = ['{"polluted":"yes"}', '"yes"', "null", '{"prototype":{"polluted":"yes"}}', "[]"];

/** `text` with a stretch of it left out, put in, or told twice. */
export function brokenText(text: string, random: Random): string {
  const at = random.integer(0, text.length);
  const until = Math.min(text.length, at + random.integer(0, 40));
  const kind = random.next();
  if (kind < 0.1) return text.slice(0, at);
  if (kind < 0.2) return text.slice(0, until) + text.slice(at);
  return text.slice(0, at) + random.pick(kind < 0.25 ? NESTS : PIECES) + text.slice(until);
}

/** With a key that reaches a prototype, in any of its mappings. */
export function withPrototypeKey(text: string, random: Random): string {
  const braces = [...text.matchAll(/\{/g)].map(({ index }) => index);
  if (braces.length === 0) return text;
  const at = random.pick(braces) + 1;
  const comma = text[at] === "}" ? "" : ",";
  return `${text.slice(0, at)}"${random.pick(PROTOTYPES)}":${random.pick(PROTOTYPE_VALUES)}${comma}${text.slice(at)}`;
}
