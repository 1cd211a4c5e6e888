/** What a teller of statuses answered, checked: a gate must not be opened by figures that are none. */
import { formatPath } from "../core/errors.ts";
import * as z from "../core/schema.ts";
import { COMPOSITE_KINDS, type ServiceStatus, SLO_VERDICTS } from "../status/model.ts";

const MOST = 10_000;
const text = z.string();
// Neither NaN nor infinite: a policy finds such a figure above no limit.
const figure = z.number();
const count = figure.min(0);

const base = {
  id: text,
  at: figure,
  objective: z.looseObject({ budgetRatio: figure }),
  range: z.looseObject({ start: figure, end: figure }),
  coverage: count,
  good: count,
  total: count,
  burnRates: z.array(z.looseObject({ windowMs: count, rate: count.optional(), bad: count, total: count })).max(MOST),
};
const budget = z.discriminatedUnion("state", [
  z.looseObject({
    ...base,
    state: z.literal("measured"),
    bad: count,
    sliRatio: figure,
    consumedRatio: figure,
    remainingRatio: figure,
    remainingEvents: figure,
    remainingMinutes: figure,
    verdict: z.enum(["within", "spent", "exceeded"]),
  }),
  z.looseObject({ ...base, state: z.enum(["no_traffic", "too_little_traffic", "no_data"]), reason: text }),
]);
const judged = {
  at: figure,
  verdict: z.enum(SLO_VERDICTS),
  reasons: z.array(z.looseObject({ code: text, message: text })).max(MOST),
};
const slo = z.looseObject({
  id: text,
  service: text,
  name: text,
  kind: text,
  alerting: z.looseObject({ minimumFailures: count.optional() }).optional(),
});
const composite = z.looseObject({
  id: text,
  service: text,
  name: text,
  of: z.enum(COMPOSITE_KINDS),
  members: z.array(z.looseObject({ slo: text })).max(MOST),
});
const STATUS = z.looseObject({
  service: text,
  at: figure,
  verdict: z.enum(SLO_VERDICTS),
  summary: z.looseObject({ text }),
  slos: z.array(z.looseObject({ ...judged, slo, budget, countedUntil: figure.optional() })).max(MOST),
  composites: z.array(z.looseObject({ ...judged, composite, budget: budget.optional() })).max(MOST),
});

/** The answer itself, if it is the status of `service`; else what is wrong with it, in our own words. */
export function readStatus(
  answer: unknown,
  service: string,
): { readonly status: ServiceStatus } | { readonly problem: string } {
  const { success, error } = STATUS.safeParse(answer);
  if (!success) {
    const path = formatPath((error.issues[0]?.path ?? []).filter((key) => typeof key !== "symbol"));
    return { problem: `${path === "" ? "it" : path} is not what a status has there` };
  }
  const status = answer as ServiceStatus;
  if (status.service !== service) return { problem: "it is of another service" };
  const seen = new Set<string>();
  const parts = [
    ...status.slos.map((one) => [one.slo, one.budget] as const),
    ...status.composites.map((one) => [one.composite, one.budget] as const),
  ];
  for (const [subject, itsBudget] of parts) {
    if (subject.service !== service) return { problem: "it has an SLO of another service" };
    if (itsBudget !== undefined && itsBudget.id !== subject.id) return { problem: "a budget in it is of another SLO" };
    if (seen.has(subject.id)) return { problem: "it has an SLO twice" };
    seen.add(subject.id);
  }
  return { status };
}
