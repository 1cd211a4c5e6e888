/** What a scrape costs, by the number of its lines, and for how long nothing else can run meanwhile. */
import type { PartyName } from "./signals/scrape-parties.ts";
import type { ScrapeFigures, ScrapeInput } from "./signals/scrape.child.ts";
import { inChild } from "./support/child.ts";
import { once } from "./support/once.ts";
import type { Benchmark } from "./support/types.ts";

const CHILD = new URL("./signals/scrape.child.ts", import.meta.url);
const PROM = "prom-client with the same series";

const measured = (lines: number, names: readonly PartyName[], blocks = false) =>
  once(({ quick, progress }) => {
    const rounds = quick ? Math.min(15, Math.ceil(50_000 / lines)) : Math.min(301, Math.ceil(2_000_000 / lines));
    const input: ScrapeInput = { lines, names, rounds, blocks };
    return inChild<ScrapeFigures>(CHILD, input, { progress, execArgv: ["--expose-gc"] });
  });

type Run = ReturnType<typeof measured>;

function beside(name: string, run: Run, peer: PartyName, peerName: string): Benchmark {
  return {
    name: `signals.${name}`,
    unit: "ms",
    peerName,
    run: async (options) => {
      const figures = await run(options);
      return { ours: figures.nines ?? NaN, peer: figures[peer] ?? NaN };
    },
  };
}

function bySize(size: string, run: Run): Benchmark[] {
  return [
    beside(`scrape-${size}`, run, "prom-client", PROM),
    beside(`scrape-${size}.floor`, run, "hand-written", "hand-written"),
  ];
}

const thousands10 = measured(10_000, [
  "nines",
  "nines by the registry",
  "prom-client",
  "OpenTelemetry",
  "hand-written",
]);

export const benchmarks: readonly Benchmark[] = [
  ...bySize("1k", measured(1_000, ["nines", "prom-client", "hand-written"])),
  ...bySize("10k", thousands10),
  {
    name: "signals.scrape-10k.registry",
    unit: "ms",
    peerName: `${PROM}; ours by registry.metrics()`,
    run: async (options) => {
      const figures = await thousands10(options);
      return { ours: figures["nines by the registry"] ?? NaN, peer: figures["prom-client"] ?? NaN };
    },
  },
  beside("scrape-10k.opentelemetry", thousands10, "OpenTelemetry", "OpenTelemetry's PrometheusSerializer"),
  ...bySize("50k", measured(50_000, ["nines", "prom-client", "hand-written"])),
  beside("scrape-block-50k", measured(50_000, ["nines", "prom-client"], true), "prom-client", PROM),
];
