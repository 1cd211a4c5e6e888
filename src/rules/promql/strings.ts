/** Strings as PromQL writes them: `"a"`, `'a'` with Go's escapes, and a pair of backquotes without any. */

/** What the text stands for, or where it is wrong. */
export type Unquoted = { readonly value: string } | { readonly offset: number; readonly message: string };

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};
const BYTES = /(?:\\x[0-9a-fA-F]{2}|\\[0-3][0-7]{2})+/y;
const RUNE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

/** The value of a string literal. Offsets are those in `literal`. */
export function unquote(literal: string): Unquoted {
  const quote = literal.charAt(0);
  if (literal.length < 2 || !literal.endsWith(quote)) return { offset: 0, message: "this string is not closed" };
  const end = literal.length - 1;
  // A carriage return is not part of a raw string in Go.
  if (quote === "`") return { value: literal.slice(1, end).replaceAll("\r", "") };
  let value = "";
  for (let at = 1; at < end;) {
    const next = literal.charAt(at);
    if (next !== "\\") {
      value += next;
      at += 1;
      continue;
    }
    const read = readEscape(literal, at, quote);
    if (read === undefined || at + read.length > end)
      return { offset: at, message: badEscape(literal.slice(at, at + 2)) };
    value += read.value;
    at += read.length;
  }
  return { value };
}

function readEscape(text: string, at: number, quote: string): { value: string; length: number } | undefined {
  const letter = text.charAt(at + 1);
  const simple = letter === quote ? quote : SIMPLE[letter];
  if (simple !== undefined) return { value: simple, length: 2 };
  RUNE.lastIndex = at;
  const rune = RUNE.exec(text);
  if (rune !== null) {
    const code = Number.parseInt(rune[1] ?? rune[2] ?? "", 16);
    const isRune = code <= 0x10_ff_ff && (code < 0xd800 || code > 0xdfff);
    return isRune ? { value: String.fromCodePoint(code), length: rune[0].length } : undefined;
  }
  BYTES.lastIndex = at;
  const bytes = BYTES.exec(text)?.[0];
  if (bytes === undefined) return undefined;
  const numbers = [...bytes.matchAll(/\\x(..)|\\(...)/g)].map(([, hex, octal]) =>
    hex === undefined ? Number.parseInt(octal ?? "", 8) : Number.parseInt(hex, 16),
  );
  return { value: decodeUtf8(numbers), length: bytes.length };
}

/** Bytes that are not UTF-8 become the replacement character, and so match nothing that Prometheus stores. */
function decodeUtf8(bytes: readonly number[]): string {
  const escaped = bytes.map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  try {
    return decodeURIComponent(escaped);
  } catch {
    return bytes.map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : "\ufffd")).join("");
  }
}

function badEscape(escape: string): string {
  const letter = escape.slice(1);
  return `${escape} is not an escape in a string of PromQL; write \\\\${letter} to hand \\${letter} to a regular expression`;
}
