/** Statuses: what it takes to tell how a thousand SLOs stand. */
import { findService } from "../test/support/services.ts";
import { statusFigures } from "./status/statuses.ts";
import { once } from "./support/once.ts";
import type { Benchmark, BenchmarkOptions } from "./support/types.ts";

const [prometheus, promtool] = [findService("prometheus"), findService("promtool")];
const figures = once((options: BenchmarkOptions) =>
  statusFigures({ prometheus: prometheus ?? "", promtool: promtool ?? "" }, options),
);

const all: readonly Benchmark[] = [
  {
    name: "status.1k",
    unit: "ms",
    peerName: "one query an SLO",
    async run(options) {
      const { together, oneByOne } = await figures(options);
      return { ours: together.ms, peer: oneByOne.ms };
    },
  },
  {
    name: "status.1k.queries",
    unit: "queries",
    peerName: "one query an SLO",
    async run(options) {
      const { together, oneByOne, queriesOfTenth } = await figures(options);
      options.progress(`a tenth of the SLOs take ${String(queriesOfTenth)} queries`);
      return { ours: together.queries, peer: oneByOne.queries };
    },
  },
];

const missing = Object.entries({ prometheus, promtool }).flatMap(([name, path]) => (path === undefined ? [name] : []));
if (missing.length > 0) console.error(`bench: status.1k left out: not found: ${missing.join(", ")}`);

/** None where a program is missing. */
export const benchmarks: readonly Benchmark[] = missing.length > 0 ? [] : all;
