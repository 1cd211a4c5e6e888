/** Scraping, everyone in one process in alternating rounds. */
import { answer } from "../support/child.ts";
import { alternate, keep, lehmer, median, shuffled, spread, type Contestant } from "../support/paired.ts";
import { bytesOf, partiesOf, recordAll, type Party, type PartyName } from "./scrape-parties.ts";

export interface ScrapeInput {
  readonly lines: number;
  readonly names: readonly PartyName[];
  readonly rounds: number;
  /** Measures the longest time for which the event loop stood still, in place of the time of the scrape. */
  readonly blocks: boolean;
}

/** Milliseconds per scrape by party. */
export type ScrapeFigures = Readonly<Partial<Record<PartyName, number>>>;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A scrape is over when there are the bytes that are sent. */
async function scrape(party: Party): Promise<void> {
  keep(bytesOf(await party.scrape()));
}

async function longestBlock(party: Party): Promise<number> {
  let last = performance.now();
  let longest = 0;
  let over = false;
  const tick = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  await turn();
  longest = 0;
  await scrape(party);
  await turn();
  over = true;
  return longest;
}

answer(async ({ lines, names, rounds, blocks }: ScrapeInput, progress): Promise<ScrapeFigures> => {
  const { parties, sets, lines: written } = await partiesOf(lines, names);
  const chance = lehmer(2);
  // Between two scrapes of a busy service each series has changed, and what the one before has left is swept away.
  const before = (name: PartyName) => () => {
    recordAll(parties[name], sets, chance);
    globalThis.gc?.({ type: "minor" });
  };
  for (let warmUp = 0; warmUp < Math.ceil(200_000 / lines); warmUp += 1) {
    for (const name of names) await scrape(parties[name]);
  }

  const times = blocks ? await blocksOf() : await scrapesOf();
  const what = blocks ? "the longest block of a scrape" : "a scrape";
  for (const name of names) progress(`${what} of ${written} lines by ${name}: ${spread(times[name])} ms`);
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));

  async function scrapesOf(): Promise<Record<PartyName, number[]>> {
    const contestants = names.map((name): [PartyName, Contestant] => [
      name,
      { batch: () => scrape(parties[name]), before: before(name) },
    ]);
    const all = await alternate(Object.fromEntries(contestants), { rounds, iterations: 1 });
    return mapped((name) => (all[name] ?? []).map((nanoseconds) => nanoseconds / 1e6));
  }

  async function blocksOf(): Promise<Record<PartyName, number[]>> {
    const longest = mapped(() => []);
    for (let round = 0; round < rounds; round += 1) {
      for (const name of shuffled(names, chance)) {
        before(name)();
        longest[name].push(await longestBlock(parties[name]));
      }
    }
    return longest;
  }

  function mapped(values: (name: PartyName) => number[]): Record<PartyName, number[]> {
    return Object.fromEntries(names.map((name) => [name, values(name)])) as Record<PartyName, number[]>;
  }
});
