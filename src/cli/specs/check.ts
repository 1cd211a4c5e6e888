/** `nines check`. */
import type { CommandSpec } from "../spec.ts";
import { COMMON, generated, PROMETHEUS } from "./common.ts";

/** What is wrong with documents. */
export const CHECK: CommandSpec = {
  name: "check",
  summary: "checks documents, and whether a Prometheus has what the SLOs are about",
  usage: "FILE... [OPTION...]",
  least: 1,
  most: Infinity,
  about: [
    "Reads SLOs, policies, composites and exclusions, and generates the rules; reads runbooks, on-call schedules with their " +
      "escalation, alert routes and answers about maturity, each in files of their own. All faults of all files are told at once as " +
      "FILE:LINE:COLUMN: PATH: MESSAGE, then remarks. With a Prometheus each SLO is looked up there: whether it has had data " +
      "in the last hour, and whether its rules are recorded as they would be now.",
  ],
  groups: [
    { title: "Strictness", options: [{ name: "strict", help: "remarks make the exit code 1" }] },
    PROMETHEUS,
    generated("rolling"),
    COMMON,
  ],
  exits: [
    [0, "no faults"],
    [1, "no faults but remarks, and --strict"],
    [2, "faults, an unreadable file, or a Prometheus that does not answer"],
  ],
  examples: ["nines check slo.yaml --strict", "nines check slo/*.yaml --prometheus http://prometheus:9090"],
  load: async () => (await import("../commands/check.ts")).check,
};
