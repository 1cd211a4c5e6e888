/** Policies of a few thresholds: two ready-made ones. */
import { isEnough, minimumFailuresOf } from "../budget/alerting.ts";
import { burnRateText } from "../budget/assess.ts";
import type { MeasuredBudget } from "../budget/status.ts";
import { burnTiersFor } from "../budget/tiers.ts";
import { formatDuration } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { Window } from "../core/time/window.ts";
import type { PolicyDecision } from "../ports/policy-actions.ts";

import { ErrorBudgetPolicy } from "./error-budget-policy.ts";
import { percentText } from "./sentences.ts";
import { judgeUnmeasured, type WhenIdle } from "./unmeasured.ts";
import type { PolicyInput, PolicyReason, PolicySubject, PolicyVerdict } from "./verdict.ts";

/** What can be told to {@link ConservativePolicy} and {@link AggressivePolicy}. */
export interface ThresholdPolicyOptions {
  /** For people and logs. */
  readonly name?: string;
  /** Halts while more than this share of the budget is consumed; exactly this much is still allowed. */
  readonly haltAboveConsumedRatio?: number;
  /** Warns while less than this share of the budget remains; exactly this much is still allowed. `false`: never. */
  readonly warnBelowRemainingRatio?: number | false;
  /**
   * Warns while the budget burns at a pace that pages (see {@link burnTiersFor}): for 30 days 14.4 over 1 h or 6 over 6 h,
   * and as much over the short look-back, with at least 5 failures, or as many as the SLO's own `alerting` asks for (any of
   * slices of time). True unless told. Where the status does not have a long look-back, what is allowed has that as a
   * reason, `look_back_missing`; a missing short one is passed over.
   */
  readonly warnOnFastBurn?: boolean;
  /** What a service that was watched and had no requests is taken for; `"unknown"` unless told. */
  readonly whenIdle?: WhenIdle;
  /** Names of what is to be done when a decision is entered. */
  readonly actions?: Partial<Record<PolicyDecision, readonly string[]>>;
}

const OPTIONS: readonly (keyof ThresholdPolicyOptions)[] = [
  "name",
  "haltAboveConsumedRatio",
  "warnBelowRemainingRatio",
  "warnOnFastBurn",
  "whenIdle",
  "actions",
];

const RECOMMENDATIONS: Readonly<Record<"allow" | "warn" | "halt", readonly string[]>> = {
  allow: [],
  warn: [
    "Release in small steps that can be taken back, and watch the error budget.",
    "Find out what spends the budget, and put its repair before new features.",
  ],
  halt: [
    "Stop feature releases; ship only repairs and security fixes until the budget has recovered.",
    "Write a postmortem for any single incident that took more than 20% of the budget.",
  ],
};

/** Halts above a share consumed, warns below a share remaining or while the budget burns fast. */
export abstract class ThresholdPolicy extends ErrorBudgetPolicy {
  readonly name: string;
  readonly #haltAbove: number;
  readonly #warnBelow: number | false;
  readonly #warnOnFastBurn: boolean;
  readonly #whenIdle: WhenIdle;
  readonly #actions: Partial<Record<PolicyDecision, readonly string[]>>;

  protected constructor(
    options: ThresholdPolicyOptions,
    defaults: { name: string; haltAbove: number; warnBelow: number },
  ) {
    super();
    checkOptions(options, new.target.name, OPTIONS);
    this.name = options.name ?? defaults.name;
    this.#haltAbove = readRatio(options.haltAboveConsumedRatio ?? defaults.haltAbove, "haltAboveConsumedRatio", 10);
    const warnBelow = options.warnBelowRemainingRatio ?? defaults.warnBelow;
    this.#warnBelow = warnBelow === false ? false : readRatio(warnBelow, "warnBelowRemainingRatio", 1);
    this.#warnOnFastBurn = options.warnOnFastBurn ?? true;
    this.#whenIdle = readWhenIdle(options.whenIdle ?? "unknown");
    this.#actions = { ...options.actions };
  }

  override evaluate({ slo, status }: PolicyInput): PolicyVerdict {
    if (status.state !== "measured") {
      const verdict = judgeUnmeasured(slo.id, status, this.#whenIdle);
      return { ...verdict, actions: this.#actions[verdict.decision] ?? [] };
    }
    const halts = this.#haltReasons(slo.id, status);
    const warns = this.#warnReasons(slo, status);
    const decision = halts.length > 0 ? "halt" : warns.length > 0 ? "warn" : "allow";
    const left = `${slo.id}: ${percentText(status.remainingRatio)} of the error budget remains`;
    const allows = [{ code: "within_budget", message: left }, ...this.#unseen(slo.id, status)];
    const reasons = decision === "allow" ? allows : [...halts, ...warns];
    return { decision, reasons, recommendations: RECOMMENDATIONS[decision], actions: this.#actions[decision] ?? [] };
  }

  override lookBacksMs(window: Window): readonly number[] {
    return this.#warnOnFastBurn ? pageTiers(window).flatMap(({ longMs, shortMs }) => [longMs, shortMs]) : [];
  }

  #haltReasons(id: string, { consumedRatio }: MeasuredBudget): PolicyReason[] {
    const limit = this.#haltAbove;
    if (!(consumedRatio > limit)) return [];
    const figure = `${percentText(consumedRatio, limit)} of the error budget is consumed`;
    return [{ code: "consumed_above", message: `${id}: ${figure}; releases halt above ${percentText(limit)}` }];
  }

  #warnReasons(slo: PolicySubject, status: MeasuredBudget): PolicyReason[] {
    const { id } = slo;
    const reasons: PolicyReason[] = [];
    const limit = this.#warnBelow;
    if (limit !== false && status.remainingRatio < limit) {
      const figure = `${percentText(status.remainingRatio, limit)} of the error budget remains`;
      reasons.push({
        code: "remaining_below",
        message: `${id}: ${figure}; a warning is due below ${percentText(limit)}`,
      });
    }
    const fast = this.#warnOnFastBurn ? fastBurn(status, minimumFailuresOf(slo)) : undefined;
    if (fast !== undefined) reasons.push({ code: "burn_rate_high", message: `${id}: ${fast}` });
    return reasons;
  }

  /** Whoever was told of no fast burn has looked for none where its look-backs are missing. */
  #unseen(id: string, { burnRates, window }: MeasuredBudget): PolicyReason[] {
    const tiers = this.#warnOnFastBurn ? pageTiers(window) : [];
    const missing = tiers.filter(({ longMs }) => burnRates.every(({ windowMs }) => windowMs !== longMs));
    if (missing.length === 0) return [];
    const over = missing.map(({ longMs }) => formatDuration(Math.round(longMs))).join(" and ");
    const message = `${id}: the burn rate over ${over} was not measured, so a fast burn would not be seen`;
    return [{ code: "look_back_missing", message }];
  }
}

/**
 * For services whose reliability comes first: halts above 80 % consumed, warns below 20 % remaining.
 *
 * Both thresholds are strict: at exactly 80 % consumed and 20 % remaining, releases are allowed. As they are the same point
 * of the budget, only a fast burn warns before the halt; `warnBelowRemainingRatio: 0.5` gives an earlier warning.
 *
 * @example
 * ```ts
 * import { ConservativePolicy } from "nines";
 *
 * const policy = new ConservativePolicy({ warnBelowRemainingRatio: 0.5, actions: { halt: ["freeze-deployments"] } });
 * if (policy.name !== "conservative") throw new Error(policy.name);
 * ```
 */
export class ConservativePolicy extends ThresholdPolicy {
  constructor(options: ThresholdPolicyOptions = {}) {
    super(options, { name: "conservative", haltAbove: 0.8, warnBelow: 0.2 });
  }
}

/** For services that are to move fast: halts above 95 % consumed, warns below 10 % remaining. Both are strict. */
export class AggressivePolicy extends ThresholdPolicy {
  constructor(options: ThresholdPolicyOptions = {}) {
    super(options, { name: "aggressive", haltAbove: 0.95, warnBelow: 0.1 });
  }
}

function pageTiers(window: Window): ReturnType<typeof burnTiersFor> {
  return burnTiersFor(window).filter(({ severity }) => severity === "page");
}

/** The fastest burn that reaches its tier over the long look-back and, where it was measured, over the short one. */
function fastBurn({ burnRates, window }: MeasuredBudget, minimumFailures: number): string | undefined {
  for (const { longMs, shortMs, factor } of pageTiers(window)) {
    const long = burnRates.find(({ windowMs }) => windowMs === longMs);
    const short = burnRates.find(({ windowMs }) => windowMs === shortMs);
    const stillBurns = short === undefined || (short.rate !== undefined && short.rate > factor);
    if (long?.rate !== undefined && long.rate > factor && isEnough(long.bad, minimumFailures) && stillBurns) {
      return `${burnRateText(long)}; a warning is due above ${String(factor)}x`;
    }
  }
  return undefined;
}

function readRatio(value: number, path: string, most: number): number {
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw invalid(path, `${show(value)} is not a share of the budget; write a number from 0 to ${String(most)}`);
}

function readWhenIdle(value: WhenIdle): WhenIdle {
  if ((["unknown", "allow"] as readonly unknown[]).includes(value)) return value;
  throw invalid("whenIdle", `${show(value)} is not allowed; write "unknown" or "allow"`);
}
