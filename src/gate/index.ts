/**
 * A gate before releases.
 *
 * @packageDocumentation
 */
export { ReleaseGate } from "./gate.ts";
export type { GateEvents, ReleaseGateOptions } from "./gate.ts";
export { GATE_VERDICTS } from "./model.ts";
export type { GateResult, GateVerdict, WhenUnknown } from "./model.ts";
export { argoCdGate } from "./argo-cd.ts";
export { argoRolloutsGate } from "./argo-rollouts.ts";
export type { ArgoRolloutsGateOptions } from "./argo-rollouts.ts";
export type { CiGateOptions } from "./ci.ts";
export { fluxGate } from "./flux.ts";
export type { FluxGate, FluxGateOptions } from "./flux.ts";
export type { GateJobOptions } from "./gate-job.ts";
export { githubActionsGate } from "./github-actions.ts";
export { gitlabCiGate } from "./gitlab-ci.ts";
export type { GitlabCiGateOptions } from "./gitlab-ci.ts";
export type { GateManifestOptions, SecretKey } from "./manifests.ts";
