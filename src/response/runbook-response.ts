/** Runs the runbooks that alerts ask for, each request once, and moves the incident on when one has helped. */
import { isReliabilityError, show } from "../core/errors.ts";
import { cut } from "../core/cut.ts";
import { durationText } from "../core/duration-text.ts";
import { Turns } from "../core/turns.ts";
import type { IncidentOccurrence } from "../incident/events.ts";
import type { IncidentManager } from "../incident/manager.ts";
import type { Incident } from "../incident/model.ts";
import type { Logger } from "../ports/logger.ts";
import type { CallOptions } from "../ports/store.ts";
import type { RunbookExecutor } from "../runbook/executor.ts";
import type { RunbookRun } from "../runbook/run.ts";

import { labelOf } from "./alerts.ts";
import { openRequests, outcomeNote, type RunbookRequest } from "./runbook-requests.ts";

/** What runs runbooks: a {@link RunbookExecutor}. */
export type ResponseRunbooks = Pick<RunbookExecutor, "runbookFor" | "startRunbook">;

/** What can follow when a runbook has succeeded. */
export type AfterRunbook = "monitoring" | "nothing";

/** What a {@link RunbookResponse} works with. */
export interface RunbookResponseOptions {
  readonly incidents: Pick<IncidentManager, "get" | "timeline" | "apply">;
  readonly runbooks: ResponseRunbooks;
  readonly by: string;
  readonly after: AfterRunbook;
  /** As for `executeRunbook`. */
  readonly dryRun: boolean | undefined;
  /** How often the runbook of one alert is run for one incident. */
  readonly maxRuns: number;
  readonly logger: Logger;
}

const LONGEST_MESSAGE = 10_000;
const MOST_TRIES = 100;
const MOST_REMEMBERED = 100_000;

/** Attends to the requests in the timelines of incidents. Any process may, any number of times. */
export class RunbookResponse {
  readonly #options: RunbookResponseOptions;
  readonly #turns = new Turns();
  /** Versions of incidents in which nothing was asked for that is not done or under way. */
  readonly #quiet = new Map<string, number>();
  /** Requests that this process has begun, by their keys. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: RunbookResponseOptions) {
    this.#options = options;
  }

  /** The same for one of a list: not looked at again as long as nothing happens to it. */
  async attendListed(
    { id, version }: { readonly id: string; readonly version: number },
    call: CallOptions,
  ): Promise<void> {
    if (this.#quiet.get(id) !== version) await this.attend(id, call);
  }

  /**
   * Begins what is asked for in the timeline of `id`, and of those that were merged into it, and was not begun. Never rejects:
   * what failed is logged, and tried again.
   */
  async attend(id: string, call: CallOptions = {}): Promise<void> {
    const { incidents, logger } = this.#options;
    await this.#turns.take(id, async () => {
      try {
        const incident = await incidents.get(id, call);
        // What fires goes on in the other one.
        if (incident.mergedInto !== undefined) return;
        const merged = incident.links.filter(({ kind }) => kind === "merged_from").map((link) => link.incident);
        let isQuiet = true;
        for (const source of [id, ...merged]) {
          for (const request of openRequests(source, await incidents.timeline(source, call))) {
            isQuiet = false;
            if (!this.#running.has(request.key)) await this.#begin({ incident, source, request });
          }
        }
        if (!isQuiet) return;
        if (this.#quiet.size >= MOST_REMEMBERED) this.#quiet.clear();
        this.#quiet.set(id, incident.version);
      } catch (error) {
        const about = { incident: id, ...reported(error) };
        logger.error("the runbooks of an incident could not be looked after; it is tried again", about);
      }
    });
  }

  /** Resolves when all that has begun here is through. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async #begin(asked: Asked): Promise<void> {
    const { runbooks, by, dryRun, maxRuns, logger } = this.#options;
    const { incident, request } = asked;
    const { alert, alertKey, key, before } = request;
    const notRun = (why: string): Promise<void> => {
      return this.#conclude(asked, `The runbook for ${alert} was not run: ${why}`);
    };
    if (incident.status === "resolved") return notRun("it was over before");
    const fires = [...incident.alerts.values()].some(({ status, labels }) => {
      return status === "firing" && labelOf(labels, "alertname") === alert;
    });
    if (!fires) return notRun("the alert was over before");
    if (before >= maxRuns) return notRun(`it ran ${String(before)} times already`);
    if (runbooks.runbookFor(alert) === undefined) return notRun("it is not registered any more");
    const { labels = {}, annotations = {} } = incident.alerts.get(alertKey) ?? {};
    const context = { by, labels, annotations, incident, key, ...(dryRun === undefined ? {} : { dryRun }) };
    try {
      const { ended } = await runbooks.startRunbook(alert, context);
      const running = ended
        .then((run) => this.#ended(asked, run))
        .catch((error: unknown) => {
          const about = { incident: incident.id, alert, ...reported(error) };
          logger.error("what came of a runbook is not known or not written down; it is looked after again", about);
        })
        .finally(() => {
          this.#running.delete(key);
        });
      this.#running.set(key, running);
    } catch (error) {
      if (isReliabilityError(error) && error.code === "conflict") {
        logger.warn("a runbook waits for another run", { incident: incident.id, alert, ...reported(error) });
        return;
      }
      if (isReliabilityError(error) && error.code === "configuration") return notRun(error.message);
      throw error;
    }
  }

  async #ended(asked: Asked, run: RunbookRun): Promise<void> {
    const took = durationText(Math.max(0, Math.round((run.endedAt ?? run.startedAt) - run.startedAt)));
    const why = run.reason === undefined ? "" : `: ${run.reason}`;
    const dry = run.isDry ? ", some of it only dry" : "";
    const how = run.status === "cancelled" ? "was cancelled" : run.status;
    const message = `Runbook ${run.runbook} (${run.id}) ${how} after ${took}${dry}${why}`;
    await this.#conclude(asked, message, run);
  }

  /** Writes down what came of a request, once, and moves the incident on when a run has helped, in one commit. */
  async #conclude({ incident: { id }, source, request }: Asked, message: string, run?: RunbookRun): Promise<void> {
    const { incidents, by, after } = this.#options;
    const hasHelped = run?.status === "succeeded" && !run.isDry && after === "monitoring";
    const moved = `runbook ${run?.runbook ?? ""} succeeded`;
    for (let tried = 1; ; tried += 1) {
      const timeline = await incidents.timeline(source);
      if (!openRequests(source, timeline).some(({ key }) => key === request.key)) return;
      // The incident that it was merged into is moved before: if that is not kept, neither is the note.
      if (hasHelped && source !== id) await incidents.apply(id, { by }, ({ status }) => movedOn(status, moved));
      try {
        await incidents.apply(source, { by, expectedVersion: timeline.length }, ({ status }) => [
          outcomeNote(request, cut(message, LONGEST_MESSAGE), run?.id),
          ...(hasHelped && source === id ? movedOn(status, moved) : []),
        ]);
        return;
      } catch (error) {
        // Something happened in between: maybe this.
        if (!isReliabilityError(error) || error.code !== "conflict" || tried >= MOST_TRIES) throw error;
      }
    }
  }
}

/** A request, with the incident that it is for: the one that asked, or the one into which that was merged. */
interface Asked {
  readonly incident: Incident;
  /** Id of the incident in whose timeline the request stands. */
  readonly source: string;
  readonly request: RunbookRequest;
}

function movedOn(status: Incident["status"], message: string): readonly IncidentOccurrence[] {
  const isBefore = status === "investigating" || status === "identified";
  return isBefore ? [{ type: "status_changed", to: "monitoring", message }] : [];
}

/** For a log line; a foreign message may hold anything. */
function reported(error: unknown): Readonly<Record<string, unknown>> {
  if (isReliabilityError(error)) return { code: error.code, why: error.message };
  return { error: error instanceof Error ? error.name : show(error) };
}
