/** What an alert says to the person who gets it. */
import { percentText } from "../core/figures.ts";
import { windowText } from "../core/window.ts";
import type { Slo } from "../slo/model.ts";

import { goString, literal } from "./go-template.ts";
import { lengthText } from "./look-backs.ts";
import { labelName } from "./promql/write.ts";
import type { RuleSubject } from "./sli-rules.ts";
import type { RuleTier } from "./tiers.ts";

type Texts = Readonly<Record<string, string>>;

const PACE = '{{ printf "%.1f" $value }} times';

/** Of a budget that burns. */
export function burnTexts(subject: RuleSubject, tier: RuleTier): Texts {
  const { slo, indicator } = subject;
  const [long, short] = [lengthText(tier.longMs), lengthText(tier.shortMs)];
  const share = percentText(tier.budgetShare).replace(" ", "");
  const failed = indicator.unit === "events" ? "as many failed" : "as much of the time was bad";
  const limit = `${long} at ${String(tier.factor)} times spends ${share} of the error budget`;
  return {
    summary: `${nameOf(subject)} burns its error budget at ${PACE} the pace that it can afford`,
    description: [
      `Objective: ${slo.objective.percentText} over ${spanOf(slo)}.`,
      `In the last ${long} ${PACE} ${failed} as that allows, and in the last ${short} still more than ${String(tier.factor)}`,
      `times (${limit}).${leftOf(subject)}`,
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

function spanOf({ window }: Slo): string {
  return window.kind === "rolling" ? lengthText(window.durationMs) : windowText(window);
}

/** ` 12.5% of the error budget is left.`, asked of Prometheus when the alert is sent. */
function leftOf({ names, indicator }: RuleSubject): string {
  const { grouping } = indicator;
  if (grouping.kind === "without") return "";
  const labels = grouping.kind === "by" ? grouping.labels : [];
  const { selector } = names.remaining;
  const full = `${selector.slice(0, -1)}${labels.map((label) => `,${labelName(label)}=%q`).join("")}}`;
  const asked =
    labels.length === 0
      ? `query ${goString(full)}`
      : `query (printf ${goString(full)} ${labels.map((label) => `(${labelValue(label)})`).join(" ")})`;
  const left = "{{ $left | humanizePercentage }} of the error budget is left.";
  const spent = "The error budget is overspent.";
  return `{{ with ${asked} }}{{ $left := . | first | value }}{{ if ge $left 0.0 }} ${left}{{ else }} ${spent}{{ end }}{{ end }}`;
}

/** The value of a label of the alert, in a template. */
function labelValue(label: string): string {
  return /^[A-Za-z_]\w*$/.test(label) ? `$labels.${label}` : `index $labels ${goString(label)}`;
}
