/** Pages people by PagerDuty's Events API v2. */
import { cut } from "../../core/cut.ts";
import { checkOptions } from "../../core/options.ts";
import type { Notification, NotifiedIncident, Notifier } from "../../ports/notifier.ts";
import type { CallOptions } from "../../ports/store.ts";
import { HttpCaller } from "../http/caller.ts";
import { headline, isoTime, labelEntries, runbookUrl, servicesText } from "../http/incident-fields.ts";
import { httpUrl, secret, shortText } from "../http/settings.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";

export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";

/** What can be told to a {@link PagerDutyNotifier}. */
export interface PagerDutyOptions {
  /** The integration key of a PagerDuty service (Events API v2). */
  readonly routingKey: string;
  /** What is said to be affected; `nines` unless told. */
  readonly source?: string;
  /** Put before the incident's id in the dedup key: tells apart the deployments that share a routing key. */
  readonly keyPrefix?: string;
  /** `https://events.pagerduty.com` unless told. */
  readonly baseUrl?: string;
  readonly fetch?: HttpFetch;
}

const SEVERITIES = { SEV1: "critical", SEV2: "error", SEV3: "warning", SEV4: "info" } as const;
const OPTIONS: readonly (keyof PagerDutyOptions)[] = ["routingKey", "source", "keyPrefix", "baseUrl", "fetch"];

/**
 * A {@link Notifier} that pages by PagerDuty. The dedup key is the incident's id, so PagerDuty has one incident for each
 * of ours: `opened`, `severity_changed`, `escalated`, `approval_requested` and `reopened` trigger it, `acknowledged` and
 * `resolved` do as they say. `updated` and `status_changed` are passed over: Events v2 has no notes, and a trigger could page.
 *
 * A trigger after a resolve is a new incident at PagerDuty, so one that is reopened pages again. A trigger while it is
 * open pages nobody anew: to escalate to other people, or to wake somebody for an approval, give each a channel with a routing
 * key of its own (and tell that `resolved`, too), or leave it to PagerDuty.
 *
 * @example
 * ```ts
 * import { PagerDutyNotifier } from "nines/pagerduty";
 *
 * const sent: string[] = [];
 * const pager = new PagerDutyNotifier({
 *   routingKey: "0123456789abcdef0123456789abcdef",
 *   fetch: async (_url, { body = "" }) => {
 *     sent.push(body);
 *     return new Response("{}", { status: 202 });
 *   },
 * });
 * const incident = {
 *   id: "INC-0001", title: "checkout fails", severity: "SEV1", status: "investigating",
 *   services: ["checkout"], startedAt: 0, labels: {},
 * } as const;
 * await pager.notify({ idempotencyKey: "INC-0001/1/pager", kind: "opened", at: 0, message: "declared", incident });
 * if (JSON.parse(sent[0] ?? "").payload.severity !== "critical") throw new Error(sent[0]);
 * ```
 */
export class PagerDutyNotifier implements Notifier {
  readonly #caller: HttpCaller;
  readonly #routingKey: string;
  readonly #source: string;
  readonly #keyPrefix: string;

  constructor(options: PagerDutyOptions) {
    checkOptions(options, "PagerDutyNotifier", OPTIONS);
    const { source = "nines", keyPrefix, baseUrl = "https://events.pagerduty.com", fetch } = options;
    this.#routingKey = secret("routingKey", options.routingKey);
    this.#source = shortText("source", source, 255);
    this.#keyPrefix = keyPrefix === undefined ? "" : shortText("keyPrefix", keyPrefix, 100);
    this.#caller = new HttpCaller({ adapter: "pagerduty", baseUrl: httpUrl("baseUrl", baseUrl), fetch });
  }

  async notify(notification: Notification, { signal }: CallOptions = {}): Promise<void> {
    const action = actionFor(notification);
    if (action === undefined) return;
    const { incident } = notification;
    await this.#caller.call({
      operation: `${action} an incident`,
      path: "/v2/enqueue",
      json: {
        routing_key: this.#routingKey,
        event_action: action,
        dedup_key: cut(this.#keyPrefix + incident.id, 255),
        ...(action === "trigger" ? this.#alert(notification) : {}),
      },
      signal,
    });
  }

  #alert({ incident, message, kind, at, recipient, idempotencyKey }: Notification): object {
    const runbook = runbookUrl(incident);
    return {
      payload: {
        summary: headline(incident, 1_024),
        source: this.#source,
        severity: SEVERITIES[incident.severity],
        timestamp: isoTime(at),
        class: kind,
        ...componentOf(incident),
        custom_details: {
          message: cut(message, 10_000),
          status: incident.status,
          services: servicesText(incident, 5_000),
          started_at: isoTime(incident.startedAt),
          ...(recipient === undefined ? {} : { recipient: cut(recipient, 200) }),
          notification: cut(idempotencyKey, 300),
          labels: Object.fromEntries(labelEntries(incident.labels, { count: 50, most: 1_000 })),
        },
      },
      client: this.#source,
      ...(runbook === undefined ? {} : { links: [{ href: runbook, text: "Runbook" }] }),
    };
  }
}

function actionFor({ kind, incident }: Notification): "trigger" | "acknowledge" | "resolve" | undefined {
  if (kind === "acknowledged") return "acknowledge";
  if (kind === "resolved") return "resolve";
  // A trigger after the resolve would page for something that is over.
  if (kind === "updated" || kind === "status_changed" || incident.status === "resolved") return undefined;
  return "trigger";
}

function componentOf({ services: [first] }: NotifiedIncident): { readonly component?: string } {
  return first === undefined ? {} : { component: cut(first, 255) };
}
