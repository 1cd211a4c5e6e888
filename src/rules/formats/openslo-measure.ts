/** The indicators of OpenSLO, in PromQL. */
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { everyExpr } from "../promql/expression.ts";
import { readPromql } from "../promql/read.ts";
import { counterRate } from "../promql/rewrite.ts";
import { isMapping } from "./part.ts";
import type { OpenSloObjects } from "./openslo-objects.ts";
import type { SliObject, SourceMetric } from "./openslo-types.ts";
import type { Sheet } from "./sheet.ts";
import { promqlOf } from "./query.ts";

/** What an indicator counts. */
export type Measure =
  | { readonly of: "events"; readonly counts: Readonly<Record<string, string>> }
  | { readonly of: "ratio"; readonly text: string; readonly failures: boolean }
  | { readonly of: "value"; readonly text: string }
  /** The service's own signals: nines writes it so. */
  | { readonly of: "own" };

/** The type of source by which nines writes an SLO without PromQL. */
export const OWN_SOURCE = "nines";

/** Its query. */
export const OWN_QUERY = "own";

// What answers PromQL, in small letters without blanks.
const PROMQL_SOURCES: ReadonlySet<string> = new Set([
  ...["prometheus", "promql", "thanos", "cortex", "mimir", "grafanamimir", "victoriametrics", "vm"],
  ...["amazonprometheus", "amp", "gmp", "googlemanagedprometheus", "azuremonitorprometheus", "sloth"],
]);

/** Where an indicator stands. */
export interface MeasureQuestion {
  readonly sheet: Sheet;
  readonly path: Path;
  readonly spec: SliObject["spec"];
  readonly objects: OpenSloObjects;
}

/** Undefined if nines cannot read it; that is then told, as a fault or as something that is left out. */
export function measureOf(question: MeasureQuestion): Measure | undefined {
  const { sheet, path, spec } = question;
  const { thresholdMetric, ratioMetric } = spec;
  if ((thresholdMetric === undefined) === (ratioMetric === undefined)) {
    sheet.fault(path, "needs either thresholdMetric or ratioMetric");
    return undefined;
  }
  if (thresholdMetric !== undefined) {
    const text = queryOf(thresholdMetric, [...path, "thresholdMetric"], question);
    if (text === undefined) return undefined;
    return text === OWN ? { of: "own" } : { of: "value", text };
  }
  const { good, bad, total, raw, rawType, counter } = ratioMetric ?? {};
  const at = [...path, "ratioMetric"];
  const parts = [good, bad, total].filter((part) => part !== undefined);
  if (raw !== undefined) {
    if (parts.length > 0) sheet.fault(at, "has raw beside good, bad or total; write either raw or the counts");
    if (rawType === undefined) sheet.fault([...at, "rawType"], "is missing; allowed: success, failure");
    if (counter !== undefined) sheet.report([...at, "counter"], "has no meaning beside raw");
    const text = queryOf(raw, [...at, "raw"], question);
    if (text === undefined || rawType === undefined || parts.length > 0) return undefined;
    return text === OWN ? { of: "own" } : { of: "ratio", text, failures: rawType === "failure" };
  }
  if (rawType !== undefined) sheet.report([...at, "rawType"], "has no meaning without raw");
  if (total === undefined || (good === undefined) === (bad === undefined)) {
    sheet.fault(at, "needs total, and beside it either good or bad; or raw with rawType");
    return undefined;
  }
  const [name, part] = good === undefined ? (["bad", bad] as const) : (["good", good] as const);
  const of = part && countOf(part, counter, [...at, name], question);
  const all = countOf(total, counter, [...at, "total"], question);
  return of === undefined || all === undefined ? undefined : { of: "events", counts: { [name]: of, total: all } };
}

const OWN = Symbol("the service's own signals");

function countOf(
  metric: SourceMetric,
  counter: boolean | undefined,
  path: Path,
  question: MeasureQuestion,
): string | undefined {
  const text = queryOf(metric, path, question);
  if (text === OWN) {
    question.sheet.fault(path, `a source of the type ${OWN_SOURCE} has no counts; write it as raw`);
    return undefined;
  }
  return text && counted(text, counter, [...path, "metricSource", "spec", "query"], question.sheet);
}

/** A count over time: of a bare counter, its rate. */
export function counted(text: string, counter: boolean | undefined, path: Path, sheet: Sheet): string | undefined {
  const isOverTime = hasRange(text);
  if (counter === false && isOverTime) {
    sheet.report(path, "counts over time, though `counter` is false; it is taken as it is written");
  }
  if (counter !== true || isOverTime) return text;
  const rate = counterRate(text);
  if (rate === undefined) {
    sheet.leaveOut(path, "is a counter that nines finds no rate for", "; write rate(...[5m]) in it");
  }
  return rate;
}

/** Whether an expression looks over time. Of one that is not PromQL it is guessed. */
export function hasRange(text: string): boolean {
  const read = readPromql(text);
  if ("fault" in read) return /\[[^[\]]*\]/.test(text);
  return [...everyExpr(read.expression)].some(
    (part) => part.kind === "subquery" || (part.kind === "selector" && part.rangeMs !== undefined),
  );
}

function queryOf(metric: SourceMetric, path: Path, question: MeasureQuestion): string | typeof OWN | undefined {
  const { sheet, objects } = question;
  const { metricSourceRef, type, spec = {} } = metric.metricSource;
  const at = [...path, "metricSource"];
  const source = metricSourceRef === undefined ? undefined : objects.find("DataSource", metricSourceRef);
  const known = source?.object.spec.type;
  if (metricSourceRef !== undefined && source === undefined) {
    if (type === undefined) objects.refer("DataSource", metricSourceRef, { sheet, path: [...at, "metricSourceRef"] });
    else
      sheet.report(
        [...at, "metricSourceRef"],
        `there is no DataSource ${show(metricSourceRef)} in this text; nines needs only the type`,
      );
  } else if (type === undefined && known === undefined) {
    sheet.fault(
      [...at, "type"],
      "is missing; write type: Prometheus, or metricSourceRef with the name of a DataSource",
    );
  } else if (type !== undefined && known !== undefined && nameOf(type) !== nameOf(known)) {
    sheet.report([...at, "type"], `its DataSource is of the type ${show(known)}; ${show(type)} is what counts here`);
  }
  const asked = type ?? known;
  if (asked === undefined) return undefined;
  if (nameOf(asked) !== OWN_SOURCE && !PROMQL_SOURCES.has(nameOf(asked))) {
    const typePath = type === undefined ? [...at, "metricSourceRef"] : [...at, "type"];
    sheet.leaveOut(typePath, `nines reads PromQL, and not ${show(asked)}`);
    sheet.report([...at, "spec"], `is left out: nines reads PromQL, and not ${show(asked)}`);
    return undefined;
  }
  return queryIn(spec, [...at, "spec"], { sheet, isOwn: nameOf(asked) === OWN_SOURCE });
}

function queryIn(
  spec: Readonly<Record<string, unknown>>,
  path: Path,
  { sheet, isOwn }: { readonly sheet: Sheet; readonly isOwn: boolean },
): string | typeof OWN | undefined {
  for (const key of Object.keys(spec)) {
    if (key !== "query") sheet.report([...path, key], "is nothing that nines reads here; allowed: query");
  }
  const { query } = spec;
  if (typeof query !== "string" || query.trim() === "") {
    const problem =
      query === undefined ? "is missing" : isMapping(query) ? "is a mapping" : `${show(query)} is no query`;
    sheet.fault([...path, "query"], `${problem}; write PromQL, such as sum(rate(http_requests_total[5m]))`);
    return undefined;
  }
  if (isOwn) {
    if (query === OWN_QUERY) return OWN;
    sheet.fault(
      [...path, "query"],
      `${show(query)} is not allowed for a source of the type ${OWN_SOURCE}; allowed: ${OWN_QUERY}`,
    );
    return undefined;
  }
  // Examples of Sloth in OpenSLO have its variable.
  return promqlOf(query, [...path, "query"], sheet)?.text;
}

function nameOf(type: string): string {
  return type.toLowerCase().replace(/[\s_-]/g, "");
}
