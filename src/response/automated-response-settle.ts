/** Ends what has been quiet for long enough. */
import type { IncidentOccurrence, RecordedEvent } from "../incident/events.ts";
import type { IncidentManager } from "../incident/manager.ts";
import type { Incident } from "../incident/model.ts";
import type { CallOptions } from "../ports/store.ts";

import type { CorrelationRules } from "./correlation/rules.ts";

/** Since when none of its alerts fires, by when that was heard; undefined if that is not for this to end. */
export function quietSince(
  incident: Pick<Incident, "status" | "alerts" | "firing">,
  timeline: readonly RecordedEvent[],
  by: string,
): number | undefined {
  if (incident.status === "resolved" || incident.alerts.size === 0 || incident.firing > 0) return undefined;
  const last = timeline.findLastIndex(({ type }) => type === "alerts_received");
  // Whoever changed the status since has seen that it is quiet, and wants it so.
  const isOverruled = timeline.slice(last + 1).some((event) => {
    return (event.type === "status_changed" || event.type === "reopened") && event.by !== by;
  });
  return isOverruled ? undefined : timeline[last]?.recordedAt;
}

interface Looked {
  readonly version: number;
  /** When it has been quiet for long enough; undefined if it is not quiet. */
  readonly dueAt: number | undefined;
}

/** Looks after open incidents, and reads those again only that have changed. */
export class QuietIncidents {
  readonly #incidents: IncidentManager;
  readonly #rules: CorrelationRules;
  #looked = new Map<string, Looked>();

  constructor(incidents: IncidentManager, rules: CorrelationRules) {
    this.#incidents = incidents;
    this.#rules = rules;
  }

  /** Moves on what has been quiet for the hold at `now`; returns their ids. */
  async settle(now: number, call: CallOptions): Promise<readonly string[]> {
    const { onResolved } = this.#rules;
    if (onResolved === "nothing") return [];
    const looked = new Map<string, Looked>();
    const due: string[] = [];
    for await (const { id, version, status } of this.#incidents.list({ open: true, ...call })) {
      if (onResolved === "monitoring" && status === "monitoring") continue;
      const before = this.#looked.get(id);
      const found = soon(before?.version === version ? before : await this.#look(id, call), now + this.#rules.holdMs);
      looked.set(id, found);
      if (found.dueAt !== undefined && found.dueAt <= now) due.push(id);
    }
    this.#looked = looked;
    const settled: string[] = [];
    for (const id of due) if (await this.#end(id, looked.get(id) as Looked, call)) settled.push(id);
    return settled;
  }

  async #look(id: string, call: CallOptions): Promise<Looked> {
    const incident = await this.#incidents.get(id, call);
    if (incident.firing > 0 || incident.alerts.size === 0) return { version: incident.version, dueAt: undefined };
    const timeline = await this.#incidents.timeline(id, call);
    // Something may have happened between the two; the later reading of it is looked at the next time.
    if (timeline.length !== incident.version) return { version: incident.version, dueAt: undefined };
    const since = quietSince(incident, timeline, this.#rules.by);
    return { version: incident.version, dueAt: since === undefined ? undefined : since + this.#rules.holdMs };
  }

  async #end(id: string, { version }: Looked, call: CallOptions): Promise<boolean> {
    const { by, onResolved } = this.#rules;
    const message = "none of its alerts has fired for long enough";
    const ends: IncidentOccurrence =
      onResolved === "resolve" ? { type: "resolved", message } : { type: "status_changed", to: "monitoring", message };
    let isEnded = false;
    await this.#incidents.apply(id, { by, ...call }, (incident) => {
      // Something happened meanwhile: it is looked at again the next time.
      isEnded = incident.version === version;
      return isEnded ? [ends] : [];
    });
    return isEnded;
  }
}

/** It was heard of by now, whatever the clock said then: one that was ahead, and was set right, makes nothing wait longer. */
function soon({ version, dueAt }: Looked, latest: number): Looked {
  return { version, dueAt: dueAt === undefined ? undefined : Math.min(dueAt, latest) };
}
