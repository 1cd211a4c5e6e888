/** What instrumentation costs a server per request: its CPU time over that of the same server without any. */
import { overBare } from "./http/rounds.ts";
import { once } from "./support/once.ts";
import type { Benchmark } from "./support/types.ts";

const UNIT = "us/request";

function ofFramework(framework: string, peerName: string): Benchmark[] {
  const measured = once((options) => overBare(framework, options));
  return [
    {
      name: `http.${framework}`,
      unit: UNIT,
      peerName,
      run: async (options) => {
        const { nines: ours, peer } = await measured(options);
        return { ours, peer };
      },
    },
    {
      name: `http.${framework}.floor`,
      unit: UNIT,
      peerName: "hand-written in the framework's own hook",
      run: async (options) => {
        const { nines: ours, floor: peer } = await measured(options);
        return { ours, peer };
      },
    },
  ];
}

export const benchmarks: readonly Benchmark[] = [
  ...ofFramework("express", "express-prom-bundle, method and path"),
  ...ofFramework("fastify", "fastify-metrics"),
  ...ofFramework("koa", "prometheus-api-metrics"),
  ...ofFramework("hono", "@hono/prometheus"),
];
