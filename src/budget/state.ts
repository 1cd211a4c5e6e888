/** What a budget remembers beside its counts, as plain JSON: so that a restart neither forgets nor repeats itself. */
import { parseDocument } from "../core/parse.ts";
import * as z from "../core/schema.ts";
import { type AlertState } from "./alerting.ts";
import type { Exclusion } from "./exclusions.ts";
import type { BurnTier } from "./tiers.ts";

/** What {@link ErrorBudgetManager.exportState} gives. */
export interface BudgetState {
  readonly version: 1;
  /** Time that was taken out. */
  readonly exclusions: readonly Exclusion[];
  /** Tiers that burn, each by its windows and its factor. */
  readonly burning: readonly Pick<BurnTier, "longMs" | "shortMs" | "factor">[];
  /** Whether nothing is left. */
  readonly exhausted: boolean;
}

const number = z.number();
const SCHEMA = z.strictObject({
  version: z.literal(1),
  exclusions: z.array(z.strictObject({ start: number, end: number, reason: z.string() })).max(100_000),
  burning: z.array(z.strictObject({ longMs: number, shortMs: number, factor: number })).max(1_000),
  exhausted: z.boolean(),
});

/** Checks an exported state. @throws {@link ConfigurationError} with all that is wrong with it */
export function readBudgetState(input: string | object): BudgetState {
  return parseDocument(input, SCHEMA);
}

/** The tiers of an alert state, told by what they are and not by their place in a list that may change. */
export function burningTiers(tiers: readonly BurnTier[], { burning }: AlertState): BudgetState["burning"] {
  return tiers
    .filter((_tier, index) => burning.has(index))
    .map(({ longMs, shortMs, factor }) => ({ longMs, shortMs, factor }));
}

/** The alert state in which `burning` of `tiers` burn; tiers that are no more are forgotten. */
export function alertStateOf(tiers: readonly BurnTier[], { burning, exhausted }: BudgetState): AlertState {
  const indexes = tiers.flatMap((tier, index) => {
    const same = burning.some(
      ({ longMs, shortMs, factor }) => tier.longMs === longMs && tier.shortMs === shortMs && tier.factor === factor,
    );
    return same ? [index] : [];
  });
  return { burning: new Set(indexes), exhausted };
}
