/** A Job of Kubernetes that succeeds when a gate lets pass. */
import { invalid, show } from "../core/errors.ts";

import type { GateManifestOptions, SoundManifest } from "./manifests.ts";

/** What can be told to a manifest that has a Job in it. */
export interface GateJobOptions extends GateManifestOptions {
  /** An image with Node 20 or later; `node:22-alpine` unless told. */
  readonly image?: string;
}

const ATTEMPTS = 4;
const PAUSE_SECONDS = 5;
/** For the image to come. */
const START_SECONDS = 120;
const IMAGE = /^[A-Za-z0-9][\w./:@-]{0,499}$/;

/**
 * What the container runs. It trusts a JSON answer about this service alone: a page for people to log in, with status 200, is no yes.
 * Exits with 0 if the gate lets pass, 2 if it blocks, 3 if it cannot be told. There is no dollar sign in it and no double brace:
 * Kubernetes, Flux, Helm and Argo would each take them for their own.
 */
const SCRIPT = `
const { GATE_URL, GATE_TOKEN, GATE_TIMEOUT_SECONDS } = process.env;
const service = new URL(GATE_URL).searchParams.get("service");
const headers = GATE_TOKEN ? { authorization: "Bearer " + GATE_TOKEN } : undefined;
for (let attempt = 1; attempt <= ${String(ATTEMPTS)}; attempt += 1) {
  try {
    const signal = AbortSignal.timeout(Number(GATE_TIMEOUT_SECONDS) * 1000);
    const response = await fetch(GATE_URL, { headers, redirect: "error", signal });
    const answer = await response.json();
    if (!response.ok || answer.service !== service) {
      throw new Error("no verdict, status " + response.status + (answer.error ? ": " + answer.error : ""));
    }
    console.log(service + ": " + answer.verdict);
    for (const { message } of answer.reasons ?? []) console.log("- " + message);
    if (answer.allowed === true) process.exit(0);
    if (answer.verdict === "block") process.exit(2);
  } catch (error) {
    console.error(String(error.cause ?? error));
  }
  if (attempt < ${String(ATTEMPTS)}) await new Promise((resolve) => setTimeout(resolve, ${String(PAUSE_SECONDS * 1_000)}));
}
process.exit(3);
`.trimStart();

/** The Job as a plain object. @throws {@link ConfigurationError} for an image that is none */
export function gateJob(
  { url, metadata, token, timeoutSeconds }: SoundManifest,
  more: {
    readonly image: string | undefined;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ttlSecondsAfterFinished?: number;
  },
): object {
  const { image = "node:22-alpine", annotations, ttlSecondsAfterFinished } = more;
  if (typeof image !== "string" || !IMAGE.test(image)) {
    throw invalid("image", `${show(image)} is no image; write one such as node:22-alpine`);
  }
  const fromSecret = token === undefined ? [] : [{ name: "GATE_TOKEN", valueFrom: { secretKeyRef: token } }];
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      // It tries again by itself, and a block is no mishap.
      backoffLimit: 0,
      activeDeadlineSeconds: START_SECONDS + ATTEMPTS * (timeoutSeconds + PAUSE_SECONDS),
      ...(ttlSecondsAfterFinished === undefined ? {} : { ttlSecondsAfterFinished }),
      template: {
        spec: {
          restartPolicy: "Never",
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 1_000, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "release-gate",
              image,
              command: ["node", "--input-type=module", "--eval", SCRIPT],
              env: [
                { name: "GATE_URL", value: url },
                { name: "GATE_TIMEOUT_SECONDS", value: String(timeoutSeconds) },
                ...fromSecret,
              ],
              resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "128Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
            },
          ],
        },
      },
    },
  };
}
