/** Objectives that can be meant, and almost never are. */
import { Objective } from "../core/objective.ts";
import type { Slo } from "./model.ts";

/** What is remarked on an SLO. */
export interface ObjectiveRemark {
  /** Id of the SLO, `service/name`. */
  readonly slo: string;
  readonly message: string;
}

const WHOLE = 1_000_000_000;
/** Who promises less than half has most likely written a ratio with a `%`, or failures for successes. */
const LEAST_USUAL = 0.5;
/** A promise that is meant the other way round is at most this: of 99.9 % of failures one of 0.1 %. */
const MOST_TURNED = 0.1;

/** A remark on each objective below 50 %, with the one that was probably meant. Composites are SLOs here, too; those without an objective have none. */
export function objectiveRemarks(
  slos: readonly (Pick<Slo, "id"> & { readonly kind?: Slo["kind"]; readonly objective: Objective | undefined })[],
): readonly ObjectiveRemark[] {
  return slos.flatMap(({ id, kind, objective }): readonly ObjectiveRemark[] => {
    if (objective === undefined || objective.ratio >= LEAST_USUAL) return [];
    const isCeiling = kind === "error_rate";
    const budget = objective.complement().percentText;
    const written = isCeiling ? `a ceiling of ${budget}` : `an objective of ${objective.percentText}`;
    const meant = meantBy(objective);
    const instead =
      meant === undefined ? "" : `; did you mean ${(isCeiling ? meant.complement() : meant).percentText}?`;
    return [{ slo: id, message: `${written} is a budget of ${budget}${instead}` }];
  });
}

/** 99.9 % for 0.999 %, which is a ratio with a `%`, and for 0.1 %, which are the failures. */
function meantBy(objective: Objective): Objective | undefined {
  const asRatio = objective.partsPerBillion * 100;
  if (asRatio >= LEAST_USUAL * WHOLE && asRatio < WHOLE) return Objective.fromPartsPerBillion(asRatio);
  return objective.ratio <= MOST_TURNED ? objective.complement() : undefined;
}
