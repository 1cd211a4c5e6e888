/** What a probe tells of the process, as metrics. */
import type { ProcessSample } from "../ports/process-probe.ts";
import type { MetricDefinition, MetricValue } from "./metric.ts";
import type { Saturation } from "./saturation.ts";

const GC_KINDS = ["minor", "major", "incremental", "weakcb"] as const;
const MOST_TYPES = 20;

/** The metrics of the process: those of one scrape come from one reading of the probe. */
export function processMetrics(saturation: Saturation): MetricDefinition[] {
  const metric = (
    name: string,
    type: MetricDefinition["type"],
    aggregator: MetricDefinition["aggregator"],
    help: string,
    pick: (sample: ProcessSample) => MetricValue[],
  ): MetricDefinition => ({
    name,
    type,
    aggregator,
    help,
    values: () => {
      const sample = saturation.sample();
      return sample === undefined ? [] : pick(sample);
    },
  });
  return [
    metric("service_cpu_seconds_total", "counter", "sum", "CPU time used.", (sample) => plain(sample.cpuSeconds)),
    metric("service_memory_bytes", "gauge", "sum", "Resident memory.", (sample) => plain(sample.memoryBytes)),
    metric("service_heap_used_bytes", "gauge", "sum", "JavaScript heap in use.", (sample) =>
      plain(sample.heapUsedBytes),
    ),
    metric(
      "service_event_loop_active_seconds_total",
      "counter",
      "sum",
      "Time that the event loop was busy.",
      (sample) => plain(sample.eventLoopActiveSeconds),
    ),
    metric("service_event_loop_delay_seconds", "gauge", "max", "How late the event loop is, by statistic.", (sample) =>
      labelled("stat", Object.entries(sample.eventLoopDelaySeconds)),
    ),
    metric(
      "service_gc_pause_seconds_total",
      "counter",
      "sum",
      "Time that the program stood still for garbage collection, by kind.",
      ({ gcSeconds = {} }) =>
        labelled(
          "kind",
          GC_KINDS.map((kind) => [kind, gcSeconds[kind]]),
        ),
    ),
    metric(
      "service_gc_pause_max_seconds",
      "gauge",
      "max",
      "Longest pause for garbage collection of the last minute or two.",
      (sample) => plain(sample.gcPauseMaxSeconds),
    ),
    metric(
      "service_active_resources",
      "gauge",
      "sum",
      "Handles and requests that keep the process busy, by type.",
      (sample) => labelled("type", fewTypes(sample.activeResources ?? {})),
    ),
  ];
}

/** The types that there are most of; the rest together, under `other`, so that a label never grows without bound. */
function fewTypes(counts: Readonly<Record<string, number>>): [string, number][] {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  if (sorted.length <= MOST_TYPES) return sorted;
  const kept = sorted.filter(([type]) => type !== "other").slice(0, MOST_TYPES - 1);
  const sum = (entries: readonly [string, number][]): number => entries.reduce((total, [, count]) => total + count, 0);
  return [...kept, ["other", sum(sorted) - sum(kept)]];
}

function plain(value: number | undefined): MetricValue[] {
  return known(value) ? [{ labels: {}, value }] : [];
}

function labelled(label: string, values: readonly (readonly [string, number | undefined])[]): MetricValue[] {
  return values.flatMap(([name, value]) => (known(value) ? [{ labels: { [label]: name }, value }] : []));
}

function known(value: number | undefined): value is number {
  return Number.isFinite(value);
}
