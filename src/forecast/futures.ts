/** Futures that are made of pieces of the past. */
import { normalQuantile } from "../core/normal.ts";
import type { Random } from "../core/random.ts";
import type { Fault } from "./fault.ts";
import type { Gravity } from "./gravity.ts";
import type { Blocks, Past } from "./past.ts";
import type { Trend } from "./trend.ts";

/** What futures are made of. */
export interface FutureParts {
  readonly past: Past;
  readonly blocks: Blocks;
  readonly trend: Trend | undefined;
  readonly gravity: Gravity;
  readonly fault: Fault | undefined;
  readonly random: Random;
}

/**
 * Draws one future after the other, step by step. Each block of a future is a copy of one of the past (a block bootstrap, which
 * keeps episodes and the shape of a day whole), with the error ratio moved on by the trend. How likely a block of the past is
 * differs from future to future (the Bayesian bootstrap, Rubin 1981), as does how grave faults are: of both is known no more
 * than the few faults that there were tell. A fault that goes on now goes on first.
 */
export class Futures {
  /** What the last step that was drawn brings. */
  bad = 0;
  total = 0;
  readonly #parts: FutureParts;
  /** Weights of the blocks, added up. */
  readonly #sums: Float64Array;
  #slope = 0;
  #faultSteps = 0;
  #start = 0;
  #scale = 1;
  #gravity = 1;

  constructor(parts: FutureParts) {
    this.#parts = parts;
    this.#sums = new Float64Array(parts.blocks.starts.length);
  }

  /** Begins another future. */
  begin(): void {
    const { trend, gravity, fault, random } = this.#parts;
    let sum = 0;
    for (let index = 0; index < this.#sums.length; index += 1) {
      sum -= Math.log(1 - random.next());
      this.#sums[index] = sum;
    }
    this.#gravity = Math.exp(gravity.deviation * normalQuantile(positive(random)));
    this.#slope = trend?.draw(random) ?? 0;
    this.#faultSteps = fault?.drawSteps(random) ?? 0;
  }

  /** Draws step `step` of the future that was begun; the steps are to be asked for in order, from 0. */
  draw(step: number): void {
    const { past, blocks, gravity, fault, random } = this.#parts;
    const place = step % blocks.length;
    if (place === 0) this.#drawBlock(step / blocks.length);
    const total = past.total[this.#start + place] as number;
    // What was not watched then is not now either: the share of what is known stays what it was.
    if (!(total > 0)) {
      this.total = 0;
      this.bad = 0;
      return;
    }
    const seen = past.bad[this.#start + place] as number;
    const usual = gravity.usualRatio * total;
    let bad = seen > usual ? usual + (seen - usual) * this.#gravity : seen;
    bad = Math.min(total, bad * this.#scale);
    if (fault !== undefined && step < this.#faultSteps) {
      const share = Math.min(1, this.#faultSteps - step);
      bad = Math.max(bad, share * total * random.pick(fault.ratios) + (1 - share) * bad);
    }
    this.total = total;
    this.bad = bad;
  }

  #drawBlock(ahead: number): void {
    const { blocks, random } = this.#parts;
    const luck = random.next() * (this.#sums.at(-1) as number);
    let index = 0;
    while (index < this.#sums.length - 1 && (this.#sums[index] as number) <= luck) index += 1;
    this.#start = blocks.starts[index] as number;
    this.#scale = this.#slope === 0 ? 1 : Math.exp(this.#slope * (ahead + (blocks.ages[index] as number)));
  }
}

/** Chance draws 0 too, of which there is no quantile. */
function positive(random: Random): number {
  return Math.max(Number.EPSILON, random.next());
}
