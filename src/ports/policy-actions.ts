/** What a policy asks to be done when its decision about a service changes: freeze deployments, tell a channel. */
import type { CallOptions } from "./store.ts";

/**
 * What a policy can decide about releases, from the mildest to the strictest. `unknown` stands above `warn`, since what
 * was not measured may be anything, and below `halt`, which was.
 */
export const POLICY_DECISIONS = ["allow", "warn", "unknown", "halt"] as const;

/** One of {@link POLICY_DECISIONS}. */
export type PolicyDecision = (typeof POLICY_DECISIONS)[number];

/** One action, asked for once by each entry into a decision. */
export interface PolicyActionRequest {
  /** The service that the decision is about. */
  readonly service: string;
  /** Name of the action, as the policy has it. */
  readonly action: string;
  /** The decision that was entered. */
  readonly decision: PolicyDecision;
  /** The decision that was left. */
  readonly from: PolicyDecision;
  /** When, in epoch milliseconds. */
  readonly at: number;
  /** Why, in sentences. */
  readonly reasons: readonly string[];
  /**
   * The same for the same entry into the same decision, also after a restart, and for no other. An action that was
   * running when the process died is asked for again with it.
   */
  readonly idempotencyKey: string;
}

/** Does what policies ask for. Retry is a decorator's job: an action that fails is reported and not asked for again. */
export interface PolicyActionRunner {
  /** Resolves once it is done; rejects if it could not be done. Stops early when `signal` aborts. */
  run(request: PolicyActionRequest, options?: CallOptions): Promise<void>;
}
