/** How a secret may look when it shows up again: the ways in which programs write text into text. */
import { wellFormed } from "../../core/well-formed.ts";

/** Beyond this many characters only the forms that such secrets (keys, files of credentials) really take are looked for. */
const LONG = 4_096;
const SHORTEST = 4;
const SHORTEST_LINE = 8;
/** How wide base64 is written: by `base64`, and in PEM. */
const WRAPS = [76, 64];

/** All texts that give `secret` away, itself among them; each is 4 characters or longer. */
export function secretForms(secret: string): ReadonlySet<string> {
  const forms = new Set<string>();
  const add = (text: string): void => {
    if (text.length >= SHORTEST) forms.add(text);
  };
  for (const part of partsOf(secret)) {
    add(part);
    inJson(part).forEach(add);
    inBase64(part).forEach(add);
    if (part.length > LONG) continue;
    for (const form of [...inUrls(part), ...inShells(part), ...inHtml(part), ...inHex(part)]) add(form);
  }
  return forms;
}

/** The secret, what is left without the white space around it, and each line of it that is a secret of its own. */
function partsOf(secret: string): ReadonlySet<string> {
  const lines = secret.split(/\r\n|\n|\r/);
  const telling = lines
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE && /[\p{L}\p{N}]/u.test(line));
  const wholes = [secret, lines.join("\n"), lines.join("\r\n")];
  return new Set([...wholes, ...wholes.map((whole) => whole.trim()), ...(lines.length > 1 ? telling : [])]);
}

function inJson(text: string): string[] {
  const inner = (value: string): string => JSON.stringify(value).slice(1, -1);
  const plain = inner(text);
  const ascii = plain.replace(/[^\x20-\x7e]/g, unicodeEscape);
  const forBrowsers = plain.replace(/[<>&\u2028\u2029]/g, unicodeEscape);
  const all = [plain, ascii, forBrowsers, ascii.replace(/[<>&']/g, unicodeEscape)];
  return [
    ...all,
    ...all.map((form) => form.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`)),
    plain.replaceAll("/", "\\/"),
    ascii.replaceAll("/", "\\/"),
    // JSON in JSON, as a log line in the log of a container.
    inner(plain),
  ];
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function inUrls(text: string): string[] {
  const whole = wellFormed(text);
  const component = encodeURIComponent(whole);
  const strict = component.replace(/[!'()*]/g, percent);
  const forms = [
    ...[component, strict, encodeURI(whole), strict.replaceAll("%2F", "/")],
    // As forms are sent.
    ...[component.replaceAll("%20", "+"), strict.replaceAll("~", "%7E").replaceAll("%20", "+").replaceAll("%2A", "*")],
  ];
  return [...forms, ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** What shells print when they are told to show what they run, and what is written to be read by them. */
function inShells(text: string): string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replace(/[\\"$`]/g, "\\$&"),
    text.replace(/[^A-Za-z0-9_@%+=:,./\n-]/g, "\\$&"),
    // `$'...'`, and the strings of JavaScript and Python.
    text.replace(/[\\']/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t"),
  ];
}

const NAMED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const QUOTES: ReadonlyArray<Readonly<Record<string, string>>> = [
  {},
  { '"': "&quot;" },
  { '"': "&quot;", "'": "&#39;" },
  { '"': "&quot;", "'": "&#039;" },
  { '"': "&quot;", "'": "&#x27;" },
  { '"': "&quot;", "'": "&apos;" },
  { '"': "&#34;", "'": "&#39;" },
  // As mustache has it.
  { '"': "&quot;", "'": "&#39;", "/": "&#x2F;", "`": "&#x60;", "=": "&#x3D;" },
];

function inHtml(text: string): string[] {
  return QUOTES.map((quotes) => {
    const names = { ...NAMED, ...quotes };
    return text.replace(/[&<>"'/`=]/g, (character) => names[character] ?? character);
  });
}

function inHex(text: string): string[] {
  const hex = Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex, hex.toUpperCase()];
}

/** Alone, broken into lines, and wherever it stands in a longer text that is base64. */
function inBase64(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  const alone = base64(bytes);
  const lines = WRAPS.flatMap((width) =>
    alone.length > width ? (alone.match(new RegExp(`.{1,${String(width)}}`, "g")) ?? []) : [],
  ).filter((line) => line.length >= SHORTEST_LINE);
  const forms = [alone, ...lines, ...[0, 1, 2].map((before) => embedded(bytes, before))];
  return forms.flatMap((form) => [
    form,
    form.replaceAll("+", "-").replaceAll("/", "_"),
    form.replaceAll("+", "%2B").replaceAll("/", "%2F").replaceAll("=", "%3D"),
  ]);
}

/** The part of the base64 of `bytes` that does not depend on what stands around them, with so many bytes before. */
function embedded(bytes: Uint8Array, before: number): string {
  const padded = new Uint8Array(before + bytes.length);
  padded.set(bytes, before);
  const first = Math.ceil((before * 8) / 6);
  return base64(padded).slice(first, Math.floor((padded.length * 8) / 6));
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let from = 0; from < bytes.length; from += 8_192)
    binary += String.fromCharCode(...bytes.subarray(from, from + 8_192));
  return btoa(binary);
}
