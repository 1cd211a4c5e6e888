/** Names that two formats have different rules for. */
import { nameProblem } from "../../slo/texts.ts";

const LONGEST = 100;
const LONGEST_TIER = 50;
const LONGEST_LABEL = 63;
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * `text` as a name that nines allows (letters, digits, `_`, `.` and `-`, beginning with a letter or digit, not a number, at
 * most 100 characters): itself, if it is one. Undefined if nothing of it can be kept.
 */
export function fitName(text: string): string | undefined {
  if (nameProblem(text) === undefined) return text;
  const kept = trimmed(text.replace(/[^\w.-]+/g, "-"), LONGEST);
  const fit = /^\d*$/.test(kept) && kept !== "" ? `n-${kept}` : kept;
  return nameProblem(fit) === undefined ? fit : undefined;
}

/** `text` as the name of a tier: small letters, digits, `_` and `-`, beginning with a letter. */
export function fitTierName(text: string): string {
  const kept = text.toLowerCase().replace(/[^a-z0-9_-]+/g, "-");
  return (/^[a-z]/.test(kept) ? kept : `tier-${kept}`).slice(0, LONGEST_TIER);
}

/** `text` as a DNS label, which all implementations of OpenSLO take for a name: itself, if it is one. */
export function dnsLabel(text: string): string {
  return DNS_LABEL.test(text) ? text : hashedLabel(text, text);
}

/** A DNS label that begins like `text` and is another one for each `id`. */
export function hashedLabel(text: string, id: string): string {
  const hash = fnv1a(id).toString(16).padStart(8, "0");
  const kept = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, LONGEST_LABEL - hash.length - 1)
    .replace(/-+$/, "");
  return kept === "" ? `n-${hash}` : `${kept}-${hash}`;
}

function trimmed(text: string, longest: number): string {
  return text
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, longest)
    .replace(/-+$/, "");
}

/** FNV-1a, 32 bits, over UTF-16 units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
