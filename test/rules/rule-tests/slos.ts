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
