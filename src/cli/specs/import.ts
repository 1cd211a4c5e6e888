/** `nines import`. */
import type { CommandSpec } from "../spec.ts";
import { COMMON } from "./common.ts";

/** From other tools' SLOs to a document of nines, or to OpenSLO. */
export const IMPORT: CommandSpec = {
  name: "import",
  summary: "turns SLOs of OpenSLO, Sloth or Pyrra into a document of nines",
  usage: "FILE [OPTION...]",
  least: 1,
  most: 1,
  about: [
    "`-` is the standard input. What cannot be carried over goes to stderr, with what to do instead; an SLO that is " +
      "left out makes the exit code 1.",
  ],
  groups: [
    {
      title: "Formats",
      options: [
        {
          name: "from",
          value: "FORMAT",
          choices: ["nines", "openslo", "sloth", "pyrra"],
          help: "what the file has to be; told by itself without it",
        },
        { name: "to", value: "FORMAT", choices: ["nines", "openslo"], help: "what is written; nines unless told" },
        { name: "window", value: "TIME", help: "the window of SLOs whose format has none; 30d unless told" },
        { name: "output", short: "o", value: "FILE", help: "where to; stdout unless told" },
      ],
    },
    COMMON,
  ],
  exits: [
    [0, "it is written"],
    [1, "it is written, but for an SLO that nines cannot read"],
  ],
  examples: ["nines import sloth.yml --window 28d -o slo.yaml", "nines import slo.yaml --to openslo"],
  load: async () => (await import("../commands/import.ts")).importCommand,
};
