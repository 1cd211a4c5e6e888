/** `nines dashboards`. */
import type { CommandSpec } from "../spec.ts";
import { COMMON, RECORDED } from "./common.ts";

/** From SLO documents to dashboards for Grafana. */
export const DASHBOARDS: CommandSpec = {
  name: "dashboards",
  summary: "writes Grafana's dashboards of SLO documents, over what their rules record",
  usage: "FILE... --out DIR [OPTION...]",
  least: 1,
  most: Infinity,
  about: [
    "Writes two dashboards as JSON: all SLOs by what needs attention, and one SLO that is chosen there. They ask a Prometheus " +
      "that runs the rules of `nines rules`. Documents of OpenSLO, Sloth and Pyrra are recognised. `-` is the standard input.",
  ],
  groups: [
    {
      title: "Output",
      options: [
        {
          name: "out",
          alias: "output",
          short: "o",
          value: "DIR",
          help: "where to: UID-overview.json and UID-detail.json",
        },
        {
          name: "format",
          value: "FORMAT",
          choices: ["json", "config-map"],
          help: "files that Grafana imports, or a ConfigMap for its sidecar, NAME.yaml, to stdout without --out; json unless told",
        },
        { name: "name", value: "NAME", help: "name of the ConfigMap" },
        { name: "namespace", value: "NAME", help: "namespace of the ConfigMap" },
        {
          name: "label",
          value: "NAME=VALUE",
          repeatable: true,
          help: "a label of the ConfigMap; grafana_dashboard=1 unless told",
        },
      ],
    },
    {
      title: "Dashboards",
      options: [
        { name: "datasource", value: "UID", help: "the Prometheus in Grafana; people choose one unless told" },
        { name: "title", value: "TEXT", help: "before each title; nines unless told" },
        {
          name: "uid",
          value: "TEXT",
          help: "before -overview and -detail in the uids; nines, or nines-sloth, unless told",
        },
        { name: "tag", value: "TAG", repeatable: true, help: "a tag of the dashboards; nines and slo unless told" },
        { name: "refresh", value: "TIME", help: "how often they ask again; 1m unless told" },
        {
          name: "signals",
          value: "MATCHERS",
          help: "matchers of the golden signals of a service; those of --target unless told",
        },
        { name: "without-signals", help: "no panels of golden signals" },
        { name: "without-annotations", help: "no marks of incidents, deployments and chaos" },
      ],
    },
    {
      title: "Traces and logs",
      about: 'A query for logs has "{service}" and "{slo}" where their names go, in quotes.',
      options: [
        { name: "jaeger", value: "URL", help: "where traces can be looked at" },
        { name: "zipkin", value: "URL", help: "the same in Zipkin" },
        { name: "loki", value: "URL", help: "a Grafana in which logs can be looked at" },
        { name: "loki-datasource", value: "UID", help: "the Loki in that Grafana" },
        { name: "kibana", value: "URL", help: "a Kibana in which logs can be looked at" },
        { name: "kibana-index", value: "ID", help: "the data view in that Kibana" },
        { name: "logs-query", value: "QUERY", help: "in LogQL or KQL" },
      ],
    },
    {
      ...RECORDED,
      options: [
        ...RECORDED.options,
        { name: "interval", value: "TIME", help: "how often rules are evaluated; 1m unless told" },
        {
          name: "calendar-windows",
          value: "WHAT",
          choices: ["refuse", "rolling"],
          help: "what became of calendar windows; refuse unless told",
        },
      ],
    },
    COMMON,
  ],
  exits: [[0, "the dashboards are written"]],
  examples: [
    "nines dashboards slo.yaml --out dashboards",
    "nines dashboards slo/*.yaml --convention sloth --out dashboards",
    "nines dashboards slo.yaml --format config-map --name slo-dashboards | kubectl apply -f -",
  ],
  load: async () => (await import("../commands/dashboards.ts")).dashboards,
};
