import { describe, expect, expectTypeOf, it, onTestFinished } from "vitest";

import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import { KillSwitch } from "../../src/chaos/kill-switch.ts";
import type { ChaosEvents } from "../../src/chaos/runner-options.ts";
import type { ChaosSchedulerEvents } from "../../src/chaos/schedule/schedule-entry.ts";
import { ChaosScheduler } from "../../src/chaos/schedule/scheduler.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { type GateEvents, ReleaseGate } from "../../src/gate/gate.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { BUDGET_LINES } from "../../src/logging/budget-lines.ts";
import type { ChaosScheduleTold, ChaosTold } from "../../src/logging/chaos-lines.ts";
import type { GateTold } from "../../src/logging/gate-lines.ts";
import { logEvents, LOGGED_EVENTS, type LogEventsOptions } from "../../src/logging/log-events.ts";
import type { POLICY_LINES } from "../../src/logging/policy-lines.ts";
import { linesTo } from "../../src/logging/writers.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { ConservativePolicy } from "../../src/policy/threshold-policy.ts";
import { Reliability, type ReliabilityEvents } from "../../src/reliability.ts";
import type { EventSources } from "../../src/logging/sources.ts";
import { passing, runnerOf, settled, Strike } from "../chaos/support.ts";
import { executing, failing, hanging } from "../runbook/support.ts";
import { eventsOf, heardEvents, type HeardLine, heardTypes, hearing, TRACE } from "./support.ts";

const T0 = Date.UTC(2026, 10, 29, 10);
const HOUR = 3_600_000;
const DOCUMENT = {
  service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } },
};

async function opened(options: object = {}): Promise<{ reliability: Reliability; clock: ManualClock }> {
  const clock = new ManualClock(T0);
  const reliability = await Reliability.open({
    document: DOCUMENT,
    clock,
    evaluateEverySeconds: 0,
    signals: { exemplars: true },
    ...options,
  });
  onTestFinished(() => reliability.close());
  return { reliability, clock };
}

function fail({ signals }: Reliability, traceId: string | undefined, times = 50): void {
  for (let time = 0; time < times; time += 1) {
    signals.record({ method: "GET", route: "/cart", statusCode: 503, durationSeconds: 0.2, traceId });
  }
}

/** The fields of the only line with that event. */
function fieldsOf(lines: readonly HeardLine[], event: string): HeardLine["fields"] {
  const found = lines.filter(({ fields }) => fields.event === event);
  expect(found, event).toHaveLength(1);
  return found[0]!.fields;
}

describe("a reliability", () => {
  it("tells of burning budgets and of decisions, with the trace of a bad request, and of what fails", async () => {
    const run = (): Promise<void> => Promise.reject(Object.assign(new Error("token=hunter2"), { code: "ECONNRESET" }));
    const { reliability, clock } = await opened({
      actions: { run },
      policies: {
        audit: { append: () => Promise.reject(new Error("token=hunter2")) },
        default: new ConservativePolicy({ actions: { halt: ["freeze-deployments"] } }),
      },
    });
    const { logger, lines } = hearing();
    const stop = logEvents(
      { reliability },
      { logger, clock, traceUrl: (id) => `https://jaeger.example.com/trace/${id}` },
    );
    fail(reliability, TRACE);
    clock.advance(1_000);
    await reliability.evaluate();
    expect(eventsOf(lines).slice(0, 5)).toEqual([
      ...["warn burn_started", "warn burn_started", "warn burn_started", "warn burn_started", "warn budget_exhausted"],
    ]);
    expect(lines[0]).toEqual({
      level: "warn",
      message: "shop/availability burns its error budget: 1.00e+3 times as fast as it may, over 1h",
      fields: {
        logger: "nines",
        event: "burn_started",
        at: "2026-11-29T10:00:01.000Z",
        trace_id: TRACE,
        trace_from: "example",
        trace_url: `https://jaeger.example.com/trace/${TRACE}`,
        service: "shop",
        slo: "shop/availability",
        severity: "page",
        burn_rate: 1_000,
        burn_rate_short: 1_000,
        burn_threshold: 14.4,
        window: "1h",
        window_short: "5m",
        state: "measured",
        verdict: "exceeded",
        consumed_ratio: 1_000,
        remaining_ratio: -999,
        bad: 50,
        total: 50,
      },
    });
    const decided = fieldsOf(lines, "decision_changed");
    expect(decided).toMatchObject({ service: "shop", from: "unknown", to: "halt", decision: "halt", trace_id: TRACE });
    expect(String(decided.reasons)).toContain("shop/availability: ");
    await reliability.policies.setOverride({
      service: "shop",
      decision: "allow",
      by: "ann",
      reason: "it is known",
      expiresAt: T0 + HOUR,
    });
    await reliability.policies.removeOverride({ service: "shop", by: "bob", reason: "no more" });
    expect(fieldsOf(lines, "override_set")).toMatchObject({
      by: "ann",
      decision: "allow",
      expires_at: "2026-11-29T11:00:00.000Z",
    });
    expect(fieldsOf(lines, "override_removed")).toMatchObject({ by: "bob", override_by: "ann", reason: "no more" });
    await settled();
    const failed = lines.filter(({ level }) => level === "error");
    expect(new Set(failed.map(({ fields }) => fields.event))).toEqual(new Set(["action_failed", "audit_failed"]));
    expect(failed.find(({ fields }) => fields.event === "action_failed")?.fields).toMatchObject({
      action: "freeze-deployments",
      service: "shop",
      to: "halt",
    });
    expect(JSON.stringify(lines)).not.toContain("hunter2");
    const before = lines.length;
    stop();
    clock.advance(40 * 24 * HOUR);
    await reliability.evaluate();
    expect(lines).toHaveLength(before);
  });

  it("has no trace where there is none, where the bad one is of other times, and in good news", async () => {
    const { reliability, clock } = await opened();
    const { logger, lines } = hearing();
    logEvents({ reliability }, { logger, clock });
    fail(reliability, TRACE);
    clock.advance(2 * HOUR);
    fail(reliability, undefined);
    await reliability.evaluate();
    expect(eventsOf(lines)).toContain("warn burn_started");
    expect(lines.filter(({ fields }) => fields.trace_id !== undefined)).toEqual([]);
  });

  it("is no more than a manager and an engine of their own, with a collector beside", async () => {
    const clock = new ManualClock(T0);
    const budget = new ErrorBudgetManager({ id: "shop/availability", objective: "99.9%", window: "30d", clock });
    const policies = new PolicyEngine({ clock });
    const { logger, lines } = hearing();
    const asked: string[] = [];
    const signals = {
      examples: (slo: string) => {
        asked.push(slo);
        return [{ traceId: TRACE, at: T0, durationSeconds: 1, method: "GET", route: "/", code: "500", bad: true }];
      },
    };
    logEvents({ budget, policies, signals }, { logger, clock });
    budget.recordEvents({ good: 0, total: 100 });
    clock.advance(1_000);
    budget.evaluate();
    await policies.setOverride({ service: "shop", decision: "halt", by: "ann", reason: "x", expiresAt: T0 + HOUR });
    expect(eventsOf(lines)).toEqual(
      expect.arrayContaining([
        "warn burn_started",
        "warn budget_exhausted",
        "warn override_set",
        "warn decision_changed",
      ]),
    );
    expect(asked).toContain("shop/availability");
    expect(fieldsOf(lines, "budget_exhausted").trace_id).toBe(TRACE);
  });
});

describe("good news", () => {
  it("has no trace", async () => {
    const { reliability, clock } = await opened();
    fail(reliability, TRACE);
    clock.advance(1_000);
    await reliability.evaluate();
    const expiresAt = T0 + HOUR;
    await reliability.policies.setOverride({ service: "shop", decision: "halt", by: "ann", reason: "x", expiresAt });
    const { logger, lines } = hearing();
    logEvents({ reliability }, { logger, clock });
    for (let time = 0; time < 100_000; time += 1) {
      reliability.signals.record({ method: "GET", route: "/cart", statusCode: 200, durationSeconds: 0.2 });
    }
    clock.advance(6 * HOUR);
    await reliability.evaluate();
    const events = ["info budget_recovered", "info burn_cleared", "info decision_changed", "info override_expired"];
    expect([...new Set(eventsOf(lines))].sort()).toEqual(events);
    expect(lines.filter(({ fields }) => fields.trace_id !== undefined)).toEqual([]);
  });
});

describe("incidents", () => {
  it("tell of all that happens to them", async () => {
    const clock = new ManualClock(T0);
    const incidents = new IncidentManager({ clock });
    const { logger, lines } = hearing();
    logEvents({ incidents }, { logger, clock });
    const by = "ann";
    const { id } = await incidents.createIncident({
      ...{
        title: "checkout\nfails",
        severity: "SEV2",
        services: ["checkout", "cart"],
        slos: ["checkout/availability"],
        by,
      },
    });
    const { id: other } = await incidents.createIncident({ title: "two", severity: "SEV4", services: [], by });
    await incidents.acknowledge(id, { by: "bob" });
    await incidents.assumeRole(id, { role: "commander", person: "bob", by });
    await incidents.handOverRole(id, { role: "commander", person: "eve", by });
    await incidents.changeStatus(id, { to: "identified", message: "a bad release", by });
    await incidents.changeSeverity(id, { to: "SEV1", reason: "more", by });
    await incidents.changeSeverity(id, { to: "SEV3", by });
    await incidents.addUpdate(id, { message: "rolled\u2028back", by });
    await incidents.note(id, { kind: "runbook", message: "done", data: { output: "secret" }, by });
    await incidents.changeServices(id, { added: ["mail"], by });
    await incidents.setRootCause(id, { rootCause: "a release", by });
    await incidents.addTask(id, { text: "look", assignee: "bob", by });
    await incidents.changeTask(id, { task: "T1", done: true, by });
    await incidents.link(id, { kind: "related_to", other, by });
    await incidents.unlink(id, { kind: "related_to", other, by });
    await incidents.correctTimes(id, { startedAt: T0 - 60_000, by });
    const request = {
      key: "k",
      channel: "slack",
      kind: "opened",
      message: "body of it",
      recipient: "ann@example.com",
      nextAt: T0,
    } as const;
    await incidents.apply(id, { by }, () => [
      { type: "notification_requested", ...request },
      { type: "notification_attempted", key: "k", until: T0 + 1_000 },
      { type: "notification_failed", key: "k", retryAt: T0 + 2_000, why: "429" },
    ]);
    await incidents.apply(id, { by }, () => [
      { type: "notification_delivered", key: "k" },
      { type: "notification_requested", ...request, key: "l" },
      { type: "notification_given_up", key: "l", why: "404" },
      { type: "escalated", message: "step 1: bob is told", next: { policy: "p", step: 1, round: 0, dueAt: T0 + HOUR } },
    ]);
    await incidents.resolve(id, { by });
    await incidents.reopen(id, { by });
    expect(eventsOf(lines).filter((_event, place) => lines[place]!.fields.incident === id)).toEqual([
      ...["warn incident_created", "info incident_acknowledged", "info incident_role_assumed"],
      ...["info incident_role_handed_over", "info incident_status_changed", "warn incident_severity_changed"],
      ...["info incident_severity_changed", "info incident_updated", "info incident_noted"],
      ...["info incident_services_changed", "info incident_root_cause_set", "info incident_task_added"],
      ...[
        "info incident_task_changed",
        "info incident_linked",
        "info incident_unlinked",
        "info incident_times_corrected",
      ],
      ...["info incident_notification_requested", "warn incident_notification_failed"],
      ...["info incident_notification_delivered", "info incident_notification_requested"],
      ...["error incident_notification_given_up", "warn incident_escalated", "info incident_resolved"],
      "warn incident_reopened",
    ]);
    expect(lines[0]).toEqual({
      level: "warn",
      message: "INC-0001 is declared: SEV2, checkout fails",
      fields: {
        ...{ logger: "nines", event: "incident_created", at: "2026-11-29T10:00:00.000Z", incident: "INC-0001" },
        ...{ service: "checkout", services: "checkout, cart", severity: "SEV2", status: "investigating", by: "ann" },
        ...{ slos: "checkout/availability", title: "checkout fails" },
      },
    });
    const graver = lines.filter(({ fields }) => fields.event === "incident_severity_changed");
    expect(graver.map(({ fields }) => [fields.from, fields.to, fields.reason])).toEqual([
      ["SEV2", "SEV1", "more"],
      ["SEV1", "SEV3", undefined],
    ]);
    // Neither what a message says, nor whom it goes to, nor what a machine noted beside its words.
    expect(JSON.stringify(lines)).not.toMatch(/body of it|ann@example|secret/);
  });

  it("have the trace that an alert names, and else the example of their SLO", async () => {
    const incidents = new IncidentManager();
    const { logger, lines } = hearing();
    const other = "b".repeat(32);
    const signals = {
      examples: () => [
        { traceId: other, at: 1, durationSeconds: 1, method: "GET", route: "/", code: "500", bad: true },
      ],
    };
    logEvents({ incidents, signals }, { logger });
    const alert = (labels: Record<string, string>, annotations: Record<string, string> = {}) =>
      ({ fingerprint: "f", startsAt: 1, status: "firing", labels, annotations }) as const;
    const create = {
      title: "x",
      severity: "SEV3",
      services: ["shop"],
      slos: ["shop/availability"],
      by: "alerts",
    } as const;
    const { id } = await incidents.createIncident(create);
    expect(lines[0]!.fields).toMatchObject({ trace_id: other, trace_from: "example" });
    const receive = async (one: ReturnType<typeof alert>): Promise<HeardLine["fields"]> => {
      await incidents.apply(id, { by: "alerts" }, () => [{ type: "alerts_received", alerts: [one] }]);
      return lines.at(-1)!.fields;
    };
    expect(
      await receive(alert({ alertname: "Burn", trace_id: "nonsense" }, { constructor: TRACE })),
    ).not.toHaveProperty("trace_id");
    expect(await receive(alert({ alertname: "Burn" }, { traceID: TRACE.toUpperCase() }))).toMatchObject({
      ...{ alerts: "Burn", firing: 1, resolved: 0, trace_id: TRACE, trace_from: "alert" },
    });
    // Whatever happens to the incident from then on leads there, too.
    await incidents.acknowledge(id, { by: "bob" });
    expect(lines.at(-1)!.fields.trace_id).toBe(TRACE);
  });
});

describe("runbooks", () => {
  it("tell of runs, steps, approvals and rollbacks, and never of commands or their output", async () => {
    const clock = { trouble: 2 };
    const { executor, run } = executing(
      [
        { name: "look", command: "flaky secret-argument", retries: { attempts: 3, delay: "1ms" } },
        {
          name: "act",
          command: "kubectl secret-argument",
          approval: { timeout: "1m" },
          rollback: [{ name: "undo", command: "x" }],
        },
        { name: "fail", command: "broken secret-argument" },
      ] as never,
      { behaviours: { flaky: () => ({ exitCode: (clock.trouble -= 1) > 0 ? 1 : 0 }), broken: failing(7) } },
    );
    const { logger, lines } = hearing();
    logEvents({ runbooks: executor }, { logger });
    executor.on("approvalRequested", ({ run: { id } }) =>
      executor.answer(id, { step: "act", approved: true, by: "bob" }),
    );
    await run();
    expect(eventsOf(lines)).toEqual([
      ...["info runbook_started", "info runbook_step_started", "warn runbook_step_ended", "info runbook_step_started"],
      ...["info runbook_step_ended", "warn runbook_approval_requested", "info runbook_approval_answered"],
      ...[
        "info runbook_step_started",
        "info runbook_step_ended",
        "info runbook_step_started",
        "error runbook_step_ended",
      ],
      ...["warn runbook_rollback_began", "info runbook_step_started", "info runbook_step_ended", "error runbook_ended"],
    ]);
    expect(lines[2]).toMatchObject({
      message: "RUN-0001 look failed; another attempt follows",
      fields: { run: "RUN-0001", step: "look", attempt: 1, outcome: "failed", exit_code: 1, reason: "exit code 1" },
    });
    expect(lines.at(-1)!.fields).toMatchObject({ status: "failed", runbook: "HighMemoryUsage", by: "ann", dry: false });
    expect(JSON.stringify(lines)).not.toContain("secret-argument");
  });
});

describe("a runbook whose process died", () => {
  it("tells that it goes on", async () => {
    const store = new MemoryIncidentStore();
    const dead = executing([{ name: "act", command: "hang" }], { store, behaviours: { hang: hanging } });
    const began = new Promise((resolve) => dead.executor.on("stepStarted", resolve));
    void dead.run().catch(() => undefined);
    await began;
    const { executor } = executing([{ name: "act", command: "hang" }], { store });
    const { logger, lines } = hearing();
    logEvents({ runbooks: executor }, { logger });
    await executor.resume("RUN-0001", { force: true });
    expect(eventsOf(lines)).toContain("warn runbook_resumed");
    expect(lines[0]!.fields).toMatchObject({ run: "RUN-0001", resumed: 1 });
  });
});

describe("a gate", () => {
  it("tells of each answer, and of what it could not learn without its words", async () => {
    const { reliability, clock } = await opened();
    const { logger, lines } = hearing();
    const gate = new ReleaseGate({
      statuses: reliability,
      policies: reliability.policies,
      whenUnknown: "closed",
      clock,
    });
    logEvents({ gate, signals: reliability.signals }, { logger, clock });
    fail(reliability, TRACE, 100);
    clock.advance(1_000);
    await gate.check("shop");
    expect(lines[0]).toMatchObject({
      level: "warn",
      fields: { event: "release_checked", verdict: "block", allowed: false, trace_id: TRACE },
    });
    expect(String(lines[0]!.fields.reasons)).toContain("shop/availability");
    const blind = new ReleaseGate({
      statuses: { getSloStatus: () => Promise.reject(new Error("password=x")) },
      whenUnknown: "open",
      clock,
    });
    logEvents({ gate: blind }, { logger, clock });
    await blind.check("shop");
    expect(eventsOf(lines).slice(1)).toEqual(["error release_check_failed", "warn release_checked"]);
    expect(lines[1]!.fields).toMatchObject({ service: "shop", error_type: "Error" });
    expect(JSON.stringify(lines)).not.toContain("password");
  });
});

describe("chaos", () => {
  it("tells of runs, of their moments, of schedules and of the kill switch", async () => {
    const { runner, clock } = await runnerOf();
    const experiment = new Strike({ name: "a strike", services: ["shop"] });
    const scheduler = new ChaosScheduler({ runner, clock, seed: 1, entries: [{ experiment, every: "10m" }] });
    onTestFinished(() => scheduler.stop());
    const { logger, lines } = hearing();
    // The switch of the runner is listened to once, though it is given twice.
    const stop = logEvents({ chaos: runner, scheduler, killSwitch: runner.killSwitch }, { logger, clock });
    await passing(clock, runner.run(experiment, { by: "ann" }));
    expect(eventsOf(lines)).toContain("info chaos_moment");
    expect(fieldsOf(lines, "chaos_finished")).toMatchObject({
      ...{ experiment: "a strike", kind: "strike", service: "shop", by: "ann", outcome: "completed" },
      ...{ steady_afterwards: true, injections: 1, not_undone: 0, duration_ms: expect.any(Number) as number },
    });
    lines.length = 0;
    scheduler.start();
    expect(eventsOf(lines)).toEqual(["info chaos_schedule_planned"]);
    runner.killSwitch.pull({ by: "bob", reason: "a real incident" });
    for (let minute = 0; minute < 12; minute += 1) {
      clock.advance(60_000);
      for (let turn = 0; turn < 6; turn += 1) await settled();
    }
    scheduler.pause();
    for (let minute = 0; minute < 10; minute += 1) {
      clock.advance(60_000);
      for (let turn = 0; turn < 6; turn += 1) await settled();
    }
    runner.killSwitch.release();
    expect(eventsOf(lines)).toEqual([
      ...["info chaos_schedule_planned", "warn chaos_kill_switch_pulled", "info chaos_schedule_planned"],
      ...["info chaos_schedule_started", "warn chaos_finished", "warn chaos_schedule_finished"],
      ...["warn chaos_schedule_skipped", "info chaos_schedule_planned", "info chaos_kill_switch_released"],
    ]);
    expect(fieldsOf(lines, "chaos_schedule_skipped")).toMatchObject({ entry: "a strike", code: "paused" });
    stop();
    runner.killSwitch.pull({ by: "bob", reason: "again" });
    expect(lines).toHaveLength(9);
  });

  it("tells of what was undone after a crash, and not of a switch that was pulled before", async () => {
    const store = new MemoryStateStore();
    const injection = {
      id: "i",
      kind: "strike",
      target: "web-1",
      details: {},
      run: "RUN",
      experiment: "a strike",
      at: 1,
    };
    await store.save("chaos", JSON.stringify({ version: 1, writer: "w", open: [injection] }));
    const { runner, clock } = await runnerOf({ store });
    const killSwitch = new KillSwitch();
    killSwitch.pull({ by: "ann", reason: "x" });
    const { logger, lines } = hearing();
    logEvents({ chaos: runner, killSwitch }, { logger, clock });
    // Nobody knew yet how to undo it when the runner was opened.
    expect(eventsOf(lines)).toEqual(["error chaos_recovered"]);
    await passing(clock, runner.run(new Strike({ kind: "strike" })));
    expect(lines[1]).toMatchObject({
      ...{ level: "warn", message: "what RUN had left of web-1 is undone" },
      fields: { event: "chaos_recovered", target: "web-1", undone: true, injection: "i" },
    });
  });
});

describe("the trace in which something happens", () => {
  const context = { traceId: TRACE, traceFlags: 1, spanId: "00f067aa0ba902b7" };
  const within = (span: object | undefined) =>
    ({ trace: { getActiveSpan: () => (span === undefined ? undefined : { spanContext: () => span }) } }) as never;

  it.each<[string, object | undefined, object]>([
    ["is told with its span", context, { trace_id: TRACE, trace_from: "span", span_id: "00f067aa0ba902b7" }],
    ["is told without a span that is none", { ...context, spanId: "x" }, { trace_id: TRACE, trace_from: "span" }],
    ["is left out if nobody keeps it", { ...context, traceFlags: 0 }, {}],
    ["is left out if there is none", undefined, {}],
  ])("%s", async (_what, span, expected) => {
    const incidents = new IncidentManager();
    const { logger, lines } = hearing();
    logEvents({ incidents }, { logger, opentelemetry: within(span) });
    await incidents.createIncident({ title: "x", severity: "SEV3", services: [], by: "ann" });
    const { trace_id, trace_from, span_id } = lines[0]!.fields;
    expect(JSON.parse(JSON.stringify({ trace_id, trace_from, span_id }))).toEqual(expected);
  });

  it("keeps no line back when it cannot be told", async () => {
    const incidents = new IncidentManager();
    const { logger, lines } = hearing();
    const errors: unknown[] = [];
    const opentelemetry = {
      trace: {
        getActiveSpan: () => {
          throw new Error("no context");
        },
      },
    };
    logEvents({ incidents }, { logger, opentelemetry, onError: (error) => errors.push(error) });
    await incidents.createIncident({ title: "x", severity: "SEV3", services: [], by: "ann" });
    expect(eventsOf(lines)).toEqual(["warn incident_created"]);
    expect(errors).toEqual([new Error("no context")]);
  });
});

describe("a logger", () => {
  it("that throws, or never resolves, harms nobody", async () => {
    const incidents = new IncidentManager();
    const errors: unknown[] = [];
    const write = (): never => {
      throw new Error("disk full");
    };
    logEvents(
      { incidents },
      {
        logger: linesTo(write),
        onError: (error) => {
          errors.push(error);
          throw new Error("this, too");
        },
      },
    );
    logEvents({ incidents }, { logger: linesTo(() => new Promise(() => undefined)) });
    const { logger, lines } = hearing();
    logEvents({ incidents }, { logger });
    await incidents.createIncident({ title: "x", severity: "SEV3", services: [], by: "ann" });
    expect(errors).toEqual([new Error("disk full")]);
    expect(lines).toHaveLength(1);
  });

  it("is not told of events that are not wanted", async () => {
    const incidents = new IncidentManager();
    const { logger, lines } = hearing();
    logEvents({ incidents }, { logger, except: ["incident_acknowledged"] });
    const { id } = await incidents.createIncident({ title: "x", severity: "SEV3", services: [], by: "ann" });
    await incidents.acknowledge(id, { by: "ann" });
    expect(eventsOf(lines)).toEqual(["warn incident_created"]);
  });

  it("keeps a line for an event that is malformed, or of a later version, from doing harm", () => {
    let tell: (told: never) => void = () => undefined;
    const incidents = { on: (_name: string, listener: (told: never) => void) => ((tell = listener), () => undefined) };
    const { logger, lines } = hearing();
    const errors: unknown[] = [];
    logEvents({ incidents: incidents }, { logger, onError: (error) => errors.push(error) });
    tell({ incident: {}, event: { type: "toString" } } as never);
    tell({ incident: {}, event: { type: "created" } } as never);
    expect([lines.length, errors.length]).toEqual([0, 1]);
  });
});

describe("what cannot be used is refused", () => {
  const { logger } = hearing();
  it.each<[EventSources, Partial<LogEventsOptions>, string]>([
    [{}, {}, "logger: writes no lines; write pinoLines(logger)"],
    [{}, { logger: console as never }, "logger: writes no lines"],
    [
      {},
      { logger, except: ["decision_change"] },
      'except[0]: "decision_change" is no event; did you mean "decision_changed"?',
    ],
    [{}, { logger, except: "x" as never }, 'except: "x" is no list of events'],
    [{}, { logger, traceUrl: "https://jaeger" as never }, 'traceUrl: "https://jaeger" is no function'],
    [{}, { logger, opentelemetry: { trace: {} } as never }, "has no method getActiveSpan()"],
    [{}, { logger, opentelemetry: {} as never }, "opentelemetry.trace: null has no method getActiveSpan()"],
    [{}, { logger, opentelemetry: null as never }, "opentelemetry.trace: null has no method getActiveSpan()"],
    [{}, { logger, opentelemetry: "x" as never }, "opentelemetry.trace: null has no method getActiveSpan()"],
    [{}, { logger, onError: 1 as never }, "onError: 1 is no function"],
    [{}, { logger, loger: 1 } as never, "is no option of logEvents"],
    [{ incident: {} } as never, { logger }, 'is no option of logEvents; did you mean "incidents"?'],
    [{ gate: {} as never }, { logger }, "gate: a mapping has no method on()"],
    [{ killSwitch: { onPull: () => () => undefined } as never }, { logger }, "has no method onRelease()"],
  ])("%j %j", (sources, options, message) => {
    expect(() => logEvents(sources, options as LogEventsOptions)).toThrow(message);
  });
});

describe("no event is forgotten", () => {
  it("of a side room: the compiler compares", () => {
    expectTypeOf<keyof GateEvents>().toEqualTypeOf<keyof GateTold>();
    expectTypeOf<keyof ChaosEvents>().toEqualTypeOf<keyof ChaosTold>();
    expectTypeOf<keyof ChaosSchedulerEvents>().toEqualTypeOf<keyof ChaosScheduleTold>();
    // One event of a Reliability is no news: that it has looked, every few seconds.
    expectTypeOf<Exclude<keyof ReliabilityEvents, "evaluated">>().toEqualTypeOf<
      keyof typeof BUDGET_LINES | keyof typeof POLICY_LINES
    >();
    expect(LOGGED_EVENTS.length).toBe(52);
  });

  it("and each was a line of the tests above", () => {
    expect(LOGGED_EVENTS.filter((name) => !heardEvents.has(name))).toEqual([]);
  });

  it("and each field has one type in all lines, as an index has it", () => {
    expect([...heardTypes].filter(([, types]) => types.size > 1)).toEqual([]);
    expect(heardTypes.get("step")).toEqual(new Set(["string"]));
    expect(heardTypes.get("next_step")).toEqual(new Set(["number"]));
  });

  it("and each has a name of its own, in snake case", () => {
    expect(new Set(LOGGED_EVENTS).size).toBe(LOGGED_EVENTS.length);
    expect(LOGGED_EVENTS.filter((name) => !/^[a-z]+(?:_[a-z]+)+$/.test(name))).toEqual([]);
  });
});
