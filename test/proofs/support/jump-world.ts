/** A service with all that nines has, by one clock: requests come in, faults strike, people and machines answer. */
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { CapacityPlanner } from "../../../src/capacity/planner.ts";
import { SignalSampler } from "../../../src/capacity/sampler.ts";
import { ErrorInjectionExperiment } from "../../../src/chaos/experiments/fault-experiments.ts";
import { InProcessFaults } from "../../../src/chaos/in-process/in-process-faults.ts";
import { noteOnIncidents } from "../../../src/chaos/links/incident-link.ts";
import { probe } from "../../../src/chaos/probes.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import { ChaosScheduler } from "../../../src/chaos/schedule/scheduler.ts";
import type { Clock } from "../../../src/core/time/clock.ts";
import { AdapterError } from "../../../src/core/errors.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { SloDashboard } from "../../../src/dashboard/dashboard.ts";
import { ReleaseGate } from "../../../src/gate/gate.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import { logEvents } from "../../../src/logging/log-events.ts";
import { linesTo } from "../../../src/logging/writers.ts";
import { MaturityModel } from "../../../src/maturity/maturity-model.ts";
import type { Logger } from "../../../src/ports/logger.ts";
import { PostmortemGenerator } from "../../../src/postmortem/generator.ts";
import { Reliability } from "../../../src/reliability.ts";
import { AutomatedResponse } from "../../../src/response/automated-response.ts";
import { alertOnBudgets } from "../../../src/response/budget-alerts.ts";
import { EscalationPlanner } from "../../../src/response/escalation/planner.ts";
import { EscalationPolicy } from "../../../src/response/escalation/policy.ts";
import { EscalationWork } from "../../../src/response/escalation/work.ts";
import { combinePlanners, NotificationPlan } from "../../../src/response/telling/notify-plan.ts";
import { OnCallSchedule } from "../../../src/response/on-call/on-call.ts";
import { NotificationOutbox } from "../../../src/response/telling/outbox.ts";
import { IncidentWorker } from "../../../src/response/worker.ts";
import { RunbookExecutor } from "../../../src/runbook/executor/executor.ts";
import { documentOf, IDLE } from "./jump-document.ts";
import { lookAt, postmortemsOf } from "./jump-looks.ts";
import { checkSound, checkSoundText } from "./sound-figures.ts";

/** How fast things go, in milliseconds: a simulated service has minutes where a real one has seconds. */
export interface Pace {
  /** A look at everything. */
  readonly lookMs: number;
  /** Until somebody acknowledges a page, and until an escalation goes on. */
  readonly answerMs: number;
  readonly escalateMs: number;
  /** Since when its alerts are quiet when an incident ends. */
  readonly holdMs: number;
  /** Of an experiment, and between two of them. */
  readonly chaosMs: number;
  readonly chaosEveryMs: number;
  /** For the burn rates: the windows of the one SLO that has small ones. */
  readonly windowMs: number;
}

/** A page that went out. */
export interface Page {
  readonly monotonic: number;
  readonly incident: string;
  readonly kind: string;
}

type Parts = Pick<JumpWorld, "clock" | "pace" | "reliability" | "faults" | "runner" | "seed">;

const ROUTE = "/orders/:id";
const DAYS = { every: "day", at: "09:00", zone: "Europe/Berlin" } as const;

/** All of it, running. */
export class JumpWorld {
  readonly pages: Page[] = [];
  readonly troubles: string[] = [];
  /** Whether every second request fails. */
  broken = false;
  served = 0;
  samples = 0;
  updates = 0;
  lines = 0;
  /** What was seen to be wrong by somebody who was told something. */
  fault: Error | undefined;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly reliability: Reliability;
  readonly faults: InProcessFaults;
  readonly runner: ChaosRunner;
  readonly seed: string;
  readonly #stops: (() => unknown)[] = [];
  readonly #random: Random;

  private constructor({ clock, pace, reliability, faults, runner, seed }: Parts) {
    this.clock = clock;
    this.pace = pace;
    this.reliability = reliability;
    this.faults = faults;
    this.runner = runner;
    this.seed = seed;
    this.#random = seededRandom(`${seed}/requests`);
    this.#assemble();
  }

  static async open(clock: Clock, { seed, pace }: { readonly seed: string; readonly pace: Pace }): Promise<JumpWorld> {
    const reliability = await Reliability.open({
      document: documentOf(pace.windowMs),
      ...{ clock, store: new MemoryStateStore(), evaluateEverySeconds: pace.lookMs / 1_000 },
      policies: { minimumHoldMs: pace.holdMs },
      // The machine's own is not by this clock.
      signals: { probe: { sample: () => IDLE, close: () => undefined } },
      actions: { run: async () => Promise.resolve() },
    });
    const faults = new InProcessFaults({ routes: [`GET ${ROUTE}`], clock, random: seededRandom(`${seed}/faults`) });
    const runner = await ChaosRunner.open({
      guard: { statuses: reliability, minimumRemainingRatio: 0, maximumBurnRate: 1e6, every: "2s" },
      ...{ store: new MemoryStateStore(), armed: true, clock, random: seededRandom(`${seed}/chaos`) },
    });
    return new JumpWorld({ clock, pace, reliability, faults, runner, seed });
  }

  incidents!: IncidentManager;
  runbooks!: RunbookExecutor;
  scheduler!: ChaosScheduler;
  experiment!: ErrorInjectionExperiment;
  dashboard!: SloDashboard;
  gate!: ReleaseGate;
  maturity!: MaturityModel;
  postmortems!: PostmortemGenerator;
  planner!: CapacityPlanner;
  #worker!: IncidentWorker;
  #response!: AutomatedResponse;

  #assemble(): void {
    const { clock, pace, reliability, seed, runner } = this;
    const logger: Logger = {
      warn: (message) => this.troubles.push(message),
      error: (message) => this.troubles.push(message),
    };
    const primary = new OnCallSchedule({
      name: "primary",
      layers: [{ name: "days", people: ["ann", "bob"], handover: DAYS, startsAt: "2020-01-01" }],
    });
    const page = { to: [{ channel: "pager", schedule: "primary" }], wait: `${String(pace.escalateMs)}ms` };
    const escalation = new EscalationPlanner({
      policies: [new EscalationPolicy({ name: "all", steps: [page, page], repeat: 1 })],
      schedules: [primary],
    });
    const plan = new NotificationPlan({ rules: [{ on: ["opened", "resolved", "reopened"], to: ["room"] }] });
    this.incidents = new IncidentManager({ planner: combinePlanners(plan, escalation), clock });
    const { incidents } = this;
    this.runbooks = new RunbookExecutor({ ...{ incidents, clock, logger }, random: seededRandom(`${seed}/runs`) });
    this.#register();
    this.#response = new AutomatedResponse({
      ...{ incidents, runbooks: this.runbooks, clock, logger, groupBy: ["service"] },
      ...{ onResolved: "resolve", holdMs: pace.holdMs, schedules: [primary], commander: { onCall: "primary" } },
    });
    const luck = seededRandom(`${seed}/channels`);
    const channel = {
      notify: async ({ incident, kind }: { readonly incident: { readonly id: string }; readonly kind: string }) => {
        await Promise.resolve();
        if (luck.next() < 0.3) throw new AdapterError("busy", { adapter: "pager", operation: "page", retryable: true });
        this.pages.push({ monotonic: clock.monotonic(), incident: incident.id, kind });
        if (kind !== "escalated") return;
        clock.schedule(() => void this.#acknowledge(incident.id), pace.answerMs);
      },
    };
    const outbox = new NotificationOutbox({
      ...{ incidents, channels: { pager: channel, room: channel }, clock, logger },
      random: seededRandom(`${seed}/outbox`),
    });
    const work = [outbox, new EscalationWork({ incidents, planner: escalation, logger })];
    this.#worker = new IncidentWorker({ incidents, work, clock, logger });
    this.#worker.start();
    this.gate = new ReleaseGate({
      ...{ statuses: reliability, policies: reliability.policies, clock },
      whenUnknown: "closed",
    });
    this.experiment = new ErrorInjectionExperiment({
      ...{ name: "orders fail", services: ["shop"], plane: this.faults, toxicity: 0.05 },
      ...{ duration: `${String(pace.chaosMs)}ms`, steadyState: [probe("fine", () => true)] },
    });
    this.scheduler = new ChaosScheduler({
      ...{ runner, clock, seed, entries: [{ experiment: this.experiment, every: `${String(pace.chaosEveryMs)}ms` }] },
    });
    this.planner = new CapacityPlanner({ clock });
    const sampler = new SignalSampler({ signals: reliability.signals, clock });
    this.dashboard = new SloDashboard({
      ...{ statuses: reliability, gate: this.gate, incidents, runbooks: this.runbooks, chaos: runner, clock, logger },
      refreshSeconds: Math.max(0.5, pace.lookMs / 1_000),
    });
    const { gate, runbooks, scheduler } = this;
    this.maturity = new MaturityModel({
      sources: { statuses: reliability, incidents, runbooks, gate, chaos: runner },
      clock,
    });
    this.postmortems = new PostmortemGenerator({
      ...{ incidents, runs: runbooks, clock },
      history: async ({ range }) => (await reliability.history(range)).map(({ slo, points }) => ({ slo, points })),
    });
    const lines = linesTo((_level, message, fields) => {
      this.lines += 1;
      this.#heard(() => {
        checkSoundText(message, "a line");
        checkSound(fields, "a line");
      });
    });
    this.#stops.push(
      logEvents({ reliability, incidents, runbooks, gate, chaos: runner, scheduler }, { logger: lines, clock }),
      alertOnBudgets(reliability, this.#response, { logger }),
      this.#response.start(),
      noteOnIncidents(runner, incidents, { killOn: "none" }),
      reliability.on("evaluated", (status) => this.#heard(() => checkSound(status, "evaluated"))),
      sampler.every(Math.max(1_000, pace.lookMs), (sample) => {
        this.samples += 1;
        this.planner.addSamples("shop", [sample]);
        this.#heard(() => checkSound(sample, "a sample"));
      }),
      this.runbooks.start(),
    );
    this.dashboard.feed.subscribe({
      write: () => {
        this.updates += 1;
        return true;
      },
      end: () => undefined,
    });
    this.scheduler.start();
  }

  /** A run that takes its time: a step that fails at first, one that hangs until it is ended, one that waits for a yes. */
  #register(): void {
    const { runbooks, clock, pace } = this;
    runbooks.registerRunbook("ErrorBudgetBurn", [
      {
        ...{ name: "look", retries: { attempts: 2, delay: "2s" } },
        action: ({ attempt }) => {
          if (attempt === 1) throw new Error("not yet");
          return "stuck";
        },
      },
      {
        ...{ name: "hang", timeout: `${String(pace.answerMs)}ms`, continueOnFailure: true },
        action: () => new Promise(() => undefined),
      },
      { name: "heal", approval: { message: "Heal it?", timeout: "15m" }, action: () => "healed" },
    ]);
    this.#stops.push(
      runbooks.on("approvalRequested", ({ run, step }) => {
        const answer = { step: step.name, approved: true, by: "ann" };
        clock.schedule(() => void runbooks.answer(run.id, answer).catch(() => undefined), pace.answerMs);
      }),
    );
  }

  async #acknowledge(id: string): Promise<void> {
    const { status, acknowledgedBy } = await this.incidents.get(id);
    if (status !== "resolved" && acknowledgedBy === undefined) await this.incidents.acknowledge(id, { by: "ann" });
  }

  /** So many requests, now. */
  serve(count: number): void {
    for (let request = 0; request < count; request += 1) {
      this.served += 1;
      const met = this.faults.isActive ? this.faults.decide({ method: "GET", path: "/orders/7" }) : undefined;
      const fails = met !== undefined || (this.broken && request % 2 === 0);
      const durationSeconds = this.broken ? 0.2 : 0.01 + this.#random.next() / 50;
      this.reliability.signals.record({ method: "GET", route: ROUTE, statusCode: fails ? 503 : 200, durationSeconds });
    }
  }

  /** Asks everybody about everything. Throws where an answer cannot be. */
  async look(): Promise<void> {
    if (this.fault !== undefined) throw this.fault;
    await lookAt(this);
  }

  /** The postmortem of each incident; how many there are. */
  tellAll(): Promise<number> {
    return postmortemsOf(this);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) await stop();
    await this.scheduler.stop();
    await this.runner.stop();
    for await (const { id } of this.runbooks.list({ open: true })) await this.runbooks.cancel(id, { by: "the end" });
    await this.#response.drain();
    await this.#worker.close();
    await this.runbooks.close();
    this.maturity.close();
    this.dashboard.close();
    await this.reliability.close();
  }

  #heard(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.fault ??= error as Error;
    }
  }
}
