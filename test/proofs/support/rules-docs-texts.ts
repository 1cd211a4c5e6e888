/** Texts that mean something to YAML, PromQL, RE2 or a template of Go, and spellings of them that nines has no part in. */
import type { Random } from "../../../src/core/random.ts";

const YAML = [
  ": ",
  "#",
  " #",
  "- ",
  "? ",
  "| ",
  ">-",
  "&a",
  "*a",
  "!!str",
  "%",
  "@",
  "`",
  "<<",
  "=",
  "~",
  "null",
  "no",
  "y",
];
const NUMBERS = ["1e3", "0x1F", "0o7", "1_000", "2020-01-01", ".inf", "12:30:45", "-0", "+.5"];
const GO = [
  "{{",
  "}}",
  "{{ .Value }}",
  "{{ $labels.x }}",
  "{{- ",
  " -}}",
  "{{`a`}}",
  "{{/* */}}",
  '{{ "',
  "{",
  "}",
  "$value",
];
const LANGUAGE = [
  '"',
  "'",
  "\\",
  "\\n",
  "\\x41",
  "\\u0041",
  "\\1",
  "a|b",
  ".*",
  "(?i)",
  "(",
  ")",
  "[a-z]",
  "[",
  "]",
  "^",
  "$",
];
const RE2 = ["\\pL", "\\Q", "\\E", "x{2}", "x{1001}", "+", "?", "(?s:.)", "\\b", "|", "||", "-"];
const SPACES = [" ", "\t", "\n", "\r", "\r\n", "\n\n", " \n ", "\u00a0", "\u3000"];
const RARE = [
  "é",
  "e\u0301",
  "漢字",
  "😀",
  "\ud83d",
  "\ude00",
  "\ufeff",
  "\uffff",
  "\ufffe",
  "\ufffd",
  "\u{10ffff}",
  "\u200d",
];
const CONTROLS = ["\0", "\u0007", "\b", "\u001b[2J", "\u007f", "\u0085", "\u009f", "\u2028", "\u2029", "\u202e"];
const PLAIN = ["a", "Z", "0", "shop", "/checkout", "5..", "web-1", ","];
const PIECES = [...YAML, ...NUMBERS, ...GO, ...LANGUAGE, ...RE2, ...SPACES, ...RARE, ...CONTROLS, ...PLAIN];

/** Any text of at least one character; now and then a very long one. */
export function anyText(random: Random): string {
  const length = random.next() < 0.001 ? random.integer(500, 3_000) : random.integer(1, 7);
  let text = "";
  for (let count = 0; count < length; count += 1) {
    text += random.next() < 0.85 ? random.pick(PIECES) : String.fromCharCode(random.integer(0, 0xffff));
  }
  return text;
}

/** One that an SLO document takes: no control characters, not blank, of at most `most` characters. */
export function documentText(random: Random, most: number): string {
  for (;;) {
    const text = anyText(random)
      .slice(0, most)
      .replace(/(?![\n\r\t])[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu, "");
    if (text.trim() !== "") return text;
  }
}

/** With what UTF-8 has for halves of surrogate pairs, U+FFFD. */
function encoded(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

/** A value of a series, without U+FFFD: Prometheus takes that for a fault of the encoding where a selector is read. */
export function stored(text: string): string {
  return encoded(text).replaceAll("\ufffd", "?");
}

/** A string of PromQL in bytes alone: `"\x61"`. */
export function hexString(text: string): string {
  const bytes = [...Buffer.from(text, "utf8")];
  return `"${bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
}

/** A scalar of YAML in ASCII alone, for any reader of it. */
export function asciiYaml(text: string): string {
  const escaped = Array.from(encoded(text), (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x20 && code < 0x7f && character !== '"' && character !== "\\") return character;
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
  });
  return `"${escaped.join("")}"`;
}
