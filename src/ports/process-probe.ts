/** How full this process is. */

/** Kinds of garbage collection: of young objects, of all, in small steps, and of what was weakly held. */
export type GcKind = "minor" | "major" | "incremental" | "weakcb";

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
  /** Delay of the event loop in the last minute or two, in seconds, by statistic. */
  readonly eventLoopDelaySeconds: Readonly<Record<"p50" | "p99" | "max", number>>;
  /** Time that the program stood still for garbage collection so far, in seconds, by kind. */
  readonly gcSeconds?: Readonly<Partial<Record<GcKind, number>>> | undefined;
  /** Longest such pause in the last minute or two, in seconds; 0 if there was none. */
  readonly gcPauseMaxSeconds?: number | undefined;
  /** How many handles and requests keep the process busy (sockets, servers, timers, file operations), by type. */
  readonly activeResources?: Readonly<Record<string, number>> | undefined;
}

/** Reads how full this process is. */
export interface ProcessProbe {
  /** One reading; cheap enough to be taken at every scrape. */
  sample(): ProcessSample;
  /** Lets go of what the platform keeps for it. */
  close(): void;
}
