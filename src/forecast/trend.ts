/** Whether the error ratio grows or falls from block to block, and how fast. */
import { normalQuantile } from "../core/normal.ts";
import type { Random } from "../core/random.ts";
import type { Blocks } from "./past.ts";

/** A slope of the logarithm of the error ratio, a block. */
export interface Trend {
  /** One of the slopes that the past allows, each as likely as the past makes it. */
  draw(random: Random): number;
}

/** A trend that chance shows once in twenty times is taken for one. */
const SIGNIFICANT = 1.96;
/** Fewer blocks show no trend, and more take long. */
const [FEWEST_BLOCKS, MOST_BLOCKS] = [10, 200];

/**
 * The trend of as many of the last blocks as are looked ahead, if there is one that is not chance by Kendall's test (Mann
 * 1945). Slopes are those between all pairs of blocks; the chance that the true one is below one of them is told by its rank
 * (Sen 1968). Single bad blocks move neither.
 */
export function trendOf({ ages, bad, total, length }: Blocks, steps: number): Trend | undefined {
  const most = Math.min(MOST_BLOCKS, Math.max(FEWEST_BLOCKS, Math.ceil(steps / length)));
  const recent = ages.map((_, index) => index).filter((index) => index < most && (total[index] as number) > 0);
  // Half a failure more, for blocks that have none.
  const logs = recent.map((index) => Math.log(((bad[index] as number) + 0.5) / (total[index] as number)));
  const places = recent.map((index) => -(ages[index] as number));
  const slopes: number[] = [];
  let rises = 0;
  for (const [index, log] of logs.entries()) {
    for (let earlier = index + 1; earlier < logs.length; earlier += 1) {
      const rise = log - (logs[earlier] as number);
      rises += Math.sign(rise);
      slopes.push(rise / ((places[index] as number) - (places[earlier] as number)));
    }
  }
  const count = logs.length;
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  if (!(Math.abs(rises) > SIGNIFICANT * deviation)) return undefined;
  slopes.sort((a, b) => a - b);
  return {
    draw(random) {
      const rank = (slopes.length + normalQuantile(random.next()) * deviation) / 2;
      return slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(rank)))] as number;
    },
  };
}
