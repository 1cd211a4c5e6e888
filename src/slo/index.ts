/**
 * SLO documents, read and checked.
 *
 * @packageDocumentation
 */
export { parseSloDocument } from "./document.ts";
export type { SloDocument } from "./document.ts";
export { sloOf } from "./sound.ts";
export type { SloFields } from "./sound.ts";
export type { SloAlertingInput, SloDocumentInput, SloInputBase, SloTierInput, SloWritten } from "./written.ts";
export type { AlertTexts, BurnSeverity, SloAlerting, TierSettings } from "./alerting.ts";
export { SLO_EMPTY_SLICES, SLO_KINDS } from "./model.ts";
export type {
  AvailabilitySlo,
  ErrorRateSlo,
  EventExpressions,
  LatencySlo,
  RequestSelector,
  Slo,
  SloBase,
  SloKind,
  ThroughputSlo,
  TimeSlices,
} from "./model.ts";
