/** What can be filled in, and asked by conditions. */
import type { StepStatus } from "./run.ts";

/** What a finished step came to, for later steps. */
export interface StepValues {
  readonly status: StepStatus;
  /** Undefined for what has none. */
  readonly exit_code?: number | undefined;
  /** Its standard output, or what an action returned or a server answered; without the line ends at its end, secrets taken out. */
  readonly output: string;
  readonly stderr: string;
  /** Whether more came than was kept of either: then neither becomes an argument. */
  readonly isCut?: boolean | undefined;
  /** The output as JSON, if it is JSON. */
  readonly json?: unknown;
}

/** All that can be filled in: `{{ labels.pod }}`, `{{ steps.check_pods.output }}`. */
export interface RunValues {
  /** Labels of the alert. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations of the alert. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Name of the alert, `alert.name`. */
  readonly alert: { readonly name: string };
  /** `incident.id`, `incident.title`, `incident.severity`; empty texts without an incident. */
  readonly incident: { readonly id: string; readonly title: string; readonly severity: string };
  /** `run.id`, `run.by`. */
  readonly run: { readonly id: string; readonly by: string };
  /** What was handed over with the call. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Secrets of the executor, by name. They never leave it but in commands, actions and requests. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Finished steps by name. */
  readonly steps: Readonly<Record<string, StepValues>>;
}

/** The first words of all that can be filled in. */
export const VALUE_ROOTS = [
  "labels",
  "annotations",
  "alert",
  "incident",
  "run",
  "parameters",
  "secrets",
  "steps",
] as const;
