/** A gate before releases: what the policy says of a service now, and never an answer that nobody can stand for. */
import { type Clock, systemClock } from "../core/time/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { invalid, isReliabilityError, show } from "../core/errors.ts";
import { Events, type Listener, type ListenerFailure } from "../core/events.ts";
import { mapSome } from "../core/map-some.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { publicReason } from "../core/public-reason.ts";
import { checkWords } from "../core/words.ts";
import { PolicyEngine, type PolicyEngineOptions } from "../policy/engine.ts";
import { lookBacksOf } from "../policy/judge.ts";
import { checkLogger, type Logger, toldOfListeners } from "../ports/logger.ts";
import type { ServiceStatus, StatusQuestion, StatusTeller } from "../status/model.ts";

import { readStatus } from "./answered.ts";
import { type Finding, questionsOf, unknown } from "./findings.ts";
import type { GateResult, WhenUnknown } from "./model.ts";
import { ofBlindness, ofOthers, ofPolicy, type Opinion, resultOf } from "./result.ts";
import { readWhenUnknown } from "./when-unknown.ts";

/** What a {@link ReleaseGate} is made of. */
export interface ReleaseGateOptions {
  /** Who tells how services stand: an `SloStatusReader`, a `Reliability`. */
  readonly statuses: StatusTeller;
  /**
   * The engine whose policies, memory and overrides count, such as `reliability.policies`; or what to make one of: its options, or
   * a document from `parsePolicyDocument`. A `ConservativePolicy` for every service unless told.
   */
  readonly policies?: PolicyEngine | PolicyEngineOptions;
  /** Whether a release may go on when nobody can tell: `"open"` lets it, `"closed"` holds it back. There is no default. */
  readonly whenUnknown: WhenUnknown;
  /** How long the statuses may take, in milliseconds; 10 s unless told. */
  readonly timeoutMs?: number;
  /** Statuses that were counted longer ago than this are unknown, in milliseconds; 10 minutes unless told. */
  readonly maxAgeMs?: number;
  readonly clock?: Clock;
  /** Told of what listeners throw; the process warns of it without `logger` and `onListenerError`. */
  readonly logger?: Logger;
  /** The same, for who wants to see what was thrown. */
  readonly onListenerError?: (failure: ListenerFailure) => void;
}

/** The events of a {@link ReleaseGate}. */
export interface GateEvents {
  /** Somebody has asked, and this was the answer. */
  checked: GateResult;
  /** The statuses could not be told; `error` is what the answer does not show. */
  failed: { readonly service: string; readonly at: number; readonly error: unknown };
}

/**
 * Answers whether a service may be released: `pass`, `warn`, `block`, or `unknown`, with the reasons. What decides is the policy of
 * the service on all its SLOs and composites, with the engine's memory and overrides in force. Nothing is changed by asking.
 *
 * What fails outside (statuses that cannot be told, do not come in time, make no sense or are old) is the verdict `unknown`, except
 * that a halt which the engine remembers stays a `block`: missing figures do not lift it. `unknown` is allowed or not as `whenUnknown` says.
 *
 * @throws {@link ConfigurationError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { parseSloDocument, ReleaseGate, SloStatusReader } from "nines";
 *
 * const slos = parseSloDocument({ service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } } });
 * const source = {
 *   measure: async (_slo: unknown, ranges: readonly object[]) => ranges.map(() => ({ good: 99_910, total: 100_000, coverage: 1 })),
 * };
 * const gate = new ReleaseGate({ statuses: new SloStatusReader({ slos, source }), whenUnknown: "closed" });
 * const { verdict, allowed, reasons } = await gate.check("shop");
 * if (verdict !== "block" || allowed) throw new Error(reasons[0]?.message);
 * ```
 */
export class ReleaseGate {
  readonly #statuses: StatusTeller;
  readonly #policies: PolicyEngine;
  readonly #whenUnknown: WhenUnknown;
  readonly #timeoutMs: number;
  readonly #maxAgeMs: number;
  readonly #clock: Clock;
  readonly #events: Events<GateEvents>;

  constructor(options: ReleaseGateOptions) {
    checkOptions(options, "ReleaseGate", OPTIONS);
    if ((options.statuses as unknown) === undefined)
      throw invalid("statuses", "is missing; give who tells how services stand");
    checkMethods(options.statuses, "statuses", ["getSloStatus"]);
    checkLogger(options.logger);
    const { clock = systemClock, policies = {} } = options;
    this.#statuses = options.statuses;
    this.#whenUnknown = readWhenUnknown(options.whenUnknown);
    this.#timeoutMs = milliseconds("timeoutMs", options.timeoutMs ?? 10_000);
    this.#maxAgeMs = milliseconds("maxAgeMs", options.maxAgeMs ?? 600_000);
    this.#clock = clock;
    this.#events = new Events({ onListenerError: toldOfListeners(options), names: ["checked", "failed"] });
    this.#policies = isEngine(policies) ? policies : new PolicyEngine({ clock, ...policies });
  }

  /**
   * Whether `service` may be released.
   *
   * @param options.at - as of when, in epoch milliseconds; now unless told
   * @param options.window - judges over this instead of each SLO's own window
   * @param options.signal - ends the question early; the call rejects with its reason then
   * @throws {@link ConfigurationError} if there is no such service, or the question cannot be meant
   */
  async check(service: string, options: StatusQuestion = {}): Promise<GateResult> {
    checkWords(service, MOST_CHARACTERS, (message) => {
      throw invalid("service", message);
    });
    checkOptions(options, "a question to a gate", ["at", "window", "signal"]);
    if (options.at !== undefined) milliseconds("at", options.at);
    const asked = await this.#ask(service, options);
    const at = options.at ?? this.#clock.now();
    const opinion = "status" in asked ? this.#judge(asked.status, at) : this.#blind(service, at, asked.finding);
    if ("error" in asked) this.#events.emit("failed", { service, at, error: asked.error });
    const result = resultOf(opinion, {
      service,
      at,
      whenUnknown: this.#whenUnknown,
      policy: this.#policies.policyFor(service).name,
      status: "status" in asked ? asked.status : undefined,
    });
    this.#events.emit("checked", result);
    return result;
  }

  /**
   * The same for several services, in their order; a few are asked about at a time.
   *
   * @throws {@link ConfigurationError} if there is no service of one of the names
   */
  async checkAll(services: readonly string[], options: StatusQuestion = {}): Promise<readonly GateResult[]> {
    return mapSome(services, LANES, (service) => this.check(service, options));
  }

  /** Listens to one of the {@link GateEvents}; returns how to stop. */
  on<Name extends keyof GateEvents>(name: Name, listener: Listener<GateEvents[Name]>): () => void {
    return this.#events.on(name, listener);
  }

  async #ask(
    service: string,
    question: StatusQuestion,
  ): Promise<{ readonly status: ServiceStatus } | { readonly finding: Finding; readonly error: unknown }> {
    const { signal } = question;
    const shown = show(service);
    try {
      const answer: unknown = await withDeadline(
        (abort) => this.#statuses.getSloStatus(service, { ...question, lookBacksMs: this.#lookBacksMs, signal: abort }),
        {
          clock: this.#clock,
          timeoutMs: this.#timeoutMs,
          operation: `telling how ${shown} stands`,
          signal,
          // A process that is there only to ask must not end without an answer.
          keepAlive: true,
        },
      );
      const read = readStatus(answer, service);
      if ("status" in read) return read;
      const finding = unknown("status_unreadable", `the status of ${shown} makes no sense: ${read.problem}`, REPAIR);
      return { finding, error: new TypeError(read.problem) };
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (isReliabilityError(error) && error.code === "configuration") throw error;
      const isLate = isReliabilityError(error) && error.code === "timeout";
      const message = `how ${shown} stands could not be told: ${publicReason(error)}`;
      return { finding: unknown(isLate ? "status_late" : "status_failed", message, REPAIR), error };
    }
  }

  /** What the policies read beside the look-backs of the alerts. */
  readonly #lookBacksMs: NonNullable<StatusQuestion["lookBacksMs"]> = ({ service, window }) =>
    lookBacksOf(this.#policies.policyFor(service), window);

  #judge(status: ServiceStatus, at: number): Opinion {
    const { service } = status;
    const { inputs, findings } = questionsOf(status, { at, maxAgeMs: this.#maxAgeMs });
    try {
      // A service that only promises what others keep has no budget for a policy to judge.
      if (inputs.length === 0 && findings.length > 0)
        return ofOthers(this.#policies.standing(service, { at }), findings);
      return ofPolicy(this.#policies.preview(service, inputs, { at }), findings);
    } catch (error) {
      const message = `the policy of ${show(service)} could not be applied: ${publicReason(error)}`;
      return this.#blind(service, at, unknown("policy_failed", message, "Repair the policy: it could not judge."));
    }
  }

  #blind(service: string, at: number, finding: Finding): Opinion {
    return ofBlindness(this.#policies.standing(service, { at }), finding);
  }
}

const OPTIONS: readonly (keyof ReleaseGateOptions)[] = [
  "statuses",
  "policies",
  "whenUnknown",
  "timeoutMs",
  "maxAgeMs",
  "clock",
  "logger",
  "onListenerError",
];
const LANES = 8;
const MOST_CHARACTERS = 200;
const REPAIR = "Repair what tells the statuses; until then a person can override the policy, with a reason and an end.";

function isEngine(policies: PolicyEngine | PolicyEngineOptions): policies is PolicyEngine {
  // Not by its class: two copies of the package may be installed.
  return "preview" in policies && "standing" in policies;
}

function milliseconds(path: string, value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= 8e15) return value;
  throw invalid(path, `${show(value)} is not possible; write milliseconds, from 0 to 8e15`);
}
