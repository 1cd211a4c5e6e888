/** Finding the value of a place to fill in. Nothing is ever filled in that is not there, and no reason shows a value. */
import { show } from "../core/errors.ts";

import type { StepStatus } from "./run.ts";
import type { RunValues, StepValues } from "./values.ts";

/** What was filled in, or why it was not: a sentence that holds no value. */
export type FillResult<T> = { readonly filled: T } | { readonly refused: string };

/** How a step is filled in. */
export interface FillOptions {
  /** What an earlier step would have put out is then `<output of NAME>`. */
  readonly isDryRun?: boolean | undefined;
}

/** A value, as text. */
export interface FoundValue {
  readonly text: string;
  /** Whether there was more than was kept. */
  readonly isCut: boolean;
}

/** Steps that stand so have done something; of the others there is no output, not even an empty one. */
const DONE: readonly StepStatus[] = ["succeeded", "failed", "timed_out", "cancelled", "dry"];
const MOST_NAMED = 20;
const EMPTY: Readonly<Record<string, string>> = {
  labels: "the call has no labels",
  annotations: "the call has no annotations",
  parameters: "the call has no parameters",
  secrets: "the executor has no secrets",
};

/** The value at `path`. */
export function lookUp(path: readonly string[], values: RunValues, options: FillOptions = {}): FillResult<FoundValue> {
  const [root = "", ...rest] = path;
  if (root === "steps") return stepValue(rest, values.steps, options);
  const group: unknown = Object.hasOwn(values, root) ? Reflect.get(values, root) : undefined;
  if (typeof group !== "object" || group === null) return { refused: `there is no value ${path.join(".")}` };
  return descend(group, rest, root);
}

function stepValue(
  [name = "", field = "", ...rest]: readonly string[],
  steps: RunValues["steps"],
  { isDryRun = false }: FillOptions,
): FillResult<FoundValue> {
  const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
  const whole = ["steps", name, field, ...rest].join(".");
  if (isDryRun && field !== "status" && isUnknown(step)) {
    return { filled: { text: `<${[field, ...rest].join(".")} of ${name}>`, isCut: false } };
  }
  if (step === undefined) return { refused: `${whole} is missing; ${name} has not run` };
  if (field !== "status" && !DONE.includes(step.status))
    return { refused: `${whole} is missing; ${name} is ${step.status}` };
  const found = descend(step, [field, ...rest], `steps.${name}`);
  const isOutput = field === "output" || field === "stderr";
  return "filled" in found && isOutput ? { filled: { ...found.filled, isCut: step.isCut === true } } : found;
}

/** Whether nobody can know it before the step is done in earnest. */
function isUnknown(step: StepValues | undefined): boolean {
  return step === undefined || (step.status === "dry" && step.output === "");
}

function descend(start: object, path: readonly string[], root: string): FillResult<FoundValue> {
  let value: unknown = start;
  let where = root;
  for (const word of path) {
    if (typeof value !== "object" || value === null)
      return { refused: `${where} has nothing in it, so there is no ${where}.${word}` };
    if (!Object.hasOwn(value, word)) return { refused: `${where}.${word} is missing; ${what(value, where)}` };
    value = Reflect.get(value, word);
    where = `${where}.${word}`;
  }
  if (value === undefined || value === null) return { refused: `${where} is missing` };
  if (typeof value === "string") return { filled: { text: value, isCut: false } };
  if (typeof value === "function" || typeof value === "symbol") return { refused: `${where} is no value` };
  return { filled: { text: JSON.stringify(value), isCut: false } };
}

/** What is there instead, by its names, which come from outside as well. */
function what(value: object, where: string): string {
  const keys = Object.keys(value);
  if (keys.length === 0) return EMPTY[where] ?? "there are none";
  const shown = keys.slice(0, MOST_NAMED).map((key) => (/^[\w./-]{1,60}$/.test(key) ? key : show(key)));
  return `there ${keys.length === 1 ? "is" : "are"}: ${shown.join(", ")}${keys.length > MOST_NAMED ? " ..." : ""}`;
}
