/** `nines rules`. */
import type { CommandSpec } from "../spec.ts";
import { COMMON, generated } from "./common.ts";

/** From SLO documents to the rules of a Prometheus. */
export const RULES: CommandSpec = {
  name: "rules",
  summary: "writes the recording rules and alerts of SLO documents",
  usage: "FILE... [OPTION...]",
  least: 1,
  most: Infinity,
  about: [
    "Writes the rules of all SLOs in the documents as YAML, to stdout unless told otherwise. Documents of OpenSLO, Sloth and " +
      "Pyrra are recognised. `-` is the standard input. What their authors should know goes to stderr; nothing is written if " +
      "there is a fault.",
  ],
  groups: [
    {
      title: "Output",
      options: [
        { name: "output", alias: "out", short: "o", value: "FILE", help: "one file with the rules of all services" },
        { name: "by-service", value: "DIR", help: "a file for each service, SERVICE.yml" },
        { name: "tests", value: "DIR", help: "tests of the rules for promtool too, SERVICE/SLO.test.yml" },
        {
          name: "format",
          value: "FORMAT",
          choices: ["rules", "prometheus-rule"],
          help: "a rule file, or a resource for the Prometheus operator; rules unless told",
        },
        { name: "name", value: "NAME", help: "name of the resource; with --by-service it is NAME-SERVICE" },
        { name: "namespace", value: "NAME", help: "namespace of the resource" },
        { name: "label", value: "NAME=VALUE", repeatable: true, help: "a label of the resource" },
      ],
    },
    generated("refuse"),
    COMMON,
  ],
  exits: [[0, "the rules are written"]],
  examples: [
    "nines rules slo.yaml > slo-rules.yml",
    "nines rules slo/*.yaml --by-service rules --tests rules/tests",
    "nines rules slo.yaml --format prometheus-rule --name slo --label release=prometheus | kubectl apply -f -",
  ],
  load: async () => (await import("../commands/rules.ts")).rules,
};
