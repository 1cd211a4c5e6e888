/** All services, by what needs attention first. */
import type { DashboardMark, DashboardService } from "../model.ts";

import { badge, icon, outward } from "./bits.ts";
import { countsOf, find, firstRows, rowsOf, VERDICTS, type Filter, type Found } from "./filter.ts";
import { byService, openIncidents } from "./marks.ts";
import { h, lazy, type Child, type ElementPart, type Part } from "./parts.ts";
import { isBehind } from "./past-age.ts";
import { serviceHash } from "./route.ts";
import { COLUMNS, sloTable } from "./slo-table.ts";
import type { PageState } from "./state.ts";
import { count, countText, DECISION_WORDS, GATE_WORDS, lineText, TONES, VERDICT_WORDS } from "./words.ts";

export interface OverviewInput {
  readonly state: PageState;
  readonly filter: Filter;
  /** So many rows are there already. */
  readonly limit: number;
  readonly onFilter: (filter: Filter) => void;
}

/** The parts of the view, and whether there is more than `limit` lets through. */
export function overview(input: OverviewInput): { readonly parts: readonly Part[]; readonly more: boolean } {
  const { state, filter, limit } = input;
  const { services, marks, at } = state.snapshot ?? { services: [], marks: [], at: 0 };
  const found = find(services, filter);
  const shown = firstRows(found, limit);
  const incidents = incidentsOf(marks);
  const parts = [
    h("h2.unseen", { tabindex: -1 }, "Services"),
    tiles(services, input),
    everybodys(incidents.get("")),
    h(
      "div.list",
      { key: "list" },
      h(
        "div.columns",
        { "aria-hidden": "true", hidden: found.length === 0 },
        ...COLUMNS.map((name) => h("span", {}, name)),
      ),
      ...shown.map((one) => card(one, filter, incidents.get(one.service.name), at)),
    ),
    services.length > 0 && found.length === 0 && nothingFound(input),
    services.length === 0 && state.snapshot !== undefined && noServices(),
  ].filter((part) => part !== false);
  return { parts, more: shown.length < found.length };
}

let known: { readonly marks: readonly DashboardMark[]; readonly found: ReturnType<typeof byService> } | undefined;

/** The same lists for the same marks: what has not changed is not drawn again. */
function incidentsOf(marks: readonly DashboardMark[]): ReturnType<typeof byService> {
  if (known?.marks !== marks) known = { marks, found: byService(openIncidents(marks)) };
  return known.found;
}

function tiles(services: readonly DashboardService[], input: OverviewInput): ElementPart {
  const { filter, onFilter } = input;
  const counts = countsOf(services);
  const all = services.reduce((sum, service) => sum + rowsOf(service).length, 0);
  const found = find(services, filter);
  const rows = found.reduce((sum, one) => sum + one.rows.length, 0);
  const filtered = filter.verdicts.size > 0 || filter.text.trim() !== "";
  const toggle = (verdict: (typeof VERDICTS)[number]): void => {
    const verdicts = new Set(filter.verdicts);
    if (!verdicts.delete(verdict)) verdicts.add(verdict);
    onFilter({ ...filter, verdicts });
  };
  return h(
    "search.finder",
    { key: "finder", "aria-label": "Services and SLOs" },
    h(
      "div.tiles",
      { role: "group", "aria-label": "Show only" },
      ...VERDICTS.map((verdict) =>
        h(
          "button.tile",
          {
            ...{
              key: verdict,
              type: "button",
              "data-tone": verdict,
              class: counts[verdict] === 0 ? "empty" : undefined,
            },
            "aria-pressed": String(filter.verdicts.has(verdict)),
            on: { click: () => toggle(verdict) },
          },
          icon(verdict),
          h("span.many", {}, counts[verdict]),
          h("span.word", {}, VERDICT_WORDS[verdict]),
        ),
      ),
    ),
    h(
      "div.asked",
      {},
      h("label", { for: "search" }, "Find"),
      h("input", {
        ...{ id: "search", type: "search", value: filter.text, placeholder: "Service, SLO or title" },
        ...{ autocomplete: "off", spellcheck: "false" },
        on: {
          input: ({ target }) => onFilter({ ...filter, text: (target as HTMLInputElement).value }),
          // Not every browser empties a search by itself.
          keydown: (event) => {
            if ((event as KeyboardEvent).key !== "Escape") return;
            // Empty already: whoever leaves goes on by keys.
            if (filter.text === "") (event.target as HTMLElement).blur();
            else onFilter({ ...filter, text: "" });
          },
        },
      }),
      h(
        "p.found",
        { role: "status" },
        filtered
          ? `${count(rows, "SLO")} of ${countText(all)} in ${count(found.length, "service")}`
          : `${count(all, "SLO")} in ${count(services.length, "service")}`,
      ),
    ),
  );
}

function everybodys(incidents: readonly DashboardMark[] = []): ElementPart | false {
  return (
    incidents.length > 0 &&
    h("p.everybody", { key: "everybody" }, "Open for all services: ", ...incidents.map((mark) => incident(mark)))
  );
}

function incident({ id, text, url, state }: DashboardMark): ElementPart {
  const told = [h("strong", {}, id), ` ${text}`, ...(state === undefined ? [] : [` (${state})`])];
  return h("span.chip", { key: `incident ${id}`, "data-tone": "critical" }, outward(url, ...told));
}

function card(
  { service, rows }: Found,
  filter: Filter,
  incidents: readonly DashboardMark[] | undefined,
  at: number,
): Part {
  const ticks = service.slos.some(({ exhaustion }) => exhaustion?.kind === "in");
  // A course that is told no more is not drawn any more once it is of before.
  const behind = service.slos.filter(({ past }) => past !== undefined && isBehind(past, at)).length;
  return lazy(service.name, [service, filter, incidents, ticks ? at : 0, behind], () =>
    h(
      "article.service",
      { "data-tone": service.verdict, "aria-label": service.name, style: { "--rows": Math.max(1, rows.length) } },
      h(
        "header",
        {},
        h("h3", {}, h("a", { href: serviceHash(service.name), "data-row": "" }, service.name)),
        badge(service.verdict),
        chips(service),
        ...(incidents ?? []).map(incident),
        service.failure === undefined && h("p.line", {}, lineText(service)),
      ),
      service.failure !== undefined && h("p.failed", {}, "Nothing can be told of it: ", h("span", {}, service.failure)),
      rows.length > 0 && sloTable(service.name, rows, at),
      rows.length === 0 && service.failure === undefined && h("p.none", {}, "It has no SLO."),
    ),
  );
}

function chips({ policy, gate }: DashboardService): Child {
  return [
    policy !== undefined && badge(TONES[policy.decision], DECISION_WORDS[policy.decision]),
    gate !== undefined && badge(TONES[gate.verdict], GATE_WORDS[gate.verdict], gate.reasons.join("\n")),
  ];
}

function nothingFound({ onFilter }: OverviewInput): ElementPart {
  return h(
    "div.nothing",
    { key: "nothing" },
    h("p", {}, "Nothing is called so, or stands so."),
    h("button", { type: "button", on: { click: () => onFilter({ verdicts: new Set(), text: "" }) } }, "Show all"),
  );
}

function noServices(): ElementPart {
  return h(
    "div.nothing",
    { key: "empty" },
    h("p", {}, "There is no service yet."),
    h("p", {}, "Services appear here with their first SLO."),
  );
}
