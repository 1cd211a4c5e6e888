/** Reading a large SLO document, beside the YAML parser that is in it. */
import { load } from "js-yaml";
import { parseSloDocument } from "../src/slo/document.ts";
import { keep, paired } from "./support/paired.ts";
import type { Benchmark } from "./support/types.ts";

const SERVICES = 100;
const SLOS = 100;

/** The four kinds in turn, in block and in flow style, half of them with an expression. */
function largeDocument(): string {
  let text = "service_level_objectives:\n";
  for (let service = 0; service < SERVICES; service += 1) {
    text += `  service_${service}:\n`;
    for (let slo = 0; slo < SLOS; slo += 4) {
      const job = `{job='service_${service}'}[5m]`;
      text += `    availability_${slo}:\n      kind: availability\n      target: 99.9%\n      measurement_window: 30d\n`;
      text += `      sli: "sum(rate(http_requests_total${job})) / sum(rate(http_requests_total${job}))"\n`;
      text += `    latency_${slo}: { kind: latency, target: 99%, threshold: 100ms, measurement_window: 30d }\n`;
      text += `    throughput_${slo}:\n      kind: throughput\n      target: ${1_000 + slo}\n      measurement_window: 5m\n`;
      text += `      sli: "sum(rate(http_requests_total${job}))"\n`;
      text += `    error_rate_${slo}: { kind: error_rate, target: 0.1%, measurement_window: 30d }\n`;
    }
  }
  return text;
}

export const benchmarks: Benchmark[] = [
  {
    name: "slo.load-10k",
    unit: "ms",
    peerName: "js-yaml load",
    async run({ quick, progress }) {
      const text = largeDocument();
      if (parseSloDocument(text).slos.length !== SERVICES * SLOS) throw new Error("not all SLOs were read");
      const repeat =
        (work: () => unknown) =>
        (iterations: number): void => {
          for (let index = 0; index < iterations; index += 1) keep(work());
        };
      const { ours, peer } = await paired(
        repeat(() => parseSloDocument(text)),
        repeat(() => load(text)),
        { quick, progress, rounds: quick ? 5 : 41, batchMs: 100 },
      );
      return { ours: ours / 1e6, peer: peer / 1e6 };
    },
  },
];
