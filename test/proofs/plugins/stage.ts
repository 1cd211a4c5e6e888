/** Where a scenario is played: one call of one plugin misbehaves, time passes by itself, and what is told is kept. */
import type { Clock } from "../../../src/core/time/clock.ts";
import type { Logger } from "../../../src/ports/logger.ts";

import type { Way } from "./ways.ts";

/** When each performance begins, in epoch milliseconds. */
export const START: number = Date.UTC(2026, 10, 24, 12);
/** Longer than any deadline of nines. */
const LATER_MS = 3_600_000;
/** Whatever takes longer has no deadline. */
const MOST_VIRTUAL_MS = 7 * 24 * 3_600_000;
/** Turns of the event loop without a step before time passes. */
const TURNS = 3;
const MOST_REAL_MS = 20_000;

/** Time that passes when nobody has anything else to do. */
export class IdleClock implements Clock {
  #passed = 0;
  #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  now(): number {
    return START + this.#passed;
  }

  monotonic(): number {
    return this.#passed;
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const timer = { at: this.#passed + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** To the next timer; false if there is none. */
  hop(): boolean {
    let next: { readonly at: number; readonly callback: () => void } | undefined;
    for (const timer of this.#timers) if (next === undefined || timer.at < next.at) next = timer;
    if (next === undefined) return false;
    this.#passed = Math.max(this.#passed, next.at);
    this.#timers.delete(next);
    next.callback();
    return true;
  }
}

/** One performance. */
export class Stage {
  readonly clock: IdleClock = new IdleClock();
  /** All that nines has said to people: log lines, events, reasons. */
  readonly told: string[] = [];
  readonly logger: Logger = {
    warn: (message, fields) => this.tell(message, fields),
    error: (message, fields) => this.tell(message, fields),
  };
  /** How often the plugin was called. */
  calls = 0;
  struck = false;
  readonly #way: Way | undefined;
  readonly #nth: number;

  /** Without a way nothing misbehaves. */
  constructor(way?: Way, nth = 1) {
    this.#way = way;
    this.#nth = nth;
  }

  /** `call`, which misbehaves at its n-th time. */
  plugin<Given extends readonly unknown[], Answer>(call: (...given: Given) => Answer): (...given: Given) => Answer {
    return (...given) => {
      this.calls += 1;
      const way = this.#way;
      if (way === undefined || this.calls !== this.#nth) return call(...given);
      this.struck = true;
      return way.act(
        () => call(...given),
        given,
        () => this.later(),
      ) as Answer;
    };
  }

  /** The object with one method that misbehaves; its others are those of the object. */
  spoiling<T extends object>(object: T, name: keyof T & string): T {
    const method = Reflect.get(object, name, object) as (...given: unknown[]) => unknown;
    const spoilt = this.plugin((...given: unknown[]) => method.apply(object, given));
    return new Proxy(object, {
      get: (target, asked) => {
        if (asked === name) return spoilt;
        const found: unknown = Reflect.get(target, asked, target);
        return typeof found === "function" ? (found as (...given: unknown[]) => unknown).bind(target) : found;
      },
    });
  }

  tell(what: string, fields?: unknown): void {
    this.told.push(`${what} ${wordsOf(fields)}`);
  }

  /** What `promise` comes to, while time passes whenever all is quiet. */
  async play<T>(promise: Promise<T>): Promise<T> {
    const state = { isOver: false };
    const over = (): void => {
      state.isOver = true;
    };
    promise.then(over, over);
    const until = performance.now() + MOST_REAL_MS;
    const isOver = (): boolean => state.isOver;
    while (!isOver()) {
      await turns(TURNS);
      if (isOver()) break;
      const isStuck = !this.clock.hop() && performance.now() > until;
      if (isStuck || this.clock.monotonic() > MOST_VIRTUAL_MS) throw new Error("it has no deadline: it hangs");
    }
    return promise;
  }

  /** Resolves to what it came to, or tells how it failed. */
  async attempt<T>(doing: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.play(call());
    } catch (error) {
      this.tell(`${doing} failed:`, error);
      return undefined;
    }
  }

  /** Longer than any deadline. */
  later(): Promise<void> {
    return new Promise((resolve) => this.clock.schedule(resolve, LATER_MS));
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.play(new Promise<void>((resolve) => this.clock.schedule(resolve, ms)));
  }

  /** Lets what comes too late come. */
  async settle(): Promise<void> {
    await this.play(this.later());
    await turns(2);
  }
}

/** Lets the event loop turn: what nobody has handled by then is told of. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Whatever is in it, as text. */
function wordsOf(value: unknown, depth = 0): string {
  try {
    if (depth > 3) return "...";
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (typeof value !== "object" || value === null) return String(value);
    return Object.entries(value)
      .map(([name, part]) => `${name}=${wordsOf(part, depth + 1)}`)
      .join(" ")
      .slice(0, 2_000);
  } catch {
    return "something that cannot be shown";
  }
}
