/** SLOs of each kind, the series that they look at, and what each of these counts: good events or bad ones. */
import type { Counter, History, Instance } from "./rules-history.ts";
import { SCRAPE_SECONDS } from "./rules-history.ts";
import type { ScrapedSeries } from "./rules-promtool.ts";

/** A sample of one series. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** A series that counts events of one sort, or, with `without`, those of a total that are not among the good ones. */
export interface Stream {
  readonly isBad: boolean;
  readonly samples: readonly Sample[];
  readonly without?: readonly Sample[];
}

/** A series with its name, as the rules find it. */
interface Named {
  readonly name: string;
  readonly labels: string;
  readonly instance: Instance;
  readonly counter: Counter;
}

/** A kind of SLO over a history. */
export interface Kind {
  readonly name: string;
  /** Fields of the SLO, beside its target and window, for the job. */
  readonly fields: (job: string) => string;
  /** Whether there is a budget for each route. */
  readonly isGrouped: boolean;
  readonly series: (history: History) => readonly Named[];
  /** Of one route; of all without it. */
  readonly streams: (history: History, route?: string) => readonly Stream[];
}

const isBad = ({ code }: Counter): boolean => code.startsWith("5");

function byCode(name: string, fields: (job: string) => string, isGrouped = false): Kind {
  const series = (history: History): Named[] =>
    history.instances.flatMap((instance) =>
      instance.counters.map((counter) => {
        const labels = `route="${counter.route}",code="${counter.code}"`;
        return { name: "requests_total", labels, instance, counter };
      }),
    );
  return {
    name,
    fields,
    isGrouped,
    series,
    streams: (history, route) =>
      series(history)
        .filter(({ counter }) => route === undefined || counter.route === route)
        .map(({ instance, counter }) => ({ isBad: isBad(counter), samples: samplesOf(instance, counter) })),
  };
}

/** Two series for each instance and route: all events, and the good ones, both of them there from the first event on. */
function byTotal(name: string, names: readonly [string, string], more: string, fields: (job: string) => string): Kind {
  const pairs = (history: History): (readonly [Named, Named])[] =>
    history.instances.flatMap((instance) =>
      ["/a", "/b"].map((route) => {
        const own = instance.counters.filter((counter) => counter.route === route);
        const good = own.filter((counter) => !isBad(counter));
        const labels = `route="${route}"`;
        const all = sumOf(own, own);
        return [
          { name: names[0], labels, instance, counter: all },
          { name: names[1], labels: `${labels}${more}`, instance, counter: sumOf(good, own) },
        ] as const;
      }),
    );
  return {
    name,
    fields,
    isGrouped: false,
    series: (history) => pairs(history).flat(),
    streams: (history) =>
      pairs(history).flatMap(([all, good]) => {
        const fine = samplesOf(good.instance, good.counter);
        return [
          { isBad: false, samples: fine },
          { isBad: true, samples: samplesOf(all.instance, all.counter), without: fine },
        ];
      }),
  };
}

const rate = (selector: string): string => `sum(rate(${selector}[5m]))`;

/** All of them. */
export const KINDS: readonly Kind[] = [
  byCode(
    "availability",
    (job) =>
      `kind: availability, sli: '${rate(`requests_total{job="${job}",code!~"5.."}`)} / ${rate(`requests_total{job="${job}"}`)}'`,
  ),
  byTotal(
    "good_total",
    ["all_total", "good_total"],
    "",
    (job) =>
      `kind: availability, sli: {good: '${rate(`good_total{job="${job}"}`)}', total: '${rate(`all_total{job="${job}"}`)}'}`,
  ),
  byCode(
    "error_rate",
    (job) =>
      `kind: error_rate, sli: '${rate(`requests_total{job="${job}",code=~"5.."}`)} / ${rate(`requests_total{job="${job}"}`)}'`,
  ),
  byTotal(
    "latency",
    ["took_seconds_count", "took_seconds_bucket"],
    ',le="0.2"',
    (job) =>
      `kind: latency, threshold: 200ms, sli: '${rate(`took_seconds_bucket{job="${job}",le="0.2"}`)} / ${rate(`took_seconds_count{job="${job}"}`)}'`,
  ),
  byCode(
    "grouped",
    (job) =>
      `kind: availability, sli: 'sum by (route) (rate(requests_total{job="${job}",code!~"5.."}[5m])) / sum by (route) (rate(requests_total{job="${job}"}[5m]))'`,
    true,
  ),
];

/** The series of a history as promtool is given them, one value every `stepSeconds`. */
export function scraped(kind: Kind, history: History, job: string, stepSeconds: number): ScrapedSeries[] {
  const every = SCRAPE_SECONDS / stepSeconds;
  return kind
    .series(history)
    .filter(({ counter }) => counter.values.some((value) => value !== undefined))
    .map(({ name, labels, instance, counter }) => {
      const values: (number | undefined)[] = [];
      counter.values.forEach((value, scrape) => {
        const place = scrape * every + instance.offsetSeconds / stepSeconds;
        while (values.length < place) values.push(undefined);
        values.push(value);
      });
      return { series: `${name}{job="${job}",instance="${instance.name}",${labels}}`, values };
    });
}

function samplesOf({ offsetSeconds }: Instance, { values }: Counter): Sample[] {
  return values.flatMap((value, scrape) =>
    value === undefined ? [] : [{ at: scrape * SCRAPE_SECONDS + offsetSeconds, value }],
  );
}

/** The sum of counters; there while one of `present` is. */
function sumOf(counters: readonly Counter[], present: readonly Counter[]): Counter {
  const [first] = counters as [Counter];
  const values = first.values.map((_, scrape) =>
    present.every((counter) => counter.values[scrape] === undefined)
      ? undefined
      : counters.reduce((sum, counter) => sum + (counter.values[scrape] ?? 0), 0),
  );
  return { route: first.route, code: "all", values };
}
