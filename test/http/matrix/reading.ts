/** What a collector says, read from its scrape. */
import type { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import { eventually } from "./eventually.ts";

/** A scrape in which nothing is in flight. */
export interface Reading {
  readonly text: string;
  /** Counts by `METHOD ROUTE CODE`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Seconds by the same keys. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Rejected values by reason. */
  readonly rejected: Readonly<Record<string, number>>;
}

/** One sample of a scrape. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Waits until nothing is in flight, and reads. Fails where the scrape contradicts itself. */
export async function read(signals: GoldenSignalsCollector): Promise<Reading> {
  await eventually(
    () => signals.inFlight === 0,
    () => `nothing to be in flight; there are ${signals.inFlight}`,
  );
  const text = await signals.metrics();
  const samples = samplesOf(text);
  const requests = byRequest(samples, "http_requests_total");
  const timed = byRequest(samples, "http_request_duration_seconds_count");
  if (JSON.stringify(requests) !== JSON.stringify(timed)) throw new Error(`counted is not what was timed: ${text}`);
  if (samples.find(({ name }) => name === "http_requests_in_flight")?.value !== 0) throw new Error(text);
  const rejected = samples.filter(({ name }) => name === "nines_rejected_values_total");
  return {
    text,
    requests,
    seconds: byRequest(samples, "http_request_duration_seconds_sum"),
    rejected: Object.fromEntries(rejected.map(({ labels, value }) => [labels.reason ?? "", value])),
  };
}

/** Waits until so many requests are in flight. */
export async function underWay(signals: GoldenSignalsCollector, count: number): Promise<void> {
  await eventually(
    () => signals.inFlight === count,
    () => `${count} in flight; there are ${signals.inFlight}`,
  );
}

/** All samples of a text in Prometheus' format. */
export function samplesOf(text: string): Sample[] {
  return text.split("\n").flatMap((line) => {
    const match = /^([a-z_:]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match === null) return [];
    const labels = [...(match[2] ?? "").matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)];
    return [
      {
        name: match[1] ?? "",
        labels: Object.fromEntries(labels.map(([, name, value]) => [name, value])),
        value: Number(match[3]),
      },
    ];
  });
}

function byRequest(samples: readonly Sample[], wanted: string): Record<string, number> {
  return Object.fromEntries(
    samples
      .filter(({ name }) => name === wanted)
      .map(({ labels, value }) => [`${labels.method ?? ""} ${labels.route ?? ""} ${labels.code ?? ""}`, value]),
  );
}
