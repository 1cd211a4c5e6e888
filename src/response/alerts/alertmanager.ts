/** Webhook messages of Alertmanager: version 4, what came before it, and what newer ones add. */
import { messageOf } from "./message.ts";
import { countOf, type Fields } from "./fields.ts";
import type { AlertGroup } from "./alerts.ts";

/**
 * Reads a message of Alertmanager. Fields that it does not know are passed over, so that newer versions can say more;
 * older ones lack `fingerprint`, which is computed, and `truncatedAlerts`, which is 0 then.
 *
 * Source: notify/webhook and template.Data of Alertmanager, and bodies that 0.25 and 0.33 sent.
 */
export function alertmanagerGroup(fields: Fields): AlertGroup {
  return { source: "alertmanager", ...messageOf(fields), truncated: countOf(fields, "truncatedAlerts", []) };
}
