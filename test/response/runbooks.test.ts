import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { IncidentManager } from "../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { AutomatedResponse, type AutomatedResponseOptions } from "../../src/response/automated-response.ts";
import { parseAlertRoutes } from "../../src/response/routing/document.ts";
import { OnCallSchedule } from "../../src/response/on-call/on-call.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { parseRunbook } from "../../src/runbook/definition/document.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import type { RunbookEvents } from "../../src/runbook/executor/events.ts";
import type { RunbookExecutorOptions } from "../../src/runbook/executor/options.ts";
import { FakeRunner, failing, hanging, Heard, type Behaviour } from "../runbook/support.ts";

const ALERT = "HighMemoryUsage";
const STEPS: readonly StepDefinition[] = [
  {
    name: "check_pods",
    command: ["kubectl", "get", "pods", "-l", "app={{ labels.service }}"],
    continueOnFailure: true,
  },
  { name: "restart", command: "kubectl rollout restart deployment/web" },
];

const primary = new OnCallSchedule({
  name: "primary",
  layers: [
    { name: "days", people: ["ann"], handover: { every: "day", at: "00:00", zone: "UTC" }, startsAt: "2020-01-01" },
  ],
});

interface Setting {
  readonly steps?: readonly StepDefinition[];
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  readonly executing?: RunbookExecutorOptions;
  readonly responding?: Partial<AutomatedResponseOptions>;
  readonly stores?: { readonly incidents: MemoryIncidentStore; readonly runs: MemoryIncidentStore };
}

function setUp({ steps = STEPS, behaviours = {}, executing = {}, responding = {}, stores }: Setting = {}) {
  const heard = new Heard();
  const { incidents: kept = new MemoryIncidentStore(), runs = new MemoryIncidentStore() } = stores ?? {};
  const incidents = new IncidentManager({ store: kept });
  const runner = new FakeRunner(behaviours);
  const executor = new RunbookExecutor({ runner, incidents, store: runs, logger: heard.logger, ...executing });
  executor.registerRunbook(ALERT, steps);
  const response = new AutomatedResponse({ incidents, runbooks: executor, logger: heard.logger, ...responding });
  return { heard, incidents, runner, executor, response, stores: { incidents: kept, runs } };
}

const critical = { name: ALERT, labels: { service: "web", severity: "critical", pod: "web-1" } };

/** The timeline in words, times left out. */
async function told(incidents: IncidentManager, id = "INC-0001"): Promise<string[]> {
  return (await incidents.timeline(id)).map((event) => {
    const text = "message" in event ? `: ${event.message}` : "";
    return `${event.type}${text}`.replaceAll(/ (in|after) \d+ (?:ms|s)/g, "");
  });
}

describe("a critical alert for which there is a runbook", () => {
  it("opens a SEV2 incident with whoever is on call as commander, runs it step by step into the timeline, and is monitored", async () => {
    const { incidents, response, runner } = setUp({
      responding: { schedules: [primary], commander: { onCall: "primary" } },
    });
    await response.alert(critical);
    await response.drain();
    const incident = await incidents.get("INC-0001");
    expect(incident).toMatchObject({ severity: "SEV2", status: "monitoring", roles: { commander: { person: "ann" } } });
    expect(runner.lines).toEqual(["kubectl get pods -l app=web", "kubectl rollout restart deployment/web"]);
    expect(await told(incidents)).toEqual([
      "created",
      "alerts_received",
      "role_assumed",
      "noted: A runbook is there for HighMemoryUsage; it is to be run",
      "noted: Runbook HighMemoryUsage began (RUN-0001): 2 steps, for HighMemoryUsage",
      "noted: Runbook HighMemoryUsage: check_pods succeeded",
      "noted: Runbook HighMemoryUsage: restart succeeded",
      "noted: Runbook HighMemoryUsage succeeded",
      "noted: Runbook HighMemoryUsage (RUN-0001) succeeded",
      "status_changed: runbook HighMemoryUsage succeeded",
    ]);
  });

  it("is answered before the runbook has ended, and the same alert again runs nothing", async () => {
    const { response, runner, executor } = setUp({ behaviours: { kubectl: hanging } });
    const first = await response.alert(critical);
    expect(first.incidents).toEqual([{ id: "INC-0001", action: "opened" }]);
    await expect.poll(() => runner.requests.length).toBe(1);
    await response.alert(critical);
    await response.settle();
    expect(runner.requests).toHaveLength(1);
    await executor.cancel("RUN-0001", { by: "ann" });
    await response.drain();
  });

  it.each([
    ["fails", { behaviours: { kubectl: failing(1) } }, "failed"],
    [
      "is only tried dry",
      { steps: [{ name: "drop", command: "redis-cli FLUSHALL", destructive: true }] },
      "some of it only dry",
    ],
  ] as const)("that %s leaves the incident to people", async (_title, setting, words) => {
    const { incidents, response } = setUp(setting);
    await response.alert(critical);
    await response.drain();
    expect((await incidents.get("INC-0001")).status).toBe("investigating");
    expect((await told(incidents)).at(-1)).toContain(words);
  });

  it("does what is destructive if it is told to", async () => {
    const { incidents, response, runner } = setUp({
      steps: [{ name: "drop", command: "redis-cli FLUSHALL", destructive: true }],
      responding: { runbookDryRun: false },
    });
    await response.alert(critical);
    await response.drain();
    expect(runner.requests.map(({ isDryRun }) => isDryRun)).toEqual([false]);
    expect((await incidents.get("INC-0001")).status).toBe("monitoring");
  });

  it("does not move what somebody has resolved meanwhile, nor runs for it", async () => {
    const { incidents, response, executor, runner } = setUp();
    executor.on("stepStarted", ({ step }) => step.name === "restart" && incidents.resolve("INC-0001", { by: "bob" }));
    await response.alert(critical);
    await response.drain();
    expect((await incidents.get("INC-0001")).status).toBe("resolved");
    expect(runner.requests).toHaveLength(2);
  });

  it("fires again after it was over, and is run again; at most three times", async () => {
    const { incidents, response, runner } = setUp({ responding: { onResolved: "resolve", holdMs: 0 } });
    const began = Date.now() - 10_000;
    for (let round = 0; round < 5; round += 1) {
      const alert = { ...critical, startsAt: began + round };
      await response.alert(alert);
      await response.drain();
      // It is over by itself, or somebody says so while it fires.
      if (round % 2 === 1) await incidents.resolve("INC-0001", { by: "bob" });
      await response.alert({ ...alert, status: "resolved" });
    }
    await response.drain();
    expect(runner.requests).toHaveLength(6);
    expect((await told(incidents)).filter((line) => line.includes("was not run: it ran 3 times already"))).toHaveLength(
      2,
    );
  });

  describe("of a budget, with one runbook for both of its names", () => {
    const labels = { slo: "web/availability", service: "web" };
    const burn = { name: "ErrorBudgetBurn", labels: { ...labels, severity: "page", long: "1h", short: "5m" } };
    const spent = { name: "ErrorBudgetExhausted", labels: { ...labels, severity: "ticket" } };
    const runbook = parseRunbook({ name: "repair web", steps: [{ name: "restart", command: ["restart", "web"] }] });

    function withBoth(behaviours: Readonly<Record<string, Behaviour>> = {}) {
      const set = setUp({ behaviours });
      for (const { name } of [burn, spent]) set.executor.registerRunbook(name, runbook);
      return set;
    }

    it("is repaired once while it is repaired", async () => {
      const { response, runner, incidents } = withBoth({ restart: async () => (await sleep(50), { exitCode: 0 }) });
      await response.alert(burn);
      await response.alert(spent);
      await response.drain();
      expect(runner.lines).toEqual(["restart web"]);
      expect(await incidents.get("INC-0001")).toMatchObject({ status: "monitoring", firing: 2 });
    });

    it("is not repaired again for the budget that was spent before the repair", async () => {
      const { response, runner, incidents } = withBoth();
      await response.alert(burn);
      await response.drain();
      await response.alert({ ...burn, status: "resolved" });
      await response.alert(spent);
      await response.drain();
      expect(runner.lines).toEqual(["restart web"]);
      await response.alert(burn);
      await response.drain();
      expect(runner.lines).toEqual(["restart web", "restart web"]);
      expect((await told(incidents)).filter((text) => text.includes("it is to be run"))).toEqual([
        "noted: A runbook is there for ErrorBudgetBurn; it is to be run",
        "noted: A runbook is there for ErrorBudgetBurn; it is to be run",
      ]);
    });
  });

  it("of another name runs nothing", async () => {
    const { incidents, response, runner } = setUp();
    await response.alert({ name: "DiskFull", labels: { service: "web" } });
    await response.drain();
    expect(runner.requests).toEqual([]);
    expect(await told(incidents)).toEqual(["created", "alerts_received"]);
  });
});

describe("a process that dies between the alert and the runbook", () => {
  it("leaves the request in the timeline, and another one sees to it", async () => {
    const dead = setUp({ executing: {}, responding: {} });
    // It stores, and then begins nothing.
    const runbooks = {
      runbookFor: () => dead.executor.runbookFor(ALERT),
      startRunbook: () => new Promise<never>(() => undefined),
    };
    const response = new AutomatedResponse({ incidents: dead.incidents, runbooks });
    await response.alert(critical);
    const { incidents, runner, response: next } = setUp({ stores: dead.stores });
    await next.settle();
    await next.drain();
    expect(runner.requests).toHaveLength(2);
    expect((await incidents.get("INC-0001")).status).toBe("monitoring");
    await next.settle();
    expect(runner.requests).toHaveLength(2);
  });

  it("or of many that see to it at once: one runs, and one says so", async () => {
    const first = setUp();
    const runbooks = {
      runbookFor: () => first.executor.runbookFor(ALERT),
      startRunbook: () => new Promise<never>(() => undefined),
    };
    await new AutomatedResponse({ incidents: first.incidents, runbooks }).alert(critical);
    const many = Array.from({ length: 5 }, () =>
      setUp({
        stores: first.stores,
        steps: [{ name: "a", command: "slow" }],
        behaviours: { slow: async () => (await sleep(50), { exitCode: 0 }) },
      }),
    );
    await Promise.all(many.map(({ response }) => response.settle()));
    await Promise.all(many.map(({ response }) => response.drain()));
    expect(many.flatMap(({ runner }) => runner.lines)).toEqual(["slow"]);
    const lines = await told(first.incidents);
    expect(lines.filter((line) => line.includes("(RUN-0001) succeeded"))).toHaveLength(1);
  });

  it("while the runbook ran: its run is resumed, and the incident moved on", async () => {
    const { stores, response, executor, runner } = setUp({
      behaviours: { kubectl: hanging },
      executing: { leaseMs: 1_000 },
    });
    await response.alert(critical);
    await expect.poll(() => runner.requests.length).toBe(1);
    const next = setUp({ stores });
    const { version } = await next.executor.get("RUN-0001");
    expect(version).toBeGreaterThan(1);
    const resumed = next.executor.resume("RUN-0001", { force: true });
    await next.response.settle();
    await resumed;
    await next.response.drain();
    expect((await next.incidents.get("INC-0001")).status).toBe("monitoring");
    await executor.close();
  });
});

describe("a process that ends in order", () => {
  const steps: readonly StepDefinition[] = [{ name: "drop", command: "drop cache", approval: { timeout: "1h" } }];

  it("waits for no approval, and the next one goes on with the run and moves the incident on", async () => {
    const first = setUp({ steps });
    const asked = new Promise((resolve) => first.executor.on("approvalRequested", resolve));
    await first.response.alert(critical);
    await asked;
    await first.executor.close();
    await first.response.drain();
    expect(
      first.heard.lines.filter((line) => !line.startsWith("a runbook is left to whoever resumes its run")),
    ).toEqual([]);

    const next = setUp({ steps, stores: first.stores });
    const resumed = next.executor.resumeAll();
    await expect
      .poll(() => next.executor.answer("RUN-0001", { step: "drop", approved: true, by: "bob" }).catch(() => undefined))
      .toBeDefined();
    await resumed;
    await next.response.settle();
    await next.response.drain();
    expect([...first.runner.lines, ...next.runner.lines]).toEqual(["drop cache"]);
    expect((await next.incidents.get("INC-0001")).status).toBe("monitoring");
  });

  it("leaves what is asked for after its executor is closed to the next one", async () => {
    const first = setUp({ steps: [{ name: "drop", command: "drop cache" }] });
    await first.executor.close();
    await first.response.alert(critical);
    await first.response.drain();
    expect(first.runner.lines).toEqual([]);
    expect(first.heard.lines.map((line) => line.split(" {")[0])).toEqual([
      "a runbook waits: the executor is closed; nothing new is begun",
    ]);
    const next = setUp({ steps: [{ name: "drop", command: "drop cache" }], stores: first.stores });
    await next.response.settle();
    await next.response.drain();
    expect(next.runner.lines).toEqual(["drop cache"]);
    expect((await next.incidents.get("INC-0001")).status).toBe("monitoring");
  });
});

describe("a lock that another run holds", () => {
  it("is waited for: settle begins the runbook when it is free", async () => {
    const { incidents, response, executor, runner, heard } = setUp({ behaviours: { kubectl: hanging } });
    const other = executor.executeRunbook(ALERT, { by: "bob", labels: { service: "web" } });
    await expect.poll(() => runner.requests.length).toBe(1);
    await response.alert(critical);
    await response.drain();
    expect(heard.lines.join()).toContain("a runbook waits for another run");
    await executor.cancel("RUN-0001", { by: "bob" });
    await other;
    const started: RunbookEvents["runStarted"][] = [];
    executor.on("runStarted", (event) => started.push(event));
    await response.settle();
    await expect.poll(() => runner.requests.length).toBe(2);
    expect(started.map(({ run }) => [run.id, run.incident])).toEqual([["RUN-0002", "INC-0001"]]);
    await executor.cancel("RUN-0002", { by: "bob" });
    await response.drain();
    expect((await incidents.get("INC-0001")).status).toBe("investigating");
  });
});

describe("a runbook that waits for an approval", () => {
  const GATED: readonly StepDefinition[] = [{ name: "reset", command: "kubectl reset", approval: { timeout: "1h" } }];
  const alert = (service: string, status: "firing" | "resolved" = "firing") => {
    return { name: ALERT, labels: { service, severity: "critical" }, group: service, status };
  };
  const waits = (executor: RunbookExecutor, id = "RUN-0001") =>
    expect.poll(async () => (await executor.get(id)).steps[0]?.status).toBe("waiting");

  it("has not been run while it waits, however often its alert comes and goes", async () => {
    const { incidents, response, executor, runner } = setUp({ steps: GATED });
    for (let round = 0; round < 5; round += 1) {
      await response.alert(alert("web"));
      await waits(executor);
      await expect.poll(async () => (await told(incidents)).join()).toContain("RUN-0001");
      await response.alert(alert("web", "resolved"));
    }
    await response.alert(alert("web"));
    await response.settle();
    const lines = await told(incidents);
    expect(lines.filter((line) => line.includes("times already"))).toEqual([]);
    expect(lines.filter((line) => line.includes("waits for RUN-0001 of this incident"))).toHaveLength(5);
    await response.settle();
    expect(await told(incidents)).toHaveLength(lines.length);
    await executor.answer("RUN-0001", { step: "reset", approved: false, by: "ann" });
    // What waited has its turn at once: nobody looks again.
    await waits(executor, "RUN-0002");
    await response.alert(alert("web", "resolved"));
    await executor.answer("RUN-0002", { step: "reset", approved: true, by: "ann" });
    await response.drain();
    expect(runner.lines).toEqual(["kubectl reset"]);
    expect((await told(incidents)).filter((line) => line.includes("the alert was over before"))).not.toEqual([]);
  });

  it("lets go of its lock when its incident is resolved, and the next one has its turn", async () => {
    const { incidents, response, executor } = setUp({ steps: GATED });
    const stop = response.start();
    await response.alert(alert("web"));
    await waits(executor);
    await response.alert(alert("search"));
    await expect
      .poll(async () => (await told(incidents, "INC-0002")).at(-1))
      .toContain("The runbook for HighMemoryUsage waits for RUN-0001 of INC-0001");
    await incidents.resolve("INC-0001", { by: "ann" });
    await waits(executor, "RUN-0002");
    expect(await executor.get("RUN-0001")).toMatchObject({
      ...{ status: "cancelled", reason: "cancelled by alerts: INC-0001 is resolved" },
    });
    expect((await executor.get("RUN-0002")).incident).toBe("INC-0002");
    stop();
    await incidents.resolve("INC-0002", { by: "ann" });
    expect((await executor.get("RUN-0002")).status).toBe("running");
    await response.settle();
    await response.drain();
    expect((await executor.get("RUN-0002")).status).toBe("cancelled");
  });

  it("makes room for one that finds it in its way, without anybody who looks", async () => {
    const { incidents, response, executor } = setUp({ steps: GATED });
    await response.alert(alert("web"));
    await waits(executor);
    await incidents.resolve("INC-0001", { by: "ann" });
    await response.alert(alert("search"));
    await waits(executor, "RUN-0002");
    await executor.answer("RUN-0002", { step: "reset", approved: true, by: "ann" });
    await response.drain();
    expect((await incidents.get("INC-0002")).status).toBe("monitoring");
  });

  it("goes on in the incident into which its own was merged", async () => {
    const { incidents, response, executor } = setUp({ steps: GATED });
    const { id: whole } = await incidents.createIncident({ title: "all is slow", severity: "SEV1", by: "ann" });
    await response.alert(alert("web"));
    await waits(executor);
    await incidents.merge("INC-0002", { into: whole, by: "ann" });
    await response.settle();
    await waits(executor, "RUN-0002");
    expect(await executor.get("RUN-0001")).toMatchObject({ status: "cancelled" });
    expect((await executor.get("RUN-0002")).incident).toBe(whole);
    await response.settle();
    await executor.answer("RUN-0002", { step: "reset", approved: true, by: "ann" });
    await response.drain();
    expect((await incidents.get(whole)).status).toBe("monitoring");
    expect((await told(incidents, whole)).filter((line) => line.includes("it is to be run"))).toHaveLength(1);
  });

  it("is let alone if somebody has it run himself", async () => {
    const { incidents, response, executor } = setUp({ steps: GATED });
    const incident = await incidents.createIncident({ title: "it was slow", severity: "SEV3", by: "ann" });
    await incidents.resolve(incident.id, { by: "ann" });
    const cleaning = executor.executeRunbook(ALERT, { by: "ann", incident });
    await waits(executor);
    await response.settle();
    await executor.answer("RUN-0001", { step: "reset", approved: true, by: "bob" });
    expect((await cleaning).status).toBe("succeeded");
  });
});

describe("commanders", () => {
  const roles = async (responding: Partial<AutomatedResponseOptions>) => {
    const { incidents, response } = setUp({ responding });
    await response.alert(critical);
    await response.drain();
    return (await incidents.get("INC-0001")).roles.commander?.person;
  };

  it.each([
    ["nobody unless told", {}, undefined],
    ["a person", { commander: "dee" }, "dee"],
    ["whoever is on call", { commander: { onCall: "primary" }, schedules: [primary] }, "ann"],
    [
      "the route's before the usual one",
      { commander: "dee", routes: [{ commander: { onCall: "primary" } }], schedules: [primary] },
      "ann",
    ],
    [
      "from a document",
      { routes: parseAlertRoutes("alert_routes: [{ commander: { on_call: primary } }]"), schedules: [primary] },
      "ann",
    ],
    ["nobody where nobody is on call", { commander: { onCall: "old" }, schedules: [gone()] }, undefined],
  ])("%s", async (_title, options, expected) => {
    expect(await roles(options)).toBe(expected);
  });

  it.each([
    [
      { commander: { onCall: "primry" }, schedules: [primary] },
      'commander.onCall: there is no schedule "primry"; did you mean "primary"?',
    ],
    [
      { routes: [{}, { commander: { onCall: "x" } }] },
      'routes[1].commander.onCall: there is no schedule "x"; there are none, tell them as schedules',
    ],
    [{ commander: "" }, "commander"],
    [{ schedules: [{}] }, "schedules"],
    [{ runbooks: {} }, "runbooks"],
    [{ runbooks: new RunbookExecutor(), afterRunbook: "resolve" }, 'afterRunbook: "resolve" is not possible'],
    [{ runbooks: new RunbookExecutor(), maxRunbookRuns: 0 }, "maxRunbookRuns: 0 is not a whole number from 1 to 1000"],
  ])("refuses %j", (options, message) => {
    expect(() => new AutomatedResponse({ incidents: new IncidentManager(), ...(options as object) })).toThrow(message);
  });
});

/** A schedule whose first turn is far ahead. */
function gone(): OnCallSchedule {
  const handover = { every: "day", at: "00:00", zone: "UTC" } as const;
  return new OnCallSchedule({
    name: "old",
    layers: [{ name: "days", people: ["ann"], handover, startsAt: "2099-01-01" }],
  });
}
