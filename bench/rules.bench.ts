/** Rules: what they cost to generate, and what they cost the Prometheus that runs them. */
import { costsOf } from "../test/proofs/support/rules-costs.ts";
import { findSloth } from "../test/proofs/support/rules-sloth.ts";
import { findService } from "../test/support/services.ts";
import { generateFigures } from "./rules/generate.ts";
import { once } from "./support/once.ts";
import type { Benchmark, BenchmarkOptions } from "./support/types.ts";

const sloth = findSloth();
const [prometheus, promtool] = [findService("prometheus"), findService("promtool")];

/** Benchmarks that need a program; none, and a word on standard error, where it is missing. */
function needing(
  programs: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
  all: Benchmark[],
): Benchmark[] {
  const missing = Object.keys(programs).filter((name) => programs[name] === undefined);
  if (missing.length === 0) return all;
  console.error(`bench: ${names.join(" and ")} left out: not found: ${missing.join(", ")}`);
  return [];
}

const costs = once(({ quick }: BenchmarkOptions) =>
  costsOf(
    { prometheus: prometheus ?? "", promtool: promtool ?? "" },
    quick ? { days: 2, rounds: 1 } : { days: 30, rounds: 9 },
  ),
);
const figures = once((options: BenchmarkOptions) => generateFigures(sloth ?? "", options));

const budget: Benchmark[] = [
  {
    name: "prometheus.budget-samples",
    unit: "samples",
    peerName: "Sloth, mean of 5 m ratios",
    async run(options) {
      const { ours, sloth: theirs, raw } = (await costs(options)).budget;
      options.progress(`increase() of the counters over the window: ${String(raw.samples)} samples`);
      return { ours: ours.samples, peer: theirs.samples };
    },
  },
  {
    name: "prometheus.budget-query",
    unit: "ms",
    peerName: "Sloth, mean of 5 m ratios",
    async run(options) {
      const { ours, sloth: theirs, raw } = (await costs(options)).budget;
      options.progress(`increase() of the counters over the window: ${raw.ms.toFixed(1)} ms`);
      return { ours: ours.ms, peer: theirs.ms };
    },
  },
];

const generate: Benchmark[] = [
  {
    name: "rules.generate-1k",
    unit: "ms",
    peerName: "sloth generate, whole processes",
    async run(options) {
      const { process: ours, sloth: peer } = await figures(options);
      return { ours, peer };
    },
  },
  {
    name: "rules.generate-1k.in-process",
    unit: "ms",
    peerName: "sloth generate, its whole process",
    async run(options) {
      const { inProcess: ours, sloth: peer } = await figures(options);
      return { ours, peer };
    },
  },
];

export const benchmarks: readonly Benchmark[] = [
  ...needing({ prometheus, promtool }, ["prometheus.budget-samples", "prometheus.budget-query"], budget),
  ...needing({ sloth }, ["rules.generate-1k"], generate),
];
