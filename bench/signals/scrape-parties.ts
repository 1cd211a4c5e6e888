/** Everyone who is scraped, with the same label sets, the same requests and the same number of lines. */
import { Gauge, Registry } from "prom-client";

import { lehmer } from "../support/paired.ts";
import { isShared, samplesOf, totalsOf, type Sample } from "./exposition.ts";
import { HandWritten } from "./floor.ts";
import { openTelemetry } from "./opentelemetry.ts";
import { usualMetrics } from "./prom-client.ts";
import { collector, labelSets, randomSeconds, type LabelSet } from "./workload.ts";

/** One who keeps requests and writes them out. */
export interface Party {
  record(set: LabelSet, seconds: number): void;
  /** The text, or its bytes in pieces. */
  scrape(): Scraped | Promise<Scraped>;
}

export type Scraped = string | readonly Uint8Array[];

/** What is sent: a scrape ends with bytes, whoever makes them. */
export function bytesOf(scraped: Scraped): readonly Uint8Array[] {
  return typeof scraped === "string" ? [Buffer.from(scraped)] : scraped;
}

function textOf(scraped: Scraped): string {
  return typeof scraped === "string" ? scraped : Buffer.concat(scraped).toString();
}

export type PartyName = "nines" | "nines by the registry" | "prom-client" | "OpenTelemetry" | "hand-written";

const REQUESTS_PER_SET = 20;

/** Records one request for each label set. */
export function recordAll(party: Party, sets: readonly LabelSet[], chance: () => number): void {
  for (const set of sets) party.record(set, randomSeconds(chance));
}

/** All parties, with `lines` lines each, or as near to that as whole label sets come. */
export async function partiesOf(lines: number, names: readonly PartyName[]) {
  const { party: nines, byRegistry, sets, text } = await ninesOf(lines);
  // What nines tells beside the histogram and the counter, such as errors by class: the others tell it as constants.
  const rest = samplesOf(text).filter((sample) => !isShared(sample));
  const makers: Record<PartyName, () => Party> = {
    nines: () => nines,
    "nines by the registry": () => byRegistry,
    "prom-client": () => promClient(rest),
    OpenTelemetry: () => otel(rest),
    "hand-written": () => handWritten(rest),
  };
  const parties = Object.fromEntries(names.map((name) => [name, makers[name]()])) as Record<PartyName, Party>;
  const expected = totalsOf(text);
  for (const name of names) {
    if (name === "nines") continue;
    if (name !== "nines by the registry") fill(parties[name], sets);
    const totals = totalsOf(textOf(await parties[name].scrape()));
    const alike = totals.lines === expected.lines && Math.abs(totals.sum / expected.sum - 1) < 1e-9;
    if (!alike) throw new Error(`${name} wrote ${JSON.stringify(totals)}, and nines ${JSON.stringify(expected)}`);
  }
  return { parties, sets, lines: expected.lines };
}

function fill(party: Party, sets: readonly LabelSet[]): void {
  const chance = lehmer();
  for (let round = 0; round < REQUESTS_PER_SET; round += 1) recordAll(party, sets, chance);
}

async function ninesOf(lines: number): Promise<{ party: Party; byRegistry: Party; sets: LabelSet[]; text: string }> {
  let count = Math.ceil(lines / 15);
  for (let attempt = 0; ; attempt += 1) {
    const sets = labelSets(count);
    const { party, byRegistry } = ninesParties(count);
    fill(party, sets);
    const text = textOf(await party.scrape());
    const written = totalsOf(text).lines;
    if (Math.abs(written / lines - 1) < 0.02) return { party, byRegistry, sets, text };
    if (attempt === 5) throw new Error(`${count} label sets make ${written} lines, where ${lines} are wanted`);
    count = Math.round((count * lines) / written);
  }
}

/** One collector on a registry of the user's: as its endpoint writes it, and as the registry itself does. */
function ninesParties(seriesLimit: number): { party: Party; byRegistry: Party } {
  const registry = new Registry();
  const signals = collector(registry, seriesLimit + 1);
  const record: Party["record"] = ({ method, route, statusCode }, durationSeconds) =>
    signals.record({ method, route, statusCode, durationSeconds });
  return {
    party: { record, scrape: async () => (await signals.exposition()).pieces },
    byRegistry: { record, scrape: () => registry.metrics() },
  };
}

function promClient(rest: readonly Sample[]): Party {
  const registry = new Registry();
  const { histogram, counter } = usualMetrics(registry);
  for (const [name, samples] of byName(rest)) {
    const labelNames = Object.keys(samples[0]?.labels ?? {});
    const gauge = new Gauge({ name, help: name, labelNames, registers: [registry] });
    for (const { labels, value } of samples) gauge.set(labels, value);
  }
  return {
    record: ({ method, route, code }, seconds) => {
      const labels = { method, route, code };
      histogram.observe(labels, seconds);
      counter.inc(labels);
    },
    scrape: () => registry.metrics(),
  };
}

function otel(rest: readonly Sample[]): Party {
  const { meter, histogram, counter, scrape } = openTelemetry();
  for (const [name, samples] of byName(rest)) {
    const gauge = meter.createGauge(name);
    for (const { labels, value } of samples) gauge.record(value, labels);
  }
  return {
    record: ({ method, route, code }, seconds) => {
      const labels = { method, route, code };
      histogram.record(seconds, labels);
      counter.add(1, labels);
    },
    scrape,
  };
}

function handWritten(rest: readonly Sample[]): Party {
  const floor = new HandWritten();
  const lines = [...byName(rest)].flatMap(([name, samples]) =>
    samples.map(({ labels, value }, index) => {
      const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
      const head = index === 0 ? `\n\n# HELP ${name} ${name}\n# TYPE ${name} gauge\n` : "\n";
      return { prefix: `${head}${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} `, value };
    }),
  );
  return {
    record: ({ method, route, statusCode }, seconds) => floor.record(method, route, statusCode, seconds),
    scrape: () => floor.scrape(lines),
  };
}

function byName(samples: readonly Sample[]): Map<string, Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const group = groups.get(sample.name);
    if (group === undefined) groups.set(sample.name, [sample]);
    else group.push(sample);
  }
  return groups;
}
