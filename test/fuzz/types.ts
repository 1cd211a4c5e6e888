/** What a target of the fuzzer is: where inputs come from, what is done with one, and what may come of it. */
import type { Arbitrary } from "fast-check";

/**
 * What came of one input. Whatever `run` throws is a fault of nines; a refusal is a value, and says where: the place is
 * a line and a column, a path, a header, an argument, whatever the surface promises its users.
 */
export type Outcome = { readonly taken: true } | { readonly refused: string; readonly at: string };

/** One surface on which something from outside comes in. */
export interface FuzzTarget<Input = unknown> {
  /** As `npm run fuzz -- NAME` takes it; the file has the same name. */
  readonly name: string;
  /** What comes in there, as one noun phrase. */
  readonly description: string;
  /** Inputs that are JSON, so that one which fails can be kept in test/fuzz/found; fast-check shrinks them. */
  readonly inputs: Arbitrary<Input>;
  /** Its share of a long run against the others, 1 unless told: a slow target (sockets, processes) takes less. */
  readonly share?: number;
  /** Prepares what all inputs share, such as a server; `close` is called at the end. */
  open?(): Promise<{ close(): Promise<void> }>;
  /** Gives the input to nines; throws where nines does what it must not. */
  run(input: Input): Outcome | Promise<Outcome>;
}
