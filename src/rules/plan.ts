/** From SLOs to what their rules are written from: tiers, indicators, look-backs, names. */
import { lengthText } from "../core/time/window-text.ts";
import { nominalMs } from "../budget/tiers.ts";
import { parseDuration } from "../core/time/duration.ts";
import type { Path } from "../core/faults.ts";
import { rollingWindow, type Window, windowText } from "../core/time/window.ts";
import type { Slo } from "../slo/model.ts";

import type { AlertSettings } from "./alert-rules.ts";
import { seriesOf, type SeriesNames } from "./convention.ts";
import { literalTexts } from "./go-template.ts";
import { indicatorOf } from "./indicator/indicator.ts";
import type { Indicator } from "./indicator/model.ts";
import type { Grouping } from "./promql/expression.ts";
import { lookBacksFor } from "./look-backs.ts";
import type { RuleSettings } from "./options.ts";
import { labelFaults } from "./reserved.ts";
import type { RuleSubject } from "./sli-rules.ts";
import { pathOf, type SloSource } from "./source.ts";
import { type SloTier, tiersFor } from "../budget/slo-tiers.ts";

/** A rate needs two samples in its window, and a scrape may fail. */
const SCRAPES_IN_SHORTEST = 4;

/** An SLO with what its rules are written from. */
export interface PlannedSlo {
  readonly subject: RuleSubject;
  readonly tiers: readonly SloTier[];
  readonly settings: AlertSettings;
  readonly remarks: readonly string[];
}

/** One SLO in the making: what is wrong with it, and what its author should know. */
interface Making {
  readonly slo: Slo;
  readonly settings: RuleSettings;
  readonly fault: (path: Path, message: string, offset?: number) => void;
  readonly remark: (...messages: readonly string[]) => void;
}

/** The SLOs by their ids, each ready to be written. @throws {@link ConfigurationError} with all faults at once */
export function planRules(source: SloSource, settings: RuleSettings): readonly PlannedSlo[] {
  const planned = source.slos.map((slo) => planSlo(slo, source, settings));
  source.faults.throwIfAny(source.document);
  return planned
    .filter((plan) => plan !== undefined)
    .sort(({ subject: one }, { subject: other }) => (one.slo.id < other.slo.id ? -1 : 1));
}

/** Undefined if there are faults, which are then among those of the source. */
function planSlo(written: Slo, { faults }: SloSource, settings: RuleSettings): PlannedSlo | undefined {
  const remarks: string[] = [];
  const making: Making = {
    slo: written,
    settings,
    fault: (path, message, offset) => {
      faults.add([...pathOf(written), ...path], message, offset === undefined ? "value" : { offset });
    },
    remark: (...messages) => remarks.push(...messages),
  };
  const leastMs = leastLookBackMs(making);
  const slo = withRollingWindow(making);
  const indicator = indicatorFor(making);
  const names = seriesOf(slo ?? written, settings.convention);
  checkLabels(making, names, indicator?.grouping ?? { kind: "none" });
  if (slo === undefined) return undefined;
  const windowMs = nominalMs(slo.window);
  const tooShort = windowMs < 2 * leastMs;
  if (tooShort) {
    const least = `its rules need at least ${lengthText(2 * leastMs)}, eight scrapes or two slices`;
    making.fault(["measurement_window"], `a window of ${lengthText(windowMs)} is too short for Prometheus: ${least}`);
  }
  const alerting = slo.alerting ?? {};
  const plan = tiersFor({ windowMs, objective: slo.objective, alerting, leastMs });
  for (const { path, message } of plan.faults) making.fault(["alerting", ...path], message);
  if (indicator === undefined || tooShort) return undefined;
  making.remark(...indicator.remarks, ...plan.remarks);
  const lookBacks = lookBacksFor(windowMs, plan.tiers, { others: names.alwaysMs, costly: indicator.costly, leastMs });
  return {
    subject: { slo, indicator, names, lookBacks },
    tiers: plan.tiers,
    settings: alertSettings(slo, settings),
    remarks,
  };
}

/** No look-back is shorter than a few scrapes, or a slice of time. */
function leastLookBackMs({ slo, settings, remark }: Making): number {
  const fewScrapesMs = SCRAPES_IN_SHORTEST * settings.scrapeIntervalMs;
  const sliceMs = (slo.kind === "throughput" ? slo.sliceMs : slo.slices?.lengthMs) ?? 0;
  if (sliceMs > 0 && sliceMs < fewScrapesMs) {
    const taken = `its slices of ${lengthText(sliceMs)} are taken for ${lengthText(fewScrapesMs)}`;
    remark(`${taken}: a rate needs two samples, and a scrape may fail`);
  }
  return Math.max(shortestLookBackMs(settings), sliceMs);
}

/** Four scrapes, and no less than the time from one evaluation to the next: what began and ended between two would be seen by none. */
export function shortestLookBackMs({ scrapeIntervalMs, interval }: RuleSettings): number {
  return Math.max(SCRAPES_IN_SHORTEST * scrapeIntervalMs, parseDuration(interval));
}

function indicatorFor({ slo, settings, fault }: Making): Indicator | undefined {
  const { scrapeIntervalMs } = settings;
  const target = settings.target(slo);
  if (slo.expression === undefined && (target === undefined || target.trim() === "")) {
    fault([], 'has no `sli`, and the option target finds no series of it; let that give matchers such as job="shop"');
    return undefined;
  }
  const indicator = indicatorOf(slo, { scrapeIntervalMs, target: target ?? "" });
  if (!("fault" in indicator)) return indicator;
  const { part, offset, message } = indicator.fault;
  const field = slo.expression === undefined ? [] : part === "expression" ? ["sli"] : ["sli", part];
  fault(field, message, offset);
  return undefined;
}

function checkLabels({ slo, settings, fault, remark }: Making, names: SeriesNames, grouping: Grouping): void {
  for (const { path, message } of labelFaults(slo, { names, ofAll: settings.labels, grouping })) fault(path, message);
  if (slo.alerting !== undefined) remark(...literalTexts(slo.alerting));
}

function alertSettings(slo: Slo, settings: RuleSettings): AlertSettings {
  const { alerting = {} } = slo;
  return {
    minimumFailures: alerting.minimumFailures ?? settings.minimumFailures,
    noData: alerting.noData ?? settings.noData,
    runbookUrl: alerting.runbookUrl ?? settings.runbookUrl(slo),
    dashboardUrl: alerting.dashboardUrl ?? settings.dashboardUrl(slo),
    labels: settings.labels,
  };
}

/** Undefined if it cannot have one, which is then a fault. */
function withRollingWindow({ slo, settings, fault, remark }: Making): Slo | undefined {
  if (slo.window.kind === "rolling") return slo;
  const period = windowText(slo.window);
  if (settings.calendarWindows === "refuse") {
    const instead = `write a rolling window, or have it taken for one by ${TAKEN_FOR_ROLLING}`;
    fault(["measurement_window"], `Prometheus cannot count over a calendar ${period}; ${instead}`);
    return undefined;
  }
  remark(takenForRolling(slo.window));
  return { ...slo, window: rollingWindow(nominalMs(slo.window)) };
}

/** The setting by which calendar windows are taken for rolling ones, as messages name it. */
export const TAKEN_FOR_ROLLING = 'calendarWindows: "rolling"';

/** What is remarked on a calendar window that is. */
export function takenForRolling(window: Window): string {
  return `its calendar ${windowText(window)} is taken for the last ${lengthText(nominalMs(window))}`;
}
