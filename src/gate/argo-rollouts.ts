/** A gate as an analysis of Argo Rollouts: the rollout goes on, ends or waits by the verdict. */
import { invalid } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { writeYaml } from "../core/yaml/yaml.ts";

import { checkCount, type GateManifestOptions, MANIFEST_OPTIONS, manifestOf, secondsOf } from "./manifests.ts";
import type { GateVerdict, WhenUnknown } from "./model.ts";
import { readWhenUnknown } from "./when-unknown.ts";

/** What can be told to {@link argoRolloutsGate}. */
export interface ArgoRolloutsGateOptions extends GateManifestOptions {
  /** As the gate has it. Where it is `"closed"`, an unknown makes the analysis inconclusive: the rollout pauses for a person to decide. */
  readonly whenUnknown: WhenUnknown;
  /** How often it asks again, such as `1m`; once unless told. */
  readonly every?: string;
  /** How often it asks in all; as long as the analysis runs unless told, if `every` is. */
  readonly count?: number;
  /** How many blocks it takes without failing; 0 unless told. */
  readonly failureLimit?: number;
}

/**
 * An `AnalysisTemplate` (`argoproj.io/v1alpha1`) with a web metric that reads the verdict of a `gateHandler`. A block fails it, which
 * aborts the rollout. So do five answers in a row that are none: Argo Rollouts counts each status other than 2xx as an error. It
 * counts a 2xx that is no JSON as a success, whatever the conditions say: nothing that shows pages may stand before the gate.
 *
 * @returns YAML
 * @throws {@link ConfigurationError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { argoRolloutsGate } from "nines";
 *
 * const yaml = argoRolloutsGate({ service: "checkout", url: "http://ops.default.svc:8080/gate", whenUnknown: "closed" });
 * if (!yaml.includes("kind: AnalysisTemplate")) throw new Error(yaml);
 * ```
 */
export function argoRolloutsGate(options: ArgoRolloutsGateOptions): string {
  checkOptions(options, "argoRolloutsGate", [...MANIFEST_OPTIONS, "whenUnknown", "every", "count", "failureLimit"]);
  const { url, metadata, token, timeoutSeconds } = manifestOf(options);
  const whenUnknown = readWhenUnknown(options.whenUnknown);
  const { every, count } = options;
  if (count !== undefined && count > 1 && every === undefined)
    throw invalid("every", "is missing; say how often it asks again");
  const passing: readonly GateVerdict[] = whenUnknown === "open" ? ["pass", "warn", "unknown"] : ["pass", "warn"];
  return writeYaml({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AnalysisTemplate",
    metadata,
    spec: {
      ...(token === undefined ? {} : { args: [{ name: "token", valueFrom: { secretKeyRef: token } }] }),
      metrics: [
        {
          name: "release-gate",
          ...(every === undefined ? {} : { interval: `${String(secondsOf("every", every))}s` }),
          ...(count === undefined ? {} : { count: checkCount("count", count, 1_000_000) }),
          successCondition: passing.map((verdict) => `result == "${verdict}"`).join(" || "),
          // What is neither is inconclusive.
          failureCondition: 'result == "block"',
          failureLimit: checkCount("failureLimit", options.failureLimit ?? 0, 1_000_000, 0),
          provider: {
            web: {
              url,
              jsonPath: "{$.verdict}",
              timeoutSeconds,
              ...(token === undefined ? {} : { headers: [{ key: "Authorization", value: "Bearer {{args.token}}" }] }),
            },
          },
        },
      ],
    },
  });
}
