/** Fields as any log takes them: flat, bounded, and each text on one line. */
import { cut } from "../core/cut.ts";
import { show } from "../core/errors.ts";
import { wellFormed } from "../core/well-formed.ts";

import type { LogValue } from "./model.ts";

const MOST_FIELDS = 40;
const LONGEST_NAME = 60;
const LONGEST_TEXT = 500;
const LONGEST_ITEM = 250;
const MOST_ITEMS = 10;
/** Of all texts of a line together: in UTF-8 that stays below 16 kB, where Docker breaks lines. */
const MOST_CHARACTERS = 3_000;
const DEEPEST_CAUSE = 3;
/** Names that pino and winston write themselves; a second one of them in an object would be refused, or hide the first. */
const TAKEN = new Set([
  "level",
  "message",
  "msg",
  "time",
  "timestamp",
  "pid",
  "hostname",
  "name",
  "v",
  "stack",
  "splat",
]);

/** `text` on one line: what ends lines, moves cursors or turns the direction of writing is a blank. */
export function oneLine(text: string, most: number = LONGEST_TEXT): string {
  // Cut first, so that a text of any size costs little.
  const start = wellFormed(cut(text, most));
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return start.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, " ");
}

/** `fields` without what is undefined, nested, endless or no number. */
export function flatFields(fields: Readonly<Record<string, unknown>>): Record<string, LogValue> {
  let left = MOST_CHARACTERS;
  const text = (value: string, most: number): string => {
    const made = oneLine(value, Math.min(most, left));
    left -= made.length;
    return made;
  };
  const flat = new Map<string, LogValue>();
  for (const [name, value] of Object.entries(fields)) {
    if (flat.size >= MOST_FIELDS) break;
    const key = keyOf(name);
    if (value instanceof Error) {
      flat.set(`${key}_type`, text(value.name, LONGEST_ITEM));
      flat.set(`${key}_message`, text(messagesOf(value), LONGEST_TEXT));
    } else if (Array.isArray(value)) {
      const items = value.slice(0, MOST_ITEMS).map((item) => text(textOf(item), LONGEST_ITEM));
      if (value.length > MOST_ITEMS) items.push(`and ${String(value.length - MOST_ITEMS)} more`);
      if (items.length > 0) flat.set(key, items);
    } else if (typeof value === "number") {
      if (Number.isFinite(value)) flat.set(key, value);
    } else if (typeof value === "boolean") flat.set(key, value);
    else if (value !== undefined && value !== null) flat.set(key, text(textOf(value), LONGEST_TEXT));
  }
  flat.delete("__proto__");
  return Object.fromEntries(flat);
}

function keyOf(name: string): string {
  const key = name.slice(0, LONGEST_NAME).replace(/[^\w.-]/g, "_");
  return TAKEN.has(key) ? `${key}_` : key;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : show(value);
}

/** What it says, and what it says of its causes. */
function messagesOf(error: Error): string {
  const messages: string[] = [];
  let cause: unknown = error;
  for (let depth = 0; depth < DEEPEST_CAUSE && cause instanceof Error; depth += 1) {
    if (!messages.some((message) => message.includes((cause as Error).message))) messages.push(cause.message);
    ({ cause } = cause);
  }
  return messages.join(": ");
}
