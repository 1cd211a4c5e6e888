/** Ends runs that wait for somebody's approval though what they were to repair is over: they would keep others from their turn. */
import { isReliabilityError } from "../core/errors.ts";
import { reportOfThrown } from "../core/thrown.ts";
import type { IncidentManager } from "../incident/manager.ts";
import type { Incident } from "../incident/model.ts";
import type { Logger } from "../ports/logger.ts";
import type { CallOptions } from "../ports/store.ts";
import type { ListedRun, RunbookExecutor } from "../runbook/executor/executor.ts";
import type { RunbookRun } from "../runbook/run.ts";

import { labelOf } from "./alerts/alerts.ts";
import { requestsFor, type RepairOf, wasAsked } from "./runbook-requests.ts";

/** What is looked after. */
export interface RunbookReleasesOptions {
  readonly incidents: Pick<IncidentManager, "get" | "timeline" | "apply">;
  readonly runbooks: Partial<Pick<RunbookExecutor, "get" | "list" | "cancel">>;
  /** Runs of others are let alone. */
  readonly by: string;
  readonly repairOf: RepairOf;
  readonly logger: Logger;
  /** Begins what an incident asks for, later: it may be this one's turn now. */
  readonly attendLater: (id: string) => void;
}

/** A run, as far as it must be known. */
type HeldRun = Pick<RunbookRun, "id" | "alert" | "by" | "incident">;

const MOST_MERGES = 50;

/** Looks for such runs, and ends them. */
export class RunbookReleases {
  readonly #options: RunbookReleasesOptions;

  constructor(options: RunbookReleasesOptions) {
    this.#options = options;
  }

  /** Ends all that there are. Never rejects: what failed is logged, and tried the next time. */
  async look(call: CallOptions): Promise<void> {
    const { runbooks, logger } = this.#options;
    if (runbooks.list === undefined) return;
    try {
      const waiting: ListedRun[] = [];
      for await (const run of runbooks.list({ open: true, ...call })) if (run.waiting.length > 0) waiting.push(run);
      for (const run of waiting) await this.#end(run, call);
    } catch (error) {
      logger.error("runs that wait for nothing could not be looked for; it is tried again", reportOfThrown(error));
    }
  }

  /** A run that is in the way; undefined if nobody can tell. */
  async runOf(id: string): Promise<RunbookRun | undefined> {
    try {
      return await this.#options.runbooks.get?.(id);
    } catch {
      return undefined;
    }
  }

  /** Ends this one if it waits for an approval that is not needed any more. */
  async release(run: RunbookRun): Promise<void> {
    if (run.steps.some(({ status }) => status === "waiting")) await this.#end(run, {});
  }

  async #end(run: HeldRun, call: CallOptions): Promise<void> {
    const { incidents, runbooks, by, logger } = this.#options;
    // Whoever has it run himself knows what he does.
    if (run.incident === undefined || run.by !== by || runbooks.cancel === undefined) return;
    try {
      const incident = await incidents.get(run.incident, call);
      if (incident.status !== "resolved") return;
      const { mergedInto } = incident;
      const why = mergedInto === undefined ? "is resolved" : `was merged into ${mergedInto}`;
      // Asked for there first: if this process dies in between, nothing is lost.
      const goesOnIn = mergedInto === undefined ? undefined : await this.#askAgain(run, incident, call);
      await runbooks.cancel(run.id, { by, reason: `${incident.id} ${why}`, ...call });
      if (goesOnIn !== undefined) this.#options.attendLater(goesOnIn);
    } catch (error) {
      // It has ended meanwhile, or something happened in between: it is looked at again the next time.
      const isOver = isReliabilityError(error) && (error.code === "illegal_transition" || error.code === "conflict");
      if (!isOver)
        logger.error("a run that waits for nothing could not be ended", { run: run.id, ...reportOfThrown(error) });
    }
  }

  /** What still fires goes on in the incident into which the other one was merged, and the repair with it. */
  async #askAgain({ alert: name }: HeldRun, merged: Incident, call: CallOptions): Promise<string | undefined> {
    const { incidents, by, repairOf } = this.#options;
    let target = merged;
    for (let merges = 0; target.mergedInto !== undefined && merges < MOST_MERGES; merges += 1) {
      target = await incidents.get(target.mergedInto, call);
    }
    const fires = [...target.alerts].find(([, { status, labels }]) => {
      return status === "firing" && labelOf(labels, "alertname") === name;
    });
    if (target.status === "resolved" || fires === undefined) return undefined;
    const [key, alert] = fires;
    const timeline = await incidents.timeline(target.id, call);
    const asked = requestsFor([{ ...alert, key }], [], repairOf).filter((request) => !wasAsked(request, timeline));
    if (asked.length > 0) {
      await incidents.apply(target.id, { by, expectedVersion: timeline.length, ...call }, () => asked);
    }
    return target.id;
  }
}
