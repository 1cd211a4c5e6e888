/** What one request costs, with all signals and four SLOs. */
import type { RecordFigures, RecordInput } from "./signals/record.child.ts";
import { inChild } from "./support/child.ts";
import { once } from "./support/once.ts";
import type { Benchmark } from "./support/types.ts";

const CHILD = new URL("./signals/record.child.ts", import.meta.url);

const measured = (what: RecordInput["what"]) =>
  once(({ quick, progress }) => inChild<RecordFigures>(CHILD, { what, quick }, { progress }));
const runs = { record: measured("record"), request: measured("request") };

/** Our figure beside the least of those peers'. */
function beside(name: string, what: RecordInput["what"], peerName: string, ...peers: string[]): Benchmark {
  return {
    name,
    unit: "ns",
    peerName,
    run: async (options) => {
      const figures = await runs[what](options);
      return { ours: figures.nines ?? NaN, peer: Math.min(...peers.map((peer) => figures[peer] ?? NaN)) };
    },
  };
}

const OBJECTS = "prom-client with label objects";

export const benchmarks: readonly Benchmark[] = [
  beside(
    "signals.record",
    "record",
    "prom-client histogram + counter, the faster of label objects and labels()",
    OBJECTS,
    "prom-client with labels()",
  ),
  beside("signals.record.floor", "record", "hand-written", "hand-written"),
  beside("signals.record.opentelemetry", "record", "OpenTelemetry histogram + counter", "OpenTelemetry"),
  beside("signals.request", "request", "prom-client in-flight gauge + timer + counter", OBJECTS),
  beside("signals.request.floor", "request", "hand-written", "hand-written"),
];
