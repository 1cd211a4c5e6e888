/** A gate before deployments of Flux: a Kustomization that is ready while the gate lets pass, for others to depend on. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { writeYaml } from "../core/yaml/yaml.ts";

import { gateJob, type GateJobOptions } from "./gate-job.ts";
import { checkName, MANIFEST_OPTIONS, manifestOf, secondsOf } from "./manifests.ts";

/** What can be told to {@link fluxGate}. */
export interface FluxGateOptions extends GateJobOptions {
  /** Folder that the Job lies in, from the root of the repository, such as `./checkout/gate`. */
  readonly path: string;
  /** Name of the `GitRepository` that it lies in; `flux-system` unless told. */
  readonly source?: string;
  /** Namespace of the Kustomization; `flux-system` unless told. */
  readonly fluxNamespace?: string;
  /** How often the gate is asked, such as `5m`, which it is unless told; at least a minute. */
  readonly every?: string;
}

/** The two files of {@link fluxGate}, as YAML. */
export interface FluxGate {
  /** To lie in the folder `path`, alone. */
  readonly job: string;
  /** To lie beside the application's Kustomization, which names it under `dependsOn`. */
  readonly kustomization: string;
}

/** The answer to one question is good for so long; then the Job is gone, and made anew. */
const ANSWER_SECONDS = 60;

/**
 * Flux has no hooks: what comes first is a Kustomization of its own that others depend on. This one is ready if its Job has succeeded.
 * The Job vanishes a minute after its end, and Flux makes it anew, so that each release is asked about, and a release that was
 * held back goes on by itself once the gate lets it. While the gate blocks, nothing of the application is reconciled.
 *
 * @returns two files
 * @throws {@link ConfigurationError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { fluxGate } from "nines";
 *
 * const gate = fluxGate({ service: "checkout", url: "http://ops.default.svc:8080/gate", namespace: "shop", path: "./checkout/gate" });
 * if (!gate.kustomization.includes("wait: true")) throw new Error(gate.kustomization);
 * ```
 */
export function fluxGate(options: FluxGateOptions): FluxGate {
  checkOptions(options, "fluxGate", [...MANIFEST_OPTIONS, "image", "path", "source", "fluxNamespace", "every"]);
  const { path, source = "flux-system", fluxNamespace = "flux-system", every = "5m" } = options;
  const sound = manifestOf(options);
  if (typeof path !== "string" || !/^\.?[\w./-]{1,500}$/.test(path)) {
    throw invalid("path", `${show(path)} is no folder of a repository; write one such as ./checkout/gate`);
  }
  checkName("source", source);
  checkName("fluxNamespace", fluxNamespace);
  const interval = `${String(secondsOf("every", every, ANSWER_SECONDS))}s`;
  return {
    job: writeYaml(gateJob(sound, { image: options.image, ttlSecondsAfterFinished: ANSWER_SECONDS })),
    kustomization: writeYaml({
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: { name: sound.metadata.name, namespace: fluxNamespace },
      spec: {
        interval,
        retryInterval: `${String(ANSWER_SECONDS)}s`,
        timeout: "10m",
        sourceRef: { kind: "GitRepository", name: source },
        path,
        prune: true,
        // It is ready when the Job has succeeded, and a Job that has changed is made anew.
        wait: true,
        force: true,
      },
    }),
  };
}
