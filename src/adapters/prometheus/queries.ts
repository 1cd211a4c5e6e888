/** PromQL by the names of metrics, checked. */
import { invalid, show } from "../../core/errors.ts";
import { MAX_KEY_CHARACTERS, PROTOTYPE_KEYS } from "../../core/faults.ts";

const MOST_QUERIES = 100;
export const LONGEST_QUERY = 10_000;

/** What is to be asked, in the order of the keys. */
export function checkedQueries(queries: unknown): readonly (readonly [metric: string, query: string])[] {
  if (typeof queries !== "object" || queries === null || Array.isArray(queries)) {
    throw invalid("queries", `${show(queries)} is no mapping of metrics to PromQL`);
  }
  const entries = Object.entries(queries as Record<string, unknown>);
  if (entries.length === 0 || entries.length > MOST_QUERIES) {
    throw invalid("queries", `has ${String(entries.length)} queries; write 1 to ${String(MOST_QUERIES)}`);
  }
  return entries.map(([metric, query]) => {
    if (metric === "timestamp" || PROTOTYPE_KEYS.has(metric) || metric.trim() === "") {
      throw invalid(["queries", metric], "cannot be the name of a metric");
    }
    if (metric.length > MAX_KEY_CHARACTERS) {
      throw invalid(["queries", metric], `its name has more than ${String(MAX_KEY_CHARACTERS)} characters`);
    }
    return [metric, queryText(metric, query)];
  });
}

function queryText(metric: string, query: unknown): string {
  if (typeof query === "string" && query.trim() !== "" && query.length <= LONGEST_QUERY) return query;
  throw invalid(["queries", metric], `must be PromQL of 1 to ${String(LONGEST_QUERY)} characters`);
}

/** A metric in a message. */
export function nameOf(metric: string): string {
  return /^[\w.:-]{1,60}$/.test(metric) ? metric : show(metric);
}
