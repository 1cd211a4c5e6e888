/** SLOs as rows of a table: of a service in the overview, and in its own view. */
import { durationText } from "../../core/time/duration-text.ts";

import { badge, budgetLeft, figure, sparkline } from "./bits.ts";
import { isComposite, type Row } from "./filter.ts";
import { h, type Child, type ElementPart } from "./parts.ts";
import { sloHash } from "./route.ts";
import {
  exhaustionText,
  firingTone,
  kindWord,
  nothingText,
  paceText,
  presentPace,
  ratioText,
  UNKNOWN,
} from "./words.ts";

/** What stands above the rows. */
export const COLUMNS: readonly string[] = [
  "State",
  "SLO",
  "Objective",
  "SLI",
  "Budget left",
  "Burn rate",
  "Runs out",
  "Recent errors",
];

/** The rows of `service`; `at` is now, in epoch milliseconds. Where many tables stand below each other their heads are not seen. */
export function sloTable(
  service: string,
  rows: readonly Row[],
  at: number,
  { headed = false }: { readonly headed?: boolean } = {},
): ElementPart {
  return h(
    "table.slos",
    { role: "table", "aria-label": `SLOs of ${service}` },
    h(
      headed ? "thead" : "thead.unseen",
      { role: "rowgroup" },
      h("tr", { role: "row" }, ...COLUMNS.map((name) => h("th", { role: "columnheader", scope: "col" }, name))),
    ),
    h("tbody", { role: "rowgroup" }, ...rows.map((row) => sloRow(row, at))),
  );
}

function sloRow(row: Row, at: number): ElementPart {
  const { id, verdict } = row;
  const nothing = isComposite(row) ? undefined : nothingText(row.state);
  return h(
    "tr.slo",
    { key: id, role: "row", "data-href": sloHash(id), "data-tone": verdict },
    cell("State", badge(verdict)),
    nameOf(row),
    cell("Objective", row.objective ?? UNKNOWN),
    ...(nothing === undefined ? figures(row, at) : [h("td.none.wide", { role: "cell", colspan: 5 }, nothing)]),
  );
}

function nameOf(row: Row): ElementPart {
  const title = isComposite(row) ? undefined : row.title;
  const kind = isComposite(row) ? "composite" : kindWord(row.kind);
  const about = [...(title === undefined ? [] : [h("span", {}, title), " · "]), `${kind} · ${row.window}`];
  return h(
    "th.name",
    { role: "rowheader", scope: "row" },
    h("a", { href: sloHash(row.id), "data-row": "" }, row.name),
    h("span.about", {}, ...about),
  );
}

function figures(row: Row, at: number): readonly ElementPart[] {
  const { verdict, sliRatio, remainingRatio } = row;
  const measured = [cell("SLI", figure(ratioText(sliRatio))), cell("Budget left", budgetLeft(remainingRatio, verdict))];
  if (isComposite(row))
    return [...measured, cell("Burn rate", UNKNOWN), cell("Runs out", UNKNOWN), cell("Recent errors")];
  const pace = presentPace(row);
  return [
    ...measured,
    cell(
      "Burn rate",
      figure(paceText(pace?.rate), firingTone(row.burns)),
      pace?.rate !== undefined && h("span.unit", {}, `over ${durationText(pace.windowMs)}`),
    ),
    cell("Runs out", exhaustionText(row, at)),
    cell("Recent errors", sparkline(row, at)),
  ];
}

function cell(label: string, ...content: readonly Child[]): ElementPart {
  return h("td", { role: "cell", "data-label": label }, ...content);
}
