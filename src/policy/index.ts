/**
 * What a budget decides: policies and the engine that keeps to them.
 *
 * @packageDocumentation
 */
export { MemoryPolicyAuditLog } from "./audit.ts";
export { parsePolicyDocument } from "./document.ts";
export type { PolicyDocument } from "./document.ts";
export { PolicyEngine } from "./engine.ts";
export type { PolicyCallOptions, PolicyEngineOptions } from "./engine.ts";
export { ErrorBudgetPolicy } from "./error-budget-policy.ts";
export type { PolicyEvents } from "./events.ts";
export { AggressivePolicy, ConservativePolicy } from "./threshold-policy.ts";
export type { ThresholdPolicy, ThresholdPolicyOptions } from "./threshold-policy.ts";
export type { PolicyActionResult } from "./action-queue.ts";
export type { ConditionBounds, BurnCondition, RuleConditions } from "./conditions.ts";
export type { DeclaredPolicy, PolicyRule } from "./declared-policy.ts";
export type { SloMemory } from "./hold.ts";
export type { PolicyOutcome, PolicyPreview, PolicyStanding, SloDecision } from "./outcome.ts";
export type { OverrideRequest, PolicyOverride } from "./override.ts";
export type { PolicyEngineState, PolicyState } from "./state.ts";
export type { WhenIdle } from "./unmeasured.ts";
export type { PolicyInput, PolicyReason, PolicySubject, PolicyVerdict } from "./verdict.ts";
