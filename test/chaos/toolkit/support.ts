/** Experiments for the tests of the toolkit, from what they do. */
import { LocalCommandRunner } from "../../../src/adapters/command/index.ts";
import { ToolkitExperiment, type ToolkitExperimentOptions } from "../../../src/chaos/toolkit/experiment.ts";

/** An experiment whose method is `activities`, which are actions unless told. */
export function method(
  activities: readonly object[],
  more: Record<string, unknown> = {},
  options: Partial<ToolkitExperimentOptions> = {},
): ToolkitExperiment {
  const steps = activities.map((activity, index) => ({
    type: "action",
    name: `step ${String(index + 1)}`,
    ...activity,
  }));
  const document = JSON.stringify({ title: "t", description: "d", method: steps, ...more });
  return new ToolkitExperiment({ document, fetch, commands: new LocalCommandRunner(), ...options });
}
