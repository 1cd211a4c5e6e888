import { describe, expect, onTestFinished, test } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import { SloDashboard } from "../../src/dashboard/dashboard.ts";
import type { SloDashboardOptions } from "../../src/dashboard/options.ts";
import { Recent } from "../../src/dashboard/recent.ts";
import type { DashboardStatuses, ForecastLike } from "../../src/dashboard/sources.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import type { Deployment } from "../../src/ports/deployments.ts";
import { HOUR, MINUTE, NOW, worldOf } from "./support/world.ts";

function dashboardOf(options: SloDashboardOptions): SloDashboard {
  const dashboard = new SloDashboard(options);
  onTestFinished(() => dashboard.close());
  return dashboard;
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe("time that does not count", () => {
  test("is in no course: what failed in it is not drawn, and what failed before it is", async () => {
    const outage = { start: NOW - 30 * MINUTE, end: NOW - 20 * MINUTE, reason: "upgrade" };
    const fails = (_: unknown, second: number): boolean => {
      const at = second * 1_000;
      return (at >= outage.start && at < outage.end) || (at >= NOW - 55 * MINUTE && at < NOW - 55 * MINUTE + 20_000);
    };
    const { clock, statuses } = worldOf(["shop"], fails, { exclusions: [outage] });
    const [slo] = (await dashboardOf({ statuses, clock }).snapshot()).services[0]!.slos;
    const steps = slo!.past!.flatMap(({ start, stepMs, bad, total }) =>
      bad.map((one, index) => ({ end: start + (index + 1) * stepMs, bad: one!, total: total[index]! })),
    );
    const sum = (list: typeof steps, key: "bad" | "total") => list.reduce((all, one) => all + one[key], 0);
    expect(sum(steps, "bad")).toBe(20);
    expect(sum(steps, "total")).toBe(slo!.total);
    // All of it lies before the outage, but for the step that the fault ends in.
    expect(
      sum(
        steps.filter(({ end }) => end <= NOW - 54 * MINUTE),
        "bad",
      ),
    ).toBe(20);
  });

  test("is asked for anew when it is announced", async () => {
    const { clock, statuses } = worldOf(["shop"], () => true);
    const excluded: { start: number; end: number; reason: string }[] = [];
    const asked = { ...bound(statuses), exclusionsOf: () => excluded };
    const dashboard = dashboardOf({ statuses: asked, clock });
    const bad = async () => {
      const past = await dashboard.past("shop/availability");
      return past.flatMap((row) => row.bad).reduce<number>((sum, one) => sum + one!, 0);
    };
    expect(await bad()).toBe(3_600);
    excluded.push({ start: NOW - 2 * HOUR, end: NOW - 30 * MINUTE, reason: "upgrade" });
    expect(await bad()).toBe(1_800);
  });
});

describe("one that fails takes nothing else with it:", () => {
  const forecast: ForecastLike = { text: "lasts", level: 0.8, horizonAt: NOW, byTrend: { kind: "unknown" } };

  test("a forecast", async () => {
    const { clock, statuses } = worldOf(["a", "b", "c"], (_, second) => second % 200 === 0);
    let failing = "";
    const dashboard = dashboardOf({
      statuses,
      clock,
      forecast: ({ service }) =>
        service === failing ? Promise.reject(new Error("secret")) : Promise.resolve(forecast),
    });
    failing = "b";
    const first = await dashboard.snapshot();
    const told = ({ services }: typeof first) =>
      services.filter(({ slos }) => slos[0]!.forecast !== undefined).map(({ name }) => name);
    expect(told(first)).toEqual(["a", "c"]);
    expect(first.troubles).toEqual(["the budget of b/availability could not be forecast: Error"]);
    failing = "a";
    clock.advance(2 * MINUTE);
    // What was known of one that fails later is still shown.
    expect(told(await dashboard.snapshot())).toEqual(["a", "b", "c"]);
  });

  test("a planner", async () => {
    const { clock, statuses } = worldOf(["a", "b"]);
    const need = {
      unit: "GB",
      forecast: { state: "forecast" as const },
      exhaustion: undefined,
      chart: { history: [], forecast: [] },
    };
    const capacity = {
      services: ["a", "b"],
      predictCapacityNeeds(service: string) {
        if (service === "a") throw new Error("secret");
        return { confidence: 0.95, metrics: { disk: need } };
      },
      generateScalingRecommendations: () => [],
    };
    const { services, troubles } = await dashboardOf({ statuses, clock, capacity }).snapshot();
    expect(services.map(({ name, capacity: told }) => [name, told?.length])).toEqual([
      ["a", undefined],
      ["b", 1],
    ]);
    expect(troubles).toEqual(["the capacity of a could not be forecast: Error"]);
  });

  test("a status that cannot be read", async () => {
    const { clock, statuses } = worldOf(["a", "b"]);
    const asked: DashboardStatuses = {
      ...bound(statuses),
      getSloStatuses: async (question) => {
        const [first, second] = await statuses.getSloStatuses(question);
        return [{ ...first!, summary: undefined }, null, second] as never;
      },
    };
    const { services } = await dashboardOf({ statuses: asked, clock }).snapshot();
    expect(services.map(({ name, verdict, failure }) => [name, verdict, failure])).toEqual([
      ["a", "unknown", "TypeError"],
      ["b", "healthy", undefined],
    ]);
  });

  test("a gauge, or examples, that throw", async () => {
    const { clock, statuses } = worldOf(["a"]);
    const fails = () => {
      throw new Error("secret");
    };
    const signals = { saturation: fails, examples: fails, source: { has: () => true } };
    const { services, troubles } = await dashboardOf({ statuses: { ...bound(statuses), signals }, clock }).snapshot();
    expect(services[0]).toMatchObject({ verdict: "healthy", signals: { saturation: {} }, slos: [{ past: [{}, {}] }] });
    expect(troubles).toEqual([
      "how full this process is could not be told: Error",
      "requests that failed could not be told: Error",
    ]);
  });

  test("a deployment that is none", async () => {
    const { clock, statuses } = worldOf(["shop"]);
    const good: Deployment = { service: "shop", version: "v1", at: NOW - MINUTE };
    const deployments = [null, good, { ...good, outcome: 5 }, { ...good, at: NaN }] as unknown as readonly Deployment[];
    const { marks, troubles } = await dashboardOf({ statuses, clock, deployments }).snapshot();
    expect(marks.map(({ text }) => text)).toEqual(["shop v1"]);
    expect(troubles).toEqual([]);
  });

  describe("a deployment that is on no chart", () => {
    const seconds = Math.floor(NOW / 1_000);
    const late = { service: "shop", version: "v1", at: seconds };
    const of = (service: string): Deployment => ({ service, version: "v1", at: NOW - MINUTE });

    test("as its time is in seconds, is refused, and told where it came later", async () => {
      const { clock, statuses } = worldOf(["shop"]);
      const said = `${String(seconds)} is ${new Date(seconds).toISOString()} in milliseconds; was it meant in seconds?`;
      for (const [path, one] of [
        ["at", late],
        ["until", { ...of("shop"), until: seconds }],
      ] as const)
        expect(() => new SloDashboard({ statuses, clock, deployments: [of("shop"), one] })).toThrow(
          `deployments[1].${path}: ${said}`,
        );
      const deployments = [of("shop")];
      const dashboard = dashboardOf({ statuses, clock, deployments });
      deployments.push(late);
      const { marks, troubles } = await dashboard.snapshot();
      expect(marks).toHaveLength(1);
      expect(troubles).toEqual([`a deployment is on no chart: deployments[1].at: ${said}`]);
    });

    test("as its service is not here, is told once", async () => {
      const { clock, statuses } = worldOf(["shop"]);
      const deployments = ["shpo", "shop", "search", "shpo"].map(of);
      const { troubles } = await dashboardOf({ statuses, clock, deployments }).snapshot();
      expect(troubles).toEqual([
        'a deployment is on no chart: deployments[0].service: "shpo" is no service here; did you mean "shop"? allowed: shop',
        'a deployment is on no chart: deployments[2].service: "search" is no service here; allowed: shop',
      ]);
    });

    test("is told of a log where the name is a slip: a log may be of more services", async () => {
      const { clock, statuses } = worldOf(["shop"]);
      const deployments = { deployments: () => Promise.resolve(["shpo", "shop", "search"].map(of)) };
      const { troubles } = await dashboardOf({ statuses, clock, deployments }).snapshot();
      expect(troubles).toEqual([expect.stringContaining('deployments[0].service: "shpo" is no service here')]);
    });

    test("are ten of very many", async () => {
      const { clock, statuses } = worldOf(["shop"]);
      const deployments = Array.from({ length: 30 }, (_, index) => of(`other-${String(index)}`));
      const { troubles } = await dashboardOf({ statuses, clock, deployments }).snapshot();
      expect(troubles).toHaveLength(10);
    });
  });
});

test("many that hang take as long together as one of them may", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `s${String(index)}`);
  const { clock, statuses } = worldOf(names);
  const gate = { check: () => new Promise<never>(() => undefined) };
  const taken: unknown[] = [];
  const taking = dashboardOf({ statuses, gate, clock, timeoutMs: 3_000 }).snapshot();
  void taking.then((snapshot) => taken.push(snapshot));
  for (let second = 0; second < 3; second += 1) {
    await turns(200);
    clock.advance(1_000);
  }
  await turns(200);
  expect(taken).toHaveLength(1);
  const { troubles } = await taking;
  expect(troubles).toHaveLength(21);
  expect(troubles.at(-1)).toBe("and 20 more");
});

test("a past that cannot be told is an error for who asks for it, and a trouble in a snapshot even where it was known before", async () => {
  const { clock, statuses, source } = worldOf(["shop"]);
  const dashboard = dashboardOf({ statuses, clock });
  await dashboard.snapshot();
  const measure = source.measure.bind(source);
  source.measure = async (slo, ranges) => {
    if (ranges.length > 20)
      throw new AdapterError("does not answer", { adapter: "Prometheus", operation: "query", retryable: true });
    return measure(slo, ranges);
  };
  clock.advance(MINUTE);
  const { troubles, services } = await dashboard.snapshot();
  expect(troubles).toEqual([expect.stringContaining("the past of some SLOs could not be told: ")]);
  expect(services[0]!.slos[0]!.past).toBeDefined();
  await expect(dashboard.past("shop/availability")).rejects.toThrow("does not answer");
});

test("the past of an SLO is found although another service's name begins its own", async () => {
  const { clock, statuses } = worldOf(["a"]);
  const [status] = await statuses.getSloStatuses();
  const [slo] = status!.slos;
  const longer = { ...slo!, slo: { ...slo!.slo, id: "a/b/availability", service: "a/b" } };
  const asked: DashboardStatuses = {
    services: ["a", "a/b"],
    source: statuses.source,
    getSloStatus: (service) => Promise.resolve(service === "a" ? status! : { ...status!, service, slos: [longer] }),
  };
  expect(await dashboardOf({ statuses: asked, clock }).past("a/b/availability")).toHaveLength(2);
});

test("an open incident is marked however many are newer", async () => {
  const { clock, statuses } = worldOf(["shop"]);
  const incidents = new IncidentManager({ clock });
  await incidents.createIncident({ title: "old and open", severity: "SEV1", by: "ann", services: ["shop"] });
  for (let count = 0; count < 450; count += 1) {
    const { id } = await incidents.createIncident({ title: "short", severity: "SEV4", by: "ann" });
    await incidents.resolve(id, { by: "ann" });
  }
  clock.advance(MINUTE);
  const { marks } = await dashboardOf({ statuses, clock, incidents }).snapshot();
  expect(marks.map(({ text }) => text)).toContain("SEV1 old and open");
  expect(marks).toHaveLength(200);
});

test("an exclusion of some SLOs names them, and one of all SLOs of its services names only these", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `s${String(index)}`);
  const exclusion = { start: NOW - 30 * MINUTE, end: NOW - 20 * MINUTE, reason: "upgrade" };
  const { clock, statuses } = worldOf(names, () => false, {
    exclusions: [{ ...exclusion, services: names.slice(0, 30) }],
  });
  const { marks } = await dashboardOf({ statuses, clock }).snapshot();
  expect(marks).toHaveLength(1);
  expect(new Set(marks[0]!.services)).toEqual(new Set(names.slice(0, 30)));
  expect(marks[0]).not.toHaveProperty("slos");
});

test("what is remembered is bounded, and what nobody asks for goes first", () => {
  const recent = new Recent<number>(2);
  recent.set("a", 1);
  recent.set("b", 2);
  expect(recent.get("a")).toBe(1);
  recent.set("c", 3);
  expect([recent.get("a"), recent.get("b"), recent.get("c"), recent.size]).toEqual([1, undefined, 3, 2]);
});

/** The methods of a reader, to be replaced one by one. */
function bound(statuses: ReturnType<typeof worldOf>["statuses"]): DashboardStatuses {
  return {
    services: statuses.services,
    source: statuses.source,
    getSloStatus: (service, question) => statuses.getSloStatus(service, question),
  };
}
