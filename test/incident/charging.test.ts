import { describe, expect, it } from "vitest";

import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { chargeIncidents, violationsOf } from "../../src/incident/charging.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { AT, MINUTE, after, thrownBy } from "./samples.ts";

const RESOLVED = { type: "resolved" } as const;
const REOPENED = { type: "reopened" } as const;
const BY = { by: "ann" };

describe("violations of an incident", () => {
  it("begin when the trouble began, and are one for each stretch in which it was on", () => {
    expect(violationsOf(after(RESOLVED, REOPENED, RESOLVED), { impact: 0.5 })).toEqual([
      { timestamp: AT - 2 * MINUTE, minutes: 3, impact: 0.5 },
      { timestamp: AT + 2 * MINUTE, minutes: 1, impact: 0.5 },
    ]);
  });

  it("of what is still on are charged if it is told until when", () => {
    const open = after(RESOLVED, REOPENED);
    expect(violationsOf(open)).toHaveLength(1);
    expect(violationsOf(open, { at: AT + 10 * MINUTE }).map(({ minutes }) => minutes)).toEqual([3, 8]);
    expect(violationsOf(after())).toEqual([]);
    expect(violationsOf(after(), { at: AT - 5 * MINUTE })).toEqual([]);
  });

  it.each([
    [{ impact: 1.5 }, "impact: 1.5 is not a share from 0 to 1"],
    [{ impact: NaN }, "impact: NaN is not a share from 0 to 1"],
    [{ impact: -0.1 }, "impact: -0.1 is not a share from 0 to 1"],
  ])("%j is refused", (options, message) => {
    expect(thrownBy(() => violationsOf(after(RESOLVED), options))).toMatchObject({ message });
  });

  it.each([0, 1])("may have an impact of %d", (impact) => {
    expect(violationsOf(after(RESOLVED), { impact })).toMatchObject([{ minutes: 3, impact }]);
  });

  it("are all those that are over, however often it was reopened", () => {
    const open = after(RESOLVED, REOPENED, RESOLVED, REOPENED);
    expect(violationsOf(open).map(({ minutes }) => minutes)).toEqual([3, 1]);
    expect(violationsOf(open, { at: AT + 5 * MINUTE }).map(({ minutes }) => minutes)).toEqual([3, 1, 1]);
  });

  it("are none of what its status calls open, whatever it has as its end", () => {
    const twofold = { ...after(), resolvedAt: AT + 5 * MINUTE };
    expect(violationsOf(twofold)).toEqual([]);
    expect(violationsOf({ ...twofold, status: "resolved" })).toMatchObject([{ minutes: 7 }]);
  });

  it.each<[string, object, string]>([
    ["without a start", { status: "resolved", visits: [] }, "a mapping without startedAt is"],
    ["without a status", { startedAt: AT, visits: [] }, "a mapping without status is"],
    ["without visits", { startedAt: AT, status: "resolved" }, "a mapping without visits is"],
  ])("are not made of an incident %s", (_, incident, words) => {
    expect(thrownBy(() => violationsOf(incident as never))).toMatchObject({
      message: `incident: ${words} not what is needed: a mapping with startedAt, status, visits`,
    });
  });

  it("are not made of times that contradict each other", () => {
    const backwards = { ...after(RESOLVED), startedAt: AT + 9 * MINUTE };
    expect(thrownBy(() => violationsOf(backwards))).toMatchObject({
      code: "configuration",
      message: "visits: the times of the incident contradict each other",
    });
  });
});

describe("charging", () => {
  function charged() {
    const clock = new ManualClock(AT);
    const incidents = new IncidentManager({ clock });
    const budget = new ErrorBudgetManager({ objective: "99.9%", window: "30d", spentIn: "violations", clock });
    const stop = chargeIncidents(incidents, { budgets: ({ services }) => (services.includes("shop") ? [budget] : []) });
    const spentMinutes = (): number => {
      const status = budget.status();
      if (status.state !== "measured") throw new Error(status.state);
      return Math.round(status.consumedRatio * 43.2 * 1e6) / 1e6;
    };
    const declare = (severity: "SEV2" | "SEV4", service = "shop") =>
      incidents.createIncident({ title: "t", severity, services: [service], ...BY });
    return { clock, incidents, stop, spentMinutes, declare };
  }

  it("costs the time of a resolved incident, once, however often it is resolved", async () => {
    const { clock, incidents, spentMinutes, declare } = charged();
    const { id } = await declare("SEV2");
    clock.advance(10 * MINUTE);
    expect(spentMinutes()).toBe(0);
    await incidents.resolve(id, BY);
    expect(spentMinutes()).toBe(10);
    clock.advance(60 * MINUTE);
    await incidents.reopen(id, BY);
    clock.advance(5 * MINUTE);
    await incidents.resolve(id, BY);
    expect(spentMinutes()).toBe(15);
  });

  it("two at once cost as much as one, and what touches no SLO costs nothing", async () => {
    const { clock, incidents, stop, spentMinutes, declare } = charged();
    const all = await Promise.all([declare("SEV2"), declare("SEV2"), declare("SEV4"), declare("SEV2", "cart")]);
    clock.advance(10 * MINUTE);
    for (const { id } of all.slice(1)) await incidents.resolve(id, BY);
    clock.advance(2 * MINUTE);
    await incidents.resolve("INC-0001", BY);
    expect(spentMinutes()).toBe(12);
    stop();
    await declare("SEV2");
    clock.advance(5 * MINUTE);
    await incidents.resolve("INC-0005", BY);
    expect(spentMinutes()).toBe(12);
  });

  it("what is merged costs the time before it was", async () => {
    const { clock, incidents, spentMinutes, declare } = charged();
    await declare("SEV2");
    clock.advance(10 * MINUTE);
    await declare("SEV2");
    await incidents.merge("INC-0001", { into: "INC-0002", ...BY });
    expect(spentMinutes()).toBe(10);
  });

  it("costs nothing if it touches no SLO, and its share if it touches some", async () => {
    const clock = new ManualClock(AT);
    const incidents = new IncidentManager({ clock });
    const added: unknown[] = [];
    const budget = { addViolations: (violations: Iterable<unknown>) => void added.push(...violations) };
    const impact = ({ severity }: { readonly severity: string }): number => (severity === "SEV1" ? 1 : 0.25);
    chargeIncidents(incidents, { budgets: () => [budget], impact });
    for (const severity of ["SEV1", "SEV2", "SEV3", "SEV4"] as const) {
      const { id } = await incidents.createIncident({ title: "t", severity, ...BY });
      clock.advance(10 * MINUTE);
      await incidents.resolve(id, BY);
    }
    expect(added).toEqual([
      { timestamp: AT, minutes: 10, impact: 1 },
      { timestamp: AT + 10 * MINUTE, minutes: 10, impact: 0.25 },
    ]);
  });

  it.each<[string, unknown, unknown, string]>([
    ["what tells of no incidents", {}, { budgets: () => [] }, "incidents: a mapping has no method on(); needed: on()"],
    [
      "options that there are not",
      new IncidentManager(),
      { budget: () => [] },
      'budget: is no option of chargeIncidents; did you mean "budgets"? allowed: budgets, impact',
    ],
    [
      "options without budgets",
      new IncidentManager(),
      {},
      "options: a mapping has no method budgets(); needed: budgets()",
    ],
  ])("refuses %s", (_, incidents, options, message) => {
    expect(thrownBy(() => chargeIncidents(incidents as never, options as never))).toMatchObject({ message });
  });
});
