/** Goes on with escalations when they are due. */
import { checkMethods, checkOptions } from "../../core/options.ts";
import type { IncidentOccurrence } from "../../incident/events.ts";
import type { IncidentManager } from "../../incident/manager.ts";
import type { Incident, PendingEscalation } from "../../incident/model.ts";
import { checkLogger, harmless, type Logger, silentLogger } from "../../ports/logger.ts";

import type { DueWork } from "./due-work.ts";
import type { EscalationPlanner } from "./planner.ts";

/** What an {@link EscalationWork} works with. */
export interface EscalationWorkOptions {
  readonly incidents: IncidentManager;
  /** The one that the manager has. */
  readonly planner: EscalationPlanner;
  /** Told of escalations that have ended without an acknowledgement. */
  readonly logger?: Logger;
}

/**
 * Takes the steps of escalations whose time has come. What is pending is in the store, so it goes on after a restart, and
 * of any number of workers one takes each step.
 *
 * @example
 * ```ts
 * import { EscalationPlanner, EscalationPolicy, EscalationWork, IncidentManager } from "nines";
 * import { ManualClock } from "nines/testing";
 *
 * const clock = new ManualClock();
 * const steps = ["ann", "bob"].map((person) => ({ to: [{ channel: "pager", person }], wait: "10m" }));
 * const planner = new EscalationPlanner({ policies: [new EscalationPolicy({ name: "critical", steps })] });
 * const incidents = new IncidentManager({ planner, clock });
 * const work = new EscalationWork({ incidents, planner });
 *
 * const { id } = await incidents.createIncident({ title: "checkout fails", severity: "SEV1", by: "hook" });
 * clock.advance(10 * 60_000);
 * for (const due of await incidents.due()) await work.attend(await incidents.get(due), { at: clock.now() });
 * const { notifications } = await incidents.get(id);
 * if (notifications[1]?.recipient !== "bob") throw new Error("nobody else was told");
 * ```
 */
export class EscalationWork implements DueWork {
  readonly #incidents: IncidentManager;
  readonly #planner: EscalationPlanner;
  readonly #logger: Logger;

  constructor(options: EscalationWorkOptions) {
    checkOptions(options, "EscalationWork", ["incidents", "planner", "logger"]);
    const { incidents, planner, logger = silentLogger } = options;
    const given: Readonly<Partial<Record<"incidents" | "planner", unknown>>> = options;
    checkMethods(given.incidents ?? null, "incidents", ["apply"]);
    checkMethods(given.planner ?? null, "planner", ["goOn", "isDue"]);
    checkLogger(logger);
    this.#incidents = incidents;
    this.#planner = planner;
    this.#logger = harmless(logger);
  }

  /** Takes the step of `incident` that is due at `at`, unless another one is due in the store by now, or none. */
  async attend(
    incident: Incident,
    { at, signal }: { readonly at: number; readonly signal?: AbortSignal },
  ): Promise<void> {
    const { id, escalation } = incident;
    if (escalation === undefined || !this.#planner.isDue(incident, at)) return;
    let taken: readonly IncidentOccurrence[] = [];
    await this.#incidents.apply(id, { by: "nines", ...(signal === undefined ? {} : { signal }) }, (current) => {
      taken = isSame(escalation, current.escalation) ? this.#planner.goOn(current, at) : [];
      return taken;
    });
    for (const occurrence of taken) {
      if (occurrence.type !== "escalated" || occurrence.next !== undefined) continue;
      this.#logger.warn(`${id}: ${occurrence.message}`, { incident: id, policy: escalation.policy });
    }
  }
}

function isSame(seen: PendingEscalation, current: PendingEscalation | undefined): boolean {
  return (
    seen.policy === current?.policy &&
    seen.step === current.step &&
    seen.round === current.round &&
    seen.dueAt === current.dueAt
  );
}
