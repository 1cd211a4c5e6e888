/** What to say where a Prometheus has nothing at all of an SLO. */
import { CountedSlos } from "../adapters/prometheus/slo/counted.ts";
import { partFor } from "../adapters/prometheus/slo/steps.ts";
import { AdapterError, ConfigurationError } from "../core/errors.ts";
import { timeIn } from "../core/time/time-text.ts";
import { ruleSettings } from "../rules/options.ts";
import { presenceOf } from "../rules/presence.ts";
import type { Slo } from "../slo/model.ts";

import { recordedBy } from "./connection.ts";
import type { Given } from "./given.ts";
import { noteHost } from "./hosts.ts";
import type { Past } from "./past.ts";

/** That nothing was found of `slo`, and what the query was for: a name in it is wrong as a rule. */
export function nothingFound(
  given: Given,
  asked: { readonly slo: Slo; readonly past: Past; readonly host: string },
): Error {
  const { slo, past, host } = asked;
  const [from, until] = [timeIn("UTC", past.range.start), timeIn("UTC", past.range.end)];
  const by = selectorsOf(given, slo, past.stepMs).join(" and ");
  const error = new AdapterError(`nothing was found of it from ${from} to ${until}, UTC; the query was for ${by}`, {
    ...{ adapter: "prometheus", operation: `tell the past of ${slo.id}`, retryable: false },
  });
  noteHost(error, host);
  return error;
}

/** The series that have to be there: of what is recorded where the steps are made of that by --rules, else of the metrics. */
function selectorsOf(given: Given, slo: Slo, stepMs: number): readonly string[] {
  const counted = new CountedSlos(ruleSettings({ ...recordedBy(given), calendarWindows: "rolling" })).of(slo);
  if (counted instanceof ConfigurationError) return [slo.id];
  const steps = { firstEnd: stepMs, stepMs, count: 1, durationMs: stepMs };
  const isRecorded = given.has("rules") && partFor(counted, steps) !== undefined;
  return isRecorded ? [counted.names.present.selector] : presenceOf(counted.indicator).sources;
}
