/** What stands around the panels of a dashboard: variables, marks on the time axis, links. */
import { encoded } from "../links/templates.ts";
import { logsAddress } from "../links/addresses.ts";
import { traceAddress } from "../links/links.ts";
import type { SloExpressions } from "./expressions.ts";
import type {
  GrafanaAnnotations,
  GrafanaDashboard,
  GrafanaDatasource,
  GrafanaLink,
  GrafanaOverride,
  GrafanaVariable,
} from "./model.ts";
import type { GrafanaSettings } from "./options.ts";
import { field } from "./panels.ts";

/** Which dashboard. */
export type DashboardKind = "overview" | "detail";

/** A dashboard, but for what it shows. */
export function frame(
  settings: GrafanaSettings,
  kind: DashboardKind,
): Pick<
  GrafanaDashboard,
  "uid" | "tags" | "schemaVersion" | "editable" | "graphTooltip" | "timezone" | "refresh" | "annotations"
> {
  return {
    uid: uidOf(settings, kind),
    tags: settings.tags,
    // That of Grafana 10.4 and 11; later ones bring it up to theirs when they read it.
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    timezone: "browser",
    refresh: settings.refresh,
    annotations: { list: annotations(settings, kind) },
  };
}

export function uidOf({ uid }: GrafanaSettings, kind: DashboardKind): string {
  return `${uid}-${kind}`;
}

/** The Prometheus that is asked. */
export function datasourceOf({ datasource }: GrafanaSettings): GrafanaDatasource {
  return { type: "prometheus", uid: datasource ?? "${datasource}" };
}

/** The variables `datasource` (unless it is fixed) and `service`; several services or all of them in the overview. */
export function variables(settings: GrafanaSettings, slos: SloExpressions): readonly GrafanaVariable[] {
  const chosen: GrafanaVariable = {
    ...VARIABLE,
    name: "datasource",
    label: "Prometheus",
    type: "datasource",
    query: "prometheus",
    refresh: 1,
  };
  const isAll = slos.scope === "all";
  const service: GrafanaVariable = {
    ...query(settings, "service", `label_values(${slos.info}, ${slos.serviceLabel})`),
    label: "Service",
    multi: isAll,
    includeAll: isAll,
    ...(isAll ? { allValue: ".+" } : {}),
  };
  return [...(settings.datasource === undefined ? [chosen] : []), service];
}

/** The variable `slo`, and that of its window in seconds, which nobody sees. */
export function sloVariables(settings: GrafanaSettings, slos: SloExpressions): readonly GrafanaVariable[] {
  const ofService = `${slos.info}{${slos.serviceLabel}="$service"}`;
  return [
    { ...query(settings, "slo", `label_values(${ofService}, ${slos.sloLabel})`), label: "SLO" },
    {
      ...query(settings, "window", `query_result(${slos.windowSeconds})`),
      label: "Window",
      // It is given as "{labels} value time".
      regex: "/\\} (\\d+)/",
      sort: 0,
      hide: 2,
    },
  ];
}

/** A link above a dashboard. */
export function link(title: string, url: string, look: Partial<GrafanaLink>): GrafanaLink {
  return {
    type: "link",
    title,
    url,
    tooltip: "",
    icon: "external link",
    tags: [],
    asDropdown: false,
    targetBlank: true,
    includeVars: false,
    keepTime: false,
    ...look,
  };
}

/** To the logs of the chosen service in the time that is shown; none where their template asks for more than that. */
export function logLinks({ links, convention }: GrafanaSettings): readonly GrafanaLink[] {
  if (links.logs === undefined) return [];
  // Words that no escape changes stand for Grafana's variables, which are put into their places.
  const [service, slo, from, to] = ["SERVICE", "SLO", "FROM", "TO"].map((word) => `NINES0${word}0`) as [
    string,
    string,
    string,
    string,
  ];
  const isText = "kibana" in links.logs;
  const url = logsAddress(links.logs, { service, slo }, { from, to, fromText: from, toText: to });
  if (url === undefined) return [];
  const id =
    convention === "sloth" ? `\${service:percentencode}${encoded("/")}\${slo:percentencode}` : "${slo:percentencode}";
  const filled = url
    .replaceAll(service, "${service:percentencode}")
    .replaceAll(slo, id)
    .replaceAll(from, isText ? "${__from:date:iso}" : "${__from}")
    .replaceAll(to, isText ? "${__to:date:iso}" : "${__to}");
  return [link("Logs", filled, { tooltip: "Logs of this service in the time that is shown" })];
}

/** To the trace of the sample that is pointed at. */
export function traceLinks({ links: { traces } }: GrafanaSettings): readonly GrafanaOverride[] {
  const id = "NINES0TRACE0";
  const url = traces === undefined ? undefined : traceAddress(traces, id)?.replaceAll(id, "${__value.raw}");
  if (url === undefined) return [];
  const { matcher, properties } = field("trace_id", { links: [{ title: "Trace", url, targetBlank: true }] });
  return [{ matcher: { ...matcher, scope: "exemplar" }, properties }];
}

function annotations({ annotations: uid }: GrafanaSettings, kind: DashboardKind): readonly GrafanaAnnotations[] {
  if (uid === undefined) return [];
  const marks = (name: string, tag: string, iconColor: string, isOfService = true): GrafanaAnnotations => ({
    name,
    datasource: { type: "grafana", uid },
    enable: true,
    hide: false,
    iconColor,
    target: {
      limit: 200,
      matchAny: false,
      tags: kind === "detail" && isOfService ? [tag, "$service"] : [tag],
      type: "tags",
    },
  });
  return [
    marks("Incidents", "incident", "red"),
    marks("Deployments", "deployment", "blue"),
    // Which services it strikes is known when it has ended.
    marks("Chaos", "chaos", "purple", false),
  ];
}

const VARIABLE = {
  regex: "",
  refresh: 2,
  sort: 1,
  hide: 0,
  multi: false,
  includeAll: false,
  options: [],
} as const;

function query(settings: GrafanaSettings, name: string, text: string): GrafanaVariable {
  return {
    ...VARIABLE,
    name,
    label: name,
    type: "query",
    datasource: datasourceOf(settings),
    query: { query: text, refId: name },
  };
}
