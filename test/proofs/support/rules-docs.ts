/** Random SLO documents, of every kind and with expressions of every sort that rules are made of. */
import type { Random } from "../../../src/core/random.ts";
import { documentText } from "./rules-docs-texts.ts";

type Mapping = Record<string, unknown>;

/** A document as plain data: services, their SLOs, and the fields of these. */
export interface PlainDocument {
  readonly service_level_objectives: Readonly<Record<string, Readonly<Record<string, Mapping>>>>;
}

const WINDOWS = [
  "1h",
  "90m",
  "6h",
  "8h19m",
  "8h20m",
  "10h3m",
  "1d",
  "2d7h11m",
  "7d",
  "13d",
  "28d",
  "30d",
  "31d",
  "32d",
];
const LONG_WINDOWS = ["60d", "90d", "93d", "94d", "100d1h", "180d", "186d", "187d", "1y", "52w", "12h30m15s", "1h1s"];
const TARGETS = [
  "90%",
  "99%",
  "99.9%",
  "99.95%",
  "99.99%",
  "99.999%",
  "99.9999999%",
  "50%",
  0.995,
  "97.3%",
  "33.3333333%",
];
const CEILINGS = ["0.1%", "5%", "0.0000001%", "33.3%", "0.07%"];
const NAMES = ["shop", "a", "a.b", "a-b", "A_1", "cart.eu-west"];
const GROUPS = ["", "", "by (route) ", "by (route, cluster) ", "without (instance, code, le) ", 'by ("route") '];

/** A document of `count` SLOs. */
export function anyDocument(random: Random, count: number): PlainDocument {
  const services: Record<string, Record<string, Mapping>> = {};
  for (let index = 0; index < count; index += 1) {
    const service = (services[random.pick(NAMES)] ??= {});
    service[`slo_${String(random.integer(0, 1_000_000))}-${String(index)}`] = anySlo(random);
  }
  return { service_level_objectives: services };
}

/** The same document with its services, SLOs, fields and labels in another order. */
export function shuffled<Value>(random: Random, value: Value): Value {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, part]): [number, string, unknown] => {
    return [random.next(), key, shuffled(random, part)];
  });
  return Object.fromEntries(entries.sort(([one], [other]) => one - other).map(([, key, part]) => [key, part])) as Value;
}

function anySlo(random: Random): Mapping {
  const kind = random.pick(["availability", "latency", "throughput", "error_rate"] as const);
  const measurement_window = random.pick(random.next() < 0.6 ? WINDOWS : LONG_WINDOWS);
  const common = { kind, measurement_window, ...extras(random) };
  switch (kind) {
    case "availability":
      return { ...common, target: random.pick(TARGETS), ...maybe(random, 0.85, () => ({ sli: good(random) })) };
    case "error_rate":
      return { ...common, target: random.pick(CEILINGS), ...maybe(random, 0.85, () => ({ sli: bad(random) })) };
    case "latency":
      return {
        ...common,
        target: random.pick(TARGETS.filter((target) => target !== "33.3333333%")),
        threshold: "200ms",
        ...maybe(random, 0.8, () => ({ sli: fast(random) })),
      };
    case "throughput":
      return {
        ...common,
        target: random.pick([1000, 0.5, 1e-7, 1e12]),
        slice: random.pick(["1s", "500ms"]),
        measurement_window: random.pick(["1h", "10h"]),
        ...maybe(random, 0.7, () => ({ sli: `sum(rate(${counter(random)}[5m]))` })),
      };
  }
}

function counter(random: Random, more = ""): string {
  const job = random.pick(['job="shop"', "job=~'shop|cart'", 'job!="", region=~`eu-\\d`', 'job="it\\u0027s"']);
  return `${random.pick(["http_requests_total", "rpc:calls:total"])}{${job}${more}}`;
}

/** Pairs of selectors of one metric: all, and those that failed, or did not. */
function pair(random: Random, failed: boolean): { readonly all: string; readonly some: string } {
  const all = counter(random);
  return { all, some: all.replace("}", failed ? ',code=~"5.."}' : ',code!~"5.."}') };
}

function rate(random: Random): string {
  return `${random.pick(["rate", "increase"])}(%[${random.pick(["5m", "1m", "1h30m", "28d"])}]%offset)`;
}

function counts(random: Random, failed: boolean): { readonly some: string; readonly total: string } {
  const { all, some } = pair(random, failed);
  const by = random.pick(GROUPS);
  const offset = random.next() < 0.1 ? " offset 1m" : "";
  const measure = rate(random).replace("%offset", offset);
  const sum = (of: string): string => `sum ${by}(${measure.replace("%", () => of)})`;
  return { some: sum(some), total: sum(all) };
}

function good(random: Random): unknown {
  const [failed, fine] = [counts(random, true), counts(random, false)];
  return random.pick([
    () => `${fine.some} / ${fine.total}`,
    () => `1 - ${failed.some} / ${failed.total}`,
    () => `1 - (${failed.some} / ${failed.total})`,
    () => `(${failed.total} - ${failed.some}) / ${failed.total}`,
    () => `100 * ${fine.some} / ${fine.total}`,
    () => ({ total: fine.total, good: fine.some }),
    () => ({ total: failed.total, bad: failed.some }),
    () => "sum(rate(ok_total[5m])) / (sum(rate(ok_total[5m])) + sum(rate(errors_total[5m])))",
    () => 'avg_over_time(probe_success{job="probe"}[5m])',
    () => "sum(sum_over_time(up[5m])) / sum(count_over_time(up[5m]))",
    () => 'rate(http_requests_total{code!~"5.."}[5m]) / rate(http_requests_total[5m])',
    () => 'sum(rate(a_total{code!~"5.."}[5m])) # good\n  /\nsum(rate(a_total[5m]))',
  ])();
}

function bad(random: Random): unknown {
  const failed = counts(random, true);
  return random.pick([
    () => `${failed.some} / ${failed.total}`,
    () => `(${failed.some} or vector(0)) / ${failed.total}`,
    () => `1 - ${failed.total.replace(/\}/, ',code!~"5.."}')} / ${failed.total}`,
    () => ({ total: failed.total, bad: failed.some }),
    () => "sum(rate(errors_total[5m])) / (sum(rate(errors_total[5m])) + sum(rate(ok_total[5m])))",
  ])();
}

function fast(random: Random): unknown {
  const by = random.pick(GROUPS);
  const name = "http_request_duration_seconds";
  const count = `sum ${by}(rate(${name}_count{job="shop"}[5m]))`;
  return random.pick([
    () => `sum ${by}(rate(${name}_bucket{job="shop",le="0.2"}[5m])) / ${count}`,
    () => `histogram_quantile(0.95, sum by (le) (rate(${name}_bucket{job="shop"}[5m])))`,
    () => `histogram_quantile(0.99, rate(${name}_bucket[5m])) < 0.2`,
    () => ({ total: count, good: `sum ${by}(rate(${name}_bucket{job="shop",le="0.2"}[5m]))` }),
    () => `histogram_fraction(0, 0.2, sum(rate(${name}[5m])))`,
    () => "rpc_duration_milliseconds",
    () => 'sum(rate(d_ms_bucket{le="200"}[5m])) / sum(rate(d_ms_bucket{le="+Inf"}[5m]))',
  ])();
}

function extras(random: Random): Mapping {
  const texts = (): Record<string, string> => ({ team: documentText(random, 100), owner_1: documentText(random, 50) });
  const tiers = random.pick<Mapping>([
    { page_fast: false },
    { page_slow: false, ticket_fast: false, ticket_slow: { budget: "20%" } },
    { page_fast: { factor: 20.25, long: "30m", short: "4m" }, ticket_slow: { severity: "page" } },
    {
      mine: { severity: "ticket", long: "55m", factor: 2.000000001 },
      other: { severity: "page", long: "1h", budget: "7%" },
    },
  ]);
  return {
    ...maybe(random, 0.4, () => ({ title: documentText(random, 200) })),
    ...maybe(random, 0.4, () => ({ description: documentText(random, 500) })),
    ...maybe(random, 0.4, () => ({ labels: texts() })),
    ...maybe(random, 0.2, () => ({ minimum_events: 100 })),
    ...maybe(random, 0.5, () => ({
      alerting: {
        ...maybe(random, 0.3, () => ({ name: documentText(random, 100) })),
        ...maybe(random, 0.3, () => ({
          runbook: "https://runbooks.example/a?b={{ $labels.slo }}".replaceAll(" ", ""),
        })),
        ...maybe(random, 0.3, () => ({ labels: texts(), annotations: texts() })),
        ...maybe(random, 0.3, () => ({ page: random.next() < 0.3 ? false : { labels: { severity: "critical" } } })),
        ...maybe(random, 0.3, () => ({ ticket: random.next() < 0.3 ? false : { annotations: texts() } })),
        ...maybe(random, 0.3, () => ({ no_data: random.pick(["page", "ticket", false]) })),
        ...maybe(random, 0.5, () => ({ tiers })),
      },
    })),
  };
}

function maybe(random: Random, chance: number, make: () => Mapping): Mapping {
  return random.next() < chance ? make() : {};
}
