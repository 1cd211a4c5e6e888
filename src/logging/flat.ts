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
/** An address that ends early leads nowhere. */
const ADDRESS = "trace_url";
const LONGEST_ADDRESS = 1_000;
/** For what throws as soon as it is looked at. */
const UNREADABLE = "(unreadable)";
/** Names that we, pino and winston write ourselves; a second one of them in an object would be refused, or hide the first. */
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
  "exception",
  "logger",
]);

/** `text` on one line: what ends lines, moves cursors or turns the direction of writing is a blank. */
export function oneLine(text: string, most: number = LONGEST_TEXT): string {
  // Cut first, so that a text of any size costs little.
  const start = wellFormed(cut(text, most));
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return start.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, " ");
}

/** What somebody handed in for a text, which may be anything. */
export function textOf(value: unknown): string {
  return reading(() => (typeof value === "string" ? value : show(value)));
}

/** `fields` without what is undefined, nested, endless or no number. Never throws, whatever they are. */
export function flatFields(fields: unknown): Record<string, LogValue> {
  let left = MOST_CHARACTERS;
  const text = (value: string, most: number): string => {
    const made = oneLine(value, Math.min(most, left));
    left -= made.length;
    return made;
  };
  const flat = new Map<string, LogValue>();
  const add = (key: string, value: unknown): void => {
    if (value instanceof Error) {
      flat.set(
        `${key}_type`,
        text(
          reading(() => textOf(value.name)),
          LONGEST_ITEM,
        ),
      );
      flat.set(
        `${key}_message`,
        text(
          reading(() => messagesOf(value)),
          LONGEST_TEXT,
        ),
      );
    } else if (key === ADDRESS && typeof value === "string") {
      const most = Math.min(LONGEST_ADDRESS, left);
      if (value.length <= most && oneLine(value, most) === value) flat.set(key, text(value, most));
    } else if (Array.isArray(value)) {
      const items = value.slice(0, MOST_ITEMS).map((item) => text(textOf(item), LONGEST_ITEM));
      if (value.length > MOST_ITEMS) items.push(`and ${String(value.length - MOST_ITEMS)} more`);
      if (items.length > 0) flat.set(key, items);
    } else if (typeof value === "number") {
      if (Number.isFinite(value)) flat.set(key, value);
    } else if (typeof value === "boolean") flat.set(key, value);
    else if (value !== undefined && value !== null) flat.set(key, text(textOf(value), LONGEST_TEXT));
  };
  for (const name of namesIn(fields)) {
    if (flat.size >= MOST_FIELDS) break;
    const key = keyOf(name);
    try {
      add(key, Reflect.get(fields as object, name));
    } catch {
      flat.set(key, text(UNREADABLE, LONGEST_ITEM));
    }
  }
  flat.delete("__proto__");
  return Object.fromEntries(flat);
}

function keyOf(name: string): string {
  const key = name.slice(0, LONGEST_NAME).replace(/[^\w.-]/g, "_");
  return TAKEN.has(key) ? `${key}_` : key;
}

function namesIn(fields: unknown): readonly string[] {
  try {
    return typeof fields === "object" && fields !== null ? Object.keys(fields) : [];
  } catch {
    return [];
  }
}

function reading(read: () => string): string {
  try {
    return read();
  } catch {
    return UNREADABLE;
  }
}

/** What it says, and what it says of its causes. */
function messagesOf(error: Error): string {
  const messages: string[] = [];
  let cause: unknown = error;
  for (let depth = 0; depth < DEEPEST_CAUSE && cause instanceof Error; depth += 1) {
    const said = textOf(cause.message);
    if (!messages.some((message) => message.includes(said))) messages.push(said);
    ({ cause } = cause);
  }
  return messages.join(": ");
}
