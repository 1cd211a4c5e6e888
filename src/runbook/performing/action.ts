/** Steps that are functions of TypeScript. */
import { show } from "../../core/errors.ts";

import type { ActionFunction } from "../action.ts";
import { fillJson } from "../fill/fill.ts";
import type { ActionStep } from "../model.ts";
import type { PerformContext, Performed, Preparation } from "./performing.ts";
import type { StepSettings } from "./settings.ts";
import type { RunValues } from "../values.ts";

/** Why an executor with these settings cannot do the action of `step`; undefined if it can. */
export function actionProblem({ action }: ActionStep, { actions }: StepSettings): string | undefined {
  if (typeof action === "function" || actions.has(action)) return undefined;
  const names = [...actions.keys()].join(", ");
  return `there is no action ${show(action)}; ${names === "" ? "the executor has none" : `there are: ${names}`}`;
}

/** Fills in what the action of `step` is given. */
export function prepareAction(
  step: ActionStep,
  values: RunValues,
  settings: StepSettings,
  about: { readonly run: string; readonly incident: string | undefined; readonly isDryRun: boolean },
): Preparation {
  const problem = actionProblem(step, settings);
  if (problem !== undefined) return { refused: problem };
  const { action, name } = step;
  const call = typeof action === "function" ? action : (settings.actions.get(action) as ActionFunction);
  const called = typeof action === "string" ? action : action.name || name;
  const { isDryRun, run, incident } = about;
  const input = fillJson(step.input, values, { isDryRun });
  if ("refused" in input) return input;
  const perform = async (context: PerformContext): Promise<Performed> => {
    const { signal, attempt, key, stdout, stderr } = context;
    if (context.isDryRun) {
      stdout.push(`would call ${called}`);
      return { isDone: true };
    }
    const log = (text: string): void => {
      stderr.push(`${text}\n`);
    };
    // Copies: what an action does to them is its own business.
    const given = { input: structuredClone(input.filled), values: copied(values) };
    const shared = { signal, ...given, run, step: name, attempt, key, log };
    const output = await call({ ...shared, ...(incident === undefined ? {} : { incident }) });
    const text = typeof output === "string" ? output : output === undefined ? "" : written(output);
    stdout.push(text);
    return { isDone: true };
  };
  return { filled: { shown: [called], redactor: settings.redactor, perform } };
}

function written(output: unknown): string {
  try {
    const text: unknown = JSON.stringify(output);
    return typeof text === "string" ? text : "";
  } catch {
    // The action is done; that it cannot be written down does not undo it.
    return "(an output that cannot be written as JSON)";
  }
}

function copied(values: RunValues): RunValues {
  const { labels, annotations, parameters, secrets, steps, alert, incident, run } = values;
  return {
    ...{ labels: { ...labels }, annotations: { ...annotations }, parameters: { ...parameters } },
    ...{ secrets: { ...secrets }, steps: { ...steps } },
    ...{ alert: { ...alert }, incident: { ...incident }, run: { ...run } },
  };
}
