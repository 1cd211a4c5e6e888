/** What a parent asks of a child, and what the child tells: both as JSON. */

/** Inputs of one target, from one number on. */
export interface Segment {
  readonly name: string;
  readonly from: number;
  readonly count: number;
  /** How often all prototypes are looked at; once in so many inputs. */
  readonly every: number;
}

/** What a child shall do. */
export interface Job {
  readonly progressFile: string;
  readonly seed: string;
  /** Of the targets that it needs. */
  readonly names: readonly string[];
  /** What to run; where it is a number, so many inputs over all, by the targets' shares. */
  readonly run?: readonly Segment[] | number;
  /** The input to make smaller: one that ends the process, which is why it takes several children. */
  readonly shrink?: { readonly name: string; readonly index: number; readonly path: readonly number[] };
  /** The folder of kept inputs to try again, each by its target. */
  readonly replay?: string;
  /** By how much the heap may grow over the last two thirds of a segment. */
  readonly heapGrowthMb: number;
}

/** What a target says of itself. */
export interface Described {
  readonly name: string;
  readonly description: string;
  readonly share: number;
}

/** One fault that did not end the process: shrunk already. */
export interface FoundInChild {
  readonly name: string;
  readonly index: number;
  readonly why: string;
  /** Absent where no one input is to blame. */
  readonly path?: readonly number[];
}

/** A segment that came to its end. */
export interface SegmentEnd {
  readonly segment: number;
  readonly taken: number;
  readonly refused: number;
  readonly faults: number;
  readonly seconds: number;
  readonly slowestMs: number;
  readonly slowestIndex: number;
  readonly heapMb: number;
}

/** Every message of a child. */
export type Message =
  | { readonly described: readonly Described[] }
  | { readonly found: FoundInChild }
  | { readonly ended: SegmentEnd }
  | { readonly shrunk: { readonly path: readonly number[]; readonly why: string } };

/** With these a child ends itself; anything else but 0 is a death that it did not choose. */
export const EXIT = { faulty: 70, somewhere: 71 } as const;

/** How many inputs each target gets of `total`: by its share, and at least one. */
export function sharesOf(targets: readonly Described[], total: number): readonly Segment[] {
  const sum = targets.reduce((all, { share }) => all + share, 0);
  return targets.map(({ name, share }) => ({
    name,
    from: 0,
    count: Math.max(1, Math.round((total * share) / sum)),
    every: 64,
  }));
}
