/** What instrumentation costs a server per request: its CPU time over that of the same server without any. */
import { overBare, type Instrumented } from "./http/rounds.ts";
import type { Peer } from "./http/served.ts";
import { once } from "./support/once.ts";
import type { Benchmark } from "./support/types.ts";

const UNIT = "us/request";

function ofFramework(framework: string, peers: Readonly<Partial<Record<Peer, string>>>): Benchmark[] {
  const kinds = Object.keys(peers) as Peer[];
  const measured = once((options) => overBare(framework, kinds, options));
  const benchmark = (name: string, kind: Instrumented, peerName: string): Benchmark => ({
    name,
    unit: UNIT,
    peerName,
    run: async (options) => {
      const { nines: ours = NaN, [kind]: peer = NaN } = await measured(options);
      return { ours, peer };
    },
  });
  return [
    ...kinds.map((kind) =>
      benchmark(kind === "peer" ? `http.${framework}` : `http.${framework}.${kind}`, kind, peers[kind] ?? ""),
    ),
    benchmark(`http.${framework}.floor`, "floor", "hand-written in the framework's own hook"),
  ];
}

export const benchmarks: readonly Benchmark[] = [
  ...ofFramework("express", { peer: "express-prom-bundle, method and path" }),
  ...ofFramework("fastify", { peer: "fastify-metrics" }),
  ...ofFramework("koa", {
    peer: "prometheus-api-metrics",
    bundle: "express-prom-bundle by koa-connect, method and path",
  }),
  ...ofFramework("hono", { peer: "@hono/prometheus" }),
];
