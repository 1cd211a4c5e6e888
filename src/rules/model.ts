/** Rules as Prometheus reads them. */

/** A rule that records a series. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A rule that alerts. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  /** How long `expr` must hold before it fires, such as `"5m"`. */
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One of the two. */
export type Rule = RecordingRule | AlertingRule;

/** Rules that are evaluated one after the other, at one moment. */
export interface RuleGroup {
  readonly name: string;
  /** How often; Prometheus' `evaluation_interval` without it. */
  readonly interval?: string;
  readonly rules: readonly Rule[];
}
