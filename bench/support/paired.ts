/** Does the measured work so many times. */
export type Batch = (iterations: number) => void | Promise<void>;

/** How long and how often {@link paired} and {@link alternate} measure. */
export interface PairedOptions {
  readonly quick?: boolean;
  readonly progress?: (message: string) => void;
  /** Rounds, each of them one batch of everyone. */
  readonly rounds?: number;
  /** How long one batch should take: long beside the timer's resolution, short beside the machine's moods. */
  readonly batchMs?: number;
  /** A monotonic time in milliseconds. */
  readonly now?: () => number;
}

/** One who takes part, and what is done before each of its batches, unmeasured. */
export interface Contestant {
  readonly batch: Batch;
  readonly before?: () => void;
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
  const times = await alternate({ ours: { batch: ours }, peer: { batch: peer } }, options);
  return { ours: median(times.ours), peer: median(times.peer) };
}

/** {@link paired} for any number of contestants: the nanoseconds per operation of each in each round. */
export async function alternate<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  options: PairedOptions & {
    /** So many operations a batch, in place of as many as fill it. */
    readonly iterations?: number;
  } = {},
): Promise<Record<Name, number[]>> {
  const { quick = false, progress, batchMs = 4, now = () => performance.now() } = options;
  const rounds = options.rounds ?? (quick ? 15 : 201);
  const names = Object.keys(contestants) as Name[];

  const iterations = new Map<Name, number>();
  for (const name of names) {
    iterations.set(name, options.iterations ?? (await iterationsFor(contestants[name], batchMs, now)));
  }
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const chance = lehmer();
  for (let round = 0; round < rounds; round += 1) {
    // Changing who goes first gives nobody always the garbage, or the warm cache, of the same one.
    for (const name of shuffled(names, chance)) {
      const { batch, before } = contestants[name];
      before?.();
      times[name].push(await nanosecondsPerOperation(batch, iterations.get(name) ?? 1, now));
    }
    if ((round + 1) % 50 === 0) progress?.(`round ${round + 1} of ${rounds}`);
  }
  return times;
}

/** Middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Mean of the middle half: neither an outlier nor a value that half of all do not have decides. */
export function middleMean(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const half = sorted.slice(Math.floor(sorted.length / 4), Math.ceil((sorted.length * 3) / 4));
  return half.reduce((sum, value) => sum + value, 0) / half.length;
}

/** Median and quartiles, for people: `12.3 (11.9 to 14)`. */
export function spread(values: readonly number[]): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => Number(quantile(values, share).toPrecision(3)));
  return `${middle} (${low} to ${high})`;
}

/** Chance that is the same in each run: numbers from 0 to 1. */
export function lehmer(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A copy of `values` in random order. */
export function shuffled<Value>(values: readonly Value[], chance: () => number): Value[] {
  return values
    .map((value) => ({ value, key: chance() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

/** Where {@link keep} puts what it is given. */
export const sink: { value: unknown } = { value: undefined };

/** Uses a result, so that the engine cannot leave out the work that made it. */
export function keep(value: unknown): void {
  sink.value = value;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const lower = sorted[Math.floor(at)] ?? NaN;
  const upper = sorted[Math.ceil(at)] ?? NaN;
  return lower + (upper - lower) * (at - Math.floor(at));
}

/** Doubles the iterations until a batch takes long enough, which also warms the code up. */
async function iterationsFor({ batch, before }: Contestant, batchMs: number, now: () => number): Promise<number> {
  const elapsedOf = async (iterations: number): Promise<number> => {
    before?.();
    const started = now();
    await batch(iterations);
    return now() - started;
  };
  for (let iterations = 1; ; iterations *= 2) {
    // A first call that has to be compiled may take as long as a thousand others: it has to take so long twice.
    if ((await elapsedOf(iterations)) >= batchMs) {
      const elapsedMs = await elapsedOf(iterations);
      if (elapsedMs >= batchMs / 2) return Math.max(1, Math.round((iterations * batchMs) / elapsedMs));
    }
    if (iterations > 2 ** 30)
      throw new Error("a batch of a thousand million iterations takes no time: it does no work");
  }
}

async function nanosecondsPerOperation(batch: Batch, iterations: number, now: () => number): Promise<number> {
  const started = now();
  await batch(iterations);
  return ((now() - started) * 1e6) / iterations;
}
