/** Configuration and secrets of an experiment, and how texts name them: `${name}`. */
import { AdapterError, ConfigurationError, type ConfigurationIssue, show } from "../../core/errors.ts";
import type { Json } from "../model.ts";

import type { ToolkitDocument } from "./model.ts";

/** What names stand for. */
export interface Variables {
  readonly configuration: ReadonlyMap<string, Json>;
  readonly secrets: ReadonlyMap<string, Json>;
}

/** The environment of whoever runs it: it is handed in. */
export type ToolkitEnvironment = Readonly<Record<string, string | undefined>>;

/** What an `env_var_type` may be. */
export const VARIABLE_TYPES: readonly string[] = ["str", "string", "int", "integer", "float", "number", "bool", "json"];

/** The longest that all that is replaced in a value may become, in characters. */
const MOST_REPLACED = 1_048_576;
// As Python's `string.Template`: `$$`, `$name`, `${name}`.
const NAMED = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/g;
const ALONE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** Works them out. @throws {@link ConfigurationError} with all variables that the environment does not have */
export function readVariables(
  { configuration = {}, secrets = {} }: Pick<ToolkitDocument, "configuration" | "secrets">,
  environment: ToolkitEnvironment | undefined,
): Variables {
  const issues: ConfigurationIssue[] = [];
  const read = (value: Json, path: readonly string[]): Json => {
    if (!isReference(value)) return value;
    const { key } = value;
    const set = environment !== undefined && Object.hasOwn(environment, key) ? environment[key] : undefined;
    if (set === undefined && value.default === undefined) {
      const message =
        environment === undefined
          ? `no environment was handed in to take ${show(key)} from; give the option environment, such as process.env, or a default here`
          : `the environment that was handed in has no ${show(key)}; set it, or give a default`;
      issues.push({ path, message });
      return null;
    }
    try {
      return typed(set ?? value.default ?? null, value.env_var_type);
    } catch (error) {
      // The value itself may be a secret.
      const what = error instanceof TypeError ? "is of another type" : "cannot be read";
      issues.push({ path, message: `${show(key)} ${what}; wanted: ${value.env_var_type ?? "str"}` });
      return null;
    }
  };
  const known = Object.entries(configuration).map(
    ([name, value]) => [name, read(value, ["configuration", name])] as const,
  );
  const hidden = Object.entries(secrets).flatMap(([group, value]): (readonly [string, Json])[] => {
    if (!isMapping(value) || isReference(value)) return [[group, read(value, ["secrets", group])]];
    return Object.entries(value).map(([name, one]) => [name, read(one, ["secrets", group, name])]);
  });
  if (issues.length > 0) throw new ConfigurationError(issues);
  // The first that says a name is right, as everywhere in Chaos Toolkit.
  return { configuration: new Map(known), secrets: new Map([...hidden].reverse()) };
}

/**
 * `value` with all names that are known replaced; a text that is one name alone becomes what it stands for, of its type.
 *
 * @throws AdapterError where what is replaced becomes longer than 1 MiB
 */
export function substitute(value: Json, variables: Variables): Json {
  const room = { left: MOST_REPLACED };
  const replaced = (one: Json): Json => {
    if (typeof one === "string") return substituteText(one, variables, room);
    if (Array.isArray(one)) return (one as readonly Json[]).map(replaced);
    if (!isMapping(one)) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, replaced(inner)]));
  };
  return replaced(value);
}

/** The same, as text. */
export function substituteAsText(value: string, variables: Variables): string {
  return textOf(substitute(value, variables));
}

/** Of the configuration what `value` names: what is needed to read it again elsewhere. */
export function configurationIn(value: Json, { configuration }: Variables): Readonly<Record<string, Json>> {
  const names = new Set<string>();
  const collect = (one: Json): void => {
    if (typeof one === "string")
      for (const [, , plain, braced] of one.matchAll(NAMED)) names.add(plain ?? braced ?? "");
    else if (typeof one === "object" && one !== null) Object.values(one as Record<string, Json>).forEach(collect);
  };
  collect(value);
  return Object.fromEntries([...configuration].filter(([name]) => names.has(name)));
}

/** A value in a text. */
export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function substituteText(text: string, variables: Variables, room: { left: number }): Json {
  const find = (name: string): Json | undefined => {
    const found = variables.configuration.get(name) ?? variables.secrets.get(name);
    if (found === undefined) return undefined;
    room.left -= textOf(found).length;
    if (room.left >= 0) return found;
    // Short texts may name long ones again and again.
    throw new AdapterError("what its names stand for is longer than 1 MiB", {
      adapter: "chaos-toolkit",
      operation: "replace names",
      retryable: false,
    });
  };
  const alone = ALONE.exec(text)?.[1];
  if (alone !== undefined) return find(alone) ?? text;
  return text.replace(NAMED, (whole: string, dollar?: string, plain?: string, braced?: string) => {
    if (dollar !== undefined) return "$";
    const found = find(plain ?? braced ?? "");
    return found === undefined ? whole : textOf(found);
  });
}

interface Reference {
  readonly type: "env";
  readonly key: string;
  readonly default?: Json;
  readonly env_var_type?: string;
}

/** Whether it is taken from the environment. */
export function isReference(value: Json): value is Reference & Readonly<Record<string, Json>> {
  return isMapping(value) && value.type === "env" && typeof value.key === "string";
}

function isMapping(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typed(value: Json, type: string | undefined): Json {
  if (typeof value !== "string" || type === undefined || type === "str" || type === "string") return value;
  if (type === "json") return value === "" ? value : (JSON.parse(value) as Json);
  if (type === "bool") return !["false", "0", "no"].includes(value.toLowerCase());
  const isWhole = type === "int" || type === "integer";
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number) || (isWhole && !Number.isInteger(number)))
    throw new TypeError("not a number");
  return number;
}
