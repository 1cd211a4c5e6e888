import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { endApp, listen } from "../http/matrix/cells.ts";
import type { Host } from "../http/matrix/host.ts";
import { hosts } from "../http/matrix/hosts/index.ts";
import { ask, RawClient } from "../http/matrix/raw.ts";
import { read } from "../http/matrix/reading.ts";
import { heapUsed } from "./support/heap.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "However many requests come, each is counted, none stays in flight, and the heap stays as it is.";

interface Size {
  readonly requests: number;
}

/** Over all hosts. */
export const quick: Size = { requests: 8_000 };
export const full: Size = { requests: 1_000_000 };

/** What one batch asks for on one connection, and what has to be counted for it. */
const BATCH: readonly (readonly [string, string])[] = [
  ["/users/7", "GET /users/:id 200"],
  ["/tenants/acme/users/7", "GET /tenants/:tenant/users/:id 200"],
  ["/missing/1", "GET /missing/:id 404"],
  ["/throws/1", "GET /throws/:id 500"],
  ["/nowhere", "GET (unmatched) 404"],
];
const TIMES = 10;
const BATCH_SIZE = BATCH.length * TIMES;
const CONNECTIONS = 4;
const TEXT = BATCH.map(([path]) => ask(path, { keep: true }))
  .join("")
  .repeat(TIMES);

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures: Record<string, string> = {};
  for (const host of hosts) {
    figures[host.name] = await soak(host, Math.ceil(size.requests / hosts.length), seed);
    log(`${host.name}: ${figures[host.name] ?? ""}`);
  }
  return figures;
}

async function soak(host: Host, requests: number, seed: string): Promise<string> {
  const signals = new GoldenSignalsCollector();
  const app = await host.build({ top: [{ signals }] });
  const port = await listen(app.server);
  try {
    const rounds = Math.ceil(requests / BATCH_SIZE / CONNECTIONS);
    const warm = Math.ceil(rounds / 5);
    const started = performance.now();
    await many(port, warm);
    const before = await heapUsed();
    await many(port, rounds - warm);
    const seconds = (performance.now() - started) / 1_000;
    const { requests: counted, rejected } = await read(signals);
    const after = await heapUsed();

    const each = rounds * CONNECTIONS * TIMES;
    const expected = Object.fromEntries(BATCH.map(([, key]) => [key, each]));
    const wrong = Object.keys({ ...expected, ...counted }).filter((key) => counted[key] !== expected[key]);
    if (wrong.length > 0 || Object.keys(rejected).length > 0) {
      throw new Error(
        `${host.name} counted ${JSON.stringify({ counted, rejected })}, not ${each} of each (seed ${seed})`,
      );
    }
    const allowed = Math.max(0.05 * before, 2_000_000);
    if (after - before > allowed) {
      throw new Error(`${host.name}: the heap grew from ${before} to ${after} bytes (seed ${seed})`);
    }
    const rate = Math.round((each * BATCH.length) / seconds);
    return `${each * BATCH.length} requests, ${rate}/s, heap ${mib(before)} to ${mib(after)} MiB`;
  } finally {
    await endApp(app);
  }
}

/** So many batches on each of some connections. */
async function many(port: number, rounds: number): Promise<void> {
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = await RawClient.open(port);
      for (let round = 0; round < rounds; round += 1) {
        client.received = "";
        client.send(TEXT);
        await client.answered(BATCH_SIZE);
      }
      client.leave();
    }),
  );
}

const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(2);
