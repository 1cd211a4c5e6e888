/** Addresses of Grafana's Explore and of Kibana's Discover, and those that a template makes. */
import { type LinkValues, encoded, filledAddress, filledQuery, readQuery } from "./templates.ts";
import { rison } from "./rison.ts";

/** Logs in Loki, looked at in Grafana's Explore. */
export interface LokiLogs {
  /** Such as `https://grafana.example.com`, with its sub-path if it has one. */
  readonly grafanaUrl: string;
  /** Of the data source in Grafana. */
  readonly datasourceUid: string;
  /** LogQL; `"{service}"`, `"{slo}"`, `"{traceId}"` and `"{incident}"` are filled in. */
  readonly query: string;
}

/** Logs in Elasticsearch, looked at in Kibana's Discover. */
export interface KibanaLogs {
  /** Such as `https://kibana.example.com`, with `/s/SPACE` for a space. */
  readonly url: string;
  /** Id of the data view. */
  readonly index: string;
  /** KQL; filled in as LogQL is. */
  readonly query: string;
}

/** Logs anywhere. */
export interface TemplateLogs {
  /** An address; `{service}`, `{slo}`, `{traceId}`, `{incident}`, `{from}` and `{to}` (epoch milliseconds) are filled in. */
  readonly template: string;
}

/** Where logs are. */
export type LogLinks = { readonly loki: LokiLogs } | { readonly kibana: KibanaLogs } | TemplateLogs;

/** A stretch of time, as each of them has it. */
export interface LinkTimes {
  /** In epoch milliseconds. */
  readonly from: string;
  readonly to: string;
  /** In ISO 8601. */
  readonly fromText: string;
  readonly toText: string;
}

/** The address of logs; undefined where the template asks for a value that there is not, or is none. */
export function logsAddress(logs: LogLinks, values: LinkValues, times: LinkTimes): string | undefined {
  if ("loki" in logs) return exploreAddress(logs.loki, values, times);
  if ("kibana" in logs) return discoverAddress(logs.kibana, values, times);
  return filledAddress(logs.template, { ...values, from: times.from, to: times.to });
}

/** An address that paths are put behind, without its last slash; undefined if it is none of http or https. */
export function baseAddress(text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > 2_000 || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return undefined;
  return url.href.replace(/(?<!\/)\/+$/, "");
}

function exploreAddress(
  { grafanaUrl, datasourceUid: uid, query }: LokiLogs,
  values: LinkValues,
  { from, to }: LinkTimes,
): string | undefined {
  const base = baseAddress(grafanaUrl);
  const expr = queryText(query, "logql", values);
  if (base === undefined || expr === undefined) return undefined;
  const asked = { refId: "A", datasource: { type: "loki", uid }, expr, queryType: "range", editorMode: "code" };
  const panes = { logs: { datasource: uid, queries: [asked], range: { from, to } } };
  return `${base}/explore?schemaVersion=1&panes=${encoded(JSON.stringify(panes))}`;
}

function discoverAddress(
  { url, index, query }: KibanaLogs,
  values: LinkValues,
  { fromText, toText }: LinkTimes,
): string | undefined {
  const base = baseAddress(url);
  const kql = queryText(query, "kql", values);
  if (base === undefined || kql === undefined) return undefined;
  const ofAllApps = { filters: [], refreshInterval: { pause: true, value: 0 }, time: { from: fromText, to: toText } };
  const ofDiscover = {
    columns: [],
    filters: [],
    index,
    interval: "auto",
    query: { language: "kuery", query: kql },
    sort: [["@timestamp", "desc"]],
  };
  return `${base}/app/discover#/?_g=${encoded(rison(ofAllApps))}&_a=${encoded(rison(ofDiscover))}`;
}

function queryText(template: string, language: "logql" | "kql", values: LinkValues): string | undefined {
  const read = readQuery(template, language);
  return "fault" in read ? undefined : filledQuery(read.parts, values);
}
