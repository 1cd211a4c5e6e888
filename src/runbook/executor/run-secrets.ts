/** Values of a call that are secrets by what they are used for. */
import { fillText } from "../fill/fill.ts";
import type { Runbook, RunbookStep } from "../model.ts";
import { secretNames } from "../redact/redactor.ts";
import type { RunValues } from "../values.ts";

/** What variables whose names look like secrets will hold, as far as that is known when a run begins. */
export function runSecrets({ steps }: Runbook, values: RunValues): readonly string[] {
  return steps.flatMap((step) => stepSecrets(step, values));
}

function stepSecrets(step: RunbookStep, values: RunValues): readonly string[] {
  const own =
    step.kind === "command"
      ? Object.entries(step.environment).flatMap(([name, template]) => {
          const filled = fillText(template, values, {});
          return "filled" in filled ? secretNames({ [name]: filled.filled }) : [];
        })
      : [];
  const parts = step.kind === "parallel" ? step.steps : [];
  return [...own, ...[...parts, ...step.rollback].flatMap((part) => stepSecrets(part, values))];
}
