import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { assessBudget } from "../../src/budget/assess.ts";
import type { BudgetSubject, MeasuredBudget } from "../../src/budget/status.ts";
import { Objective } from "../../src/core/objective.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { calendarWindow, rangeAt, rollingWindow, type Window } from "../../src/core/time/window.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import type { CreateIncident } from "../../src/incident/commands.ts";
import { draftPostmortem } from "../../src/postmortem/draft.ts";
import type { Postmortem, SliPoint } from "../../src/postmortem/model.ts";
import { parsePostmortem } from "../../src/postmortem/read/parse.ts";
import { renderPostmortem } from "../../src/postmortem/render.ts";
import type { PostmortemSources, StandingLike } from "../../src/postmortem/sources.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";

const HOUR = 3_600_000;
const JUNE = Date.UTC(2026, 5, 1);
const SLO = "shop/availability";

/** An hour's incident of an SLO that began at `startedAt`, and its postmortem as of its end. */
async function drafted(
  startedAt: number,
  sources: Partial<PostmortemSources>,
  create: Partial<CreateIncident> = {},
): Promise<Postmortem> {
  const clock = new ManualClock(startedAt);
  const incidents = new IncidentManager({ clock });
  const given = { title: "the shop fails", severity: "SEV2", services: ["shop"], slos: [SLO], by: "ann" } as const;
  const { id } = await incidents.createIncident({ ...given, startedAt, ...create });
  clock.advance(HOUR);
  await incidents.resolve(id, { by: "ann" });
  return draftPostmortem({
    ...{ incident: await incidents.get(id), events: await incidents.timeline(id), at: clock.now() },
    ...sources,
  });
}

function subjectOf(objective: string, window: Window): BudgetSubject {
  return { id: SLO, objective: Objective.parse(objective), window, minimumEvents: 1 };
}

function standing(
  subject: BudgetSubject,
  at: number,
  counts: { readonly bad: number; readonly total: number },
  period?: { readonly passedMs: number; readonly wholeMs: number },
): StandingLike & { readonly budget: MeasuredBudget } {
  const { bad, total } = counts;
  const window = { good: total - bad, total, coverage: 1 };
  const budget = assessBudget(subject, period === undefined ? { window } : { window, period }, at);
  if (budget.state !== "measured") throw new Error(budget.reason);
  return { slo: subject, budget };
}

const windows = fc.constantFrom(
  ...[rollingWindow(720 * HOUR), calendarWindow("month"), calendarWindow("quarter"), calendarWindow("week")],
);
const objectives = fc.constantFrom("90%", "99%", "99.9%", "99.95%");
const count = fc.integer({ min: 0, max: 1e6 });

function expectNear(told: number | undefined, truth: number): void {
  expect(Math.abs((told ?? NaN) - truth)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(truth)));
}

describe("what an incident cost", () => {
  it("is by how much its failures move the status, whatever was counted and excluded", async () => {
    const cases = fc.record({
      window: windows,
      objective: objectives,
      startedAt: fc.integer({ min: JUNE + HOUR, max: JUNE + 90 * 24 * HOUR }),
      ...{ good: count, bad: count, failed: count, passed: fc.integer({ min: 1, max: 100 }) },
      isExcluded: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ window, objective, startedAt, good, bad, failed, passed, isExcluded }) => {
        const subject = subjectOf(objective, window);
        const at = startedAt + HOUR;
        const total = good + bad + failed + 1;
        const range = rangeAt(window, at);
        const wholeMs = (range.end - range.start) / 2;
        const period = isExcluded ? { passedMs: (wholeMs * passed) / 100, wholeMs } : undefined;
        // With the failures of the incident, and with all of it good.
        const after = standing(subject, at, { bad: bad + failed, total }, period);
        const spared = standing(subject, at, { bad, total }, period);
        const points: SliPoint[] = [{ at, good: 1, total: failed + 1 }];
        const { impact } = await drafted(startedAt, { after: [after], history: [{ slo: SLO, points }] });
        const truth = after.budget.consumedRatio - spared.budget.consumedRatio;
        expectNear(impact.budgets[0]?.measured?.consumedRatio, truth);
      }),
    );
  });

  it("is what it took from the status before to the status after, while traffic is steady", async () => {
    const cases = fc.record({
      window: fc.constantFrom(calendarWindow("month"), calendarWindow("week"), calendarWindow("day")),
      objective: objectives,
      hour: fc.integer({ min: 1, max: 22 }),
      perHour: fc.integer({ min: 1, max: 1e5 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      failing: fc.double({ min: 0, max: 1, noNaN: true }),
      is: fc.constantFrom("both", "before", "after"),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ window, objective, hour, perHour, share, failing, is }) => {
        const subject = subjectOf(objective, window);
        const startedAt = JUNE + hour * HOUR;
        const { start } = rangeAt(window, startedAt);
        const at = startedAt + HOUR;
        const totalAt = (now: number): number => (perHour * (now - start)) / HOUR;
        const bad = Math.floor(share * totalAt(startedAt));
        const failed = Math.floor(failing * perHour);
        const before = standing(subject, startedAt, { bad, total: totalAt(startedAt) });
        const after = standing(subject, at, { bad: bad + failed, total: totalAt(at) });
        const points: SliPoint[] = [{ at, good: perHour - failed, total: perHour }];
        const { impact, charts } = await drafted(startedAt, {
          before: is === "after" ? undefined : [before],
          after: is === "before" ? undefined : [after],
          history: [{ slo: SLO, points }],
        });
        const cost = after.budget.consumedRatio - before.budget.consumedRatio;
        expectNear(impact.budgets[0]?.measured?.consumedRatio, cost);
        expectNear(charts[0]?.budget.at(-1)?.remainingRatio, after.budget.remainingRatio);
      }),
    );
  });

  it("of a month is a share of the month's budget on its third day, in the figures and in the picture", async () => {
    const subject = subjectOf("99%", calendarWindow("month"));
    const startedAt = JUNE + 60 * HOUR;
    const before = standing(subject, startedAt, { bad: 0, total: 60_000 });
    const after = standing(subject, startedAt + 12 * HOUR, { bad: 500, total: 72_000 });
    expect(after.budget.consumedRatio).toBeCloseTo(0.0694, 4);
    const points = Array.from({ length: 4 }, (_, quarter) => {
      return { at: startedAt + ((quarter + 1) * HOUR) / 4, good: 125, total: 250 };
    });
    const { impact, charts, drafts } = await drafted(startedAt, {
      ...{ before: [before], after: [after], history: [{ slo: SLO, points }] },
    });
    expect(impact.budgets[0]?.measured?.consumedRatio).toBeCloseTo(0.0694, 4);
    expect(charts[0]?.budget.at(-1)?.remainingRatio).toBeCloseTo(after.budget.remainingRatio, 9);
    expect(drafts.summary).toContain("It cost 6.94 % of the month (UTC) error budget of shop/availability.");
  });

  it("is a share of the whole month's budget where too little came to judge", async () => {
    const subject = { ...subjectOf("99%", calendarWindow("month")), minimumEvents: 1_000 };
    const startedAt = JUNE + 14 * 24 * HOUR;
    const window = { good: 490, total: 500, coverage: 1 };
    const after = { slo: subject, budget: assessBudget(subject, { window }, JUNE + 15 * 24 * HOUR) };
    expect(after.budget.state).toBe("too_little_traffic");
    const points = [{ at: startedAt + HOUR, good: 0, total: 10 }];
    const { impact } = await drafted(startedAt, { after: [after], history: [{ slo: SLO, points }] });
    // Twice 500 events are to be expected, of which 10 may fail.
    expect(impact.budgets[0]?.measured?.consumedRatio).toBeCloseTo(1, 9);
  });
});

describe("the cost of an incident that starts with its alert", () => {
  const subject = subjectOf("99.9%", rollingWindow(720 * HOUR));
  const before = standing(subject, JUNE, { bad: 164, total: 1_000_000 });
  const after = standing(subject, JUNE + HOUR, { bad: 654, total: 1_000_000 });
  const history = [{ slo: SLO, points: [{ at: JUNE + HOUR, good: 510, total: 1_000 }] }];
  const SAID = "This is counted from when the alert ErrorBudgetBurn fired; what failed before is not in it.";

  async function alerted(sources: Partial<PostmortemSources>, startedAt?: number): Promise<Postmortem> {
    const clock = new ManualClock(JUNE);
    const incidents = new IncidentManager({ clock });
    const response = new AutomatedResponse({ incidents, clock });
    const labels = { alertname: "ErrorBudgetBurn", slo: SLO, service: "shop", severity: "page" };
    await response.receive({ name: "ErrorBudgetBurn", labels, startsAt: JUNE });
    const id = "INC-0001";
    if (startedAt !== undefined) await incidents.correctTimes(id, { startedAt, by: "ann" });
    clock.advance(HOUR);
    await incidents.resolve(id, { by: "ann" });
    return draftPostmortem({
      ...{ incident: await incidents.get(id), events: await incidents.timeline(id), at: clock.now(), history },
      ...sources,
    });
  }

  it.each([
    ["what was spent before and after", { before: [before], after: [after] }, "16.4 % before it, 65.4 % after it."],
    ["what was spent before", { before: [before] }, "16.4 % before it."],
    ["what was spent after", { after: [after] }, "65.4 % after it."],
  ])("says that what failed before is not in it, and %s", async (_, sources, told) => {
    const postmortem = await alerted(sources);
    expect(postmortem.impact).toMatchObject({ countedFromAlert: "ErrorBudgetBurn" });
    expect(postmortem.drafts.summary).toContain(
      `It cost 49 % of the 30d error budget of ${SLO}. ${SAID} Of the error budget of ${SLO} was spent: ${told}`,
    );
    const row = "when the alert ErrorBudgetBurn fired; what failed before is not in it";
    expect(renderPostmortem(postmortem, "markdown")).toContain(`| Counted from | ${row} |`);
    expect(renderPostmortem(postmortem, "html")).toContain(`<dt>Counted from</dt><dd>${row}</dd>`);
    expect(parsePostmortem(renderPostmortem(postmortem, "json"))).toEqual(postmortem);
  });

  it("says nothing of the sort where somebody has told when it began", async () => {
    const postmortem = await alerted({ after: [after] }, JUNE - HOUR);
    expect(postmortem.impact).not.toHaveProperty("countedFromAlert");
    expect(postmortem.drafts.summary).not.toContain("counted from");
    expect(renderPostmortem(postmortem, "markdown")).not.toContain("Counted from");
  });

  it("says nothing of the sort where nothing was charged to a budget, but in the impact", async () => {
    const postmortem = await alerted({ history: [{ slo: SLO, points: [], reason: "it is away" }] });
    expect(postmortem.drafts.summary).not.toContain("counted from");
    expect(renderPostmortem(postmortem, "markdown")).toContain("| Counted from | when the alert");
  });
});
