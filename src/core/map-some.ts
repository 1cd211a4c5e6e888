/** Work on many things, a few of them at once. */

/**
 * What `work` makes of each item, in the order of the items; at most `most` are under way at once. Rejects with the first
 * failure, after which no more are begun.
 */
export async function mapSome<Item, Made>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  const waiting = items.entries();
  let hasFailed = false;
  const lane = async (): Promise<void> => {
    for (const [place, item] of waiting) {
      if (hasFailed) return;
      made[place] = await work(item);
    }
  };
  const lanes = Array.from({ length: Math.min(most, items.length) }, lane);
  try {
    await Promise.all(lanes);
  } catch (error) {
    hasFailed = true;
    throw error;
  }
  return made;
}
