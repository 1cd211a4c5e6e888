/** What an alert asks for, and the part of it that tells. */
import type { IncidentAlert, Severity } from "../../incident/model.ts";

import type { Commander } from "../commander.ts";

/** What an alert asks for. */
export interface RoutedAlert {
  readonly severity: Severity;
  readonly commander: Commander | undefined;
  readonly services: readonly string[];
  readonly slos: readonly string[];
  readonly runbook: string | undefined;
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The part of an alert that routes look at. */
export type RoutableAlert = Pick<IncidentAlert, "labels" | "annotations">;
