/** An experiment: what it may strike, how it strikes, how that is undone. The belt around it is the runner's. */
import { parseDuration, parsePositiveDuration } from "../core/time/duration.ts";
import { invalid, show } from "../core/errors.ts";
import { checkWords } from "../core/words.ts";
import type { CallOptions } from "../ports/store.ts";

import { checkBlastRadius } from "./blast-radius.ts";
import type { BlastRadius, ChaosTarget, ChaosInjection } from "./model.ts";
import { checkProbes, type Probe } from "./probes.ts";

/** What every experiment can be told. */
export interface ChaosExperimentOptions {
  /** For people and reports. */
  readonly name: string;
  /** What is believed, and what would be learned. */
  readonly description?: string;
  /** How long the fault stays, such as `"5m"`; a minute unless told, an hour at most. */
  readonly duration?: string;
  /** Names of the services that it is about: their budgets guard it, their incidents and reports name it. */
  readonly services?: readonly string[];
  /** What must hold before it begins, while it goes on and afterwards. */
  readonly steadyState?: readonly Probe[];
  /** How many targets are to be struck, at least one: a number, or a share of the healthy ones such as `{ share: 0.1 }`; one unless told. */
  readonly strike?: number | { readonly share: number };
  /** Caps of its own, within those of the runner. */
  readonly blastRadius?: BlastRadius;
  /** How long one injecting or undoing may take, such as `"1m"`; as long as the runner says unless told. */
  readonly timeout?: string;
}

/** What injecting came to: `refused` is the target's word, such as a disruption budget's, and no failure. */
export interface InjectionResult {
  readonly result: "done" | "refused";
  readonly message: string;
}

/**
 * The base of all experiments. A subclass says what its steady state is, what can be struck, and how to inject and undo; a `ChaosRunner`
 * runs it, under its belt.
 *
 * `undo` must be safe to call for an injection that was never made, was made in part, or was undone before: after a crash nobody
 * knows which. It is given the injection as it was written down, by a process that may have been started since.
 *
 * @example
 * ```ts
 * import { ChaosExperiment, type ChaosTarget, type ChaosInjection } from "nines";
 *
 * class CacheLoss extends ChaosExperiment {
 *   readonly kind = "cache-loss";
 *   readonly off = new Set<string>();
 *   targets(): readonly ChaosTarget[] {
 *     return ["a", "b"].map((name) => ({ id: `cache/${name}`, group: "cache", healthy: true, labels: {}, details: { name } }));
 *   }
 *   inject({ target }: ChaosInjection) {
 *     this.off.add(target);
 *     return { result: "done", message: `${target} is off` } as const;
 *   }
 *   undo({ target }: ChaosInjection): void {
 *     this.off.delete(target);
 *   }
 * }
 * const experiment = new CacheLoss({ name: "one cache of two is lost", duration: "30s" });
 * if (experiment.durationMs !== 30_000) throw new Error("30 s");
 * ```
 */
export abstract class ChaosExperiment {
  /** What sort of experiment it is: after a crash, its injections are undone by any experiment of the same kind. */
  abstract readonly kind: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly durationMs: number;
  readonly services: readonly string[];
  readonly strike: number | { readonly share: number };
  readonly blastRadius: BlastRadius;
  /** Whether there is something to be undone; false for what heals by itself, such as a pod that is replaced. */
  readonly isUndone: boolean = true;
  /** Whether a target that is struck is out of service; false for what only slows it down, or harms a part of its work. */
  readonly takesAway: boolean = true;
  /** How long one injecting or undoing may take, in milliseconds; as long as the runner says unless told. */
  readonly timeoutMs: number | undefined;
  readonly #steadyState: readonly Probe[];

  constructor(options: ChaosExperimentOptions) {
    const {
      name,
      description,
      duration = "1m",
      services = [],
      steadyState = [],
      strike = 1,
      blastRadius = {},
    } = options;
    checkWords(name, MOST_CHARACTERS, (message) => {
      throw invalid("name", message);
    });
    this.name = name;
    this.description = description;
    this.durationMs = parseDuration(duration, "duration");
    if (this.durationMs > LONGEST_MS)
      throw invalid("duration", `${show(duration)} is more than an hour, the most that is allowed`);
    this.services = checkServices(services);
    this.strike = readStrike(strike);
    this.blastRadius = checkBlastRadius(blastRadius);
    this.timeoutMs = options.timeout === undefined ? undefined : parsePositiveDuration(options.timeout, "timeout");
    this.#steadyState = checkProbes(steadyState);
  }

  /** What must hold before, during and after. */
  steadyState(): readonly Probe[] {
    return this.#steadyState;
  }

  /** All that could be struck, whether or not it is healthy or has opted in: shares are shares of this. */
  abstract targets(options: CallOptions): Promise<readonly ChaosTarget[]> | readonly ChaosTarget[];

  /** What is to be written down for one target before it is struck; its details unless told. Nothing is done here. */
  prepare(target: ChaosTarget): ChaosInjection["details"] {
    return target.details;
  }

  /** Strikes one target. What it throws is a failure, after which `undo` is called. */
  abstract inject(injection: ChaosInjection, options: CallOptions): Promise<InjectionResult> | InjectionResult;

  /** Whether an injection of its kind that is in the journal is its own to undo; each is, unless told. */
  canUndo(_injection: ChaosInjection): boolean {
    return true;
  }

  /** Takes the fault away, as often as it is called. */
  abstract undo(injection: ChaosInjection, options: CallOptions): Promise<void> | void;
}

/** The options of {@link ChaosExperimentOptions}, for the checks of subclasses. */
export const EXPERIMENT_OPTIONS: readonly (keyof ChaosExperimentOptions)[] = [
  "name",
  "description",
  "duration",
  "services",
  "steadyState",
  "strike",
  "blastRadius",
  "timeout",
];

const MOST_CHARACTERS = 200;
const LONGEST_MS = 3_600_000;
const MOST_STRUCK = 1_000;

function checkServices(services: unknown): readonly string[] {
  const isList = Array.isArray(services) && services.every((name) => typeof name === "string" && name !== "");
  if (isList) return services as readonly string[];
  throw invalid("services", `${show(services)} is no list of names; write one such as ["shop"]`);
}

function readStrike(strike: unknown): ChaosExperiment["strike"] {
  if (typeof strike === "number" && Number.isInteger(strike) && strike >= 1 && strike <= MOST_STRUCK) return strike;
  const { share } = (strike ?? {}) as { readonly share?: unknown };
  if (typeof share === "number" && share > 0 && share <= 1) return { share };
  throw invalid("strike", `${show(strike)} is not possible; write a whole number from 1 to 1,000, or { share: 0.1 }`);
}
