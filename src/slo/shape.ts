/** Objects that were made by hand, checked key by key: all faults at once, and what is sound given back as it is. */
import { ConfigurationError, type ConfigurationIssue, invalid, show } from "../core/errors.ts";
import { gather, type Path } from "../core/faults.ts";
import { choices, nearest, type OtherWords } from "../core/nearest.ts";

/** Reads one value, or throws a {@link ConfigurationError} with its path. */
export type Read = (value: unknown, path: Path) => unknown;

/** What an object may be. */
export interface Shape {
  /** What it is, such as `"a tier"`. */
  readonly what: string;
  readonly fields: Readonly<Record<string, Read>>;
  /** Keys that must be there. */
  readonly needed?: readonly string[];
  /** What documents call them. */
  readonly words?: OtherWords;
}

/** Reads an object by its shape; keys that are undefined are as good as missing. */
export function shaped({ what, fields, needed = [], words = {} }: Shape): Read {
  const known = Object.keys(fields);
  return (value, path) => {
    const given = mappingOf(value, path, what);
    const faults = new Issues();
    const meant = new Set<string | undefined>();
    const read = eachEntry(given, (key, held) => {
      const reader = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (reader !== undefined) return faults.gather(() => reader(held, [...path, key]));
      meant.add(Object.hasOwn(words, key) ? words[key] : nearest(key, known));
      faults.add([...path, key], `is no key of ${what}${choices(key, known, words)}`);
      return held;
    });
    for (const key of needed) {
      // A slip is one fault and not two.
      if (given[key] === undefined && !meant.has(key)) faults.add([...path, key], "is missing");
    }
    faults.throwIfAny();
    return read;
  };
}

/** Reads an object from names that are checked to values that are all alike. */
export function named(what: string, problem: (name: string) => string | undefined, value: Read): Read {
  return (given, path) => {
    const faults = new Issues();
    const read = eachEntry(mappingOf(given, path, what), (name, held) => {
      const fault = problem(name);
      if (fault !== undefined) faults.add([...path, name], fault);
      return faults.gather(() => value(held, [...path, name]));
    });
    faults.throwIfAny();
    return read;
  };
}

/** Reads one of a few values. */
export function oneOf(allowed: readonly unknown[]): Read {
  return (value, path) => {
    if (allowed.includes(value)) return value;
    throw invalid(path, `${show(value)} is not possible${choices(value, allowed.map(String))}`);
  };
}

/** Faults, gathered. */
export class Issues {
  readonly #all: ConfigurationIssue[] = [];

  add(path: Path, message: string): void {
    this.#all.push({ path, message });
  }

  /** What `read` gives; undefined if it has faults, which are then kept. */
  gather<T>(read: () => T): T | undefined {
    return gather(this.#all, read);
  }

  throwIfAny(): void {
    if (this.#all.length > 0) throw new ConfigurationError(this.#all);
  }
}

function mappingOf(value: unknown, path: Path, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(path, `${show(value)} is not ${what}`);
}

/** The same object where nothing in it is read as something else. */
function eachEntry(
  given: Readonly<Record<string, unknown>>,
  read: (key: string, value: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(given);
  const kept = entries.filter(([, held]) => held !== undefined);
  const made = kept.map(([key, held]): [string, unknown] => [key, read(key, held)]);
  const same = entries.length === kept.length && made.every(([, value], index) => value === kept[index]?.[1]);
  return same ? given : Object.fromEntries(made);
}
