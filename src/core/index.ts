/**
 * What all rooms share: clocks, durations, windows, objectives, errors, events, chance.
 *
 * @packageDocumentation
 */
export { systemClock } from "./time/clock.ts";
export type { Clock } from "./time/clock.ts";
export { formatDuration, parseDuration } from "./time/duration.ts";
export {
  AdapterError,
  ConfigurationError,
  ConflictError,
  IllegalTransitionError,
  isReliabilityError,
  ReliabilityError,
  TimeoutError,
} from "./errors.ts";
export type { ConfigurationIssue, ErrorContext, ReliabilityErrorCode } from "./errors.ts";
export { Events } from "./events.ts";
export type { Listener, ListenerFailure } from "./events.ts";
export type { Measurement } from "./measurement.ts";
export { Objective } from "./objective.ts";
export type { ObjectiveInput } from "./objective.ts";
export { seededRandom, systemRandom } from "./random.ts";
export type { Random } from "./random.ts";
export { CALENDAR_UNITS, calendarWindow, parseWindow, rollingWindow, windowAt } from "./time/window.ts";
export { windowName } from "./time/window-text.ts";
export type { CalendarUnit, CalendarWindow, RollingWindow, TimeRange, Window } from "./time/window.ts";
export type { TagTemplate, TemplateTag } from "./template.ts";
