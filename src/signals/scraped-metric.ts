/** A metric whose values are read when it is scraped, in the form that prom-client's registry takes. */
import type { ExpositionFormat, MetricDefinition, MetricSnapshot } from "./metric.ts";
import { defaultLabelsOf, type MetricRegistry } from "./registry.ts";
import { familyName, formatOf, headText, lineText } from "./text.ts";

/** A metric on a registry. */
export class ScrapedMetric {
  // A registry of OpenMetrics takes `_total` off this name, and never puts it on again.
  name: string;
  readonly help: string;
  readonly type: MetricSnapshot["type"];
  /** Which metrics of a worker that ends are kept by `@prometheus-io/client`: counters, not what is there no more. */
  readonly aggregator: string;
  readonly #definition: MetricDefinition;
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
    const { name, help, type, aggregator, values, blocks } = this.#definition;
    const format = formatOf(this.#home?.contentType ?? "");
    const family = familyName(name, type, format);
    const head = { name: family, help, type, aggregator };
    // A registry adds its labels value by value.
    const labelled = this.#home !== undefined && Object.keys(defaultLabelsOf(this.#home)).length > 0;
    if (blocks === undefined || labelled) return { ...head, values: await values() };
    const parts = await blocks(format);
    return {
      ...head,
      values: parts.map(({ before, last }) => ({ ...last, metricName: `${before}${last.metricName ?? family}` })),
    };
  }

  /** The values now as whole text, in pieces. `common` are labels that all have. */
  async text(format: ExpositionFormat, common: Readonly<Record<string, string | number>>): Promise<string[]> {
    const definition = this.#definition;
    const head = headText(definition, format);
    if (definition.blocks !== undefined && Object.keys(common).length === 0) {
      const blocks = await definition.blocks(format);
      return [head, ...blocks.map(({ before, last }) => `${before}${lineText(definition, last, format)}`)];
    }
    const values = await definition.values();
    return [head + values.map((value) => lineText(definition, value, format, common)).join("")];
  }

  /** Asked for by `registry.resetMetrics()`; the counts belong to the collector and stay. */
  reset(): void {
    // Counters of a running service are not set back: Prometheus would take it for a restart.
  }
}
