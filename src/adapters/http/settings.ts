/** Addresses and secrets, checked without ever being shown. */
import { invalid, show } from "../../core/errors.ts";
import { wellFormed } from "../../core/well-formed.ts";

/** An address that paths are appended to, without its last slash. */
export function httpUrl(path: string, value: unknown): string {
  const url = new URL(wholeUrl(path, value));
  if (url.search !== "" || url.hash !== "") throw invalid(path, "has a ? or a # in it; write the address before them");
  return url.href.replace(/(?<!\/)\/+$/, "");
}

/** An address that begins with http:// or https://. It is never shown: it may be a secret. */
export function wholeUrl(path: string, value: unknown): string {
  const url = typeof value === "string" && value.length <= 2_000 ? parsed(value) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw invalid(path, "is no address; write one that begins with https:// or http://");
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid(path, "has a user or a password in it, which would be logged on the way; use the token's option");
  }
  return url.href;
}

/** Something that goes into a header or a body and proves who we are. It is never shown. */
export function secret(path: string, value: unknown): string {
  if (typeof value === "string" && /^[\x21-\x7e]{1,1000}$/.test(value)) return value;
  throw invalid(path, "is missing or cannot be one; write 1 to 1000 printable ASCII characters without spaces");
}

/** Something that signs, and is never sent. It is never shown either. */
export function signingSecret(path: string, value: unknown): string {
  if (typeof value === "string" && value.length >= 16 && value.length <= 1_000) return value;
  throw invalid(path, "is missing, too short or too long; write 16 to 1000 characters that nobody can guess");
}

/** Headers of the user's own, by their names in lower case. Their values may be secrets and are never shown. */
export function ownHeaders(path: string, headers: unknown): Record<string, string> {
  if (typeof headers !== "object" || headers === null || Array.isArray(headers)) {
    throw invalid(path, `${typeof headers === "string" ? "a text" : show(headers)} is no mapping of names to values`);
  }
  const entries = Object.entries(headers as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), headerValue([path, name], value)]));
}

function headerValue(path: readonly [string, string], value: unknown): string {
  if (!/^[A-Za-z0-9-]{1,100}$/.test(path[1])) throw invalid(path, "is no name of a header");
  if (typeof value === "string" && value.length <= 4_000 && /^[\x20-\x7e]*$/.test(value)) return value;
  throw invalid(path, "cannot be the value of a header; write printable ASCII characters");
}

/** A short text for a field. */
export function shortText(path: string, value: unknown, most: number): string {
  if (typeof value === "string" && value.trim() !== "" && value.length <= most) return value;
  throw invalid(path, `must be a text of 1 to ${String(most)} characters`);
}

/** A text as one segment of an address. Half of a surrogate pair, which has no place in any, is U+FFFD there. */
export function inPath(text: string): string {
  return encodeURIComponent(wellFormed(text));
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
