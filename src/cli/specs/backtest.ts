/** `nines backtest`. */
import type { CommandSpec } from "../spec.ts";
import { ASKED_FOR, COMMON, PROMETHEUS, RECORDED } from "./common.ts";

/** How an SLO and its alerts would have done. */
export const BACKTEST: CommandSpec = {
  name: "backtest",
  summary: "replays an SLO and its alerts over the past, and suggests an objective",
  usage: "FILE (--prometheus URL | --samples FILE) [OPTION...]",
  least: 1,
  most: 1,
  about: [
    "Tells how often the alerts of an SLO would have fired, how much of its budget would have been left, and which objective the " +
      "past supports; beside it the same with other objectives and windows, each with each.",
    "Samples are a CSV file whose first line is at,good,total, or a JSON list of objects with these fields; at is a time such as " +
      "2026-11-29T01:00:00Z, or epoch milliseconds.",
  ],
  groups: [
    {
      title: "Question",
      options: [
        { name: "slo", value: "ID", help: "which SLO, as SERVICE/NAME; may be left out if the document has one" },
        {
          name: "last",
          value: "TIME",
          help: "how much of the past up to now, or up to --to; 30d unless told, all samples with --samples",
        },
        { name: "from", value: "TIME", help: "since when, such as 2026-11-01T00:00:00Z" },
        { name: "to", value: "TIME", help: "until when; now unless told" },
        { name: "step", value: "TIME", help: "how far apart alerts are judged; 1m unless told" },
        { name: "objective", value: "PERCENT", repeatable: true, help: "tries this objective, such as 99.95%" },
        {
          name: "window",
          value: "WINDOW",
          repeatable: true,
          help: "tries this window: 7d, or a day, week, month, quarter or year",
        },
        { name: "time-zone", value: "ZONE", help: "whose calendar --window means; UTC unless told" },
        {
          name: "kept",
          value: "SHARE",
          help: "share of the windows in which a suggested objective was kept, such as 95%; 100% unless told",
        },
        {
          name: "samples",
          value: "FILE",
          help: "counts from a file instead of a Prometheus; how many are outside of the past that is asked for is told on stderr",
        },
        {
          name: "without-samples",
          value: "WHAT",
          choices: ["idle", "unwatched"],
          help: "what a step without a sample is; idle unless told",
        },
        ...ASKED_FOR,
        {
          name: "progress",
          help: "tells on stderr, every few seconds, how far it is; a terminal shows it in any case",
        },
      ],
    },
    PROMETHEUS,
    RECORDED,
    COMMON,
  ],
  exits: [
    [0, "the backtest is told"],
    [3, "Prometheus does not answer, or has no data of the SLO"],
  ],
  examples: [
    "nines backtest slo.yaml --slo checkout/availability --last 60d --objective 99.95% --objective 99.5%",
    "nines backtest slo.yaml --samples counts.csv --window 7d --window 28d",
  ],
  load: async () => (await import("../commands/backtest.ts")).backtestCommand,
};
