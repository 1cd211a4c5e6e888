/** Whether what steps ask of others is there by then. */
import { show } from "../../core/errors.ts";
import type { Faults } from "../../core/faults.ts";
import { choices, nearest, suggestion } from "../../core/nearest.ts";

import type { ReadStep } from "./step.ts";
import type { StepUse, ValueUse } from "./uses.ts";
import type { RunbookStep } from "../model.ts";
import { VALUE_ROOTS } from "../values.ts";

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
  const everyone = steps.flatMap((step) => [step, ...step.parts]);
  const all = new Set(everyone.map(({ name }) => name));
  const nameless = new Set(everyone.filter(({ isNameless }) => isNameless).map(({ name }) => name));
  const earlier: Kinds = new Map();
  for (const step of steps) {
    for (const one of [step, ...step.parts]) {
      checkUses(one, { earlier, all, nameless }, faults);
      if (one.rollback.length === 0) continue;
      const isOwn = !earlier.has(one.name);
      if (isOwn) earlier.set(one.name, one.step?.kind);
      for (const back of one.rollback) checkUses(back, { earlier, all, nameless }, faults);
      if (isOwn) earlier.delete(one.name);
    }
    for (const one of [step, ...step.parts]) earlier.set(one.name, one.step?.kind);
  }
}

interface Known {
  readonly earlier: Kinds;
  readonly all: ReadonlySet<string>;
  /** Names that nobody wrote, since what was written is at fault: not to be offered. */
  readonly nameless: ReadonlySet<string>;
}
const NOTHING: Known = { earlier: new Map(), all: new Set(), nameless: new Set() };

function checkUses({ uses }: ReadStep, known: Known, faults: Faults): void {
  for (const use of uses.values) {
    const problem = valueProblem(use.value, known, use.braces);
    if (problem !== undefined) faults.add(use.path, problem);
  }
  for (const use of uses.steps) {
    const problem = stepProblem(use, known);
    if (problem !== undefined) faults.add(use.path, problem);
  }
}

/** Why there is no value at `path`; undefined if there is. */
export function valueProblem(
  [root = "", ...rest]: ValueUse["value"],
  known: Known = NOTHING,
  braces: string = "",
): string | undefined {
  const whole = [root, ...rest].join(".");
  if (!(VALUE_ROOTS as readonly string[]).includes(root)) {
    const isMeant = suggestion(root, VALUE_ROOTS) !== "";
    return `there is no value ${show(whole)}${choices(root, VALUE_ROOTS)}${isMeant ? "" : braces}`;
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

function stepProblem({ step, needs }: Omit<StepUse, "path">, known: Known): string | undefined {
  const { earlier, all } = known;
  if (!earlier.has(step)) {
    if (all.has(step)) return `the step ${show(step)} is not done before this one`;
    return `there is no step ${show(step)}${stepsInstead(step, known)}`;
  }
  const kind = earlier.get(step);
  if (needs === "exit_code" && kind !== undefined && kind !== "command")
    return `${show(step)} runs no command, so it has no exit code`;
  if (needs === "output" && (kind === "manual" || kind === "parallel")) {
    return `${show(step)} has no output: it is ${kind === "manual" ? "for people" : "a group; ask its parts"}`;
  }
  return undefined;
}

/** Which step may be meant. */
function stepsInstead(step: string, { earlier, all, nameless }: Known): string {
  const named = (names: Iterable<string>): string[] => [...names].filter((name) => !nameless.has(name));
  const before = named(earlier.keys());
  const meant = suggestion(step, before);
  if (meant !== "") return meant;
  const later = nearest(step, named(all));
  if (later !== undefined) return `; did you mean ${show(later)}? It is not done before this one`;
  return before.length === 0 ? "; there is none before this one" : `; before this one: ${before.slice(-10).join(", ")}`;
}
