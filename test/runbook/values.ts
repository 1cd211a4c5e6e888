import type { RunValues } from "../../src/runbook/values.ts";

/** Values to fill in; empty but for what is said. */
export function valuesOf(some: Partial<RunValues>): RunValues {
  return {
    labels: {},
    annotations: {},
    alert: { name: "HighMemoryUsage" },
    incident: { id: "INC-0001", title: "Memory", severity: "SEV2" },
    run: { id: "RUN-0001", by: "ann" },
    parameters: {},
    secrets: {},
    steps: {},
    ...some,
  };
}
