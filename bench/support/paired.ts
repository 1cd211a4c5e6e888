/** Does the measured work so many times. */
export type Batch = (iterations: number) => void | Promise<void>;

/** How long and how often {@link paired} measures. */
export interface PairedOptions {
  readonly quick?: boolean;
  readonly progress?: (message: string) => void;
  /** Rounds, each of them one batch of ours and one of the peer's. */
  readonly rounds?: number;
  /** How long one batch should take: long beside the timer's resolution, short beside the machine's moods. */
  readonly batchMs?: number;
  /** A monotonic time in milliseconds. */
  readonly now?: () => number;
}

/**
 * Nanoseconds per operation of two pieces of work, as medians over many short rounds that alternate between them: what
 * disturbs the machine for a moment then disturbs both alike, and the median forgets it.
 */
export async function paired(
  ours: Batch,
  peer: Batch,
  options: PairedOptions = {},
): Promise<{ ours: number; peer: number }> {
  const { quick = false, progress, batchMs = 4, now = () => performance.now() } = options;
  const rounds = options.rounds ?? (quick ? 15 : 201);

  const oursIterations = await iterationsFor(ours, batchMs, now);
  const peerIterations = await iterationsFor(peer, batchMs, now);
  const oursTimes: number[] = [];
  const peerTimes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Changing who goes first gives neither the garbage, or the warm cache, of the other.
    const oursFirst = round % 2 === 0;
    if (oursFirst) oursTimes.push(await nanosecondsPerOperation(ours, oursIterations, now));
    peerTimes.push(await nanosecondsPerOperation(peer, peerIterations, now));
    if (!oursFirst) oursTimes.push(await nanosecondsPerOperation(ours, oursIterations, now));
    if ((round + 1) % 50 === 0) progress?.(`round ${round + 1} of ${rounds}`);
  }
  return { ours: median(oursTimes), peer: median(peerTimes) };
}

/** Middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (lower + upper) / 2;
}

/** Where {@link keep} puts what it is given. */
export const sink: { value: unknown } = { value: undefined };

/** Uses a result, so that the engine cannot leave out the work that made it. */
export function keep(value: unknown): void {
  sink.value = value;
}

/** Doubles the iterations until a batch takes long enough, which also warms the code up. */
async function iterationsFor(batch: Batch, batchMs: number, now: () => number): Promise<number> {
  for (let iterations = 1; ; iterations *= 2) {
    const started = now();
    await batch(iterations);
    const elapsedMs = now() - started;
    if (elapsedMs >= batchMs) return Math.max(1, Math.round((iterations * batchMs) / elapsedMs));
    if (iterations > 2 ** 30)
      throw new Error("a batch of a thousand million iterations takes no time: it does no work");
  }
}

async function nanosecondsPerOperation(batch: Batch, iterations: number, now: () => number): Promise<number> {
  const started = now();
  await batch(iterations);
  return ((now() - started) * 1e6) / iterations;
}
