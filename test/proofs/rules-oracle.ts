/** Generated rules beside a brute-force count over the raw samples. */
import { seededRandom } from "../../src/core/random.ts";
import { findService, service } from "../support/services.ts";
import { type Batch, compareBatch, type Tally, newTally } from "./support/rules-compare.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Generated rules give the remaining budget, and the alerts, that counting the raw samples by hand gives.";

export const needs = ["promtool"] as const;

interface Size {
  /** Batches of histories: each is one run of promtool. */
  readonly batches: readonly (Batch & { readonly times: number })[];
}

void findService; void service; void seededRandom; void compareBatch; void newTally;
export type { Tally, ProofContext, ProofFigures, Size };
