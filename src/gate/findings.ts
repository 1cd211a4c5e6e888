/** From a status to what the policy is asked, and to what the gate adds by itself: pure. */
import { minimumFailuresOf, USUAL_MINIMUM_FAILURES } from "../budget/alerting.ts";
import type { BudgetStatus } from "../budget/status.ts";
import { durationText, limitText } from "../core/time/duration-text.ts";
import type { PolicyInput, PolicyReason } from "../policy/verdict.ts";
import type { SloKind } from "../slo/model.ts";
import type { CompositeStatus, ServiceStatus, SloVerdict, StatusReason } from "../status/model.ts";

import type { GateVerdict } from "./model.ts";

/** What is said for or against a release. */
export interface Finding {
  readonly verdict: GateVerdict;
  readonly reasons: readonly PolicyReason[];
  readonly recommendations: readonly string[];
}

/** What a policy is asked about a service, and what no policy may overlook. */
export interface Questions {
  readonly inputs: readonly PolicyInput[];
  readonly findings: readonly Finding[];
}

interface Judged {
  readonly id: string;
  readonly at: number;
  readonly countedUntil: number;
  readonly verdict: SloVerdict;
  readonly reasons: readonly StatusReason[];
}

const OF_VERDICT: Readonly<Record<SloVerdict, GateVerdict>> = {
  healthy: "pass",
  warning: "warn",
  unknown: "unknown",
  critical: "block",
};

/**
 * Every SLO is an input of the policy, and so is every composite that has a budget. A composite without one is unknown; or, where
 * it only says that all of its members keep their promises, those of this service are judged already, and those of others count
 * by its verdict. What is older than `maxAgeMs` was not measured, and neither that nor a budget whose present nobody
 * watches passes, whatever the policy makes of it.
 */
export function questionsOf(
  { slos, composites }: ServiceStatus,
  options: { readonly at: number; readonly maxAgeMs: number },
): Questions {
  const inputs: PolicyInput[] = [];
  const findings: Finding[] = [];
  const ask = (slo: PolicyInput["slo"], budget: BudgetStatus, judged: Omit<Judged, "id">): void => {
    const old = whyOld(judged, options);
    inputs.push({ slo, status: old === undefined ? budget : forgotten(budget, old) });
    const one = { ...judged, id: slo.id };
    if (old !== undefined) findings.push(unknown("stale", `${slo.id} cannot be judged: ${old}`, STALE));
    else if (budget.state === "measured" && judged.verdict === "unknown") findings.push(byVerdict(one));
  };
  for (const status of slos) {
    // Whoever tells no more than `at` counts up to then.
    const { countedUntil = status.at } = status as Partial<typeof status>;
    ask(status.slo, status.budget, { ...status, countedUntil });
  }
  for (const status of composites) {
    const { composite, budget, at } = status;
    const { id, service, name, of, members } = composite;
    const one = { ...status, id, countedUntil: at };
    if (budget !== undefined) {
      const alerting = { minimumFailures: leastFailuresOf(status, slos) };
      ask({ id, service, name, kind: kindOf(status, slos), alerting }, budget, one);
    } else if (of !== "all") {
      findings.push(byVerdict({ ...one, verdict: "unknown" }));
    } else if (!members.every((member) => slos.some(({ slo }) => slo.id === member.slo))) {
      const old = whyOld(one, options);
      findings.push(old === undefined ? byVerdict(one) : unknown("stale", `${id} cannot be judged: ${old}`, STALE));
    }
  }
  return { inputs, findings };
}

/** A finding that it cannot be told. */
export function unknown(code: string, message: string, recommendation: string): Finding {
  return { verdict: "unknown", reasons: [{ code, message }], recommendations: [recommendation] };
}

const STALE = "Look at what counts the events: it is behind.";
const LOOK = "Look at what counts the events: something of it is missing.";

function byVerdict({ id, verdict, reasons: [gravest] }: Judged): Finding {
  const reason = gravest ?? { code: `composite_${verdict}`, message: `${id} is ${verdict}` };
  return {
    verdict: OF_VERDICT[verdict],
    reasons: [{ code: reason.code, message: reason.message }],
    recommendations: verdict === "unknown" ? [LOOK] : [],
  };
}

function whyOld(
  { at, countedUntil }: Pick<Judged, "at" | "countedUntil">,
  options: { readonly at: number; readonly maxAgeMs: number },
): string | undefined {
  const ageMs = options.at - Math.min(at, countedUntil);
  const taken = `${limitText(options.maxAgeMs)} at most are taken`;
  if (ageMs > options.maxAgeMs) return `its status is ${durationText(ageMs)} old, and ${taken}`;
  if (ageMs < -options.maxAgeMs) return `its status is of ${durationText(-ageMs)} from now, and ${taken}`;
  return undefined;
}

/** The same budget with nothing known of it: the engine's memory must not take old figures for new ones. */
function forgotten({ id, at, objective, window, range }: BudgetStatus, reason: string): BudgetStatus {
  const nothing = { coverage: 0, good: 0, total: 0, burnRates: [] };
  return { id, at, objective, window, range, ...nothing, state: "no_data", reason };
}

/** As few as any of its members asks for: of slices of time one is enough. */
function leastFailuresOf({ composite }: CompositeStatus, slos: ServiceStatus["slos"]): number {
  const members = composite.members.map((member) => slos.find(({ slo }) => slo.id === member.slo)?.slo);
  return Math.min(...members.map((slo) => (slo === undefined ? USUAL_MINIMUM_FAILURES : minimumFailuresOf(slo))));
}

/** The kind of its members if they have one in common: rules of a policy may ask for it. */
function kindOf({ composite }: CompositeStatus, slos: ServiceStatus["slos"]): SloKind {
  const kinds = composite.members.map((member) => slos.find(({ slo }) => slo.id === member.slo)?.slo.kind);
  const [first] = kinds;
  return first !== undefined && kinds.every((kind) => kind === first) ? first : "availability";
}
