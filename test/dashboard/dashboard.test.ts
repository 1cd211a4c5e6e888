import fc from "fast-check";
import { expect, expectTypeOf, onTestFinished, test, describe } from "vitest";

import { CapacityPlanner } from "../../src/capacity/planner.ts";
import { ChaosRunner } from "../../src/chaos/runner.ts";
import { AdapterError } from "../../src/core/errors.ts";
import { SloDashboard } from "../../src/dashboard/dashboard.ts";
import type { SloDashboardOptions } from "../../src/dashboard/options.ts";
import type {
  DashboardChaos,
  DashboardGateLike,
  DashboardIncidents,
  DashboardPlanner,
  DashboardStatuses,
} from "../../src/dashboard/sources.ts";
import { forecastSlo } from "../../src/forecast/slo.ts";
import { ReleaseGate } from "../../src/gate/gate.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { Reliability } from "../../src/reliability.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { SloStatusReader } from "../../src/status/reader.ts";
import { DAY, HOUR, MINUTE, NOW, worldOf } from "./support/world.ts";

function dashboardOf(options: SloDashboardOptions): SloDashboard {
  const dashboard = new SloDashboard(options);
  onTestFinished(() => dashboard.close());
  return dashboard;
}

/** Of a budget of 36 requests an hour. */
const failsOnce = (every: number) => (_slo: unknown, second: number) => second % every === 0;

test("the rooms of nines are what a dashboard asks", () => {
  expectTypeOf<Reliability>().toExtend<DashboardStatuses>();
  expectTypeOf<SloStatusReader>().toExtend<DashboardStatuses>();
  expectTypeOf<ReleaseGate>().toExtend<DashboardGateLike>();
  expectTypeOf<IncidentManager>().toExtend<DashboardIncidents>();
  expectTypeOf<ChaosRunner>().toExtend<DashboardChaos>();
  expectTypeOf<CapacityPlanner>().toExtend<DashboardPlanner>();
});

describe("a snapshot", () => {
  test("tells of each SLO what the status says, and how it went", async () => {
    const { clock, statuses } = worldOf(["shop"], failsOnce(200));
    const { services, at } = await dashboardOf({ statuses, clock }).snapshot();
    expect(at).toBe(NOW);
    const [slo] = services[0]!.slos;
    expect(slo).toMatchObject({
      id: "shop/availability",
      objective: "99%",
      window: "1h",
      range: { start: NOW - HOUR, end: NOW },
      good: 3_582,
      total: 3_600,
      sliRatio: 0.995,
      remainingRatio: 0.5,
      verdict: "healthy",
    });
    const [coarse, fine] = slo!.past!;
    expect(coarse!.start + coarse!.stepMs * coarse!.total.length).toBe(fine!.start);
    expect(fine!.start + fine!.stepMs * fine!.total.length).toBe(NOW);
    const all = [coarse!, fine!];
    const sum = (key: "bad" | "total") =>
      all.flatMap((row) => row[key]).reduce<number>((total, one) => total + one!, 0);
    expect([sum("bad"), sum("total")]).toEqual([18, 3_600]);
    expect(slo!.burns.map(({ name, burning }) => [name, burning])).toContainEqual(["ticket_slow", false]);
  });

  test("has what needs attention first", async () => {
    const rates: Record<string, number> = { calm: 1_000_000, spent: 50, warned: 120, thin: 150 };
    const { clock, statuses } = worldOf(
      Object.keys(rates),
      ({ service }, second) => second % (rates[service] ?? 1) === 0,
    );
    const { services } = await dashboardOf({ statuses, clock }).snapshot();
    expect(services.map(({ name }) => name)).toEqual(["spent", "warned", "thin", "calm"]);
  });

  test.each([
    ["1h", NOW - HOUR],
    [{ calendar: "day" }, Date.UTC(2026, 5, 15)],
    [{ calendar: "month" }, Date.UTC(2026, 5, 1)],
  ])("goes back to the beginning of a window of %o, to the millisecond for each step", async (window, start) => {
    const { clock, statuses } = worldOf(["shop"], () => false, { window });
    const past = await dashboardOf({ statuses, clock }).past("shop/availability");
    const steps = past.reduce((sum, { total }) => sum + total.length, 0);
    expect(Math.abs(past[0]!.start - start)).toBeLessThanOrEqual(steps);
    const last = past.at(-1)!;
    expect(last.start + last.stepMs * last.total.length).toBe(NOW);
  });

  test("asks for the past again only when there is something new in it", async () => {
    const { clock, statuses, source } = worldOf(["shop"]);
    const dashboard = dashboardOf({ statuses, clock });
    await dashboard.snapshot();
    const rows = () => source.asked.filter(({ ranges }) => ranges.length >= 60).length;
    const before = rows();
    clock.advance(500);
    await dashboard.snapshot();
    expect(rows()).toBe(before);
    clock.advance(2_000);
    await dashboard.snapshot();
    expect(rows()).toBe(2 * before);
  });

  test("has the past of those that need attention most, and of each other one for who asks for it", async () => {
    const names = Array.from({ length: 70 }, (_, index) => `s${String(index).padStart(2, "0")}`);
    const { clock, statuses } = worldOf(names);
    const dashboard = dashboardOf({ statuses, clock });
    const { services } = await dashboard.snapshot();
    expect(services.filter(({ slos }) => slos[0]!.past !== undefined)).toHaveLength(60);
    expect(await dashboard.past("s69/availability")).toHaveLength(2);
    await expect(dashboard.past("s69/latency")).rejects.toThrow('id: there is no SLO "s69/latency" here');
  });

  test("says why nothing is known when the source fails, and goes on", async () => {
    const { clock, statuses, source } = worldOf(["shop"]);
    const dashboard = dashboardOf({ statuses, clock });
    source.failing = new AdapterError("does not answer", {
      adapter: "Prometheus",
      operation: "query",
      retryable: true,
    });
    const { services, troubles } = await dashboard.snapshot();
    expect(services[0]).toMatchObject({ verdict: "unknown", slos: [{ state: "no_data" }] });
    expect(services[0]!.reasons.join()).toContain("does not answer");
    expect(troubles.join()).toContain("the past of some SLOs could not be told");
    source.failing = undefined;
    expect((await dashboard.snapshot()).troubles).toEqual([]);
  });

  test("shows no foreign words of an error, and tells the logger", async () => {
    const { clock, statuses } = worldOf(["shop"]);
    const told: unknown[] = [];
    const secret = new Error("connect to postgres://user:hunter2@db");
    const broken: DashboardStatuses = {
      services: statuses.services,
      getSloStatus: () => Promise.reject(secret),
    };
    const logger = { warn: (_: string, fields?: unknown) => told.push(fields), error: () => undefined };
    const { services, troubles } = await dashboardOf({ statuses: broken, clock, logger }).snapshot();
    expect(services[0]).toMatchObject({ name: "shop", verdict: "unknown", failure: "Error" });
    expect(JSON.stringify([services, troubles])).not.toContain("hunter2");
    expect(told).toEqual([{ error: secret }]);
  });

  test("waits no longer than it may for one that hangs", async () => {
    const { clock, statuses } = worldOf(["shop"]);
    const gate = { check: () => new Promise<never>(() => undefined) };
    const taking = dashboardOf({ statuses, gate, clock, timeoutMs: 3_000 }).snapshot();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(3_000);
    const { services, troubles } = await taking;
    expect(services[0]!.verdict).toBe("healthy");
    expect(troubles).toEqual(["the gate did not answer about shop: the call did not finish within 3000 ms"]);
  });
});

describe("beside the SLOs", () => {
  test("stand the policy's decision, the gate, and the forecasts", async () => {
    const { clock, statuses } = worldOf(["shop"], failsOnce(50));
    const policies = new PolicyEngine({ clock });
    const gate = new ReleaseGate({ statuses, policies, whenUnknown: "closed", clock });
    const planner = new CapacityPlanner({
      clock,
      services: { shop: { metrics: { disk: { limit: 400, unit: "GB" } } } },
    });
    planner.addSamples(
      "shop",
      Array.from({ length: 60 }, (_, day) => ({
        timestamp: NOW - (60 - day) * DAY,
        disk: 210 + 2.4 * day + (day % 3),
      })),
    );
    const { services } = await dashboardOf({
      statuses,
      policies,
      gate,
      clock,
      capacity: planner,
      forecast: (slo, question) => forecastSlo(slo, { source: statuses.source, clock, ...question }),
    }).snapshot();
    const [shop] = services;
    expect(shop).toMatchObject({
      policy: {
        decision: "halt",
        reasons: [expect.stringContaining("200% of the error budget is consumed"), expect.anything()],
      },
      gate: { verdict: "block", allowed: false },
      capacity: [{ metric: "disk", unit: "GB", limit: 400, state: "forecast", urgency: "planned" }],
      slos: [{ forecast: { kind: "exhausted" }, exhaustion: { kind: "exhausted" } }],
    });
    expect(shop!.capacity![0]!.reachedAt).toBeGreaterThan(NOW);
  });

  test("stand incidents, deployments, chaos and exclusions on the time axis, and none of before it", async () => {
    const { clock, statuses } = worldOf(["shop", "cart"]);
    const incidents = new IncidentManager({ clock });
    await incidents.createIncident({ title: "long ago", severity: "SEV3", by: "ann", startedAt: NOW - 5 * HOUR });
    await incidents.resolve("INC-0001", { by: "ann" });
    clock.advance(2 * HOUR);
    await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann", services: ["shop"] });
    const at = clock.now();
    const deployments = [
      { service: "shop", version: "v1", at: at - 3 * HOUR },
      { service: "shop", version: "v2", at: at - 20 * MINUTE, outcome: "rolled_back" as const, by: "bob" },
    ];
    const run = { services: ["shop"], startedAt: at - 50 * MINUTE, endedAt: at - 40 * MINUTE };
    const history = [
      { id: "chaos-1", experiment: "a pod goes", outcome: "completed", ...run },
      { id: "chaos-2", experiment: "a pod would go", outcome: "dry_run", ...run },
    ];
    const excluded = { start: at - 30 * MINUTE, end: at - 25 * MINUTE, reason: "upgrade of the database" };
    const asked: DashboardStatuses = {
      services: statuses.services,
      getSloStatus: (service, question) => statuses.getSloStatus(service, question),
      exclusionsOf: ({ service }) => (service === "shop" ? [excluded] : []),
    };
    const { marks } = await dashboardOf({
      statuses: asked,
      clock,
      incidents,
      deployments,
      chaos: { history },
      incidentUrl: (id) => `https://incidents.example/${id}`,
    }).snapshot();
    expect(marks.map(({ kind, text, state, services }) => [kind, text, state, services])).toEqual([
      ["incident", "SEV2 checkout fails", "investigating", ["shop"]],
      ["deployment", "shop v2, by bob", "rolled back", ["shop"]],
      ["exclusion", "upgrade of the database", undefined, ["shop"]],
      ["chaos", "a pod goes", "completed", ["shop"]],
    ]);
    expect(marks[0]).toMatchObject({ id: "INC-0002", url: "https://incidents.example/INC-0002" });
    expect(marks[0]).not.toHaveProperty("until");
    expect(marks[1]).toMatchObject({ from: at - 20 * MINUTE, until: at - 20 * MINUTE });
  });

  test("stand runs of runbooks at the services of their incidents, and those of nobody's incident nowhere", async () => {
    const { clock, statuses } = worldOf(["shop", "cart"]);
    const incidents = new IncidentManager({ clock });
    await incidents.createIncident({ title: "checkout fails", severity: "SEV2", by: "ann", services: ["shop"] });
    const runbooks = new RunbookExecutor({ clock, incidents, actions: { look: () => Promise.resolve("seen") } });
    runbooks.registerRunbook("Burn", [{ name: "look", action: "look" }]);
    await runbooks.executeRunbook("Burn", {
      by: "ann",
      incident: { id: "INC-0001", title: "checkout fails", severity: "SEV2" },
    });
    await runbooks.executeRunbook("Burn", { by: "ann" });
    const { marks, troubles } = await dashboardOf({ statuses, clock, incidents, runbooks }).snapshot();
    expect(troubles).toEqual([]);
    const runs = marks.filter(({ kind }) => kind === "runbook");
    expect(runs.map(({ id, services, state }) => [id, services, state])).toEqual([["RUN-0001", ["shop"], "succeeded"]]);
  });

  test("stand halts from the decision to the one that ends them, and one that lasts has no end", async () => {
    const { clock, statuses, source } = worldOf(["shop"]);
    const policies = new PolicyEngine({ clock });
    const dashboard = dashboardOf({ statuses, policies, clock });
    const apply = async () => {
      const { slos } = await statuses.getSloStatus("shop");
      await policies.applyPolicy(
        "shop",
        slos.map(({ slo, budget }) => ({ slo, status: budget })),
      );
    };
    const fails = { share: 1 };
    source.measure = (_slo, ranges) =>
      Promise.resolve(ranges.map(() => ({ good: 1_000 * (1 - fails.share), total: 1_000, coverage: 1 })));
    await apply();
    fails.share = 0;
    clock.advance(10 * MINUTE);
    await apply();
    fails.share = 1;
    clock.advance(10 * MINUTE);
    await apply();
    clock.advance(MINUTE);
    const { marks } = await dashboard.snapshot();
    expect(marks.map(({ kind, from, until, state }) => [kind, from - NOW, until && until - NOW, state])).toEqual([
      ["halt", 20 * MINUTE, undefined, undefined],
      ["halt", 0, 10 * MINUTE, "over"],
    ]);
    expect(marks[0]!.text).toMatch(
      /^releases of shop halted: shop\/availability: 10,?000% of the error budget is consumed/,
    );
  });

  test("stands a log of deployments that fails as a trouble, and nothing else is lost", async () => {
    const { clock, statuses } = worldOf(["shop"]);
    const deployments = { deployments: () => Promise.reject(new Error("secret")) };
    const { services, troubles } = await dashboardOf({ statuses, clock, deployments }).snapshot();
    expect(troubles).toEqual(["deployments could not be told: Error"]);
    expect(services[0]!.verdict).toBe("healthy");
  });
});

describe("of a Reliability", () => {
  test("are shown its own golden signals, its policies, and examples of what failed", async () => {
    const reliability = await Reliability.open({
      document: {
        service_level_objectives: {
          shop: {
            availability: { target: "99.9%", measurement_window: "30d" },
            latency: { target: "95%", threshold: "100ms", measurement_window: "30d" },
          },
        },
      },
      evaluateEverySeconds: 0,
      signals: { exemplars: true },
    });
    onTestFinished(() => reliability.close());
    reliability.signals.addSaturation("pool", () => 0.25);
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    for (let count = 0; count < 99; count += 1) {
      reliability.signals.record({ method: "GET", route: "/cart", statusCode: 200, durationSeconds: 0.02 });
    }
    reliability.signals.record({ method: "GET", route: "/cart", statusCode: 500, durationSeconds: 0.02, traceId });
    const dashboard = dashboardOf({ statuses: reliability, links: { traces: { jaeger: "https://jaeger.example" } } });
    const [shop] = (await dashboard.snapshot()).services;
    expect(shop!.signals).toMatchObject({ errorRatio: 0.01, saturation: { pool: 0.25 } });
    expect(shop!.signals!.p95Ms).toBeGreaterThan(10);
    expect(shop!.policy!.decision).toBe("halt");
    const availability = shop!.slos.find(({ kind }) => kind === "availability");
    expect(availability!.traces).toEqual([
      expect.objectContaining({
        traceId,
        text: "GET /cart 500, 20 ms",
        url: `https://jaeger.example/trace/${traceId}`,
      }),
    ]);
    const status = await dashboard.getSloStatus("shop", { window: "7d" });
    expect(status.slos[0]!.window).toEqual({ kind: "rolling", durationMs: 7 * DAY });
  });

  test("how latency and saturation were is remembered whenever it has looked, with nobody watching", async () => {
    const reliability = await Reliability.open({
      document: {
        service_level_objectives: {
          shop: { latency: { target: "95%", threshold: "100ms", measurement_window: "30d" } },
        },
      },
      evaluateEverySeconds: 0,
    });
    onTestFinished(() => reliability.close());
    const dashboard = dashboardOf({ statuses: reliability });
    reliability.signals.record({ method: "GET", route: "/cart", statusCode: 200, durationSeconds: 0.02 });
    await reliability.evaluate();
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await reliability.evaluate();
    await new Promise((resolve) => setImmediate(resolve));
    const [slo] = (await dashboard.snapshot()).services[0]!.slos;
    expect(slo!.latency!.past!.length).toBeGreaterThanOrEqual(2);
    expect(slo!.latency!.thresholdMs).toBe(100);
  });
});

describe("refuses", () => {
  const { statuses } = worldOf(["shop"]);
  test.each([
    [
      "no statuses",
      {},
      "statuses: is missing; give what tells how services stand: a Reliability or an SloStatusReader",
    ],
    ["a misspelt option", { statuses, titel: "x" }, 'titel: is no option of SloDashboard; did you mean "title"?'],
    ["a title of nothing", { statuses, title: " " }, "title:"],
    [
      "an object without a list",
      { statuses, incidents: {} },
      "incidents: a mapping has no method list(); needed: list()",
    ],
    [
      "a refresh of nothing",
      { statuses, refreshSeconds: 0 },
      "refreshSeconds: 0 is out of range; write a number from 0.5 to 3600",
    ],
    ["a forecast that is no function", { statuses, forecast: 7 }, "forecast: 7 is not a function"],
    ["a runner without a history", { statuses, chaos: {} }, "chaos: a mapping has no history; give a ChaosRunner"],
    [
      "an address that no browser follows",
      { statuses, links: { traces: { jaeger: "javascript:1" } } },
      "links.traces.jaeger",
    ],
  ])("%s", (_, options, message) => {
    expect(() => new SloDashboard(options as SloDashboardOptions)).toThrow(message);
  });

  test("a service that there is not", async () => {
    await expect(dashboardOf({ statuses }).generateHtml(["shpo"])).rejects.toThrow(
      'services[0]: "shpo" is no service here; did you mean "shop"?',
    );
  });
});

test("whatever fails, a snapshot is figures and sentences that JSON can keep", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: HOUR }), async (every, ahead) => {
      const { clock, statuses } = worldOf(["shop", "cart"], failsOnce(every));
      clock.advance(ahead);
      const dashboard = new SloDashboard({ statuses, clock });
      const snapshot = await dashboard.snapshot();
      dashboard.close();
      expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
      expect(JSON.stringify(snapshot)).not.toMatch(/NaN|Infinity/);
    }),
    { numRuns: 15 },
  );
});
