import { describe, expect, onTestFinished, test } from "vitest";

import { minimumFailuresOf, noticeChanges, QUIET } from "../../src/budget/alerting.ts";
import { tiersFor } from "../../src/budget/slo-tiers.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { ReleaseGate } from "../../src/gate/gate.ts";
import { ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import { Reliability } from "../../src/reliability.ts";
import { judgeBudget } from "../../src/status/verdict.ts";
import { compositeStatus, serviceStatus, setUp, sloStatus, verdictOf } from "./support.ts";

/** What is told when so many of the last 100 requests have failed, after ten quiet days. */
async function toldOf(failures: number, alerting: object): Promise<readonly [number, string, string]> {
  const clock = new ManualClock();
  const slo = { target: "99.9%", measurement_window: "30d", alerting };
  const reliability = await Reliability.open({
    document: { service_level_objectives: { shop: { availability: slo } } },
    clock,
    evaluateEverySeconds: 0,
  });
  onTestFinished(() => reliability.close());
  let burns = 0;
  reliability.on("burnStarted", () => void (burns += 1));
  const serve = (count: number, failed: number): void => {
    for (let index = 0; index < count; index += 1) {
      const statusCode = index < failed ? 500 : 200;
      reliability.signals.record({ method: "GET", route: "/", statusCode, durationSeconds: 0.01 });
    }
  };
  serve(50_000, 0);
  clock.advance(10 * 86_400_000);
  serve(100, failures);
  await reliability.evaluate();
  const gate = new ReleaseGate({ statuses: reliability, policies: reliability.policies, whenUnknown: "closed", clock });
  const { verdict } = await gate.check("shop");
  return [burns > 0 ? 1 : 0, (await reliability.getSloStatus("shop")).verdict, verdict];
}

describe("status, alerts and gate take the same number of failures for a burn", () => {
  test.each([
    ["4, where 5 are usual", 4, {}, [0, "healthy", "pass"]],
    ["5, where 5 are usual", 5, {}, [1, "critical", "warn"]],
    ["5, where the SLO asks for 6", 5, { minimum_failures: 6 }, [0, "healthy", "pass"]],
    ["1, where the SLO asks for no more", 1, { minimum_failures: 1 }, [1, "critical", "warn"]],
    ["5, and alerts that are off are no policy", 5, { page: false, ticket: false }, [0, "healthy", "warn"]],
  ])("%s", async (_, failures, alerting, expected) => {
    expect(await toldOf(failures, alerting)).toEqual(expected);
  });
});

describe("counts that are extrapolated, 5 as 4.9, are judged alike", () => {
  test.each([
    [4.9, ["burnStarted", "page", "warn"]],
    [4.4, [undefined, undefined, "allow"]],
  ] as const)("%d failures", (bad, expected) => {
    const { slo, budget } = sloStatus({ consumed: 0.1, failing: 0.05 });
    const status = { ...budget, burnRates: budget.burnRates.map((burn) => ({ ...burn, bad })) };
    const { tiers } = tiersFor({ windowMs: 30 * 86_400_000, objective: slo.objective, alerting: {}, leastMs: 1 });
    const minimumFailures = minimumFailuresOf(slo);
    const [change] = noticeChanges(QUIET, status, { tiers, minimumFailures }).changes;
    const [burning] = judgeBudget(status, { tiers, minimumFailures, warnBelowRatio: 0 }).burning;
    const { decision } = new ConservativePolicy({ warnBelowRemainingRatio: false }).evaluate({ slo, status });
    expect([change?.name, burning?.tier.severity, decision]).toEqual(expected);
  });
});

describe("a composite", () => {
  const policies = { default: new ConservativePolicy({ haltAboveConsumedRatio: 10, warnBelowRemainingRatio: false }) };
  const burning = (bad: number, members: readonly string[]): ReturnType<typeof compositeStatus> => {
    const one = compositeStatus({ consumed: 0.1, members });
    const { budget } = sloStatus({ consumed: 0.1, failing: 0.05 });
    const burnRates = budget.burnRates.map((burn) => ({ ...burn, bad }));
    return { ...one, budget: { ...budget, id: one.composite.id, burnRates } };
  };
  const asking = (minimumFailures: number): ReturnType<typeof sloStatus> => {
    const status = sloStatus({ consumed: 0.1 });
    return { ...status, slo: { ...status.slo, alerting: { minimumFailures } } };
  };

  test.each([
    [4, "as many as usual", sloStatus({ consumed: 0.1 }), ["checkout/availability"], "pass"],
    [5, "as many as usual", sloStatus({ consumed: 0.1 }), ["checkout/availability"], "warn"],
    [7, "8", asking(8), ["checkout/availability"], "pass"],
    [8, "8", asking(8), ["checkout/availability"], "warn"],
    [5, "8, and one of another service as usual", asking(8), ["checkout/availability", "search/availability"], "warn"],
  ] as const)("with %i failures warns as its members ask for %s", async (bad, _, status, members, expected) => {
    expect(await verdictOf(serviceStatus([status], [burning(bad, members)]), { policies })).toBe(expected);
  });
});

test("an SLO whose alerting makes no sense is not judged", async () => {
  const status = sloStatus({ consumed: 0.1 });
  const slo = { ...status.slo, alerting: { minimumFailures: "5" as never } };
  const { reasons } = await setUp(serviceStatus([{ ...status, slo }])).gate.check("checkout");
  expect(reasons[0]).toMatchObject({
    code: "status_unreadable",
    message: expect.stringContaining("slos[0].slo.alerting.minimumFailures is not what a status has there"),
  });
});
