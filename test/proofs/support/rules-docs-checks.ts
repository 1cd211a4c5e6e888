/** What holds of the rules of any document, seen without Prometheus. */
import type { RuleGroup, RecordingRule, AlertingRule } from "../../../src/rules/model.ts";

const OWN_SERIES = /(?<![\w:])((?:nines|slo):[\w:]+|nines_slo_info|sloth_slo_info)(\{[^}]*\})?/g;
const DAYS = "slo:time_period:days";
const MATCHER = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const STRINGS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;
const NUMBER = /(?<![\w.:])\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.:])/gi;
/** nines keeps so many of what it works out; more come from binary fractions that nobody wrote. */
const MOST_DIGITS = 12;

/** Everything that is wrong with the groups. */
export function faultsOf(groups: readonly RuleGroup[]): string[] {
  const rules = groups.flatMap((group) => group.rules);
  const records = rules.filter((rule) => "record" in rule);
  const alerts = rules.filter((rule) => "alert" in rule);
  return [
    ...repeated(groups.map(({ name }) => name)).map((name) => `two groups are called ${name}`),
    ...repeated(records.map(seriesOf)).map((series) => `recorded twice: ${series}`),
    ...repeated(alerts.map(alertOf)).map((alert) => `two alerts have the same labels: ${alert}`),
    ...rules.flatMap(({ expr }) => unrecorded(expr, records)),
    // Sloth's length of a window is in days, of which an hour is no exact share.
    ...rules.flatMap((rule) => ("record" in rule && rule.record === DAYS ? [] : lostDigits(rule.expr))),
    ...alerts.flatMap(alertFaults),
  ];
}

function repeated(texts: readonly string[]): string[] {
  const seen = new Set<string>();
  return texts.filter((text) => seen.size === seen.add(text).size);
}

function seriesOf({ record, labels }: RecordingRule): string {
  return JSON.stringify([record, Object.entries(labels ?? {}).sort()]);
}

function alertOf({ alert, labels }: AlertingRule): string {
  return JSON.stringify([alert, Object.entries(labels ?? {}).sort()]);
}

/** Recorded series that are read and that not exactly one rule records. */
function unrecorded(expr: string, records: readonly RecordingRule[]): string[] {
  return [...expr.matchAll(OWN_SERIES)].flatMap(([text, name, braces = ""]) => {
    const wanted = [...braces.matchAll(MATCHER)];
    const found = records.filter(
      ({ record, labels = {} }) => record === name && wanted.every(([, label = "", value]) => labels[label] === value),
    );
    return found.length === 1 ? [] : [`${text} is recorded by ${String(found.length)} rules: ${expr}`];
  });
}

function lostDigits(expr: string): string[] {
  const numbers = expr.replace(STRINGS, '""').match(NUMBER) ?? [];
  const digits = (text: string): string => text.replace(/^0\.0*|\./g, "").replace(/0+$/, "");
  return numbers
    .filter((text) => /e/i.test(text) || digits(text).length > MOST_DIGITS)
    .map((text) => `${text} is no exact decimal: ${expr}`);
}

function alertFaults({ alert, annotations = {}, labels = {} }: AlertingRule): string[] {
  const { summary = "", description = "" } = annotations;
  return [
    ...(summary.trim() === "" ? [`${alert} has no summary`] : []),
    ...(description.trim() === "" ? [`${alert} has no description`] : []),
    ...(labels.severity === undefined && labels.sloth_severity === undefined ? [`${alert} has no severity`] : []),
    ...Object.values(annotations)
      .filter((text) => /undefined|NaN|\[object/.test(text))
      .map((text) => `${alert} says ${text}`),
  ];
}
