/** What incidents in files cost: making an event durable, and opening a store that has very many. */
import { mkdtempSync } from "node:fs";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileIncidentStore } from "nines/file";

import { incidentHistory, oneEvent } from "./incident-file/figures.ts";
import { keep, paired, type PairedOptions } from "./support/paired.ts";
import type { Benchmark } from "./support/types.ts";

/** How many commits wait for each other, as in a storm of alerts. */
const AT_ONCE = 64;

/** Makes events durable with a store, `atOnce` at a time, and by hand one after the other. */
async function durableEvents(atOnce: number, options: PairedOptions) {
  const folder = await mkdtemp(join(tmpdir(), "bench-incidents-"));
  const store = await FileIncidentStore.open(join(folder, "store"), { compactAtBytes: Infinity });
  const byHand = await open(join(folder, "by-hand.log"), "a");
  const line = `${oneEvent().events[0] ?? ""}\n`;
  try {
    const { ours, peer } = await paired(
      async (iterations) => {
        for (let done = 0; done < iterations; done += 1) {
          await Promise.all(Array.from({ length: atOnce }, () => store.commit([oneEvent()])));
        }
      },
      async (iterations) => {
        for (let done = 0; done < iterations * atOnce; done += 1) {
          await byHand.write(line);
          await byHand.datasync();
        }
      },
      { ...options, rounds: options.quick === true ? 9 : 61, batchMs: 60 },
    );
    return { ours: ours / 1e3 / atOnce, peer: peer / 1e3 / atOnce };
  } finally {
    await store.close();
    await byHand.close();
    await rm(folder, { recursive: true });
  }
}

/** Opens a store of so many events, and parses the lines that one would have written by hand for the same. */
async function opening(count: number, options: PairedOptions) {
  const folder = mkdtempSync(join(tmpdir(), "bench-incidents-"));
  const lines: string[] = [];
  try {
    const store = await FileIncidentStore.open(folder, { compactAtBytes: Infinity });
    const waiting: Promise<unknown>[] = [];
    let incident = 0;
    for (const changes of await incidentHistory(count)) {
      for (const { number, events, summary, open } of changes) {
        if (number === undefined) incident += 1;
        lines.push(
          `{"number":${String(number ?? incident)},"open":${open},"events":[${events.join()}],"summary":${summary}}`,
        );
      }
      waiting.push(store.commit(changes));
      if (waiting.length === 1_000) await Promise.all(waiting.splice(0));
    }
    await Promise.all(waiting);
    await store.close();
    const byHand = join(folder, "by-hand.ndjson");
    await writeFile(byHand, `${lines.join("\n")}\n`);
    const { ours, peer } = await paired(
      async (iterations) => {
        for (let done = 0; done < iterations; done += 1) {
          const opened = await FileIncidentStore.open(folder, { compactAtBytes: Infinity });
          if (opened.report.events !== count) throw new Error(`${String(opened.report.events)} events`);
          await opened.close();
        }
      },
      async (iterations) => {
        for (let done = 0; done < iterations; done += 1) {
          const text = await readFile(byHand, "utf8");
          const parsed = text
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line) as unknown);
          if (parsed.length !== lines.length) throw new Error(`${String(parsed.length)} lines`);
          keep(parsed);
        }
      },
      { ...options, rounds: options.quick === true ? 5 : 31, batchMs: 1 },
    );
    return { ours: ours / 1e6, peer: peer / 1e6 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: "incident.file-append",
    unit: "us/event",
    peerName: "append and fdatasync by hand",
    run: (options) => durableEvents(AT_ONCE, options),
  },
  {
    name: "incident.file-append.sequential",
    unit: "us/event",
    peerName: "append and fdatasync by hand",
    run: (options) => durableEvents(1, options),
  },
  {
    name: "incident.open-100k",
    unit: "ms",
    peerName: "JSON.parse of the same lines",
    run: (options) => opening(options.quick ? 10_000 : 100_000, options),
  },
];
