/** What fields are called by OpenTelemetry and Loki, and by the Elastic Common Schema. */
import type { FieldNames, LogValue } from "./model.ts";

/** Where the Elastic Common Schema has a name of its own; everything else is in the namespace `nines`. */
const ECS: Readonly<Record<string, string>> = {
  event: "event.action",
  service: "service.name",
  trace_id: "trace.id",
  span_id: "span.id",
  error_type: "error.type",
  error_message: "error.message",
  logger: "log.logger",
};
/** Sentences have commas. */
const SENTENCES = ["reasons", "recommendations"];

/**
 * The fields under their names. Lists are lists for Elasticsearch, which finds each of their values, and text for Loki, whose parser
 * leaves lists out.
 */
export function namedFields(fields: Readonly<Record<string, LogValue>>, names: FieldNames): Record<string, LogValue> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (names === "ecs") return [Object.hasOwn(ECS, name) ? (ECS[name] ?? name) : `nines.${name}`, value];
      return [name, typeof value === "object" ? value.join(SENTENCES.includes(name) ? "; " : ", ") : value];
    }),
  );
}
