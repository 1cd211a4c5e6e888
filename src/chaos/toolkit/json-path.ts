/**
 * The part of JSONPath that steady states need: from the root down, by names, places, wildcards and plain comparisons. As in the
 * library of Chaos Toolkit (jsonpath2) a filter is asked of what was found so far itself, and not of what is in it.
 */
import { show } from "../../core/errors.ts";
import type { Json } from "../model.ts";

type Selector =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "places"; readonly places: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined; readonly by: number }
  | { readonly kind: "all" }
  | {
      readonly kind: "filter";
      readonly names: readonly string[];
      readonly compare: ((value: Json) => boolean) | undefined;
    };

interface Segment {
  readonly isDeep: boolean;
  readonly selector: Selector;
}

/** What makes a path none of ours. */
export class JsonPathProblem extends Error {}

const ALLOWED = `allowed: $, .name, ["a name"], [0], [-1], [0,1], [0:2], [*], .*, ..name, [?(@.name = 1)] with = != < <= > >=, [?(@.name)]`;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
const MOST_CHARACTERS = 500;
/** Values that are looked at, over the whole path. */
const MOST_VISITED = 100_000;

/** Where in a value to look. */
export class JsonPath {
  readonly #segments: readonly Segment[];

  /** @throws {@link JsonPathProblem} with what is wrong and what is allowed */
  constructor(source: string) {
    if (source.length > MOST_CHARACTERS)
      throw new JsonPathProblem(`has ${String(source.length)} characters; allowed: at most ${String(MOST_CHARACTERS)}`);
    this.#segments = readSegments(source.trim());
  }

  /** All that is found, in order; undefined where looking takes too many steps. */
  find(root: Json): readonly Json[] | undefined {
    let found: readonly Json[] = [root];
    let visited = 0;
    for (const { isDeep, selector } of this.#segments) {
      const next: Json[] = [];
      const waiting = [...found].reverse();
      for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
        visited += 1 + costOf(value, selector);
        if (visited > MOST_VISITED) return undefined;
        next.push(...select(value, selector));
        if (isDeep) waiting.push(...childrenOf(value).reverse());
      }
      found = next;
    }
    return found;
  }
}

function readSegments(source: string): readonly Segment[] {
  const problem = (): JsonPathProblem => new JsonPathProblem(`${show(source)} is no path that is known; ${ALLOWED}`);
  if (!source.startsWith("$")) throw problem();
  const segments: Segment[] = [];
  let rest = source.slice(1);
  while (rest !== "") {
    const isDeep = rest.startsWith("..");
    const isDotted = rest.startsWith(".");
    if (isDeep) rest = rest.slice(2);
    else if (isDotted) rest = rest.slice(1);
    const name = isDotted ? NAME.exec(rest)?.[0] : undefined;
    if (name !== undefined) {
      segments.push({ isDeep, selector: { kind: "names", names: [name] } });
      rest = rest.slice(name.length);
    } else if (isDotted && rest.startsWith("*")) {
      segments.push({ isDeep, selector: { kind: "all" } });
      rest = rest.slice(1);
    } else {
      const inner = rest.startsWith("[") && (isDeep || !isDotted) ? bracketOf(rest) : undefined;
      const selector = inner === undefined ? undefined : readBracket(inner);
      if (inner === undefined || selector === undefined) throw problem();
      segments.push({ isDeep, selector });
      rest = rest.slice(inner.length + 2);
    }
  }
  return segments;
}

/** What is between `[` and its `]`, which may be within quotes. */
function bracketOf(text: string): string | undefined {
  let isQuoted = false;
  for (let at = 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') isQuoted = !isQuoted;
    else if (character === "]" && !isQuoted) return text.slice(1, at);
  }
  return undefined;
}

const QUOTED = /^"([^"\\]*)"$/;
const WHOLE = /^-?\d{1,9}$/;

function readBracket(inner: string): Selector | undefined {
  const text = inner.trim();
  if (text === "*") return { kind: "all" };
  const filter = /^\?\s*\((.*)\)$/s.exec(text)?.[1];
  if (filter !== undefined) return readFilter(filter.trim());
  const slice = /^(-?\d{1,9})?:(-?\d{1,9})?(?::(\d{1,9}))?$/.exec(text);
  if (slice !== null) {
    const [from, to, by = 1] = slice.slice(1).map((part: string | undefined) => (part ? Number(part) : undefined));
    return by === 0 ? undefined : { kind: "slice", from, to, by };
  }
  if (QUOTED.test(text)) return { kind: "names", names: [unquoted(text) ?? ""] };
  const parts = text.split(",").map((part) => part.trim());
  if (parts.every((part) => WHOLE.test(part))) return { kind: "places", places: parts.map(Number) };
  const names = parts.map(unquoted);
  return names.every((name) => name !== undefined) ? { kind: "names", names } : undefined;
}

function unquoted(text: string): string | undefined {
  return QUOTED.exec(text)?.[1];
}

const FILTER = /^@((?:\.[A-Za-z_][A-Za-z0-9_]*)+)\s*(?:(=|!=|<=|>=|<|>)\s*(?!=)(.+))?$/s;

function readFilter(text: string): Selector | undefined {
  const match = FILTER.exec(text);
  if (match === null) return undefined;
  const names = (match[1] ?? "").split(".").slice(1);
  const [operator, written] = [match[2], match[3]?.trim()];
  if (operator === undefined || written === undefined) return { kind: "filter", names, compare: undefined };
  const literal = literalOf(written);
  return literal === undefined ? undefined : { kind: "filter", names, compare: comparison(operator, literal) };
}

function literalOf(written: string): string | number | boolean | null | undefined {
  const text = unquoted(written);
  if (text !== undefined) return text;
  if (/^-?\d{1,15}(?:\.\d{1,15})?$/.test(written)) return Number(written);
  return WORDS.get(written);
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

function comparison(operator: string, literal: string | number | boolean | null): (value: Json) => boolean {
  if (operator === "=") return (value) => value === literal;
  if (operator === "!=") return (value) => value !== literal;
  return (value) => {
    // Only numbers are more or less than something.
    if (typeof value !== "number" || typeof literal !== "number") return false;
    if (operator === "<") return value < literal;
    if (operator === "<=") return value <= literal;
    return operator === ">" ? value > literal : value >= literal;
  };
}

function childrenOf(value: Json): Json[] {
  if (Array.isArray(value)) return [...(value as readonly Json[])];
  return typeof value === "object" && value !== null ? Object.values(value as Record<string, Json>) : [];
}

/** How many values are looked at to select from it. */
function costOf(value: Json, selector: Selector): number {
  if (typeof value !== "object" || value === null) return 0;
  if (selector.kind === "all") return Array.isArray(value) ? value.length : Object.keys(value).length;
  if (selector.kind === "places") return selector.places.length;
  if (selector.kind !== "slice") return selector.names.length;
  if (!Array.isArray(value)) return 0;
  const { from, to } = boundsOf(selector, value.length);
  return Math.ceil(Math.max(0, to - from) / selector.by);
}

/** From where to where a slice goes in a list; a negative place counts from its end. */
function boundsOf(
  { from = 0, to = Infinity }: Extract<Selector, { kind: "slice" }>,
  length: number,
): { readonly from: number; readonly to: number } {
  const within = (place: number): number => (place < 0 ? Math.max(0, length + place) : Math.min(place, length));
  return { from: within(from), to: within(to) };
}

function select(value: Json, selector: Selector): readonly Json[] {
  if (selector.kind === "all") return childrenOf(value);
  if (selector.kind === "names") return selector.names.flatMap((name) => memberOf(value, name));
  if (selector.kind === "filter") {
    const { names, compare } = selector;
    const [found] = names.reduce<Json[]>((from, name) => from.flatMap((one) => memberOf(one, name)), [value]);
    return found !== undefined && (compare?.(found) ?? true) ? [value] : [];
  }
  if (!Array.isArray(value)) return [];
  const items = value as readonly Json[];
  if (selector.kind === "slice") {
    const { from, to } = boundsOf(selector, items.length);
    const taken: Json[] = [];
    for (let place = from; place < to; place += selector.by) taken.push(items[place] ?? null);
    return taken;
  }
  return selector.places.flatMap((place) => {
    const item = items.at(place);
    return item === undefined ? [] : [item];
  });
}

function memberOf(value: Json, name: string): Json[] {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return [];
  const member = (value as Readonly<Record<string, Json>>)[name];
  return member === undefined ? [] : [member];
}
