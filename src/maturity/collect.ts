/** Evidence from all sources: side by side, each within its time, and none that fails takes others with it. */
import type { Clock } from "../core/time/clock.ts";
import { cut } from "../core/cut.ts";
import { withDeadline } from "../core/deadline.ts";
import { MILLISECONDS } from "../core/time/duration.ts";
import { publicReason } from "../core/public-reason.ts";

import { CAPACITY_LOOK, SCALING_LOOK } from "./evidence/capacity.ts";
import { CHAOS_LOOK, GATE_LOOK, POLICY_LOOK } from "./evidence/decisions.ts";
import { INCIDENT_LOOK } from "./evidence/incidents.ts";
import { type GateAsked, type Look, LOOK_BACK_DAYS, untold } from "./evidence/look.ts";
import { ON_CALL_LOOK, RULE_LOOK } from "./evidence/alerts.ts";
import { POSTMORTEM_LOOK } from "./evidence/postmortems.ts";
import { RUNBOOK_LOOK } from "./evidence/runbooks.ts";
import { SIGNAL_LOOK, SLO_LOOK, STATUS_LOOK } from "./evidence/slos.ts";
import type { MaturityEvidence, MaturityFinding } from "./model.ts";
import type { MaturitySources } from "./sources.ts";

/** Finds out about one criterion. What it throws, or does not answer in time, makes the criterion unknown. */
export type MaturityProbe = (asked: {
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  readonly signal: AbortSignal;
}) => MaturityFinding | PromiseLike<MaturityFinding>;

/** What evidence is collected from, and how. */
export interface Collecting {
  readonly at: number;
  readonly sources: MaturitySources;
  /** The user's own, by the id of the criterion; they take the place of what a source shows. */
  readonly probes: Readonly<Record<string, MaturityProbe>>;
  readonly asked: GateAsked | undefined;
  readonly clock: Clock;
  /** How long each source may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends it early. */
  readonly signal: AbortSignal | undefined;
}

const LOOKS: readonly Look[] = [
  ...[SLO_LOOK, STATUS_LOOK, SIGNAL_LOOK, RULE_LOOK, ON_CALL_LOOK, INCIDENT_LOOK, RUNBOOK_LOOK, POSTMORTEM_LOOK],
  ...[POLICY_LOOK, GATE_LOOK, CHAOS_LOOK, CAPACITY_LOOK, SCALING_LOOK],
];

const WORDS: Readonly<Partial<Record<keyof MaturitySources, string>>> = {
  onCall: "the schedule",
  slos: "the SLOs",
  chaos: "the experiments",
  capacity: "the planner",
  scaledByForecastAt: "the time of the last scaling",
};

/** What all sources show of the criteria in `known`. Rejects only with the reason of `signal`. */
export async function collectEvidence(collecting: Collecting, known: ReadonlySet<string>): Promise<MaturityEvidence> {
  const { at, sources, asked, probes } = collecting;
  const from = at - LOOK_BACK_DAYS * MILLISECONDS.d;
  const looks = LOOKS.filter(({ source, criteria }) => {
    return sources[source] !== undefined && criteria.some((id) => known.has(id) && !Object.hasOwn(probes, id));
  });
  const found = await Promise.all([
    ...looks.map(async ({ source, criteria, find }) => {
      const what = WORDS[source] ?? `the ${source}`;
      const seen = await within(collecting, what, criteria, (signal) => find({ at, from, signal, sources, asked }));
      return Object.entries(seen).filter(([id]) => known.has(id) && !Object.hasOwn(probes, id));
    }),
    ...Object.entries(probes).map(async ([id, probe]) => {
      const found = await within(collecting, `the probe of ${id}`, [id], async (signal) => ({
        [id]: await probe({ at, signal }),
      }));
      return Object.entries(found);
    }),
  ]);
  return Object.fromEntries(found.flat());
}

async function within(
  { clock, timeoutMs, signal }: Collecting,
  what: string,
  criteria: readonly string[],
  find: (signal: AbortSignal) => MaturityEvidence | PromiseLike<MaturityEvidence>,
): Promise<MaturityEvidence> {
  try {
    const found = await withDeadline(find, { clock, timeoutMs, signal, operation: what, keepAlive: true });
    return Object.fromEntries(Object.entries(found).map(([id, finding]) => [id, soundFinding(finding, what)]));
  } catch (error) {
    signal?.throwIfAborted();
    const finding = untold(`${what} could not be read: ${publicReason(error)}`);
    return Object.fromEntries(criteria.map((id) => [id, finding]));
  }
}

/** What a foreign source or probe led to, if it is a finding: nonsense is told as such, and fails nothing else. */
function soundFinding(found: unknown, what: string): MaturityFinding {
  const { share, text } = (found ?? {}) as Partial<Record<keyof MaturityFinding, unknown>>;
  const isShare = share === undefined || (typeof share === "number" && share >= 0 && share <= 1);
  if (!isShare || typeof text !== "string" || text.trim() === "") return untold(`${what} has answered nonsense`);
  return { share, text: cut(text, MOST_TEXT) };
}

const MOST_TEXT = 2_000;
