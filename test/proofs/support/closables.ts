/** Everything of nines that is closed, stopped or listened to: opened, used a little, and closed. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileIncidentStore } from "../../../src/adapters/file/index.ts";
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { ProcessPressure } from "../../../src/adapters/pressure/index.ts";
import { nodeProcessProbe } from "../../../src/adapters/process/index.ts";
import { SignalSampler } from "../../../src/capacity/sampler.ts";
import { ErrorInjectionExperiment } from "../../../src/chaos/experiments/fault-experiments.ts";
import { InProcessFaults } from "../../../src/chaos/in-process/in-process-faults.ts";
import { annotateRuns } from "../../../src/chaos/links/annotate.ts";
import { noteOnIncidents } from "../../../src/chaos/links/incident-link.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import { ChaosScheduler } from "../../../src/chaos/schedule/scheduler.ts";
import { undoOnSignals } from "../../../src/chaos/signals.ts";
import type { Clock } from "../../../src/core/time/clock.ts";
import { SloDashboard } from "../../../src/dashboard/dashboard.ts";
import { ReleaseGate } from "../../../src/gate/gate.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import { logEvents } from "../../../src/logging/log-events.ts";
import { linesTo } from "../../../src/logging/writers.ts";
import { MaturityModel } from "../../../src/maturity/maturity-model.ts";
import { Reliability } from "../../../src/reliability.ts";
import { AutomatedResponse } from "../../../src/response/automated-response.ts";
import { alertOnBudgets } from "../../../src/response/budget-alerts.ts";
import { NotificationPlan } from "../../../src/response/telling/notify-plan.ts";
import { NotificationOutbox } from "../../../src/response/telling/outbox.ts";
import { IncidentWorker } from "../../../src/response/worker.ts";
import { RunbookExecutor } from "../../../src/runbook/executor/executor.ts";
import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";

/** How to close what was opened. */
type Close = () => unknown;
/** Opens it, and uses it a little. */
type Open = (clock: Clock) => Promise<Close>;

const DOCUMENT = {
  service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "30d" } } },
};
const REQUEST = { method: "GET", route: "/", statusCode: 200, durationSeconds: 0.01 };

const reliable = (clock: Clock): Promise<Reliability> =>
  Reliability.open({ document: DOCUMENT, clock, store: new MemoryStateStore() });
const chaotic = (clock: Clock): Promise<ChaosRunner> =>
  ChaosRunner.open({ store: new MemoryStateStore(), guard: "none", armed: true, clock });

/** By the names of their classes and functions. */
export const CLOSABLES: Readonly<Record<string, Open>> = {
  async Reliability(clock) {
    const reliability = await reliable(clock);
    reliability.signals.record(REQUEST);
    const stop = alertOnBudgets(reliability, new AutomatedResponse({ incidents: new IncidentManager({ clock }) }));
    await reliability.evaluate();
    await reliability.metrics();
    return async () => {
      stop();
      await reliability.close();
    };
  },
  async GoldenSignalsCollector(clock) {
    const signals = new GoldenSignalsCollector({ clock, probe: nodeProcessProbe() });
    signals.record(REQUEST);
    await signals.metrics();
    return () => signals.close();
  },
  async nodeProcessProbe() {
    const probe = nodeProcessProbe();
    probe.sample();
    return Promise.resolve(() => probe.close());
  },
  async IncidentWorker(clock) {
    const planner = new NotificationPlan({ rules: [{ on: "all", to: ["room"] }] });
    const incidents = new IncidentManager({ clock, planner });
    let fails = true;
    const notify = async (): Promise<void> => {
      await Promise.resolve();
      fails = !fails;
      if (!fails) throw new Error("busy");
    };
    const outbox = new NotificationOutbox({ incidents, channels: { room: { notify } } });
    const worker = new IncidentWorker({ incidents, work: [outbox] });
    worker.start();
    await incidents.createIncident({ title: "slow", severity: "SEV1", by: "ann" });
    await worker.tick();
    return () => worker.close();
  },
  async AutomatedResponse(clock) {
    const incidents = new IncidentManager({ clock });
    const response = new AutomatedResponse({ incidents, onResolved: "resolve", holdMs: 1_000 });
    const stop = response.start();
    await response.alert({ name: "Slow", labels: { service: "shop" } });
    return async () => {
      stop();
      await response.drain();
    };
  },
  async RunbookExecutor(clock) {
    const executor = new RunbookExecutor({ clock });
    executor.registerRunbook("Slow", [
      { name: "done", action: () => "done" },
      { name: "asked", action: () => "done", approval: { message: "May I?", timeout: "10m" } },
    ]);
    executor.start();
    const { run } = await executor.startRunbook("Slow", { by: "ann" });
    return async () => {
      await executor.cancel(run.id, { by: "ann" });
      await executor.close();
    };
  },
  async ChaosRunner(clock) {
    const runner = await chaotic(clock);
    const plane = new InProcessFaults({ routes: ["/"], clock });
    const experiment = new ErrorInjectionExperiment({ name: "errors", plane, duration: "10m", toxicity: 0.1 });
    const incidents = new IncidentManager({ clock });
    const unlink = noteOnIncidents(runner, incidents, { killOn: "none" });
    const annotator = { begin: () => Promise.resolve(), end: () => Promise.resolve() };
    const unmark = annotateRuns(runner, annotator, { clock });
    const off = undoOnSignals(runner, process);
    const running = runner.run(experiment, { by: "ann" });
    return async () => {
      await runner.stop();
      await running;
      off();
      await unmark();
      await unlink();
    };
  },
  async ChaosScheduler(clock) {
    const runner = await chaotic(clock);
    const plane = new InProcessFaults({ routes: ["/"], clock });
    const experiment = new ErrorInjectionExperiment({ name: "errors", plane, duration: "10s" });
    const scheduler = new ChaosScheduler({ runner, clock, entries: [{ experiment, every: "1h" }] });
    scheduler.start();
    return async () => {
      await scheduler.stop();
      await runner.stop();
    };
  },
  async MaturityModel(clock) {
    const reliability = await reliable(clock);
    const gate = new ReleaseGate({ statuses: reliability, whenUnknown: "closed", clock });
    const maturity = new MaturityModel({ sources: { gate, statuses: reliability }, clock });
    await gate.check("shop");
    await maturity.collect();
    return async () => {
      maturity.close();
      await reliability.close();
    };
  },
  async SloDashboard(clock) {
    const reliability = await reliable(clock);
    const dashboard = new SloDashboard({ statuses: reliability, clock, refreshSeconds: 0.5 });
    dashboard.feed.subscribe({ write: () => true, end: () => undefined });
    await dashboard.snapshot();
    return async () => {
      dashboard.close();
      await reliability.close();
    };
  },
  async FileIncidentStore(clock) {
    const folder = await mkdtemp(join(tmpdir(), "nines-close-"));
    const store = await FileIncidentStore.open(folder, { clock });
    const incidents = new IncidentManager({ store, clock });
    await incidents.createIncident({ title: "slow", severity: "SEV1", by: "ann" });
    return async () => {
      await store.close();
      await rm(folder, { recursive: true });
    };
  },
  async ProcessPressure() {
    const pressure = new ProcessPressure({ maxWorkers: 1 });
    await pressure.start("load", { kind: "cpu", workers: 1, share: 0.01 });
    return () => pressure.stop("load");
  },
  async SignalSampler(clock) {
    const signals = new GoldenSignalsCollector({ clock, probe: nodeProcessProbe() });
    const stop = new SignalSampler({ signals, clock }).every(1_000, () => undefined);
    return Promise.resolve(() => {
      stop();
      signals.close();
    });
  },
  async logEvents(clock) {
    const [incidents, runbooks] = [new IncidentManager({ clock }), new RunbookExecutor({ clock })];
    const stop = logEvents({ incidents, runbooks }, { logger: linesTo(() => undefined), clock });
    await incidents.createIncident({ title: "slow", severity: "SEV1", by: "ann" });
    return async () => {
      stop();
      await runbooks.close();
    };
  },
};

/** Exported classes that have a method of such a name for something else: the end of a region on a graph, of a stream of text. */
export const NO_CLOSABLES: readonly string[] = ["GrafanaChaosAnnotations", "OutputCapture"];
