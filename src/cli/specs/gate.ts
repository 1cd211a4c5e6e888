/** `nines gate`. */
import type { CommandSpec } from "../spec.ts";
import { ASKED_FOR, COMMON, PROMETHEUS, RECORDED } from "./common.ts";

/** Whether a service may be released. */
export const GATE: CommandSpec = {
  name: "gate",
  summary: "answers whether a service may be released, by its exit code",
  usage: "FILE [SERVICE...] --prometheus URL [OPTION...]",
  least: 1,
  most: Infinity,
  about: [
    "Asks the policy of each service about its SLOs as they stand now. Without a service all of the document are asked about; " +
      "the strictest answer counts. Services without a policy of their own are under the document's default, or halted above " +
      "80 % of a consumed budget.",
    "When nobody can tell, since Prometheus does not answer or has no data, the exit code is 3 and the caller decides, unless " +
      "--fail-open or --fail-closed does.",
  ],
  groups: [
    {
      title: "Decision",
      options: [
        { name: "service", value: "NAME", repeatable: true, help: "the same as SERVICE" },
        { name: "fail-open", help: "lets pass, with a warning on stderr, when nobody can tell" },
        { name: "fail-closed", help: "blocks when nobody can tell" },
        { name: "allow-warn", help: "exits with 0 for a warning" },
        {
          name: "override",
          value: "WHAT",
          choices: ["allow", "halt"],
          help: "a person's word against the policy's; it is told in the answer",
        },
        { name: "by", value: "NAME", help: "who overrides" },
        { name: "reason", value: "TEXT", help: "why" },
        { name: "policies", value: "FILE", help: "a document with the policies, if they are in one of their own" },
        {
          name: "window",
          value: "WINDOW",
          help: "judges over this instead of each SLO's own: 7d, or the current month",
        },
        { name: "time-zone", value: "ZONE", help: "whose calendar --window means; UTC unless told" },
        { name: "at", value: "TIME", help: "as of when, such as 2026-11-29T01:00:00Z; now unless told" },
        ...ASKED_FOR,
      ],
    },
    PROMETHEUS,
    RECORDED,
    COMMON,
  ],
  exits: [
    [0, "pass: it may be released"],
    [1, "warn: it may, with care (0 with --allow-warn)"],
    [2, "block: it may not"],
    [3, "unknown: nobody can tell (0 with --fail-open, 2 with --fail-closed)"],
  ],
  examples: [
    "nines gate slo.yaml checkout --prometheus http://prometheus:9090 --fail-closed",
    'nines gate slo.yaml checkout --override allow --by ann --reason "rolls the broken release back"',
  ],
  load: async () => (await import("../commands/gate.ts")).gate,
};
