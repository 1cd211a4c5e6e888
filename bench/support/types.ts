/** What a benchmark is asked for. */
export interface BenchmarkOptions {
  /** A second or so of work, to see that it runs, in place of figures to rely on. */
  readonly quick: boolean;
  /** Reports progress to the terminal. */
  readonly progress: (message: string) => void;
}

/** One figure of nines beside the same figure of what people use today. Both are costs: less is better. */
export interface Benchmark {
  readonly name: string;
  /** Of both figures, such as `ns/op`. */
  readonly unit: string;
  /** What nines is compared with, such as `prom-client`. */
  readonly peerName: string;
  run(this: void, options: BenchmarkOptions): Promise<{ readonly ours: number; readonly peer: number }>;
}
