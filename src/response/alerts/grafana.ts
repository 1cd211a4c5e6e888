/** Webhook messages of Grafana's unified alerting: Alertmanager's form, with version "1" and more beside it. */
import { messageOf } from "./message.ts";
import { countOf, fieldOf, type Fields } from "./fields.ts";
import type { AlertGroup } from "./alerts.ts";

/** Whether a message with alerts is one of Grafana. */
export function isGrafana(fields: Fields): boolean {
  if (fieldOf(fields, "version") === "4") return false;
  return ["orgId", "state", "title"].some((name) => fieldOf(fields, name) !== undefined);
}

/** Reads a message of Grafana. */
export function grafanaGroup(fields: Fields): AlertGroup {
  return { source: "grafana", ...messageOf(fields), truncated: countOf(fields, "truncatedAlerts", []) };
}
