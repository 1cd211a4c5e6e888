import type { RuleOptions } from "../../../src/rules/options.ts";

/** An SLO document of one SLO. */
export function sloText(kind: string, fields: string): string {
  const lines = fields.split("\n").map((line) => `      ${line.trim()}`);
  return `service_level_objectives:\n  shop:\n    ${kind}:\n${lines.join("\n")}\n`;
}

const RATIO = `sum(rate(http_requests_total{job="shop",code!~"5.."}[5m])) / sum(rate(http_requests_total{job="shop"}[5m]))`;

/** Availability by a ratio of counters. */
export function ratioSlo(window: string, more = ""): string {
  return sloText("availability", `target: 99.9%\nmeasurement_window: ${window}\nsli: ${RATIO}${more}`);
}

const ROUTES =
  'sum by (route) (rate(x_total{job="shop",code!~"5.."}[5m])) / sum by (route) (rate(x_total{job="shop"}[5m]))';
const BUCKET = `sum(rate(d_seconds_bucket{le="0.2"}[5m])) / sum(rate(d_seconds_count[5m]))`;
const TIERS = "{page_fast: {factor: 20}, page_slow: false, quick: {severity: page, long: 15m, short: 3m, budget: 1%}}";

/** One of each kind, and what rules of it are made with. */
export const SLOS: ReadonlyArray<readonly [title: string, slo: string, options: RuleOptions]> = [
  ["a ratio over 1h", ratioSlo("1h"), {}],
  ["a ratio over 7d, in Sloth's convention", ratioSlo("7d"), { convention: "sloth" }],
  ["a ratio over 90d", ratioSlo("90d", "\nalerting: {ticket: false}"), {}],
  [
    "an error rate of two metrics",
    sloText(
      "error_rate",
      "target: 0.5%\nmeasurement_window: 1d\nsli: sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))",
    ),
    {},
  ],
  [
    "good and failed ones apart",
    sloText(
      "availability",
      "target: 99%\nmeasurement_window: 2d\nsli:\n  good: sum(rate(ok_total[5m]))\n  total: sum(rate(ok_total[5m])) + sum(rate(failed_total[5m]))",
    ).replace(/^ {6}(good|total):/gm, "        $1:"),
    {},
  ],
  ["a histogram", sloText("latency", `target: 95%\nthreshold: 200ms\nmeasurement_window: 2d\nsli: ${BUCKET}`), {}],
  [
    "a budget for each route",
    sloText("availability", `target: 99%\nmeasurement_window: 1d\nsli: ${ROUTES}\nalerting: {minimum_failures: 20}`),
    {},
  ],
  ["nines' own latency", sloText("latency", "target: 99%\nthreshold: 200ms\nmeasurement_window: 1d"), {}],
  ["other tiers", ratioSlo("30d", `\nminimum_events: 100000\nalerting: {ticket: false, tiers: ${TIERS}}`), {}],
  [
    "what is good by its code, in one place",
    sloText(
      "availability",
      `target: 99%\nmeasurement_window: 1h\nsli: 'sum(rate(o{path=~"/a/.+",code=~"[23].."}[5m])) / sum(rate(o{path=~"/a/.+"}[5m]))'`,
    ),
    {},
  ],
  ["no alerts", ratioSlo("30d", "\nalerting: {page: false, ticket: false, no_data: false}"), {}],
  ["rare scrapes", ratioSlo("2d", "\nalerting: {ticket: false}"), { scrapeInterval: "2m" }],
  [
    "samples of a gauge",
    sloText("availability", `target: 99%\nmeasurement_window: 2d\nsli: avg_over_time(up{job="shop"}[5m])`),
    {},
  ],
  ["throughput", sloText("throughput", "target: 1000\nobjective: 95%\nmeasurement_window: 2d"), {}],
];
