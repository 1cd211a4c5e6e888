/** `nines status`. */
import type { CommandSpec } from "../spec.ts";
import { ASKED_FOR, COMMON, PROMETHEUS, RECORDED } from "./common.ts";

/** How services stand. */
export const STATUS: CommandSpec = {
  name: "status",
  summary: "tells how services stand: verdicts, budgets, burn rates and why",
  usage: "FILE [SERVICE...] --prometheus URL [OPTION...]",
  least: 1,
  most: Infinity,
  about: ["Asks a Prometheus how the SLOs of the document stand, of all services unless some are named."],
  groups: [
    {
      title: "Question",
      options: [
        {
          name: "window",
          value: "WINDOW",
          help: "judges over this instead of each SLO's own: 7d, or the current day, week, month, quarter or year",
        },
        {
          name: "time-zone",
          value: "ZONE",
          help: "whose calendar --window means, such as Europe/Berlin; UTC unless told",
        },
        { name: "at", value: "TIME", help: "as of when, such as 2026-11-29T01:00:00Z; now unless told" },
        { name: "forecast", help: "when the budget of each SLO runs out" },
        ...ASKED_FOR,
      ],
    },
    PROMETHEUS,
    RECORDED,
    COMMON,
  ],
  exits: [
    [0, "healthy"],
    [1, "warning"],
    [2, "critical"],
    [3, "unknown; the worst verdict counts, and critical is worse"],
  ],
  examples: [
    "nines status slo.yaml --prometheus http://prometheus:9090",
    "nines status slo.yaml checkout --window month --time-zone Europe/Berlin --forecast",
  ],
  load: async () => (await import("../commands/status.ts")).status,
};
