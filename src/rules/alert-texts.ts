/** What an alert says to the person who gets it. */
import { percentText } from "../core/figures.ts";
import { windowText } from "../core/window.ts";
import type { Slo } from "../slo/model.ts";

import type { Grouping } from "./indicator/model.ts";
import { goString, literal } from "./go-template.ts";
import { lengthText } from "./look-backs.ts";
import { selectorText } from "./promql/write.ts";
import { selectorOf } from "./convention.ts";
import type { RuleSubject } from "./sli-rules.ts";
import type { RuleTier } from "./tiers.ts";

type Texts = Readonly<Record<string, string>>;

/** Of a budget that burns. */
export function burnTexts(subject: RuleSubject, tier: RuleTier): Texts {
  const { slo, indicator } = subject;
  const [long, short] = [lengthText(tier.longMs), lengthText(tier.shortMs)];
  const name = nameOf(slo, indicator.grouping);
  const limit = String(tier.factor);
  const share = percentText(tier.budgetShare).replace(" ", "");
  return {
    summary: `${name} burns its error budget {{ printf "%.1f" $value }} times too fast`,
    description: [
      `Objective: ${slo.objective.percentText} over ${spanOf(slo)}.`,
      `Over the last ${long} failures came {{ printf "%.1f" $value }} times as fast as it allows, and over the last ${short}`,
      `it is still more than ${limit} times (${long} of that spend ${share} of the budget).`,
      leftOf(subject),
      ...(slo.description === undefined ? [] : [literal(slo.description)]),
    ]
      .filter((line) => line !== "")
      .join(" "),
  };
}

/** Of data that do not come. */
export function noDataTexts({ slo }: RuleSubject, reason: "target_down" | "no_series", sources: string): Texts {
  const name = literal(slo.title ?? slo.id);
  const seen =
    reason === "target_down"
      ? "for 10 minutes there have been none, and no target that could have them is up"
      : "there have been none";
  const meaning =
    reason === "target_down"
      ? "The service is down, or Prometheus does not find it."
      : "The service is not scraped, has renamed its metrics, or has had no request since it started.";
  return {
    summary: `${name} has no data`,
    description: `It is measured by ${literal(sources)}, and ${seen}. ${meaning} Until they come nobody is alerted of its errors.`,
  };
}

function nameOf(slo: Slo, grouping: Grouping): string {
  const name = literal(slo.title ?? slo.id);
  if (grouping.kind !== "by" || grouping.labels.length === 0) return name;
  return `${name} (${grouping.labels.map((label) => `${label} {{ $labels.${label} }}`).join(", ")})`;
}

function spanOf({ window }: Slo): string {
  return window.kind === "rolling" ? lengthText(window.durationMs) : windowText(window);
}

/** `12.5% of the error budget is left.`, asked of Prometheus when the alert is sent. */
function leftOf({ names, indicator }: RuleSubject): string {
  const { grouping } = indicator;
  if (grouping.kind === "without") return "";
  const labels = grouping.kind === "by" ? grouping.labels : [];
  const selector = selectorText(selectorOf(names.remaining));
  const full = `${selector.slice(0, -1)}${labels.map((label) => `,${label}=%q`).join("")}}`;
  const asked =
    labels.length === 0
      ? `query ${goString(full)}`
      : `query (printf ${goString(full)} ${labels.map((label) => `$labels.${label}`).join(" ")})`;
  return `{{ with ${asked} }}{{ . | first | value | humanizePercentage }} of the error budget is left.{{ end }}`;
}
