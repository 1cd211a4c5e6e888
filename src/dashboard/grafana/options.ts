/** What can be told to Grafana's dashboards, checked. */
import { parsePositiveDuration } from "../../core/time/duration.ts";
import { invalid, show } from "../../core/errors.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";
import { parseTags, tagsOf } from "../../core/template.ts";
import type { ConventionName } from "../../rules/convention.ts";
import { type RuleOptions, type RuleSettings, ruleSettings } from "../../rules/options.ts";
import { readPromql } from "../../rules/promql/read.ts";
import { checkLinks, type TelemetryLinks } from "../links/links.ts";

/** The options of `generateRules` that say what is recorded. */
type RecordedBy = Pick<
  RuleOptions,
  "file" | "convention" | "scrapeInterval" | "interval" | "target" | "calendarWindows"
>;

/** How dashboards for Grafana are made. `convention` and its like are as they were given to `generateRules`. */
export interface GrafanaDashboardOptions extends RecordedBy {
  /** Uid of the Prometheus in Grafana; without it people choose, by a variable. */
  readonly datasource?: string;
  /**
   * Matchers of the golden signals of a service that measures itself with nines; `{{ service }}` is the one that was chosen. Those
   * of `target` unless told, `job="{{ service }}"` where that is no template of the service alone. `false`: no such panels.
   */
  readonly signals?: string | false;
  /** Before each title; `nines` unless told. */
  readonly title?: string;
  /** Before `-overview` and `-detail` in the uids; `nines` unless told, `nines-sloth` with that convention. */
  readonly uid?: string;
  /** Tags of the dashboards; `nines` and `slo` unless told. */
  readonly tags?: readonly string[];
  /** How often they ask again, such as `30s`; `1m` unless told, `false`: never. */
  readonly refresh?: string | false;
  /** Uid of the data source that has the annotations, Grafana's own unless told; `false`: no marks on the time axis. */
  readonly annotations?: string | false;
  /** Where traces and logs can be looked at. */
  readonly links?: TelemetryLinks;
}

/** The same without gaps. */
export interface GrafanaSettings {
  readonly rules: RuleSettings;
  readonly convention: ConventionName;
  readonly datasource: string | undefined;
  /** With Grafana's variable for the service in it. */
  readonly signals: string | undefined;
  readonly title: string;
  readonly uid: string;
  readonly tags: readonly string[];
  readonly refresh: string;
  readonly annotations: string | undefined;
  readonly links: TelemetryLinks;
}

const OF_RULES = ["file", "convention", "scrapeInterval", "interval", "target", "calendarWindows"] as const;
const OWN = ["datasource", "signals", "title", "uid", "tags", "refresh", "annotations", "links"] as const;
const USUAL_TARGET = 'job="{{ service }}"';
/** Grafana's own store of annotations. */
const OWN_ANNOTATIONS = "-- Grafana --";

/** @throws {@link ConfigurationError} naming the option and what is allowed */
export function grafanaSettings(options: GrafanaDashboardOptions): GrafanaSettings {
  checkOptions(options, "grafanaDashboards", [...OF_RULES, ...OWN]);
  const given = OF_RULES.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]] as const]));
  const rules = ruleSettings(Object.fromEntries(given));
  const { convention } = rules;
  const { links = {}, refresh = "1m", annotations = OWN_ANNOTATIONS, datasource } = options;
  checkLinks(links, ["links"]);
  if (refresh !== false) parsePositiveDuration(refresh, "refresh");
  const { uid = convention === "sloth" ? "nines-sloth" : "nines", title = "nines", tags = ["nines", "slo"] } = options;
  // Grafana takes 40 characters, of which "-overview" are nine.
  if (typeof uid !== "string" || !/^[A-Za-z0-9_-]{1,31}$/.test(uid)) {
    throw invalid("uid", `${show(uid)} is not possible; use letters, digits, _ and -, at most 31 of them`);
  }
  if (!Array.isArray(tags) || tags.length > 20) throw invalid("tags", `${show(tags)} is no list of at most 20 tags`);
  return {
    rules,
    convention,
    datasource: datasource === undefined ? undefined : text("datasource", datasource, 40),
    signals: signalsOf(options),
    title: text("title", title, 100),
    uid,
    tags: tags.map((tag: unknown, index) => text(["tags", index], tag, 50)),
    refresh: refresh === false ? "" : refresh,
    annotations: annotations === false ? undefined : text("annotations", annotations, 40),
    links,
  };
}

function signalsOf({ signals, target }: GrafanaDashboardOptions): string | undefined {
  if (signals === false) return undefined;
  const template = signals ?? (isOfService(target) ? target : USUAL_TARGET);
  const matchers = parseTags(template, ["signals"])
    .parts.map((part) => {
      if (typeof part === "string") return part;
      if (part.name === "service") return "$service";
      throw invalid("signals", `there is no {{ ${part.name} }}${choices(part.name, ["service"])}`);
    })
    .join("");
  const read = readPromql(`x{${matchers}}`);
  if (matchers.trim() === "" || "fault" in read || read.expression.kind !== "selector") {
    throw invalid("signals", `${show(template)} is no list of matchers; write one such as ${USUAL_TARGET}`);
  }
  return matchers;
}

function isOfService(target: RuleOptions["target"]): target is string {
  return typeof target === "string" && tagsOf(parseTags(target, ["target"])).every(({ name }) => name === "service");
}

function text(path: string | readonly (string | number)[], value: unknown, most: number): string {
  if (typeof value === "string" && value.trim() !== "" && value.length <= most) return value;
  throw invalid(path, `${show(value)} is not possible; write a text of 1 to ${String(most)} characters`);
}
