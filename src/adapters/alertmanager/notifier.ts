/** Hands incidents to an Alertmanager, which routes them to people. */
import { cut } from "../../core/cut.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { Notification, Notifier } from "../../ports/notifier.ts";
import type { CallOptions } from "../../ports/store.ts";
import type { HttpCaller } from "../http/caller.ts";
import { headline, isoTime, labelEntries, servicesText } from "../http/incident-fields.ts";

import { alertmanagerCaller, type AlertmanagerAddress } from "./client.ts";

/** What can be told to an {@link AlertmanagerNotifier}. */
export interface AlertmanagerNotifierOptions extends AlertmanagerAddress {
  /** The `alertname`; `Incident` unless told. */
  readonly alertName?: string;
  /** Labels that every alert gets, such as the cluster. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * How long an alert fires if it is never told that it is over, in milliseconds; 7 days unless told. Alertmanager would
   * end it after five minutes by itself.
   */
  readonly firesMs?: number;
}

const OPTIONS: readonly (keyof AlertmanagerNotifierOptions)[] = [
  "baseUrl",
  "token",
  "fetch",
  "alertName",
  "labels",
  "firesMs",
];
const SEVERITIES = ["SEV1", "SEV2", "SEV3", "SEV4"] as const;
const WEEK_MS = 604_800_000;

/**
 * A {@link Notifier} that posts an alert for each incident: labels `alertname`, `incident`, `severity` and those of the
 * incident, annotations `summary`, `description`, `status`, `services` and `runbook_url`. Another severity makes another
 * alert and ends the one before, since a route may look at it. What is sent twice changes nothing.
 *
 * @example
 * ```ts
 * import { AlertmanagerNotifier } from "nines/alertmanager";
 *
 * const sent: string[] = [];
 * const alerts = new AlertmanagerNotifier({
 *   baseUrl: "http://alertmanager:9093",
 *   fetch: async (_url, { body = "" }) => {
 *     sent.push(body);
 *     return new Response("");
 *   },
 * });
 * const incident = {
 *   id: "INC-0001", title: "checkout fails", severity: "SEV1", status: "investigating",
 *   services: ["checkout"], startedAt: 0, labels: { team: "shop" },
 * } as const;
 * await alerts.notify({ idempotencyKey: "INC-0001/1/am", kind: "opened", at: 0, message: "declared", incident });
 * if (JSON.parse(sent[0] ?? "")[0].labels.team !== "shop") throw new Error(sent[0]);
 * ```
 */
export class AlertmanagerNotifier implements Notifier {
  readonly #caller: HttpCaller;
  readonly #alertName: string;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #firesMs: number;

  constructor(options: AlertmanagerNotifierOptions) {
    checkOptions(options, "AlertmanagerNotifier", OPTIONS);
    const { alertName = "Incident", labels = {}, firesMs = WEEK_MS } = options;
    if (!(firesMs > 0 && firesMs <= 100 * WEEK_MS)) {
      throw invalid("firesMs", `${show(firesMs)} is out of range; write milliseconds, up to 100 weeks`);
    }
    for (const name of Object.keys(labels)) {
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) throw invalid(["labels", name], "is no name of a label");
    }
    this.#caller = alertmanagerCaller(options);
    this.#alertName = alertName;
    this.#labels = labels;
    this.#firesMs = firesMs;
  }

  async notify(notification: Notification, { signal }: CallOptions = {}): Promise<void> {
    const { incident, kind } = notification;
    const firing = incident.status !== "resolved";
    const others = SEVERITIES.filter((severity) => severity !== incident.severity);
    // Whichever of them fires, ends; an alert that Alertmanager never saw firing is told to nobody.
    const ending = firing ? (kind === "severity_changed" ? others : []) : SEVERITIES;
    await this.#caller.call({
      operation: "post alerts",
      path: "/alerts",
      json: [
        ...(firing ? [this.#alert(notification, incident.severity, notification.at + this.#firesMs)] : []),
        ...ending.map((severity) => this.#alert(notification, severity, incident.resolvedAt ?? notification.at)),
      ],
      signal,
    });
  }

  #alert({ incident, message }: Notification, severity: string, endsAt: number): object {
    const own = labelEntries(incident.labels, { count: 50, most: 1_000 });
    return {
      labels: {
        ...Object.fromEntries(own.map(([name, value]) => [labelName(name), value])),
        ...this.#labels,
        alertname: this.#alertName,
        incident: incident.id,
        severity,
      },
      annotations: {
        summary: headline(incident, 1_000),
        description: cut(message, 10_000),
        status: incident.status,
        services: servicesText(incident, 5_000),
        ...(incident.runbook === undefined ? {} : { runbook_url: incident.runbook }),
      },
      startsAt: isoTime(incident.startedAt),
      endsAt: isoTime(Math.max(endsAt, incident.startedAt)),
    };
  }
}

function labelName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d)/, "_");
}
