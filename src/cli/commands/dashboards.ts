/** Writes the dashboards of SLO documents. */
import { join } from "node:path";

import { ConfigurationError } from "../../core/errors.ts";
import { grafanaDashboards } from "../../dashboard/grafana/dashboards.ts";
import { grafanaConfigMap, grafanaDashboardFiles } from "../../dashboard/grafana/files.ts";
import { type GrafanaDashboardOptions, grafanaSettings } from "../../dashboard/grafana/options.ts";
import type { LogLinks, TelemetryLinks } from "../../dashboard/links/links.ts";

import { checkFiles } from "../checked.ts";
import { DocumentError } from "../exit.ts";
import { aboutDocument } from "../faults.ts";
import { writeText } from "../files.ts";
import type { Given } from "../given.ts";
import { writeJson } from "../json.ts";
import { fromOptions, pairsOf } from "../options.ts";
import { oneLine } from "../paint.ts";
import { ruleOptionsOf } from "../rule-options.ts";
import type { Action } from "../spec.ts";

/** The option behind each of {@link GrafanaDashboardOptions}. */
const OPTION_OF: Readonly<Record<string, string>> = {
  datasource: "datasource",
  title: "title",
  uid: "uid",
  tags: "tag",
  refresh: "refresh",
  signals: "signals",
  target: "target",
  // Of links.
  jaeger: "jaeger",
  zipkin: "zipkin",
  grafanaUrl: "loki",
  datasourceUid: "loki-datasource",
  url: "kibana",
  index: "kibana-index",
  query: "logs-query",
};
const TEXTS = ["datasource", "title", "uid", "refresh", "signals"] as const;
const BOTH = [
  ["loki", "loki-datasource"],
  ["loki-datasource", "loki"],
  ["loki", "logs-query"],
  ["kibana", "kibana-index"],
  ["kibana-index", "kibana"],
  ["kibana", "logs-query"],
] as const;

/** `nines dashboards`. */
export const dashboards: Action = async ({ given, io }) => {
  checkOutput(given);
  const options = optionsFrom(given);
  const { read, faults } = await checkFiles(given.words, ruleOptionsOf(given), io);
  if (faults.length > 0) throw new DocumentError(faults);
  const out = given.text("out");
  if (out === undefined && !given.has("json") && given.text("format") !== "config-map") {
    throw given.fault("--out is missing, the folder to write to");
  }
  if (read.length === 0) throw new DocumentError([{ file: undefined, path: [], message: "there are no SLOs" }]);
  const slos = read.flatMap(({ document }) => document.slos.slos);
  const files = aboutDocument(given.words.join(", "), () => filesOf(given, grafanaDashboards(slos, options)));
  const written = out === undefined ? [] : [...files.keys()].map((name) => join(out, name));
  for (const [name, text] of files) if (out !== undefined) writeText(join(out, name), text);
  if (given.has("json")) {
    await writeJson(io.stdout, { command: "dashboards", files: written, dashboards: Object.fromEntries(files) });
  } else if (out === undefined) await io.stdout.write([...files.values()].join(""));
  else await io.stderr.write(written.map((path) => `${oneLine(`wrote ${path}`)}\n`).join(""));
  return 0;
};

function filesOf(given: Given, made: ReturnType<typeof grafanaDashboards>): ReadonlyMap<string, string> {
  if (given.text("format") !== "config-map") return grafanaDashboardFiles(made);
  const [name = "", namespace, labels] = [given.text("name"), given.text("namespace"), pairsOf(given, "label")];
  const text = fromOptions(given, { name: "name", namespace: "namespace", labels: "label" }, () =>
    grafanaConfigMap(made, {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
    }),
  );
  return new Map([[`${name}.yaml`, text]]);
}

function checkOutput(given: Given): void {
  const isConfigMap = given.text("format") === "config-map";
  if (isConfigMap && !given.has("name")) throw given.fault("--format config-map needs --name, the ConfigMap's own");
  for (const name of ["name", "namespace", "label"]) {
    if (!isConfigMap && given.has(name)) throw given.fault(`--${name} is of a ConfigMap; add --format config-map`);
  }
  given.atMostOne("signals", "without-signals");
  given.atMostOne("jaeger", "zipkin");
  given.atMostOne("loki", "kibana");
  for (const [name, other] of BOTH) given.needs(name, other, "logs are found by both");
  if (given.has("logs-query") && !given.has("loki") && !given.has("kibana")) {
    throw given.fault("--logs-query needs --loki or --kibana: where the logs are");
  }
}

function optionsFrom(given: Given): GrafanaDashboardOptions {
  const links = linksFrom(given);
  const options: GrafanaDashboardOptions = {
    ...ruleOptionsOf(given),
    ...Object.fromEntries(TEXTS.flatMap((name) => (given.has(name) ? [[name, given.text(name)]] : []))),
    ...(given.has("tag") ? { tags: given.all("tag") } : {}),
    ...(given.has("without-signals") ? { signals: false } : {}),
    ...(given.has("without-annotations") ? { annotations: false } : {}),
    links,
  };
  // Later, what is wrong with an option could not be told from what is wrong with a document.
  fromOptions(given, OPTION_OF, () => {
    try {
      return grafanaSettings(options);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      // A link's own field is what an option has given.
      throw new ConfigurationError(
        error.issues.map(({ path, ...issue }) => ({ ...issue, path: path[0] === "links" ? path.slice(-1) : path })),
      );
    }
  });
  return options;
}

function linksFrom(given: Given): TelemetryLinks {
  const [jaeger, zipkin] = [given.text("jaeger"), given.text("zipkin")];
  const traces = jaeger === undefined ? (zipkin === undefined ? undefined : { zipkin }) : { jaeger };
  const logs = logsFrom(given);
  return { ...(traces === undefined ? {} : { traces }), ...(logs === undefined ? {} : { logs }) };
}

function logsFrom(given: Given): LogLinks | undefined {
  const query = given.text("logs-query") ?? "";
  const [loki, kibana] = [given.text("loki"), given.text("kibana")];
  if (loki !== undefined) {
    return { loki: { grafanaUrl: loki, datasourceUid: given.text("loki-datasource") ?? "", query } };
  }
  return kibana === undefined ? undefined : { kibana: { url: kibana, index: given.text("kibana-index") ?? "", query } };
}
