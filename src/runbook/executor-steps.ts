/** The steps of a runbook, as an executor looks at them. */
import { ConfigurationError, type ConfigurationIssue, show } from "../core/errors.ts";
import type { Path } from "../core/faults.ts";
import { choices } from "../core/nearest.ts";
import type { TemplateTag } from "../core/template.ts";

import type { PlannedStep } from "./events.ts";
import type { Runbook, RunbookStep } from "./model.ts";
import { actionProblem } from "./perform-action.ts";
import { commandProblem } from "./perform-command.ts";
import { httpProblem } from "./perform-http.ts";
import type { StepSettings } from "./settings.ts";

const DEEPEST = 100;
const MOST_TOLD = 100;

/** @throws {@link ConfigurationError} with all that an executor with these settings cannot or must not run */
export function checkSteps({ steps }: Runbook, settings: StepSettings): void {
  const issues: ConfigurationIssue[] = [];
  const check = (list: readonly RunbookStep[], path: Path): void => {
    list.forEach((step, index) => {
      const here = [...path, index];
      const problem = problemOf(step, settings);
      if (problem !== undefined) issues.push({ path: [...here, step.kind], message: `${step.name}: ${problem}` });
      for (const name of secretsOf(step)) {
        if (Object.hasOwn(settings.secrets, name)) continue;
        const names = Object.keys(settings.secrets);
        const allowed = names.length === 0 ? "; the executor has none" : choices(name, names);
        issues.push({ path: here, message: `${step.name}: there is no secret ${show(name)}${allowed}` });
      }
      if (step.kind === "parallel") check(step.steps, [...here, "parallel"]);
      check(step.rollback, [...here, "rollback"]);
    });
  };
  check(steps, ["steps"]);
  if (issues.length > 0) throw new ConfigurationError(issues.slice(0, MOST_TOLD));
}

/** Names of the secrets that a step fills in, but for its parts and what takes it back. */
function secretsOf(step: RunbookStep): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || depth > DEEPEST) return;
    const { path, name } = value as Partial<TemplateTag>;
    const isTag = Array.isArray(path) && typeof name === "string";
    if (isTag && path[0] === "secrets" && typeof path[1] === "string") found.add(path[1]);
    for (const part of Object.values(value)) look(part, depth + 1);
  };
  const { rollback: _rollback, ...own } = step;
  look("steps" in own ? { ...own, steps: [] } : own, 0);
  return found;
}

function problemOf(step: RunbookStep, settings: StepSettings): string | undefined {
  switch (step.kind) {
    case "command":
      return commandProblem(step, settings);
    case "action":
      return actionProblem(step, settings);
    case "http":
      return httpProblem(step, settings);
    case "manual":
    case "parallel":
      return undefined;
  }
}

/** A step, and after it its parts, as a run plans them. */
export function plannedSteps(step: RunbookStep): readonly PlannedStep[] {
  const { name, kind, title } = step;
  const own: PlannedStep = { name, kind, ...(title === undefined ? {} : { title }) };
  if (step.kind !== "parallel") return [own];
  return [own, ...step.steps.flatMap(plannedSteps).map((part) => ({ ...part, of: name }))];
}
