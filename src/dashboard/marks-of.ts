/** Collects what happened from whoever knows it. */
import type { SloStatus } from "../status/model.ts";
import type { Deployment } from "../ports/deployments.ts";

import {
  chaosMarks,
  deploymentFaults,
  deploymentMarks,
  exclusionMarks,
  haltMarks,
  incidentMarks,
  runbookMarks,
} from "./marks.ts";
import type { DashboardMark } from "./model.ts";
import type { DashboardSettings } from "./options.ts";
import type { Teller } from "./teller.ts";
import { atOnce } from "../core/thenable.ts";

const DAY_MS = 86_400_000;
/** What is longer ago is on no chart. */
const LONGEST_MS = 400 * DAY_MS;

/** All of them in the windows of `statuses`, latest first. */
export async function marksOf(
  statuses: readonly SloStatus[],
  context: Pick<
    DashboardSettings,
    "incidents" | "runbooks" | "deployments" | "chaos" | "incidentUrl" | "statuses" | "policies"
  > & {
    readonly at: number;
    readonly teller: Teller;
  },
): Promise<readonly DashboardMark[]> {
  const { at, teller, incidents, runbooks, deployments = [], chaos, incidentUrl, statuses: source } = context;
  const start = Math.max(
    at - LONGEST_MS,
    statuses.reduce((least, { budget }) => Math.min(least, budget.range.start), at),
  );
  const range = { start, end: at };
  const none = (): readonly DashboardMark[] => [];
  const policies = context.policies ?? source.policies;
  const url = (id: string): string | undefined =>
    teller.try(
      "the page of an incident could not be told",
      () => textOrNothing(incidentUrl?.(id)),
      () => undefined,
    );
  const told = async (): Promise<readonly DashboardMark[]> => {
    if (incidents === undefined) return [];
    const ofIncidents = await teller.ask(
      "incidents could not be told",
      (signal) => incidentMarks(incidents, range, { url, signal }),
      none,
    );
    if (runbooks === undefined || ofIncidents.length === 0) return ofIncidents;
    const ofRunbooks = await teller.ask(
      "runbooks could not be told",
      (signal) => runbookMarks(runbooks, range, { incidents: ofIncidents, signal }),
      none,
    );
    return [...ofIncidents, ...ofRunbooks];
  };
  const [ofIncidents, ofHalts, ofDeployments, ofChaos, ofExclusions] = await Promise.all([
    told(),
    teller.ask("halts could not be told", () => haltMarks(atOnce(policies?.auditEntries?.()) ?? [], range), none),
    teller.ask(
      "deployments could not be told",
      async (signal) => {
        const isAsked = "deployments" in deployments;
        const log: readonly Deployment[] = isAsked ? await deployments.deployments(range, { signal }) : deployments;
        const marks = deploymentMarks(log, range);
        for (const fault of deploymentFaults(log, { at, services: source.services, isAsked }))
          teller.note("a deployment is on no chart", fault);
        return marks;
      },
      none,
    ),
    chaos === undefined ? [] : teller.ask("chaos runs could not be told", () => chaosMarks(chaos, range), none),
    teller.ask(
      "exclusions could not be told",
      () => {
        const slos = statuses.map(({ slo }) => slo);
        return source.exclusionsOf === undefined
          ? []
          : exclusionMarks(slos, (slo) => atOnce(source.exclusionsOf?.(slo)) ?? [], range);
      },
      none,
    ),
  ]);
  return [...ofIncidents, ...ofHalts, ...ofDeployments, ...ofChaos, ...ofExclusions].sort(
    (one, other) => other.from - one.from,
  );
}

function textOrNothing(value: unknown): string | undefined {
  const text = atOnce(value);
  if (text === undefined || typeof text === "string") return text?.slice(0, LONGEST_URL);
  throw new TypeError("it is no address");
}

const LONGEST_URL = 2_000;
