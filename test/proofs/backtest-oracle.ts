import { backtest } from "../../src/backtest/backtest.ts";
import { seededRandom } from "../../src/core/random.ts";
import { compareBacktest } from "./support/backtest-compare.ts";
import { randomBacktest } from "./support/backtest-scenario.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Backtests agree with brute force over raw events: alerts, budgets, what is behind an alert, noise, and the objective that is suggested.";

interface Size {
  readonly pasts: number;
}

export const quick: Size = { pasts: 20 };
export const full: Size = { pasts: 5_000 };

export function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures = { pasts: size.pasts, steps: 0, episodes: 0, noisy: 0, faults: 0, judged: 0, suggested: 0 };
  for (let index = 0; index < size.pasts; index += 1) {
    if (index % 500 === 0) log(`${String(index)} pasts`);
    const scenario = randomBacktest(seededRandom(`${seed}/${String(index)}`));
    const [report] = backtest([scenario.candidate], scenario.data).candidates;
    if (report === undefined) throw new Error("no report");
    const wrong = compareBacktest(scenario, report);
    if (wrong.length > 0) throw new Error(`past ${String(index)}, seed ${seed}: ${wrong.join("; ")}`);
    figures.steps += scenario.data.total.length;
    figures.episodes += report.episodes.length;
    figures.noisy += report.episodes.filter(({ isNoise }) => isNoise).length;
    figures.faults += report.faults.length;
    figures.judged += report.judgedFrom === undefined ? 0 : 1;
    figures.suggested += report.suggestion.objective === undefined ? 0 : 1;
  }
  return Promise.resolve(figures);
}
