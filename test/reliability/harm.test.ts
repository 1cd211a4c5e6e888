import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";

import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { Measurement } from "../../src/core/measurement.ts";
import { parsePolicyDocument } from "../../src/policy/document.ts";
import type { SliSource } from "../../src/ports/sli-source.ts";
import { Reliability } from "../../src/reliability.ts";
import type { Slo } from "../../src/slo/model.ts";

const OWN = "service_level_objectives: { shop: { availability: { target: 99%, measurement_window: 1h } } }";
const ABOUT =
  "error_budget_policies: { careful: { services: [shop], rules: [{ when: { slo: availabilty }, decision: halt }] } }";
const ELSEWHERE =
  "service_level_objectives: { shop: { availability: { target: 99%, measurement_window: 1h, sli: up } } }";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets pending promises and the timers that come due by then run. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  await turn();
  clock.advance(ms);
  await turn();
}

describe("what hangs", () => {
  it("a source that never answers is blind after five seconds, in every place that asks it", async () => {
    const clock = new ManualClock();
    const source: SliSource<Slo> = { measure: () => new Promise(() => undefined) };
    const reliability = await Reliability.open({ document: ELSEWHERE, source, clock, evaluateEverySeconds: 0 });
    for (const asking of [reliability.evaluate(), reliability.status()]) {
      await pass(clock, 5_000);
      const budget = (await asking).services[0]?.slos[0]?.budget;
      const reason = "its source could not tell: to measure shop/availability did not finish within 5000 ms";
      expect(budget).toMatchObject({ state: "no_data", reason });
    }
    await reliability.close();
  });

  it("a store that never answers fails the start and the end with an error that says so", async () => {
    const clock = new ManualClock();
    const hanging = {
      load: () => new Promise<undefined>(() => undefined),
      save: () => new Promise<void>(() => undefined),
    };
    const opening = Reliability.open({ document: OWN, store: hanging, clock });
    const refused = expect(opening).rejects.toThrow("the store's load did not finish within 10000 ms");
    await pass(clock, 10_000);
    await refused;
    const store = { ...hanging, load: () => Promise.resolve(undefined) };
    const reliability = await Reliability.open({ document: OWN, store, clock });
    const closing = expect(reliability.close()).rejects.toThrow("the store's save did not finish within 10000 ms");
    await pass(clock, 10_000);
    await closing;
  });

  it("an older look that is answered after a newer one decides nothing", async () => {
    const clock = new ManualClock();
    const waiting: ((answer: Measurement) => void)[] = [];
    const source: SliSource<Slo> = {
      measure: (_slo, ranges) =>
        new Promise((resolve) => {
          waiting.push((answer) => {
            resolve(ranges.map(() => answer));
          });
        }),
    };
    const reliability = await Reliability.open({ document: ELSEWHERE, source, clock, evaluateEverySeconds: 0 });
    const told: string[] = [];
    reliability.on("exhausted", ({ id }) => told.push(id));
    const older = reliability.evaluate();
    await pass(clock, 1_000);
    const newer = reliability.evaluate();
    await turn();
    waiting[1]?.({ good: 100, total: 100, coverage: 1 });
    await newer;
    waiting[0]?.({ good: 0, total: 100, coverage: 1 });
    await older;
    expect(reliability.policies.current("shop").decision).toBe("allow");
    expect(told).toEqual([]);
    await reliability.close();
  });

  it("a scrape does not ask a source, it tells what was found last", async () => {
    let asked = 0;
    const source: SliSource<Slo> = {
      measure: (_slo, ranges) => {
        asked += 1;
        return Promise.resolve(ranges.map(() => ({ good: 99, total: 100, coverage: 1 })));
      },
    };
    const reliability = await Reliability.open({ document: ELSEWHERE, source, evaluateEverySeconds: 0 });
    await reliability.evaluate();
    expect(await reliability.metrics()).toContain('slo_sli_ratio{service="shop",slo="availability"} 0.99');
    expect(asked).toBe(1);
    await reliability.close();
  });
});

describe("a wall clock that is set back by a year", () => {
  it("keeps no decision: what comes after it is judged and told", async () => {
    const clock = new ManualClock();
    const reliability = await Reliability.open({ document: OWN, clock, evaluateEverySeconds: 0 });
    const told: string[] = [];
    reliability.on("exhausted", ({ id }) => told.push(id));
    const request = (statusCode: number): void => {
      reliability.signals.record({ method: "GET", route: "/", statusCode, durationSeconds: 0.1 });
    };
    request(200);
    clock.advance(60_000);
    await reliability.evaluate();
    expect(reliability.policies.current("shop").decision).toBe("allow");
    clock.stepWall(-365 * 86_400_000);
    request(500);
    clock.advance(60_000);
    await reliability.evaluate();
    expect(reliability.policies.current("shop").decision).toBe("halt");
    expect(told).toEqual(["shop/availability"]);
    await reliability.close();
  });
});

describe("what throws", () => {
  it("a logger that throws harms neither a request nor the background", async () => {
    const clock = new ManualClock();
    const throwing = (): never => {
      throw new Error("log full");
    };
    const store = new (class extends MemoryStateStore {
      saves = 0;
      override save(): Promise<void> {
        this.saves += 1;
        return Promise.reject(new Error("disk full"));
      }
    })();
    const logger = { warn: throwing, error: throwing };
    const reliability = await Reliability.open({ document: OWN, store, clock, logger, saveEverySeconds: 1 });
    reliability.signals.fault("a test", new Error("x"));
    for (let second = 0; second < 3; second += 1) await pass(clock, 1_000);
    expect(store.saves).toBe(3);
    await expect(reliability.close()).rejects.toMatchObject({ code: "adapter", adapter: "the store" });
  });

  it("an open that fails leaves the user's registry as it was", async () => {
    const registry = new Registry();
    const store = { load: () => Promise.reject(new Error("no route")), save: () => Promise.resolve() };
    const opening = Reliability.open({ document: OWN, store, signals: { registry } });
    await expect(opening).rejects.toThrow("the store could not load the state: no route");
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it("a close that is asked for twice saves once, and both wait for it", async () => {
    let saved = 0;
    const store = new (class extends MemoryStateStore {
      override async save(): Promise<void> {
        await turn();
        saved += 1;
      }
    })();
    const reliability = await Reliability.open({ document: OWN, store });
    await Promise.all([reliability.close(), reliability.close()]);
    expect(saved).toBe(1);
  });
});

describe("what is meant otherwise", () => {
  it.each<[string, object, string]>([
    [
      "a misspelt option",
      { evaluateEverySecond: 1 },
      "evaluateEverySecond: is no option of Reliability.open; did you mean",
    ],
    ["a store that is a path", { store: "state" }, 'store: "state" has no method load(); needed: load(), save()'],
    [
      "a misspelt option of the signals",
      { signals: { bucket: [1] } },
      "bucket: is no option of GoldenSignalsCollector",
    ],
    ["a registry that is none", { signals: { registry: {} } }, "registry: a mapping has no method metrics()"],
    [
      "policies for an unknown service",
      { policies: { services: { shpo: { evaluate: () => null } } } },
      'services.shpo: "shpo" is no service here; did you mean "shop"?',
    ],
    ["a logger without error", { logger: { warn: () => null } }, "logger: a mapping has no method error()"],
  ])("%s is refused", async (_name, options, message) => {
    await expect(Reliability.open({ document: OWN, ...options })).rejects.toThrow(message);
  });

  it("an override of an unknown service is refused, with the ones that there are", async () => {
    const reliability = await Reliability.open({ document: OWN });
    const request = {
      service: "shpo",
      decision: "allow",
      by: "ada",
      reason: "a fix",
      expiresAt: Date.now() + 60_000,
    } as const;
    await expect(reliability.policies.setOverride(request)).rejects.toThrow(
      '"shpo" is no service here; did you mean "shop"?',
    );
    await reliability.close();
  });

  it.each([
    ["in the document", { document: `${OWN}\n${ABOUT}` }, "error_budget_policies.careful.rules[0].when.slo"],
    [
      "in policies of their own",
      { document: OWN, policies: parsePolicyDocument(ABOUT) },
      "services.shop.rules[0].when.slo[0]",
    ],
  ])("a rule about an SLO that there is not is told %s", async (_, options, path) => {
    await expect(Reliability.open(options)).rejects.toThrow(
      `${path}: "availabilty" is no SLO of "shop", so the rule never holds for it; did you mean "availability"?`,
    );
  });

  it("a policy for a service that there is not is told by its place in the document", async () => {
    const document = `
service_level_objectives: { shop: { availability: { target: 99%, measurement_window: 30d } } }
composite_slos: { all: { up: { of: all, members: [shop/availability], measurement_window: 30d } } }
error_budget_policies:
  careful: { services: [all, shpo], rules: [{ when: { consumed: { above: 80% } }, decision: halt }] }
`;
    await expect(Reliability.open({ document, service: "shop" })).rejects.toMatchObject({
      issues: [
        {
          path: ["error_budget_policies", "careful", "services", 1],
          message: expect.stringContaining('"shpo" is no service here; did you mean "shop"?'),
          line: 5,
          column: 30,
        },
      ],
    });
  });

  it("the faults of SLOs and of policies are told together", async () => {
    const document = `
service_level_objectives: { shop: { availability: { target: 99% } } }
error_budget_policies: { careful: { services: [shop], rules: [{ when: { consumed: { above: 80 } }, decision: halt }] } }
`;
    const opening = Reliability.open({ document });
    await expect(opening).rejects.toThrow(/^2 faults/);
    await expect(opening).rejects.toThrow("measurement_window");
    await expect(opening).rejects.toThrow("error_budget_policies.careful.rules[0].when.consumed.above");
  });

  it("a budget asked for by its id is the same as in the status, and takes no counts of its own", async () => {
    const clock = new ManualClock();
    const reliability = await Reliability.open({ document: OWN, clock });
    clock.advance(1_000);
    for (const statusCode of [200, 500]) {
      reliability.signals.record({ method: "GET", route: "/", statusCode, durationSeconds: 0.1 });
    }
    const budget = reliability.budget("shop/availability");
    expect(budget.status()).toEqual((await reliability.status()).services[0]?.slos[0]?.budget);
    expect(budget.shouldHaltReleases()).toBe(true);
    expect(() => {
      budget.recordEvents({ good: 1, total: 1 });
    }).toThrow("takes its counts from elsewhere");
    await reliability.close();
  });

  it("listeners that are added right after opening hear the first look", async () => {
    const clock = new ManualClock();
    const reliability = await Reliability.open({ document: OWN, clock });
    const heard: string[] = [];
    reliability.on("evaluated", ({ services }) => heard.push(services[0]?.decision ?? ""));
    await pass(clock, 0);
    expect(heard).toEqual(["unknown"]);
    await reliability.close();
  });
});
