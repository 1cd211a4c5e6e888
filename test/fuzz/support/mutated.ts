/** JSON that is almost right: changed in its values, its structure, its text or its bytes. */
import type { Random } from "../../../src/core/random.ts";
import { hostileText } from "../../proofs/support/hostile-texts.ts";
import { brokenText, withPrototypeKey } from "../../support/broken-text.ts";

/** What a surface knows: names of its fields, and values that mean something to it. */
export interface Words {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
}

const NUMBERS = [0, -0, -1, 1, 0.5, 1e-320, 5e-324, 1e21, 1e150, 1e308, -1e308, 2 ** 31, 2 ** 32, 2 ** 53, 8.64e15 + 1];
const ODD: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    "",
    " ",
    "\u0000",
    "\ud800",
    "0",
    "-1",
    "NaN",
    "1e999",
    "__proto__",
    "constructor",
    "toString",
  ],
  ...["x".repeat(300), "𝒳".repeat(300), "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "+275760-09-13T00:00:00.001Z"],
  ...[[], {}, [[]], [{}], [null], { length: 1e9 }, { then: "x" }, { toJSON: "x" }, { $: 1 }, { toString: "x" }],
  ...NUMBERS,
];

/** `value`, changed in one to a few places. */
export function mutatedValue(value: unknown, random: Random, words: Words): unknown {
  let changed = value;
  for (let left = random.integer(1, 4); left > 0; left -= 1) changed = changedOnce(changed, value, random, words);
  return changed;
}

/** The same as text, now and then with a key that reaches a prototype, or broken as text. */
export function mutatedText(sample: string, random: Random, words: Words): string {
  const kind = random.next();
  const value = kind < 0.08 ? undefined : parsed(sample);
  if (value === undefined) return brokenText(sample, random);
  const changed = textOf(mutatedValue(value, random, words) ?? null);
  if (changed === undefined) return brokenText(sample, random);
  let text = changed;
  if (random.next() < 0.1) text = withPrototypeKey(text, random);
  if (kind < 0.1) text = deepened(text, random);
  return text;
}

/** Undefined where it is deeper than can be written. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Undefined where it is broken already. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `text` as bytes, a character a byte; in one of twenty some of them are wrong. */
export function bytesOf(text: string, random: Random): string {
  const bytes = Buffer.from(text);
  if (bytes.length > 0 && random.next() < 0.05) {
    for (let left = random.integer(1, 4); left > 0; left -= 1) {
      bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
    }
  }
  return bytes.toString("latin1");
}

/** A value within so many lists or mappings that careless code recurses to its end. */
export function deepened(text: string, random: Random): string {
  const depth = random.pick([50, 120, 600, 3_000, 12_000]);
  const [open, close] = random.pick([
    ["[", "]"],
    ['{"a":', "}"],
  ] as const);
  const nest = `${open.repeat(depth)}1${close.repeat(depth)}`;
  const places = [...text.matchAll(/(?<=:)(?:"[^"\\]*"|[\d.]+|null|true|false)/g)];
  if (places.length === 0) return nest;
  const place = random.pick(places);
  return text.slice(0, place.index) + nest + text.slice(place.index + place[0].length);
}

/** Something to put in a place where anything may be. */
export function anyValue(random: Random, words: Words): unknown {
  const kind = random.next();
  if (kind < 0.4 && words.values.length > 0) return random.pick(words.values);
  if (kind < 0.5) return hostileText(random);
  return random.pick(ODD);
}

function changedOnce(value: unknown, root: unknown, random: Random, words: Words): unknown {
  if (typeof value !== "object" || value === null || random.next() < 0.01)
    return changedLeaf(value, root, random, words);
  if (Array.isArray(value)) return changedList(value as readonly unknown[], root, random, words);
  const fields = value as Record<string, unknown>;
  const names = Object.keys(fields);
  const kind = random.next();
  if (names.length === 0 || kind < 0.1) {
    return { ...fields, [random.pick(words.names)]: anyValue(random, words) };
  }
  const name = random.pick(names);
  if (kind < 0.17) return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
  if (kind < 0.22) {
    return Object.fromEntries(Object.entries(fields).map(([k, v]) => [k === name ? hostileText(random) : k, v]));
  }
  const changed = kind < 0.3 ? anyValue(random, words) : changedOnce(fields[name], root, random, words);
  return Object.fromEntries(Object.entries(fields).map(([key, old]) => [key, key === name ? changed : old]));
}

function changedList(list: readonly unknown[], root: unknown, random: Random, words: Words): unknown {
  const kind = random.next();
  if (list.length === 0 || kind < 0.08) return [...list, anyValue(random, words)];
  const index = random.integer(0, list.length - 1);
  if (kind < 0.16) return [...list, ...new Array<unknown>(random.integer(1, 12)).fill(list[index])];
  if (kind < 0.22) return list.toSpliced(index, 1);
  if (kind < 0.28) return [...list].reverse();
  return list.with(index, changedOnce(list[index], root, random, words));
}

function changedLeaf(value: unknown, root: unknown, random: Random, words: Words): unknown {
  const kind = random.next();
  if (kind < 0.12) return anyPart(root, random);
  if (typeof value === "number" && kind < 0.7) {
    return random.pick([
      -value,
      value + 1,
      value - 1,
      value + 0.5,
      value * 1e300,
      value * 1_000,
      String(value),
      ...NUMBERS,
    ]);
  }
  if (typeof value === "string" && kind < 0.5) {
    const at = random.integer(0, value.length);
    return value.slice(0, at) + hostileText(random) + value.slice(at + random.integer(0, 3));
  }
  return anyValue(random, words);
}

/** A part of the whole from somewhere else, as where two fields were mixed up. */
function anyPart(root: unknown, random: Random): unknown {
  let part = root;
  while (typeof part === "object" && part !== null && random.next() < 0.8) {
    const parts: readonly unknown[] = Object.values(part);
    if (parts.length === 0) return part;
    part = random.pick(parts);
  }
  return part;
}
