/** Commands: on this machine, only said, or recorded. */
export { LocalCommandRunner } from "./local-runner.ts";
export type { LocalCommandOptions } from "./local-options.ts";
export { DryCommandRunner } from "./dry-runner.ts";
export { type CommandRecording, type RecordedCommandOptions, RecordedCommandRunner } from "./recorded-runner.ts";
export { recordingRunner, type RecordingOptions, type RecordingRunner } from "./recording.ts";
