/** What must come of deliveries, told from all of them at once: written without looking at how nines does it. */

/** One alert as one message tells it. */
export interface ToldAlert {
  readonly name: string;
  /** When it began, in minutes. */
  readonly start: number;
  readonly status: "firing" | "resolved";
  readonly summary: string;
}

/** One message that was delivered. */
export interface Delivery {
  readonly group: string;
  readonly alerts: readonly ToldAlert[];
  /** When, in minutes. */
  readonly at: number;
}

/** What one incident must have at the end. */
export interface ExpectedIncident {
  readonly group: string;
  /** `name@start` to status and summary. */
  readonly alerts: ReadonlyMap<string, string>;
  readonly firing: number;
  readonly open: boolean;
  readonly reopened: number;
}

/** Reopens within so many minutes, and resolves at once. */
export function expectedIncidents(deliveries: readonly Delivery[], reopenWithin: number): readonly ExpectedIncident[] {
  const groups = new Set(deliveries.map(({ group }) => group));
  return [...groups].flatMap((group) => {
    return expectedOf(
      group,
      deliveries.filter((delivery) => delivery.group === group),
      reopenWithin,
    );
  });
}

function expectedOf(group: string, deliveries: readonly Delivery[], reopenWithin: number): ExpectedIncident[] {
  const incidents: { alerts: Map<string, string>; over?: number; reopened: number }[] = [];
  // An alert that anybody ever said is over is over for good, in whichever incident that was.
  const everOver = new Set<string>();
  for (const { alerts, at } of deliveries) {
    const told = new Map<string, ToldAlert>();
    for (const alert of alerts) {
      const key = `${alert.name}@${String(alert.start)}`;
      if (told.get(key)?.status !== "resolved" || alert.status === "resolved") told.set(key, alert);
    }
    const current = incidents.at(-1);
    const isLate = (key: string, alert: ToldAlert): boolean =>
      everOver.has(key) && (alert.status === "firing" || current?.alerts.has(key) !== true);
    const fresh = [...told].filter(([key, alert]) => !isLate(key, alert));
    const begins = fresh.some(([key, { status }]) => status === "firing" && current?.alerts.has(key) !== true);
    const wasLong = current?.over !== undefined && at - current.over > reopenWithin;
    if (fresh.length === 0) continue;
    if (current === undefined || (begins && wasLong)) {
      // What is over already is no part of a new incident.
      incidents.push({ alerts: new Map(fresh.filter(([key]) => !everOver.has(key)).map(written)), reopened: 0 });
    } else {
      for (const [key, alert] of fresh) current.alerts.set(...written([key, alert]));
      if (begins && current.over !== undefined) {
        delete current.over;
        current.reopened += 1;
      }
    }
    for (const [key, { status }] of fresh) if (status === "resolved") everOver.add(key);
    const now = incidents.at(-1);
    if (now !== undefined && now.over === undefined && firingIn(now.alerts) === 0) now.over = at;
  }
  return incidents.map(({ alerts, over, reopened }) => ({
    group,
    alerts,
    firing: firingIn(alerts),
    open: over === undefined,
    reopened,
  }));
}

function written([key, { status, summary }]: readonly [string, ToldAlert]): [string, string] {
  return [key, `${status} ${summary}`];
}

function firingIn(alerts: ReadonlyMap<string, string>): number {
  return [...alerts.values()].filter((text) => text.startsWith("firing ")).length;
}
