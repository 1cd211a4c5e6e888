/** Alerts as they come in, whoever sent them. */
import type { IncidentAlert } from "../../incident/model.ts";

/** Who sends alerts in which form. */
export const ALERT_SOURCES = ["alertmanager", "grafana", "plain"] as const;
/** One of {@link ALERT_SOURCES}. */
export type AlertSource = (typeof ALERT_SOURCES)[number];

/** One alert of a message. */
export interface ReceivedAlert extends Omit<IncidentAlert, "startsAt"> {
  /** In epoch milliseconds; undefined if the sender did not say, as a plain alert may. */
  readonly startsAt: number | undefined;
}

/** Alerts that came together because they belong together, as far as the sender knows. */
export interface AlertGroup {
  readonly source: AlertSource;
  /** What the sender calls the group: the same in every message about it. */
  readonly key: string;
  /** The sender's name for whom it sends to. */
  readonly receiver: string;
  /** Labels that all alerts of the group have, ever. */
  readonly labels: Readonly<Record<string, string>>;
  /** How many alerts of the group the sender left out of this message. */
  readonly truncated: number;
  readonly alerts: readonly ReceivedAlert[];
}

/** The value of a label or an annotation; undefined if there is none. What an object inherits is no label. */
export function labelOf(labels: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}
