/** What a service under load and the process that sends the load tell each other, and the clock that they share. */

/** A reading of the machine's own clock, which all of its processes share. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** What the process that sends the load answers. */
export interface LoadAnswers {
  /** From now on it looks how fast the budget burns. */
  readonly watch: object;
  /** When that first was more than the maximum, and what it was at the instant asked about; it looks no more. */
  readonly judged: { readonly crossedAt: number | undefined; readonly rate: number; readonly safeFailures: number };
  /** From now on it measures `/safe`. */
  readonly begin: object;
  /** What that came to by the instant that is told, or by now. */
  readonly end: {
    readonly p99: number;
    readonly count: number;
    /** Requests to `/hit` that failed or were late, since it began to send. */
    readonly struck: number;
    /** Requests to `/safe` that failed, since it began to send. */
    readonly safeFailures: number;
  };
}

export interface LoadQuestion {
  readonly id: number;
  readonly ask: keyof LoadAnswers;
  readonly windowMs?: number;
  readonly maximum?: number;
  readonly at?: number;
}
