import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { queueForecast, type QueueOptions } from "../../../src/capacity/scaling/queueing.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";

const queue = (arrivalsPerSecond: number, servicesPerSecond: number, servers: number) =>
  queueForecast({ arrivalsPerSecond, servicesPerSecond, servers });

describe("a queue of one server", () => {
  it("is M/M/1: 8 of 10 a second", () => {
    const found = queue(8, 10, 1);
    expect(found).toMatchObject({ utilisation: 0.8, stable: true });
    expect(found.waitProbability).toBeCloseTo(0.8, 14);
    // 1 / (10 - 8), and what of it is not the service itself
    expect(found.meanResponseMs).toBeCloseTo(500, 9);
    expect(found.meanWaitMs).toBeCloseTo(400, 9);
    // The response is exponential: -ln(1 - share) * 500 ms
    for (const share of [0.01, 0.5, 0.95, 0.999]) {
      expect(found.responseMs(share) / (-Math.log1p(-share) * 500)).toBeCloseTo(1, 8);
    }
  });

  it("is M/M/1 at any load", () => {
    const case_ = fc.record({
      utilisation: fc.double({ min: 0, max: 0.9999, noNaN: true }),
      services: fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
      share: fc.double({ min: 0.001, max: 0.9999, noNaN: true }),
    });
    fc.assert(
      fc.property(case_, ({ utilisation, services, share }) => {
        const arrivals = utilisation * services;
        const found = queue(arrivals, services, 1);
        expect(found.waitProbability).toBeCloseTo(utilisation, 12);
        expect(found.meanResponseMs * (services - arrivals)).toBeCloseTo(1_000, 6);
        expect((found.responseMs(share) * (services - arrivals)) / (-Math.log1p(-share) * 1_000)).toBeCloseTo(1, 6);
      }),
    );
  });
});

describe("a queue of many servers", () => {
  it("of two that are half busy waits one time in three", () => {
    // By hand: C(2, a) = a² / (a² + (1 + a)(2 - a)), here 1 / 3 with a = 1.
    const found = queue(10, 10, 2);
    expect(found.waitProbability).toBeCloseTo(1 / 3, 14);
    expect(found.meanWaitMs).toBeCloseTo(1_000 / 30, 10);
    expect(found.meanResponseMs).toBeCloseTo(1_000 / 30 + 100, 10);
  });

  it("of three servers and two erlangs waits four times in nine", () => {
    // By hand: 2³/3! · 3/(3 - 2) = 4 of 4 + 1 + 2 + 2²/2! = 9.
    expect(queue(2, 1, 3).waitProbability).toBeCloseTo(4 / 9, 14);
  });

  // Tables of Erlang's C; and the worked example of 0.2 calls a second, of 240 s each, for 55 agents.
  test.each([
    [10, 5, 0.0361],
    [55, 48, 0.239],
  ])("of %d servers and %d erlangs is the published one, %d", (servers, erlangs, expected) => {
    expect(queue(erlangs, 1, servers).waitProbability).toBeCloseTo(expected, 3);
  });

  // C by Erlang's B, and uniroot(function(t) longer(t) - (1 - share), tol = 1e-15)
  test.each([
    [50, 20, 4, 0.3198567041965199, 10.661890139883997, [45.097968172963839, 170.84813230761762, 369.62740032130682]],
    [76, 20, 4, 0.89141899517767365, 222.85474879441841, [199.27803513269237, 775.98367494083664, 1753.9895302438631]],
    [8, 10, 1, 0.8, 400, [346.57359027997268, 1497.8661367769953, 3453.8776394910683]],
    [20, 20, 2, 0.33333333333333337, 16.666666666666671, [48.720580259496458, 190.82301525839142, 411.37550038222435]],
    [
      190,
      10,
      20,
      0.75540123209108656,
      75.540123209108657,
      [142.31218147776386, 447.24344806328736, 895.75838927586108],
    ],
  ] as const)(
    "has the figures of R: %d a second, %d each, %d servers",
    (arrivals, services, servers, waits, waitMs, quantiles) => {
      const found = queue(arrivals, services, servers);
      expect(found.waitProbability).toBeCloseTo(waits, 12);
      expect(found.meanWaitMs / waitMs).toBeCloseTo(1, 10);
      for (const [place, share] of [0.5, 0.95, 0.999].entries()) {
        expect(found.responseMs(share) / (quantiles[place] as number)).toBeCloseTo(1, 7);
      }
    },
  );

  it("is what the sum over all states gives", () => {
    const case_ = fc.record({
      servers: fc.integer({ min: 1, max: 60 }),
      utilisation: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(case_, ({ servers, utilisation }) => {
        const load = servers * utilisation;
        let [term, below] = [1, 0];
        for (let busy = 0; busy < servers; busy += 1) {
          below += term;
          term *= load / (busy + 1);
        }
        const waiting = term / (1 - utilisation);
        expect(queue(load, 1, servers).waitProbability).toBeCloseTo(waiting / (below + waiting), 10);
      }),
    );
  });

  test.each([
    [1_000, 0.9],
    [100_000, 0.999],
    [1_000_000, 0.9999],
  ])("of %d servers does not overflow", (servers, utilisation) => {
    const found = queue(servers * utilisation, 1, servers);
    expect(found.stable).toBe(true);
    expect(found.waitProbability > 0 && found.waitProbability < 1).toBe(true);
    // Halfin and Whitt 1981, for many servers: 1 / (1 + b·Φ(b) / φ(b)) with b = (1 - utilisation)·√servers.
    const b = (1 - utilisation) * Math.sqrt(servers);
    expect(Math.abs(found.waitProbability - 1 / (1 + (b * below(b)) / density(b)))).toBeLessThan(0.01);
    expect(found.responseMs(0.5)).toBeGreaterThan(690);
    expect(found.responseMs(0.99)).toBeLessThan(6_000);
  });

  it("that nobody comes to serves at once", () => {
    const idle = queue(0, 20, 3);
    expect(idle).toMatchObject({ utilisation: 0, stable: true, waitProbability: 0, meanWaitMs: 0, meanResponseMs: 50 });
    expect(idle.responseMs(0.95)).toBeCloseTo(-Math.log(0.05) * 50, 6);
  });

  test.each([
    ["as many come as go", 40, 20, 2],
    ["more come", 41, 20, 2],
    ["far more come", 1e9, 1, 1],
  ])("does not keep up where %s", (_, arrivals, services, servers) => {
    const found = queue(arrivals, services, servers);
    expect(found).toMatchObject({ stable: false, waitProbability: 1, meanWaitMs: Infinity, meanResponseMs: Infinity });
    expect(found.utilisation).toBe(arrivals / services / servers);
    expect(found.responseMs(0.5)).toBe(Infinity);
    expect(() => found.responseMs(95)).toThrow("share: 95 is not a share");
  });

  it("has no seam where the two rates are one, or nearly", () => {
    // With one service a second and two servers, one arrival leaves one to spare.
    const at = (arrivals: number): number => queue(arrivals, 1, 2).responseMs(0.999);
    // (1 - C)·e^-t + C·(1 + t)·e^-t with C = 1/3: its root for 0.001.
    const t = at(1) / 1_000;
    expect((1 + t / 3) * Math.exp(-t)).toBeCloseTo(0.001, 11);
    for (const off of [1e-12, 1e-9, 1e-7, 9.99e-7, 1.01e-6, 1e-5, 9.99e-4, 1.01e-3]) {
      const slope = (at(1.002) - at(0.998)) / 0.004;
      expect(Math.abs(at(1 + off) - at(1) - slope * off)).toBeLessThan(2e-5 + 4e3 * off * off * 10);
      expect(Math.abs(at(1 - off) - at(1) + slope * off)).toBeLessThan(2e-5 + 4e3 * off * off * 10);
    }
  });

  it("is slower with more to do and faster with more servers", () => {
    const case_ = fc.record({
      servers: fc.integer({ min: 1, max: 200 }),
      utilisation: fc.double({ min: 0.01, max: 0.98, noNaN: true }),
      share: fc.double({ min: 0.01, max: 0.999, noNaN: true }),
    });
    fc.assert(
      fc.property(case_, ({ servers, utilisation, share }) => {
        const arrivals = 7 * servers * utilisation;
        const found = queue(arrivals, 7, servers);
        // Bisection stops within a billionth.
        const slack = 1 - 3e-9;
        expect(queue(arrivals * 1.01, 7, servers).responseMs(share)).toBeGreaterThanOrEqual(
          found.responseMs(share) * slack,
        );
        expect(found.responseMs(share)).toBeGreaterThanOrEqual(
          queue(arrivals, 7, servers + 1).responseMs(share) * slack,
        );
        expect(found.responseMs(share * 1.0005)).toBeGreaterThan(found.responseMs(share) * slack);
        // Never faster than a service that does not wait.
        expect(found.responseMs(share)).toBeGreaterThanOrEqual(((-Math.log1p(-share) * 1_000) / 7) * slack);
      }),
    );
  });

  test.each([
    [8, 10, 1],
    [27, 10, 3],
    [20, 20, 2],
    [76, 20, 4],
  ])("is what a simulation of it does: %d a second, %d each, %d servers", (arrivals, services, servers) => {
    const random = seededRandom(`queue ${String(arrivals)}`);
    const simulated = simulate({ arrivalsPerSecond: arrivals, servicesPerSecond: services, servers }, 300_000, random);
    const found = queue(arrivals, services, servers);
    expect(Math.abs(simulated.waited - found.waitProbability)).toBeLessThan(0.02);
    expect(Math.abs(simulated.meanMs / found.meanResponseMs - 1)).toBeLessThan(0.08);
    for (const share of [0.5, 0.9, 0.95]) {
      expect(Math.abs(simulated.quantileMs(share) / found.responseMs(share) - 1)).toBeLessThan(0.08);
    }
  });
});

/** Requests one after another: each goes to the server that is free first. */
function simulate(
  { arrivalsPerSecond, servicesPerSecond, servers }: QueueOptions,
  requests: number,
  random: Random,
): { waited: number; meanMs: number; quantileMs: (share: number) => number } {
  const free = new Float64Array(servers);
  const responses = new Float64Array(requests);
  let [now, waited] = [0, 0];
  for (let request = 0; request < requests; request += 1) {
    now += -Math.log(1 - random.next()) / arrivalsPerSecond;
    let first = 0;
    for (let server = 1; server < servers; server += 1)
      if ((free[server] as number) < (free[first] as number)) first = server;
    const start = Math.max(now, free[first] as number);
    if (start > now) waited += 1;
    const end = start - Math.log(1 - random.next()) / servicesPerSecond;
    free[first] = end;
    responses[request] = (end - now) * 1_000;
  }
  const meanMs = responses.reduce((sum, value) => sum + value, 0) / requests;
  responses.sort();
  return {
    waited: waited / requests,
    meanMs,
    quantileMs: (share) => responses[Math.floor(share * requests)] as number,
  };
}

function density(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** Share of the normal distribution below `x`, by its power series. */
function below(x: number): number {
  let [term, sum] = [x, x];
  for (let index = 1; index < 400; index += 1) {
    term *= (x * x) / (2 * index + 1);
    sum += term;
  }
  return 0.5 + sum * density(x);
}

describe("what is no queue is refused", () => {
  const good = { arrivalsPerSecond: 1, servicesPerSecond: 2, servers: 1 };
  const withOption = (key: string, value: unknown) => () => queueForecast({ ...good, [key]: value });
  test.each<[string, () => unknown, string]>([
    [
      "a negative rate",
      withOption("arrivalsPerSecond", -1),
      "arrivalsPerSecond: -1 is not a rate; write 0 or more a second",
    ],
    ["an endless one", withOption("arrivalsPerSecond", Infinity), "arrivalsPerSecond: Infinity is not a rate"],
    ["none", withOption("arrivalsPerSecond", undefined), "arrivalsPerSecond: undefined is not a rate"],
    ["a missing one", withOption("arrivalsPerSecond", null), "arrivalsPerSecond: null is not a rate"],
    ["a text", withOption("arrivalsPerSecond", "5"), 'arrivalsPerSecond: "5" is not a rate'],
    [
      "a server that does nothing",
      withOption("servicesPerSecond", 0),
      "servicesPerSecond: 0 is not a rate; write more than 0",
    ],
    ["one that is NaN", withOption("servicesPerSecond", NaN), "servicesPerSecond: NaN is not a rate"],
    ["no servers", withOption("servers", 0), "servers: 0 is not a whole number from 1 to 1,000,000"],
    ["half a server", withOption("servers", 1.5), "servers: 1.5 is not a whole number"],
    ["too many", withOption("servers", 1_000_001), "servers: 1000001 is not a whole number from 1 to 1,000,000"],
    ["a misspelt option", withOption("server", 3), "server: is no option of queueForecast"],
    ["no options", () => queueForecast(undefined as never), "queueForecast takes an object of options, not undefined"],
    ["a share of all", () => queueForecast(good).responseMs(1), "share: 1 is not a share; write one such as 0.95"],
    ["a share of 95", () => queueForecast(good).responseMs(95), "share: 95 is not a share"],
    ["no share", () => queueForecast(good).responseMs(undefined as never), "share: undefined is not a share"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: "configuration", message: expect.stringContaining(message) }));
  });
});
