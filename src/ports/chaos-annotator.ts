/** Draws on graphs when chaos was: a mark when it begins, which becomes a region when it ends. */
import type { CallOptions } from "./store.ts";

/** A run that strikes. */
export interface ChaosMark {
  /** Id of the run. */
  readonly run: string;
  /** Name of the experiment. */
  readonly experiment: string;
  /** When it began to strike, in epoch milliseconds. */
  readonly at: number;
  /** What is struck, for people. */
  readonly text: string;
}

/** A run that has ended. */
export interface ChaosRegion extends ChaosMark {
  /** When all was undone, in epoch milliseconds. */
  readonly until: number;
  /** Such as `completed`. */
  readonly outcome: string;
  readonly services: readonly string[];
}

/** Draws runs. What is told twice is drawn once. Failures are rejections; who asks sets the time limit. */
export interface ChaosAnnotator {
  /** Draws the mark. */
  begin(mark: ChaosMark, options?: CallOptions): Promise<void>;
  /** Draws the whole region if its beginning was never drawn. */
  end(region: ChaosRegion, options?: CallOptions): Promise<void>;
}
