/** Links that somebody wrote, checked. */
import { invalid, show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";

import { baseAddress } from "./addresses.ts";
import { isAddress, LINK_VALUES, namesIn, type QueryLanguage, readQuery } from "./templates.ts";

const MOST_CHARACTERS = 2_000;
/** In an address times can be asked for, too. */
const LOG_VALUES: readonly string[] = [...LINK_VALUES, "from", "to"];

/**
 * Checks a `TelemetryLinks`.
 *
 * @param path - where it is in what the user wrote
 * @throws {@link ConfigurationError} naming what is wrong, and what is allowed
 *
 * @example
 * ```ts
 * import { checkLinks } from "nines";
 *
 * let message = "";
 * try {
 *   checkLinks({ logs: { kibana: { url: "https://k.example.com", index: "logs", query: "service.name: {service}" } } });
 * } catch (error) {
 *   message = String(error);
 * }
 * if (!message.includes("links.logs.kibana.query: {service} stands outside of quotes")) throw new Error(message);
 * ```
 */
export function checkLinks(links: unknown, path: readonly (string | number)[] = ["links"]): void {
  checkOptions(links, "links", ["traces", "logs"], path);
  const { traces, logs } = links as Readonly<Record<string, unknown>>;
  if (traces !== undefined) checkTraces(traces, [...path, "traces"]);
  if (logs !== undefined) checkLogs(logs, [...path, "logs"]);
}

function checkTraces(traces: unknown, path: Path): void {
  const [kind, value] = theOnly(traces, ["jaeger", "zipkin", "template"], path);
  if (kind !== "template") checkBase(value, [...path, kind]);
  else if (!checkTemplate(value, ["traceId"], [...path, kind]).includes("traceId")) {
    throw invalid([...path, kind], `${show(value)} leads to no trace; write {traceId} where its id goes`);
  }
}

function checkLogs(logs: unknown, path: Path): void {
  const [kind, value] = theOnly(logs, ["loki", "kibana", "template"], path);
  const place = [...path, kind];
  if (kind === "template") checkTemplate(value, LOG_VALUES, place);
  else if (kind === "loki") {
    const loki = fields(value, "loki", ["grafanaUrl", "datasourceUid", "query"], place);
    checkBase(loki.grafanaUrl, [...place, "grafanaUrl"]);
    checkText(loki.datasourceUid, 40, [...place, "datasourceUid"]);
    checkQuery(loki.query, "logql", [...place, "query"]);
  } else {
    const kibana = fields(value, "kibana", ["url", "index", "query"], place);
    checkBase(kibana.url, [...place, "url"]);
    checkText(kibana.index, 200, [...place, "index"]);
    checkQuery(kibana.query, "kql", [...place, "query"]);
  }
}

/** The one key that there has to be, with its value. */
function theOnly(value: unknown, known: readonly string[], path: Path): readonly [string, unknown] {
  const found = fields(value, String(path.at(-1)), known, path);
  const [first, ...others] = Object.entries(found).filter(([, one]) => one !== undefined);
  if (first !== undefined && others.length === 0) return first;
  throw invalid(path, `has ${first === undefined ? "none" : "several"} of ${known.join(", ")}; write one of them`);
}

function fields(value: unknown, what: string, known: readonly string[], path: Path): Readonly<Record<string, unknown>> {
  checkOptions(value, what, known, path);
  return value as Readonly<Record<string, unknown>>;
}

function checkBase(value: unknown, path: Path): void {
  // Never shown: it may hold a password.
  if (baseAddress(value) !== undefined) return;
  const allowed = "begins with https:// or http://, without a user, a query and a fragment";
  throw invalid(path, `is no address; write one that ${allowed}`);
}

function checkTemplate(value: unknown, known: readonly string[], path: Path): readonly string[] {
  checkText(value, MOST_CHARACTERS, path);
  const template = value as string;
  const names = namesIn(template);
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) throw invalid(path, `there is no {${wrong}}${choices(wrong, known)}`);
  if (!isAddress(template)) {
    throw invalid(path, "is no address; write one that begins with https:// or http:// and a whole host");
  }
  return names;
}

function checkQuery(value: unknown, language: QueryLanguage, path: Path): void {
  checkText(value, MOST_CHARACTERS, path);
  const read = readQuery(value as string, language);
  if ("fault" in read) throw invalid(path, read.fault);
}

function checkText(value: unknown, most: number, path: Path): void {
  if (typeof value === "string" && value.trim() !== "" && value.length <= most) return;
  throw invalid(path, `${show(value)} is not possible; write a text of 1 to ${String(most)} characters`);
}
