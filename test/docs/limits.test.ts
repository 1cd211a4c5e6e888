/** The figures of docs/limits.md are those of the code. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { MILLISECONDS } from "../../src/core/time/duration.ts";
import { ROOT } from "../support/spawn.ts";

const page = readFileSync(join(ROOT, "docs", "limits.md"), "utf8").replaceAll(/ +/g, " ");

type Shown = (value: number) => string;
const count: Shown = (value) => value.toLocaleString("en");
const mebibytes: Shown = (value) => `${count(value / 1_048_576)} MiB`;
const of =
  (unit: keyof typeof MILLISECONDS, word: string): Shown =>
  (milliseconds) =>
    `${count(milliseconds / MILLISECONDS[unit])} ${word}`;

/** A row's beginning with `{}` for the figure; where the code has it, behind which text; and how it is shown. */
const FIGURES: readonly (readonly [row: string, file: string, before: string, shown: Shown])[] = [
  ["| label sets of requests | {} |", "signals/collector.ts", "options.seriesLimit ??", count],
  ["| values of a label of your own | {} |", "signals/user-labels.ts", "const MOST_VALUES =", count],
  ["| length of a label | {} characters |", "signals/labels.ts", "const LONGEST_LABEL =", count],
  ["| finest step | {} |", "signals/history.ts", "const FINEST_STEP_MS =", of("ms", "ms")],
  ["| gaps (sleep, restart, a clock set right) | {} |", "signals/elapsed.ts", "const MOST_GAPS =", count],
  ["| calls of `recordEvents` kept to the millisecond | {} |", "budget/counted-events.ts", "const MOST_ROWS =", count],
  [
    "merged, by at most {} of their age",
    "budget/counted-events.ts",
    "MERGED_SHARE =",
    (share) => `${count(100 * share)} %`,
  ],
  ["| length of an exclusion | {} |", "budget/exclusions.ts", "LONGEST_EXCLUSION_MS: number =", of("d", "days")],
  ["| time slices in a window | {} |", "slo/slices.ts", "const MOST_SLICES =", count],
  ["| 20 s (30 s less {}) |", "response/telling/outbox.ts", "options.timeoutMs ??", of("s", "s")],
  ["| 6 s of {} |", "runbook/executor/options.ts", "options.leaseMs ??", of("s", "s")],
  [
    "| a webhook's time is not far from the receiver's | {} |",
    "adapters/webhook/signature.ts",
    "toleranceMs =",
    of("m", "minutes"),
  ],
  ["| characters of a query | {} |", "adapters/prometheus/api.ts", "const LONGEST_QUERY =", count],
  ["| points of a range | {} |", "adapters/prometheus/range.ts", "const MOST_POINTS =", count],
  ["| steps of a backtest | {} |", "backtest/steps.ts", "const MOST_STEPS =", count],
  ["| past of a backtest from a source | {} |", "backtest/source.ts", "const LONGEST_MS =", of("d", "days")],
  ["up to seven minutes late | {} |", "adapters/prometheus/slo/answering.ts", "const FEW =", count],
  ["| body of a webhook | {}, 64 MiB at most |", "response/webhook/options.ts", "maxBytes =", mebibytes],
  ["| body of a webhook | 8 MiB, {} at most |", "response/webhook/options.ts", "const MOST_BYTES =", mebibytes],
  ["| alerts in a body | {} |", "response/alerts/fields.ts", "const MOST_ALERTS =", count],
  ["| title, text of an incident | {}, 20,000 characters |", "incident/commands.ts", "const LONGEST_TITLE =", count],
  ["| title, text of an incident | 300, {} characters |", "incident/commands.ts", "const LONGEST_TEXT =", count],
  ["| attempts at a message, its age | {}, a day |", "response/telling/outbox.ts", "options.maxAttempts ??", count],
  [
    "| wait for a `Retry-After` | {} |",
    "response/telling/outbox-decisions.ts",
    "const LONGEST_PAUSE_MS =",
    of("m", "minutes"),
  ],
  ["| size of a commit in a file store | {} |", "adapters/file/frames.ts", "LARGEST_PAYLOAD: number =", mebibytes],
  ["| steps of an escalation | {} |", "response/escalation/policy.ts", "const MOST_STEPS =", count],
  ["| an answer to a runbook's request | {} |", "runbook/performing/http.ts", "const MOST_BYTES =", mebibytes],
  [
    "| value that is filled into a command | {} characters |",
    "runbook/fill/fill.ts",
    "const LONGEST_ARGUMENT =",
    count,
  ],
  ["| a secret that is hidden | {} characters at least |", "runbook/redact/redactor.ts", "const SHORTEST =", count],
  ["| entries of a postmortem's timeline | {} |", "postmortem/timeline/timeline.ts", "const MOST_ENTRIES =", count],
  ["| steps that a forecast looks at | {} |", "capacity/series/grid.ts", "const MOST_VALUES =", count],
  ["| fewest steps with values | {} |", "capacity/forecast/forecast.ts", "const FEWEST_VALUES =", count],
  ["| furthest look ahead | {} days |", "capacity/planner.ts", "const MOST_DAYS =", count],
  ["| samples of a metric, unless told | {} |", "capacity/planner.ts", "const USUAL_MOST_SAMPLES =", count],
  ["| SLIs of a canary comparison | {} |", "canary/options.ts", "const MOST_COMPARISONS =", count],
  ["| length of an experiment | {} |", "chaos/experiment.ts", "const LONGEST_MS =", of("h", "hour")],
  ["| targets struck at once | {} |", "chaos/experiment.ts", "const MOST_STRUCK =", count],
  ["| threads of pressure | {} |", "adapters/pressure/index.ts", "const MOST_WORKERS =", count],
  ["| memory that is taken | {} of what is free at most |", "adapters/pressure/index.ts", "const MOST_SHARE =", count],
  ["| characters of a YAML document | {} |", "core/faults.ts", "maxCharacters:", count],
  ["| keys and values, aliases counted | {} |", "core/faults.ts", "maxNodes:", count],
  ["| levels | {} |", "core/faults.ts", "maxDepth:", count],
  ["| faults that are told in full | {} |", "core/faults.ts", "const MOST_TOLD =", count],
  ["| longest duration | {} |", "core/time/duration.ts", "const LONGEST_MS =", of("y", "years")],
];

/** What stands behind `before` in a file: a product of whole numbers and units. */
function figureOf(file: string, before: string): number {
  const text = readFileSync(join(ROOT, "src", file), "utf8");
  const factors = [
    ...text.matchAll(new RegExp(`${before.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")} ?([^;,)\\n}]+)`, "g")),
  ]
    .map(([, found = ""]) => found.trim())
    .find((found) => /^[\d_.]|^MILLISECONDS/.test(found));
  if (factors === undefined) throw new Error(`${file} has no figure behind "${before}"`);
  return factors.split("*").reduce((product, factor) => {
    const unit = /^MILLISECONDS\.(\w+)$/.exec(factor.trim())?.[1] as keyof typeof MILLISECONDS | undefined;
    return product * (unit === undefined ? Number(factor.replaceAll("_", "")) : MILLISECONDS[unit]);
  }, 1);
}

test.each(FIGURES)("%s", (row, file, before, shown) => {
  expect(page).toContain(row.replace("{}", shown(figureOf(file, before))));
});
