/** Tells everyone, by an incident on a Statuspage. */
import { cut } from "../../core/cut.ts";
import { invalid } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { Notification, NotifiedIncident, Notifier } from "../../ports/notifier.ts";
import type { CallOptions } from "../../ports/store.ts";
import { HttpCaller } from "../http/caller.ts";
import { httpUrl, inPath, secret, shortText } from "../http/settings.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";

import { findPageIncident, type PageIncident } from "./page-incident.ts";

export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";

/** What can be told to a {@link StatuspageNotifier}. */
export interface StatuspageOptions {
  /** Id of the page. */
  readonly pageId: string;
  readonly apiKey: string;
  /** What everyone reads as the incident's name; its title unless told. */
  readonly name?: (incident: NotifiedIncident) => string;
  /** Put before our incident's id where it is kept on the page: tells apart the deployments that share one. */
  readonly keyPrefix?: string;
  /** `https://api.statuspage.io` unless told. */
  readonly baseUrl?: string;
  readonly fetch?: HttpFetch;
}

const IMPACTS = { SEV1: "critical", SEV2: "major", SEV3: "minor", SEV4: "none" } as const;
const OPTIONS: readonly (keyof StatuspageOptions)[] = ["pageId", "apiKey", "name", "keyPrefix", "baseUrl", "fetch"];

/**
 * A {@link Notifier} for a Statuspage: one incident on the page for each of ours, with an update for each message. Which
 * is which is kept in the page's own metadata, and looked up before anything is written. So a process that died between
 * writing and remembering makes no second incident and no second update. Give it rules with `audience: "public"`.
 *
 * `acknowledged`, `escalated` and `approval_requested` are nobody's business out there and passed over. One that is reopened after it was
 * resolved on the page is a new incident there.
 *
 * @example
 * ```ts
 * import { StatuspageNotifier } from "nines/statuspage";
 *
 * const called: string[] = [];
 * const page = new StatuspageNotifier({
 *   pageId: "abc123",
 *   apiKey: "0123-4567",
 *   name: ({ services }) => `Problems with ${services.join(", ")}`,
 *   fetch: async (url, { method }) => {
 *     called.push(`${method} ${new URL(url).pathname}`);
 *     return new Response(method === "GET" ? "[]" : "{}");
 *   },
 * });
 * const incident = {
 *   id: "INC-0001", title: "checkout fails", severity: "SEV1", status: "investigating",
 *   services: ["checkout"], startedAt: 0, labels: {},
 * } as const;
 * await page.notify({ idempotencyKey: "INC-0001/1/page", kind: "opened", at: 0, message: "We look into it", incident });
 * if (called[1] !== "POST /v1/pages/abc123/incidents") throw new Error(called.join());
 * ```
 */
export class StatuspageNotifier implements Notifier {
  readonly #caller: HttpCaller;
  readonly #name: (incident: NotifiedIncident) => string;
  readonly #keyPrefix: string;
  readonly #path: string;

  constructor(options: StatuspageOptions) {
    checkOptions(options, "StatuspageNotifier", OPTIONS);
    const {
      name = (incident: NotifiedIncident): string => incident.title,
      keyPrefix,
      baseUrl = "https://api.statuspage.io",
      fetch,
    } = options;
    if (typeof name !== "function") throw invalid("name", "must be a function of the incident");
    this.#name = name;
    this.#keyPrefix = keyPrefix === undefined ? "" : shortText("keyPrefix", keyPrefix, 100);
    this.#path = `/v1/pages/${inPath(shortText("pageId", options.pageId, 100))}/incidents`;
    this.#caller = new HttpCaller({
      adapter: "statuspage",
      baseUrl: httpUrl("baseUrl", baseUrl),
      fetch,
      headers: { authorization: `OAuth ${secret("apiKey", options.apiKey)}` },
    });
  }

  async notify(notification: Notification, { signal }: CallOptions = {}): Promise<void> {
    const { kind, incident, idempotencyKey } = notification;
    if (kind === "acknowledged" || kind === "escalated" || kind === "approval_requested") return;
    const key = this.#keyPrefix + incident.id;
    const found = await findPageIncident(this.#caller, { path: this.#path, key, signal });
    if (found === undefined) {
      // Nothing to resolve: it was done by the attempt before, or by somebody on the page.
      if (incident.status === "resolved") return;
      await this.#write(notification, undefined, signal);
    } else if (found.last !== idempotencyKey) {
      await this.#write(notification, found, signal);
    }
  }

  async #write(
    { incident, message, idempotencyKey }: Notification,
    found: PageIncident | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const body = cut(message, 25_000);
    const metadata = { nines: { incident: this.#keyPrefix + incident.id, last: idempotencyKey } };
    const common = { status: incident.status, body, impact_override: IMPACTS[incident.severity], metadata };
    const name = cut(this.#name(incident), 200);
    await this.#caller.call(
      found === undefined
        ? { operation: "create an incident", path: this.#path, json: { incident: { name, ...common } }, signal }
        : {
            operation: "update an incident",
            method: "PATCH",
            path: `${this.#path}/${inPath(found.id)}`,
            json: { incident: common },
            signal,
          },
    );
  }
}
