/** Five stretches of life that rules of the field get wrong, each with its truth in whole numbers. */
import type { ScrapedSeries } from "../../proofs/support/rules-promtool.ts";

/** Requests and failures in each half minute of a stretch. */
interface Stretch {
  readonly minutes: number;
  readonly requests: number;
  readonly failures: number;
}

/** One of the five. */
export interface Scenario {
  readonly title: string;
  readonly stretches: readonly Stretch[];
  /** Whether the series of errors is there from the start, or never. */
  readonly hasErrors: boolean;
  readonly evaluationSeconds: number;
  /** Tiers that fire at its end, in the order of their names. */
  readonly fires: readonly string[];
  /** What Sloth's rules of the same SLO make of it: severities that fire, and what remains; undefined for nothing at all. */
  readonly sloth: { readonly fires: readonly string[]; readonly remaining: number | undefined };
}

/** The budget is a thousandth of all requests. */
export const SCENARIOS: readonly Scenario[] = [
  {
    title: "23 quiet hours without errors, then a busy one of which a tenth fails, weigh as much as they had requests",
    stretches: [
      { minutes: 23 * 60, requests: 30, failures: 0 },
      { minutes: 60, requests: 30_000, failures: 3_000 },
    ],
    hasErrors: true,
    evaluationSeconds: 300,
    fires: ["page_fast", "page_slow", "ticket_fast", "ticket_slow"],
    // A mean of ratios: an hour in 24 is 4 % of the time, and was 98 % of the requests.
    sloth: { fires: ["page", "ticket"], remaining: -3.2 },
  },
  {
    title: "15 idle minutes use nothing up",
    stretches: [
      { minutes: 60, requests: 2_000, failures: 1 },
      { minutes: 15, requests: 0, failures: 0 },
      { minutes: 30, requests: 2_000, failures: 1 },
    ],
    hasErrors: true,
    evaluationSeconds: 60,
    fires: [],
    sloth: { fires: [], remaining: NaN },
  },
  {
    title: "a series of errors that does not exist leaves the whole budget",
    stretches: [{ minutes: 60, requests: 300, failures: 0 }],
    hasErrors: false,
    evaluationSeconds: 60,
    fires: [],
    sloth: { fires: [], remaining: undefined },
  },
  {
    title: "1 failure of 3 requests wakes nobody",
    stretches: [
      { minutes: 10, requests: 0, failures: 0 },
      { minutes: 0.5, requests: 2, failures: 0 },
      { minutes: 20, requests: 0, failures: 0 },
      { minutes: 0.5, requests: 1, failures: 1 },
      { minutes: 3, requests: 0, failures: 0 },
    ],
    hasErrors: true,
    evaluationSeconds: 30,
    fires: [],
    sloth: { fires: ["page", "ticket"], remaining: NaN },
  },
  {
    title: "2 % of failures for an hour page, and take the budget that they take",
    stretches: [
      { minutes: 120, requests: 500, failures: 0 },
      { minutes: 60, requests: 500, failures: 10 },
    ],
    hasErrors: true,
    evaluationSeconds: 300,
    fires: ["page_fast", "page_slow", "ticket_fast", "ticket_slow"],
    // Steady traffic is what a mean of ratios is right for.
    sloth: { fires: ["page", "ticket"], remaining: -5.7 },
  },
];

/** Seconds from the first scrape to the last. */
export function secondsOf({ stretches }: Scenario): number {
  return stretches.reduce((sum, { minutes }) => sum + minutes * 60, 0);
}

/** What remains of the budget at the end: 1 - failures / requests / 0.001. */
export function remainingOf({ stretches }: Scenario): number {
  const sum = (of: (stretch: Stretch) => number): number =>
    stretches.reduce((total, stretch) => total + stretch.minutes * 2 * of(stretch), 0);
  return 1 - (1_000 * sum(({ failures }) => failures)) / sum(({ requests }) => requests);
}

/** Counters of the service `shop`, scraped every half minute. */
export function seriesOf({ stretches, hasErrors }: Scenario): ScrapedSeries[] {
  const scrapes = stretches.flatMap((stretch) => Array.from({ length: stretch.minutes * 2 }, () => stretch));
  const counter = (code: string, grows: (stretch: Stretch) => number): ScrapedSeries => {
    let value = 0;
    const values = [0, ...scrapes.map((stretch) => (value += grows(stretch)))];
    return { series: `requests_total{job="shop",code="${code}"}`, values };
  };
  const good = counter("200", ({ requests, failures }) => requests - failures);
  return hasErrors ? [good, counter("500", ({ failures }) => failures)] : [good];
}
