/** Small objects of OpenSLO v1. */

/** A metric by PromQL. */
export function metric(query: unknown, source: object = { type: "Prometheus" }): object {
  return { metricSource: { ...source, spec: { query } } };
}

export const GOOD: object = metric("sum(rate(good[5m]))");
export const TOTAL: object = metric("sum(rate(all[5m]))");
export const COUNTS: object = { ratioMetric: { good: GOOD, total: TOTAL } };

/** Any object. */
export function object(kind: string, name: unknown, spec?: unknown, metadata: object = {}): object {
  return { apiVersion: "openslo/v1", kind, metadata: { name, ...metadata }, ...(spec === undefined ? {} : { spec }) };
}

/** An SLO of good and all events. */
export function slo(spec: object, metadata: object = {}): object {
  const usual = { service: "shop", indicator: { spec: COUNTS }, budgetingMethod: "Occurrences" };
  return object("SLO", "checkout", { ...usual, objectives: [{ target: 0.99 }], ...spec }, metadata);
}

/** An SLO with this objective. */
export function objective(fields: object, spec: object = {}): object {
  return slo({ objectives: [{ target: 0.99, ...fields }], ...spec });
}

/** An SLO whose indicator is this. */
export function by(sli: unknown, fields: object = {}): object {
  return objective(fields, { indicator: { spec: sli } });
}

/** An SLO with these annotations, `nines.dev/...` in short. */
export function noted(notes: Readonly<Record<string, string>>, spec: object = {}): object {
  return slo(spec, {
    annotations: Object.fromEntries(Object.entries(notes).map(([name, text]) => [`nines.dev/${name}`, text])),
  });
}

/** A condition that alerts by a burn rate. */
export function condition(fields: object = {}, severity: unknown = "page"): object {
  return { severity, condition: { threshold: 14.4, lookbackWindow: "1h", alertAfter: "5m", ...fields } };
}

/** A policy, inline, with conditions of these specs. */
export function policy(conditions: readonly unknown[], spec: object = {}): object {
  return { spec: { conditions: conditions.map((of) => ({ spec: of })), ...spec } };
}
