/** Which alerts belong to one incident. */
import { labelOf, type AlertGroup, type ReceivedAlert } from "../alerts/alerts.ts";

/** The alerts of a message that are of one cause. */
export interface AlertBatch {
  /** Leads to the incident. Names of keys are bounded, so it is a digest. */
  readonly key: string;
  readonly group: AlertGroup;
  /** Labels that all alerts of this cause have. */
  readonly labels: Readonly<Record<string, string>>;
  readonly alerts: readonly ReceivedAlert[];
}

/**
 * Splits `groups` into causes: by the values of the labels `groupBy`, whoever sent them; without it by the SLO, where there is one, so that
 * what several senders tell of it is one cause, and otherwise as the sender grouped them.
 */
export async function batchesOf(
  groups: readonly AlertGroup[],
  groupBy: readonly string[] | undefined,
): Promise<readonly AlertBatch[]> {
  const found = new Map<string, { group: AlertGroup; labels: Record<string, string>; alerts: ReceivedAlert[] }>();
  for (const group of groups) {
    for (const alert of group.alerts) {
      const names = groupBy ?? (hasSlo(alert) && !isTold(group) ? OF_SLO : undefined);
      const values = names?.map((name) => [name, labelOf(alert.labels, name) ?? ""] as const);
      const name = JSON.stringify(values ?? [group.source, group.receiver, group.key]);
      const labels =
        values === undefined ? group.labels : Object.fromEntries(values.filter(([, value]) => value !== ""));
      const batch = found.get(name) ?? { group, labels, alerts: [] };
      batch.alerts.push(alert);
      found.set(name, batch);
    }
  }
  return Promise.all([...found].map(async ([name, batch]) => ({ key: `alerts ${await digest(name)}`, ...batch })));
}

/** An SLO, and where: the same one may be kept in several places. */
const OF_SLO = ["slo", "cluster", "env"];

/** A plain alert may say itself what it belongs to. */
function isTold({ source, key }: AlertGroup): boolean {
  return source === "plain" && key.startsWith("group ");
}

function hasSlo({ labels }: ReceivedAlert): boolean {
  return (labelOf(labels, "slo") ?? "") !== "";
}

/** SHA-256: group keys are as long as their labels, and nobody may choose labels that meet another group. */
async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
