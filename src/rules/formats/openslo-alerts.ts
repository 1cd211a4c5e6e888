/** The `alerting` of an SLO of OpenSLO. */
import { formatDuration } from "../../core/time/duration.ts";
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import type { Objective } from "../../core/objective.ts";
import { alertingField } from "../../slo/alerting-field.ts";
import type { BurnSeverity } from "../../slo/alerting.ts";
import { windowField } from "../../slo/window-field.ts";
import { USUAL_TIERS } from "../../budget/slo-tiers.ts";
import { fitTierName } from "./names.ts";
import { isCalendarUnit, readShorthand, shorthandMs } from "./openslo-duration.ts";
import { factsFrom, factsOf, type PlacedFact, sameFacts } from "./openslo-facts.ts";
import type { Notes } from "./openslo-notes.ts";
import type { OpenSloObjects } from "./openslo-objects.ts";
import type { OpenSloObject } from "./openslo-types.ts";
import type { Sheet } from "./sheet.ts";

// Words that people have for the two severities.
const PAGES: ReadonlySet<string> = new Set(
  "critical crit emergency fatal high sev0 sev1 p0 p1 urgent alert error".split(" "),
);
const TICKETS: ReadonlySet<string> = new Set(
  "warning warn medium moderate low info sev2 sev3 sev4 p2 p3 p4 p5 minor".split(" "),
);

/** What is asked. */
export interface AlertQuestion {
  readonly sheet: Sheet;
  /** Of `alertPolicies`. */
  readonly path: Path;
  readonly policies: OpenSloObject<"SLO">["spec"]["alertPolicies"];
  readonly notes: Notes;
  readonly objects: OpenSloObjects;
  readonly window: string | object;
  readonly objective: Objective;
}

/**
 * Policies stand for all the alerts of their SLO. One without policies has nines' usual alerts, since OpenSLO says nothing
 * of it. A note of nines is believed as long as the policies are those that nines would write for it.
 */
export function alertingOf(question: AlertQuestion): object | undefined {
  const { sheet, path, policies, notes, objects } = question;
  const facts = factsFrom(policies, { sheet, path }, objects);
  const note = notes.mapping("alerting");
  if (note === undefined) return policies === undefined || policies.length === 0 ? undefined : fieldsOf(facts);
  if (agrees(note, facts, question)) return note;
  const { tiers: _tiers, no_data: _noData, page, ticket, ...rest } = note;
  const left = "its tiers and `no_data` are left out: the SLO's policies say otherwise";
  sheet.report(notes.pathOf("alerting"), left);
  return { ...rest, ...unlessOff("page", page), ...unlessOff("ticket", ticket), ...fieldsOf(facts) };
}

function unlessOff(name: string, value: unknown): object {
  return value === undefined || value === false ? {} : { [name]: value };
}

function agrees(note: object, facts: readonly PlacedFact[], { window, objective }: AlertQuestion): boolean {
  const alerting = alertingField.safeParse(note);
  const read = windowField.safeParse(window);
  // What is wrong with them is told when the SLO is read.
  if (!alerting.success || !read.success) return true;
  return sameFacts(factsOf({ alerting: alerting.data, window: read.data, objective }), facts);
}

function fieldsOf(facts: readonly PlacedFact[]): object {
  const tiers: Record<string, object | false> = Object.fromEntries(USUAL_TIERS.map((name) => [name, false]));
  const silent: BurnSeverity[] = [];
  const named = new Set<string>();
  for (const fact of facts) {
    const severity = severityOf(fact);
    if (fact.noData) silent.push(severity);
    const tier = tierOf(fact, severity);
    if (tier !== undefined) tiers[unused(fact.hasName ? fact.name : fitTierName(fact.name), named)] = tier;
  }
  return { tiers, no_data: silent.includes("page") ? "page" : silent.includes("ticket") ? "ticket" : false };
}

function unused(name: string, named: Set<string>): string {
  let free = name;
  for (let count = 2; named.has(free); count += 1) free = `${name.slice(0, 46)}-${String(count)}`;
  named.add(free);
  return free;
}

function severityOf({ severity, sheet, path }: PlacedFact): BurnSeverity {
  if (severity === "page" || severity === "ticket") return severity;
  const word = severity.toLowerCase().replace(/[\s_-]/g, "");
  const meant = PAGES.has(word) || word === "page" ? "page" : "ticket";
  const unknown = meant === "ticket" && !TICKETS.has(word) && word !== "ticket";
  const why = unknown ? ", for nines does not know it" : "";
  sheet.report([...path, "spec", "severity"], `${show(severity)} is taken for ${show(meant)}${why}`);
  return meant;
}

function tierOf(fact: PlacedFact, severity: BurnSeverity): object | undefined {
  const { sheet, threshold, lookbackWindow, alertAfter } = fact;
  const path = [...fact.path, "spec", "condition"];
  const longMs = lengthOf(lookbackWindow, [...path, "lookbackWindow"], sheet);
  const isAtOnce = readShorthand(alertAfter)?.count === 0;
  const afterMs = isAtOnce ? 0 : lengthOf(alertAfter, [...path, "alertAfter"], sheet);
  if (!(threshold > 0))
    sheet.fault([...path, "threshold"], `${show(threshold)} is no burn rate; write a number above 0`);
  if (longMs === undefined || afterMs === undefined || !(threshold > 0)) return undefined;
  if (afterMs > longMs) {
    const short = "nines has a short look-back instead, which is at most as long as lookbackWindow";
    sheet.report([...path, "alertAfter"], `is left out: ${short}`);
  }
  const short = afterMs > 0 && afterMs <= longMs ? { short: formatDuration(afterMs) } : {};
  return { severity, factor: threshold, long: formatDuration(longMs), ...short };
}

function lengthOf(text: string, path: Path, sheet: Sheet): number | undefined {
  const length = readShorthand(text);
  if (length === undefined || length.count === 0 || isCalendarUnit(length.unit)) {
    sheet.fault(path, `${show(text)} is not a length of time; write a whole number with m, h, d or w, such as 1h`);
    return undefined;
  }
  return shorthandMs(length);
}
