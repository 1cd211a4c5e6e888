import type { BenchmarkOptions } from "./types.ts";

/** Measures at the first call only: what one run measures together belongs to several benchmarks. */
export function once<Result>(
  measure: (options: BenchmarkOptions) => Promise<Result>,
): (options: BenchmarkOptions) => Promise<Result> {
  let measured: Promise<Result> | undefined;
  return (options) => (measured ??= measure(options));
}
