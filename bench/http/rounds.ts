/**
 * The server's CPU time per request over loopback, of all variants of one framework in the same short rounds. Differences to
 * the bare server are taken within each round; a generation's figure is the mean of their middle half, since a garbage
 * collector's work comes in lumps that a median would forget; the figure of all is the generations' median.
 */
import type { ChildProcess } from "node:child_process";

import { start } from "../support/child.ts";
import { lehmer, median, middleMean, shuffled, spread } from "../support/paired.ts";
import type { BenchmarkOptions } from "../support/types.ts";
import { Client } from "./client.ts";
import type { Peer, Variant } from "./served.ts";
import type { Question } from "./server.ts";

const SERVER = new URL("./server.ts", import.meta.url);
/** Below this a difference of two servers is noise, and no cost. */
const LEAST_US = 0.05;

interface Size {
  /** Sets of fresh processes: each compiles its code, and lies in memory, a little differently. */
  readonly generations: number;
  /** How long the rounds of one generation go on; so many rounds at the least. */
  readonly roundsMs: number;
  readonly fewestRounds: number;
  readonly requests: number;
  readonly warmUp: number;
}
const FULL: Size = { generations: 7, roundsMs: 12_000, fewestRounds: 15, requests: 1_000, warmUp: 8_000 };
const QUICK: Size = { generations: 1, roundsMs: 500, fewestRounds: 7, requests: 400, warmUp: 3_000 };

/** Threads of the garbage collector that wait for each other on a busy machine would count as the server's work. */
const SERVER_FLAGS = ["--single-threaded-gc"];

export type Instrumented = Exclude<Variant, "bare">;

/** Microseconds per request over the bare server. */
export type OverBare = Readonly<Partial<Record<Instrumented, number>>>;

class RunningServer {
  readonly variant: Variant;
  readonly #child: ChildProcess;
  readonly #client: Client;
  #sent = 1;

  private constructor(variant: Variant, child: ChildProcess, client: Client) {
    this.variant = variant;
    this.#child = child;
    this.#client = client;
  }

  static async start(framework: string, variant: Variant): Promise<RunningServer> {
    const child = start(SERVER, [framework, variant], SERVER_FLAGS);
    const port = await messageOf(child);
    return new RunningServer(variant, child, await Client.open(port));
  }

  /** CPU time per request, in microseconds. */
  async load(requests: number): Promise<number> {
    const before = await this.#ask("cpu");
    await this.#client.run(requests);
    this.#sent += requests;
    return ((await this.#ask("cpu")) - before) / requests;
  }

  /** @throws if not all requests were counted: who counts less has less to do */
  async check(): Promise<void> {
    const counted = await this.#ask("counted");
    if (this.variant === "bare" || counted === this.#sent) return;
    throw new Error(`${this.variant} counted ${counted} of ${this.#sent} requests`);
  }

  stop(): void {
    this.#client.close();
    this.#child.disconnect();
  }

  async #ask(question: Question): Promise<number> {
    this.#child.send(question);
    return messageOf(this.#child);
  }
}

function messageOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => reject(new Error(`a server ended with exit code ${code ?? "none"}`));
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as number);
    });
  });
}

/** Measures `framework` with nines, with its floor and with these peers. */
export async function overBare(
  framework: string,
  peers: readonly Peer[],
  { quick, progress }: BenchmarkOptions,
): Promise<OverBare> {
  const size = quick ? QUICK : FULL;
  const chance = lehmer();
  const instrumented: readonly Instrumented[] = ["nines", "floor", ...peers];
  const costs = new Map<Variant, number[]>();
  for (let generation = 1; generation <= size.generations; generation += 1) {
    const rounds = await generationOf(framework, ["bare", ...instrumented], size, chance);
    const bare = rounds.get("bare") ?? [];
    for (const [variant, all] of rounds) {
      const cost = variant === "bare" ? median(all) : middleMean(all.map((each, round) => each - (bare[round] ?? NaN)));
      costs.set(variant, [...(costs.get(variant) ?? []), cost]);
    }
    const latest = instrumented.map((variant) => `${variant} ${(costs.get(variant)?.at(-1) ?? NaN).toFixed(2)}`);
    progress(`generation ${generation} of ${size.generations}, us over bare: ${latest.join(", ")}`);
  }
  progress(`bare: ${spread(costs.get("bare") ?? [])} us/request`);
  const over: Partial<Record<Instrumented, number>> = {};
  for (const variant of instrumented) {
    const figures = costs.get(variant) ?? [];
    const figure = median(figures);
    progress(`${variant}: ${spread(figures)} us/request over bare${figure < LEAST_US ? ", which is noise" : ""}`);
    over[variant] = Math.max(LEAST_US, figure);
  }
  return over;
}

/** What each variant's requests cost in each round. */
async function generationOf(
  framework: string,
  variants: readonly Variant[],
  { roundsMs, fewestRounds, requests, warmUp }: Size,
  chance: () => number,
): Promise<Map<Variant, number[]>> {
  const servers: RunningServer[] = [];
  try {
    servers.push(...(await Promise.all(variants.map((variant) => RunningServer.start(framework, variant)))));
    for (const server of servers) await server.load(warmUp);
    const costs = new Map(variants.map((variant) => [variant, [] as number[]]));
    const until = performance.now() + roundsMs;
    for (let round = 1; round <= fewestRounds || performance.now() < until; round += 1) {
      for (const server of shuffled(servers, chance)) costs.get(server.variant)?.push(await server.load(requests));
    }
    for (const server of servers) await server.check();
    return costs;
  } finally {
    for (const server of servers) server.stop();
  }
}
