/** The pairs of burn rates that alerts are made of, against what they fire at. */
import { durationText } from "../../core/time/duration-text.ts";
import type { SloVerdict } from "../../status/model.ts";
import type { DashboardBurn } from "../model.ts";

import { badge, figure } from "./bits.ts";
import { h, type Child, type ElementPart } from "./parts.ts";
import { paceText } from "./words.ts";

const COLUMNS = ["Alert", "Long look-back", "Short look-back", "Fires above", "Fires"] as const;

export function burnTable(burns: readonly DashboardBurn[]): ElementPart {
  return h(
    "table.burns",
    { role: "table", "aria-label": "Burn rates" },
    h(
      "thead",
      { role: "rowgroup" },
      h("tr", { role: "row" }, ...COLUMNS.map((name) => h("th", { role: "columnheader", scope: "col" }, name))),
    ),
    h("tbody", { role: "rowgroup" }, ...burns.map(row)),
  );
}

function row(burn: DashboardBurn): ElementPart {
  const { name, severity, factor, longMs, shortMs, longRate, shortRate, burning } = burn;
  const tone = severity === "page" ? "critical" : "warning";
  return h(
    "tr",
    { key: name, role: "row" },
    h("th.name", { role: "rowheader", scope: "row" }, name, h("span.about", {}, severity)),
    cell(COLUMNS[1], ...rate(longRate, longMs, factor, tone)),
    cell(COLUMNS[2], ...rate(shortRate, shortMs, factor, tone)),
    cell(COLUMNS[3], paceText(factor)),
    cell(COLUMNS[4], burning ? badge(tone, "yes") : badge("healthy", isAbove(burn) ? "no: too few failures" : "no")),
  );
}

/** Both rates are above, and the alert waits for more failures than there were. */
function isAbove({ longRate = 0, shortRate = 0, factor }: DashboardBurn): boolean {
  return longRate > factor && shortRate > factor;
}

/** The threshold stands at two thirds of the bar. */
function rate(value: number | undefined, lookBackMs: number, factor: number, tone: SloVerdict): readonly Child[] {
  const above = (value ?? 0) > factor;
  const share = Math.min(1, ((value ?? 0) / factor) * (2 / 3));
  return [
    figure(paceText(value), above ? tone : undefined),
    h("span.unit", {}, `over ${durationText(lookBackMs)}`),
    h(
      "span.bar.against",
      { "aria-hidden": "true", "data-tone": above ? tone : "healthy" },
      h("span", { style: { "--share": Number(share.toFixed(4)) } }),
    ),
  ];
}

function cell(label: string, ...content: readonly Child[]): ElementPart {
  return h("td", { role: "cell", "data-label": label }, ...content);
}
