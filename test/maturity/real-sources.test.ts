import { expect, test } from "vitest";

import { CapacityPlanner } from "../../src/capacity/planner.ts";
import { ChaosExperiment } from "../../src/chaos/experiment.ts";
import { probe } from "../../src/chaos/probes.ts";
import { ChaosRunner } from "../../src/chaos/runner.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { ReleaseGate } from "../../src/gate/gate.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import type { MaturityReport } from "../../src/maturity/model.ts";
import { MaturityModel } from "../../src/maturity/maturity-model.ts";
import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import { PolicyEngine } from "../../src/policy/engine.ts";
import { AggressivePolicy } from "../../src/policy/threshold-policy.ts";
import { PostmortemGenerator } from "../../src/postmortem/generator.ts";
import { changePostmortemStatus } from "../../src/postmortem/life.ts";
import type { Postmortem } from "../../src/postmortem/model.ts";
import { generateRules } from "../../src/rules/generate.ts";
import { OnCallSchedule } from "../../src/response/on-call/on-call.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { SloStatusReader } from "../../src/status/reader.ts";
import { AT, DAY } from "./support.ts";

const slos = parseSloDocument({
  service_level_objectives: {
    shop: {
      availability: { target: "99.9%", measurement_window: "30d" },
      latency: { target: "99%", measurement_window: "30d", threshold: "300ms" },
    },
    search: { availability: { target: "99.5%", measurement_window: "30d" } },
  },
});

const told = (report: MaturityReport, id: string): string | undefined => {
  const one = report.criteria.find((criterion) => criterion.id === id);
  return one === undefined ? undefined : `${one.state}, ${one.source}: ${one.text}`;
};

test("SLOs, their statuses, rules, signals and the schedule, as the real ones are", async () => {
  const clock = new ManualClock(AT);
  const source = {
    measure: async (slo: { readonly name: string }, ranges: readonly object[]) =>
      ranges.map(() =>
        slo.name === "latency" ? { good: 0, total: 0, coverage: 0 } : { good: 99_999, total: 100_000, coverage: 1 },
      ),
  };
  const onCall = new OnCallSchedule({
    name: "primary",
    layers: [
      {
        name: "days",
        people: ["ann"],
        handover: { every: "day", at: "00:00", zone: "UTC" },
        startsAt: "2026-03-27",
      },
    ],
  });
  const collector = new GoldenSignalsCollector({ clock });
  collector.addSaturation("pool", () => 0.5);
  const model = new MaturityModel({
    sources: {
      services: ["shop", "search", "mail"],
      slos,
      statuses: new SloStatusReader({ slos, source, clock }),
      rules: generateRules(slos, { runbookUrl: "https://runbooks.example/a", dashboardUrl: "https://d.example" }),
      signals: collector,
      onCall,
    },
    clock,
  });
  const report = await model.assess();
  expect(told(report, "slos_defined")).toBe("partly, evidence: 2 of 3 services have SLOs; without: mail");
  expect(told(report, "slos_of_users")).toMatch(/^partly, evidence: 1 of 2 services with SLOs .*without: search$/);
  expect(told(report, "slos_measured")).toBe("partly, evidence: 2 of 3 SLOs have data; without: shop/latency");
  expect(told(report, "burn_rate_alerts")).toBe("met, evidence: 3 of 3 SLOs have alerts on the burn rate");
  expect(told(report, "runbook_coverage")).toBe("met, evidence: 18 of 18 alerts have a runbook");
  expect(told(report, "dashboards")).toBe("met, evidence: 18 of 18 alerts have a dashboard");
  expect(told(report, "paging")).toMatch(/^met, evidence: \d+ of 18 alerts page somebody$/);
  expect(told(report, "golden_signals")).toMatch(/^met, evidence: latency, traffic, errors, and the saturation of/);
  expect(told(report, "on_call")).toBe("partly, evidence: nobody is on call for 7 d of the next 28 days");
  collector.close();
});

test("rules of the other convention alert on the burn rate too", async () => {
  const model = new MaturityModel({ sources: { slos, rules: generateRules(slos, { convention: "sloth" }) } });
  const report = await model.assess();
  expect(told(report, "burn_rate_alerts")).toMatch(/^met, evidence: 3 of 3/);
  expect(told(report, "paging")).toMatch(/^met/);
});

test("incidents, runbooks and postmortems, as the real ones are", async () => {
  const clock = new ManualClock(AT - 30 * DAY);
  const incidents = new IncidentManager({ clock });
  const runbooks = new RunbookExecutor({ clock });
  runbooks.registerRunbook("Full", [{ name: "tidy", action: async () => undefined }]);
  runbooks.registerRunbook("Down", [
    { name: "look", actions: ["Look at it."] },
    { name: "restart", action: async () => undefined, approval: true },
  ]);
  const open = (severity: "SEV1" | "SEV2" | "SEV3") =>
    incidents.createIncident({ title: "it fails", severity, by: "pager" });

  // One that a runbook heals, one that people handle, one that nobody handles well.
  const healed = await open("SEV3");
  await runbooks.executeRunbook("Full", { by: "machine", incident: healed });
  await incidents.resolve(healed.id, { by: "machine" });

  const handled = await open("SEV1");
  clock.advance(5 * 60_000);
  await incidents.acknowledge(handled.id, { by: "ann" });
  await incidents.assumeRole(handled.id, { role: "commander", person: "ann", by: "ann" });
  clock.advance(3_600_000);
  await incidents.resolve(handled.id, { by: "ann" });

  const slow = await open("SEV2");
  clock.advance(2 * DAY);
  await incidents.acknowledge(slow.id, { by: "bob" });
  await incidents.resolve(slow.id, { by: "bob" });

  const draft = await new PostmortemGenerator({ incidents, clock }).generate(handled.id, { authors: ["ann"] });
  const reviewed: Postmortem = {
    ...changePostmortemStatus(draft, { to: "in_review", by: "ann", at: clock.now() }),
    status: "reviewed",
    changes: [{ from: "in_review", to: "reviewed", by: "ann", at: clock.now() }],
    actionItems: [
      { id: "A1", text: "a", status: "done", due: "2026-03-01" },
      { id: "A2", text: "b", status: "open", due: "2026-03-02" },
      { id: "A3", text: "c", status: "open", due: "2026-09-02" },
      { id: "A4", text: "d", status: "open", due: "some day" },
    ],
  };
  clock.advance(AT - clock.now());
  const model = new MaturityModel({ sources: { incidents, runbooks, postmortems: async () => [reviewed] }, clock });
  const report = await model.assess();
  expect(told(report, "incident_roles")).toBe("partly, evidence: 1 of 2 grave incidents had a commander");
  expect(told(report, "acknowledged")).toBe(
    "partly, evidence: 1 of 2 grave incidents were acknowledged or over within 15 min, on average after 1 d",
  );
  expect(told(report, "restored")).toMatch(
    /^partly, evidence: 1 of 2 grave incidents were over within 1 d, on average/,
  );
  expect(told(report, "alert_load")).toMatch(/^met, evidence: 0.02 incidents in twelve hours \(3 in 90 d\)/);
  expect(told(report, "steps_automated")).toBe(
    "partly, evidence: 1 of 3 steps are done by machines alone; 1 by people, 1 after an approval",
  );
  expect(told(report, "runbooks_run")).toBe("met, evidence: 1 of 2 runbooks were run; without: Down");
  expect(told(report, "healed")).toBe("partly, evidence: 1 of 3 incidents were healed by a runbook alone");
  expect(told(report, "postmortems_written")).toBe(
    `partly, evidence: 1 of 2 grave incidents have a postmortem; without: ${slow.id}`,
  );
  expect(told(report, "postmortems_in_time")).toBe("met, evidence: 1 of 1 postmortem was reviewed in time");
  expect(told(report, "actions_done")).toBe("partly, evidence: 1 of 2 action items that were due are done or dropped");

  const late = { ...reviewed, status: "draft" as const, changes: [] };
  const again = new MaturityModel({ sources: { incidents, postmortems: [late] }, clock });
  expect(told(await again.assess(), "postmortems_in_time")).toBe(
    "not_met, evidence: 0 of 1 postmortem was reviewed in time; 1 still to be reviewed",
  );
});

class Nothing extends ChaosExperiment {
  readonly kind = "nothing";
  targets() {
    return ["a", "b"].map((id) => ({ id, group: "all", healthy: true, labels: {}, details: {} }));
  }
  inject() {
    return { result: "done", message: "done" } as const;
  }
  undo(): void {}
}

test("policies, the gate, chaos and capacity, as the real ones are", async () => {
  const clock = new ManualClock(AT);
  const policies = new PolicyEngine({ services: { shop: new AggressivePolicy() }, clock });
  const source = {
    measure: async (_slo: unknown, ranges: readonly object[]) =>
      ranges.map(() => ({ good: 99_999, total: 100_000, coverage: 1 })),
  };
  const gate = new ReleaseGate({
    statuses: new SloStatusReader({ slos, source, clock }),
    whenUnknown: "closed",
    clock,
  });
  const chaos = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none" });
  const capacity = new CapacityPlanner({
    services: { shop: { metrics: { disk: { limit: 400, unit: "GB" } } } },
    clock,
  });
  const days = (count: number) =>
    Array.from({ length: count }, (_, day) => ({
      timestamp: AT - (count - day) * DAY,
      disk: 100 + day * 2 + (day % 3),
    }));
  capacity.addSamples("shop", days(40));
  capacity.addSamples("search", days(40));
  const model = new MaturityModel({
    sources: { slos, policies, gate, chaos, capacity, scaledByForecastAt: AT - 3 * DAY },
    clock,
  });
  const before = await model.assess();
  expect(told(before, "release_gate")).toMatch(/^unknown, none: nobody has asked the gate/);
  expect(told(before, "chaos_run")).toMatch(/^unknown, none: no experiment .* that the runner remembers$/);
  expect(told(before, "budget_policy")).toBe(
    "partly, evidence: 1 of 2 services are under a policy that was chosen; without: search; 0 entries in the audit log",
  );
  expect(told(before, "growth_watched")).toBe("met, evidence: 2 of 2 services have a trend");
  expect(told(before, "capacity_forecasts")).toBe(
    "partly, evidence: 1 of 2 services have a forecast of 30 days against a limit; without: search",
  );
  expect(told(before, "scales_ahead")).toBe("met, evidence: capacity followed a forecast 3 d ago");

  await gate.check("shop");
  const experiment = new Nothing({ name: "n", services: [], steadyState: [probe("fine", () => true)] });
  await chaos.run(experiment);
  const dry = await model.assess({ at: Date.now() });
  expect(told(dry, "chaos_run")).toMatch(/^partly, evidence: nothing but dry runs/);
  expect(told(await model.assess(), "release_gate")).toMatch(
    /^met, evidence: the gate was asked 1 time since 2026-03-20/,
  );
  model.close();
  await gate.check("shop");
  expect(told(await model.assess(), "release_gate")).toMatch(/asked 1 time /);
  await chaos.stop();
});

test("a gate that nobody asks for ninety days is not asked; runs in each month are regular", async () => {
  const clock = new ManualClock(AT - 100 * DAY);
  const gate = { on: () => () => undefined };
  const run = (daysAgo: number, outcome = "completed") => ({
    ...{ outcome, startedAt: AT - daysAgo * DAY - 1, endedAt: AT - daysAgo * DAY },
  });
  const model = (history: readonly ReturnType<typeof run>[]) =>
    new MaturityModel({ sources: { gate, chaos: { history } }, clock });
  const regular = model([run(1), run(40, "aborted"), run(89), run(200)]);
  const rare = model([run(10), run(12), run(50, "refused"), run(80, "failed")]);
  clock.advance(100 * DAY);
  const report = await regular.assess();
  expect(told(report, "release_gate")).toBe("not_met, evidence: nobody has asked the gate in the last 100 d");
  expect(told(report, "chaos_run")).toBe("met, evidence: 3 experiments in the last 90 days, the last 1 d ago");
  expect(told(report, "chaos_regular")).toMatch(/^met, evidence: an experiment in 3 of the last 3/);
  expect(told(await rare.assess(), "chaos_regular")).toMatch(/^partly, evidence: an experiment in 1 of the last 3/);
});
