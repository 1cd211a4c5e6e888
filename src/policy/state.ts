/** What a policy engine remembers of a service: plain JSON, so that a restart does not flap. */
import { parseDocument } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import { POLICY_DECISIONS, type PolicyActionRequest, type PolicyDecision } from "../ports/policy-actions.ts";

import type { SloMemory } from "./hold.ts";
import type { PolicyOverride } from "./override.ts";

/** What a policy engine remembers of one service. */
export interface PolicyState {
  readonly service: string;
  /** The decision in force. */
  readonly decision: PolicyDecision;
  /** Since when, in epoch milliseconds. */
  readonly since: number;
  /** What the policy says, whether or not it is overridden. */
  readonly policyDecision: PolicyDecision;
  /** How often the decision in force has changed. */
  readonly changes: number;
  /** Each SLO that was judged last. */
  readonly slos: readonly SloMemory[];
  /** Actions that were asked for and have not finished. */
  readonly pending: readonly PolicyActionRequest[];
  /** Who has overridden the policy, if anybody. */
  readonly override?: PolicyOverride;
}

/** What {@link PolicyEngine.exportState} gives and the option `state` takes. */
export interface PolicyEngineState {
  readonly version: 1;
  readonly services: readonly PolicyState[];
}

/** A service of which nothing is known yet. */
export function initialState(service: string, at: number): PolicyState {
  return { service, decision: "unknown", since: at, policyDecision: "unknown", changes: 0, slos: [], pending: [] };
}

const text = z.string();
const texts = z.array(text);
const moment = z.number();
const decision = z.enum(POLICY_DECISIONS);
const measured = z.enum(["allow", "warn", "halt"]);

const SCHEMA = z.strictObject({
  version: z.literal(1),
  services: z.array(
    z.strictObject({
      service: text,
      decision,
      since: moment,
      policyDecision: decision,
      changes: z.int().min(0),
      slos: z.array(
        z.strictObject({
          id: text,
          decision,
          level: z.exactOptional(measured),
          since: moment,
          actions: texts,
          recommendations: texts,
        }),
      ),
      pending: z.array(
        z.strictObject({
          service: text,
          action: text,
          decision,
          from: decision,
          at: moment,
          reasons: texts,
          idempotencyKey: text,
        }),
      ),
      override: z.exactOptional(
        z.strictObject({
          decision: z.enum(["allow", "halt"]),
          by: text,
          reason: text,
          setAt: moment,
          expiresAt: moment,
          actions: texts,
        }),
      ),
    }),
  ),
});

/** Reads an exported state, as an object or as JSON text; throws a {@link ConfigurationError} with all that is wrong. */
export function readState(input: string | object): readonly PolicyState[] {
  return parseDocument<PolicyEngineState>(input, SCHEMA, { file: "policy state" }).services;
}
