/** The SLO document as it is written in code: the same keys as in its text, so that a compiler and an editor know them. */
import type { ObjectiveInput } from "../core/objective.ts";
import type { CalendarUnit } from "../core/time/window.ts";
import type { BurnSeverity } from "./alerting.ts";
import type { SLO_EMPTY_SLICES, SloKind } from "./model.ts";

/** What all kinds have. */
export interface SloInputBase {
  /** A duration such as `30d`, or a calendar period. */
  readonly measurement_window:
    | string
    | { readonly rolling: string }
    | { readonly calendar: CalendarUnit; readonly time_zone?: string | undefined };
  readonly sli?: string | { readonly total: string; readonly good?: string; readonly bad?: string } | undefined;
  readonly select?:
    | {
        readonly routes?: string | readonly string[] | undefined;
        readonly methods?: string | readonly string[] | undefined;
        readonly status_codes?: string | number | readonly (string | number)[] | undefined;
        readonly operations?: string | readonly string[] | undefined;
      }
    | undefined;
  readonly minimum_events?: number | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly alerting?: SloAlertingInput | undefined;
}

/** The `alerting` of an SLO. */
export interface SloAlertingInput {
  readonly name?: string | undefined;
  readonly runbook?: string | undefined;
  readonly dashboard?: string | undefined;
  readonly minimum_failures?: number | undefined;
  readonly no_data?: false | BurnSeverity | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly page?:
    | false
    | { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> }
    | undefined;
  readonly ticket?:
    | false
    | { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> }
    | undefined;
  readonly tiers?: Readonly<Record<string, false | SloTierInput>> | undefined;
}

/** A burn-rate alert, as far as it differs from the usual one. */
export interface SloTierInput {
  readonly severity?: BurnSeverity | undefined;
  readonly budget?: string | number | undefined;
  readonly factor?: number | undefined;
  readonly long?: string | undefined;
  readonly short?: string | undefined;
}

/** One SLO, of whichever kind: which of these belong to it is checked when it is read. */
export interface SloWritten extends SloInputBase {
  /** May be left out where the SLO's name is one. */
  readonly kind?: SloKind | undefined;
  /** What is promised: a share such as `99.9%`, for `throughput` requests a second. */
  readonly target: ObjectiveInput;
  /** Of `latency`. */
  readonly threshold?: string | undefined;
  /** Of `throughput`. */
  readonly objective?: ObjectiveInput | undefined;
  /** Of `throughput`. */
  readonly slice?: string | undefined;
  readonly time_slices?:
    | {
        readonly length: string;
        readonly target?: ObjectiveInput | undefined;
        readonly empty?: (typeof SLO_EMPTY_SLICES)[number] | undefined;
      }
    | undefined;
}

/**
 * An SLO document that is written in code. `docs/slo.md` has every field, and what is checked beyond its type.
 *
 * @example
 * ```ts
 * import { parseSloDocument, type SloDocumentInput } from "nines";
 *
 * const document = {
 *   service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } },
 * } satisfies SloDocumentInput;
 * if (parseSloDocument(document).slos.length !== 1) throw new Error("not read");
 * ```
 */
export interface SloDocumentInput {
  /** The SLOs: by service, by name. */
  readonly service_level_objectives: Readonly<Record<string, Readonly<Record<string, SloWritten>>>>;
  /** Policies, as `parsePolicyDocument` reads them. */
  readonly error_budget_policies?: Readonly<Record<string, object>> | undefined;
  /** Composites of SLOs, as `parseStatusDocument` reads them. */
  readonly composite_slos?: Readonly<Record<string, Readonly<Record<string, object>>>> | undefined;
  /** What is taken out of budgets, as `parseStatusDocument` reads it. */
  readonly exclusions?: readonly object[] | undefined;
}
