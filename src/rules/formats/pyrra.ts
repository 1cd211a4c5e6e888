/** Reads Pyrra's SLOs. */
import { formatDuration } from "../../core/time/duration.ts";
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { readPromql } from "../promql/read.ts";
import { counterRate } from "../promql/rewrite.ts";
import { labelList, numberText } from "../promql/write.ts";
import type { DraftSlo, Word } from "./draft.ts";
import { kept, merged } from "./kept.ts";
import { annotationsOf, isLabelName, labelsOf, type Texts } from "./labels.ts";
import { readPart } from "./part.ts";
import { type PyrraSlo, pyrraSlo } from "./pyrra-schema.ts";
import type { Sheet, Source } from "./sheet.ts";

/** Begins the labels and annotations that Pyrra hands on to its rules. */
const HANDED_ON = "pyrra.dev/";

const DAY_MS = 86_400_000;

/** The SLO of one document. */
export function readPyrra(source: Source): readonly DraftSlo[] {
  const { sheet, path, value } = source;
  const kind = value.kind;
  if (kind !== undefined && kind !== "ServiceLevelObjective") {
    sheet.fault([...path, "kind"], `${show(kind)} is not a kind of Pyrra; allowed: ServiceLevelObjective`);
    return [];
  }
  const slo = readPart(pyrraSlo, source);
  const indicator = slo && indicatorOf(slo, [...path, "spec", "indicator"], sheet);
  return slo === undefined || indicator === undefined ? [] : [draftOf(slo, indicator, source)];
}

function draftOf(slo: PyrraSlo, indicator: object, { sheet, path }: Source): DraftSlo {
  const { metadata, spec } = slo;
  const at = [...path, "metadata"];
  const labels = split(metadata.labels);
  const annotations = split(metadata.annotations);
  const own = labelsOf({ sheet, path: [...at, "labels"], texts: labels.own });
  const service = serviceOf(slo, at);
  const notes = annotationsOf(
    { sheet, path: [...at, "annotations"], texts: annotations.own },
    { sheet, path: [...at, "labels"], texts: own.others },
  );
  return {
    sheet,
    path,
    service,
    name: { text: metadata.name, path: [...at, "name"] },
    fields: {
      ...indicator,
      target: spec.target.percentText,
      measurement_window: spec.window,
      description: spec.description === "" ? undefined : spec.description,
      labels: merged(withoutService(own.labels, service, [...at, "labels"], sheet)),
      annotations: merged(notes, kept({ namespace: metadata.namespace })),
      alerting: {
        ...alertingOf(slo.spec.alerting),
        ...given("labels", handedOn(labels.handedOn, [...at, "labels"], sheet)),
        ...given("annotations", handedOn(annotations.handedOn, [...at, "annotations"], sheet)),
      },
    },
    origins: {
      measurement_window: [...path, "spec", "window"],
      description: [...path, "spec", "description"],
      sli: [...path, "spec", "indicator"],
      labels: [...at, "labels"],
      annotations: [...at, "annotations"],
      alerting: [...path, "spec", "alerting"],
      ...handedOnOrigins("labels", labels.handedOn, at),
      ...handedOnOrigins("annotations", annotations.handedOn, at),
    },
  };
}

/**
 * Pyrra has no services. One is taken from a label that says so, else from the namespace, else from the SLO itself.
 */
function serviceOf({ metadata }: PyrraSlo, at: Path): Word {
  for (const label of [`${HANDED_ON}service`, "service", "app.kubernetes.io/name"]) {
    const text = metadata.labels?.[label];
    if (text !== undefined && text !== "") return { text, path: [...at, "labels", label] };
  }
  if (metadata.namespace !== undefined && metadata.namespace !== "") {
    return { text: metadata.namespace, path: [...at, "namespace"] };
  }
  return { text: metadata.name, path: [...at, "name"] };
}

/** All that is recorded of an SLO has its service already, and no other label may have that name. */
function withoutService({ service: written, ...others }: Texts, { text }: Word, path: Path, sheet: Sheet): Texts {
  if (written !== undefined && written !== text) {
    sheet.report([...path, "service"], `is left out: the service is ${show(text)}, and no other label has that name`);
  }
  return others;
}

function split(texts: Texts = {}): { readonly own: Texts; readonly handedOn: Texts } {
  const entries = Object.entries(texts);
  return {
    own: Object.fromEntries(entries.filter(([name]) => !name.startsWith(HANDED_ON))),
    handedOn: Object.fromEntries(entries.filter(([name]) => name.startsWith(HANDED_ON))),
  };
}

/** Those whose name begins with Pyrra's own, without that. Reports name the path as it is written. */
function handedOn(texts: Texts, path: Path, sheet: Sheet): Texts | undefined {
  const kept = Object.entries(texts).flatMap(([name, value]): Array<[string, string]> => {
    const short = name.slice(HANDED_ON.length);
    // Every alert has the service already.
    if (short === "service") return [];
    if (isLabelName(short) && value.trim() !== "") return [[short, value]];
    sheet.report([...path, name], `${show(short)} with ${show(value)} cannot be handed on to alerts; it is left out`);
    return [];
  });
  return merged(Object.fromEntries(kept));
}

/** Where each stands with its whole name. */
function handedOnOrigins(key: "labels" | "annotations", texts: Texts, at: Path): Record<string, Path> {
  return Object.fromEntries(
    Object.keys(texts).map((name) => [`alerting.${key}.${name.slice(HANDED_ON.length)}`, [...at, key, name]]),
  );
}

function alertingOf(alerting: PyrraSlo["spec"]["alerting"]): Record<string, unknown> {
  const { disabled = false, burnrates = true, absent = true, name = "" } = alerting ?? {};
  return {
    ...given("name", name === "" ? undefined : name),
    ...(disabled || !burnrates ? { page: false, ticket: false } : {}),
    // Pyrra's alert about missing data is a critical one.
    no_data: disabled || !absent ? false : "page",
  };
}

function given(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [name]: value };
}

function indicatorOf(slo: PyrraSlo, path: Path, sheet: Sheet): object | undefined {
  const { ratio, latency, latencyNative, bool_gauge: gauge } = slo.spec.indicator;
  if ([ratio, latency, latencyNative, gauge].filter((one) => one !== undefined).length !== 1) {
    sheet.fault(path, "needs one of ratio, latency, latencyNative and bool_gauge");
    return undefined;
  }
  const sumOf = (metric: string, at: Path, grouping: readonly string[] = [], over = "rate"): string | undefined => {
    const sum = summed(metric, grouping, over);
    if (sum === undefined)
      sheet.fault(at, `${show(metric)} is not a plain selector; write one such as metric{job="api"}`);
    return sum;
  };
  if (ratio !== undefined) {
    const bad = sumOf(ratio.errors.metric, [...path, "ratio", "errors", "metric"], ratio.grouping);
    const total = sumOf(ratio.total.metric, [...path, "ratio", "total", "metric"], ratio.grouping);
    return bad === undefined || total === undefined ? undefined : { kind: "availability", sli: { bad, total } };
  }
  if (latency !== undefined) {
    const at = [...path, "latency", "success", "metric"];
    const good = sumOf(latency.success.metric, at, latency.grouping);
    const total = sumOf(latency.total.metric, [...path, "latency", "total", "metric"], latency.grouping);
    if (good === undefined || total === undefined) return undefined;
    return { ...kindOfBucket(latency.success.metric, at, sheet), sli: { good, total } };
  }
  if (latencyNative !== undefined) {
    const at = [...path, "latencyNative"];
    const total = sumOf(latencyNative.total.metric, [...at, "total", "metric"], latencyNative.grouping);
    if (total === undefined) return undefined;
    const sli = `histogram_fraction(0, ${numberText(latencyNative.latency / 1_000)}, ${total})`;
    return { kind: "latency", threshold: formatDuration(latencyNative.latency), sli };
  }
  const metric = gauge?.metric ?? "";
  const at = [...path, "bool_gauge", "metric"];
  const good = sumOf(metric, at, gauge?.grouping, "sum_over_time");
  const total = sumOf(metric, at, gauge?.grouping, "count_over_time");
  return good === undefined || total === undefined ? undefined : { kind: "availability", sli: { good, total } };
}

/** `sum by (job) (rate(metric[5m]))`; undefined if `metric` is more than a selector. */
function summed(metric: string, grouping: readonly string[], over: string): string | undefined {
  const read = readPromql(metric);
  if ("fault" in read || read.expression.kind !== "selector") return undefined;
  const rate = counterRate(metric);
  if (rate === undefined) return undefined;
  const by = grouping.length === 0 ? "" : ` by (${labelList(grouping)}) `;
  return `sum${by}(${rate.replace(/^rate\(/, `${over}(`)})`;
}

/** A latency, if the bucket has a threshold that is one of nines. */
function kindOfBucket(metric: string, path: Path, sheet: Sheet): Record<string, string> {
  const read = readPromql(metric);
  const matchers = "fault" in read || read.expression.kind !== "selector" ? [] : read.expression.selector.matchers;
  const bound = matchers.find(({ name, operator }) => name === "le" && operator === "=");
  const ms = Number((Number(bound?.value) * 1_000).toPrecision(12));
  if (Number.isInteger(ms) && ms >= 1 && ms <= DAY_MS) {
    return { kind: "latency", threshold: formatDuration(ms) };
  }
  const instead = 'its kind is availability here; write a bucket such as le="0.2" to have its threshold known';
  sheet.report(path, `has no bound \`le\` of whole milliseconds up to a day, so ${instead}`);
  return { kind: "availability" };
}
