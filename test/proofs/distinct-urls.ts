import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { observeServer } from "../../src/http/node.ts";
import { endApp, listen } from "../http/matrix/cells.ts";
import type { Host } from "../http/matrix/host.ts";
import { express5Host } from "../http/matrix/hosts/express.ts";
import { nodeHost } from "../http/matrix/hosts/node.ts";
import { ask, RawClient } from "../http/matrix/raw.ts";
import { read, samplesOf } from "../http/matrix/reading.ts";
import { heapUsed } from "./support/heap.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A million URLs, even if each is wrongly called a route, cost neither the heap nor the scrape.";

interface Size {
  readonly urls: number;
  /** How many of them come over sockets; the others by the collector's own entry. */
  readonly overSockets: number;
}

export const quick: Size = { urls: 20_000, overSockets: 2_000 };
export const full: Size = { urls: 1_000_000, overSockets: 50_000 };

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "PURGE", "MKCOL"];
const SERIES_LIMIT = 2_000;
const MOST_HEAP_BYTES = 20_000_000;
const MOST_SCRAPE_MS = 50;
const MOST_SCRAPE_BYTES = 8 * 1_024 * 1_024;

export async function run(size: Size, { log }: ProofContext): Promise<ProofFigures> {
  const signals = new GoldenSignalsCollector();
  const raw = new GoldenSignalsCollector({ seriesLimit: SERIES_LIMIT });
  // The first scrape and the first requests bring code into the heap, which is no growth.
  await drive(express5Host, signals, undefined, 200, 0);
  await raw.metrics();
  const before = await heapUsed();

  const each = Math.floor(size.overSockets / 2);
  await drive(express5Host, signals, undefined, each, 200);
  await drive(nodeHost, signals, raw, each, 200 + each);
  log(`${each * 2} URLs over sockets`);
  for (let index = each; index < size.urls - each; index += 1) {
    const method = METHODS[index % METHODS.length] ?? "GET";
    // As long as paths get: the collector may keep no more of each than its label.
    raw.finish(raw.begin(), method, `/raw/${index}/${"x".repeat(index % 400)}`, 200 + (index % 400));
    signals.finish(signals.begin(), method, undefined, 404);
  }

  const after = await heapUsed();
  const growth = after - before;
  const routed = await read(signals);
  const wrong = await read(raw);
  const series = Object.keys(wrong.requests).length;
  const overflowed = samplesOf(wrong.text).find(({ name }) => name === "nines_series_overflow_total")?.value ?? 0;
  const scrapeMs = await scrape(raw);
  const figures = {
    urls: size.urls,
    seriesOfUnmatched: Object.keys(routed.requests).length,
    seriesOfRawPaths: series,
    overflowed,
    heapGrowthMiB: (growth / 1_048_576).toFixed(2),
    scrapeMs: scrapeMs.toFixed(1),
    scrapeMsUnmatched: (await scrape(signals)).toFixed(1),
    scrapeKiB: Math.round(wrong.text.length / 1_024),
  };
  const fault = (what: string): Error => new Error(`${what}: ${JSON.stringify(figures)}`);
  // Eight methods as labels, each with the statuses that a host gives to what it does not know.
  if (Object.keys(routed.requests).some((key) => !key.includes(" (unmatched) "))) throw fault("a URL is a label");
  if (figures.seriesOfUnmatched > 24) throw fault("the series of unmatched requests are not few");
  // The shared series come on top: one for each method and class of statuses.
  if (series > SERIES_LIMIT + 100) throw fault("the limit on series does not hold");
  if (sum(wrong.requests) + sum(routed.requests) < 2 * (size.urls - 2 * each)) throw fault("requests are missing");
  if (overflowed === 0) throw fault("the limit was not reached, so it was not tried");
  if (growth > MOST_HEAP_BYTES) throw fault("the heap grew");
  // Time is judged in the full form, which runs alone; beside other tests it says nothing. The size always is.
  if (size.urls === full.urls && scrapeMs > MOST_SCRAPE_MS) throw fault("a scrape is slow");
  if (wrong.text.length > MOST_SCRAPE_BYTES) throw fault("a scrape is long");
  return figures;
}

/** Sends `count` distinct URLs over four connections; `raw` is told each path as if it were a route. */
async function drive(
  host: Host,
  signals: GoldenSignalsCollector,
  raw: GoldenSignalsCollector | undefined,
  count: number,
  from: number,
): Promise<void> {
  const app = await host.build({ top: [{ signals }] });
  if (raw !== undefined) observeServer(app.server, raw, { route: ({ url }) => url });
  const port = await listen(app.server);
  const connections = 4;
  try {
    await Promise.all(
      Array.from({ length: connections }, async (_, connection) => {
        const client = await RawClient.open(port);
        for (let index = connection; index < count; index += connections * 50) {
          const batch = Array.from({ length: 50 }, (_none, step) => index + step * connections).filter(
            (at) => at < count,
          );
          client.received = "";
          client.send(batch.map((at) => scan(from + at)).join(""));
          await client.answered(batch.length);
        }
        client.leave();
      }),
    );
    await read(signals);
  } finally {
    await endApp(app);
  }
}

function scan(index: number): string {
  const method = METHODS[index % METHODS.length] ?? "GET";
  const headers = ["POST", "PUT", "PATCH"].includes(method) ? ["Content-Length: 0"] : [];
  return ask(`/scan-${index}/${index.toString(36)}.php?q=${index}`, { method, headers, keep: true });
}

/** Milliseconds of the fastest of five: what the scrape costs, without what else the machine does. */
async function scrape(signals: GoldenSignalsCollector): Promise<number> {
  let fastest = Infinity;
  for (let time = 0; time < 5; time += 1) {
    const started = performance.now();
    await signals.metrics();
    fastest = Math.min(fastest, performance.now() - started);
  }
  return fastest;
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
