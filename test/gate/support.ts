/** Statuses and their tellers for the tests of gates. */
import { assessBudget } from "../../src/budget/assess.ts";
import type { BudgetStatus } from "../../src/budget/status.ts";
import { invalid, show } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { Objective } from "../../src/core/objective.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import { ReleaseGate, type ReleaseGateOptions } from "../../src/gate/gate.ts";
import type { AvailabilitySlo, LatencySlo, Slo } from "../../src/slo/model.ts";
import type {
  CompositeSlo,
  CompositeStatus,
  ServiceStatus,
  SloStatus,
  SloVerdict,
  StatusQuestion,
  StatusTeller,
} from "../../src/status/model.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const T0 = Date.UTC(2026, 2, 1);
const WINDOW = rollingWindow(30 * 24 * HOUR);

export interface Facts {
  readonly service?: string;
  readonly name?: string;
  /** Share of the budget that is consumed; undefined for nothing measured. */
  readonly consumed?: number | undefined;
  readonly at?: number;
  readonly countedUntil?: number;
  readonly verdict?: SloVerdict;
  readonly thresholdMs?: number;
  /** Share of failures over the last hour and five minutes. */
  readonly failing?: number;
}

/** An SLO of 99.9 %: of a million events a thousand is the whole budget. */
export function sloStatus(facts: Facts = {}): SloStatus {
  const { service = "checkout", name = "availability", at = T0, countedUntil = at } = facts;
  const base = {
    id: `${service}/${name}`,
    service,
    name,
    objective: Objective.parse("99.9%"),
    window: WINDOW,
    minimumEvents: 1,
  };
  const availability: AvailabilitySlo = { ...base, kind: "availability" };
  const latency: LatencySlo = { ...base, kind: "latency", thresholdMs: facts.thresholdMs ?? 0 };
  const slo: Slo = facts.thresholdMs === undefined ? availability : latency;
  const budget = budgetOf(slo, facts);
  const verdict = facts.verdict ?? (budget.state === "measured" ? "healthy" : "unknown");
  const reasons = [{ code: `code_${verdict}`, message: `${slo.id} is ${verdict}, says the status` }];
  return { slo, at, countedUntil, window: WINDOW, budget, verdict, reasons, tiers: [], burning: [] };
}

/** A budget with so much of it consumed. */
export function budgetOf(
  { id }: { readonly id: string },
  { consumed, at = T0, failing }: Pick<Facts, "consumed" | "at" | "failing">,
): BudgetStatus {
  const subject = { id, objective: Objective.parse("99.9%"), window: WINDOW, minimumEvents: 1 };
  const total = consumed === undefined ? 0 : 1_000_000;
  const window = { good: total - Math.round((consumed ?? 0) * 1_000), total, coverage: consumed === undefined ? 0 : 1 };
  const lookBacks =
    failing === undefined
      ? []
      : [5 * MINUTE, HOUR].map((windowMs) => ({
          windowMs,
          measurement: { good: 10_000 * (1 - failing), total: 10_000, coverage: 1 },
        }));
  return assessBudget(subject, { window, lookBacks }, at);
}

export interface CompositeFacts extends Pick<Facts, "consumed" | "at" | "verdict"> {
  readonly name?: string;
  readonly of?: CompositeSlo["of"];
  readonly members?: readonly string[];
  /** Without it there is a budget for all but `all`. */
  readonly withoutBudget?: boolean;
}

/** A composite of checkout. */
export function compositeStatus(facts: CompositeFacts = {}): CompositeStatus {
  const { name = "journey", of = "weighted", at = T0, verdict = "healthy" } = facts;
  const id = `checkout/${name}`;
  const members = (facts.members ?? ["checkout/availability"]).map((slo) => ({ slo, weight: 1 }));
  const base = { id, service: "checkout", name, of, members, missing: "unknown", window: WINDOW } as const;
  const composite: CompositeSlo = { ...base, objective: of === "all" ? undefined : Objective.parse("99.9%") };
  const budget = of === "all" || facts.withoutBudget === true ? undefined : budgetOf(composite, facts);
  const reasons = [{ code: `code_${verdict}`, message: `${id} is ${verdict}, says the status` }];
  return { composite, at, window: WINDOW, budget, verdict, reasons, missing: [], worst: undefined };
}

/** The status of a service with these parts. */
export function serviceStatus(
  slos: readonly SloStatus[],
  composites: readonly CompositeStatus[] = [],
  service = "checkout",
): ServiceStatus {
  const summary = {
    verdict: "healthy",
    availabilityRatio: 0.9999,
    p95LatencyMs: undefined,
    latencyWindowMs: HOUR,
    remainingMinutes: 30,
    remainingRatio: 0.7,
    burnRate: undefined,
    text: `${service} in a line`,
  } as const;
  return { service, at: T0, verdict: "healthy", reasons: [], summary, slos, composites };
}

/** Tells what it is given, or does what it is told, and notes what it was asked. */
export class FakeTeller implements StatusTeller {
  readonly asked: { readonly service: string; readonly question: StatusQuestion }[] = [];
  behaviour: (service: string, question: StatusQuestion) => unknown;

  constructor(answer: ServiceStatus | ((service: string, question: StatusQuestion) => unknown)) {
    this.behaviour = typeof answer === "function" ? answer : () => answer;
  }

  /** One that knows these services by their SLOs. */
  static of(...statuses: readonly ServiceStatus[]): FakeTeller {
    return new FakeTeller((service) => {
      const found = statuses.find((status) => status.service === service);
      if (found !== undefined) return found;
      const known = statuses.map((status) => status.service).join(", ");
      throw invalid("service", `${show(service)} is no service here; allowed: ${known}`);
    });
  }

  async getSloStatus(service: string, question: StatusQuestion = {}): Promise<ServiceStatus> {
    this.asked.push({ service, question });
    return (await this.behaviour(service, question)) as ServiceStatus;
  }
}

/** A gate over `answer`, by a clock that stands at {@link T0}, and what it failed with. */
export function setUp(
  answer: ServiceStatus | FakeTeller["behaviour"] = serviceStatus([sloStatus({ consumed: 0.1 })]),
  options: Partial<ReleaseGateOptions> = {},
) {
  const clock = new ManualClock(T0);
  const teller = new FakeTeller(answer);
  const gate = new ReleaseGate({ statuses: teller, whenUnknown: "closed", clock, ...options });
  const failures: unknown[] = [];
  gate.on("failed", ({ error }) => failures.push(error));
  return { clock, teller, gate, failures };
}

/** The verdict of such a gate. */
export async function verdictOf(
  answer: Parameters<typeof setUp>[0],
  options?: Partial<ReleaseGateOptions>,
): Promise<string> {
  return (await setUp(answer, options).gate.check("checkout")).verdict;
}

/** What is there to see, by how the policy judges it. */
export const seen = {
  pass: serviceStatus([sloStatus({ consumed: 0.1 })]),
  warn: serviceStatus([sloStatus({ consumed: 0.3, failing: 0.05 })]),
  unknown: serviceStatus([sloStatus()]),
  block: serviceStatus([sloStatus({ consumed: 0.9 })]),
} as const;
