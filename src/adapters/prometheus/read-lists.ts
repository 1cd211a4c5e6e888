/** What a Prometheus knows about its metrics, labels and itself. */
import type { MetricMetadata, PrometheusBuild } from "./result.ts";
import { listOf, mapping } from "./read-values.ts";
import { oneLine } from "./texts.ts";
import { noAnswer, type Trouble } from "./trouble.ts";

/** Reads names, or the values of a label. */
export function readNames(data: unknown): readonly string[] | Trouble {
  return listOf(data, (name) => (typeof name === "string" ? name : undefined)) ?? noAnswer();
}

/** Reads types and help texts by the names of metrics. */
export function readMetadata(data: unknown): readonly MetricMetadata[] | Trouble {
  const metrics = mapping(data);
  if (metrics === undefined) return noAnswer();
  const found: MetricMetadata[] = [];
  for (const [metric, list] of Object.entries(metrics)) {
    const entries = listOf(list, (entry) => metadataOf(metric, entry));
    if (entries === undefined) return noAnswer();
    for (const entry of entries) found.push(entry);
  }
  return found;
}

function metadataOf(metric: string, entry: unknown): MetricMetadata | undefined {
  const { type, help = "", unit = "" } = mapping(entry) ?? {};
  if (typeof type !== "string" || typeof help !== "string" || typeof unit !== "string") return undefined;
  return { metric, type, help, unit };
}

/** Reads what it was built from. */
export function readBuild(data: unknown): PrometheusBuild | Trouble {
  const version = mapping(data)?.version;
  return typeof version === "string" ? { version: oneLine(version, 100) } : noAnswer();
}
