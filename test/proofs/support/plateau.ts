/** Whether a heap stays on its plateau while the same is done again and again. */
import { heapUsed } from "./heap.ts";

/** How far a heap may be from its plateau, as a share of it. */
const MOST_SHARE = 0.05;
const MIB = 1_048_576;

/** How a heap was at some moments. */
export interface Plateau {
  /** The mean of the middle third, in bytes. */
  readonly bytes: number;
  /** By how much the last third is above it, as a share. */
  readonly share: number;
  /** By how much for each time that something was done between the two, in bytes. */
  readonly bytesEach: number;
  /** In MiB, for the reader. */
  readonly text: string;
}

/** What is done, and what is allowed. */
export interface PlateauOptions {
  /** How often it is done in all. */
  readonly times: number;
  /** Moments at which the heap is measured, after equal parts of it; 9 unless told, and at least 2. */
  readonly moments?: number;
  /** By how many bytes each time may let the heap grow: a leak that is small beside the heap is one all the same. */
  readonly mostBytesEach: number;
  /** Does it so many times. */
  readonly work: (times: number, moment: number) => Promise<void>;
  readonly log: (message: string) => void;
}

/**
 * Does it, and measures after forced collections. Throws if the last third is not within 5 % of the plateau, or each time
 * lets more grow than it may.
 */
export async function plateauOf(options: PlateauOptions): Promise<Plateau> {
  const { times, moments = 9, mostBytesEach, work, log } = options;
  const each = Math.ceil(times / moments);
  const heaps: number[] = [];
  for (let moment = 0; moment < moments; moment += 1) {
    await work(each, moment);
    heaps.push(await heapUsed());
    log(`${String((moment + 1) * each)} times: ${((heaps.at(-1) ?? 0) / MIB).toFixed(2)} MiB`);
  }
  const third = Math.max(1, Math.floor(moments / 3));
  const last = mean(heaps.slice(-third));
  const bytes = mean(heaps.slice(-2 * third, -third));
  const plateau = {
    ...{ bytes, share: last / bytes - 1, bytesEach: (last - bytes) / (third * each) },
    text: heaps.map((heap) => (heap / MIB).toFixed(2)).join(" "),
  };
  if (Math.abs(plateau.share) > MOST_SHARE && last > bytes) throw new Error(`the heap grows: ${plateau.text} MiB`);
  if (plateau.bytesEach > mostBytesEach) {
    throw new Error(`the heap grows by ${plateau.bytesEach.toFixed(0)} bytes each time: ${plateau.text} MiB`);
  }
  return plateau;
}

/** For a proof's figures. */
export function plateauFigures({ bytes, share, bytesEach, text }: Plateau): Readonly<Record<string, string>> {
  return {
    heapMib: text,
    plateauMib: (bytes / MIB).toFixed(2),
    lastThird: `${(share * 100).toFixed(2)} %`,
    bytesEach: bytesEach.toFixed(1),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
