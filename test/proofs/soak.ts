import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { endApp, listen } from "../http/matrix/cells.ts";
import type { Host } from "../http/matrix/host.ts";
import { hosts } from "../http/matrix/hosts/index.ts";
import { ask, RawClient } from "../http/matrix/raw.ts";
import { read } from "../http/matrix/reading.ts";
import { plateauOf } from "./support/plateau.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "However many requests come, each is counted, none stays in flight, and the heap stays as it is.";

interface Size {
  /** Over all hosts. */
  readonly requests: number;
  /** Moments at which the heap of a host is measured. */
  readonly moments: number;
  /** By how many bytes a request may let it grow, between the middle third of them and the last. */
  readonly mostBytesEach: number;
}

export const quick: Size = { requests: 8_000, moments: 2, mostBytesEach: 2_000 };
export const full: Size = { requests: 1_000_000, moments: 9, mostBytesEach: 4 };

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
    figures[host.name] = await soak(
      host,
      { ...size, requests: Math.ceil(size.requests / hosts.length) },
      { seed, log },
    );
    log(`${host.name}: ${figures[host.name] ?? ""}`);
  }
  return figures;
}

async function soak(host: Host, size: Size, { seed, log }: ProofContext): Promise<string> {
  const { requests, moments, mostBytesEach } = size;
  const signals = new GoldenSignalsCollector();
  const app = await host.build({ top: [{ signals }] });
  const port = await listen(app.server);
  try {
    let rounds = 0;
    let seconds = 0;
    const plateau = await plateauOf({
      ...{ times: requests, moments, mostBytesEach },
      log: (message) => log(`${host.name} ${message}`),
      work: async (times) => {
        const started = performance.now();
        const more = Math.ceil(times / BATCH_SIZE / CONNECTIONS);
        await many(port, more);
        rounds += more;
        seconds += (performance.now() - started) / 1_000;
        // Who scrapes may remember something, too.
        await read(signals);
      },
    });
    const { requests: counted, rejected } = await read(signals);

    const each = rounds * CONNECTIONS * TIMES;
    const expected = Object.fromEntries(BATCH.map(([, key]) => [key, each]));
    const wrong = Object.keys({ ...expected, ...counted }).filter((key) => counted[key] !== expected[key]);
    if (wrong.length > 0 || Object.keys(rejected).length > 0) {
      throw new Error(
        `${host.name} counted ${JSON.stringify({ counted, rejected })}, not ${each} of each (seed ${seed})`,
      );
    }
    const rate = Math.round((each * BATCH.length) / seconds);
    return `${each * BATCH.length} requests, ${rate}/s, heap ${plateau.text} MiB`;
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
