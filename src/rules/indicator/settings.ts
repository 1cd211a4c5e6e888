/** What is known beside an SLO, and how its reading ends. */
import type { SloKind } from "../../slo/model.ts";
import type { PromFault } from "../promql/node.ts";
import type { Indicator } from "./model.ts";

/** What is the same for all SLOs. */
export interface IndicatorSettings {
  /** How often targets are scraped: a step of what is looked at moment by moment. 30 s unless told. */
  readonly scrapeIntervalMs?: number;
  /**
   * Matchers of the service's own metrics, such as `job="shop"`, for SLOs without an expression. `job="<service>"` unless
   * told; empty for none.
   */
  readonly target?: string;
}

/** Why there is no indicator: in which text, where, and what to write instead. */
export interface IndicatorFault extends PromFault {
  readonly part: "expression" | "total" | "good" | "bad";
}

/** An indicator, or why there is none. */
export type IndicatorResult = Indicator | { readonly fault: IndicatorFault };

/** What an expression is read for. */
export interface Question {
  readonly kind: SloKind;
  readonly scrapeIntervalMs: number;
  /** Latency only: the longest time that is good. */
  readonly thresholdMs: number | undefined;
  /** The share that is to be good. */
  readonly objectiveRatio: number;
}
