/** Chaos on the timelines of incidents, and incidents that end chaos. */
import { invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { choices } from "../../core/nearest.ts";
import { cut } from "../../core/cut.ts";
import { Turns } from "../../core/turns.ts";
import { quietly } from "../../core/thenable.ts";
import type { IncidentManager } from "../../incident/manager.ts";
import type { Incident } from "../../incident/model.ts";

import type { KillSwitch } from "../kill-switch.ts";
import type { ChaosReport } from "../model.ts";
import type { Probe } from "../probes.ts";
import { onStriking, type StrikingRun, type ToldRunner } from "./striking.ts";

/** What can be told to {@link noteOnIncidents}. */
export interface NoteOnIncidentsOptions {
  /**
   * Which incidents pull the kill switch when they open, or open again, while a run strikes. `same_service`: those that share a service
   * with it, or where one of them names none. `any`: all of them. `none`: none. `same_service` unless told.
   */
  readonly killOn?: "same_service" | "any" | "none";
  /** Told of notes that could not be kept. */
  readonly onError?: (error: unknown) => void;
}

/** What is needed of a runner. */
export interface LinkedRunner extends ToldRunner {
  readonly killSwitch: KillSwitch;
}

/**
 * Notes runs that strike on the timelines of open incidents of the same services: when they begin, and when they have ended and what was
 * undone. The other way round an incident that opens meanwhile ends all chaos: it pulls the kill switch, which stays pulled until
 * somebody releases it, and says so on its timeline. Both know only of what happens after this was called.
 *
 * @returns how to listen no more; resolves when what was to be noted by then is kept, or could not be
 *
 * @example
 * ```ts
 * import { ChaosRunner, IncidentManager, MemoryStateStore, noteOnIncidents } from "nines";
 *
 * const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none" });
 * const incidents = new IncidentManager();
 * const off = noteOnIncidents(runner, incidents, { killOn: "any" });
 * await incidents.createIncident({ title: "checkout fails", severity: "SEV2", services: ["checkout"], by: "ann" });
 * if (runner.killSwitch.pulled !== undefined) throw new Error("no chaos, so nothing is to be ended");
 * await off();
 * ```
 */
export function noteOnIncidents(
  runner: LinkedRunner,
  incidents: Pick<IncidentManager, "on" | "list" | "note">,
  options: NoteOnIncidentsOptions = {},
): () => Promise<void> {
  checkOptions(options, "noteOnIncidents", ["killOn", "onError"]);
  need(runner, "runner", "a ChaosRunner", ["on"]);
  need(runner.killSwitch, "killSwitch", "a runner that has one", ["pull"]);
  need(incidents, "incidents", "an IncidentManager", ["on", "list", "note"]);
  const { killOn = "same_service", onError } = options;
  if (!KILL_ON.includes(killOn)) throw invalid("killOn", `${show(killOn)} is not possible${choices(killOn, KILL_ON)}`);
  /** Incidents that were told of a run, by the run. */
  const told = new Map<StrikingRun, Set<string>>();
  const turns = new Turns();
  const pending = new Set<Promise<void>>();
  const tell = (error: unknown): void => {
    quietly(() => onError?.(error));
  };

  // One after the other, so that the end of a run never stands before its beginning.
  const later = (work: () => Promise<void>): void => {
    const done = turns
      .take("notes", work)
      .catch(tell)
      .finally(() => pending.delete(done));
    pending.add(done);
  };
  const note = async (id: string, run: string, message: string, data: object = {}): Promise<void> => {
    try {
      await incidents.note(id, { by: BY, kind: "chaos", message: cut(message, LONGEST), data: { run, ...data } });
    } catch (error) {
      // The others are told all the same.
      tell(error);
    }
  };
  const openOf = async (services: readonly string[]): Promise<string[]> => {
    const ids: string[] = [];
    for await (const incident of incidents.list({ open: true })) {
      if (incident.services.some((service) => services.includes(service))) ids.push(incident.id);
    }
    return ids;
  };

  const began = (run: StrikingRun): void => {
    const known = new Set<string>();
    told.set(run, known);
    const { services } = run;
    if (services.length === 0) return;
    later(async () => {
      for (const id of await openOf(services)) {
        known.add(id);
        await note(id, run.run, `${nameOf(run)} strikes: ${run.text}`, { experiment: run.experiment });
      }
    });
  };
  const ended = (report: ChaosReport, run: StrikingRun | undefined): void => {
    const known = (run === undefined ? undefined : told.get(run)) ?? new Set<string>();
    if (run !== undefined) told.delete(run);
    later(async () => {
      const ids = new Set([...known, ...(await openOf(report.services))]);
      const data = { experiment: report.experiment, outcome: report.outcome };
      for (const id of ids) await note(id, report.id, endText(report), data);
    });
  };
  const opened = ({ incident }: { readonly incident: Incident }): void => {
    const concerned = [...told.keys()].filter((run) => isConcerned(incident.services, run.services));
    const isEnded = killOn === "any" ? told.size > 0 : killOn === "same_service" && concerned.length > 0;
    if (isEnded) {
      runner.killSwitch.pull({ by: BY, reason: `${incident.id} was opened: ${cut(incident.title, MOST_TITLE)}` });
    }
    const action = isEnded ? "; the kill switch was pulled" : "";
    for (const run of killOn === "any" ? told.keys() : concerned) {
      told.get(run)?.add(incident.id);
      later(() =>
        note(incident.id, run.run, `${nameOf(run)} was striking when this was opened: ${run.text}${action}`, {
          experiment: run.experiment,
        }),
      );
    }
  };

  const offs = [
    onStriking(runner, { began, ended }),
    incidents.on("created", opened),
    incidents.on("reopened", opened),
  ];
  return async () => {
    for (const off of offs) off();
    await Promise.all(pending);
  };
}

/**
 * A probe that holds while no incident is open on `services`, or at all unless told: chaos does not begin in the midst of one.
 *
 * @example
 * ```ts
 * import { IncidentManager, incidentProbe } from "nines";
 *
 * const incidents = new IncidentManager();
 * const quiet = incidentProbe({ incidents, services: ["checkout"] });
 * const { ok } = await quiet.check({});
 * if (!ok) throw new Error("there is none");
 * ```
 */
export function incidentProbe(options: {
  readonly incidents: Pick<IncidentManager, "list">;
  readonly services?: readonly string[];
}): Probe {
  checkOptions(options, "incidentProbe", ["incidents", "services"]);
  const { incidents, services } = options;
  need(incidents, "incidents", "an IncidentManager", ["list"]);
  if (services !== undefined && !(Array.isArray(services) && services.every((one) => typeof one === "string"))) {
    throw invalid("services", `${show(services)} is no list of services; write one such as ["checkout"]`);
  }
  return {
    name: services === undefined ? "no open incident" : `no open incident of ${services.join(", ")}`,
    check: async (call) => {
      for await (const incident of incidents.list({ ...call, open: true })) {
        if (services !== undefined && !isConcerned(incident.services, services)) continue;
        return { ok: false, message: `${incident.id} is open: ${incident.title}` };
      }
      return { ok: true, message: "no incident is open" };
    },
  };
}

const KILL_ON: readonly string[] = ["same_service", "any", "none"];
const BY = "chaos";
const LONGEST = 5_000;
const MOST_TITLE = 300;

function need(value: unknown, path: string, what: string, methods: readonly string[]): void {
  if (value === undefined) throw invalid(path, `is missing; give ${what}`);
  checkMethods(value, path, methods);
}

/** Whether they share a service; yes where one of them does not say which it is about. */
function isConcerned(ofIncident: readonly string[], ofRun: readonly string[]): boolean {
  if (ofRun.length === 0 || ofIncident.length === 0) return true;
  return ofIncident.some((service) => ofRun.includes(service));
}

function nameOf({ experiment, run }: { readonly experiment: string; readonly run: string }): string {
  return `the chaos experiment ${experiment} (${run})`;
}

function endText({ id, experiment, outcome, reasons, injections }: ChaosReport): string {
  const struck = injections.filter(({ result }) => result === "done").map(({ target }) => target);
  const left = injections.filter(({ undo }) => undo === "not_yet").map(({ target }) => target);
  const parts = [
    `${nameOf({ experiment, run: id })} has ended: ${outcome}`,
    struck.length === 0 ? "nothing was struck" : `struck: ${struck.join(", ")}`,
    left.length === 0 ? "nothing is left to be undone" : `not undone yet: ${left.join(", ")}`,
    ...reasons.map(({ message }) => message),
  ];
  return parts.join("; ");
}
