/** From the status of a service to what is shown of it, as far as the status and the policy know it: pure. */
import { overrideText } from "../policy/transition.ts";
import type { ServiceStatus } from "../status/model.ts";

import { slosByAttention } from "./attention.ts";
import type { DashboardPolicy, DashboardService } from "./model.ts";
import { compositeOf, sloOf } from "./slo.ts";
import type { DashboardPolicies } from "./sources.ts";
import { known, shownText, shownTexts } from "./texts.ts";
import { atOnce } from "../core/thenable.ts";

const MOST_REASONS = 5;

/** A service whose status could be told. */
export function serviceOf(status: ServiceStatus, policies: DashboardPolicies | undefined): DashboardService {
  const { service, verdict, summary, reasons, slos, composites } = status;
  return known({
    name: service,
    verdict,
    text: shownText(summary.text),
    reasons: shownTexts(
      reasons.map(({ message }) => message),
      MOST_REASONS,
    ),
    slos: slosByAttention(slos.map(sloOf)),
    composites: composites.map(compositeOf),
    policy: policies === undefined || slos.length === 0 ? undefined : policyOf(status, policies),
  });
}

/** A service of which nothing could be told. */
export function failedService(name: string, failure: string): DashboardService {
  return {
    name,
    verdict: "unknown",
    text: "its status could not be told",
    reasons: [],
    slos: [],
    composites: [],
    failure,
  };
}

/** What the policy would decide by these figures, with its memory and overrides. */
function policyOf({ service, at, slos }: ServiceStatus, policies: DashboardPolicies): DashboardPolicy | undefined {
  const inputs = slos.map(({ slo, budget }) => ({ slo, status: budget }));
  const { decision, since, reasons, recommendations, override } = atOnce(policies.preview(service, inputs, { at }));
  return known({
    decision,
    since: Math.round(since),
    reasons: shownTexts(
      reasons.map(({ message }) => message),
      MOST_REASONS,
    ),
    recommendations: shownTexts(recommendations, MOST_REASONS),
    override: override === undefined ? undefined : shownText(overrideText(override)),
  });
}
