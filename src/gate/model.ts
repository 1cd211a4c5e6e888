/** Whether a service may be released. */
import type { PolicyOverride } from "../policy/override.ts";
import type { PolicyReason } from "../policy/verdict.ts";
import type { CompositeStatus, SloStatus, StatusSummary } from "../status/model.ts";

/** From mildest to strictest. */
export const GATE_VERDICTS = ["pass", "warn", "unknown", "block"] as const;

/** One of {@link GATE_VERDICTS}: the policy's allow, warn, unknown and halt. */
export type GateVerdict = (typeof GATE_VERDICTS)[number];

/** What a gate does when it cannot tell: lets pass, or holds back. There is no default. */
export type WhenUnknown = "open" | "closed";

/** The answer to "may we release?". */
export interface GateResult {
  readonly service: string;
  readonly verdict: GateVerdict;
  /** Whether the release may go on: pass and warn may, block may not, and unknown as the gate's owner chose. */
  readonly allowed: boolean;
  /** What was chosen for unknown. */
  readonly whenUnknown: WhenUnknown;
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  /** At least one; for machines by their codes, for people by their messages. */
  readonly reasons: readonly PolicyReason[];
  /** What people should do. */
  readonly recommendations: readonly string[];
  /** Name of the policy that decided. */
  readonly policy: string;
  /** Whose word stands against the policy's, if anybody's. */
  readonly override: PolicyOverride | undefined;
  /** What the policy says, whether or not it is overridden. */
  readonly policyVerdict: GateVerdict;
  /** Undefined where the service's status could not be asked for at all. */
  readonly summary: StatusSummary | undefined;
  readonly slos: readonly SloStatus[];
  readonly composites: readonly CompositeStatus[];
}
