/** What an alert says to the person who gets it. */
import { lengthText, windowName } from "../core/time/window-text.ts";
import { percentText } from "../core/figures.ts";

import { type Series, shortNumber } from "./convention.ts";
import { goString, literal } from "./go-template.ts";
import type { Grouping } from "./promql/expression.ts";
import { labelName } from "./promql/write.ts";
import type { RuleSubject } from "./sli-rules.ts";
import type { SloTier } from "../budget/slo-tiers.ts";

type Texts = Readonly<Record<string, string>>;

const PACE = '{{ printf "%.1f" $value }} times';

/** Of a budget that burns. */
export function burnTexts(subject: RuleSubject, tier: SloTier): Texts {
  const { slo, indicator } = subject;
  const [long, short] = [lengthText(tier.longMs), lengthText(tier.shortMs)];
  const share = percentText(tier.budgetShare).replace(" ", "");
  const failed = indicator.unit === "events" ? "as many failed" : "as much of the time was bad";
  const factor = shortNumber(tier.factor);
  const limit = `${long} at ${factor} times spends ${share} of the error budget`;
  const promise =
    slo.kind === "error_rate"
      ? `at most ${slo.objective.complement().percentText} may fail`
      : `objective ${slo.objective.percentText}`;
  return {
    summary: `${nameOf(subject)} burns its error budget at ${PACE} the pace that it can afford`,
    description: [
      `Promised over ${windowName(slo.window)}: ${promise}.`,
      `In the last ${long} ${PACE} ${failed} as that allows${shareOf(subject, long)}, and in the last ${short} still more than`,
      `${factor} times (${limit}).${leftOf(subject)}`,
      ...(slo.description === undefined ? [] : [literal(slo.description)]),
    ].join(" "),
  };
}

/** Of data that do not come. */
export function noDataTexts(
  { slo }: RuleSubject,
  reason: "target_down" | "no_series" | "gone",
  sources: string,
): Texts {
  const seen = {
    target_down: `For 10 minutes there has been no such series, and no target is up that could have it: the service is down, or Prometheus does not find it.`,
    no_series: `For a day there has been no such series, though a target is up: its metrics have other names or labels, or nobody has asked it for anything.`,
    gone: `For 10 minutes there has been no such series: the service is down, is not scraped, or its metrics have other names or labels.`,
  }[reason];
  return {
    summary: `${literal(slo.title ?? slo.id)} has no data`,
    description: `It is measured by ${literal(sources)}. ${seen} Until there are data nobody is alerted of its failures.`,
  };
}

function nameOf({ slo, indicator: { grouping } }: RuleSubject): string {
  const name = literal(slo.title ?? slo.id);
  if (grouping.kind !== "by" || grouping.labels.length === 0) return name;
  return `${name} (${grouping.labels.map((label) => `${literal(label)} {{ ${labelValue(label)} }}`).join(", ")})`;
}

/** ` (3.7% of all)`, asked of Prometheus when the alert is sent. */
function shareOf({ names, indicator }: RuleSubject, lookBack: string): string {
  const asked = queryFor(names.errorRatio(lookBack), indicator.grouping);
  return asked === undefined
    ? ""
    : `{{ with ${asked} }} ({{ . | first | value | humanizePercentage }} of all){{ end }}`;
}

/** ` 12.5% of the error budget is left.`, asked in the same way; what is summed of parts is some minutes old. */
function leftOf({ names, indicator, lookBacks }: RuleSubject): string {
  const asked = queryFor(names.remaining, indicator.grouping);
  if (asked === undefined) return "";
  const when = lookBacks.window.sumOf === undefined ? "is left" : "was left some minutes ago";
  const left = `{{ $left | humanizePercentage }} of the error budget ${when}.`;
  const spent = "The error budget is overspent.";
  return `{{ with ${asked} }}{{ $left := . | first | value }}{{ if ge $left 0.0 }} ${left}{{ else }} ${spent}{{ end }}{{ end }}`;
}

/** The series of the alert's own group. Of all labels but some it is not known which they are. */
function queryFor({ selector }: Series, grouping: Grouping): string | undefined {
  if (grouping.kind === "without") return undefined;
  const labels = grouping.kind === "by" ? grouping.labels : [];
  if (labels.length === 0) return `query ${goString(selector)}`;
  const full = `${selector.slice(0, -1)}${labels.map((label) => `,${labelName(label)}=%q`).join("")}}`;
  return `query (printf ${goString(full)} ${labels.map((label) => `(${labelValue(label)})`).join(" ")})`;
}

/** The value of a label of the alert, in a template. */
function labelValue(label: string): string {
  return /^[A-Za-z_]\w*$/.test(label) ? `$labels.${label}` : `index $labels ${goString(label)}`;
}
