/** The part that messages of Alertmanager and of Grafana share: alerts of one group. */
import { invalid, show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";

import { alertFingerprint } from "./fingerprint.ts";
import { choiceOf, fieldOf, type Fields, fieldsOf, instantOf, labelsOf, listOf, textOf } from "./fields.ts";
import type { ReceivedAlert } from "./alerts.ts";

export const ALERT_STATUSES = ["firing", "resolved"] as const;
const LONGEST_FINGERPRINT = 200;
const LONGEST_URL = 20_000;
const LONGEST_NAME = 1_000;
const LONGEST_KEY = 100_000;

/** What a message says of its group. */
export interface AlertMessage {
  readonly key: string;
  readonly receiver: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly alerts: readonly ReceivedAlert[];
}

/** Reads what both send in the same form. */
export function messageOf(fields: Fields): AlertMessage {
  const labels = labelsOf(fields, "groupLabels", []);
  const status = choiceOf(fields, "status", [], ALERT_STATUSES);
  const alerts = listOf(fields, "alerts", []).map((alert, index) => alertOf(alert, status, ["alerts", index]));
  return { key: keyOf(fields, labels), receiver: textOf(fields, "receiver", [], LONGEST_NAME) ?? "", labels, alerts };
}

function alertOf(value: unknown, messageStatus: ReceivedAlert["status"] | undefined, path: Path): ReceivedAlert {
  const fields = fieldsOf(value, path);
  const status = choiceOf(fields, "status", path, ALERT_STATUSES) ?? messageStatus;
  if (status === undefined) throw invalid([...path, "status"], `is missing; allowed: ${ALERT_STATUSES.join(", ")}`);
  const labels = labelsOf(fields, "labels", path);
  const url = textOf(fields, "generatorURL", path, LONGEST_URL);
  const fingerprint = textOf(fields, "fingerprint", path, LONGEST_FINGERPRINT);
  const startsAt = instantOf(fields, "startsAt", path);
  if (startsAt === undefined) throw invalid([...path, "startsAt"], 'is missing; such as "2026-11-22T05:57:48.256Z"');
  const endsAt = instantOf(fields, "endsAt", path);
  return {
    fingerprint: fingerprint === undefined || fingerprint === "" ? alertFingerprint(labels) : fingerprint,
    startsAt,
    status,
    // What fires has no end yet, whatever the sender thinks of it.
    ...(status === "firing" || endsAt === undefined ? {} : { endsAt }),
    labels,
    annotations: labelsOf(fields, "annotations", path),
    ...(url === undefined || url === "" ? {} : { url }),
  };
}

/** Alertmanager before 0.5 sent a number; who sends none has its group labels for a key. */
function keyOf(fields: Fields, groupLabels: Readonly<Record<string, string>>): string {
  const value = fieldOf(fields, "groupKey");
  if (typeof value === "number") return String(value);
  if (value !== undefined && typeof value !== "string") {
    throw invalid("groupKey", `${show(value)} is neither text nor a number`);
  }
  const key = textOf(fields, "groupKey", [], LONGEST_KEY) ?? "";
  return key === "" ? JSON.stringify(Object.entries(groupLabels).sort(([a], [b]) => (a < b ? -1 : 1))) : key;
}
