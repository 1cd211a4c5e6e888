/** What waiting in line does to latency: the queue of many servers, M/M/c, by Erlang's C formula. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";

/** A service as a queue. */
export interface QueueOptions {
  /** Requests that arrive in a second. */
  readonly arrivalsPerSecond: number;
  /** Requests that one server finishes in a second when it never waits: 1 / service time. */
  readonly servicesPerSecond: number;
  /** How many work side by side: replicas, times what each handles at once. At most a million. */
  readonly servers: number;
}

/** What a queue does. */
export interface QueueForecast {
  /** How busy each server is, from 0; from 1 on the queue grows without end. */
  readonly utilisation: number;
  /** Whether it keeps up with what arrives. */
  readonly stable: boolean;
  /** Share of requests that have to wait (Erlang C); 1 if it does not keep up. */
  readonly waitProbability: number;
  /** Mean wait before the service begins, in ms; Infinity if it does not keep up. */
  readonly meanWaitMs: number;
  /** Mean time from arrival to the end of the service, in ms. */
  readonly meanResponseMs: number;
  /** What a share of requests is answered within, in ms: `responseMs(0.95)`. */
  responseMs(share: number): number;
}

const OPTIONS = ["arrivalsPerSecond", "servicesPerSecond", "servers"] as const;
const MOST_SERVERS = 1_000_000;

/**
 * Utilisation, waiting and latency of a queue with random arrivals and random service times, first come first served (Erlang
 * 1917; Kleinrock 1975, section 3.5). Real services have other distributions: take it as a warning, not as a promise.
 *
 * @throws {@link ConfigurationError} for a rate that is negative or not finite, or servers that are no whole number
 *
 * @example
 * ```ts
 * import { queueForecast } from "nines";
 *
 * const calm = queueForecast({ arrivalsPerSecond: 50, servicesPerSecond: 20, servers: 4 });
 * const busy = queueForecast({ arrivalsPerSecond: 76, servicesPerSecond: 20, servers: 4 });
 * if (!(calm.responseMs(0.95) < busy.responseMs(0.95) / 3)) throw new Error("95 % busy is far slower than 63 %");
 * ```
 */
export function queueForecast(options: QueueOptions): QueueForecast {
  checkOptions(options, "queueForecast", OPTIONS);
  const { arrivalsPerSecond: arrivals, servicesPerSecond: services, servers } = options;
  if (!(Number.isFinite(arrivals) && arrivals >= 0))
    throw invalid("arrivalsPerSecond", `${show(arrivals)} is not a rate; write 0 or more a second`);
  if (!(Number.isFinite(services) && services > 0))
    throw invalid("servicesPerSecond", `${show(services)} is not a rate; write more than 0 a second`);
  if (!Number.isSafeInteger(servers) || servers < 1 || servers > MOST_SERVERS) {
    throw invalid("servers", `${show(servers)} is not a whole number from 1 to ${MOST_SERVERS.toLocaleString("en")}`);
  }
  const utilisation = arrivals / (servers * services);
  const stable = utilisation < 1;
  const waits = stable ? erlangC(arrivals / services, servers) : 1;
  // How fast the queue empties beyond what comes in.
  const spare = servers * services - arrivals;
  const meanWaitMs = stable ? (waits / spare) * 1_000 : Infinity;
  return {
    utilisation,
    stable,
    waitProbability: waits,
    meanWaitMs,
    meanResponseMs: meanWaitMs + 1_000 / services,
    responseMs(share) {
      if (!(share > 0 && share < 1)) throw invalid("share", `${show(share)} is not a share; write one such as 0.95`);
      return stable ? 1_000 * responseQuantile(share, { services, spare, waits }) : Infinity;
    },
  };
}

/** Share of requests that wait, with `load` servers busy of `servers`; by Erlang's B, which does not overflow. */
function erlangC(load: number, servers: number): number {
  let blocked = 1;
  for (let server = 1; server <= servers; server += 1) blocked = (load * blocked) / (server + load * blocked);
  return blocked / (1 - (load / servers) * (1 - blocked));
}

interface Rates {
  readonly services: number;
  readonly spare: number;
  readonly waits: number;
}

/** Share of requests that take longer than `seconds`: a service alone, or after a wait. */
function longer(seconds: number, { services, spare, waits }: Rates): number {
  const alone = Math.exp(-services * seconds);
  const apart = spare - services;
  // Where both rates are nearly one the two terms of their difference cancel; there they are taken as one.
  const small = apart * seconds;
  const both =
    Math.abs(apart) < 1e-3 * services && Math.abs(small) < 1
      ? (1 + services * (apart === 0 ? seconds : -Math.expm1(-small) / apart)) * alone
      : (spare * alone - services * Math.exp(-spare * seconds)) / apart;
  return (1 - waits) * alone + waits * both;
}

function responseQuantile(share: number, rates: Rates): number {
  let [low, high] = [0, 1 / rates.services];
  while (longer(high, rates) > 1 - share) {
    low = high;
    high *= 2;
  }
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (longer(middle, rates) > 1 - share) low = middle;
    else high = middle;
  }
  return high;
}
