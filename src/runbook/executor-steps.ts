/** The steps of a runbook, as an executor looks at them. */
import { invalid } from "../core/errors.ts";

import type { PlannedStep } from "./events.ts";
import type { RunbookStep } from "./model.ts";
import { actionProblem } from "./perform-action.ts";
import { commandProblem } from "./perform-command.ts";
import { httpProblem } from "./perform-http.ts";
import type { StepSettings } from "./settings.ts";

/** @throws {@link ConfigurationError} naming the first step, part or rollback that an executor with these settings cannot or must not run */
export function checkSteps(
  steps: readonly RunbookStep[],
  settings: StepSettings,
  path: readonly (string | number)[] = ["steps"],
): void {
  steps.forEach((step, index) => {
    const here = [...path, index];
    const problem = problemOf(step, settings);
    if (problem !== undefined) throw invalid([...here, step.kind], `${step.name} ${problem}`);
    if (step.kind === "parallel") checkSteps(step.steps, settings, [...here, "parallel"]);
    checkSteps(step.rollback, settings, [...here, "rollback"]);
  });
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
