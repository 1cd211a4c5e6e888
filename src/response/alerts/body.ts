/** From a body to groups of alerts. */
import { invalid, show } from "../../core/errors.ts";
import { isDeeperThan } from "../../core/json-depth.ts";

import { alertmanagerGroup } from "./alertmanager.ts";
import { fieldOf, fieldsOf, MOST_ALERTS } from "./fields.ts";
import { ALERT_SOURCES, type AlertGroup, type AlertSource } from "./alerts.ts";
import { grafanaGroup, isGrafana } from "./grafana.ts";
import { plainGroup } from "./plain.ts";

/** Alertmanager's bodies are 4 deep, Grafana's 5. */
const DEEPEST = 64;

/**
 * Reads a body: JSON text, or what was parsed of it. Who sent it is told by its form unless `source` says it.
 *
 * @throws {@link ConfigurationError} naming the first field that is not as it should be
 *
 * @example
 * ```ts
 * import { readAlerts } from "nines";
 *
 * const [group] = readAlerts(`{
 *   "version": "4", "receiver": "hook", "groupKey": "{}:{service=\\"api\\"}", "groupLabels": {"service": "api"},
 *   "alerts": [{ "status": "firing", "labels": {"service": "api"}, "startsAt": "2026-11-22T05:57:48.256Z" }]
 * }`);
 * if (group?.source !== "alertmanager" || group.alerts[0]?.status !== "firing") throw new Error("not read");
 * ```
 */
export function readAlerts(
  body: unknown,
  options: { readonly source?: AlertSource | undefined } = {},
): readonly AlertGroup[] {
  const { source } = options;
  if (source !== undefined && !ALERT_SOURCES.includes(source)) {
    throw invalid("source", `${show(source)} is not possible; allowed: ${ALERT_SOURCES.join(", ")}`);
  }
  const value = typeof body === "string" ? parsed(body) : body;
  if (Array.isArray(value) && (source === undefined || source === "plain")) {
    if (value.length > MOST_ALERTS)
      throw invalid([], `a list of ${String(value.length)}; at most ${String(MOST_ALERTS)}`);
    return value.map((alert, index) => plainGroup(alert, [index]));
  }
  const fields = fieldsOf(value, []);
  const isMessage = ["alerts", "groupLabels", "groupKey"].some((name) => fieldOf(fields, name) !== undefined);
  const sender = source ?? (!isMessage ? "plain" : isGrafana(fields) ? "grafana" : "alertmanager");
  if (sender === "plain") return [plainGroup(fields)];
  return [sender === "grafana" ? grafanaGroup(fields) : alertmanagerGroup(fields)];
}

function parsed(text: string): unknown {
  if (isDeeperThan(text, DEEPEST)) throw invalid([], `is more than ${String(DEEPEST)} lists and mappings deep`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The engine's message quotes the body.
    throw invalid([], "is not JSON");
  }
}
