/** Dashboards as the files that Grafana is provisioned with, and as a ConfigMap for Kubernetes. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { writeYaml } from "../../core/yaml/yaml.ts";

import type { GrafanaDashboards } from "./dashboards.ts";

/** The ConfigMap's own metadata. */
export interface GrafanaConfigMapOptions {
  /** A name as Kubernetes has it: small letters, digits, `-` and `.`. */
  readonly name: string;
  readonly namespace?: string;
  /** Labels by which Grafana's sidecar finds it; `grafana_dashboard: "1"` unless told. */
  readonly labels?: Readonly<Record<string, string>>;
}

const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
const LABEL_NAME = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/;
/** Kubernetes takes no more in one of them. */
const MOST_BYTES = 1_048_576;

/** The text of each dashboard, by the name of its file: its uid, and `.json`. */
export function grafanaDashboardFiles({ overview, detail }: GrafanaDashboards): ReadonlyMap<string, string> {
  return new Map([overview, detail].map((one) => [`${one.uid}.json`, `${JSON.stringify(one, null, 2)}\n`]));
}

/**
 * A ConfigMap with both dashboards, in YAML, for the sidecar that Grafana's Helm chart brings.
 *
 * @throws {@link ConfigurationError} naming the option, or if Kubernetes would not take that much
 *
 * @example
 * ```ts
 * import { grafanaConfigMap, grafanaDashboards } from "nines";
 *
 * const dashboards = grafanaDashboards(`
 *   service_level_objectives:
 *     shop:
 *       availability: { target: 99.9%, measurement_window: 30d }
 * `);
 * const yaml = grafanaConfigMap(dashboards, { name: "slo-dashboards", namespace: "monitoring" });
 * if (!yaml.includes("grafana_dashboard: '1'") || !yaml.includes("nines-overview.json")) throw new Error(yaml);
 * ```
 */
export function grafanaConfigMap(dashboards: GrafanaDashboards, options: GrafanaConfigMapOptions): string {
  checkOptions(options, "grafanaConfigMap", ["name", "namespace", "labels"]);
  const { name, namespace, labels = { grafana_dashboard: "1" } } = options;
  for (const [key, text] of Object.entries({ name, namespace })) {
    if (key === "namespace" && text === undefined) continue;
    if (typeof text === "string" && NAME.test(text)) continue;
    throw invalid(key, `${show(text)} is no name in Kubernetes; use small letters, digits, - and .`);
  }
  for (const [key, text] of Object.entries(labels as Readonly<Record<string, unknown>>)) {
    if (LABEL_NAME.test(key) && typeof text === "string" && LABEL_VALUE.test(text)) continue;
    throw invalid(["labels", key], `${show(key)}: ${show(text)} is no label of Kubernetes`);
  }
  const yaml = writeYaml({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels },
    data: Object.fromEntries(grafanaDashboardFiles(dashboards)),
  });
  const bytes = new TextEncoder().encode(yaml).length;
  if (bytes <= MOST_BYTES) return yaml;
  const instead = "import the files themselves, or make dashboards of fewer SLOs that differ";
  throw invalid(
    [],
    `the dashboards have ${String(bytes)} bytes, and a ConfigMap at most ${String(MOST_BYTES)}; ${instead}`,
  );
}
