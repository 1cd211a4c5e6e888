/** The steps of a runbook, as an executor looks at them. */
import { ConfigurationError, type ConfigurationIssue, show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { choices } from "../../core/nearest.ts";

import { usesOf } from "../definition/definition.ts";
import type { PlannedStep } from "../events.ts";
import type { Runbook, RunbookStep } from "../model.ts";
import { actionProblem } from "../performing/action.ts";
import { commandProblem } from "../performing/command.ts";
import { httpProblem } from "../performing/http.ts";
import type { StepSettings } from "../performing/settings.ts";

const MOST_TOLD = 100;

/** @throws {@link ConfigurationError} with all that an executor with these settings cannot or must not run */
export function checkSteps(runbook: Runbook, settings: StepSettings): void {
  const issues: ConfigurationIssue[] = [];
  const check = (list: readonly RunbookStep[], path: Path): void => {
    list.forEach((step, index) => {
      const here = [...path, index];
      const problem = problemOf(step, settings);
      if (problem !== undefined) issues.push({ path: [...here, step.kind], message: `${step.name}: ${problem}` });
      if (step.kind === "parallel") check(step.steps, [...here, "parallel"]);
      check(step.rollback, [...here, "rollback"]);
    });
  };
  check(runbook.steps, ["steps"]);
  const names = Object.keys(settings.secrets);
  for (const { path, value } of usesOf(runbook)) {
    const [root, name = ""] = value;
    if (root !== "secrets" || Object.hasOwn(settings.secrets, name)) continue;
    const allowed = names.length === 0 ? "; the executor has none" : choices(name, names);
    issues.push({ path, message: `there is no secret ${show(name)}${allowed}` });
  }
  if (issues.length > 0) throw new ConfigurationError(issues.slice(0, MOST_TOLD));
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
