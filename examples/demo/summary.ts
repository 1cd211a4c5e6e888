/** The golden signals of the demo, from what Prometheus would scrape. */

/** One sample of an exposition. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The four golden signals of a scrape, as lines. */
export function summaryLines(exposition: string): string[] {
  const samples = parse(exposition);
  const sum = (name: string, label: string): string => {
    const sums = new Map<string, number>();
    for (const { name: other, labels, value } of samples) {
      if (other === name) sums.set(labels[label] ?? "", (sums.get(labels[label] ?? "") ?? 0) + value);
    }
    return [...sums].map(([key, value]) => `${key} ${String(value)}`).join(", ") || "none";
  };
  const saturation = samples
    .filter(({ name }) => name === "service_saturation_ratio")
    .map(({ labels, value }) => `${labels.resource ?? ""} ${(value * 100).toFixed(0)}%`);
  return [
    `latency     p50 ${quantile(samples, 0.5)}, p95 ${quantile(samples, 0.95)}, p99 ${quantile(samples, 0.99)}`,
    `traffic     ${sum("http_requests_total", "code")}  (by status)`,
    `            ${sum("http_requests_total", "route")}  (by route)`,
    `errors      ${sum("http_request_errors_total", "class")}`,
    `saturation  ${saturation.join(", ")}`,
  ];
}

function parse(exposition: string): Sample[] {
  return exposition.split("\n").flatMap((line) => {
    const match = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (match === null) return [];
    const [, name = "", labels = "", value] = match;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text] as const);
    return [{ name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) }];
  });
}

/** The upper bound of the bucket that the quantile lies in. */
function quantile(samples: readonly Sample[], q: number): string {
  const counts = new Map<string, number>();
  for (const { name, labels, value } of samples) {
    if (!name.endsWith("_duration_seconds_bucket")) continue;
    const bound = labels.le ?? "";
    counts.set(bound, (counts.get(bound) ?? 0) + value);
  }
  const total = counts.get("+Inf") ?? 0;
  const reached = [...counts].find(([, count]) => count >= q * total);
  return reached === undefined || reached[0] === "+Inf"
    ? "above all buckets"
    : `<= ${String(Number(reached[0]) * 1000)} ms`;
}
