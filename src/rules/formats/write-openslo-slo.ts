/** One SLO as objects of OpenSLO v1. */
import { formatDuration } from "../../core/time/duration.ts";
import type { BurnSeverity } from "../../slo/alerting.ts";
import type { RequestSelector, Slo } from "../../slo/model.ts";
import { dnsLabel, hashedLabel } from "./names.ts";
import { readShorthand, shorthandMs, writeShorthand } from "./openslo-duration.ts";
import { type AlertFact, factsOf, ownTarget, TIER_NOTE } from "./openslo-facts.ts";
import { OWN_QUERY, OWN_SOURCE, hasRange } from "./openslo-measure.ts";
import { indicatorName, shortTitle } from "./openslo-names.ts";
import { NOTE_PREFIX, writeNotes } from "./openslo-notes.ts";
import { writeCalendar } from "./openslo-window.ts";
import { alertingFields } from "./write-alerting.ts";
import { type Texts, unlessEmpty } from "./labels.ts";

// As the specification and its Go package have them, whichever allows less.
const LABEL_KEY = /^[a-zA-Z0-9](?:[\w.-]{0,61}[a-zA-Z0-9])?$/;
const LABEL_VALUE = /^[a-zA-Z0-9](?:[\w.-]{0,61}[a-zA-Z0-9])?$/;
const DNS_PART = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const ANNOTATION_KEY = new RegExp(
  `^(?:(?=.{1,253}/)${DNS_PART}(?:\\.${DNS_PART})*/)?[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$`,
);

/** The SLO's objects, and the severities that somebody is notified with. */
export interface WrittenSlo {
  readonly objects: readonly object[];
  readonly notified: readonly BurnSeverity[];
}

/** @param taken - names of policies that are in use; those of this SLO are added */
export function writeOpenSloObjects(slo: Slo, name: string, taken: Set<string>): WrittenSlo {
  const facts = slo.alerting === undefined ? [] : factsOf({ ...slo, alerting: slo.alerting });
  const policies = facts.map((fact) => policyOf(fact, slo, taken));
  const spec = {
    ...(slo.description === undefined ? {} : { description: slo.description }),
    service: dnsLabel(slo.service),
    indicator: { metadata: { name: indicatorName(name) }, spec: indicatorOf(slo) },
    timeWindow: [windowOf(slo)],
    budgetingMethod: methodOf(slo),
    objectives: [objectiveOf(slo)],
    ...(policies.length === 0
      ? {}
      : { alertPolicies: policies.map(({ metadata }) => ({ alertPolicyRef: metadata.name })) }),
  };
  const object = { apiVersion: "openslo/v1", kind: "SLO", metadata: metadataOf(slo, name), spec };
  const notified = facts.map(({ severity }) => severity as BurnSeverity);
  return { objects: [object, ...policies], notified: [...new Set(notified)] };
}

function metadataOf(slo: Slo, name: string): object {
  const [labels, otherLabels] = sorted(slo.labels, (key, value) => LABEL_KEY.test(key) && LABEL_VALUE.test(value));
  const [annotations, otherAnnotations] = sorted(
    slo.annotations,
    (key) => ANNOTATION_KEY.test(key) && !key.startsWith(NOTE_PREFIX) && !key.startsWith("openslo.com/"),
  );
  const title = slo.title === undefined ? undefined : shortTitle(slo.title);
  const notes = writeNotes({
    service: dnsLabel(slo.service) === slo.service ? undefined : slo.service,
    name: name === slo.name ? undefined : slo.name,
    kind: slo.kind,
    title: title === slo.title ? undefined : slo.title,
    threshold: slo.kind === "latency" && !isQuantile(slo) ? formatDuration(slo.thresholdMs) : undefined,
    window: slo.window.kind === "rolling" ? exactly(slo.window.durationMs) : undefined,
    slice: exactly(sliceMsOf(slo)),
    "empty-slices": slo.slices === undefined || slo.slices.empty === "ignored" ? undefined : slo.slices.empty,
    "minimum-events": slo.minimumEvents === 1 ? undefined : String(slo.minimumEvents),
    select: slo.selector && selectorFields(slo.selector),
    labels: otherLabels,
    annotations: otherAnnotations,
    alerting: slo.alerting && alertingFields(slo.alerting),
  });
  return {
    name,
    ...(title === undefined || title === "" ? {} : { displayName: title }),
    ...(labels === undefined ? {} : { labels }),
    annotations: { ...annotations, ...notes },
  };
}

/** Those that pass, and the rest; undefined where there are none. A mapping without entries is a rest too. */
function sorted(
  texts: Texts | undefined,
  passes: (key: string, value: string) => boolean,
): readonly [Texts | undefined, Texts | undefined] {
  if (texts === undefined) return [undefined, undefined];
  const entries = Object.entries(texts);
  const fitting = entries.filter(([key, value]) => passes(key, value));
  const others = Object.fromEntries(entries.filter(([key, value]) => !passes(key, value)));
  return [unlessEmpty(Object.fromEntries(fitting)), fitting.length === 0 ? others : unlessEmpty(others)];
}

function selectorFields({ routes, methods, statusCodes, operations }: RequestSelector): object {
  const fields = { routes, methods, status_codes: statusCodes, operations };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The duration, where OpenSLO can write it only longer than it is. */
function exactly(durationMs: number | undefined): string | undefined {
  if (durationMs === undefined) return undefined;
  const written = readShorthand(writeShorthand(durationMs));
  return written !== undefined && shorthandMs(written) === durationMs ? undefined : formatDuration(durationMs);
}

function indicatorOf(slo: Slo): object {
  if (slo.expression === undefined) {
    const own = { metricSource: { type: OWN_SOURCE, spec: { query: OWN_QUERY } } };
    if (slo.kind === "throughput") return { thresholdMetric: own };
    return { ratioMetric: { rawType: "success", raw: own } };
  }
  if (slo.events !== undefined && slo.kind !== "throughput") {
    const { good, bad, total } = slo.events;
    const part = String(good ?? bad);
    // What takes a rate is of a counter; what does not must stay as it is.
    const counter = hasRange(total) && hasRange(part);
    const counts = { [good === undefined ? "bad" : "good"]: metric(part), total: metric(total) };
    return { ratioMetric: { ...(counter ? { counter } : {}), ...counts } };
  }
  if (slo.kind === "throughput" || isQuantile(slo)) return { thresholdMetric: metric(slo.expression) };
  const rawType = slo.kind === "error_rate" ? "failure" : "success";
  return { ratioMetric: { rawType, raw: metric(slo.expression) } };
}

function metric(query: string): object {
  return { metricSource: { type: "Prometheus", spec: { query } } };
}

/** Whether the SLO's expression is a latency in seconds, and not a share of requests. */
function isQuantile({ kind, expression, events }: Slo): boolean {
  return kind === "latency" && events === undefined && /\bhistogram_quantile\s*\(/.test(expression ?? "");
}

function windowOf({ window }: Slo): object {
  if (window.kind === "calendar") return writeCalendar(window);
  return { duration: writeShorthand(window.durationMs), isRolling: true };
}

function methodOf(slo: Slo): string {
  if (slo.kind === "throughput") return "Timeslices";
  if (slo.slices === undefined) return "Occurrences";
  return slo.slices.objective === undefined ? "RatioTimeslices" : "Timeslices";
}

function sliceMsOf(slo: Slo): number | undefined {
  return slo.kind === "throughput" ? slo.sliceMs : slo.slices?.lengthMs;
}

function objectiveOf(slo: Slo): object {
  const sliceMs = sliceMsOf(slo);
  const sliceTarget = slo.kind === "throughput" ? 1 : slo.slices?.objective?.ratio;
  return {
    ...(slo.kind === "throughput" ? { op: "gte", value: slo.floorPerSecond } : {}),
    ...(slo.kind === "latency" && isQuantile(slo) ? { op: "lte", value: slo.thresholdMs / 1_000 } : {}),
    target: Number(slo.objective.ratioText),
    ...(sliceTarget === undefined ? {} : { timeSliceTarget: sliceTarget }),
    ...(sliceMs === undefined ? {} : { timeSliceWindow: writeShorthand(sliceMs) }),
  };
}

interface Policy {
  readonly metadata: { readonly name: string; readonly annotations: Texts };
  readonly spec: object;
}

function policyOf(fact: AlertFact, { service, name, id }: Slo, taken: Set<string>): Policy {
  const plain = dnsLabel(`${service}-${name}-${fact.name.replaceAll("_", "-")}`);
  const label = taken.has(plain) ? hashedLabel(plain, `${id}/${fact.name}`) : plain;
  taken.add(label);
  const { severity, threshold, lookbackWindow, alertAfter, noData } = fact;
  const condition = { kind: "burnrate", op: "gt", threshold, lookbackWindow, alertAfter };
  return {
    ...{ apiVersion: "openslo/v1", kind: "AlertPolicy" },
    metadata: { name: label, annotations: { [TIER_NOTE]: fact.name } },
    spec: {
      alertWhenBreaching: true,
      alertWhenResolved: false,
      alertWhenNoData: noData,
      conditions: [{ kind: "AlertCondition", metadata: { name: label }, spec: { severity, condition } }],
      notificationTargets: [{ targetRef: ownTarget(severity as BurnSeverity).metadata.name }],
    },
  };
}
