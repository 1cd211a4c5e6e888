/** The course of an experiment through a Toxiproxy, with a place at every step where it can be ended. */
import { setTimeout as pause } from "node:timers/promises";

import { ToxiproxyPlane } from "../../../src/adapters/toxiproxy/index.ts";
import type { ChaosExperiment } from "../../../src/chaos/experiment.ts";
import {
  BandwidthExperiment,
  ConnectionCutExperiment,
  type FaultExperimentOptions,
  NetworkLatencyExperiment,
} from "../../../src/chaos/experiments/fault-experiments.ts";
import type { Random } from "../../../src/core/random.ts";
import type { HttpFetch } from "../../../src/ports/http-fetch.ts";
import type { StateStore } from "../../../src/ports/store.ts";

const CALLS: Readonly<Record<string, string>> = { GET: "list", POST: "put", DELETE: "take away" };
/** Each step takes up to so long, so that there are instants between them. */
const STEP_MS = 3;

export interface CourseOptions {
  readonly random: Random;
  /** What happens at the instant. */
  readonly fire: () => void;
  /** The step at which it does, from 1; by no step unless told. */
  readonly at?: number | undefined;
}

export class Course {
  /** All steps so far. */
  readonly steps: string[] = [];
  /** The step that it was fired after. */
  firedAfter: string | undefined;
  /** Whether what is answered next gets lost on its way. */
  losesAnswer = false;
  readonly #options: CourseOptions;
  #hasBegun = false;

  constructor(options: CourseOptions) {
    this.#options = options;
  }

  /** The runner is there, and from now on steps count: its journal was taken over before. */
  begin(): void {
    this.#hasBegun = true;
  }

  step(name: string): void {
    if (!this.#hasBegun) return;
    this.steps.push(name);
    if (this.steps.length === this.#options.at) this.fire();
  }

  fire(): void {
    if (this.firedAfter !== undefined) return;
    this.firedAfter = this.steps.at(-1) ?? "nothing";
    this.#options.fire();
  }

  readonly fetch: HttpFetch = async (url, init) => {
    const what = CALLS[init.method] ?? init.method;
    this.step(`${what}: not sent yet`);
    await this.#wait();
    const answering = fetch(url, init);
    this.step(`${what}: sent`);
    const reply = await answering;
    this.step(`${what}: answered`);
    await this.#wait();
    if (!this.losesAnswer) return reply;
    this.losesAnswer = false;
    await reply.body?.cancel();
    throw Object.assign(new Error("lost"), { code: "ECONNRESET" });
  };

  store(inner: StateStore): StateStore {
    let entries = 0;
    return {
      load: (key, options) => inner.load(key, options),
      save: async (key, text, options) => {
        const { length } = (JSON.parse(text) as { readonly open: readonly unknown[] }).open;
        const what = length > entries ? "write down" : "forget";
        entries = length;
        this.step(`${what}: not saved yet`);
        await this.#wait();
        await inner.save(key, text, options);
        this.step(`${what}: saved`);
        await this.#wait();
      },
    };
  }

  async #wait(): Promise<void> {
    const { random } = this.#options;
    if (random.next() < 0.7) await pause(random.integer(0, STEP_MS));
  }
}

/** An experiment of some kind over the proxies of `url`, of `longestMs` at most. */
export function someExperiment(
  url: string,
  {
    random,
    fetch,
    steadyState,
    longestMs,
  }: Required<Pick<FaultExperimentOptions, "steadyState">> & { random: Random; fetch: HttpFetch; longestMs: number },
): ChaosExperiment {
  const stream = random.pick(["upstream", "downstream"] as const);
  const options: FaultExperimentOptions = {
    name: "something is wrong with the wire",
    plane: new ToxiproxyPlane({ url, fetch, stream }),
    duration: `${String(random.integer(1, longestMs))}ms`,
    services: ["shop"],
    strike: random.integer(1, 2),
    blastRadius: { maxTargets: 2, maxShare: 1 },
    toxicity: random.pick([1, 0.5]),
    steadyState,
  };
  return random.pick([
    () => new NetworkLatencyExperiment({ ...options, latency: "100ms", jitter: "20ms" }),
    () => new BandwidthExperiment({ ...options, bytesPerSecond: 5_000 }),
    () => new ConnectionCutExperiment(options),
    () => new ConnectionCutExperiment({ ...options, as: "silence" }),
  ])();
}

/** One of each kind, to undo what another process has left. */
export function oneOfEach(url: string): readonly ChaosExperiment[] {
  const options = { name: "what was left", plane: new ToxiproxyPlane({ url }) };
  return [
    new NetworkLatencyExperiment({ ...options, latency: "1ms" }),
    new BandwidthExperiment({ ...options, bytesPerSecond: 1_000 }),
    new ConnectionCutExperiment(options),
  ];
}
