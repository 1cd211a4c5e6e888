/** What an application tells of its requests: their routes, their labels, and whether they failed. */
import { Fetched } from "../../../src/http/hono-fetched.ts";
import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import { type HostOptions, RequestObserver } from "../../../src/signals/observer.ts";

import { goesOn, type Scenario } from "./types.ts";

const REQUESTS = 5;
const WELL = {
  route: () => "/cart",
  labels: () => ({ tier: "a" }),
  countsAsError: () => false,
} satisfies HostOptions<object>;
/** Answers that are as good as any. */
const FINE: Readonly<Record<keyof typeof WELL, RegExp>> = {
  route: /^answers (?:undefined|a string|a megabyte)$/,
  labels: /^answers (?:undefined|an? .*(?:mapping|list).*|with what cannot be asked whether it is waited for)$/,
  countsAsError: /^answers undefined$/,
};

export const OBSERVERS: readonly Scenario[] = (["route", "labels", "countsAsError"] as const).map((method) => ({
  ...{ plugin: "HostOptions", method, by: "RequestObserver", answers: true, atOnce: true },
  names: /route|labels|countsAsError/,
  fine: ({ name }) => FINE[method].test(name),
  play: async (stage) => {
    const signals = new GoldenSignalsCollector({ labels: { tier: 5 }, logger: stage.logger, clock: stage.clock });
    const well: Readonly<Record<string, () => unknown>> = WELL;
    const options = { ...WELL, [method]: stage.plugin(well[method]!) } as HostOptions<object>;
    const observer = new RequestObserver<object>(signals, options);
    for (let request = 0; request < REQUESTS; request += 1) {
      const response = new Fetched();
      observer.observe({}, "GET", response);
      response.endWith({ status: 200 }, () => 500);
    }
    const text = await stage.play(signals.metrics());
    const counts = [...text.matchAll(/^http_requests_total\{.*\} (\d+)$/gm)].map(([, count]) => Number(count));
    const counted = counts.reduce((sum, count) => sum + count, 0);
    goesOn(counted === REQUESTS, `${String(counted)} of ${String(REQUESTS)} requests are counted`);
  },
}));
