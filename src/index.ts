/**
 * The reliability loop of a Node service: golden signals, SLIs, error budgets, policies, incidents, runbooks, postmortems.
 *
 * Each room names what it shows in a face of its own, which is also an entry of the package (`nines/budget`).
 *
 * @packageDocumentation
 */
export { Reliability } from "./reliability.ts";
export type { ReliabilityEvents, ReliabilityOptions, ReliabilityStatus, ServiceStanding } from "./reliability.ts";
export { MemoryStateStore } from "./adapters/memory/index.ts";
export * from "./core/index.ts";
export * from "./ports/index.ts";
export * from "./slo/index.ts";
export * from "./signals/index.ts";
export * from "./budget/index.ts";
export * from "./status/index.ts";
export * from "./policy/index.ts";
export * from "./rules/index.ts";
export * from "./backtest/index.ts";
export * from "./gate/index.ts";
export * from "./forecast/index.ts";
export * from "./canary/index.ts";
export * from "./incident/index.ts";
export * from "./runbook/index.ts";
export * from "./response/index.ts";
export * from "./postmortem/index.ts";
export * from "./availability/index.ts";
export * from "./capacity/index.ts";
export * from "./logging/index.ts";
export * from "./dashboard/index.ts";
export * from "./maturity/index.ts";
export * from "./chaos/index.ts";
