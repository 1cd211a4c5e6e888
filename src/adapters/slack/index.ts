/** Tells a Slack channel by an incoming webhook. */
import { checkOptions } from "../../core/options.ts";
import type { Notification, Notifier } from "../../ports/notifier.ts";
import type { CallOptions } from "../../ports/store.ts";
import { HttpCaller } from "../http/caller.ts";
import { headline, runbookUrl, servicesText } from "../http/incident-fields.ts";
import { httpUrl } from "../http/settings.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";

import { escaped, link, mention } from "./text.ts";

export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";

/** What can be told to a {@link SlackNotifier}. */
export interface SlackOptions {
  /** The incoming webhook's address. It is a secret: who knows it can write to the channel. */
  readonly webhookUrl: string;
  readonly fetch?: HttpFetch;
}

const OPTIONS: readonly (keyof SlackOptions)[] = ["webhookUrl", "fetch"];
const EMOJI = {
  SEV1: ":red_circle:",
  SEV2: ":large_orange_circle:",
  SEV3: ":large_yellow_circle:",
  SEV4: ":white_circle:",
};

/**
 * A {@link Notifier} that writes to the channel of a Slack webhook. A recipient that is the id of a user (`U...`) or a
 * group (`S...`) is mentioned. Slack's webhooks know no idempotency key: a message whose answer was lost is written again.
 *
 * @example
 * ```ts
 * import { SlackNotifier } from "nines/slack";
 *
 * const sent: string[] = [];
 * const room = new SlackNotifier({
 *   webhookUrl: "https://hooks.slack.com/services/T000/B000/XXXX",
 *   fetch: async (_url, { body = "" }) => {
 *     sent.push(body);
 *     return new Response("ok");
 *   },
 * });
 * const incident = {
 *   id: "INC-0001", title: "p99 > 2 s", severity: "SEV2", status: "investigating",
 *   services: ["checkout"], startedAt: 0, labels: {},
 * } as const;
 * await room.notify({ idempotencyKey: "INC-0001/1/room", kind: "opened", at: 0, message: "declared", incident });
 * if (JSON.parse(sent[0] ?? "").text !== "INC-0001 SEV2: p99 &gt; 2 s - declared") throw new Error(sent[0]);
 * ```
 */
export class SlackNotifier implements Notifier {
  readonly #caller: HttpCaller;

  constructor(options: SlackOptions) {
    checkOptions(options, "SlackNotifier", OPTIONS);
    const baseUrl = httpUrl("webhookUrl", options.webhookUrl);
    this.#caller = new HttpCaller({ adapter: "slack", baseUrl, fetch: options.fetch });
  }

  async notify(notification: Notification, { signal }: CallOptions = {}): Promise<void> {
    const operation = "send a message";
    const { text } = await this.#caller.call({ operation, json: slackMessage(notification), signal });
    // Slack says "ok"; the webhooks of its workflows answer with JSON. A proxy's page is neither.
    if (text.trim() !== "ok" && !/^\s*\{\s*"ok"\s*:\s*true\b/.test(text)) {
      throw this.#caller.failure(operation, "it was answered with 2xx, but not by Slack", true);
    }
  }
}

function slackMessage({ incident, message, recipient }: Notification): object {
  const head = headline(incident, 400);
  const whom = recipient === undefined ? "" : `${mention(recipient)} `;
  const icon = incident.status === "resolved" ? ":large_green_circle:" : EMOJI[incident.severity];
  const runbook = runbookUrl(incident);
  const context = [
    `*Status* ${incident.status}`,
    ...(incident.services.length === 0 ? [] : [`*Services* ${escaped(servicesText(incident, 1_000), 1_500)}`]),
    ...(runbook === undefined || runbook.length > 1_000 ? [] : [link(runbook, "Runbook")]),
  ];
  return {
    // Shown where blocks are not: in the notification on a phone.
    text: `${whom}${escaped(head, 1_000)} - ${escaped(message, 2_500)}`,
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: `${icon} ${whom}*${escaped(head, 1_000)}*` } },
      { type: "section", text: { type: "mrkdwn", text: escaped(message, 3_000) } },
      { type: "context", elements: context.map((text) => ({ type: "mrkdwn", text })) },
    ],
  };
}
