/**
 * What happens, as log lines.
 *
 * @packageDocumentation
 */
export type {
  ChaosDueTold,
  ChaosReasonTold,
  ChaosRunTold,
  ChaosScheduleTold,
  ChaosTold,
  KillSwitchTold,
} from "./chaos-lines.ts";
export type { GateTold } from "./gate-lines.ts";
export { LOGGED_EVENTS, logEvents } from "./log-events.ts";
export type { LogEventsOptions } from "./log-events.ts";
export { FIELD_NAMES as LOG_FIELD_NAMES } from "./model.ts";
export type { FieldNames, LineWriter, LogLevel, LogValue } from "./model.ts";
export type { EventSources, KillSwitchLike, EventTeller } from "./sources.ts";
export type { ExampleTeller } from "./traces.ts";
export { consoleLines, linesTo, pinoLines, winstonLines } from "./writers.ts";
export type { ConsoleLike, LineOptions, PinoLike, WinstonLike } from "./writers.ts";
