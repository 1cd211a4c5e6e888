/** Tolerances, checked: patterns and paths are read here already, so that none is found wanting in the middle of a run. */
import { show } from "../../core/errors.ts";
import type { Faults, Path } from "../../core/faults.ts";
import { choices } from "../../core/nearest.ts";
import { check } from "../../core/parse.ts";
import * as z from "../../core/schema.ts";

import { JsonPath, JsonPathProblem } from "./json-path.ts";
import type { ToolkitProvider, ToolkitTolerance } from "./model.ts";
import { pythonPattern } from "../../core/pattern/python.ts";
import { PatternProblem } from "../../core/pattern/pattern.ts";
import { readProvider, words } from "./provider-fields.ts";

/** What of an answer can be looked at, by provider. */
export const TARGETS: Readonly<Record<ToolkitProvider["type"], readonly string[]>> = {
  http: ["status", "body"],
  process: ["status", "stdout", "stderr"],
};

const KINDS = ["regex", "range", "jsonpath", "probe"] as const;
const LIST = z
  .array(z.union([z.number(), z.string(), z.boolean()]))
  .min(1)
  .max(1_000);
const REGEX = z.strictObject({ type: z.literal("regex"), pattern: words, target: words });
const RANGE = z.strictObject({ type: z.literal("range"), range: z.tuple([z.number(), z.number()]), target: words });
const PATH = z.strictObject({
  type: z.literal("jsonpath"),
  path: words,
  target: words.optional(),
  count: z.int().min(0).optional(),
  expect: z.json().optional(),
});
const PROBE = z.strictObject({
  type: z.literal("probe"),
  name: words,
  provider: z.record(z.string(), z.unknown()),
  tolerance: z.unknown().optional(),
});

type Targeted = Extract<ToolkitTolerance, { readonly type: "regex" | "range" | "jsonpath" }>;

const SCHEMAS = { regex: REGEX, range: RANGE, jsonpath: PATH } as unknown as Readonly<
  Record<Targeted["type"], z.ZodType<Targeted>>
>;

/** Reads a tolerance of what `provider` answers; undefined where it has faults, which are then told. */
export function readTolerance(
  value: unknown,
  provider: ToolkitProvider["type"],
  path: Path,
  faults: Faults,
): ToolkitTolerance | undefined {
  if (Array.isArray(value)) return check(LIST, value, path, faults);
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") {
    if (Number.isInteger(value)) return value;
    faults.add(path, `${show(value)} is no whole number; for others write type: range`);
    return undefined;
  }
  const type = (value as { readonly type?: unknown } | null)?.type;
  const isKnown = KINDS.find((kind) => kind === type);
  if (isKnown === undefined) {
    const at = typeof value === "object" && value !== null ? [...path, "type"] : path;
    const shown = at === path ? value : type;
    const what = shown === undefined ? "is missing" : `${show(shown)} is no tolerance`;
    faults.add(at, `${what}; allowed: a status, a list of them, or a mapping whose type is one of ${KINDS.join(", ")}`);
    return undefined;
  }
  if (isKnown === "probe") return readProbe(value, path, faults);
  const read = check<Targeted>(SCHEMAS[isKnown], value, path, faults);
  if (read === undefined) return undefined;
  const targets = TARGETS[provider];
  if (read.target !== undefined && !targets.includes(read.target))
    faults.add([...path, "target"], `${show(read.target)} is nothing that is answered${choices(read.target, targets)}`);
  if (read.type === "range" && read.range[0] > read.range[1])
    faults.add([...path, "range"], `begins at ${String(read.range[0])}, above its end ${String(read.range[1])}`);
  if (read.type === "regex") tryOut([...path, "pattern"], read.pattern, (text) => pythonPattern(text), faults);
  if (read.type === "jsonpath") tryOut([...path, "path"], read.path, (text) => new JsonPath(text), faults);
  return read;
}

function readProbe(value: unknown, path: Path, faults: Faults): ToolkitTolerance | undefined {
  const read = check(PROBE, value, path, faults);
  const provider = read && readProvider(read.provider, [...path, "provider"], faults);
  if (read === undefined || provider === undefined) return undefined;
  const given = provider.arguments ?? {};
  if (typeof given !== "object" || Array.isArray(given))
    faults.add([...path, "provider", "arguments"], "must be a mapping: the answer is added to it as value");
  if (read.tolerance === undefined) return { type: "probe", name: read.name, provider };
  const tolerance = readTolerance(read.tolerance, provider.type, [...path, "tolerance"], faults);
  return tolerance === undefined ? undefined : { type: "probe", name: read.name, provider, tolerance };
}

function tryOut(path: Path, text: string, make: (text: string) => unknown, faults: Faults): void {
  // What is replaced later is read later.
  if (text.includes("${")) return;
  try {
    make(text);
  } catch (error) {
    if (!(error instanceof PatternProblem || error instanceof JsonPathProblem)) throw error;
    faults.add(path, error.message);
  }
}
