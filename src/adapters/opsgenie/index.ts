/** Alerts people by Opsgenie. */
import { cut } from "../../core/cut.ts";
import { checkOptions } from "../../core/options.ts";
import type { Notification, Notifier } from "../../ports/notifier.ts";
import type { CallOptions } from "../../ports/store.ts";
import { HttpCaller } from "../http/caller.ts";
import { headline, isoTime, labelEntries, servicesText } from "../http/incident-fields.ts";
import { httpUrl, inPath, secret, shortText } from "../http/settings.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";

export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";

/** What can be told to an {@link OpsgenieNotifier}. */
export interface OpsgenieOptions {
  /** Key of an API integration. */
  readonly apiKey: string;
  /** What is said to send; `nines` unless told. */
  readonly source?: string;
  /** Put before the incident's id in the alias: tells apart the deployments that share an account. */
  readonly keyPrefix?: string;
  /** `https://api.opsgenie.com` unless told; `https://api.eu.opsgenie.com` in Europe. */
  readonly baseUrl?: string;
  readonly fetch?: HttpFetch;
}

const PRIORITIES = { SEV1: "P1", SEV2: "P2", SEV3: "P3", SEV4: "P4" } as const;
const OPTIONS: readonly (keyof OpsgenieOptions)[] = ["apiKey", "source", "keyPrefix", "baseUrl", "fetch"];

/**
 * A {@link Notifier} that keeps one Opsgenie alert for each incident: its alias is the incident's id. It is created,
 * acknowledged and closed with the incident; another severity is another priority, and what else is told becomes a note.
 * An incident that is reopened is a new alert with the same alias. What is sent twice changes nothing, but for a note.
 *
 * @example
 * ```ts
 * import { OpsgenieNotifier } from "nines/opsgenie";
 *
 * const called: string[] = [];
 * const alerts = new OpsgenieNotifier({
 *   apiKey: "0123-4567",
 *   fetch: async (url) => {
 *     called.push(new URL(url).pathname);
 *     return new Response("{}", { status: 202 });
 *   },
 * });
 * const incident = {
 *   id: "INC-0001", title: "checkout fails", severity: "SEV1", status: "resolved",
 *   services: ["checkout"], startedAt: 0, labels: {},
 * } as const;
 * await alerts.notify({ idempotencyKey: "INC-0001/9/ops", kind: "resolved", at: 0, message: "over", incident });
 * if (called[0] !== "/v2/alerts/INC-0001/close") throw new Error(called[0]);
 * ```
 */
export class OpsgenieNotifier implements Notifier {
  readonly #caller: HttpCaller;
  readonly #source: string;
  readonly #keyPrefix: string;

  constructor(options: OpsgenieOptions) {
    checkOptions(options, "OpsgenieNotifier", OPTIONS);
    const { source = "nines", keyPrefix, baseUrl = "https://api.opsgenie.com", fetch } = options;
    this.#source = shortText("source", source, 100);
    this.#keyPrefix = keyPrefix === undefined ? "" : shortText("keyPrefix", keyPrefix, 100);
    this.#caller = new HttpCaller({
      adapter: "opsgenie",
      baseUrl: httpUrl("baseUrl", baseUrl),
      fetch,
      headers: { authorization: `GenieKey ${secret("apiKey", options.apiKey)}` },
    });
  }

  async notify(notification: Notification, { signal }: CallOptions = {}): Promise<void> {
    const { kind, incident, message } = notification;
    if (kind === "acknowledged" || kind === "resolved") {
      const action = kind === "resolved" ? "close" : "acknowledge";
      await this.#act(notification, action, signal);
      return;
    }
    // The alert is closed by then; a new one would page for something that is over.
    if (incident.status === "resolved") return;
    if (kind === "updated" || kind === "status_changed") {
      await this.#act(notification, "notes", signal);
      return;
    }
    await this.#create(notification, signal);
    if (kind === "severity_changed") {
      // Creating it again leaves an alert that is there as it is.
      const json = { priority: PRIORITIES[incident.severity] };
      const path = this.#path(notification, "priority");
      await this.#caller.call({ operation: "change a priority", method: "PUT", path, json, signal });
    }
    if (kind === "severity_changed" || kind === "escalated" || kind === "approval_requested") {
      await this.#act({ ...notification, message: cut(message, 20_000) }, "notes", signal);
    }
  }

  async #create({ incident, message, recipient }: Notification, signal: AbortSignal | undefined): Promise<void> {
    const details = { incident: incident.id, status: incident.status, started_at: isoTime(incident.startedAt) };
    // All details together may have 8,000 characters.
    const labels = labelEntries(incident.labels, { count: 25, most: 200 });
    await this.#caller.call({
      operation: "create an alert",
      path: "/v2/alerts",
      json: {
        message: headline(incident, 130),
        alias: this.#alias(incident.id),
        description: cut(descriptionOf(incident.runbook, message), 15_000),
        tags: ["incident", incident.severity, ...incident.services.slice(0, 10).map((name) => cut(name, 50))],
        details: { ...Object.fromEntries(labels), ...details },
        entity: servicesText(incident, 512),
        source: this.#source,
        priority: PRIORITIES[incident.severity],
        ...(recipient === undefined ? {} : { responders: [{ type: "user", username: cut(recipient, 100) }] }),
      },
      signal,
    });
  }

  async #act(
    notification: Notification,
    action: "acknowledge" | "close" | "notes",
    signal: AbortSignal | undefined,
  ): Promise<void> {
    await this.#caller.call({
      operation: action === "notes" ? "add a note" : `${action} an alert`,
      path: this.#path(notification, action),
      json: { source: this.#source, note: cut(notification.message, 25_000) },
      signal,
    });
  }

  #path({ incident }: Notification, action: string): string {
    return `/v2/alerts/${inPath(this.#alias(incident.id))}/${action}?identifierType=alias`;
  }

  #alias(id: string): string {
    return cut(this.#keyPrefix + id, 512);
  }
}

function descriptionOf(runbook: string | undefined, message: string): string {
  return runbook === undefined ? message : `${cut(message, 12_000)}\n\nRunbook: ${runbook}`;
}
