/** What a policy engine is made of. */
import type { Clock } from "../core/time/clock.ts";
import { ConfigurationError, type ConfigurationIssue, invalid, show } from "../core/errors.ts";
import type { ListenerFailure } from "../core/events.ts";
import type { Logger } from "../ports/logger.ts";
import type { PolicyActionRunner } from "../ports/policy-actions.ts";
import type { PolicyAuditLog } from "../ports/policy-audit.ts";
import type { Slo } from "../slo/model.ts";

import { DeclaredPolicy } from "./declared-policy.ts";
import type { ErrorBudgetPolicy } from "./error-budget-policy.ts";
import { leftToDefault, servicesIn, unknownNames } from "./known-slos.ts";

/** What can be told to a `PolicyEngine`. */
export interface PolicyEngineOptions {
  /** For every service without a policy of its own; a {@link ConservativePolicy} unless told. */
  readonly default?: ErrorBudgetPolicy;
  /** Policies by the name of the service. */
  readonly services?: ReadonlyMap<string, ErrorBudgetPolicy> | Readonly<Record<string, ErrorBudgetPolicy>>;
  /** Does what the policies ask for. Without it their actions fail, and that is told. */
  readonly actions?: PolicyActionRunner;
  /** Keeps the audit log beyond the last 1,000 entries, which `auditEntries()` has in any case. */
  readonly audit?: PolicyAuditLog;
  /**
   * How far from a threshold the figures must be before a decision gets milder: this share of the budget less consumed,
   * and burn rates lower by this share. 0.05 unless told; from 0 to 1.
   */
  readonly marginRatio?: number;
  /** How long a decision on an SLO stays before it gets milder, in milliseconds; 0 unless told. */
  readonly minimumHoldMs?: number;
  /** The longest override, in milliseconds; 7 days unless told. */
  readonly maxOverrideMs?: number;
  /** How long one action, or one append to the audit log, may take, in milliseconds; 10 s unless told. */
  readonly timeoutMs?: number;
  /** The only services that there are; without it a name that nobody knows is taken for a new one. */
  readonly knownServices?: readonly string[];
  /** The only SLOs and composites that there are; a declared rule that can never hold by its names and kinds, or misspells a name, is refused. */
  readonly knownSlos?: readonly (Pick<Slo, "service" | "name"> & Partial<Pick<Slo, "kind">>)[];
  /** What `exportState()` gave before a restart, as an object or as JSON text. */
  readonly state?: string | object;
  readonly clock?: Clock;
  /** Told of what listeners throw; the process warns of it without `logger` and `onListenerError`. */
  readonly logger?: Logger;
  /** The same, for who wants to see what was thrown. */
  readonly onListenerError?: (failure: ListenerFailure) => void;
}

/** Names of the options; "policies" comes with a document that is handed in as it is. */
export const ENGINE_OPTIONS: readonly (keyof PolicyEngineOptions | "policies")[] = [
  "default",
  "services",
  "actions",
  "audit",
  "marginRatio",
  "minimumHoldMs",
  "maxOverrideMs",
  "timeoutMs",
  "state",
  "knownServices",
  "knownSlos",
  "clock",
  "logger",
  "onListenerError",
  "policies",
];

/** `value`, if it is a number from 0 to `most`. */
export function readAmount(value: number, path: string, most: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw invalid(path, `${show(value)} is out of range; write a number from 0 to ${String(most)}`);
}

/** Refuses declared policies whose rules name what is not there, if it is known what there is. @throws {@link ConfigurationError} with all such names */
export function checkRules(
  policies: { readonly default: ErrorBudgetPolicy; readonly services: ReadonlyMap<string, ErrorBudgetPolicy> },
  { knownServices, knownSlos }: Pick<PolicyEngineOptions, "knownServices" | "knownSlos">,
): void {
  const known = { services: knownServices, slos: knownSlos };
  const left = leftToDefault(servicesIn(known), (service) => policies.services.has(service));
  const issues: ConfigurationIssue[] = [];
  for (const policy of new Set([policies.default, ...policies.services.values()])) {
    // What somebody's own class calls rules may be anything.
    if (!(policy instanceof DeclaredPolicy)) continue;
    const own = [...policies.services].filter(([, one]) => one === policy).map(([service]) => service);
    const covered = policy === policies.default ? [...own, ...left] : own;
    const at = policy === policies.default ? ["default"] : ["services", ...own.slice(0, 1)];
    for (const { path, message } of unknownNames(policy.rules, { covered, ...known }))
      issues.push({ path: [...at, "rules", ...path], message });
  }
  if (issues.length > 0) throw new ConfigurationError(issues);
}
