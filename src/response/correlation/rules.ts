/** How alerts move incidents. */
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";

import type { Commanders } from "../commander.ts";
import type { AlertRoutes } from "../routing/routing.ts";
import type { RepairOf } from "../runbook-requests.ts";

/** What can follow when the last alert of an incident is over. */
export const ON_RESOLVED = ["monitoring", "resolve", "nothing"] as const;
/** One of {@link ON_RESOLVED}. */
export type OnResolved = (typeof ON_RESOLVED)[number];

/** Times that decide which incident an alert belongs to, and how often one is told of it. All in milliseconds. */
export interface CorrelationTimes {
  /** How long no alert must fire before an incident is resolved, or moves a second time; 5 minutes unless told. */
  readonly holdMs?: number;
  /** Alerts reopen an incident that was resolved no longer ago; later ones make a new one. An hour unless told. */
  readonly reopenWithinMs?: number;
  /** Alerts join an open incident of which none fires if one did so no longer ago; however long unless told. */
  readonly windowMs?: number;
  /** A message without news is noted as an update if nothing was for so long; 5 minutes unless told. */
  readonly repeatAfterMs?: number;
}

/** How alerts move incidents, checked. */
export interface CorrelationRules extends Readonly<Required<CorrelationTimes>> {
  readonly routes: AlertRoutes;
  readonly commanders: Commanders;
  /** Tells what there is to run for an alert. */
  readonly repairOf: RepairOf;
  readonly onResolved: OnResolved;
  /** In whose name. */
  readonly by: string;
}

const MINUTE = 60_000;

/** Checks the times, and fills in those that were not told. */
export function timesOf(times: CorrelationTimes): Required<CorrelationTimes> {
  const { holdMs = 5 * MINUTE, reopenWithinMs = 60 * MINUTE, repeatAfterMs = 5 * MINUTE, windowMs = Infinity } = times;
  const found = { holdMs, reopenWithinMs, windowMs, repeatAfterMs };
  for (const [name, value] of Object.entries(found)) {
    if (typeof value !== "number" || !(value >= 0)) {
      throw invalid(name, `${show(value)} is not a length of time; milliseconds from 0 are`);
    }
  }
  return found;
}

/** One of {@link ON_RESOLVED}. */
export function onResolvedOf(value: unknown): OnResolved {
  const found = ON_RESOLVED.find((choice) => choice === value);
  if (found === undefined) throw invalid("onResolved", `${show(value)} is not possible${choices(value, ON_RESOLVED)}`);
  return found;
}
