/** The verdict where there is nothing to judge: never silently healthy. */
import type { UnmeasuredBudget } from "../budget/status.ts";

import type { PolicyReason, PolicyVerdict } from "./verdict.ts";

/** What a service without any requests is taken for. */
export type WhenIdle = "unknown" | "allow";

const ADVICE: Readonly<Record<UnmeasuredBudget["state"], string>> = {
  no_traffic: "Make sure that requests reach the service; probe it if it is meant to be idle.",
  too_little_traffic: "Wait for more traffic, or judge it over a longer window.",
  no_data: "Check the source of the SLI: nothing was measured.",
};

/** `unknown`, with the reason; or `allow` for a service that was watched and had nothing to do, if so asked. */
export function judgeUnmeasured(id: string, status: UnmeasuredBudget, whenIdle: WhenIdle): PolicyVerdict {
  const reason: PolicyReason = { code: status.state, message: `${id} cannot be judged: ${status.reason}` };
  if (status.state === "no_traffic" && whenIdle === "allow") {
    const allowed = { code: "idle_allowed", message: `${id} had no traffic, which this policy allows` };
    return { decision: "allow", reasons: [allowed], recommendations: [], actions: [] };
  }
  return { decision: "unknown", reasons: [reason], recommendations: [ADVICE[status.state]], actions: [] };
}
