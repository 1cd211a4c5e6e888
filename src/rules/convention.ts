/** How what is recorded is called: nines' own names, or Sloth's. */
import { lengthText, windowName } from "../core/time/window-text.ts";
import { MILLISECONDS, parseDuration } from "../core/time/duration.ts";
import { nominalMs } from "../budget/tiers.ts";
import type { Slo } from "../slo/model.ts";

import { numberText, selectorText } from "./promql/write.ts";
import type { SloTier } from "../budget/slo-tiers.ts";

/** All of them. */
export const CONVENTIONS: readonly ConventionName[] = ["nines", "sloth"];

/** How what is recorded is called: nines' own names, or those of Sloth. */
export type ConventionName = "nines" | "sloth";

type Labels = Readonly<Record<string, string>>;

/** A recorded series: its name, and the labels that tell it from those of other SLOs and look-backs. */
export interface Series {
  readonly record: string;
  /** What its rule sets; a selector by these finds it and no other. */
  readonly labels: Labels;
  /** That selector. */
  readonly selector: string;
  /** What its rule sets beside them, and nobody selects by. */
  readonly more?: Labels;
}

/** Names of the series of one SLO. Those of a look-back are asked for by its text. */
export interface SeriesNames {
  readonly events: (lookBack: string) => Series;
  readonly errors: (lookBack: string) => Series;
  readonly errorRatio: (lookBack: string) => Series;
  /** Undefined where the convention records none for this look-back. */
  readonly burnRate: (lookBack: string) => Series | undefined;
  readonly objective: Series;
  readonly budget: Series;
  readonly remaining: Series;
  readonly windowLength: Series & { readonly value: number };
  readonly present: Series;
  readonly info: Series;
  /** Labels that tell alerts apart, beside those that their series have. */
  readonly alert: (tier: SloTier) => Labels;
  readonly noData: (severity: "page" | "ticket") => Labels;
  /** Annotations of alerts that only this convention has. */
  readonly annotations: (tier: SloTier) => Labels;
  /** Labels of recorded series that stand for the look-back: ignored where two look-backs meet. */
  readonly lookBackLabels: readonly string[];
  /** Labels that the info metric has of its own. */
  readonly ofInfo: readonly string[];
  /** All labels that rules set: no label of the indicator may have their names. */
  readonly own: readonly string[];
  /** Look-backs that are recorded whatever the tiers are, in milliseconds. */
  readonly alwaysMs: readonly number[];
}

/** The series that rules of `convention` record for an SLO. */
export function seriesOf(slo: Slo, convention: ConventionName): SeriesNames {
  return convention === "sloth" ? slothNames(slo) : ninesNames(slo);
}

function seriesBy(record: string, labels: Labels, more?: Labels): Series {
  const matchers = Object.entries(labels).map(([name, value]) => ({ name, operator: "=" as const, value }));
  const selector = selectorText({ metric: record, matchers });
  return { record, labels, selector, ...(more === undefined ? {} : { more }) };
}

/** Series over look-backs: each is asked for many times. */
function overLookBacks(make: (lookBack: string) => Series): (lookBack: string) => Series {
  const made = new Map<string, Series>();
  return (lookBack) => {
    const series = made.get(lookBack) ?? make(lookBack);
    made.set(lookBack, series);
    return series;
  };
}

/** Labels that the rules set, whatever the convention. */
export const OWN_LABELS: readonly string[] = [
  "alertname",
  "service",
  "slo",
  "window",
  "severity",
  "tier",
  "short",
  "long",
  "factor",
  "reason",
];

function ninesNames(slo: Slo): SeriesNames {
  const identity = { service: slo.service, slo: slo.id };
  const one = (record: string): Series => seriesBy(record, identity);
  const over = (record: string): ((lookBack: string) => Series) =>
    overLookBacks((lookBack) => seriesBy(record, { ...identity, window: lookBack }));
  return {
    events: over("nines:slo_events:increase"),
    errors: over("nines:slo_errors:increase"),
    errorRatio: over("nines:slo_error:ratio"),
    burnRate: over("nines:slo_burn_rate:ratio"),
    objective: one("nines:slo_objective:ratio"),
    budget: one("nines:slo_error_budget:ratio"),
    remaining: one("nines:slo_error_budget_remaining:ratio"),
    windowLength: { ...one("nines:slo_window:seconds"), value: nominalMs(slo.window) / MILLISECONDS.s },
    present: one("nines:slo_data:present"),
    info: {
      ...one("nines_slo_info"),
      more: {
        ...slo.labels,
        kind: slo.kind,
        objective: slo.objective.percentText,
        window: windowName(slo.window),
        ...(slo.title === undefined ? {} : { title: slo.title }),
      },
    },
    alert: (tier) => ({ ...identity, severity: tier.severity, ...alertLabels(tier) }),
    noData: (severity) => ({ ...identity, severity }),
    annotations: () => ({}),
    lookBackLabels: ["window"],
    ofInfo: ["kind", "objective", "window", "title"],
    own: OWN_LABELS,
    alwaysMs: [],
  };
}

const SLOTH_OWN = ["sloth_id", "sloth_service", "sloth_slo", "sloth_window", "sloth_severity"];
const SLOTH_MS = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"].map((length) => parseDuration(length));

/** Source: the rules that `sloth generate` v0.16.0 writes. */
function slothNames(slo: Slo): SeriesNames {
  const windowMs = nominalMs(slo.window);
  // Sloth's ids join by "-", under which two SLOs can have one; the two labels beside it tell them apart.
  const identity = { sloth_id: `${slo.service}-${slo.name}`, sloth_service: slo.service, sloth_slo: slo.name };
  const more = Object.fromEntries(Object.entries(slo.labels ?? {}).sort(([one], [other]) => (one < other ? -1 : 1)));
  const one = (record: string): Series => seriesBy(record, identity, more);
  const counts = (record: string): ((lookBack: string) => Series) =>
    overLookBacks((lookBack) => seriesBy(record, { ...identity, sloth_window: lookBack }));
  const shortest = "5m";
  const period = lengthText(windowMs);
  return {
    events: counts("slo:sli_events:increase"),
    errors: counts("slo:sli_errors:increase"),
    errorRatio: overLookBacks((lookBack) =>
      seriesBy(`slo:sli_error:ratio_rate${lookBack}`, { ...identity, sloth_window: lookBack }, more),
    ),
    burnRate: (lookBack) =>
      lookBack === shortest
        ? one("slo:current_burn_rate:ratio")
        : lookBack === period
          ? one("slo:period_burn_rate:ratio")
          : undefined,
    objective: one("slo:objective:ratio"),
    budget: one("slo:error_budget:ratio"),
    remaining: one("slo:period_error_budget_remaining:ratio"),
    windowLength: { ...one("slo:time_period:days"), value: windowMs / MILLISECONDS.d },
    present: seriesBy("slo:sli_data:present", identity),
    info: {
      ...one("sloth_slo_info"),
      more: {
        ...more,
        sloth_mode: "cli-gen-prom",
        sloth_objective: slo.objective.percentText.replace("%", ""),
        sloth_spec: "prometheus/v1",
        sloth_version: "nines",
      },
    },
    alert: (tier) => ({
      service: slo.service,
      slo: slo.id,
      sloth_severity: tier.severity,
      ...alertLabels(tier),
      // Alerts have the labels of their series there, and many a service has a tier of its own.
      ...(slo.labels?.tier === undefined ? {} : { tier: slo.labels.tier }),
    }),
    annotations: ({ severity }) => ({
      title: `(${severity}) {{$labels.sloth_service}} {{$labels.sloth_slo}} SLO error budget burn rate is too fast.`,
    }),
    noData: (severity) => ({ service: slo.service, slo: slo.id, sloth_severity: severity }),
    lookBackLabels: ["sloth_window"],
    ofInfo: ["sloth_mode", "sloth_objective", "sloth_spec", "sloth_version"],
    own: [...SLOTH_OWN, ...OWN_LABELS],
    alwaysMs: SLOTH_MS.filter((lookBackMs) => lookBackMs < windowMs),
  };
}

/** `14.4`, `0.9333`: four digits that mean something. */
export function shortNumber(value: number): string {
  return numberText(Number(value.toPrecision(4)));
}

function alertLabels({ name, shortMs, longMs, factor }: SloTier): Labels {
  return { tier: name, short: lengthText(shortMs), long: lengthText(longMs), factor: shortNumber(factor) };
}
