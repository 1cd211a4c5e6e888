/** From a policy's word and a gate's own findings to an answer: pure. */
import type { PolicyDecision } from "../ports/policy-actions.ts";
import type { PolicyPreview, PolicyStanding } from "../policy/outcome.ts";
import type { PolicyOverride } from "../policy/override.ts";
import { overrideText } from "../policy/transition.ts";
import type { PolicyReason } from "../policy/verdict.ts";
import type { ServiceStatus } from "../status/model.ts";

import type { Finding } from "./findings.ts";
import { GATE_VERDICTS, type GateResult, type GateVerdict, type WhenUnknown } from "./model.ts";

/** All that is said for and against a release, and whose word stands against it. */
export interface Opinion {
  readonly findings: readonly Finding[];
  readonly override: PolicyOverride | undefined;
}

const OF_DECISION: Readonly<Record<PolicyDecision, GateVerdict>> = {
  allow: "pass",
  warn: "warn",
  unknown: "unknown",
  halt: "block",
};

/** What a policy would decide, beside what no policy may overlook. */
export function ofPolicy(preview: PolicyPreview, findings: readonly Finding[]): Opinion {
  const { override, policyDecision, reasons, recommendations } = preview;
  return { findings: [...findings, { verdict: OF_DECISION[policyDecision], reasons, recommendations }], override };
}

/** Nothing new is known; a halt that was decided before is not lifted by that. */
export function ofBlindness(standing: PolicyStanding, finding: Finding): Opinion {
  return beside(standing, [finding], "missing figures do not lift that");
}

/** No policy was asked, as there is no budget of the service's own; a halt that was decided before stands beside the findings. */
export function ofOthers(standing: PolicyStanding, findings: readonly Finding[]): Opinion {
  return beside(standing, findings, "it has no budget of its own any more that could lift that");
}

function beside(
  { service, policyDecision, override }: PolicyStanding,
  findings: readonly Finding[],
  why: string,
): Opinion {
  if (policyDecision !== "halt") return { findings, override };
  const message = `${service} was halted before, and ${why}`;
  const halted: Finding = { verdict: "block", reasons: [{ code: "held_by_unknown", message }], recommendations: [] };
  return { findings: [halted, ...findings], override };
}

/** The answer: the strictest of all findings, unless a person has overridden it. */
export function resultOf(
  { findings, override }: Opinion,
  context: {
    readonly service: string;
    readonly at: number;
    readonly whenUnknown: WhenUnknown;
    readonly policy: string;
    readonly status: ServiceStatus | undefined;
  },
): GateResult {
  const { service, at, whenUnknown, policy, status } = context;
  const policyVerdict = GATE_VERDICTS.findLast((one) => findings.some(({ verdict }) => verdict === one)) ?? "unknown";
  const verdict = override === undefined ? policyVerdict : OF_DECISION[override.decision];
  const leading = findings.filter((finding) => finding.verdict === policyVerdict);
  // What asks for less is told as well, after what decides.
  const milder = findings.filter((finding) => finding.verdict !== policyVerdict && finding.verdict !== "pass");
  const overridden: readonly PolicyReason[] =
    override === undefined ? [] : [{ code: "override", message: overrideText(override) }];
  return {
    service,
    verdict,
    allowed: verdict === "pass" || verdict === "warn" || (verdict === "unknown" && whenUnknown === "open"),
    whenUnknown,
    at,
    reasons: told([...overridden, ...[...leading, ...milder].flatMap(({ reasons }) => reasons)], {
      code: policyVerdict,
      message: `${policy} says ${policyVerdict} of ${service}, and gives no reason`,
    }),
    recommendations: [...new Set(leading.flatMap(({ recommendations }) => recommendations))],
    policy,
    override,
    policyVerdict,
    summary: status?.summary,
    slos: status?.slos ?? [],
    composites: status?.composites ?? [],
  };
}

/** Each reason once; a policy of the user's own may have given none, or something else. */
function told(given: readonly unknown[], otherwise: PolicyReason): readonly PolicyReason[] {
  const reasons = new Map<string, PolicyReason>();
  for (const reason of given) if (isReason(reason) && !reasons.has(reason.message)) reasons.set(reason.message, reason);
  return reasons.size === 0 ? [otherwise] : [...reasons.values()];
}

function isReason(value: unknown): value is PolicyReason {
  const { code, message } = (value ?? {}) as Partial<Record<keyof PolicyReason, unknown>>;
  return typeof code === "string" && typeof message === "string";
}
