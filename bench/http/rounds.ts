/** The server's CPU time per request, of all variants of one framework in the same short rounds. */
import type { ChildProcess } from "node:child_process";

import { start } from "../support/child.ts";
import { lehmer, median, shuffled, spread } from "../support/paired.ts";
import type { BenchmarkOptions } from "../support/types.ts";
import { Client } from "./client.ts";
import { VARIANTS, type Variant } from "./served.ts";
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
const FULL: Size = { generations: 5, roundsMs: 18_000, fewestRounds: 15, requests: 1_000, warmUp: 8_000 };
const QUICK: Size = { generations: 1, roundsMs: 500, fewestRounds: 7, requests: 400, warmUp: 3_000 };

/** Threads of the garbage collector that wait for each other on a busy machine would count as the server's work. */
const SERVER_FLAGS = ["--single-threaded-gc"];

type Instrumented = Exclude<Variant, "bare">;

/** Microseconds per request over the bare server. */
export type OverBare = Readonly<Record<Instrumented, number>>;

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

/** Measures all variants of `framework`. */
export async function overBare(framework: string, { quick, progress }: BenchmarkOptions): Promise<OverBare> {
  const size = quick ? QUICK : FULL;
  const chance = lehmer();
  const over: Record<Instrumented, number[]> = { nines: [], floor: [], peer: [] };
  const bare: number[] = [];
  for (let generation = 1; generation <= size.generations; generation += 1) {
    const rounds = await generationOf(framework, size, chance);
    bare.push(...rounds.map((costs) => costs.bare));
    const medians = Object.entries(over).map(([name, all]) => {
      const these = rounds.map((costs) => costs[name as Instrumented] - costs.bare);
      all.push(...these);
      return `${name} ${median(these).toFixed(2)}`;
    });
    progress(`generation ${generation} of ${size.generations}, us over bare: ${medians.join(", ")}`);
  }
  progress(`bare: ${spread(bare)} us/request in ${bare.length} rounds`);
  const cost = (name: Instrumented): number => {
    const figure = median(over[name]);
    progress(`${name}: ${spread(over[name])} us/request over bare${figure < LEAST_US ? ", which is noise" : ""}`);
    return Math.max(LEAST_US, figure);
  };
  return { nines: cost("nines"), floor: cost("floor"), peer: cost("peer") };
}

async function generationOf(
  framework: string,
  { roundsMs, fewestRounds, requests, warmUp }: Size,
  chance: () => number,
): Promise<Record<Variant, number>[]> {
  const servers: RunningServer[] = [];
  try {
    servers.push(...(await Promise.all(VARIANTS.map((variant) => RunningServer.start(framework, variant)))));
    for (const server of servers) await server.load(warmUp);
    const costs: Record<Variant, number>[] = [];
    const until = performance.now() + roundsMs;
    while (costs.length < fewestRounds || performance.now() < until) {
      const ofRound: Record<Variant, number> = { bare: NaN, nines: NaN, floor: NaN, peer: NaN };
      for (const server of shuffled(servers, chance)) ofRound[server.variant] = await server.load(requests);
      costs.push(ofRound);
    }
    for (const server of servers) await server.check();
    return costs;
  } finally {
    for (const server of servers) server.stop();
  }
}
