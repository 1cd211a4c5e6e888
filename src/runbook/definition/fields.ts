/** Reading what people write in runbooks: either spelling of a key, and every fault at its place. */
import { ConfigurationError, show } from "../../core/errors.ts";
import type { Faults, Path } from "../../core/faults.ts";
import { choices, nearest } from "../../core/nearest.ts";
import { check } from "../../core/parse.ts";
import * as z from "../../core/schema.ts";
import { textField } from "../../slo/texts.ts";

/** Where in a document something stands, and where its faults go. */
export interface Place {
  readonly path: Path;
  readonly faults: Faults;
}

/** Reads a value; undefined if it has faults, which are then told. */
export type Read<T> = (value: unknown, place: Place) => T | undefined;

/** The place of something inside what is at `place`. */
export function within({ path, faults }: Place, ...steps: Path): Place {
  return { path: [...path, ...steps], faults };
}

/**
 * Tells a fault, and answers what its caller goes on with: as a rule nothing. Of a value that could not be read the reason is
 * told already.
 */
export function refuse<T>(
  { path, faults }: Place,
  message: string,
  part: "key" | "value" = "value",
  instead?: T,
): T | undefined {
  if (part === "key" || !faults.isSpoiled(path)) faults.add(path, message, part);
  return instead;
}

/** What `make` makes; the faults that it throws are told at their places, with `hint` behind each. */
export function attempt<T>(place: Place, make: () => T, hint: string = ""): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { path, message } of error.issues) refuse(within(place, ...path), `${message}${hint}`);
    return undefined;
  }
}

/** `maxParallel` as documents write it: `max_parallel`. */
function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A mapping whose keys are known. Code writes `maxParallel`, documents write `max_parallel`; each may write either. */
export class Fields {
  readonly place: Place;
  /** Known keys that the unknown ones were probably meant to be; undefined for one that is like none. */
  private readonly meant = new Set<string | undefined>();
  private readonly written = new Map<string, { readonly key: string; readonly value: unknown }>();

  private constructor(raw: object, place: Place, known: readonly string[], unlisted: readonly string[]) {
    this.place = place;
    const listed = known.filter((name) => !unlisted.includes(name));
    for (const [key, value] of Object.entries(raw) as [string, unknown][]) {
      const name = known.includes(key) ? key : snakeCase(key);
      const before = this.written.get(name);
      if (!known.includes(name)) {
        this.meant.add(nearest(name, listed));
        refuse(within(place, key), `unknown key ${show(key)}${choices(name, listed)}`, "key");
      } else if (before !== undefined) refuse(within(place, key), `is there already, as ${show(before.key)}`, "key");
      else this.written.set(name, { key, value });
    }
  }

  /** The fields of a mapping. Those that are `unlisted` are read, but not offered. */
  static of(
    value: unknown,
    place: Place,
    known: readonly string[],
    { unlisted = [], instead = "" }: { readonly unlisted?: readonly string[]; readonly instead?: string } = {},
  ): Fields | undefined {
    if (isMapping(value)) return new Fields(value, place, known, unlisted);
    return refuse(place, `${show(value)} is not a mapping${instead}`);
  }

  /** Whether there is a key that is not known: what seems to be missing may be under it. */
  get hasUnknown(): boolean {
    return this.meant.size > 0;
  }

  /** Whether `name` seems to be written in other letters, which is told already. */
  isMisspelled(name: string): boolean {
    return !this.has(name) && this.meant.has(name);
  }

  /** Whether `name` is written. */
  has(name: string): boolean {
    return this.written.has(name);
  }

  /** What is written under `name`, as it is. */
  raw(name: string): unknown {
    return this.written.get(name)?.value;
  }

  /** The place of the field `name`, as its author spelled it. */
  at(name: string): Place {
    return within(this.place, this.written.get(name)?.key ?? name);
  }

  /** Reads a field; undefined if it is not written. */
  take<T>(name: string, read: Read<T>): T | undefined {
    const field = this.written.get(name);
    if (field === undefined) return undefined;
    const place = within(this.place, field.key);
    return field.value === null ? refuse(place, "is empty; write a value, or leave it out") : read(field.value, place);
  }

  /** Reads a field that must be written. */
  need<T>(name: string, read: Read<T>, example: string): T | undefined {
    if (this.has(name)) return this.take(name, read);
    if (this.isMisspelled(name)) return undefined;
    return refuse(this.at(name), `is missing; write one, such as ${example}`);
  }
}

/** Whether `value` has keys. */
export function isMapping(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp);
}

function by<T>(schema: z.ZodType<T>): Read<T> {
  return (value, { path, faults }) => check(schema, value, path, faults);
}

/** Text of 1 to `most` characters that can be shown. */
export function text(most: number, example: string): Read<string> {
  return by(textField(most, example));
}

/** A number within bounds. */
export function number(min: number, max: number): Read<number> {
  return by(z.number().min(min).max(max));
}

/** A whole number within bounds. */
export function whole(min: number, max: number): Read<number> {
  return by(z.int().min(min).max(max));
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Read<T> {
  return by(z.enum(words as readonly [T, ...T[]]));
}

/** True or false. */
export const flag: Read<boolean> = by(z.boolean());

/** A list of `1` to `most`; or one of them, where its author needs no more. */
export function oneOrMore<T>(read: Read<T>, most: number): Read<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) {
      const one = read(value, place);
      return one === undefined ? undefined : [one];
    }
    if (value.length > most) {
      return refuse(place, `has ${String(value.length)} items; allowed: at most ${String(most)}`);
    }
    return value.flatMap((item: unknown, index) => {
      const one = read(item, within(place, index));
      return one === undefined ? [] : [one];
    });
  };
}

/** What is most of one thing. */
export const LIMITS = {
  steps: 2_000,
  inGroup: 100,
  items: 1_000,
  name: 100,
  title: 300,
  text: 20_000,
  arguments: 1_000,
} as const;

/** One text for people, or a list of them. */
export const texts: Read<readonly string[]> = oneOrMore(text(LIMITS.text, '"Look at the dashboard"'), LIMITS.items);
