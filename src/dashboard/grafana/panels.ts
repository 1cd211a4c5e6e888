/** Panels, as Grafana wants them: what they show is told, what they look like is the same throughout. */
import type { GrafanaDatasource, GrafanaOverride, GrafanaPanel, GrafanaTarget, Json } from "./model.ts";

type Fields = Readonly<Record<string, Json>>;

/** A panel that has no place yet. */
export type UnplacedPanel = Omit<GrafanaPanel, "id" | "gridPos">;

/** A query, and what its series are called. */
export interface Query {
  readonly expr: string;
  readonly legend?: string;
  /** Whether samples with a trace are asked for as well. */
  readonly exemplars?: boolean;
}

/** What every panel is told. */
export interface PanelTexts {
  readonly title: string;
  readonly description: string;
  readonly datasource: GrafanaDatasource;
}

/** Colours of thresholds; what they mean stands in words beside them. */
export const GOOD = "green";
export const FAIR = "orange";
export const POOR = "red";
export const UNKNOWN = "purple";

/** Thresholds: the first colour up to the first step, and so on. */
export function thresholds(first: string, ...steps: readonly (readonly [value: number, color: string])[]): Fields {
  const rest = steps.map(([value, color]) => ({ value, color }));
  return { thresholds: { mode: "absolute", steps: [{ value: null, color: first }, ...rest] } };
}

/** Values in words: each has its own text and colour. */
export function inWords(words: readonly { readonly text: string; readonly color: string }[]): Fields {
  const options = words.map(({ text, color }, index) => [String(index), { text, color, index }] as const);
  return { mappings: [{ type: "value", options: Object.fromEntries(options) }] };
}

/** What stands for no value at all. */
export function withoutValue(text: string, color: string): Fields {
  return {
    noValue: text,
    mappings: [{ type: "special", options: { match: "null+nan", result: { text, color, index: 0 } } }],
  };
}

/** How fields of a name differ from the others. */
export function field(name: string, properties: Fields): GrafanaOverride {
  return { matcher: { id: "byName", options: name }, properties: listed(properties) };
}

/** How series of a query differ from the others. */
export function ofQuery(refId: string, properties: Fields): GrafanaOverride {
  return { matcher: { id: "byFrameRefID", options: refId }, properties: listed(properties) };
}

/** A line that something is held against: dashed, in one colour, without an area below it. */
export function limitLine(color: string): Fields {
  return {
    color: { mode: "fixed", fixedColor: color },
    "custom.lineStyle": { fill: "dash", dash: [8, 6] },
    "custom.fillOpacity": 0,
    "custom.lineWidth": 2,
  };
}

/** The name of the `index`th query. */
export function refIdOf(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** Lines over time. */
export function timeseries(
  texts: PanelTexts,
  queries: readonly Query[],
  look: { readonly fields: Fields; readonly overrides?: readonly GrafanaOverride[]; readonly stacked?: boolean },
): UnplacedPanel {
  const custom = {
    drawStyle: "line",
    lineInterpolation: "linear",
    lineWidth: 1,
    fillOpacity: look.stacked === true ? 30 : 8,
    showPoints: "never",
    spanNulls: 300_000,
    axisPlacement: "auto",
    stacking: { mode: look.stacked === true ? "normal" : "none", group: "A" },
  };
  return {
    type: "timeseries",
    ...texts,
    interval: "1m",
    targets: queries.map((query, index) => target(query, index, "range")),
    fieldConfig: {
      defaults: { color: { mode: "palette-classic" }, ...look.fields, custom },
      overrides: look.overrides ?? [],
    },
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true, calcs: ["lastNotNull"] },
      tooltip: { mode: "multi", sort: "desc" },
    },
  };
}

/** One figure. */
export function stat(texts: PanelTexts, expr: string, fields: Fields): UnplacedPanel {
  return {
    type: "stat",
    ...texts,
    targets: [target({ expr }, 0, "instant")],
    fieldConfig: { defaults: { color: { mode: "thresholds" }, ...fields }, overrides: [] },
    options: {
      colorMode: "value",
      graphMode: "none",
      justifyMode: "auto",
      orientation: "auto",
      percentChangeColorMode: "standard",
      reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
      showPercentChange: false,
      textMode: "auto",
      wideLayout: true,
    },
  };
}

/** A column of a table: a query's values, or a label. */
export interface Column {
  readonly name: string;
  /** A label's name, or a query. */
  readonly of: string | Query;
  readonly fields?: Fields;
}

/** Rows of labels and figures, joined by the labels. */
export function table(
  texts: PanelTexts,
  columns: readonly Column[],
  look: {
    readonly hidden: readonly string[];
    readonly sortBy: readonly (readonly [name: string, descending: boolean])[];
    readonly noValue: string;
  },
): UnplacedPanel {
  const queries = columns.flatMap(({ of }) => (typeof of === "string" ? [] : [of]));
  const sourceOf = ({ of }: Column): string => {
    if (typeof of === "string") return of;
    // With one query its values have no letter.
    return queries.length === 1 ? "Value" : `Value #${refIdOf(queries.indexOf(of))}`;
  };
  const hidden = ["Time", ...look.hidden].map((name) => [name, true] as const);
  return {
    type: "table",
    ...texts,
    targets: queries.map((query, index) => target(query, index, "table")),
    transformations: [
      { id: "merge", options: {} },
      {
        id: "organize",
        options: {
          excludeByName: Object.fromEntries(hidden),
          indexByName: Object.fromEntries(columns.map((column, index) => [sourceOf(column), index])),
          renameByName: Object.fromEntries(columns.map((column) => [sourceOf(column), column.name])),
        },
      },
    ],
    fieldConfig: {
      defaults: {
        color: { mode: "thresholds" },
        noValue: look.noValue,
        ...thresholds("text"),
        custom: { align: "auto", cellOptions: { type: "auto" }, filterable: true, inspect: false },
      },
      overrides: columns.flatMap(({ name, fields }) => (fields === undefined ? [] : [field(name, fields)])),
    },
    options: {
      cellHeight: "sm",
      frameIndex: 0,
      showHeader: true,
      sortBy: look.sortBy.map(([displayName, desc]) => ({ displayName, desc })),
    },
  };
}

function target(
  { expr, legend = "__auto", exemplars = false }: Query,
  index: number,
  kind: "range" | "instant" | "table",
): GrafanaTarget {
  return {
    refId: refIdOf(index),
    expr,
    legendFormat: legend,
    editorMode: "code",
    range: kind === "range",
    instant: kind !== "range",
    format: kind === "table" ? "table" : "time_series",
    ...(exemplars ? { exemplar: true } : {}),
  };
}

function listed(properties: Fields): readonly { readonly id: string; readonly value: Json }[] {
  return Object.entries(properties).map(([id, value]) => ({ id, value }));
}
