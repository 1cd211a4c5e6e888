/** A gate as a hook of Argo CD: nothing is synchronised while it blocks. */
import { checkOptions } from "../core/options.ts";
import { writeYaml } from "../core/yaml/yaml.ts";

import { gateJob, type GateJobOptions } from "./gate-job.ts";
import { MANIFEST_OPTIONS, manifestOf } from "./manifests.ts";

/**
 * A Job that Argo CD runs before each full synchronisation, ahead of the application's other `PreSync` hooks. If the gate does not
 * let pass, the Job fails and with it the synchronisation; it stays until the next one, for people to read its log.
 *
 * Argo CD runs no hooks where only some resources are synchronised.
 *
 * @returns YAML, to lie beside the application's manifests
 * @throws {@link ConfigurationError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { argoCdGate } from "nines";
 *
 * const yaml = argoCdGate({ service: "checkout", url: "http://ops.default.svc:8080/gate", token: { secret: "release-gate" } });
 * if (!yaml.includes("argocd.argoproj.io/hook: PreSync")) throw new Error(yaml);
 * ```
 */
export function argoCdGate(options: GateJobOptions): string {
  checkOptions(options, "argoCdGate", [...MANIFEST_OPTIONS, "image"]);
  const annotations = {
    "argocd.argoproj.io/hook": "PreSync",
    "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
    // Before migrations, which are in wave 0 unless told.
    "argocd.argoproj.io/sync-wave": "-10",
  };
  return writeYaml(gateJob(manifestOf(options), { image: options.image, annotations }));
}
