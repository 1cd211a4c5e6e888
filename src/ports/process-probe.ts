/** How full this process is. */

/** One reading; what the platform cannot tell is undefined. All counters only grow. */
export interface ProcessSample {
  /** CPU time used by this process so far, user and system, in seconds. */
  readonly cpuSeconds: number;
  /** How many cores it may use. */
  readonly cpuCores: number;
  /** Resident memory, in bytes. */
  readonly memoryBytes: number;
  /** What it may use: the container's limit, else the machine's memory. */
  readonly memoryLimitBytes: number;
  /** JavaScript heap in use, in bytes. */
  readonly heapUsedBytes: number;
  /** Time that the event loop was busy so far, in seconds. */
  readonly eventLoopActiveSeconds: number;
  /** Time that the event loop waited so far, in seconds. */
  readonly eventLoopIdleSeconds: number;
  /** Delay of the event loop since the probe started, in seconds, by statistic. */
  readonly eventLoopDelaySeconds: Readonly<Record<"p50" | "p99" | "max", number>>;
}

/** Reads how full this process is. */
export interface ProcessProbe {
  /** One reading; cheap enough to be taken at every scrape. */
  sample(): ProcessSample;
  /** Lets go of what the platform keeps for it. */
  close(): void;
}
