/** The figures of what a source tells, each checked as it comes. */
import type { MeasuredBudget } from "../../../src/budget/status.ts";
import type { ProofFigures } from "../types.ts";

/** What was compared, and the worst of it. */
export class Figures {
  gates = 0;
  #budgets = 0;
  #worst = 0;
  #worstAt = "";
  #readByHand = 0;
  #worstReadByHand = 0;
  #burns = 0;
  #worstBurn = 0;
  #lag = 0;

  /** `isKnown`: which stretch was read is known to the scrape, so that nothing but rounding may be between the two. */
  budget(
    ours: MeasuredBudget,
    truth: MeasuredBudget,
    { where, lagMs, isKnown }: { readonly where: string; readonly lagMs: number; readonly isKnown: boolean },
  ): void {
    const off = Math.abs(ours.consumedRatio - truth.consumedRatio) / Math.max(1, truth.consumedRatio);
    this.#budgets += 1;
    this.#lag = Math.max(this.#lag, lagMs);
    if (off > this.#worst) [this.#worst, this.#worstAt] = [off, where];
    if (isKnown) {
      this.#readByHand += 1;
      this.#worstReadByHand = Math.max(this.#worstReadByHand, off);
    }
    if (off > (isKnown ? 1e-9 : 0.01)) {
      const say = ({ good, total, consumedRatio }: MeasuredBudget): string =>
        `${String(good)}/${String(total)}, ${String(consumedRatio)} spent`;
      throw new Error(`${where}: ${say(ours)} where ${say(truth)} is right`);
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
      budgetsToTheScrape: this.#readByHand,
      worstOfThese: this.#worstReadByHand.toExponential(2),
      longestLag: `${String(Math.round(this.#lag / 1_000))} s`,
      gates: this.gates,
      burnRates: this.#burns,
      worstBurnRateOff: this.#worstBurn.toExponential(2),
    };
  }
}
