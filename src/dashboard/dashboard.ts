/** The room's face: how services stand, as a snapshot, as a page that stays, and as a page that lives. */
import { invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import type { ServiceStatus, StatusQuestion, StatusTeller } from "../status/model.ts";

import { DashboardFeed } from "./feed/feed.ts";
import { pageHtml } from "./html.ts";
import type { DashboardSnapshot, DashboardSteps } from "./model.ts";
import { packed } from "./packing.ts";
import { type DashboardSettings, readOptions, type SloDashboardOptions } from "./options.ts";
import { Snapshots } from "./snapshots.ts";

/**
 * Shows how services stand: `generateHtml()` makes one page that asks for nothing, with charts and all that is known, to be kept or
 * sent; a `dashboardHandler` (`nines/express` and its like) serves a page that is told what changes.
 *
 * What sources fail with is a sentence on the page; what is known without them is shown.
 *
 * @throws {@link ConfigurationError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { Reliability, SloDashboard } from "nines";
 *
 * const reliability = await Reliability.open({
 *   document: { service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } } },
 * });
 * const dashboard = new SloDashboard({ statuses: reliability, title: "The shop" });
 * const html = await dashboard.generateHtml();
 * if (!html.includes("<title>The shop</title>") || html.includes("http-equiv=\"refresh\"")) throw new Error(html);
 * dashboard.close();
 * await reliability.close();
 * ```
 */
export class SloDashboard implements StatusTeller {
  /** Tells readers of live pages what changes. */
  readonly feed: DashboardFeed;
  readonly #settings: DashboardSettings;
  readonly #snapshots: Snapshots;

  constructor(options: SloDashboardOptions) {
    this.#settings = readOptions(options);
    const { refreshSeconds, clock, logger, timeoutMs } = this.#settings;
    this.#snapshots = new Snapshots(this.#settings);
    // A snapshot asks in three rounds at most, and each of them may take as long as a source may.
    const snapshotMs = Math.max(30_000, 3 * timeoutMs + 5_000);
    this.feed = new DashboardFeed({ source: this, refreshSeconds, clock, logger, timeoutMs: snapshotMs });
  }

  /**
   * How one service stands, over each SLO's own window or the one that is asked for.
   *
   * @throws {@link ConfigurationError} if there is no such service, or the window is none
   */
  async getSloStatus(service: string, question: StatusQuestion = {}): Promise<ServiceStatus> {
    return this.#settings.statuses.getSloStatus(service, question);
  }

  /**
   * All that is shown, as plain JSON: of these services, of all of them unless told.
   *
   * @throws {@link ConfigurationError} if there is no such service
   */
  async snapshot({
    services,
    signal,
  }: { readonly services?: readonly string[]; readonly signal?: AbortSignal } = {}): Promise<DashboardSnapshot> {
    return this.#snapshots.take(this.#named(services), signal);
  }

  /** How one SLO went, of which a snapshot of very many has nothing. @throws {@link ConfigurationError} if there is no such SLO */
  async past(id: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<readonly DashboardSteps[]> {
    return this.#snapshots.pastOf(id, signal);
  }

  /**
   * A page that stays as it is, of these services, of all of them unless told: one document, with its script, its style and its data.
   *
   * @throws {@link ConfigurationError} if there is no such service
   */
  async generateHtml(services?: readonly string[], options: { readonly signal?: AbortSignal } = {}): Promise<string> {
    const snapshot = await this.snapshot({ ...options, ...(services === undefined ? {} : { services }) });
    return pageHtml({ title: this.#settings.title, snapshot: await packed(snapshot) }, snapshot.services);
  }

  /** A page that asks for its data at `url`, relative to itself; the same for every reader. */
  livePage(url: string = "?events"): string {
    const { title, refreshSeconds } = this.#settings;
    return pageHtml({ title, live: { url, refreshSeconds } });
  }

  /** Ends all that is read live, and what goes on in the background. */
  close(): void {
    this.feed.close();
    this.#snapshots.close();
  }

  #named(services: readonly string[] | undefined): readonly string[] {
    const all = this.#settings.statuses.services;
    if (services === undefined) return all;
    const given: unknown = services;
    if (!Array.isArray(given)) throw invalid("services", `${show(services)} is not a list of names`);
    services.forEach((name: unknown, index) => {
      if (typeof name === "string" && all.includes(name)) return;
      throw invalid(["services", index], `${show(name)} is no service here${choices(name, all.slice(0, 20))}`);
    });
    return [...new Set(services)];
  }
}
