/** An expression in PromQL as a plain tree. */

/** One construct of Prometheus' grammar. */
export interface PromNode {
  /** Its name in the grammar, such as `"FunctionCall"`. */
  readonly type: string;
  /** Where it begins in the text. */
  readonly from: number;
  /** Where it ends in the text. */
  readonly to: number;
  /** The text between. */
  readonly text: string;
  readonly children: readonly PromNode[];
}

/** What is wrong with an expression. */
export interface PromFault {
  /** Where, in characters from the start of the text. */
  readonly offset: number;
  /** What, and what to write instead. */
  readonly message: string;
}

/** Longest text that is read. */
export const MOST_CHARACTERS = 10_000;

/** Most brackets that may be open at once, and most constructs inside each other. */
export const DEEPEST = 200;
