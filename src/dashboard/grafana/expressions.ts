/** PromQL over what the rules of both conventions record: of the chosen SLO, or of all. */
import { lengthText } from "../../core/time/window-text.ts";
import { MILLISECONDS } from "../../core/time/duration.ts";
import { type ConventionName, type Series, type SeriesNames, seriesOf } from "../../rules/convention.ts";
import type { PlannedSlo } from "../../rules/plan.ts";
import type { LabelMatcher } from "../../rules/promql/expression.ts";
import { labelList, selectorText } from "../../rules/promql/write.ts";
import { SLO_VERDICTS } from "../../status/model.ts";

import { byPlan, type Membership } from "./plans.ts";

/** Whose figures: of the SLO that the variables name, or of all of the chosen services. */
export type Scope = "one" | "all";

/** By which labels the budgets of one SLO are told apart. */
export interface SloGrouping {
  readonly labels: readonly string[];
  /** Not of an SLO that only says by which labels they are not. */
  readonly isKnown: boolean;
}

/** What a series is called: some words, and the values of the labels that it is grouped by. */
export function legendOf(words: string, { labels, isKnown }: SloGrouping): string {
  return isKnown ? [words, ...labels.map((label) => `{{${label}}}`)].join(" ") : "__auto";
}

/** Less left is a warning, as in a status. */
export const WARN_BELOW = 0.25;

type Members = readonly LabelMatcher[];

/** When the range of the dashboard, or of the panel, begins; in epoch seconds. */
const RANGE_START = "scalar(last_over_time(vector(time())[1s:1s] @ start()))";

/** Expressions for dashboards of these SLOs. Those that depend on look-backs are undefined where no SLO has any. */
export class SloExpressions {
  readonly scope: Scope;
  readonly #plans: readonly PlannedSlo[];
  readonly #convention: ConventionName;
  readonly #names: SeriesNames;
  readonly #members: Membership;

  constructor(plans: readonly [PlannedSlo, ...PlannedSlo[]], convention: ConventionName, scope: Scope) {
    this.#plans = plans;
    this.#convention = convention;
    this.scope = scope;
    this.#names = this.#namesOf(plans[0]);
    const label = convention === "sloth" ? "sloth_id" : "slo";
    this.#members = { label, idOf: ({ subject }) => subject.names.objective.labels[label] ?? "" };
  }

  /** Labels that say which SLO a series is of. */
  get identity(): readonly string[] {
    return Object.keys(this.#names.objective.labels);
  }

  /** The label that has the service's name. */
  get serviceLabel(): string {
    return this.#labelOf("$service");
  }

  /** The label that has the SLO's. */
  get sloLabel(): string {
    return this.#labelOf("$slo");
  }

  /** Labels that series of alerts have for the severity. */
  get severityLabel(): string {
    return this.#convention === "sloth" ? "sloth_severity" : "severity";
  }

  /** The series that each SLO has once. */
  get info(): string {
    return this.#names.info.record;
  }

  /** What is left of the budget, from 1 down. */
  get remaining(): string {
    // It was worked out from a ratio over the window, and has the label that says so.
    return this.#withoutLookBack(this.#select(this.#names.remaining));
  }

  get objective(): string {
    return this.#select(this.#names.objective);
  }

  /** The share that may fail. */
  get budget(): string {
    return this.#select(this.#names.budget);
  }

  /** The share of good events over the window: what is left of the budget says it, whatever the window's length. */
  get indicator(): string {
    return `1 - (1 - ${this.remaining}) * ${this.#joined(this.budget)}`;
  }

  /** Length of the window, in seconds. */
  get windowSeconds(): string {
    const series = this.#select(this.#names.windowLength);
    return this.#convention === "sloth" ? `86400 * ${series}` : series;
  }

  /** 0 where there are no data. */
  get present(): string {
    return this.#select(this.#names.present);
  }

  /** Alerts that fire. */
  get alerts(): string {
    return this.#alerts("ALERTS", [{ name: "alertstate", operator: "=", value: "firing" }]);
  }

  /** Since when those that fire do, in epoch milliseconds. */
  get alertsSince(): string {
    return `1000 * ${this.#alerts("ALERTS_FOR_STATE", [])}\nand ignoring (alertstate)\n${this.alerts}`;
  }

  /** How many of them each budget has. */
  get alertCount(): string {
    const ids = labelList(this.identity);
    return `0 * ${this.remaining} + ${this.#joined(`count by (${ids}) (${this.alerts})`)}\nor\n0 * ${this.remaining}`;
  }

  /** The verdict, as its place in `SLO_VERDICTS`: that of a status, told from budgets, alerts and data. */
  get verdict(): string {
    const on = `and on (${labelList(this.identity)})`;
    const pages = this.#alerts("ALERTS", [
      { name: "alertstate", operator: "=", value: "firing" },
      { name: this.severityLabel, operator: "=", value: "page" },
    ]);
    const left = this.remaining;
    const is = (verdict: (typeof SLO_VERDICTS)[number], which: string): string =>
      `0 * (${which}) + ${String(SLO_VERDICTS.indexOf(verdict))}`;
    return [
      is("critical", `${left} <= 0`),
      is("critical", `${left} ${on} ${pages}`),
      is("unknown", `${left} ${on} (${this.present} == 0)`),
      is("warning", `${left} < ${String(WARN_BELOW)}`),
      is("warning", `${left} ${on} ${this.alerts}`),
      is("healthy", left),
    ].join("\nor\n");
  }

  /** The burn rate over the look-back of the most urgent alert, or over about an hour. */
  get burn(): string | undefined {
    return this.#each(recentLookBack, (lookBack, members) => this.#withoutLookBack(this.#burn(lookBack, members)));
  }

  /** The share that failed in that look-back. */
  get errorRatio(): string | undefined {
    return this.#each(recentLookBack, (lookBack, members) =>
      this.#withoutLookBack(this.#select(this.#names.errorRatio(lookBack), members)),
    );
  }

  /** Seconds until nothing is left at that burn rate; nothing where a window's worth of time is less than that. */
  get exhaustion(): string | undefined {
    const { burn } = this;
    if (burn === undefined) return undefined;
    return `(clamp_min(${this.remaining}, 0) / ((${burn}) > 0) < 1) * ${this.#joined(this.windowSeconds)}`;
  }

  /** What is left of the budget if it had been whole when the panel's range began. */
  get burnDown(): string | undefined {
    return this.#each(burnDownParts, ({ window, part }, members) => {
      const counted = this.#select(this.#names.errors(part), members);
      const inRange = `(${counted} and on () (vector(time()) > ${RANGE_START}))`;
      // Before the first part is complete there is nothing to add up, as in the rules.
      const failed = `(sum_over_time(${inRange}[${window}:${part}]) or ${counted})`;
      const events = `(${this.#select(this.#names.events(window), members)} @ end() > 0)`;
      const allowed = `(${events} * ${this.#joined(`${this.#select(this.#names.budget, members)} @ end()`)})`;
      const ignored = labelList(this.#names.lookBackLabels);
      return `1 - ${failed} / ignoring (${ignored}) ${allowed}`;
    });
  }

  /** The pace at which a budget that was whole when the range began lasts exactly the window. */
  get pace(): string {
    // All of the line is drawn, also where nothing was recorded yet.
    return `1 - (time() - ${RANGE_START}) / (${this.windowSeconds} @ end())`;
  }

  /** The burn rate over one of the look-backs of a tier, by the tier's name. */
  tierBurn(name: string, side: "long" | "short"): string | undefined {
    return this.#each(
      (plan) => lookBackOf(plan, name, side),
      (lookBack, members) => this.#burn(lookBack, members),
    );
  }

  /** The threshold of a tier. */
  tierFactor(name: string): string | undefined {
    return this.#each(
      ({ tiers }) => tiers.find((tier) => tier.name === name)?.factor,
      (factor, members) => `${String(factor)} + 0 * ${this.#select(this.#names.objective, members)}`,
    );
  }

  #burn(lookBack: string, members: Members): string {
    const recorded = this.#names.burnRate(lookBack);
    if (recorded !== undefined && this.#convention === "nines") return this.#select(recorded, members);
    // In Sloth's convention they are recorded for two look-backs only.
    const ratio = this.#select(this.#names.errorRatio(lookBack), members);
    return `${ratio} / ${this.#joined(this.#select(this.#names.budget, members))}`;
  }

  #each<Key>(
    pick: (plan: PlannedSlo) => Key | undefined,
    write: (key: Key, members: Members) => string,
  ): string | undefined {
    return byPlan(this.#plans, this.#members, pick, write);
  }

  #withoutLookBack(expression: string): string {
    return `max without (${labelList(this.#names.lookBackLabels)}) (${expression})`;
  }

  /** The one side of an operator, which there is once for each SLO. */
  #joined(one: string): string {
    return `on (${labelList(this.identity)}) group_left () ${this.#bracketed(one)}`;
  }

  #bracketed(expression: string): string {
    return /^[\w:]+(?:\{[^}]*\})?$/.test(expression) ? expression : `(${expression})`;
  }

  #select({ record, labels }: Series, members: Members = []): string {
    return selectorText({ metric: record, matchers: [...this.#scoped(labels), ...members] });
  }

  #alerts(metric: string, matchers: Members): string {
    return selectorText({ metric, matchers: [...matchers, ...this.#scoped(this.#names.objective.labels)] });
  }

  #scoped(labels: Readonly<Record<string, string>>): LabelMatcher[] {
    return Object.entries(labels).flatMap(([name, value]): LabelMatcher[] => {
      if (this.scope === "one" || !value.includes("$")) return [{ name, operator: "=", value }];
      if (name === this.serviceLabel) return [{ name, operator: "=~", value: "$service" }];
      // Alerts of others may have a service, too.
      return name === this.sloLabel ? [{ name, operator: "!=", value: "" }] : [];
    });
  }

  #labelOf(variable: string): string {
    const found = Object.entries(this.#names.objective.labels).find(([, value]) => value === variable);
    return found?.[0] ?? "";
  }

  /** The names of the SLO that Grafana's variables name. */
  #namesOf({ subject }: PlannedSlo): SeriesNames {
    const { labels: _, ...slo } = subject.slo;
    return seriesOf({ ...slo, service: "$service", id: "$slo", name: "$slo" }, this.#convention);
  }
}

/** The look-backs of tiers have names such as `1h`. */
export function lookBackOf({ tiers }: PlannedSlo, name: string, side: "long" | "short"): string | undefined {
  const tier = tiers.find((one) => one.name === name);
  return tier === undefined ? undefined : lengthText(side === "long" ? tier.longMs : tier.shortMs);
}

/** What tells how it is just now: the look-back of the most urgent alert, without alerts about an hour. */
export function recentLookBack({ tiers, subject }: PlannedSlo): string {
  const [first] = tiers;
  const { short, window } = subject.lookBacks;
  const upToAnHour = short.filter(({ durationMs }) => durationMs <= MILLISECONDS.h);
  const longest = [...upToAnHour].sort((one, other) => other.durationMs - one.durationMs)[0];
  return first === undefined ? (longest ?? window).text : lengthText(first.longMs);
}

/** The window, and what its counts are sums of. */
function burnDownParts({ subject }: PlannedSlo): { readonly window: string; readonly part: string } | undefined {
  const { window, short } = subject.lookBacks;
  const [shortest] = [...short].sort((one, other) => one.durationMs - other.durationMs);
  const part = window.sumOf ?? shortest;
  return part === undefined ? undefined : { window: window.text, part: part.text };
}
