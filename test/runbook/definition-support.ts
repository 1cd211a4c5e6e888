import { ConfigurationError, formatPath } from "../../src/core/errors.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import type { RunbookStep } from "../../src/runbook/model.ts";

/** Each fault that `make` tells, as `path: message`. */
export function told(make: () => unknown): string[] {
  try {
    make();
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.issues.map(({ path, message }) => `${formatPath(path)}: ${message}`);
    throw error;
  }
  return [];
}

/** The faults of a step that is behind another one, without the place of the step. */
export function stepFaults(step: object): string[] {
  const steps = [
    { name: "first", command: "a" },
    { name: "x", ...step },
  ];
  return told(() => runbookOf("r", steps as never)).map((fault) => fault.replace(/^steps\[1\]\.?/, ""));
}

/** That step. */
export function readStep(step: object): RunbookStep {
  const { steps } = runbookOf("r", [
    { name: "first", command: "a" },
    { name: "x", ...step },
  ] as never);
  const found = steps[1];
  if (found === undefined) throw new Error("there is no second step");
  return found;
}

/** What a step has about which nothing is said. */
export const BASE = {
  name: "x",
  actions: [],
  timeoutMs: 60_000,
  continueOnFailure: false,
  retry: { attempts: 1, delayMs: 1_000, factor: 2, maxDelayMs: 60_000 },
  isDestructive: false,
  onInterrupt: "repeat",
  rollback: [],
  rollbackIf: "done",
} as const;

/** Text without places to fill in, as it is read. */
export const plain = (text: string): object => ({ text, parts: [text] });

/** Text of this length. */
export const long = (length: number): string => "a".repeat(length);
