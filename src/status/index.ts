/**
 * How services and their SLOs stand, as verdicts with reasons.
 *
 * @packageDocumentation
 */
export { parseStatusDocument } from "./document.ts";
export type { StatusDocument } from "./document.ts";
export type { ExclusionsBy, SloExclusion } from "./exclusions.ts";
export { COMPOSITE_KINDS, COMPOSITE_MISSING_MEMBERS, SLO_VERDICTS } from "./model.ts";
export type {
  BurningTier,
  CompositeMember,
  CompositeSlo,
  CompositeStatus,
  ServiceStatus,
  SloStatus,
  SloVerdict,
  StatusQuestion,
  StatusReason,
  StatusSummary,
  StatusTeller,
} from "./model.ts";
export { SloStatusReader } from "./reader.ts";
export type { SloStatusReaderOptions } from "./reader.ts";
