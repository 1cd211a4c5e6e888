/** Whether what steps ask of others is there by then. */
import { show } from "../core/errors.ts";
import type { Faults } from "../core/faults.ts";
import { choices, suggestion } from "../core/nearest.ts";

import type { ReadStep } from "./definition-step.ts";
import type { StepUse, ValueUse } from "./definition-uses.ts";
import type { RunbookStep } from "./model.ts";
import { VALUE_ROOTS } from "./values.ts";

/** What steps are, by name; undefined for one with faults. */
type Kinds = Map<string, RunbookStep["kind"] | undefined>;

const STEP_FIELDS = ["status", "exit_code", "output", "stderr", "json"];
const FIXED: Readonly<Record<string, readonly string[]>> = {
  alert: ["name"],
  incident: ["id", "title", "severity"],
  run: ["id", "by"],
};

/** Checks all that `steps` ask of values and of each other; a step is there for those after it, and for its own rollback. */
export function checkReferences(steps: readonly ReadStep[], faults: Faults): void {
  const all = new Set(steps.flatMap(({ name, parts }) => [name, ...parts.map((part) => part.name)]));
  const earlier: Kinds = new Map();
  for (const step of steps) {
    for (const one of [step, ...step.parts]) {
      checkUses(one, { earlier, all }, faults);
      if (one.rollback.length === 0) continue;
      const isOwn = !earlier.has(one.name);
      if (isOwn) earlier.set(one.name, one.step?.kind);
      for (const back of one.rollback) checkUses(back, { earlier, all }, faults);
      if (isOwn) earlier.delete(one.name);
    }
    for (const one of [step, ...step.parts]) earlier.set(one.name, one.step?.kind);
  }
}

interface Known {
  readonly earlier: Kinds;
  readonly all: ReadonlySet<string>;
}
const NOTHING: Known = { earlier: new Map(), all: new Set() };

function checkUses({ uses }: ReadStep, known: Known, faults: Faults): void {
  for (const use of uses.values) {
    const problem = valueProblem(use.value, known);
    if (problem !== undefined) faults.add(use.path, problem);
  }
  for (const use of uses.steps) {
    const problem = stepProblem(use, known);
    if (problem !== undefined) faults.add(use.path, problem);
  }
}

/** Why there is no value at `path`; undefined if there is. */
export function valueProblem([root = "", ...rest]: ValueUse["value"], known: Known = NOTHING): string | undefined {
  const whole = [root, ...rest].join(".");
  if (!(VALUE_ROOTS as readonly string[]).includes(root)) {
    const isMeant = suggestion(root, VALUE_ROOTS) !== "";
    const hint = isMeant ? "" : "; to write {{ itself, give the command as a list with { raw: text }";
    return `there is no value ${show(whole)}${choices(root, VALUE_ROOTS)}${hint}`;
  }
  if (root === "steps") return stepValueProblem(whole, rest, known);
  const fixed = FIXED[root];
  const [word = ""] = rest;
  if (fixed === undefined)
    return rest.length === 1
      ? undefined
      : `${show(whole)} is no value; write one word after ${root}, such as ${root}.pod`;
  if (rest.length === 1 && fixed.includes(word)) return undefined;
  return `there is no value ${show(whole)}; allowed: ${fixed.map((name) => `${root}.${name}`).join(", ")}`;
}

function stepValueProblem(whole: string, [step, field, ...rest]: readonly string[], known: Known): string | undefined {
  if (
    step === undefined ||
    field === undefined ||
    !STEP_FIELDS.includes(field) ||
    (rest.length > 0 && field !== "json")
  ) {
    return `${show(whole)} is nothing that a step has; write steps.NAME. and one of ${STEP_FIELDS.join(", ")}`;
  }
  const needs = field === "status" || field === "exit_code" ? field : "output";
  return stepProblem({ step, needs }, known);
}

function stepProblem({ step, needs }: Omit<StepUse, "path">, { earlier, all }: Known): string | undefined {
  if (!earlier.has(step)) {
    if (all.has(step)) return `the step ${show(step)} is not done before this one`;
    const names = [...earlier.keys()];
    const allowed =
      suggestion(step, names) ||
      (names.length === 0 ? "; there is none before this one" : `; before this one: ${names.slice(-10).join(", ")}`);
    return `there is no step ${show(step)}${allowed}`;
  }
  const kind = earlier.get(step);
  if (needs === "exit_code" && kind !== undefined && kind !== "command")
    return `${show(step)} runs no command, so it has no exit code`;
  if (needs === "output" && (kind === "manual" || kind === "parallel")) {
    return `${show(step)} has no output: it is ${kind === "manual" ? "for people" : "a group; ask its parts"}`;
  }
  return undefined;
}
