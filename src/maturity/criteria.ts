/** The criteria of nines. */
import type { MaturityCriterion } from "./model.ts";

import { AUTOMATED_CRITERIA } from "./criteria/automated.ts";
import { BASIC_CRITERIA } from "./criteria/basic.ts";
import { ENGINEERED_CRITERIA } from "./criteria/engineered.ts";
import { MANAGED_CRITERIA } from "./criteria/managed.ts";

/**
 * What is asked of each level unless you say otherwise. Add to them, or leave some out, and hand the list to a `MaturityModel`.
 *
 * After Google's "Site Reliability Engineering" and "The Site Reliability Workbook", the reliability pillars of AWS and Azure,
 * and the CNCF's maturity model.
 */
export const MATURITY_CRITERIA: readonly MaturityCriterion[] = [
  ...BASIC_CRITERIA,
  ...MANAGED_CRITERIA,
  ...ENGINEERED_CRITERIA,
  ...AUTOMATED_CRITERIA,
];
