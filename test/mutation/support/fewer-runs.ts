/** fast-check with a seed, fewer runs and no shrinking: a mutant wants to know that a law fails, not how it fails best. */
import * as real from "fast-check";

export * from "fast-check";

const limit = Number(process.env.NINES_MUTATION_RUNS ?? 30);

function fewer<T>(parameters: real.Parameters<T> = {}): real.Parameters<T> {
  return { seed: 1, ...parameters, endOnFailure: true, numRuns: Math.min(parameters.numRuns ?? 100, limit) };
}

export const assert = (<T>(
  property: real.IProperty<T> | real.IAsyncProperty<T>,
  parameters?: real.Parameters<T>,
): unknown => real.assert(property as real.IAsyncProperty<T>, fewer(parameters))) as typeof real.assert;

export const check = (<T>(
  property: real.IProperty<T> | real.IAsyncProperty<T>,
  parameters?: real.Parameters<T>,
): unknown => real.check(property as real.IAsyncProperty<T>, fewer(parameters))) as typeof real.check;

const bounded: typeof real.default = { ...real.default, assert, check };
export default bounded;
