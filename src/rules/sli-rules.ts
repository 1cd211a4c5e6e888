/** Rules that record what happened: counts, the ratio of errors, the burn rate. */
import { MILLISECONDS } from "../core/time/duration.ts";
import type { Slo } from "../slo/model.ts";

import type { Series, SeriesNames } from "./convention.ts";
import type { Indicator } from "./indicator/model.ts";
import type { LookBack, LookBackPlan } from "./look-backs.ts";
import type { RecordingRule } from "./model.ts";
import { labelList } from "./promql/write.ts";

/** In a look-back of so few scrapes, what `increase()` guesses could be a failure more or less. */
const EXACT_MS = 15 * MILLISECONDS.m;

/** One SLO, ready to be written as rules. */
export interface RuleSubject {
  readonly slo: Slo;
  readonly indicator: Indicator;
  readonly names: SeriesNames;
  readonly lookBacks: LookBackPlan;
}

/** What the short look-backs are, and what the window is made of. */
export function shortRules(subject: RuleSubject): RecordingRule[] {
  const { short, part } = subject.lookBacks;
  const counts = part !== undefined && !short.includes(part) ? countRules(subject, part) : [];
  return [
    ...counts,
    ...short.flatMap((lookBack) => [...countRules(subject, lookBack), ...ratioRules(subject, lookBack)]),
  ];
}

/** What the budget's window is, and what remains of the budget. */
export function budgetRules(subject: RuleSubject): RecordingRule[] {
  const { slo, names, lookBacks } = subject;
  const { objective } = slo;
  const window = lookBacks.window.text;
  const burn = names.burnRate(window);
  const spent = burn === undefined ? burnExpression(subject, window) : burn.selector;
  return [
    ...countRules(subject, lookBacks.window),
    ...ratioRules(subject, lookBacks.window),
    recorded(names.remaining, `1 - ${spent}`),
    recorded(names.objective, `vector(${objective.ratioText})`),
    recorded(names.budget, `vector(${objective.budgetText})`),
    recorded(names.windowLength, `vector(${String(names.windowLength.value)})`),
    recorded(names.info, "vector(1)"),
  ];
}

/** How fast the budget burns over a look-back, where no series has it. */
export function burnExpression({ slo, names }: Pick<RuleSubject, "slo" | "names">, lookBack: string): string {
  const burn = names.burnRate(lookBack);
  return burn === undefined ? `${names.errorRatio(lookBack).selector} / ${slo.objective.budgetText}` : burn.selector;
}

/** A rule that records `expr` as this series. */
export function recorded({ record, labels, more }: Series, expr: string): RecordingRule {
  return { record, expr, labels: { ...more, ...labels } };
}

function countRules(subject: RuleSubject, lookBack: LookBack): RecordingRule[] {
  const { indicator, names } = subject;
  const [events, errors] = [names.events(lookBack.text), names.errors(lookBack.text)];
  const { sumOf } = lookBack;
  if (sumOf !== undefined) {
    // Until the first part is complete there is nothing to add up: then the one that is being counted is all there is.
    const sum = (part: Series): string =>
      `sum_over_time(${part.selector}[${lookBack.text}:${sumOf.text}])\nor\n${part.selector}`;
    return [recorded(events, sum(names.events(sumOf.text))), recorded(errors, sum(names.errors(sumOf.text)))];
  }
  const isExact = lookBack.isPart || lookBack === subject.lookBacks.window || lookBack.durationMs <= EXACT_MS;
  const window = { text: lookBack.text, exact: isExact };
  // The other side has the labels that rules set; without them both have those of the grouping.
  const nothing = `or ignoring(${labelList(Object.keys(events.labels))}) 0 * ${events.selector}`;
  const part = indicator.part(window);
  const all = events.selector;
  const failed =
    indicator.counted === "bad"
      ? `(${part})\n${nothing}`
      : `clamp_min(\n${all}\n- ignoring(${labelList(Object.keys(events.labels))})\n(${
          indicator.missingPart === "none" ? `(${part})\n${nothing}` : part
        }),\n0)`;
  return [recorded(events, indicator.total(window)), recorded(errors, failed)];
}

function ratioRules({ slo, names }: RuleSubject, { text }: LookBack): RecordingRule[] {
  const [events, errors] = [names.events(text).selector, names.errors(text).selector];
  const ratio = names.errorRatio(text);
  const burn = names.burnRate(text);
  return [
    // Without events there is nothing to divide by, and no error.
    recorded(ratio, `${errors} / (${events} > 0)\nor\n0 * (${events} == 0)`),
    ...(burn === undefined ? [] : [recorded(burn, `${ratio.selector} / ${slo.objective.budgetText}`)]),
  ];
}
