/** A metric whose values are read when it is scraped, in the form that prom-client's registry takes. */
import { inBlocks, valueRows, writeRows } from "./blocks.ts";
import { bytesOf, type ByteWriter } from "./byte-writer.ts";
import type { ExpositionFormat, MetricDefinition, MetricSnapshot, MetricValue } from "./metric.ts";
import { defaultLabelsOf, type MetricRegistry } from "./registry.ts";
import { familyName, formatOf, headText, lineText } from "./text.ts";

type Labels = Readonly<Record<string, string | number>>;

/** A metric on a registry. */
export class ScrapedMetric {
  // A registry of OpenMetrics takes `_total` off this name, and never puts it on again.
  name: string;
  readonly help: string;
  readonly type: MetricSnapshot["type"];
  /** Which metrics of a worker that ends are kept by `@prometheus-io/client`: counters, not what is there no more. */
  readonly aggregator: string;
  readonly #definition: MetricDefinition;
  readonly #heads: Partial<Record<ExpositionFormat, Uint8Array>> = {};
  #home: MetricRegistry | undefined;

  constructor(definition: MetricDefinition) {
    this.name = definition.name;
    this.help = definition.help;
    this.type = definition.type;
    this.aggregator = definition.type === "gauge" ? "omit" : definition.aggregator;
    this.#home = undefined;
    this.#definition = definition;
  }

  /** Puts it on `registry`. */
  publishOn(registry: MetricRegistry): void {
    this.#home = registry;
    // prom-client's types ask for one of its own four classes; its code asks for a name and a get().
    (registry as unknown as { registerMetric(metric: ScrapedMetric): void }).registerMetric(this);
  }

  /** Its full name, whatever a registry has made of it. */
  get fullName(): string {
    return this.#definition.name;
  }

  /** The values now, one by one. */
  async get(): Promise<MetricSnapshot> {
    const { name, help, type, aggregator, values } = this.#definition;
    return { name, help, type, aggregator, values: await values() };
  }

  /** The values now, as registries ask for them to write text. */
  async getForPromString(): Promise<MetricSnapshot> {
    const { name, help, type, aggregator, values, rows } = this.#definition;
    const format = formatOf(this.#home?.contentType ?? "");
    const family = familyName(name, type, format);
    const head = { name: family, help, type, aggregator };
    // A registry adds its labels value by value.
    const labelled = this.#home !== undefined && Object.keys(defaultLabelsOf(this.#home)).length > 0;
    if (rows === undefined || labelled) return { ...head, values: await values() };
    const blocks = await inBlocks(rows(format));
    return {
      ...head,
      // A registry writes name, labels and value of each: a name with the lines before it in front carries them all.
      values: blocks.map(({ before, last }) => ({
        ...last,
        metricName: `${before}${last.metricName ?? family}`,
      })),
    };
  }

  /** Writes the values now as whole text; what is too much for `writer` becomes `pieces`. `common` are labels of all. */
  write(
    writer: ByteWriter,
    pieces: Uint8Array[],
    format: ExpositionFormat,
    common: Labels | undefined,
  ): Promise<void> | undefined {
    const definition = this.#definition;
    writer.bytes((this.#heads[format] ??= bytesOf(headText(definition, format))));
    if (definition.rows !== undefined && common === undefined) {
      return writeRows(definition.rows(format), writer, pieces);
    }
    const lineOf = (value: MetricValue): string => lineText(definition, value, format, common);
    const writeAll = (values: readonly MetricValue[]): Promise<void> | undefined =>
      writeRows(valueRows(values, lineOf), writer, pieces);
    const values = definition.values();
    return values instanceof Promise ? values.then(writeAll) : writeAll(values);
  }

  /** Asked for by `registry.resetMetrics()`; the counts belong to the collector and stay. */
  reset(): void {
    // Counters of a running service are not set back: Prometheus would take it for a restart.
  }
}
