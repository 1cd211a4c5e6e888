import { spawnSync } from "node:child_process";

import { seededRandom } from "../../src/core/random.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { endApp, listen } from "../http/matrix/cells.ts";
import { PATTERNS, UNMATCHED, type Host } from "../http/matrix/host.ts";
import { hushHono } from "../http/matrix/hosts/hono.ts";
import { hosts } from "../http/matrix/hosts/index.ts";
import { ask, exchange } from "../http/matrix/raw.ts";
import { read, samplesOf } from "../http/matrix/reading.ts";
import { findService } from "../support/services.ts";
import { attack } from "./support/hostile.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Hostile requests leave few series, nothing in flight, a server that answers, a scrape that reads.";

interface Size {
  readonly clients: number;
}

/** Over all hosts; a client sends up to six requests, or none that is whole. */
export const quick: Size = { clients: 2_000 };
export const full: Size = { clients: 100_000 };

const AT_ONCE = 32;
/** Every pattern with every method and status that a host could give to it would be thousands. */
const MOST_SERIES = 150;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures: Record<string, string> = {};
  const listenAgain = hushHono();
  const unhandled: unknown[] = [];
  const note = (reason: unknown): unknown => unhandled.push(reason);
  process.on("unhandledRejection", note).on("uncaughtException", note);
  try {
    for (const host of hosts) {
      figures[host.name] = await besiege(host, Math.ceil(size.clients / hosts.length), seed);
      if (unhandled.length > 0) throw new Error(`${host.name}: unhandled (seed ${seed})`, { cause: unhandled[0] });
      log(`${host.name}: ${figures[host.name] ?? ""}`);
    }
  } finally {
    process.off("unhandledRejection", note).off("uncaughtException", note);
    listenAgain();
  }
  return figures;
}

async function besiege(host: Host, clients: number, seed: string): Promise<string> {
  const signals = new GoldenSignalsCollector();
  const app = await host.build({ top: [{ signals }] });
  const port = await listen(app.server);
  let left = clients;
  try {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, worker) => {
        const random = seededRandom(`${seed} ${host.name} ${worker}`);
        for (; left > 0; left -= 1) await attack(port, random);
      }),
    );
    const { statuses } = await lastRequest(port);
    if (statuses.join() !== "200") throw new Error(`${host.name} no longer answers: ${statuses.join()} (seed ${seed})`);
    const { text, requests, rejected } = await read(signals);
    const routes = new Set(samplesOf(text).flatMap(({ labels }) => labels.route ?? []));
    const strange = [...routes].filter((route) => ![...PATTERNS, UNMATCHED, "/tenants/:tenant/*"].includes(route));
    const series = Object.keys(requests).length;
    if (strange.length > 0) throw new Error(`${host.name}: ${JSON.stringify(strange)} became routes (seed ${seed})`);
    if (series > MOST_SERIES) throw new Error(`${host.name}: ${series} series (seed ${seed})`);
    if (Object.keys(rejected).length > 0) throw new Error(`${host.name}: ${JSON.stringify(rejected)} (seed ${seed})`);
    judge(text, host.name);
    const total = Object.values(requests).reduce((sum, count) => sum + count, 0);
    if (total < clients / 4) throw new Error(`${host.name}: only ${total} requests came through (seed ${seed})`);
    const gone = Object.entries(requests).reduce((sum, [key, count]) => sum + (key.endsWith(" 499") ? count : 0), 0);
    return `${clients} clients, ${total} requests, ${gone} given up, ${series} series`;
  } finally {
    await endApp(app);
  }
}

async function lastRequest(port: number): Promise<{ statuses: readonly number[] }> {
  const client = await exchange(port, ask("/users/7"));
  return { statuses: client.statuses() };
}

/** Prometheus' own opinion of the scrape, where it is at hand. */
function judge(text: string, host: string): void {
  const promtool = findService("promtool");
  if (promtool === undefined) return;
  const { status, stdout, stderr } = spawnSync(promtool, ["check", "metrics"], { input: text, encoding: "utf8" });
  if (status !== 0) throw new Error(`promtool refuses the scrape of ${host}: ${stdout}${stderr}`);
}
