/**
 * Whether a new version fails more often than the one before.
 *
 * @packageDocumentation
 */
export { compareCanary } from "./compare.ts";
export { CANARY_VERDICTS } from "./model.ts";
export type {
  CanaryComparison,
  CanaryFinding,
  CanaryOptions,
  CanaryReport,
  CanaryVerdict,
  VersionCounts,
} from "./model.ts";
