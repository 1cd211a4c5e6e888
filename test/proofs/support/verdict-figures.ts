/** The figures of what a source tells, each checked as it comes. */
import type { MeasuredBudget } from "../../../src/budget/status.ts";
import type { ProofFigures } from "../types.ts";

/** Events of a window. */
export interface Counts {
  readonly good: number;
  readonly bad: number;
  readonly total: number;
}

/** What was compared, and the worst of it. */
export class Figures {
  gates = 0;
  #budgets = 0;
  #worst = 0;
  #worstAt = "";
  #certain = 0;
  #worstCount = 0;
  #burns = 0;
  #worstBurn = 0;
  #lag = 0;

  /** Each count is between `least` and `most`, which are the same where no edge was guessed at, and the rest follows from them. */
  budget(
    ours: MeasuredBudget,
    truth: MeasuredBudget,
    given: {
      readonly where: string;
      readonly lagMs: number;
      readonly least: Counts;
      readonly most: Counts;
      /** What follows from the counts of `ours`. */
      readonly follows: MeasuredBudget;
    },
  ): void {
    const { where, lagMs, least, most, follows } = given;
    const bad = ours.total - ours.good;
    const off = Math.abs(ours.consumedRatio - truth.consumedRatio) / Math.max(1, truth.consumedRatio);
    this.#budgets += 1;
    this.#lag = Math.max(this.#lag, lagMs);
    if (off > this.#worst) [this.#worst, this.#worstAt] = [off, where];
    for (const [name, count] of Object.entries({ good: ours.good, bad, total: ours.total }) as [
      keyof Counts,
      number,
    ][]) {
      const beside = Math.max(least[name] - count, count - most[name]) / Math.max(100, most[name]);
      this.#worstCount = Math.max(this.#worstCount, beside);
      if (least[name] === most[name]) this.#certain += 1;
      if (beside > 1e-9) {
        const right = `${String(least[name])} to ${String(most[name])}`;
        throw new Error(
          `${where}: ${name} ${String(count)} where ${right} is right, ${String(ours.consumedRatio)} spent`,
        );
      }
    }
    if (Math.abs(follows.consumedRatio - ours.consumedRatio) > 1e-9 * Math.max(1, ours.consumedRatio)) {
      throw new Error(`${where}: ${String(ours.consumedRatio)} spent where ${String(follows.consumedRatio)} follows`);
    }
  }

  burn(off: number, where: string): void {
    this.#burns += 1;
    this.#worstBurn = Math.max(this.#worstBurn, off);
    if (off > 1e-9) throw new Error(`${where} is ${String(off)} off`);
  }

  told(): ProofFigures {
    return {
      budgets: this.#budgets,
      worstOffByShareOfBudget: this.#worst.toExponential(2),
      worstAt: this.#worstAt,
      countsWithOneAnswer: this.#certain,
      worstCountOff: this.#worstCount.toExponential(2),
      longestLag: `${String(Math.round(this.#lag / 1_000))} s`,
      gates: this.gates,
      burnRates: this.#burns,
      worstBurnRateOff: this.#worstBurn.toExponential(2),
    };
  }
}
