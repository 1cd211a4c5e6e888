/** SLOs, statuses, a clock and runners for the tests of policies. */
import { assessBudget } from "../../src/budget/assess.ts";
import type { BudgetStatus } from "../../src/budget/status.ts";
import type { Clock } from "../../src/core/time/clock.ts";
import type { Measurement } from "../../src/core/measurement.ts";
import { Objective } from "../../src/core/objective.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import type { PolicyInput } from "../../src/policy/verdict.ts";
import type { PolicyActionRequest, PolicyActionRunner } from "../../src/ports/policy-actions.ts";
import type { AvailabilitySlo, SloKind } from "../../src/slo/model.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const T0 = Date.UTC(2026, 2, 1);

export interface Given {
  readonly service?: string;
  readonly name?: string;
  readonly kind?: SloKind;
  /** Of a million events at 99.9 %: a thousand is the whole budget. */
  readonly bad?: number;
  readonly total?: number;
  readonly coverage?: number;
  readonly minimumEvents?: number;
  readonly objective?: string;
  /** Share of failures by look-back, in milliseconds. */
  readonly failing?: Readonly<Record<number, number>>;
  readonly at?: number;
}

/** An SLO of 99.9 % over 30 days with so many bad events. */
export function given(facts: Given = {}): PolicyInput {
  const { service = "checkout", name = "availability", bad = 0, total = 1_000_000, coverage = 1 } = facts;
  const slo: AvailabilitySlo = {
    id: `${service}/${name}`,
    service,
    name,
    kind: "availability",
    objective: Objective.parse(facts.objective ?? "99.9%"),
    window: rollingWindow(30 * DAY),
    minimumEvents: facts.minimumEvents ?? 1,
  };
  const lookBacks = Object.entries(facts.failing ?? {}).map(([windowMs, share]) => {
    const measurement: Measurement = { good: 10_000 * (1 - share), total: 10_000, coverage: 1 };
    return { windowMs: Number(windowMs), measurement };
  });
  const window = { good: total - bad, total, coverage };
  const status: BudgetStatus = assessBudget(slo, { window, lookBacks }, facts.at ?? T0);
  return { slo: { ...slo, kind: facts.kind ?? slo.kind }, status };
}

/** With `share` of the budget consumed. */
export function consumed(share: number, facts: Given = {}): PolicyInput {
  return given({ ...facts, bad: Math.round(share * 1000) });
}

/** A clock by hand. */
export class HandClock implements Clock {
  wall = T0;
  #elapsed = 0;
  readonly #timers = new Map<() => void, number>();

  now(): number {
    return this.wall;
  }
  monotonic(): number {
    return this.#elapsed;
  }
  schedule(callback: () => void, delayMs: number): () => void {
    this.#timers.set(callback, this.#elapsed + delayMs);
    return () => {
      this.#timers.delete(callback);
    };
  }
  get timerCount(): number {
    return this.#timers.size;
  }
  advance(ms: number): void {
    this.wall += ms;
    this.#elapsed += ms;
    for (const [callback, due] of [...this.#timers]) {
      if (due > this.#elapsed) continue;
      this.#timers.delete(callback);
      callback();
    }
  }
}

/** Notes what it is asked, and does `behaviour`. */
export class NotingRunner implements PolicyActionRunner {
  readonly requests: PolicyActionRequest[] = [];
  readonly signals: AbortSignal[] = [];
  behaviour: (request: PolicyActionRequest) => Promise<void> = async () => {};

  run(request: PolicyActionRequest, options: { signal?: AbortSignal } = {}): Promise<void> {
    this.requests.push(request);
    if (options.signal !== undefined) this.signals.push(options.signal);
    return this.behaviour(request);
  }
  get names(): string[] {
    return this.requests.map(({ action }) => action);
  }
}

/** Lets everything that is ready to go on go on. */
export async function breathe(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
