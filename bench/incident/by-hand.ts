/** What one would write for one service: a plain object and a switch, and a loop that sums. */

export interface PlainIncident {
  readonly title: string;
  readonly severity: string;
  readonly status: string;
  readonly services: readonly string[];
  readonly startedAt: number;
  readonly detectedAt: number;
  readonly declaredAt: number;
  readonly acknowledgedAt: number | undefined;
  readonly resolvedAt: number | undefined;
  readonly visits: readonly { readonly status: string; readonly enteredAt: number; readonly leftAt?: number }[];
  readonly severities: readonly { readonly severity: string; readonly since: number }[];
  readonly roles: Readonly<Record<string, { readonly person: string; readonly since: number }>>;
  readonly version: number;
}

export type PlainEvent = { readonly at: number; readonly by: string } & (
  | {
      readonly type: "created";
      readonly title: string;
      readonly severity: string;
      readonly services: readonly string[];
      readonly startedAt: number;
      readonly detectedAt: number;
    }
  | { readonly type: "acknowledged" | "resolved" | "reopened" | "updated" }
  | { readonly type: "status_changed" | "severity_changed"; readonly to: string }
  | { readonly type: "role_assumed"; readonly role: string; readonly person: string }
);

const NEXT: Readonly<Record<string, readonly string[]>> = {
  investigating: ["identified", "monitoring", "resolved"],
  identified: ["investigating", "monitoring", "resolved"],
  monitoring: ["investigating", "identified", "resolved"],
  resolved: ["investigating"],
};

function enter(incident: PlainIncident, status: string, at: number) {
  if (NEXT[incident.status]?.includes(status) !== true) throw new Error(`${incident.status} to ${status}`);
  const last = incident.visits.at(-1);
  if (last === undefined || at < last.enteredAt) throw new Error("too early");
  return { status, visits: [...incident.visits.slice(0, -1), { ...last, leftAt: at }, { status, enteredAt: at }] };
}

/** The same work as the machine's on these events: new objects, visits with their times, edges and times checked. */
export function changed(incident: PlainIncident | undefined, event: PlainEvent): PlainIncident {
  const { at } = event;
  if (event.type === "created") {
    const { title, severity, services, startedAt, detectedAt } = event;
    if (startedAt > detectedAt || detectedAt > at) throw new Error("times");
    const times = { startedAt, detectedAt, declaredAt: at, acknowledgedAt: undefined, resolvedAt: undefined };
    const visits = [{ status: "investigating", enteredAt: at }];
    const severities = [{ severity, since: at }];
    return { title, severity, services, status: "investigating", ...times, visits, severities, roles: {}, version: 1 };
  }
  if (incident === undefined) throw new Error("not created");
  const version = incident.version + 1;
  switch (event.type) {
    case "acknowledged":
      if (incident.status === "resolved" || at < incident.detectedAt) throw new Error("acknowledged");
      return { ...incident, acknowledgedAt: incident.acknowledgedAt ?? at, version };
    case "status_changed":
      return { ...incident, ...enter(incident, event.to, at), version };
    case "resolved":
      return { ...incident, ...enter(incident, "resolved", at), resolvedAt: at, version };
    case "reopened":
      return { ...incident, ...enter(incident, "investigating", at), resolvedAt: undefined, version };
    case "severity_changed": {
      if (event.to === incident.severity) throw new Error("the same");
      const severities = [...incident.severities, { severity: event.to, since: at }];
      return { ...incident, severity: event.to, severities, version };
    }
    case "role_assumed": {
      if (incident.roles[event.role] !== undefined) throw new Error("taken");
      return { ...incident, roles: { ...incident.roles, [event.role]: { person: event.person, since: at } }, version };
    }
    case "updated":
      return { ...incident, version };
  }
}

interface Measured {
  readonly severity: string;
  readonly services: readonly string[];
  readonly startedAt: number;
  readonly detectedAt: number;
  readonly acknowledgedAt: number;
  readonly resolvedAt: number;
}

/** One pass over complete records; no missing times, no contradictions, no reopening, no window's edge. */
export function figuresByHand(incidents: readonly Measured[]): unknown {
  const durations: [number[], number[], number[], number[]] = [[], [], [], []];
  const severities = new Map<string, { count: number; totalMs: number }>();
  const services = new Map<string, { count: number; totalMs: number; failures: (readonly [number, number])[] }>();
  for (const { severity, services: of, startedAt, detectedAt, acknowledgedAt, resolvedAt } of incidents) {
    durations[0].push(detectedAt - startedAt);
    durations[1].push(acknowledgedAt - detectedAt);
    durations[2].push(resolvedAt - startedAt);
    let grade = severities.get(severity);
    if (grade === undefined) severities.set(severity, (grade = { count: 0, totalMs: 0 }));
    grade.count += 1;
    grade.totalMs += resolvedAt - startedAt;
    for (const name of of) {
      let service = services.get(name);
      if (service === undefined) services.set(name, (service = { count: 0, totalMs: 0, failures: [] }));
      service.count += 1;
      service.totalMs += resolvedAt - startedAt;
      service.failures.push([startedAt, resolvedAt]);
    }
  }
  for (const { failures } of services.values()) {
    failures.sort((a, b) => a[0] - b[0]);
    let reached = Infinity;
    for (const [start, end] of failures) {
      if (start >= reached) durations[3].push(start - reached);
      reached = reached === Infinity ? end : Math.max(reached, end);
    }
  }
  return { figures: durations.map(figures), severities, services };
}

function figures(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = (sorted.length - 1) * share;
    const lower = sorted[Math.floor(place)] ?? NaN;
    return Math.round(lower + ((sorted[Math.ceil(place)] ?? NaN) - lower) * (place % 1));
  };
  const mean = Math.round(sorted.reduce((sum, value) => sum + value, 0) / sorted.length);
  return [sorted.length, mean, at(0.5), at(0.9), at(0.95), at(0.99), sorted[0], sorted.at(-1)];
}
