import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { type RunbookExecutorOptions, soundOptions } from "../../src/runbook/executor/options.ts";
import { OutputCapture } from "../../src/runbook/performing/capture.ts";
import type { PerformContext, Preparation, Prepared } from "../../src/runbook/performing/performing.ts";
import type { StepSettings } from "../../src/runbook/performing/settings.ts";

/** A step as a runbook has it, behind one called `later`. */
export function stepOfKind<Kind extends "command" | "http" | "action">(_kind: Kind, definition: StepDefinition) {
  const [, step] = runbookOf("X", [{ name: "later", run: () => 1 }, definition]).steps;
  return step as Extract<typeof step, { readonly kind: Kind }>;
}

/** What an executor with these options performs steps with. */
export const settingsOf = (options: RunbookExecutorOptions = {}): StepSettings =>
  soundOptions({ clock: new ManualClock(), ...options }).settings;

/** A preparation that was not refused. */
export function filledOf(preparation: Preparation): Prepared {
  if ("refused" in preparation) throw new Error(preparation.refused);
  return preparation.filled;
}

/** What an attempt gets, and what it wrote. */
export function attempting(more: Partial<PerformContext> = {}) {
  const [stdout, stderr] = [new OutputCapture(), new OutputCapture()];
  const { signal } = new AbortController();
  const context: PerformContext = { signal, attempt: 1, isDryRun: false, key: "RUN-0001/a", stdout, stderr, ...more };
  return { context, written: () => ({ stdout: stdout.end().text, stderr: stderr.end().text }) };
}
