/**
 * Experiments that break things on purpose, and undo it.
 *
 * @packageDocumentation
 */
export { annotateRuns } from "./links/annotate.ts";
export type { AnnotateRunsOptions } from "./links/annotate.ts";
export { chaosMonkey } from "./schedule/chaos-monkey.ts";
export type { ChaosMonkeyOptions, MonkeyGroup } from "./schedule/chaos-monkey.ts";
export { ChaosExperiment } from "./experiment.ts";
export type { ChaosExperimentOptions, InjectionResult } from "./experiment.ts";
export {
  BandwidthExperiment,
  ConnectionCutExperiment,
  ErrorInjectionExperiment,
  NetworkLatencyExperiment,
} from "./experiments/fault-experiments.ts";
export type {
  BandwidthOptions,
  ConnectionCutOptions,
  ErrorInjectionOptions,
  FaultExperimentOptions,
  NetworkLatencyOptions,
} from "./experiments/fault-experiments.ts";
export { GameDay } from "./game-day/game-day.ts";
export type { GameDayAnswer, GameDayRunner, GameDayRunOptions } from "./game-day/game-day.ts";
export type {
  GameDayAction,
  GameDayEntry,
  GameDayNote,
  GameDayOptions,
  GameDayParticipant,
  GameDayResult,
  GameDayStatus,
  GameDaySummary,
} from "./game-day/model.ts";
export type { BudgetGuardOptions } from "./guard.ts";
export { incidentProbe, noteOnIncidents } from "./links/incident-link.ts";
export type { LinkedRunner, NoteOnIncidentsOptions } from "./links/incident-link.ts";
export type { OpenInjection } from "./journal.ts";
export { faultyFetch } from "./in-process/faulty-fetch.ts";
export type { AnyFetch, CallFaults } from "./in-process/faulty-fetch.ts";
export type { HeldRequest, HoldEnd } from "./in-process/holds.ts";
export { InProcessFaults } from "./in-process/in-process-faults.ts";
export type { FaultQuestion } from "./in-process/in-process-faults.ts";
export type { InProcessFaultsOptions, InProcessHost, InProcessRoute } from "./in-process/options.ts";
export { httpProbe } from "./http-probe.ts";
export type { HttpProbeOptions } from "./http-probe.ts";
export { KillSwitch } from "./kill-switch.ts";
export type { KillSwitchPull } from "./kill-switch.ts";
export { LITMUS_APP_KINDS, litmusChaosEngine } from "./litmus.ts";
export type { LitmusAppKind, LitmusOptions, LitmusPodDelete, LitmusPodNetworkLatency } from "./litmus.ts";
export { CHAOS_OUTCOMES } from "./model.ts";
export type {
  BlastRadius,
  ChaosMoment,
  ChaosOutcome,
  ChaosPhase,
  ChaosReason,
  ChaosReport,
  ChaosTarget,
  ChaosInjection,
  InjectionRecord,
  Json,
  ProbeObservation,
  ProbeResult,
} from "./model.ts";
export { PodKillerExperiment } from "./experiments/pod-killer.ts";
export type { PodKillerOptions } from "./experiments/pod-killer.ts";
export { CpuPressureExperiment, MemoryPressureExperiment } from "./experiments/pressure.ts";
export type { CpuPressureOptions, MemoryPressureOptions, PressureExperimentOptions } from "./experiments/pressure.ts";
export { probe, sloProbe } from "./probes.ts";
export type { Probe } from "./probes.ts";
export { chaosReportMarkdown } from "./report-markdown.ts";
export { ChaosRunner } from "./runner.ts";
export type { ChaosEvents, ChaosRunnerOptions, ChaosRunOptions, RecoveredRun } from "./runner-options.ts";
export type {
  ChaosScheduleEntry,
  ChaosSchedulerEvents,
  FinishedRun,
  PlannedRun,
  SkippedRun,
} from "./schedule/schedule-entry.ts";
export { ChaosScheduler } from "./schedule/scheduler.ts";
export type { ChaosSchedulerOptions } from "./schedule/scheduler.ts";
export { undoOnSignals } from "./signals.ts";
export type { EndingSignal, SignalledProcess, UndoOnSignalsOptions } from "./signals.ts";
export { ClockSkewExperiment, SkewedClock } from "./experiments/skewed-clock.ts";
export type { ClockSkew, ClockSkewOptions } from "./experiments/skewed-clock.ts";
export type { ToldRunner } from "./links/striking.ts";
export type { ChaosTimetable, TimetableQuestion } from "./schedule/timetable.ts";
export { parseChaosToolkit } from "./toolkit/document.ts";
export { ToolkitExperiment } from "./toolkit/experiment.ts";
export type { ToolkitExperimentOptions } from "./toolkit/experiment.ts";
export type {
  ToolkitActivity,
  ToolkitDocument,
  ToolkitHttpProvider,
  ToolkitProcessProvider,
  ToolkitProvider,
  ToolkitTolerance,
} from "./toolkit/model.ts";
export type { ToolkitEnvironment } from "./toolkit/variables.ts";
export { chaosToolkitExperiment, writeChaosToolkit } from "./toolkit/write.ts";
export type { ToolkitHttpProbe, ToolkitStrike, ToolkitWriteOptions } from "./toolkit/write.ts";
