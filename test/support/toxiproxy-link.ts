/** One way of a proxied connection: bytes from one socket to another, held up as toxics say. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export type Stream = "upstream" | "downstream";

/** What is put on a proxy. */
export interface StandInToxic {
  readonly name: string;
  readonly type: string;
  readonly stream: Stream;
  toxicity: number;
  readonly attributes: Record<string, number>;
}

interface Chunk {
  readonly data: Buffer;
  /** When it was read; what has held it up already counts. */
  readonly at: number;
}

/** A toxic as this connection meets it. */
interface Instance {
  readonly toxic: StandInToxic;
  /** Drawn once, by its toxicity. */
  readonly applies: boolean;
  /** Toxiproxy resets only connections that were opened after the toxic was put; others are closed. */
  readonly sinceStart: boolean;
  readonly gone: AbortController;
  owedMs: number;
}

const MOST_WAITING = 64;

export class ToxicLink {
  readonly #source: Socket;
  readonly #dest: Socket;
  readonly #instances: Instance[];
  readonly #waiting: Chunk[] = [];
  #isOver = false;
  #wake = (): void => undefined;

  constructor(source: Socket, dest: Socket, toxics: readonly StandInToxic[]) {
    this.#source = source;
    this.#dest = dest;
    this.#instances = toxics.map((toxic) => instanceOf(toxic, true));
    source.on("data", (data: Buffer) => {
      this.#waiting.push({ data, at: performance.now() });
      if (this.#waiting.length >= MOST_WAITING) source.pause();
      this.#wake();
    });
    source.once("close", () => {
      this.#isOver = true;
      this.#wake();
    });
    source.once("end", () => {
      this.#isOver = true;
      this.#wake();
    });
    void this.#pump();
  }

  add(toxic: StandInToxic): void {
    this.#instances.push(instanceOf(toxic, false));
  }

  /** What it held is let go at once; a connection that it kept silent is closed, as nobody knows what was lost. */
  remove(toxic: StandInToxic): void {
    const index = this.#instances.findIndex((one) => one.toxic === toxic);
    const [instance] = index === -1 ? [] : this.#instances.splice(index, 1);
    if (instance === undefined) return;
    instance.gone.abort();
    if (instance.applies && toxic.type === "timeout") this.#close();
  }

  async #pump(): Promise<void> {
    for (;;) {
      const chunk = this.#waiting.shift();
      if (chunk !== undefined) {
        if (this.#waiting.length < MOST_WAITING / 2) this.#source.resume();
        await this.#through([...this.#instances], 0, chunk);
      } else if (this.#isOver) {
        this.#dest.end();
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  async #through(instances: readonly Instance[], index: number, chunk: Chunk): Promise<void> {
    const instance = instances[index];
    if (instance === undefined) {
      await this.#write(chunk.data);
      return;
    }
    const next = (piece: Chunk): Promise<void> => this.#through(instances, index + 1, piece);
    const { toxic, gone } = instance;
    if (!instance.applies || gone.signal.aborted) return next(chunk);
    const { latency = 0, jitter = 0, rate = 0, timeout = 0 } = toxic.attributes;
    switch (toxic.type) {
      case "latency": {
        const delay = latency + (jitter > 0 ? Math.floor(Math.random() * jitter * 2) - jitter : 0);
        await until(chunk.at + delay, gone.signal);
        return next({ data: chunk.data, at: Math.max(performance.now(), chunk.at + delay) });
      }
      case "bandwidth":
        return this.#thin(instance, rate, chunk, next);
      case "timeout":
        if (timeout > 0) {
          await until(performance.now() + timeout, gone.signal);
          if (this.#instances.includes(instance)) this.#close();
        }
        return;
      default:
        await until(performance.now() + timeout, gone.signal);
        if (instance.sinceStart) {
          for (const socket of [this.#source, this.#dest]) socket.resetAndDestroy();
        } else this.#close();
    }
  }

  async #thin(instance: Instance, rate: number, chunk: Chunk, next: (piece: Chunk) => Promise<void>): Promise<void> {
    let { data } = chunk;
    const { signal } = instance.gone;
    if (rate <= 0) return next(chunk);
    instance.owedMs += data.length / rate;
    // In steps of a tenth of a second, so that something comes.
    for (const step = rate * 100; data.length > step && !signal.aborted; data = data.subarray(step)) {
      await until(performance.now() + 100, signal);
      await next({ data: data.subarray(0, step), at: chunk.at });
      instance.owedMs -= 100;
    }
    const startedAt = performance.now();
    await until(startedAt + instance.owedMs, signal);
    instance.owedMs -= performance.now() - startedAt;
    await next({ data, at: chunk.at });
  }

  async #write(data: Buffer): Promise<void> {
    if (!this.#dest.writable || this.#dest.write(data)) return;
    const settled = new AbortController();
    const { signal } = settled;
    await Promise.race(["drain", "close"].map((name) => once(this.#dest, name, { signal }))).catch(() => undefined);
    settled.abort();
  }

  #close(): void {
    this.#source.destroy();
    this.#dest.destroy();
  }
}

function instanceOf(toxic: StandInToxic, sinceStart: boolean): Instance {
  return { toxic, applies: Math.random() < toxic.toxicity, sinceStart, gone: new AbortController(), owedMs: 0 };
}

/** Never sooner: a timer of Node may fire a little early. */
async function until(at: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = at - performance.now(); leftMs > 0 && !signal.aborted; leftMs = at - performance.now()) {
    await pause(Math.ceil(leftMs), undefined, { signal }).catch(() => undefined);
  }
}
