/** Alerts in the simplest form, of scripts and of monitors without an Alertmanager. */
import { invalid } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";

import { alertFingerprint } from "./fingerprint.ts";
import { ALERT_STATUSES } from "./message.ts";
import { choiceOf, type Fields, fieldsOf, instantOf, labelsOf, textOf } from "./fields.ts";
import type { AlertGroup, ReceivedAlert } from "./alerts.ts";

/**
 * One alert, said plainly. The same labels are the same alert, which fires until it is resolved; with `startsAt`, a
 * delivery that comes twice or late is told from a new one.
 */
export interface PlainAlert {
  /** What is wrong, 1 to 200 characters; becomes the label `alertname`. */
  readonly name: string;
  /** `firing` unless told. */
  readonly status?: "firing" | "resolved";
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** When it began: epoch milliseconds, or text such as `2026-11-22T05:57:48Z`. */
  readonly startsAt?: number | string;
  /** When it ended. */
  readonly endsAt?: number | string;
  /** What belongs together; each alert by itself unless told. */
  readonly group?: string;
  /** Where it can be looked at. */
  readonly url?: string;
}

const LONGEST_NAME = 200;
const LONGEST_URL = 20_000;

/** Reads one plain alert. */
export function plainGroup(value: unknown, path: Path = []): AlertGroup {
  const fields: Fields = fieldsOf(value, path);
  const name = textOf(fields, "name", path, LONGEST_NAME)?.trim() ?? "";
  const own = labelsOf(fields, "labels", path);
  const labels = name === "" ? own : { alertname: name, ...own };
  if (Object.keys(labels).length === 0) {
    throw invalid([...path, "name"], "is missing; write what is wrong, such as DiskFull, or send a list of alerts");
  }
  const alert = plainAlert(fields, labels, path);
  const group = textOf(fields, "group", path, LONGEST_NAME);
  const key = group === undefined || group === "" ? alert.fingerprint : `group ${group}`;
  return { source: "plain", key, receiver: "", labels, truncated: 0, alerts: [alert] };
}

function plainAlert(fields: Fields, labels: Readonly<Record<string, string>>, path: Path): ReceivedAlert {
  const status = choiceOf(fields, "status", path, ALERT_STATUSES) ?? "firing";
  const endsAt = instantOf(fields, "endsAt", path);
  const url = textOf(fields, "url", path, LONGEST_URL);
  return {
    fingerprint: alertFingerprint(labels),
    startsAt: instantOf(fields, "startsAt", path),
    status,
    ...(status === "firing" || endsAt === undefined ? {} : { endsAt }),
    labels,
    annotations: labelsOf(fields, "annotations", path),
    ...(url === undefined || url === "" ? {} : { url }),
  };
}
