import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { RecordedEvent } from "../../src/incident/events.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { EscalationPlanner, type EscalationPlannerOptions } from "../../src/response/escalation/planner.ts";
import { EscalationPolicy, type EscalationPolicyOptions } from "../../src/response/escalation/policy.ts";
import { takeStep } from "../../src/response/escalation/steps.ts";
import { EscalationWork } from "../../src/response/escalation/work.ts";
import { OnCallSchedule } from "../../src/response/on-call/on-call.ts";

/** A Sunday. */
const AT = Date.UTC(2026, 10, 22, 10);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const critical: EscalationPolicyOptions = {
  name: "critical",
  steps: [
    { to: [{ channel: "pager", schedule: "primary" }], wait: "10m" },
    { to: [{ channel: "pager", person: "boss" }, { channel: "chat" }], wait: "20m" },
  ],
  repeat: 1,
};

function schedule(name = "primary", startsAt = "2026-11-02"): OnCallSchedule {
  const handover = { every: "week", at: "09:00", zone: "UTC" };
  return new OnCallSchedule({ name, layers: [{ name: "weeks", people: ["ann", "bob"], handover, startsAt }] });
}

function planned(options: Partial<EscalationPlannerOptions> = {}): EscalationPlanner {
  return new EscalationPlanner({ policies: [new EscalationPolicy(critical)], schedules: [schedule()], ...options });
}

/** A process: its own manager and worker, over a store and a clock that others may have too. */
function started({
  planner = planned(),
  clock = new ManualClock(AT),
  store = new MemoryIncidentStore(),
}: { planner?: EscalationPlanner; clock?: ManualClock; store?: MemoryIncidentStore } = {}) {
  const incidents = new IncidentManager({ clock, store, planner });
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message), error: () => undefined };
  const work = new EscalationWork({ incidents, planner, logger });
  const attendAll = async (): Promise<void> => {
    for (const id of await incidents.due({ at: clock.now() })) {
      await work.attend(await incidents.get(id), { at: clock.now() });
    }
  };
  return { clock, store, incidents, work, attendAll, warnings };
}

async function declared({ incidents }: ReturnType<typeof started>, severity: "SEV1" | "SEV3" = "SEV1") {
  const { id } = await incidents.createIncident({ title: "checkout fails", severity, by: "hook" });
  return id;
}

/** What was asked for, as `minute recipient by channel`. */
function told(events: readonly RecordedEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type !== "notification_requested") return [];
    return `${String((event.at - AT) / MINUTE_MS)} ${event.recipient ?? "all"} by ${event.channel}`;
  });
}

function messages(events: readonly RecordedEvent[]): string[] {
  return events.flatMap((event) => (event.type === "escalated" ? event.message : []));
}

describe("an escalation", () => {
  it("takes its first step in the commit of the declaration", async () => {
    const process = started();
    const id = await declared(process);
    const { escalation, notifications, version } = await process.incidents.get(id);
    expect(version).toBe(3);
    expect(escalation).toEqual({ policy: "critical", step: 1, round: 0, dueAt: AT + 10 * MINUTE_MS });
    expect(notifications).toMatchObject([
      {
        key: "escalation/0.1/0/0/0",
        channel: "pager",
        kind: "escalated",
        recipient: "ann",
        message: 'please acknowledge ("critical", step 1 of 2, round 1 of 2)',
      },
    ]);
  });

  it("goes through steps and rounds while nobody acknowledges, and ends with a message and a warning", async () => {
    const process = started();
    const id = await declared(process);
    for (let minute = 0; minute < 120; minute += 1) {
      process.clock.advance(MINUTE_MS);
      await process.attendAll();
    }
    const events = await process.incidents.timeline(id);
    expect(told(events)).toEqual([
      "0 ann by pager",
      "10 boss by pager",
      "10 all by chat",
      "30 ann by pager",
      "40 boss by pager",
      "40 all by chat",
    ]);
    expect(messages(events)).toEqual([
      '"critical", step 1 of 2, round 1 of 2: tells "ann" by "pager"',
      '"critical", step 2 of 2, round 1 of 2: tells "boss" by "pager", "chat"',
      '"critical", step 1 of 2, round 2 of 2: tells "ann" by "pager"',
      '"critical", step 2 of 2, round 2 of 2: tells "boss" by "pager", "chat"',
      'nobody acknowledged after 2 rounds of "critical"; the escalation ends',
    ]);
    expect((await process.incidents.get(id)).escalation).toBeUndefined();
    expect(process.warnings).toEqual([
      'INC-0001: nobody acknowledged after 2 rounds of "critical"; the escalation ends',
    ]);
  });

  it("asks who is on call when the step is taken, overrides and all", async () => {
    const primary = schedule();
    const process = started({ planner: planned({ schedules: [primary] }) });
    const id = await declared(process);
    primary.addOverride({ person: "cy", from: AT + HOUR_MS / 2, until: AT + HOUR_MS });
    for (const minutes of [10, 20]) {
      process.clock.advance(minutes * MINUTE_MS);
      await process.attendAll();
    }
    expect(told(await process.incidents.timeline(id)).at(-1)).toBe("30 cy by pager");
  });

  it.each(["acknowledge", "resolve"] as const)(
    "stops when somebody says %s, even while a worker is at it",
    async (command) => {
      const process = started();
      const id = await declared(process);
      process.clock.advance(10 * MINUTE_MS);
      const seen = await process.incidents.get(id);
      await process.incidents[command](id, { by: "ann" });
      await process.work.attend(seen, { at: process.clock.now() });
      process.clock.advance(HOUR_MS);
      await process.attendAll();
      expect(told(await process.incidents.timeline(id))).toEqual(["0 ann by pager"]);
    },
  );

  it("begins again when the incident is opened again", async () => {
    const process = started();
    const id = await declared(process);
    await process.incidents.acknowledge(id, { by: "ann" });
    await process.incidents.resolve(id, { by: "ann" });
    process.clock.advance(5 * MINUTE_MS);
    const { notifications } = await process.incidents.reopen(id, { by: "ann" });
    expect(notifications.map(({ key }) => key)).toEqual(["escalation/0.1/0/0/0", "escalation/1.1/0/0/0"]);
  });

  it("goes on after a restart, late if need be, and does not catch up in a burst", async () => {
    const before = started();
    const id = await declared(before);
    before.clock.advance(26 * HOUR_MS);
    const after = started({ clock: before.clock, store: before.store });
    await after.attendAll();
    await after.attendAll();
    const late = 26 * 60;
    expect(told(await after.incidents.timeline(id)).slice(1)).toEqual([`${late} boss by pager`, `${late} all by chat`]);
    expect((await after.incidents.get(id)).escalation?.dueAt).toBe(AT + (late + 20) * MINUTE_MS);
  });

  it("is taken a step further by one of two workers", async () => {
    const one = started();
    const other = started({ clock: one.clock, store: one.store });
    const id = await declared(one);
    one.clock.advance(10 * MINUTE_MS);
    const seen = await one.incidents.get(id);
    await Promise.all([one, other, one, other].map(({ work }) => work.attend(seen, { at: one.clock.now() })));
    expect(told(await one.incidents.timeline(id))).toEqual(["0 ann by pager", "10 boss by pager", "10 all by chat"]);
  });

  it("is left alone by a worker that saw an earlier step, and before its time", async () => {
    const process = started();
    const id = await declared(process);
    const seen = await process.incidents.get(id);
    process.clock.advance(10 * MINUTE_MS);
    await process.attendAll();
    process.clock.advance(20 * MINUTE_MS);
    await process.work.attend(seen, { at: process.clock.now() });
    expect((await process.incidents.get(id)).escalation).toMatchObject({ step: 0, round: 1 });

    const planner = planned();
    expect(planner.goOn(seen, AT + 10 * MINUTE_MS - 1)).toEqual([]);
    expect(planner.goOn(seen, AT + 10 * MINUTE_MS)).toHaveLength(3);
    expect(planner.goOn({ ...seen, escalation: undefined }, Infinity)).toEqual([]);
  });

  it("goes on at once where nobody is on call, and says so", async () => {
    const policy = new EscalationPolicy({
      name: "critical",
      steps: [
        { to: [{ channel: "pager", schedule: "later" }], wait: "10m" },
        { to: [{ channel: "pager", schedule: "later" }, { channel: "chat" }], wait: "10m" },
      ],
    });
    const process = started({ planner: planned({ policies: [policy], schedules: [schedule("later", "2027-01-04")] }) });
    const events = await process.incidents.timeline(await declared(process));
    expect(told(events)).toEqual(["0 all by chat"]);
    expect(messages(events)).toEqual([
      '"critical", step 1 of 2: nobody is on call for "later"; goes on to the next step at once',
      '"critical", step 2 of 2: tells "chat"; nobody is on call for "later"',
    ]);
  });

  it("waits after the last step of a round though nobody was told, and tells who comes on call meanwhile", async () => {
    const steps = [1, 2].map(() => ({ to: [{ channel: "pager", schedule: "later" }], wait: "2h" }));
    const policies = [new EscalationPolicy({ name: "critical", steps, repeat: 20 })];
    const later = schedule("later", "2026-11-23");
    const process = started({ planner: planned({ policies, schedules: [later] }) });
    const id = await declared(process);
    for (let hour = 0; hour < 24; hour += 1) {
      process.clock.advance(HOUR_MS);
      await process.attendAll();
    }
    expect(told(await process.incidents.timeline(id))).toEqual([`${24 * 60} ann by pager`]);
  });

  it("tells one person once in a step, whichever way leads there", async () => {
    const to = [
      { channel: "pager", schedule: "primary" },
      { channel: "pager", person: "ann" },
      { channel: "chat", person: "ann" },
    ];
    const process = started({
      planner: planned({ policies: [new EscalationPolicy({ name: "c", steps: [{ to, wait: "1m" }] })] }),
    });
    const events = await process.incidents.timeline(await declared(process));
    expect(told(events)).toEqual(["0 ann by pager", "0 ann by chat"]);
  });

  it("keeps business hours: begins with them, and counts only them", async () => {
    const businessHours = { zone: "UTC", hours: [{ days: ["mon", "tue"], from: "09:00", until: "10:00" }] } as const;
    const steps = ["ann", "bob", "cy"].map((person) => ({ to: [{ channel: "pager", person }], wait: "40m" }));
    const policies = [new EscalationPolicy({ name: "office", steps, businessHours })];
    const process = started({ planner: planned({ policies }) });
    const id = await declared(process);
    expect(messages(await process.incidents.timeline(id))).toEqual([
      '"office", step 1 of 3: waits for business hours, 2026-11-23T09:00:00.000Z',
    ]);
    for (let tick = 0; tick < 6 * 50; tick += 1) {
      process.clock.advance(10 * MINUTE_MS);
      await process.attendAll();
    }
    const monday = 23 * 60;
    expect(told(await process.incidents.timeline(id))).toEqual([
      `${monday} ann by pager`,
      `${monday + 40} bob by pager`,
      `${monday + 24 * 60 + 20} cy by pager`,
    ]);
  });

  it("does not tell at night what was due in the day, when the worker comes too late", async () => {
    const businessHours = { zone: "UTC", hours: [{ days: ["sun", "mon"], from: "09:00", until: "17:00" }] } as const;
    const policies = [new EscalationPolicy({ ...critical, businessHours })];
    const process = started({ planner: planned({ policies }) });
    const id = await declared(process);
    process.clock.advance(12 * HOUR_MS);
    await process.attendAll();
    expect(told(await process.incidents.timeline(id))).toEqual(["0 ann by pager"]);
    expect((await process.incidents.get(id)).escalation).toMatchObject({ step: 1, dueAt: AT + 23 * HOUR_MS });
  });

  it("ends with a message when its policy is not there any more", async () => {
    const before = started();
    const id = await declared(before);
    before.clock.advance(HOUR_MS);
    const renamed = planned({ policies: [new EscalationPolicy({ ...critical, name: "urgent" })] });
    const after = started({ clock: before.clock, store: before.store, planner: renamed });
    await after.attendAll();
    expect(messages(await after.incidents.timeline(id)).at(-1)).toBe(
      'the escalation ends: there is no policy "critical" any more',
    );
    expect(after.warnings).toHaveLength(1);
    expect(await after.incidents.due()).toEqual([id]);
    expect((await after.incidents.get(id)).escalation).toBeUndefined();
  });

  it("goes on with the next round when its policy has lost the step that was due", async () => {
    const before = started();
    const id = await declared(before);
    before.clock.advance(10 * MINUTE_MS);
    const shorter = planned({ policies: [new EscalationPolicy({ ...critical, steps: critical.steps.slice(0, 1) })] });
    const after = started({ clock: before.clock, store: before.store, planner: shorter });
    await after.attendAll();
    expect(told(await after.incidents.timeline(id))).toEqual(["0 ann by pager", "10 ann by pager"]);
  });

  it("does not stop incidents from being kept when the machine's clock is far off", async () => {
    const businessHours = {
      zone: "Africa/Monrovia",
      hours: [{ days: ["mon"], from: "09:00", until: "17:00" }],
    } as const;
    const planner = planned({ policies: [new EscalationPolicy({ ...critical, businessHours })] });
    for (const now of [0, -1e12, Date.UTC(2300, 0)]) {
      const process = started({ planner, clock: new ManualClock(now) });
      expect((await process.incidents.get(await declared(process))).escalation?.policy).toBe("critical");
    }
  });
});

describe("the policy of an incident", () => {
  const relaxed = new EscalationPolicy({ name: "relaxed", steps: [{ to: [{ channel: "chat" }], wait: "1h" }] });
  const planner = planned({
    policies: [new EscalationPolicy(critical), relaxed],
    rules: [
      { labels: { drill: "yes" }, policy: null },
      { severities: ["SEV1", "SEV2"], policy: "critical" },
      { services: ["payments"], severities: ["SEV3"], policy: "critical" },
      { severities: ["SEV3"], policy: "relaxed" },
    ],
  });

  test.each([
    ["critical", { severity: "SEV1", services: [], labels: {} }],
    ["critical", { severity: "SEV3", services: ["shop", "payments"], labels: {} }],
    ["relaxed", { severity: "SEV3", services: ["shop"], labels: { drill: "no" } }],
    [undefined, { severity: "SEV1", services: [], labels: { drill: "yes" } }],
    [undefined, { severity: "SEV4", services: ["payments"], labels: {} }],
  ] as const)("is %s for %j", (name, subject) => {
    expect(planner.selectPolicy(subject)?.name).toBe(name);
  });

  it("is another one when the severity changes while nobody has acknowledged", async () => {
    const process = started({ planner });
    const id = await declared(process, "SEV3");
    const worse = await process.incidents.changeSeverity(id, { to: "SEV2", by: "ann" });
    expect(worse.escalation).toMatchObject({ policy: "critical", step: 1, round: 0 });
    const same = await process.incidents.changeSeverity(id, { to: "SEV1", by: "ann" });
    expect(same.escalation).toEqual(worse.escalation);
    expect(same.notifications).toHaveLength(2);
    const harmless = await process.incidents.changeSeverity(id, { to: "SEV4", by: "ann" });
    expect(harmless.escalation).toBeUndefined();
    expect(messages(await process.incidents.timeline(id)).at(-1)).toBe("the escalation ends: no policy is for SEV4");
  });

  it("does not begin for one that is acknowledged or resolved", async () => {
    const process = started({ planner });
    const id = await declared(process, "SEV3");
    await process.incidents.acknowledge(id, { by: "ann" });
    expect((await process.incidents.changeSeverity(id, { to: "SEV1", by: "ann" })).escalation).toBeUndefined();
    await process.incidents.resolve(id, { by: "ann" });
    expect((await process.incidents.changeSeverity(id, { to: "SEV3", by: "ann" })).notifications).toHaveLength(1);
  });
});

describe("however commands, workers and restarts meet", () => {
  const action = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 40 }) }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("work" as const), workers: fc.integer({ min: 1, max: 3 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom("acknowledge" as const, "resolve" as const, "reopen" as const, "restart" as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("severity" as const), to: fc.constantFrom("SEV1", "SEV2", "SEV3") }),
    },
  );

  it("tells each receiver of a step at most once in a round, and nobody after an acknowledgement", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 30 }), async (actions) => {
        const first = started();
        const { clock, store } = first;
        let processes = [first, started({ clock, store }), started({ clock, store })];
        const id = await declared(first);
        const ignored = (): undefined => undefined;
        for (const step of actions) {
          const [{ incidents }] = processes as [typeof first];
          if (step.kind === "wait") clock.advance(step.minutes * MINUTE_MS);
          else if (step.kind === "restart") processes = processes.map(() => started({ clock, store }));
          else if (step.kind === "severity")
            await incidents.changeSeverity(id, { to: step.to, by: "ann" }).catch(ignored);
          else if (step.kind === "work") {
            const seen = await incidents.get(id);
            await Promise.all(
              processes.slice(0, step.workers).map(({ work }) => work.attend(seen, { at: clock.now() })),
            );
          } else await incidents[step.kind](id, { by: "ann" }).catch(ignored);
        }
        const events = await first.incidents.timeline(id);
        const keys = events.flatMap((event) => (event.type === "notification_requested" ? event.key : []));
        expect(new Set(keys).size).toBe(keys.length);
        const places = events.flatMap((event) =>
          event.type === "escalated" && event.next !== undefined ? [[event.next.round, event.next.step] as const] : [],
        );
        let quiet = false;
        let place = -1;
        let round = 0;
        for (const event of events) {
          if (event.type === "acknowledged" || event.type === "resolved") quiet = true;
          if (event.type === "reopened") [quiet, place] = [false, -1];
          if (event.type === "created") place = -1;
          if (event.type === "notification_requested") expect(quiet).toBe(false);
          if (event.type !== "escalated" || event.next === undefined) continue;
          expect(quiet).toBe(false);
          const next = event.next.round * 2 + event.next.step;
          expect(next).toBe(place === -1 ? 1 : place + 1);
          [place, round] = [next, Math.max(round, event.next.round)];
        }
        expect(round).toBeLessThanOrEqual(2);
        expect(places.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });
});

describe("an escalation policy", () => {
  const step = { to: [{ channel: "chat" }], wait: "5m" };
  test.each<[string, unknown, string]>([
    ["no steps", { name: "p", steps: [] }, "steps: a list of 0 is not allowed; write a list of 1 to 20 steps"],
    ["a step for nobody", { name: "p", steps: [{ ...step, to: [] }] }, "steps[0].to: a list of 0"],
    [
      "a wait that is none",
      { name: "p", steps: [{ ...step, wait: "soon" }] },
      'steps[0].wait: "soon" is not a duration',
    ],
    ["no wait", { name: "p", steps: [{ to: step.to }] }, "steps[0].wait: is missing; write whole numbers with units"],
    [
      "a wait of nothing",
      { name: "p", steps: [{ ...step, wait: 0 }] },
      "steps[0].wait: 0 is no time to wait; write 1s to 7d",
    ],
    [
      "endless rounds",
      { name: "p", steps: [step], repeat: Infinity },
      "repeat: Infinity is not a whole number from 0 to 20",
    ],
    [
      "a target that is two",
      { name: "p", steps: [{ ...step, to: [{ channel: "c", person: "ann", schedule: "primary" }] }] },
      "steps[0].to[0]: has both a person and a schedule",
    ],
    [
      "a wait of years of business hours",
      {
        name: "p",
        steps: [{ ...step, wait: "1d" }],
        businessHours: { zone: "UTC", hours: [{ days: ["mon"], from: "09:00", until: "09:10" }] },
      },
      'steps[0].wait: "1d" would take a year, since a week has 10m of business hours',
    ],
    ["a slip", { name: "p", steps: [step], repeats: 1 }, "repeats: is no option of EscalationPolicy; did you mean"],
  ])("refuses %s", (_, options, message) => {
    expect(() => new EscalationPolicy(options as EscalationPolicyOptions)).toThrow(message);
  });

  test.each<[string, Partial<EscalationPlannerOptions>, string]>([
    ["a schedule that is not given", { schedules: [] }, 'policies[0]: "critical" asks the schedule "primary"'],
    ["twins", { schedules: [schedule(), schedule()] }, 'schedules[1]: "primary" is there twice; one can be'],
    [
      "a rule for no policy",
      { rules: [{ policy: "critcal" }] },
      'rules[0].policy: there is no policy "critcal"; did you mean',
    ],
    [
      "a severity that there is not",
      { rules: [{ severities: ["SEV0" as "SEV1"], policy: null }] },
      'rules[0].severities[0]: "SEV0"',
    ],
    [
      "two policies without rules",
      { policies: [new EscalationPolicy(critical), new EscalationPolicy({ ...critical, name: "other" })] },
      "rules: is missing; with 2 policies it must tell which is for which incidents",
    ],
  ])("is not planned with %s", (_, options, message) => {
    expect(() => planned(options)).toThrow(message);
  });
});

describe("a clock that stands in 1970, as a test may set it", () => {
  const DAY_MS = 24 * HOUR_MS;
  const policy = new EscalationPolicy({
    name: "office",
    steps: [{ to: [{ channel: "pager", schedule: "primary" }], wait: "10h" }],
    businessHours: {
      zone: "UTC",
      hours: [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", until: "17:00" }],
    },
  });
  const primary = schedule();
  primary.addOverride({ person: "cy", from: 0, until: 60 * DAY_MS });

  // Thursdays.
  test.each([0, 7, 14, 21, 42])("leads through office hours and turns on day %i", (day) => {
    const context = {
      policy,
      schedules: new Map([["primary", primary]]),
      incident: { reopened: 0, severities: [] },
    };
    const place = { step: 0, round: 0 };
    const midnight = day * DAY_MS;
    const opening = midnight + 9 * HOUR_MS;
    expect(takeStep({ ...context, at: midnight }, place)).toMatchObject([
      { type: "escalated", next: { ...place, dueAt: opening } },
    ]);
    // Eight hours of one day, and two of the next.
    expect(takeStep({ ...context, at: opening }, place)).toMatchObject([
      { type: "escalated", next: { round: 1, dueAt: midnight + DAY_MS + 11 * HOUR_MS } },
      { type: "notification_requested", recipient: "cy" },
    ]);
    const planner = new EscalationPlanner({ policies: [policy], schedules: [primary] });
    const escalation = { policy: "office", ...place, dueAt: opening };
    expect([planner.isDue({ escalation }, midnight), planner.isDue({ escalation }, opening)]).toEqual([false, true]);
  });
});
