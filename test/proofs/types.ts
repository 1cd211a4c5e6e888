import type { ServiceName } from "../support/services.ts";

/** What a run is given besides its size. */
export interface ProofContext {
  /** The same seed and size give the same run. */
  readonly seed: string;
  /** Reports progress; it goes to the terminal in the full form, and nowhere in the tests. */
  readonly log: (message: string) => void;
}

/** What a proof found out, for the reader: counts, worst errors, durations. */
export type ProofFigures = Readonly<Record<string, number | string>>;

/**
 * A claim about nines that is tried on many generated cases. A module in test/proofs exports the four members by name;
 * its `quick` form runs with the tests, its `full` form by `npm run proof -- NAME`.
 */
export interface Proof<Size> {
  /** The claim, as one sentence. */
  readonly description: string;
  /** Programs that it cannot do without. */
  readonly needs?: readonly ServiceName[];
  /** Seconds of work at most. */
  readonly quick: Size;
  /** As much as is worth waiting for. */
  readonly full: Size;
  /** Tries the claim; throws, with the seed of the case in its message, where it does not hold. */
  run(this: void, size: Size, context: ProofContext): Promise<ProofFigures>;
}
