/** What capacity is judged by: looks at a service, each with a time and as many metrics as there are. */

/**
 * One look at a service. Beside the time it has any metrics under any names: `cpu`, `memory`, `requestRate`, a queue's length.
 * A metric that was not measured is left out, null or NaN.
 */
export interface CapacitySample {
  /** Epoch milliseconds, a date, or ISO 8601 text; without a zone the text is read as UTC. */
  readonly timestamp: number | string | Date;
  readonly [metric: string]: number | string | Date | null | undefined;
}

/** The same of an interface of your own, which has no index signature: a time, and nothing but values beside it. */
export type SampleOf<Sample> = Pick<CapacitySample, "timestamp"> & {
  readonly [Metric in keyof Sample]: CapacitySample[string];
};

/** One value of one metric. */
export interface SeriesPoint {
  /** Epoch milliseconds. */
  readonly at: number;
  /** NaN where it is not known. */
  readonly value: number;
}
