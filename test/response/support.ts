import { readFileSync } from "node:fs";
import { join } from "node:path";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { AutomatedResponse, type AutomatedResponseOptions } from "../../src/response/automated-response.ts";
import { ROOT } from "../support/spawn.ts";

export const AT: number = Date.UTC(2026, 10, 22, 10);
export const MINUTE = 60_000;

/** A body that an Alertmanager sent. */
export function recorded(name: string): string {
  return readFileSync(join(ROOT, "test", "data", "alertmanager", `alertmanager-${name}.json`), "utf8");
}

export function responding(options: Partial<AutomatedResponseOptions> = {}) {
  const clock = new ManualClock(AT);
  const store = new MemoryIncidentStore();
  const incidents = new IncidentManager({ clock, store });
  return { clock, store, incidents, response: new AutomatedResponse({ incidents, clock, ...options }) };
}

export interface SentAlert {
  readonly instance?: string;
  readonly status?: "firing" | "resolved";
  /** Minutes after {@link AT}. */
  readonly start?: number;
  readonly end?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A message of Alertmanager. */
export function message(alerts: readonly SentAlert[], more: Readonly<Record<string, unknown>> = {}) {
  const iso = (minutes: number): string => new Date(AT + minutes * MINUTE).toISOString();
  return {
    version: "4",
    groupKey: '{}:{alertname="Slow"}',
    truncatedAlerts: 0,
    status: alerts.some(({ status }) => status !== "resolved") ? "firing" : "resolved",
    receiver: "hook",
    groupLabels: { alertname: "Slow" },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://alertmanager",
    alerts: alerts.map(({ instance = "a", status = "firing", start = -1, end = 0, labels = {}, annotations = {} }) => ({
      status,
      labels: { alertname: "Slow", service: "shop", severity: "page", instance, ...labels },
      annotations,
      startsAt: iso(start),
      endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : iso(end),
      generatorURL: "http://prometheus/graph",
    })),
    ...more,
  };
}
