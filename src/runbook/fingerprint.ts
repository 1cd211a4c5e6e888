/** Tells whether a runbook is still the one that a run was begun with. */
import type { Runbook } from "./model.ts";

const [BASIS, PRIME, MASK] = [0xcbf29ce484222325n, 0x100000001b3n, 0xffffffffffffffffn];

/**
 * The same for the same steps, in 16 hex digits (FNV-1a, 64 bits). Actions that are functions count by their step's name only:
 * nobody can tell whether they do the same.
 */
export function runbookFingerprint({ steps, rollbackOnCancel }: Runbook): string {
  const text = JSON.stringify({ steps, rollbackOnCancel }, (_key, value: unknown) =>
    value instanceof RegExp ? String(value) : value,
  );
  return fnv64(text);
}

/** A short name for a long text: FNV-1a of 64 bits, as 16 hex digits. */
export function fnv64(text: string): string {
  let hash = BASIS;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  return hash.toString(16).padStart(16, "0");
}
