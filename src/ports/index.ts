/**
 * What nines asks of the world, as interfaces: stores, notifiers, runners, sources.
 *
 * @packageDocumentation
 */
export type { IncidentChange, IncidentClaim, IncidentPage, IncidentRow, IncidentStore } from "./incident-store.ts";
export type {
  CommandOptions,
  CommandRequest,
  CommandResult,
  CommandRunner,
  LeftoverProcess,
  OutputStream,
} from "./command-runner.ts";
export type { HttpBody, HttpBodyReader, HttpFetch, HttpHeaders, HttpInit, HttpReply } from "./http-fetch.ts";
export type { Logger } from "./logger.ts";
export type { RunStore } from "./run-store.ts";
export { NOTIFICATION_KINDS } from "./notifier.ts";
export type { FileFacts, FileSystem, OpenFile } from "./file-system.ts";
export type { Notification, NotificationKind, NotifiedIncident, Notifier } from "./notifier.ts";
export { POLICY_DECISIONS } from "./policy-actions.ts";
export type { PolicyActionRequest, PolicyActionRunner, PolicyDecision } from "./policy-actions.ts";
export type { PolicyAuditEntry, PolicyAuditLog, PolicyAuditSubject } from "./policy-audit.ts";
export type { GcKind, ProcessProbe, ProcessSample } from "./process-probe.ts";
export type { SliAnswer, SliQuestion, SliSource, SliTraits } from "./sli-source.ts";
export type { CallOptions, StateStore } from "./store.ts";
export type { Deployment, DeploymentLog } from "./deployments.ts";
export type { ChaosAnnotator, ChaosMark, ChaosRegion } from "./chaos-annotator.ts";
export type { FaultKind, FaultPlane, FaultTarget, InjectableFault, PlacedFault } from "./fault-plane.ts";
export type { Pod, PodCluster, PodRemoval, PodRemovalOptions } from "./pod-cluster.ts";
export type { Pressure, PressureSource } from "./pressure.ts";
