import { describe, expect, test } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { RecordedEvent } from "../../src/incident/events.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { incidentMetrics } from "../../src/incident/metrics.ts";
import { actionItemFaults } from "../../src/postmortem/action-items.ts";
import { draftPostmortem } from "../../src/postmortem/draft.ts";
import { missingSections, postmortemFaults } from "../../src/postmortem/faults.ts";
import { changePostmortemStatus, isPostmortemOverdue } from "../../src/postmortem/life.ts";
import type { Postmortem } from "../../src/postmortem/model.ts";
import { readPostmortem } from "../../src/postmortem/read/read.ts";
import { renderPostmortem } from "../../src/postmortem/render.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";
import { BEGAN, GIVEN, history, MINUTE, RUN, sampleGenerator, sampleIncidents, SECOND, standing } from "./samples.ts";

const { incidents, clock, id } = await sampleIncidents();
const incident = await incidents.get(id);
const events = await incidents.timeline(id);
const at = clock.now();

function texts({ timeline }: Postmortem): readonly string[] {
  return timeline.entries.map(({ source, text }) => `${source}: ${text}`);
}

describe("the figures", () => {
  test("are those of the incident room", () => {
    const { detection } = draftPostmortem({ incident, events, at });
    const { mttd, mtta, mttr } = incidentMetrics([incident], { from: BEGAN - 1, until: at, at });
    expect(mttd).toMatchObject({ meanMs: detection.toDetectMs });
    expect(mtta).toMatchObject({ meanMs: detection.toAcknowledgeMs });
    expect(mttr).toMatchObject({ meanMs: detection.toRestoreMs });
    expect(detection).toMatchObject({
      toDetectMs: 60_000,
      toDeclareMs: 15_000,
      toAcknowledgeMs: 40_000,
      toMitigateMs: 178_000,
      toRestoreMs: 1_080_000,
    });
    expect(detection).toMatchObject({
      detectedBy: "alert HighMemoryUsage",
      acknowledgedBy: "ann",
      firstAlertAt: BEGAN + 60_000,
    });
  });

  test("that nobody knows are said to be unknown, and no number", async () => {
    const { generator, incidents: others } = await sampleGenerator({
      runs: undefined,
      standing: undefined,
      history: undefined,
    });
    const { id: other } = await others.createIncident({ title: "search is slow", severity: "SEV4", by: "ann" });
    const postmortem = await generator.generate(other);
    expect(postmortem.detection).not.toHaveProperty("toAcknowledgeMs");
    expect(postmortem.dueAt).toBeUndefined();
    const markdown = generator.render(postmortem, "markdown");
    for (const row of [
      "| Acknowledged | unknown |",
      "| Resolved | not yet |",
      "| Users affected | unknown |",
      "| Time to restore | unknown |",
      "| First alert | unknown |",
    ]) {
      expect(markdown).toContain(row);
    }
    expect(markdown).not.toMatch(/undefined|NaN|null/);
    expect(generator.render(postmortem, "html")).not.toMatch(/undefined|NaN/);
  });

  test("of the budget are what is charged, and what was counted", () => {
    const { impact } = draftPostmortem({
      ...{ incident, events, at, history: [history()], facts: { impactRatio: 0.5, usersAffected: 1_200 } },
      before: [standing(BEGAN, 2_050)],
      after: [standing(at, 3_320)],
    });
    expect(impact.usersAffected).toBe("1,200");
    expect(impact.chargedMinutes).toBeCloseTo(9, 9);
    const [budget] = impact.budgets;
    expect(budget).toMatchObject({ slo: "checkout/availability", objective: "99.9%", window: "30d" });
    expect(budget?.allowedMinutes).toBeCloseTo(43.2, 9);
    expect(budget?.chargedRatio).toBeCloseTo(9 / 43.2, 9);
    const bad = history()
      .points.filter((point) => point.at > BEGAN && point.at <= BEGAN + 1_080 * SECOND)
      .reduce((sum, { good, total }) => sum + total - good, 0);
    expect(budget?.measured?.consumedRatio).toBeCloseTo(bad / 10_000, 9);
    expect(budget?.before?.consumedRatio).toBe(0.205);
    expect(budget?.after?.consumedRatio).toBe(0.332);
  });
});

describe("the timeline", () => {
  const entries = [{ at: BEGAN - MINUTE, source: "deploy", text: "v2 is live", url: "javascript:alert(1)" }];

  test("has all sources in order, and what a journal tells only once", () => {
    const postmortem = draftPostmortem({ incident, events, at, runs: [RUN], entries: [...entries, ...entries] });
    const all = texts(postmortem);
    expect(all[0]).toBe("deploy: v2 is live");
    expect(postmortem.timeline.entries[0]).not.toHaveProperty("url");
    expect(all.filter((text) => text.startsWith("deploy"))).toHaveLength(1);
    expect(all.filter((text) => text.includes("check_pods"))).toEqual([
      "runbook: RUN-0001, check_pods: succeeded after 2 s",
    ]);
    expect(all).toContain("runbook: RUN-0001, heap_dump: timed out after 30 s: it took longer than 30 s");
    expect(all).toContain("notification: told ann by pager: Declared by alerts, affects checkout.");
    expect(all).toContain("alert: HighMemoryUsage is over");
    const times = postmortem.timeline.entries.map((entry) => entry.at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("tells of a step when it ended, and of a long one when it began too", () => {
    const { timeline } = draftPostmortem({ incident, events, at, runs: [RUN] });
    const steps = timeline.entries.filter(({ text }) => text.startsWith("RUN-0001, "));
    expect(steps.map((entry) => [(entry.at - BEGAN) / SECOND, entry.text.slice("RUN-0001, ".length)])).toEqual([
      [97, "check_pods: succeeded after 2 s"],
      [97, "heap_dump: begins"],
      [127, "heap_dump: timed out after 30 s: it took longer than 30 s"],
      [127, "restart_deployment: begins"],
      [178, "restart_deployment: succeeded after 51 s, 2 attempts"],
    ]);
  });

  test("tells of what is under way, of approvals, and of what was left to people", () => {
    const [first] = RUN.steps;
    if (first === undefined) throw new Error("the sample has lost its steps");
    const asked = {
      message: "Restart?",
      requestedAt: BEGAN + 100 * SECOND,
      expiresAt: BEGAN + MINUTE * 60,
      afterAttempts: 0,
    };
    const answered = { ...asked, approved: true, by: "ann", answeredAt: BEGAN + 130 * SECOND, reason: "it is safe" };
    const none = { attempts: [], startedAt: undefined };
    const run = {
      ...RUN,
      ...({ status: "running", endedAt: undefined, isDry: true } as const),
      steps: [
        {
          ...first,
          name: "slow",
          status: "running",
          endedAt: undefined,
          startedAt: BEGAN + 140 * SECOND,
          approval: answered,
        },
        {
          ...first,
          ...none,
          name: "no",
          status: "refused",
          endedAt: BEGAN + 141 * SECOND,
          approval: { ...answered, approved: false },
        },
        { ...first, ...none, name: "call", status: "manual", endedAt: BEGAN + 142 * SECOND, kind: "manual" },
        { ...first, ...none, name: "later", status: "pending", endedAt: undefined },
      ],
    } as const;
    const told = texts(draftPostmortem({ incident, events, at, runs: [run] })).filter((text) =>
      text.includes("RUN-0001"),
    );
    expect(told).toEqual([
      "runbook: RUN-0001 begins: Memory of checkout is short",
      "runbook: RUN-0001, slow: asks for approval: Restart?",
      "runbook: RUN-0001, no: asks for approval: Restart?",
      "runbook: RUN-0001, slow: approved: it is safe",
      "runbook: RUN-0001, no: refused: it is safe",
      "runbook: RUN-0001, slow: begins",
      "runbook: RUN-0001, call: left to people",
    ]);
    const { runs, ...rest } = draftPostmortem({ incident, events, at, runs: [run] });
    expect(renderPostmortem({ ...rest, runs }, "markdown")).toContain("10:03:35: running, some of it only dry\n");
    const ended = { ...run, status: "succeeded", endedAt: BEGAN + 205 * SECOND, steps: RUN.steps } as const;
    expect(texts(draftPostmortem({ incident, events, at, runs: [ended] }))).toContain(
      "runbook: RUN-0001 succeeded after 1 min 50 s, some of it only dry",
    );
  });

  const note = (seconds: number, message: string, data: object): RecordedEvent =>
    ({
      type: "noted",
      kind: "runbook",
      message,
      data,
      by: "alerts",
      at: BEGAN + seconds * SECOND,
      recordedAt: at,
    }) as RecordedEvent;

  test("tells the end of a run once, though the response notes what came of it", () => {
    const outcome = note(178, "Runbook HighMemoryUsage (RUN-0001) succeeded after 1m23s", {
      outcomeOf: "INC-0001/3",
      run: RUN.id,
    });
    const ends = (runs: readonly (typeof RUN)[]): readonly string[] =>
      texts(draftPostmortem({ incident, events: [...events, outcome], at, runs })).filter((text) =>
        / succeeded after 1 ?m/.test(text),
      );
    expect(ends([RUN])).toEqual(["runbook: RUN-0001 succeeded after 1 min 23 s"]);
    expect(ends([])).toEqual(["runbook: Runbook HighMemoryUsage (RUN-0001) succeeded after 1m23s"]);
    expect(ends([{ ...RUN, status: "running", endedAt: undefined }])).toHaveLength(1);
  });

  test("tells that a process died, and another one went on", () => {
    const [first] = RUN.steps;
    if (first === undefined) throw new Error("the sample has lost its steps");
    const attempts = [
      { number: 1, status: "failed", startedAt: BEGAN + 95 * SECOND, isInterrupted: true, reason: "its process died" },
      { number: 2, status: "succeeded", startedAt: BEGAN + 96 * SECOND, endedAt: BEGAN + 97 * SECOND, exitCode: 0 },
    ] as const;
    const run = { ...RUN, resumed: 1, steps: [{ ...first, attempts }] };
    const resumed = note(95.5, "Runbook HighMemoryUsage goes on (RUN-0001): its process had died", {
      run: RUN.id,
      event: "resumed",
    });
    const told = texts(draftPostmortem({ incident, events: [...events, resumed], at, runs: [run] }));
    expect(told.filter((text) => text.includes("had died"))).toEqual([
      "runbook: Runbook HighMemoryUsage goes on (RUN-0001): its process had died",
      "runbook: RUN-0001, check_pods: attempt 1 was broken off, its process had died; attempt 2 begins",
    ]);
    // Between two steps no attempt tells.
    expect(texts(draftPostmortem({ incident, events, at, runs: [{ ...RUN, resumed: 1 }] }))).toContain(
      "runbook: RUN-0001 succeeded after 1 min 23 s, gone on with 1 time after its process had died",
    );
  });

  test("keeps the notes of a run whose journal is not there", () => {
    expect(texts(draftPostmortem({ incident, events, at }))).toContain("runbook: RUN-0001: check_pods succeeded");
  });

  test("keeps the notes of an earlier run that had the same id, in the memory of a process that is gone", () => {
    const early = note(1, "Runbook HighMemoryUsage (RUN-0001) failed after 1s", { run: RUN.id, event: "ended" });
    expect(RUN.startedAt).toBeGreaterThan(early.at);
    const told = texts(draftPostmortem({ incident, events: [...events, early], at, runs: [RUN] }));
    expect(told).toContain("runbook: Runbook HighMemoryUsage (RUN-0001) failed after 1s");
    expect(told).not.toContain("runbook: RUN-0001: check_pods succeeded");
  });

  test("is bounded: of too many entries the first and the last are there, and the others counted", () => {
    const many = Array.from({ length: 12_000 }, (_, index) => ({
      at: BEGAN + index,
      source: "x",
      text: `entry ${String(index)}`,
    }));
    const { timeline } = draftPostmortem({ incident, events, at, entries: many });
    expect(timeline.entries.length + timeline.omitted).toBeGreaterThan(12_000);
    expect(timeline.entries.length).toBeLessThanOrEqual(5_000);
    expect(timeline.omitted).toBeGreaterThan(6_000);
    expect(timeline.entries.at(-1)?.text).toBe("resolved: no restarts for a quarter of an hour");
  });
});

test("the largest file there can be is one that can be read back", async () => {
  const nasty = "\u202e|*\n".repeat(200);
  const labels = { ...incident.labels, alertname: nasty, pod: nasty };
  const alerts = new Map(
    Array.from({ length: 3_000 }, (_, index) => [
      String(index),
      { fingerprint: String(index), startsAt: BEGAN + index, status: "firing", labels, annotations: labels } as const,
    ]),
  );
  const step = RUN.steps[0] as (typeof RUN.steps)[number];
  const steps = Array.from({ length: 1_000 }, () => ({
    ...step,
    name: nasty,
    reason: nasty,
    attempts: step.attempts.map((attempt) => ({
      ...attempt,
      stdout: { text: nasty.repeat(20), bytes: 1, isCut: true },
    })),
  }));
  const runs = Array.from({ length: 30 }, (_, index) => ({
    ...RUN,
    id: `RUN-${String(index)}`,
    title: nasty,
    reason: nasty,
    steps,
  }));
  const entries = Array.from({ length: 9_000 }, (_, index) => ({
    at: BEGAN + index,
    source: nasty,
    text: nasty,
    by: nasty,
  }));
  const postmortem = draftPostmortem({ incident: { ...incident, alerts }, events, at, runs, entries });
  expect(postmortem.omittedAlerts).toBeGreaterThan(2_900);
  const markdown = renderPostmortem(postmortem, "markdown");
  expect(markdown.length).toBeGreaterThan(500_000);
  expect(readPostmortem(markdown).edited).toEqual([]);
});

describe("suggestions", () => {
  test("are drawn from the facts", () => {
    const { suggestions } = draftPostmortem({ incident, events, at, runs: [{ ...RUN, resumed: 1 }] });
    expect(suggestions.wentWell).toEqual([
      "alert HighMemoryUsage noticed it after 1 min",
      "ann acknowledged after 40 s",
      'the runbook "HighMemoryUsage" succeeded in 1 min 23 s',
    ]);
    expect(suggestions.wentWrong).toEqual(['step "heap_dump" of the runbook "HighMemoryUsage" timed out']);
    expect(suggestions.lucky).toEqual([
      "RUN-0001 was broken off, and another process went on with it",
      'step "restart_deployment" of the runbook "HighMemoryUsage" worked only at attempt 2',
    ]);
    expect(
      suggestions.actions.every(
        ({ text }) => actionItemFaults({ text, owner: "ann", due: "2026-12-01", kind: "prevent" }).length === 0,
      ),
    ).toBe(true);
  });

  test("tell of a runbook that healed it before anybody came, and of nobody on call", () => {
    const message = '"critical", step 1 of 2: nobody is on call for "core"; goes on to the next step at once';
    const called = {
      type: "escalated",
      message,
      by: "nines",
      at: BEGAN + 90_000,
      recordedAt: BEGAN + 90_000,
    } as RecordedEvent;
    const unseen = { ...incident, acknowledgedAt: undefined };
    const { suggestions } = draftPostmortem({ incident: unseen, events: [...events, called], at, runs: [RUN] });
    expect(suggestions.wentWell).toContain(
      'the runbook "HighMemoryUsage" succeeded in 1 min 23 s, before anybody had to do anything',
    );
    expect(suggestions.wentWrong).toContain(message);
  });
});

describe("luck is claimed only where it was luck", () => {
  const unseen = {
    ...incident,
    acknowledgedAt: undefined,
    alerts: new Map(
      [...incident.alerts].map(([key, alert]) => [
        key,
        { ...alert, status: "resolved", endsAt: BEGAN + 90 * SECOND } as const,
      ]),
    ),
  };
  const quiet = events.filter(({ type }) => type !== "acknowledged");
  const alone = "its alerts ended by themselves before anybody acknowledged";
  const failed = { ...RUN, status: "failed" } as const;
  const approval = {
    message: "Restart?",
    requestedAt: BEGAN,
    expiresAt: BEGAN + 1,
    afterAttempts: 0,
    approved: true,
    by: "ann",
  };
  const lucky = (part: Partial<Parameters<typeof draftPostmortem>[0]>) =>
    draftPostmortem({ incident: unseen, events: quiet, at, ...part }).suggestions;

  test("by alerts that ended when nobody had done anything", () => {
    expect(lucky({}).lucky).toEqual([alone]);
    expect(lucky({}).wentWrong).toContain("nobody ever acknowledged it");
  });

  test("and not when a runbook ran, somebody approved, or somebody worked on it", () => {
    const late = [...unseen.alerts].map(([key, alert]) => [key, { ...alert, endsAt: BEGAN + 900 * SECOND }] as const);
    const began = {
      ...failed,
      steps: RUN.steps.map((step) => ({
        ...step,
        attempts: step.attempts.map((each) => ({ ...each, startedAt: BEGAN })),
      })),
    };
    expect(lucky({ runs: [began] }).lucky).not.toContain(alone);
    const approved = { ...failed, steps: RUN.steps.map((step) => ({ ...step, approval, attempts: [] })) };
    expect(lucky({ runs: [approved] }).lucky).not.toContain(alone);
    expect(lucky({ runs: [approved] }).wentWrong).not.toContain("nobody ever acknowledged it");
    // By then the public had been told by ann.
    expect(lucky({ incident: { ...unseen, alerts: new Map(late) } }).lucky).toEqual([]);
  });

  test("and not for an attempt whose process died", () => {
    const [first] = RUN.steps;
    if (first === undefined) throw new Error("the sample has lost its steps");
    const attempt = { startedAt: BEGAN, status: "failed" } as const;
    const steps = (isInterrupted: boolean) => [
      {
        ...first,
        attempts: [
          { ...attempt, number: 1, isInterrupted },
          { ...attempt, number: 2, status: "succeeded" as const },
        ],
      },
    ];
    const said = 'step "check_pods" of the runbook "HighMemoryUsage" worked only at attempt 2';
    expect(lucky({ runs: [{ ...RUN, steps: steps(false) }] }).lucky).toContain(said);
    expect(lucky({ runs: [{ ...RUN, steps: steps(true) }] }).lucky).not.toContain(said);
  });

  test("nor is it said that nobody had to do anything, when somebody had to approve", () => {
    const words = 'the runbook "HighMemoryUsage" succeeded in 1 min 23 s';
    expect(lucky({ runs: [RUN] }).wentWell).toContain(`${words}, before anybody had to do anything`);
    const approved = { ...RUN, steps: RUN.steps.map((step) => ({ ...step, approval })) };
    expect(lucky({ runs: [approved] }).wentWell).toContain(words);
  });
});

test("an incident without an SLO is told of without figures that have no name", async () => {
  const { generator, incidents: others } = await sampleGenerator({ standing: undefined, history: undefined });
  const { id: other } = await others.createIncident({
    title: "search is slow",
    severity: "SEV2",
    startedAt: BEGAN,
    by: "ann",
  });
  const { drafts, impact } = await generator.generate(other);
  expect(impact.chargedMinutes).toBe(33);
  expect(drafts.summary).toMatch(/A budget of time is charged 33 min for it\.$/);
});

test("the first sign is what the alert said when it came, and not when it ended", async () => {
  const time = new ManualClock(BEGAN);
  const manager = new IncidentManager({ clock: time });
  const response = new AutomatedResponse({ incidents: manager, clock: time });
  const alert = { name: "Slow", labels: { service: "shop", severity: "page" } };
  await response.alert({ ...alert, annotations: { description: "2 s, which is too slow" } });
  time.advance(MINUTE);
  await response.alert({ ...alert, status: "resolved", annotations: { description: "no longer too slow" } });
  const sources = {
    incident: await manager.get("INC-0001"),
    events: await manager.timeline("INC-0001"),
    at: time.now(),
  };
  expect([...sources.incident.alerts.values()]).toMatchObject([{ annotations: { description: "no longer too slow" } }]);
  expect(draftPostmortem(sources).drafts.trigger).toBe(
    "Not known yet. The first sign was the alert Slow: 2 s, which is too slow",
  );
});

test("queries are those of the alerts, and of the SLOs", () => {
  const { queries } = draftPostmortem({ incident, events, at, after: [standing(at, 1)] });
  expect(queries.map(({ name }) => name)).toEqual(["alert HighMemoryUsage", "SLO checkout/availability"]);
  expect(queries[0]?.expression).toBe('container_memory_working_set_bytes{app="checkout"} / 2e9 > 0.9');
});

test("secrets go through nothing", async () => {
  const { generator } = await sampleGenerator({
    redact: (text) => text.replaceAll(/7d9f|bob|256 MB|OOMKilled|heap dump/g, "[redacted]"),
  });
  const postmortem = await generator.generate(id, { ...GIVEN, sections: { summary: "7d9f is bob's" } });
  const files = Object.values(generator.renderFiles(postmortem)).join("\n");
  expect(files).not.toMatch(/7d9f|bob|256 MB|OOMKilled|heap dump/);
  expect(files).toContain("[redacted]");
  await expect((await sampleGenerator({ redact: () => 1 as never })).generator.generate(id)).rejects.toThrow(
    /redact: answered 1; it takes a text/,
  );
});

test("the same sources make the same bytes, whatever the time of day", async () => {
  const { generator, clock: later } = await sampleGenerator();
  const first = generator.renderFiles(await generator.generate(id, GIVEN));
  later.advance(86_400_000);
  expect(generator.renderFiles(await generator.generate(id, GIVEN))).toEqual(first);
});

describe("action items", () => {
  const sound = { text: "Cap the cache of carts at 256 MB", owner: "bob", due: "2026-12-01", kind: "prevent" } as const;

  test.each([
    "Cap the cache of carts at 256 MB",
    "Alert when a pod restarts twice in ten minutes",
    "Add tests for carts of more than a thousand items",
    "Improve the message of the 503 page to name the status page",
  ])("%s is specific", (text) => {
    expect(actionItemFaults({ ...sound, text })).toEqual([]);
  });

  test.each([
    ["be more careful with caches", /has no end that anybody could see/],
    ["Please be careful next time", /no end/],
    ["Investigate the memory leak in checkout", /no end/],
    ["Look into the alerts of checkout", /no end/],
    ["Improve the monitoring", /no end/],
    ["Add more tests.", /no end/],
    ["Fix the bug", /no end/],
    ["fix it", /too short/],
    ["— — — Monitoring", /too short/],
    ["", /too short/],
  ])("%s is not", (text, message) => {
    expect(actionItemFaults({ ...sound, text }).join()).toMatch(message);
  });

  test.each([
    [{ owner: undefined }, /nobody owns it/],
    [{ owner: "  " }, /nobody owns it/],
    [{ due: undefined }, /it has no date/],
    [{ due: "soon" }, /"soon" is not a date/],
    [{ due: "2026-02-30" }, /"2026-02-30" is not a date/],
    [{ kind: undefined }, /it has no kind; write one of prevent, detect, mitigate/],
  ])("one with %j is not sound", (part, message) => {
    expect(actionItemFaults({ ...sound, ...part })).toMatchObject([expect.stringMatching(message)]);
  });
});

describe("its life", () => {
  const lucky = "- It was Sunday.";
  const done = { ...GIVEN.sections, summary: "Carts.", resolution: "A restart.", lucky };
  const item = { ...GIVEN.actionItems[0], id: "T1" };

  async function ready(): Promise<Postmortem> {
    const { generator } = await sampleGenerator();
    const postmortem = await generator.generate(id, { ...GIVEN, sections: done });
    return {
      ...postmortem,
      actionItems: postmortem.actionItems.map((other) => (other.id === "T1" ? { ...other, ...item } : other)),
    };
  }

  test("goes from a draft to its end, each change with who and when", async () => {
    const draft = await ready();
    expect(postmortemFaults(draft)).toEqual([]);
    const inReview = changePostmortemStatus(draft, { to: "in_review", by: "ann", at: at + 1 });
    const reviewed = changePostmortemStatus(inReview, { to: "reviewed", by: "carol", at: at + 2 });
    expect(() => changePostmortemStatus(reviewed, { to: "closed", by: "carol", at: at + 2 })).toThrow(
      /cannot be closed yet[\s\S]*actionItems\.T1: is open/,
    );
    const worked = {
      ...reviewed,
      actionItems: reviewed.actionItems.map((other) => ({ ...other, status: "done" as const })),
    };
    const closed = changePostmortemStatus(worked, { to: "closed", by: "carol", at: at + 3 });
    expect(closed.changes).toEqual([
      { from: "draft", to: "in_review", by: "ann", at: at + 1 },
      { from: "in_review", to: "reviewed", by: "carol", at: at + 2 },
      { from: "reviewed", to: "closed", by: "carol", at: at + 3 },
    ]);
    expect(changePostmortemStatus(closed, { to: "draft", by: "ann", at: at + 3 }).status).toBe("draft");
    expect(Object.isFrozen(closed)).toBe(true);
    expect(draft.status).toBe("draft");
  });

  test("goes on in time, by instants", async () => {
    const draft = await ready();
    const inReview = changePostmortemStatus(draft, { to: "in_review", by: "ann", at: at + 1 });
    for (const [postmortem, to, wrong, message] of [
      [
        draft,
        "in_review",
        5,
        /at: 1970-01-01T00:00:00\.005Z is before 2026-11-22T10:02:00\.000Z, when the incident began/,
      ],
      [inReview, "reviewed", at, /is before 2026-11-22T10:35:00\.001Z, when it became in_review/],
      [draft, "in_review", new Date(at), /at: is a Date; write its epoch milliseconds, date\.getTime\(\)/],
      [draft, "in_review", Math.round(at / 1_000), /was it meant in seconds/],
      [draft, "in_review", undefined, /at: undefined is not a time/],
    ] as const) {
      expect(() => changePostmortemStatus(postmortem, { to, by: "ann", at: wrong as never })).toThrow(message);
    }
  });

  test("has no edge that leaves out the review", async () => {
    const draft = await ready();
    expect(() => changePostmortemStatus(draft, { to: "closed", by: "ann", at })).toThrow(
      /"closed" is not possible while draft; possible: in_review/,
    );
    expect(() => changePostmortemStatus(draft, { to: "finished" as never, by: "ann", at })).toThrow(
      /"finished" is no status of a postmortem/,
    );
    expect(() => changePostmortemStatus(draft, { to: "in_review", by: " ", at })).toThrow(
      /by: .*write 1 to 200 characters/,
    );
  });

  test("is not reviewed while something is missing, which is listed in words", async () => {
    const { generator } = await sampleGenerator();
    const draft = changePostmortemStatus(await generator.generate(id), { to: "in_review", by: "ann", at });
    expect(missingSections(draft).map((text) => text.split(":")[0])).toEqual([
      ...[
        "Authors",
        "Summary",
        "Trigger",
        "Resolution",
        "What went well",
        "What went wrong",
        "Where we got lucky",
        "Impact",
      ],
    ]);
    expect(() => changePostmortemStatus(draft, { to: "reviewed", by: "ann", at })).toThrow(
      /11 faults[\s\S]*Summary: write what happened[\s\S]*actionItems\.T1: it has no date/,
    );
    const open = {
      ...(await ready()),
      status: "in_review" as const,
      incident: { ...draft.incident, status: "monitoring" },
    };
    expect(() => changePostmortemStatus(open, { to: "reviewed", by: "ann", at })).toThrow(
      /INC-0001 is monitoring; it must be resolved first/,
    );
  });

  test.each([
    ["SEV1", 3],
    ["SEV2", 5],
    ["SEV3", 10],
    ["SEV4", undefined],
  ] as const)("%s is due %s days after the resolution", (severity, days) => {
    const { dueAt } = draftPostmortem({ incident: { ...incident, severity }, events, at });
    expect(dueAt).toBe(days === undefined ? undefined : BEGAN + 1_080 * SECOND + days * 86_400_000);
  });

  test("is overdue after its date, until somebody has reviewed it", async () => {
    const draft = await ready();
    const due = draft.dueAt ?? 0;
    expect(isPostmortemOverdue(draft, due)).toBe(false);
    expect(isPostmortemOverdue(draft, due + 1)).toBe(true);
    expect(isPostmortemOverdue({ ...draft, status: "reviewed" }, due + 1)).toBe(false);
    const { generator } = await sampleGenerator({ dueWithin: { SEV2: 1 } });
    expect((await generator.generate(id)).dueAt).toBe(BEGAN + 1_080 * SECOND + 86_400_000);
  });
});

describe("what is misspelt is refused with what is allowed", () => {
  test.each([
    [{ incidents: undefined }, /undefined is no IncidentManager/],
    [{ runs: {} }, /has no method runsOf/],
    [{ history: 1 }, /history: 1 is no function/],
    [{ zone: "Mars/Base" }, /zone: "Mars\/Base" is not a time zone/],
    [{ links: 5 }, /links: 5 is no mapping of functions/],
    [{ links: { incident: "https://x.example" } }, /links\.incident: "https:\/\/x\.example" is no function/],
    [{ links: { incidnt: () => "" } }, /incidnt: is no option of links; did you mean "incident"/],
    [{ dueWithin: { SEV5: 1 } }, /SEV5.*is no option of dueWithin/],
    [{ dueWithin: { SEV1: -1 } }, /-1 is no number of days from 0 to 365/],
    [{ template: {} }, /template.*is no option of PostmortemGenerator; .*templates/],
    [{ templates: { markdown: { partials: { timelines: "" } } } }, /timelines.*is no option.*timeline/],
    [{ zone: "Mars" }, /"Mars" is not a time zone/],
  ])("%j", async (part, message) => {
    await expect(async () => (await sampleGenerator(part as never)).generator.generate(id)).rejects.toThrow(message);
  });

  test.each([
    [{ authors: "ann" }, /authors: "ann" is no list; write \["ann"\] for one/],
    [{ authors: ["ann", " "] }, /authors\[1\]: " "; write 1 to 200 characters/],
    [{ authors: [1] }, /authors\[0\]: 1; write 1 to 200 characters/],
    [{ title: "" }, /title: ""; write 1 to 300 characters/],
    [{ facts: { userAffected: 1 } }, /userAffected.*did you mean "usersAffected"/],
    [{ facts: { usersAffected: Number.NaN } }, /usersAffected: NaN is no number of people/],
    [{ facts: { firstReportAt: new Date(BEGAN) } }, /^facts\.firstReportAt: is a Date; write its epoch milliseconds/],
    [{ facts: { impactRatio: 20 } }, /impactRatio: 20 is no share from 0 to 1/],
    [{ entries: {} }, /entries: a mapping is no list/],
    [{ entries: [{ at: new Date(BEGAN), source: "x", text: "y" }] }, /^entries\[0\]\.at: is a Date; write its epoch/],
    [{ entries: [{ at: BEGAN, source: "x" }] }, /entries\[0\]\.text: undefined is no text/],
    [{ entries: [{ at: BEGAN, source: "x", text: "y", link: "z" }] }, /link: is no option of entries/],
    [{ sections: { summary: 1 } }, /sections\.summary: 1 is no text; write Markdown/],
    [{ actionItems: [{ text: "Do it now", kind: "prevnt" }] }, /kind: "prevnt" is none.*did you mean "prevent"/],
    [{ actionItems: [{ text: "Do it now", due: 5 }] }, /actionItems\[0\]\.due: 5; write/],
  ])("handed in: %j", async (part, message) => {
    const { generator } = await sampleGenerator();
    await expect(generator.generate(id, part as never)).rejects.toThrow(message);
  });

  test("a section that there is not, an item without words, a mark in a section, another incident's file", async () => {
    const { generator } = await sampleGenerator();
    await expect(generator.generate(id, { sections: { sumary: "x" } as never })).rejects.toThrow(
      /sections\.sumary: is no section; there are: summary/,
    );
    await expect(generator.generate(id, { actionItems: [{ text: " " }] })).rejects.toThrow(
      /actionItems\[0\]\.text: " "; write 1 to 2000/,
    );
    await expect(generator.generate(id, { sections: { summary: "a\n<!-- /nines:timeline -->" } })).rejects.toThrow(
      /sections\.summary: line 2 is a mark of a generated part/,
    );
    const previous = await generator.generate(id);
    await expect(
      generator.generate(id, { previous: { ...previous, incident: { ...previous.incident, id: "INC-0009" } } }),
    ).rejects.toThrow(/is of "INC-0009", not of "INC-0001"/);
    await expect(generator.generate(id, { previous: { ...previous, severity: 1 } as never })).rejects.toThrow(
      /severity/,
    );
    await expect(generator.generate("INC-0007")).rejects.toThrow(/INC-0007/);
  });
});
