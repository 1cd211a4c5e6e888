/** What experiments are about, and what is told of them. */
import type { Json } from "../core/json.ts";

export type { Json } from "../core/json.ts";

/** Something that can be struck. */
export interface ChaosTarget {
  /** Unique, whatever the experiment: two experiments never strike one target at the same time. Such as `pod/shop/web-1`. */
  readonly id: string;
  /** Those that stand in for each other, such as the pods of one deployment: caps count within a group. */
  readonly group: string;
  /** Whether it works now. What does not is never struck, and counts for nobody. */
  readonly healthy: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** It stands in for the others and is counted, and is never struck itself. */
  readonly isSpared?: boolean;
  /** What the experiment must remember of it to strike and to undo. */
  readonly details: Readonly<Record<string, Json>>;
}

/** What is done to one target. It is written down before it is done, and holds all that undoing takes. */
export interface ChaosInjection {
  /** Unique for ever. */
  readonly id: string;
  /** Of the experiment that does it: who undoes it later, after a crash, is found by it. */
  readonly kind: string;
  /** {@link ChaosTarget.id} */
  readonly target: string;
  /** {@link ChaosTarget.details}, and what {@link ChaosExperiment.prepare} has added. */
  readonly details: Readonly<Record<string, Json>>;
}

/** How much of what there is may be struck at most. */
export interface BlastRadius {
  /** Targets of a group at a time; 1 unless told. */
  readonly maxTargets?: number;
  /** Share of the healthy targets of a group, from 0 to 1; 0.5 unless told. Rounded down. */
  readonly maxShare?: number;
  /** So many healthy targets of a group are never struck, 1 at least; 1 unless told. */
  readonly leaveHealthy?: number;
  /** Only targets that bear all of these labels: they have opted in. */
  readonly optIn?: Readonly<Record<string, string>>;
  /** Never targets that bear one of these labels with this value. */
  readonly optOut?: Readonly<Record<string, string>>;
}

/** What came of a probe. */
export interface ProbeResult {
  readonly ok: boolean;
  /** What was seen, for people. */
  readonly message: string;
}

/** Where a run was when something was seen. */
export type ChaosPhase = "before" | "during" | "after";

/** A probe's word at one moment. */
export interface ProbeObservation extends ProbeResult {
  readonly at: number;
  readonly phase: ChaosPhase;
  readonly probe: string;
}

/**
 * How a run ended. `dry_run`: all was looked at and nothing was done. `refused`: it did not begin. `completed`: it took its whole
 * time. `aborted`: it was ended early. `failed`: an injection could not be made.
 */
export const CHAOS_OUTCOMES = ["dry_run", "refused", "completed", "aborted", "failed"] as const;

/** One of {@link CHAOS_OUTCOMES}. */
export type ChaosOutcome = (typeof CHAOS_OUTCOMES)[number];

/** Why something is so: a stable code for machines, a sentence for people. */
export interface ChaosReason {
  readonly code: string;
  readonly message: string;
}

/** What became of one injection. What the experiment must remember of it is in the journal alone: it may hold addresses. */
export interface InjectionRecord extends Omit<ChaosInjection, "details"> {
  /** `done`; `refused` by the target, such as by a disruption budget; `failed`, and undone as what may be half done. */
  readonly result: "done" | "refused" | "failed";
  readonly message: string;
  readonly injectedAt: number;
  /** When it was undone; undefined while it is not, and for what has nothing to be undone. */
  readonly undoneAt: number | undefined;
  /** `not_yet`: it is in the journal, and undone at the next start or by `undoOpen()`. */
  readonly undo: "done" | "not_needed" | "not_yet";
}

/** A moment of a run, for the timeline. */
export interface ChaosMoment {
  readonly at: number;
  readonly code: string;
  readonly message: string;
}

/** What was planned, done, seen and undone. */
export interface ChaosReport {
  /** Of the run. */
  readonly id: string;
  readonly experiment: string;
  readonly kind: string;
  readonly description: string | undefined;
  /** Names of the services that it is about. */
  readonly services: readonly string[];
  /** Who ran it. */
  readonly by: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: ChaosOutcome;
  /** Why it was refused, aborted or failed, what could not be undone. Empty where all went well. */
  readonly reasons: readonly ChaosReason[];
  /** Whether the steady state was there again afterwards; undefined where nobody looked. */
  readonly steadyAfterwards: boolean | undefined;
  readonly blastRadius: {
    /** How many targets there are. */
    readonly targets: number;
    /** How many of them are healthy and have opted in. */
    readonly eligible: number;
    /** Ids of those that were struck, or would be. */
    readonly chosen: readonly string[];
    /** The shares of healthy targets that were chosen, of the group with the largest. */
    readonly share: number;
  };
  readonly injections: readonly InjectionRecord[];
  readonly observations: readonly ProbeObservation[];
  readonly timeline: readonly ChaosMoment[];
}
