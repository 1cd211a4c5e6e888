/** What a release gate answers, as lines. */
import { publicReason } from "../core/public-reason.ts";
import { isError, nameOfThrown } from "../core/thrown.ts";

import type { LineRules } from "./model.ts";
import { because, slosIn } from "./policy-lines.ts";

/** What a gate tells, as far as lines have it. */
export interface GateTold {
  readonly checked: {
    readonly service: string;
    readonly verdict: string;
    readonly allowed: boolean;
    readonly at: number;
    readonly reasons: readonly { readonly code: string; readonly message: string }[];
    readonly policy: string;
    readonly policyVerdict: string;
    readonly override: { readonly by: string } | undefined;
  };
  readonly failed: { readonly service: string; readonly at: number; readonly error: unknown };
}

/** A line for each event of a gate. */
export const GATE_LINES: LineRules<GateTold> = {
  checked: {
    event: "release_checked",
    told: ({ service, verdict, allowed, at, reasons, policy, policyVerdict, override }) => {
      const messages = reasons.map(({ message }) => message);
      return {
        level: verdict === "pass" ? "info" : "warn",
        message: `may ${service} be released? ${verdict}${because(messages)}`,
        at,
        fields: {
          ...{ service, verdict, allowed, policy, policy_verdict: policyVerdict, override_by: override?.by },
          ...{ codes: reasons.map(({ code }) => code), reasons: messages },
        },
        trace: verdict === "warn" || verdict === "block" ? { slos: slosIn(service, messages) } : undefined,
      };
    },
  },
  failed: {
    event: "release_check_failed",
    told: ({ service, at, error }) => ({
      level: "error",
      message: `how ${service} stands could not be told: ${publicReason(error)}`,
      at,
      fields: {
        service,
        error_type: isError(error) ? nameOfThrown(error) : undefined,
        error_message: publicReason(error),
      },
    }),
  },
};
