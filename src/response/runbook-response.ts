/** Runs the runbooks that alerts ask for, each request once, and moves the incident on when one has helped. */
import { isReliabilityError, show } from "../core/errors.ts";
import { cut } from "../core/cut.ts";
import { formatDuration } from "../core/duration.ts";
import { Turns } from "../core/turns.ts";
import type { IncidentManager } from "../incident/manager.ts";
import type { Incident } from "../incident/model.ts";
import type { Logger } from "../ports/logger.ts";
import type { CallOptions } from "../ports/store.ts";
import type { RunbookExecutor } from "../runbook/executor.ts";
import type { RunbookRun } from "../runbook/run.ts";

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

  /** Begins what is asked for in the timeline of `id` and was not begun. Never rejects: what failed is logged, and tried again. */
  async attend(id: string, call: CallOptions = {}): Promise<void> {
    const { incidents, logger } = this.#options;
    await this.#turns.take(id, async () => {
      try {
        const timeline = await incidents.timeline(id, call);
        const open = openRequests({ id }, timeline).filter(({ key }) => !this.#running.has(key));
        if (open.length === 0) {
          if (this.#quiet.size >= MOST_REMEMBERED) this.#quiet.clear();
          this.#quiet.set(id, timeline.length);
          return;
        }
        const incident = await incidents.get(id, call);
        for (const request of open) await this.#begin(incident, request);
      } catch (error) {
        logger.error("the runbooks of an incident could not be looked after; it is tried again", {
          incident: id,
          ...reported(error),
        });
      }
    });
  }

  /** Resolves when all that has begun here is through. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async #begin(incident: Incident, request: RunbookRequest): Promise<void> {
    const { runbooks, by, dryRun, maxRuns, logger } = this.#options;
    const { alert, alertKey, key, before } = request;
    if (incident.status === "resolved")
      return this.#conclude(incident.id, request, `The runbook for ${alert} was not run: it was over before`);
    if (before >= maxRuns) {
      return this.#conclude(
        incident.id,
        request,
        `The runbook for ${alert} was not run again: it ran ${String(before)} times already`,
      );
    }
    if (runbooks.runbookFor(alert) === undefined) {
      return this.#conclude(
        incident.id,
        request,
        `The runbook for ${alert} was not run: it is not registered any more`,
      );
    }
    const { labels = {}, annotations = {} } = incident.alerts.get(alertKey) ?? {};
    const context = { by, labels, annotations, incident, key, ...(dryRun === undefined ? {} : { dryRun }) };
    try {
      const { ended } = await runbooks.startRunbook(alert, context);
      const running = ended
        .then((run) => this.#ended(incident.id, request, run))
        .catch((error: unknown) => {
          logger.error("a runbook was given up; it goes on when its run is resumed", {
            incident: incident.id,
            alert,
            ...reported(error),
          });
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
      if (isReliabilityError(error) && error.code === "configuration") {
        return this.#conclude(incident.id, request, `The runbook for ${alert} was not run: ${error.message}`);
      }
      throw error;
    }
  }

  async #ended(id: string, request: RunbookRequest, run: RunbookRun): Promise<void> {
    const took = formatDuration(Math.max(0, Math.round((run.endedAt ?? run.startedAt) - run.startedAt)));
    const why = run.reason === undefined ? "" : `: ${run.reason}`;
    const dry = run.isDry ? ", some of it only dry" : "";
    const how = run.status === "cancelled" ? "was cancelled" : run.status;
    const message = `Runbook ${run.runbook} (${run.id}) ${how} after ${took}${dry}${why}`;
    const hasHelped = run.status === "succeeded" && !run.isDry && this.#options.after === "monitoring";
    await this.#conclude(id, request, message, hasHelped ? run : undefined, run.id);
  }

  /** Writes down what came of a request, once, and moves the incident on, in one commit. */
  async #conclude(
    id: string,
    request: RunbookRequest,
    message: string,
    helped?: RunbookRun,
    run?: string,
  ): Promise<void> {
    const { incidents, by } = this.#options;
    for (let tried = 1; ; tried += 1) {
      const timeline = await incidents.timeline(id);
      if (!openRequests({ id }, timeline).some(({ key }) => key === request.key)) return;
      try {
        await incidents.apply(id, { by, expectedVersion: timeline.length }, ({ status }) => {
          const note = outcomeNote(request, cut(message, LONGEST_MESSAGE), run);
          if (helped === undefined || (status !== "investigating" && status !== "identified")) return [note];
          return [note, { type: "status_changed", to: "monitoring", message: `runbook ${helped.runbook} succeeded` }];
        });
        return;
      } catch (error) {
        // Something happened in between: maybe this.
        if (!isReliabilityError(error) || error.code !== "conflict" || tried >= MOST_TRIES) throw error;
      }
    }
  }
}

/** For a log line; a foreign message may hold anything. */
function reported(error: unknown): Readonly<Record<string, unknown>> {
  if (isReliabilityError(error)) return { code: error.code, why: error.message };
  return { error: error instanceof Error ? error.name : show(error) };
}
