/** Reads what a collector has counted, for tests. */
import type { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import type { ExpositionFormat } from "../../src/signals/metric.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

/** The exposition of a collector as text. */
export async function expositionText(signals: GoldenSignalsCollector, format?: ExpositionFormat): Promise<string> {
  const { pieces } = await signals.exposition(format);
  return Buffer.concat(pieces).toString("utf8");
}

/** Samples of a metric: value by labels, as they are written. */
export async function samples(signals: GoldenSignalsCollector, metric: string): Promise<Record<string, number>> {
  return samplesIn(await signals.metrics(), metric);
}

/** The same of a text. */
export function samplesIn(text: string, metric: string): Record<string, number> {
  const lines = text.split("\n").filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(metric.length, end).replace(/^\{|\}$/g, ""), Number(line.slice(end + 1))];
    }),
  );
}

/** SLOs of a service `shop`, by the fields of the document. */
export function slosOf(fields: Readonly<Record<string, object>>): readonly Slo[] {
  return parseSloDocument({ service_level_objectives: { shop: fields } } as SloDocumentInput).slos;
}

/** Good and total of the last `windowMs`. */
export function countsOf(
  signals: GoldenSignalsCollector,
  name: string,
  end: number,
  windowMs = 3_600_000,
): { good: number; total: number } {
  const [answer] = signals.source.measureNow({ id: `shop/${name}` }, [{ start: end - windowMs, end }]);
  if (answer === undefined) throw new Error("no answer");
  return { good: answer.good, total: answer.total };
}
