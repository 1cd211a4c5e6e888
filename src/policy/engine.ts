/** Applies policies to services over time: memory, overrides, actions and the audit log around pure decisions. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { invalid, type ReliabilityError } from "../core/errors.ts";
import type { Path } from "../core/faults.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { Events, type Listener } from "../core/events.ts";
import { MILLISECONDS } from "../core/time/duration.ts";
import { checkWords } from "../core/words.ts";
import { checkLogger, toldOfListeners } from "../ports/logger.ts";
import type { PolicyActionRequest } from "../ports/policy-actions.ts";
import type { PolicyAuditEntry, PolicyAuditLog } from "../ports/policy-audit.ts";

import { ActionQueue, asError, type PolicyActionResult } from "./action-queue.ts";
import { MemoryPolicyAuditLog } from "./audit.ts";
import { checkRules, ENGINE_OPTIONS, type PolicyEngineOptions, readAmount } from "./engine-options.ts";
import type { ErrorBudgetPolicy } from "./error-budget-policy.ts";
import { actionEntry, entryOf, eventOf, POLICY_EVENTS, type PolicyEvents } from "./events.ts";
import type { Judgement } from "./hold.ts";
import { judge } from "./judge.ts";
import { noService } from "./known-slos.ts";
import { outcomeOf, type PolicyOutcome, type PolicyPreview, type PolicyStanding, standingOf } from "./outcome.ts";
import { type OverrideRequest, type PolicyOverride, readOverride } from "./override.ts";
import { settle } from "./settle.ts";
import { initialState, type PolicyEngineState, type PolicyState, readState } from "./state.ts";
import { ConservativePolicy } from "./threshold-policy.ts";
import { type PolicyEvent, type PolicyStep, transition } from "./transition.ts";
import type { PolicyInput } from "./verdict.ts";

export type { PolicyEngineOptions } from "./engine-options.ts";

/** As of when (epoch milliseconds; now unless told), and how to end the call early. */
export interface PolicyCallOptions {
  readonly at?: number;
  readonly signal?: AbortSignal;
}

/**
 * Decides for services whether releases may go on, from the error budgets of their SLOs.
 *
 * A service's decision is the strictest of its SLOs: halt > unknown > warn > allow. It gets stricter at once, and milder
 * only when the figures are clear of the threshold (see `marginRatio`). Nothing that an action, a listener, an audit log
 * or a policy does makes a call reject; what failed is in the outcome and in an event. Methods reject with a
 * {@link ConfigurationError} when they are called with what cannot be meant.
 *
 * @example
 * ```ts
 * import { assessBudget, ConservativePolicy, Objective, PolicyEngine, rollingWindow } from "nines";
 *
 * const slo = {
 *   id: "checkout/availability", service: "checkout", name: "availability", kind: "availability",
 *   objective: Objective.parse("99.9%"), window: rollingWindow(30 * 86_400_000), minimumEvents: 1,
 * } as const;
 * const status = assessBudget(slo, { window: { good: 999_150, total: 1_000_000, coverage: 1 }, lookBacks: [] }, Date.now());
 *
 * const done: string[] = [];
 * const engine = new PolicyEngine({
 *   default: new ConservativePolicy({ actions: { halt: ["freeze-deployments"] } }),
 *   actions: { run: async ({ action }) => void done.push(action) },
 * });
 * const { decision, reasons } = await engine.applyPolicy("checkout", [{ slo, status }]);
 * if (decision !== "halt" || done.join() !== "freeze-deployments") throw new Error(reasons[0]?.message);
 * ```
 */
export class PolicyEngine {
  readonly #events: Events<PolicyEvents>;
  readonly #default: ErrorBudgetPolicy;
  readonly #knownServices: readonly string[] | undefined;
  readonly #policies: ReadonlyMap<string, ErrorBudgetPolicy>;
  readonly #queue: ActionQueue;
  readonly #recent = new MemoryPolicyAuditLog();
  readonly #audit: PolicyAuditLog | undefined;
  readonly #auditing = new Set<Promise<void>>();
  readonly #clock: Clock;
  readonly #marginRatio: number;
  readonly #minimumHoldMs: number;
  readonly #maxOverrideMs: number;
  readonly #timeoutMs: number;
  readonly #states: Map<string, PolicyState>;

  constructor(options: PolicyEngineOptions = {}) {
    checkOptions(options, "PolicyEngine", ENGINE_OPTIONS);
    checkMethods(options.default, "default", ["evaluate"]);
    checkMethods(options.actions, "actions", ["run"]);
    checkMethods(options.audit, "audit", ["append"]);
    checkLogger(options.logger);
    const { services = {}, clock = systemClock } = options;
    this.#events = new Events({ onListenerError: toldOfListeners(options), names: POLICY_EVENTS });
    this.#default = options.default ?? new ConservativePolicy();
    this.#knownServices = options.knownServices;
    this.#policies = services instanceof Map ? services : new Map(Object.entries(services));
    this.#marginRatio = readAmount(options.marginRatio ?? 0.05, "marginRatio", 1);
    this.#minimumHoldMs = readAmount(options.minimumHoldMs ?? 0, "minimumHoldMs");
    this.#maxOverrideMs = readAmount(options.maxOverrideMs ?? MILLISECONDS.w, "maxOverrideMs");
    this.#timeoutMs = readAmount(options.timeoutMs ?? 10_000, "timeoutMs");
    this.#queue = new ActionQueue({ runner: options.actions, clock, timeoutMs: this.#timeoutMs });
    this.#audit = options.audit;
    this.#clock = clock;
    for (const service of this.#policies.keys()) this.#checkService(service, ["services", service]);
    checkRules({ default: this.#default, services: this.#policies }, options);
    const states = options.state === undefined ? [] : readState(options.state);
    this.#states = new Map(states.map((state) => [state.service, state]));
  }

  /** The policy that `service` is under. */
  policyFor(service: string): ErrorBudgetPolicy {
    return this.#policies.get(service) ?? this.#default;
  }

  /**
   * Judges a service and runs the actions of a decision that is entered. The decision itself is taken before the first
   * action starts, so calls that overlap agree, and no action runs twice.
   *
   * @param service - its name
   * @param inputs - all of its SLOs with their statuses; those that are missing are forgotten
   * @returns the decision with its reasons, once the actions that it led to have ended
   */
  async applyPolicy(
    service: string,
    inputs: readonly PolicyInput[],
    options: PolicyCallOptions = {},
  ): Promise<PolicyOutcome> {
    const at = this.#at(options);
    const judgements = this.#judge(service, inputs);
    const before = this.#stateOf(service, at);
    const step = this.#step(service, { type: "judged", judgements }, at);
    const outcome = this.#outcome(step, { at, before, judgements });
    return { ...outcome, actions: await this.#settle(service, at, options.signal) };
  }

  /**
   * What {@link applyPolicy} would decide, without deciding it: margins, holds and overrides count as they do there, and
   * nothing is remembered, run, recorded or told. For whoever only asks, such as a release gate.
   *
   * @throws {@link ConfigurationError} for inputs that {@link applyPolicy} would refuse
   */
  preview(service: string, inputs: readonly PolicyInput[], options: { readonly at?: number } = {}): PolicyPreview {
    const at = this.#at(options);
    const judgements = this.#judge(service, inputs);
    const before = this.#stateOf(service, at);
    return this.#outcome(this.#next(before, { type: "judged", judgements }, at), { at, before, judgements });
  }

  /**
   * Puts a person's decision in force until it expires, whatever the policy says; it replaces an earlier override of the
   * service. It is in force when this method is called, and in the audit log when it resolves.
   */
  async setOverride(request: OverrideRequest, options: PolicyCallOptions = {}): Promise<PolicyOverride> {
    const at = this.#at(options);
    const override = readOverride(request, at, this.#maxOverrideMs);
    this.#checkService(request.service);
    this.#step(request.service, { type: "override_set", override }, at);
    await this.#settle(request.service, at, options.signal);
    return override;
  }

  /** Ends an override before its time; false if there was none. Who does so, and why, is kept. */
  async removeOverride(
    request: { readonly service: string; readonly by: string; readonly reason: string },
    options: PolicyCallOptions = {},
  ): Promise<boolean> {
    const at = this.#at(options);
    const { service, by, reason } = request;
    const refuse = (name: string) => (message: string) => {
      throw invalid(name, message);
    };
    checkWords(by, 200, refuse("by"));
    checkWords(reason, 1_000, refuse("reason"));
    const { effects } = this.#step(service, { type: "override_removed", by, reason }, at);
    await this.#settle(service, at, options.signal);
    return effects.some(({ type }) => type === "override_removed");
  }

  /**
   * How a service stands, without judging it again: for a release gate. `unknown` if it never was judged. An override
   * that is over is taken away here as well; actions that this leads to run with the next call that can wait for them.
   */
  current(service: string, options: { readonly at?: number } = {}): PolicyStanding {
    return standingOf(this.#step(service, { type: "looked" }, this.#at(options)).state);
  }

  /** The same, and everything stays as it is: an override that is over does not count, and is left for others to find. */
  standing(service: string, options: { readonly at?: number } = {}): PolicyStanding {
    const at = this.#at(options);
    return standingOf(this.#next(this.#stateOf(service, at), { type: "looked" }, at).state);
  }

  /** The last 1,000 entries of the audit log since the start, oldest first; of one service if it is named. */
  auditEntries(service?: string): readonly PolicyAuditEntry[] {
    return this.#recent.entries(service);
  }

  /** Everything that is remembered, as plain JSON: hand it to the option `state` after a restart. */
  exportState(): PolicyEngineState {
    return { version: 1, services: [...this.#states.values()] };
  }

  /**
   * Goes on from what {@link exportState} gave, as an object or as JSON text, for the services that it names.
   *
   * @throws {@link ConfigurationError} with all that is wrong with it; nothing is changed then
   */
  restoreState(state: string | object): void {
    for (const remembered of readState(state)) this.#states.set(remembered.service, remembered);
  }

  /** Listens to one of the {@link PolicyEvents}; returns how to stop. */
  on<Name extends keyof PolicyEvents>(name: Name, listener: Listener<PolicyEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  #at({ at }: { readonly at?: number }): number {
    // The range of a Date, nearly: whatever is taken here can be written in a sentence.
    return at === undefined ? this.#clock.now() : readAmount(at, "at", 8e15);
  }

  #checkService(service: string, path: Path = ["service"]): void {
    if (this.#knownServices?.includes(service) !== false) return;
    throw invalid(path, noService(service, this.#knownServices));
  }

  #stateOf(service: string, at: number): PolicyState {
    return this.#states.get(service) ?? initialState(service, at);
  }

  #judge(service: string, inputs: readonly PolicyInput[]): readonly Judgement[] {
    return judge(this.policyFor(service), inputs, { service, marginRatio: this.#marginRatio });
  }

  #outcome(
    step: PolicyStep,
    context: { readonly at: number; readonly before: PolicyState; readonly judgements: readonly Judgement[] },
  ): PolicyPreview {
    const policy = this.policyFor(step.state.service).name;
    const [marginRatio, minimumHoldMs] = [this.#marginRatio, this.#minimumHoldMs];
    return outcomeOf(step, { ...context, policy, marginRatio, minimumHoldMs });
  }

  #next(state: PolicyState, event: PolicyEvent, at: number): PolicyStep {
    return transition(state, event, { at, minimumHoldMs: this.#minimumHoldMs });
  }

  #step(service: string, event: PolicyEvent, at: number): PolicyStep {
    const step = this.#next(this.#stateOf(service, at), event, at);
    if (event.type !== "looked" || this.#states.has(service)) this.#states.set(service, step.state);
    // All entries before the first listener: it may call the engine again, and its entries come after these.
    for (const effect of step.effects) this.#record(entryOf(effect, { service, at }));
    for (const effect of step.effects) {
      const [name, payload] = eventOf(effect, { service, at });
      this.#events.emit(name, payload);
    }
    return step;
  }

  /** Runs what is pending and waits until the audit log has everything. */
  async #settle(service: string, at: number, signal: AbortSignal | undefined): Promise<readonly PolicyActionResult[]> {
    const started = this.#clock.monotonic();
    const onSettled = (request: PolicyActionRequest, error: ReliabilityError | undefined): void => {
      const endedAt = at + Math.round(this.#clock.monotonic() - started);
      this.#step(service, { type: "action_settled", idempotencyKey: request.idempotencyKey }, endedAt);
      this.#record(actionEntry(request, endedAt, error));
      if (error !== undefined) this.#events.emit("actionFailed", { at: endedAt, request, error });
    };
    const results = await this.#queue.run(service, this.#stateOf(service, at).pending, { signal, onSettled });
    await Promise.all(this.#auditing);
    return results;
  }

  #record(given: PolicyAuditEntry): void {
    const entry = Object.freeze(given);
    void this.#recent.append(entry);
    const audit = this.#audit;
    if (audit === undefined) return;
    const operation = `append ${entry.what} to the audit log`;
    const call = (signal: AbortSignal): Promise<void> => audit.append(entry, { signal });
    const append = settle(call, { clock: this.#clock, timeoutMs: this.#timeoutMs, operation }).then((settled) => {
      this.#auditing.delete(append);
      if (settled.ok) return;
      const error = asError(settled.error, { adapter: "policy-audit-log", operation });
      this.#events.emit("auditFailed", { entry, error });
    });
    this.#auditing.add(append);
  }
}
