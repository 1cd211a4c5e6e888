/** Marks incidents on Grafana's graphs, as annotations. */
import { cut } from "../../core/cut.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { Notification, Notifier } from "../../ports/notifier.ts";
import type { CallOptions } from "../../ports/store.ts";
import { HttpCaller } from "../http/caller.ts";
import { headline } from "../http/incident-fields.ts";
import { httpUrl, secret, shortText } from "../http/settings.ts";
import type { HttpFetch } from "../../ports/http-fetch.ts";

import { type Annotation, listAnnotations, openRegion } from "./annotations.ts";

export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";

/** What can be told to a {@link GrafanaNotifier}. */
export interface GrafanaOptions {
  /** Such as `https://grafana.example.com`, with its sub-path if it has one. */
  readonly baseUrl: string;
  /** Of a service account that may read and write annotations. */
  readonly token: string;
  /** Only on this dashboard; on all that ask for the tags unless told. */
  readonly dashboardUid?: string;
  /** Only on this panel of it. */
  readonly panelId?: number;
  /** Tags besides `incident`, the id, the severity and the services, such as the cluster. */
  readonly tags?: readonly string[];
  readonly fetch?: HttpFetch;
}

const OPTIONS: readonly (keyof GrafanaOptions)[] = ["baseUrl", "token", "dashboardUid", "panelId", "tags", "fetch"];

/**
 * A {@link Notifier} that shows an incident on Grafana's graphs: a mark when it opens, which becomes a region when it is
 * resolved, and a mark (tag `incident-event` instead of `incident`) for everything else that it is told. One that is
 * reopened gets a second region. It looks at what is there first, so what is sent twice is drawn once.
 *
 * @example
 * ```ts
 * import { GrafanaNotifier } from "nines/grafana";
 *
 * const called: string[] = [];
 * const graphs = new GrafanaNotifier({
 *   baseUrl: "https://grafana.example.com",
 *   token: "glsa_0123",
 *   fetch: async (_url, { method, body = "" }) => {
 *     called.push(`${method} ${body}`);
 *     return new Response(method === "GET" ? "[]" : "{}");
 *   },
 * });
 * const incident = {
 *   id: "INC-0001", title: "checkout fails", severity: "SEV1", status: "investigating",
 *   services: ["checkout"], startedAt: 1_000, labels: {},
 * } as const;
 * await graphs.notify({ idempotencyKey: "INC-0001/1/graphs", kind: "opened", at: 5_000, message: "declared", incident });
 * if (!called[1]?.includes('"time":1000')) throw new Error(called.join());
 * ```
 */
export class GrafanaNotifier implements Notifier {
  readonly #caller: HttpCaller;
  readonly #place: object;
  readonly #tags: readonly string[];

  constructor(options: GrafanaOptions) {
    checkOptions(options, "GrafanaNotifier", OPTIONS);
    const { dashboardUid, panelId, tags = [], fetch } = options;
    if (panelId !== undefined && !(Number.isSafeInteger(panelId) && panelId >= 0)) {
      throw invalid("panelId", `${show(panelId)} is no id of a panel; write a whole number`);
    }
    if (!Array.isArray(tags)) throw invalid("tags", `${show(tags)} is not a list of tags`);
    this.#tags = tags.map((tag: unknown) => shortText("tags", tag, 100));
    this.#place = {
      ...(dashboardUid === undefined ? {} : { dashboardUID: shortText("dashboardUid", dashboardUid, 40) }),
      ...(panelId === undefined ? {} : { panelId }),
    };
    this.#caller = new HttpCaller({
      adapter: "grafana",
      baseUrl: `${httpUrl("baseUrl", options.baseUrl)}/api/annotations`,
      fetch,
      headers: { authorization: `Bearer ${secret("token", options.token)}` },
    });
  }

  async notify(notification: Notification, { signal }: CallOptions = {}): Promise<void> {
    const drawn = await listAnnotations(this.#caller, notification.incident.id, signal);
    if (notification.kind === "resolved") await this.#close(notification, drawn, signal);
    else await this.#mark(notification, drawn, signal);
  }

  async #mark(
    notification: Notification,
    drawn: readonly Annotation[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { kind, at, incident } = notification;
    const begins = kind === "opened" || kind === "reopened";
    const time = Math.round(kind === "opened" ? incident.startedAt : at);
    const text = this.#text(notification);
    const there = drawn.some((other) => other.time === time && (begins ? other.isRegion : other.text === text));
    if (!there) await this.#post(notification, { time, text }, begins ? "incident" : "incident-event", signal);
  }

  async #close(
    notification: Notification,
    drawn: readonly Annotation[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { incident, at } = notification;
    const timeEnd = Math.round(incident.resolvedAt ?? at);
    const text = this.#text(notification);
    if (drawn.some((other) => other.isRegion && other.timeEnd === timeEnd && other.time < timeEnd)) return;
    const open = openRegion(drawn);
    if (open === undefined) {
      await this.#post(notification, { time: Math.round(incident.startedAt), timeEnd, text }, "incident", signal);
      return;
    }
    const path = `/${String(open.id)}`;
    await this.#caller.call({ operation: "end a region", method: "PATCH", path, json: { timeEnd }, signal });
  }

  async #post(
    { incident }: Notification,
    what: { readonly time: number; readonly timeEnd?: number; readonly text: string },
    mark: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const services = incident.services.slice(0, 20).map((name) => cut(name, 100));
    const tags = [...new Set([mark, incident.id, incident.severity, ...services, ...this.#tags])];
    await this.#caller.call({ operation: "add an annotation", json: { ...this.#place, ...what, tags }, signal });
  }

  #text({ incident, message }: Notification): string {
    // Grafana shows it as HTML, which it cleans; these would only look broken.
    return `${headline(incident, 400)}\n${cut(message, 2_000)}`.replace(
      /[&<>]/g,
      (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[character] as string,
    );
  }
}
