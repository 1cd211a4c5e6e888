/** Runs the runbooks that alerts ask for, each request once, and moves the incident on when one has helped. */
import { isReliabilityError, type ReliabilityError } from "../core/errors.ts";
import { cut } from "../core/cut.ts";
import { durationText } from "../core/time/duration-text.ts";
import { Turns } from "../core/turns.ts";
import { reportOfThrown } from "../core/thrown.ts";
import type { IncidentOccurrence } from "../incident/events.ts";
import type { IncidentManager } from "../incident/manager.ts";
import type { Incident } from "../incident/model.ts";
import type { Logger } from "../ports/logger.ts";
import type { CallOptions } from "../ports/store.ts";
import type { RunbookExecutor } from "../runbook/executor/executor.ts";
import type { RunbookRun } from "../runbook/run.ts";

import { labelOf } from "./alerts/alerts.ts";
import { RunbookReleases } from "./runbook-releases.ts";
import { openRequests, outcomeNote, type RepairOf, type RunbookRequest, waitNote } from "./runbook-requests.ts";

/**
 * What runs runbooks: a {@link RunbookExecutor}. Without `get`, `list` and `cancel` a run that waits for an approval goes on waiting
 * though its incident is over.
 */
export type ResponseRunbooks = Pick<RunbookExecutor, "runbookFor" | "startRunbook"> &
  Partial<Pick<RunbookExecutor, "get" | "list" | "cancel">>;

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
  readonly repairOf: RepairOf;
  readonly logger: Logger;
}

const LONGEST_MESSAGE = 10_000;
const MOST_TRIES = 100;
const MOST_REMEMBERED = 100_000;
/** What is waited for where no run is in the way, but all together are too many. */
const NO_PLACE = "a place";

/** Attends to the requests in the timelines of incidents. Any process may, any number of times. */
export class RunbookResponse {
  readonly #options: RunbookResponseOptions;
  readonly #turns = new Turns();
  /** Versions of incidents in which nothing was asked for that is not done or under way. */
  readonly #quiet = new Map<string, number>();
  /** Requests that this process has begun, by their keys. */
  readonly #running = new Map<string, Promise<void>>();
  /** Incidents that wait for runs of this process to end, by those. */
  readonly #waiting = new Map<string, Set<string>>();
  readonly #later = new Set<Promise<void>>();
  readonly #releases: RunbookReleases;

  constructor(options: RunbookResponseOptions) {
    this.#options = options;
    const { incidents, runbooks, by, repairOf, logger } = options;
    const attendLater = (id: string): void => {
      this.#attendLater(id);
    };
    this.#releases = new RunbookReleases({ incidents, runbooks, by, repairOf, logger, attendLater });
  }

  /** Cancels runs that wait for an approval though their incident is over. Never rejects. */
  release(call: CallOptions = {}): Promise<void> {
    return this.#releases.look(call);
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
          const underWay = new Map<string, number>();
          for (const request of openRequests(source, await incidents.timeline(source, call))) {
            const { key, repair } = request;
            isQuiet = false;
            const others = underWay.get(repair) ?? 0;
            const asked = { incident, source, request, before: request.ran + others };
            // What only waits for its turn is no run.
            if (this.#running.has(key) || (await this.#begin(asked))) underWay.set(repair, others + 1);
          }
        }
        if (!isQuiet) return;
        if (this.#quiet.size >= MOST_REMEMBERED) this.#quiet.clear();
        this.#quiet.set(id, incident.version);
      } catch (error) {
        const about = { incident: id, ...reportOfThrown(error) };
        logger.error("the runbooks of an incident could not be looked after; it is tried again", about);
      }
    });
  }

  /** Resolves when all that has begun here is through. */
  async drain(): Promise<void> {
    while (this.#running.size + this.#later.size > 0) await Promise.all([...this.#running.values(), ...this.#later]);
  }

  /** Not waited for: whoever asks may have the turn of this incident himself. */
  #attendLater(id: string): void {
    const attending = this.attend(id).finally(() => {
      this.#later.delete(attending);
    });
    this.#later.add(attending);
  }

  /** Whether a run of it is under way now. */
  async #begin(asked: Asked): Promise<boolean> {
    const { runbooks, by, dryRun, maxRuns, logger } = this.#options;
    const { incident, request, before } = asked;
    const { alert, alertKey, key } = request;
    const notRun = async (why: string): Promise<false> => {
      await this.#conclude(asked, `The runbook for ${alert} was not run: ${why}`);
      return false;
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
      const { run: begun, ended } = await runbooks.startRunbook(alert, context);
      this.#waiting.set(begun.id, this.#waiting.get(begun.id) ?? new Set());
      const running = ended
        .then((run) => this.#ended(asked, run))
        .catch((error: unknown) => {
          const about = { incident: incident.id, alert, ...reportOfThrown(error) };
          if (isReliabilityError(error) && error.code === "conflict") {
            logger.warn("a runbook is left to whoever resumes its run", about);
            return;
          }
          logger.error("what came of a runbook is not known or not written down; it is looked after again", about);
        })
        .finally(async () => {
          const waiting = this.#waiting.get(begun.id) ?? [];
          this.#waiting.delete(begun.id);
          await Promise.all([...waiting].map((id) => this.attend(id)));
          this.#running.delete(key);
        });
      this.#running.set(key, running);
      return true;
    } catch (error) {
      if (isReliabilityError(error) && error.code === "conflict") {
        await this.#wait(asked, error);
        return false;
      }
      if (isReliabilityError(error) && error.code === "configuration") return notRun(error.message);
      throw error;
    }
  }

  /** Writes down, once, for whom a request waits; a run that waits itself for nothing is ended. */
  async #wait(asked: Asked, { message, context }: ReliabilityError): Promise<void> {
    const { incident, source, request } = asked;
    const { alert } = request;
    const holder = typeof context.holder === "string" ? context.holder : undefined;
    if (holder !== undefined) this.#waiting.get(holder)?.add(incident.id);
    const run = holder === undefined ? undefined : await this.#releases.runOf(holder);
    if (request.waitsFor !== (holder ?? NO_PLACE)) {
      const { incidents, by, logger } = this.#options;
      const what = holder === undefined ? `a runbook waits: ${message}` : "a runbook waits for another run";
      logger.warn(what, { incident: incident.id, alert, holder, why: message });
      const whose = run?.incident === incident.id ? "this incident" : (run?.incident ?? "no incident");
      const forWhom =
        holder === undefined ? `: ${message}` : ` for ${holder}${run === undefined ? "" : ` of ${whose}`}`;
      const note = waitNote(
        request,
        cut(`The runbook for ${alert} waits${forWhom}`, LONGEST_MESSAGE),
        holder ?? NO_PLACE,
      );
      await incidents.apply(source, { by }, () => [note]);
    }
    if (run?.endedAt !== undefined) this.#attendLater(incident.id);
    else if (run !== undefined) await this.#releases.release(run);
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
  /** How many runs for the same repair there were, or are under way. */
  readonly before: number;
}

function movedOn(status: Incident["status"], message: string): readonly IncidentOccurrence[] {
  const isBefore = status === "investigating" || status === "identified";
  return isBefore ? [{ type: "status_changed", to: "monitoring", message }] : [];
}
