/** Dashboards as Grafana keeps them, as far as they are made here. Source: `@grafana/schema`. */
import type { Json } from "../../core/json.ts";

export type { Json } from "../../core/json.ts";

/** A data source: its plugin, and which of them. */
export interface GrafanaDatasource {
  readonly type: string;
  readonly uid: string;
}

/** A query to Prometheus. */
export interface GrafanaTarget {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly editorMode: "code";
  readonly range: boolean;
  readonly instant: boolean;
  readonly format: "time_series" | "table";
  /** Whether samples with a trace are asked for as well. */
  readonly exemplar?: boolean;
}

/** Where a panel is: 24 columns, and rows of about 30 pixels. */
export interface GrafanaPlace {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** How fields of some name, or of some query, differ from the others. */
export interface GrafanaOverride {
  readonly matcher: {
    readonly id: "byName" | "byFrameRefID";
    readonly options: string;
    /** Of the samples with a trace instead of the series. Grafana before 13 does not know it, and finds nothing then. */
    readonly scope?: "exemplar";
  };
  readonly properties: readonly { readonly id: string; readonly value: Json }[];
}

/** A link above a dashboard. */
export interface GrafanaLink {
  readonly type: "link";
  readonly title: string;
  readonly url: string;
  readonly tooltip: string;
  readonly icon: string;
  readonly tags: readonly string[];
  readonly asDropdown: boolean;
  readonly targetBlank: boolean;
  readonly includeVars: boolean;
  readonly keepTime: boolean;
}

/** A panel that shows something. */
export interface GrafanaPanel {
  readonly id: number;
  readonly type: "stat" | "table" | "timeseries";
  readonly title: string;
  readonly description: string;
  readonly gridPos: GrafanaPlace;
  readonly datasource: GrafanaDatasource;
  readonly targets: readonly GrafanaTarget[];
  readonly fieldConfig: {
    readonly defaults: Readonly<Record<string, Json>>;
    readonly overrides: readonly GrafanaOverride[];
  };
  readonly options: Readonly<Record<string, Json>>;
  readonly transformations?: readonly { readonly id: string; readonly options: Json }[];
  /** Queries have no smaller step. */
  readonly interval?: string;
  /** How far back it looks, whatever the dashboard shows. */
  readonly timeFrom?: string;
  readonly hideTimeOverride?: boolean;
}

/** A heading between panels. */
export interface GrafanaRow {
  readonly id: number;
  readonly type: "row";
  readonly title: string;
  readonly gridPos: GrafanaPlace;
  readonly collapsed: boolean;
  readonly panels: readonly GrafanaPanel[];
}

/** A variable that people choose, or that follows from what they chose. */
export interface GrafanaVariable {
  readonly name: string;
  readonly label: string;
  readonly type: "datasource" | "query";
  readonly datasource?: GrafanaDatasource;
  readonly query: string | { readonly query: string; readonly refId: string };
  readonly regex: string;
  /** 1 where the dashboard loads, 2 where its time changes. */
  readonly refresh: 1 | 2;
  /** 1 is alphabetical. */
  readonly sort: 0 | 1;
  /** 2 is not at all. */
  readonly hide: 0 | 2;
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue?: string;
  readonly options: readonly [];
}

/** Marks on the time axis, by their tags. */
export interface GrafanaAnnotations {
  readonly name: string;
  readonly datasource: GrafanaDatasource;
  readonly enable: boolean;
  readonly hide: boolean;
  readonly iconColor: string;
  readonly target: {
    readonly limit: number;
    readonly matchAny: boolean;
    readonly tags: readonly string[];
    readonly type: "tags";
  };
}

/** A dashboard. It is plain JSON: `JSON.stringify` makes the file that Grafana imports. */
export interface GrafanaDashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly editable: boolean;
  /** 1: the cursor stands at one time in all panels. */
  readonly graphTooltip: 1;
  readonly timezone: string;
  readonly refresh: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly templating: { readonly list: readonly GrafanaVariable[] };
  readonly annotations: { readonly list: readonly GrafanaAnnotations[] };
  readonly links: readonly GrafanaLink[];
  readonly panels: readonly (GrafanaPanel | GrafanaRow)[];
}
