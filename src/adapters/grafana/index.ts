/** Marks incidents on Grafana's graphs, as annotations. */
import { cut } from "../../core/cut.ts";
import type { Notification, Notifier } from "../../ports/notifier.ts";
import type { CallOptions } from "../../ports/store.ts";
import type { HttpCaller } from "../http/caller.ts";
import { headline } from "../http/incident-fields.ts";

import { type Annotation, listAnnotations, openRegion } from "./annotations.ts";
import { type GrafanaOptions, readGrafana, shownText } from "./settings.ts";

export type { ChaosAnnotator, ChaosMark, ChaosRegion } from "../../ports/chaos-annotator.ts";
export type { Deployment, DeploymentLog } from "../../ports/deployments.ts";
export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "../../ports/http-fetch.ts";
export { GrafanaChaosAnnotations } from "./chaos.ts";
export { GrafanaDeploymentAnnotations } from "./deployments.ts";
export type { GrafanaOptions } from "./settings.ts";

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
    const { caller, place, tags } = readGrafana(options, "GrafanaNotifier");
    this.#caller = caller;
    this.#place = place;
    this.#tags = tags;
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
    return shownText(`${headline(incident, 400)}\n${cut(message, 2_000)}`);
  }
}
