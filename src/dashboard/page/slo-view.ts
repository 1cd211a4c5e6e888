/** One SLO: its figures, its course, its alerts, and what failed it. */
import { durationText } from "../../core/time/duration-text.ts";
import type { DashboardComposite, DashboardService, DashboardSlo } from "../model.ts";

import { budgetBar, moment, section, term } from "./bits.ts";
import { burnTable } from "./burn-table.ts";
import { sloCharts } from "./charts/index.ts";
import { isComposite, rowsOf, type Row } from "./filter.ts";
import { markList, traceList } from "./mark-list.ts";
import { marksOf } from "./marks.ts";
import { drawn, h, type Child, type ElementPart, type Part } from "./parts.ts";
import { serviceHash } from "./route.ts";
import type { PageState } from "./state.ts";
import { stretchText } from "./times.ts";
import { missing, viewHead } from "./view-head.ts";
import * as words from "./words.ts";

/** An SLO or a composite by its id. */
export function findRow(
  snapshot: PageState["snapshot"],
  id: string,
): { readonly service: DashboardService; readonly row: Row } | undefined {
  for (const service of snapshot?.services ?? []) {
    const row = rowsOf(service).find((one) => one.id === id);
    if (row !== undefined) return { service, row };
  }
  return undefined;
}

export function sloView({ snapshot }: PageState, id: string): readonly Part[] {
  const found = findRow(snapshot, id);
  if (snapshot === undefined || found === undefined) return missing("SLO", id, snapshot === undefined);
  const { service, row } = found;
  const marks = marksOf(snapshot.marks, service.name, id);
  return [
    viewHead({
      path: [{ text: service.name, href: serviceHash(service.name) }],
      ...{ name: row.name, verdict: row.verdict, reasons: row.reasons },
      about: aboutOf(row),
    }),
    ...(isComposite(row) ? [compositeFigures(row)] : sloParts(row, marks, snapshot.at)),
    section("marks", "What happened", marks.length === 0 ? h("p.none", {}, "Nothing that is known.") : markList(marks)),
  ];
}

function aboutOf(row: Row): readonly Child[] {
  const title = isComposite(row) ? undefined : row.title;
  const kind = isComposite(row) ? `Composite: ${row.made}` : words.kindWord(row.kind);
  return [
    title !== undefined && h("p.title", {}, title),
    row.description !== undefined && h("p.line", {}, row.description),
    h("p.about", {}, `${kind} · ${row.objective === undefined ? "" : `${row.objective} over `}${row.window}`),
  ];
}

function sloParts(slo: DashboardSlo, marks: ReturnType<typeof marksOf>, at: number): readonly Part[] {
  const { state, burns, traces = [], past, latency } = slo;
  const nothing = words.nothingText(state);
  const drawable = past !== undefined || latency?.past !== undefined;
  return [
    nothing === undefined
      ? figures(slo, at)
      : h("div.nothing", { key: "nothing" }, h("p", {}, `${nothing}.`), h("p", {}, words.toDoText(state))),
    ...(drawable || nothing === undefined
      ? [
          section(
            "course",
            "How it went",
            drawable
              ? drawn("course", [slo, at, ...marks], sloCharts, { slo, marks, at })
              : h("p.none", {}, "Its course is not known here."),
          ),
        ]
      : []),
    ...(burns.length === 0 ? [] : [section("burns", "Burn rates", burnTable(burns))]),
    details(slo, at),
    ...(traces.length === 0 ? [] : [section("traces", "Requests that failed it", traceList(traces))]),
  ];
}

/** What is asked first. */
function figures(slo: DashboardSlo, at: number): ElementPart {
  const { exhaustion } = slo;
  const pace = words.presentPace(slo);
  return h(
    "dl.figures.main",
    { key: "figures" },
    budgetTerm(slo),
    sliTerm(slo.sliRatio, `${slo.objective} promised`),
    term(
      "Burn rate",
      h("span.large", {}, words.paceText(pace?.rate)),
      pace !== undefined && h("span.about", {}, `over ${durationText(pace.windowMs)}`),
    ),
    term(
      "At this pace",
      h("span.large", {}, AT_THIS_PACE[exhaustion?.kind ?? "unknown"] ?? words.exhaustionText(slo, at)),
      exhaustion?.at !== undefined && h("span.about", {}, moment(exhaustion.at)),
    ),
  );
}

const AT_THIS_PACE: Readonly<Record<string, string>> = { never: "it lasts", exhausted: "used up" };

function details(slo: DashboardSlo, at: number): ElementPart {
  const { good, total, coverage, range, remainingEvents, remainingMinutes, exhaustion, forecast, latency } = slo;
  const unit = slo.kind === "throughput" ? " time slices" : "";
  const percentiles = [
    ["p50", latency?.p50Ms],
    ["p95", latency?.p95Ms],
    ["p99", latency?.p99Ms],
  ].map(([name, value]) => `${String(name)} ${words.latencyText(value as number | undefined)}`);
  return section(
    "details",
    "Figures",
    h(
      "dl.details",
      {},
      term("Good", `${words.countText(good)} of ${words.countText(total)}${unit}`),
      remainingEvents !== undefined && term("May still fail", `${words.countText(remainingEvents)}${unit}`),
      remainingMinutes !== undefined && term("Minutes left", words.minutesLeft(remainingMinutes)),
      exhaustion !== undefined &&
        exhaustion.kind !== "unknown" &&
        term("Runs out", words.exhaustionText(slo, at), exhaustion.at !== undefined && [", ", moment(exhaustion.at)]),
      forecast !== undefined && term("Forecast", forecast.text),
      forecast?.probability !== undefined && term("Chance to run out", words.ratioText(forecast.probability)),
      term("Window", `${slo.window}: `, moment(range.start, stretchText(range.start, range.end))),
      term("Watched", `${words.ratioText(coverage)} of the window`),
      latency?.thresholdMs !== undefined && term("Good below", words.latencyText(latency.thresholdMs)),
      latency !== undefined && term("Latency", `${percentiles.join(", ")} over ${durationText(latency.windowMs)}`),
    ),
  );
}

function compositeFigures(composite: DashboardComposite): ElementPart {
  const { sliRatio, objective } = composite;
  const promise = objective === undefined ? "each keeps its own objective" : `${objective} promised`;
  return h("dl.figures.main", { key: "figures" }, budgetTerm(composite), sliTerm(sliRatio, promise));
}

function budgetTerm({ remainingRatio, remainingMinutes, verdict }: DashboardSlo | DashboardComposite): ElementPart {
  return term(
    "Budget left",
    h("span.large", {}, words.ratioText(remainingRatio)),
    budgetBar(remainingRatio, verdict),
    h("span.about", {}, words.minutesLeft(remainingMinutes)),
  );
}

function sliTerm(sliRatio: number | undefined, promise: string): ElementPart {
  return term("SLI", h("span.large", {}, words.ratioText(sliRatio)), h("span.about", {}, promise));
}
