/** What a budget's manager is made of and told, and what of it is refused. */
import type { Clock } from "../core/time/clock.ts";
import { invalid, show } from "../core/errors.ts";
import type { ListenerFailure } from "../core/events.ts";
import type { ObjectiveInput } from "../core/objective.ts";
import { choices } from "../core/nearest.ts";
import { checkFields, checkOptions } from "../core/options.ts";
import type { Window } from "../core/time/window.ts";
import type { Logger } from "../ports/logger.ts";
import type { EventCounts } from "./counted-events.ts";
import type { Exclusion } from "./exclusions.ts";
import type { BudgetLedger } from "./ledger.ts";
import { KEYS_OF_SLOS } from "./slo-keys.ts";
import type { BurnTier } from "./tiers.ts";

/** What an {@link ErrorBudgetManager} is made of. */
export interface ErrorBudgetOptions {
  /** The promised share of good events, such as `"99.9%"`; not 100 %. */
  readonly objective: ObjectiveInput;
  /** What it is judged over: a duration such as `"30d"`, `"month"` (UTC) and the like, or a window. */
  readonly window: string | Window;
  /** Names the budget in events; `"budget"` without it. */
  readonly id?: string | undefined;
  /** What it is spent in: counted events, or the minutes of violations. The first that is added decides without it. */
  readonly spentIn?: "events" | "violations" | undefined;
  /** Where the counts are, if they are kept elsewhere; nothing can be added here then. */
  readonly ledger?: BudgetLedger | undefined;
  /** Fewer events than this in the window are too little to judge; 1 without it. */
  readonly minimumEvents?: number | undefined;
  /** Burn rates are not reported below so many bad events in the long window; 5 without it, 0 for violations. */
  readonly minimumFailures?: number | undefined;
  /** When a burn rate is reported; {@link burnTiersFor} the window without it. */
  readonly tiers?: readonly BurnTier[] | undefined;
  /** More look-backs to tell the burn rate of, in milliseconds, beside those of the tiers; a policy may read them. */
  readonly lookBacksMs?: readonly number[] | undefined;
  /** Time that does not count, as a document says: it is said anew at each start, and is no part of the state. */
  readonly exclusions?: readonly Exclusion[] | undefined;
  readonly clock?: Clock | undefined;
  /** Told of what listeners throw; the process warns of it without `logger` and `onListenerError`. */
  readonly logger?: Logger | undefined;
  /** The same, for who wants to see what was thrown. */
  readonly onListenerError?: ((failure: ListenerFailure) => void) | undefined;
}

const OPTIONS: readonly (keyof ErrorBudgetOptions)[] = [
  "objective",
  "window",
  "id",
  "spentIn",
  "ledger",
  "minimumEvents",
  "minimumFailures",
  "tiers",
  "lookBacksMs",
  "exclusions",
  "clock",
  "logger",
  "onListenerError",
];
/** What documents call them. */
const WORDS = { target: "objective", measurement_window: "window", measurementWindow: "window" } as const;

const SPENT_IN: readonly string[] = ["events", "violations"];

/** Refuses keys that are neither an option nor an SLO's, which can be handed in as it is. */
export function checkManagerOptions(options: ErrorBudgetOptions): void {
  checkOptions(options, "ErrorBudgetManager", OPTIONS, [], { ignored: KEYS_OF_SLOS, words: WORDS });
  const { spentIn } = options;
  if (spentIn !== undefined && !SPENT_IN.includes(spentIn))
    throw invalid("spentIn", `${show(spentIn)} is not possible${choices(spentIn, SPENT_IN)}`);
}

/** @throws {@link ConfigurationError} naming the one that is no length of time */
export function checkLookBacks(lookBacksMs: readonly number[]): readonly number[] {
  lookBacksMs.forEach((windowMs, index) => {
    if (!(windowMs > 0 && Number.isFinite(windowMs))) {
      throw invalid(["lookBacksMs", index], `${show(windowMs)} is not a positive number of milliseconds`);
    }
  });
  return lookBacksMs;
}

const EVENT_FIELDS: readonly (keyof EventCounts)[] = ["at", "good", "total"];
const EVENT_WORDS = { timestamp: "at", time: "at", ts: "at", date: "at", all: "total" } as const;

/** Refuses counts whose time is misspelt: those that have one may have more, as rows of a table do. */
export function checkEventFields(counts: { readonly at?: number | undefined } | undefined): void {
  if (counts?.at === undefined) checkFields(counts, "recordEvents", EVENT_FIELDS, [], EVENT_WORDS);
}

/** When releases are to be halted. */
export interface HaltOptions {
  /** Share of the budget above which they are, from 0 to 10; 1 (nothing is left) unless told. */
  readonly consumedRatio?: number | undefined;
  /** As of when, in epoch milliseconds; now unless told. */
  readonly at?: number | undefined;
}

/** Nobody waits until a budget is spent ten times over; who writes more means per cent. */
const MOST_CONSUMED = 10;

/** @throws {@link ConfigurationError} naming the one that cannot be used */
export function checkHaltOptions(options: HaltOptions): void {
  const words = { threshold: "consumedRatio", consumed: "consumedRatio" };
  checkOptions(options, "shouldHaltReleases", ["consumedRatio", "at"], [], { words });
  const { consumedRatio = 1 } = options;
  if (typeof consumedRatio === "number" && consumedRatio >= 0 && consumedRatio <= MOST_CONSUMED) return;
  throw invalid("consumedRatio", `${show(consumedRatio)} is not a ratio; write 0.8 for 80 %`);
}
