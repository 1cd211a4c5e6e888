/** What a dashboard is made of. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { inSeconds, isInSecondsBeside } from "../core/time/epoch.ts";
import { MILLISECONDS } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { checkWords } from "../core/words.ts";
import type { Deployment, DeploymentLog } from "../ports/deployments.ts";
import { checkLogger, harmless, type Logger, silentLogger } from "../ports/logger.ts";

import { checkLinks, type TelemetryLinks } from "./links/links.ts";
import type {
  DashboardChaos,
  DashboardForecaster,
  DashboardGateLike,
  DashboardIncidents,
  DashboardPlanner,
  DashboardPolicies,
  DashboardRunbooks,
  DashboardStatuses,
} from "./sources.ts";

/** What a {@link SloDashboard} is made of; all but `statuses` may be left out. */
export interface SloDashboardOptions {
  /** Who tells how services stand: a `Reliability` or an `SloStatusReader`. Their counts, policies and signals are shown as well. */
  readonly statuses: DashboardStatuses;
  /** At the head of the page; `Service levels` unless told. */
  readonly title?: string;
  /** Whose decisions are shown; those of `statuses` unless told. */
  readonly policies?: DashboardPolicies;
  /** Says of each service whether it may be released: a `ReleaseGate`. Asked about the fifty that need attention most. */
  readonly gate?: DashboardGateLike;
  /** An `IncidentManager`: incidents are marked on the time axis. */
  readonly incidents?: DashboardIncidents;
  /** A `RunbookExecutor`: its runs are marked, at the services of their incidents. */
  readonly runbooks?: DashboardRunbooks;
  /** What was released: a list that may grow, or a log that is asked. */
  readonly deployments?: readonly Deployment[] | DeploymentLog;
  /** A `ChaosRunner`: its runs are marked. */
  readonly chaos?: DashboardChaos;
  /** When budgets run out by their course: such as `(slo, question) => forecastSlo(slo, { source, ...question })`. */
  readonly forecast?: DashboardForecaster;
  /** A `CapacityPlanner` with samples. */
  readonly capacity?: DashboardPlanner;
  /** How far capacity is forecast, in days; 30 unless told. */
  readonly capacityDays?: number;
  /** Where traces and logs can be looked at. */
  readonly links?: TelemetryLinks;
  /** The page of an incident. */
  readonly incidentUrl?: (id: string) => string | undefined;
  /** How often a live page is told, in seconds; 5 unless told, from 0.5 to 3,600. */
  readonly refreshSeconds?: number;
  /** How long each source may take, in milliseconds; 10 s unless told. */
  readonly timeoutMs?: number;
  /** Told of what sources fail with: the page shows no foreign words. */
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** The same, complete and checked. */
export interface DashboardSettings extends Omit<SloDashboardOptions, "title"> {
  readonly title: string;
  readonly capacityDays: number;
  readonly refreshSeconds: number;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly clock: Clock;
}

const OPTIONS: readonly (keyof SloDashboardOptions)[] = [
  "statuses",
  "title",
  "policies",
  "gate",
  "incidents",
  "runbooks",
  "deployments",
  "chaos",
  "forecast",
  "capacity",
  "capacityDays",
  "links",
  "incidentUrl",
  "refreshSeconds",
  "timeoutMs",
  "logger",
  "clock",
];

/** @throws {@link ConfigurationError} for options that cannot be used */
export function readOptions(options: SloDashboardOptions): DashboardSettings {
  checkOptions(options, "SloDashboard", OPTIONS);
  const { statuses, deployments, policies, title = "Service levels", links } = options;
  if ((statuses as unknown) === undefined) {
    throw invalid("statuses", "is missing; give what tells how services stand: a Reliability or an SloStatusReader");
  }
  checkMethods(statuses, "statuses", ["getSloStatus"]);
  if (!Array.isArray(statuses.services)) throw invalid("statuses", "does not list its services; needed: services");
  checkWords(title, 200, (message) => {
    throw invalid("title", message);
  });
  checkMethods(options.gate, "gate", ["check"]);
  checkMethods(options.incidents, "incidents", ["list"]);
  checkMethods(options.runbooks, "runbooks", ["list"]);
  checkMethods(policies, "policies", ["preview", "policyFor"]);
  checkMethods(options.capacity, "capacity", ["predictCapacityNeeds", "generateScalingRecommendations"]);
  checkLogger(options.logger);
  if (isList(deployments)) checkDeployments(deployments, options.clock ?? systemClock);
  else checkMethods(deployments, "deployments", ["deployments"]);
  const { chaos, forecast, incidentUrl } = options;
  if (chaos !== undefined && !Array.isArray((chaos as { history?: unknown }).history)) {
    throw invalid("chaos", `${show(chaos)} has no history; give a ChaosRunner`);
  }
  for (const [name, value] of Object.entries({ forecast, incidentUrl })) {
    if (value !== undefined && typeof value !== "function") throw invalid(name, `${show(value)} is not a function`);
  }
  if (links !== undefined) checkLinks(links, ["links"]);
  return {
    ...options,
    title,
    capacityDays: between("capacityDays", options.capacityDays ?? 30, 1, 3_650),
    refreshSeconds: between("refreshSeconds", options.refreshSeconds ?? 5, 0.5, 3_600),
    timeoutMs: between("timeoutMs", options.timeoutMs ?? 10 * MILLISECONDS.s, 1, MILLISECONDS.d),
    logger: harmless(options.logger ?? silentLogger),
    clock: options.clock ?? systemClock,
  };
}

/** Those that come later, or that a log tells, are told as troubles if they make no sense. */
function checkDeployments(deployments: readonly unknown[], clock: Clock): void {
  deployments.forEach((one, index) => {
    const times = (one ?? {}) as Partial<Record<"at" | "until", unknown>>;
    for (const name of ["at", "until"] as const) {
      const at = times[name];
      if (typeof at === "number" && isInSecondsBeside(at, clock.now()))
        throw invalid(["deployments", index, name], inSeconds(at));
    }
  });
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function between(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw invalid(name, `${show(value)} is out of range; write a number from ${String(least)} to ${String(most)}`);
}
