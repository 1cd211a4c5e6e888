import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { Objective } from "../../src/core/objective.ts";
import { rollingWindow } from "../../src/core/time/window.ts";
import type { IncidentAlert } from "../../src/incident/model.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { PostmortemGenerator, type PostmortemGeneratorOptions } from "../../src/postmortem/generator.ts";
import type { SloHistory, StandingLike } from "../../src/postmortem/sources.ts";
import type { RunbookRun, RunStep, StepAttempt } from "../../src/runbook/run.ts";

/** When the incident of these tests began. */
export const BEGAN: number = Date.UTC(2026, 10, 22, 10, 2);
export const SECOND = 1_000;
export const MINUTE = 60_000;

const DAY = 86_400_000;

export const ALERT: IncidentAlert = {
  fingerprint: "f404ecabc8dd5cd7",
  startsAt: BEGAN + 60 * SECOND,
  status: "firing",
  labels: { alertname: "HighMemoryUsage", service: "checkout", pod: "checkout-7d9f", severity: "critical" },
  annotations: { summary: "checkout-7d9f uses 97 % of its memory", runbook_url: "https://runbooks.example/memory" },
  url: "https://prometheus.example/graph?g0.expr=container_memory_working_set_bytes%7Bapp%3D%22checkout%22%7D+%2F+2e9+%3E+0.9&g0.tab=1",
};

function attempt(number: number, fields: Partial<StepAttempt>): StepAttempt {
  return { number, status: "succeeded", startedAt: BEGAN, ...fields };
}

function captured(text: string): { text: string; bytes: number; isCut: boolean } {
  return { text, bytes: text.length, isCut: false };
}

function step(name: string, at: number, fields: Partial<RunStep>): RunStep {
  const startedAt = BEGAN + at;
  return { name, kind: "command", status: "succeeded", isRollback: false, startedAt, attempts: [], ...fields };
}

/** The run of the runbook that healed it, with a step that timed out and one that took two attempts. */
export const RUN: RunbookRun = {
  id: "RUN-0001",
  runbook: "HighMemoryUsage",
  title: "Memory of checkout is short",
  alert: "HighMemoryUsage",
  incident: "INC-0001",
  by: "alerts",
  status: "succeeded",
  isDry: false,
  startedAt: BEGAN + 95 * SECOND,
  endedAt: BEGAN + 178 * SECOND,
  steps: [
    step("check_pods", 95 * SECOND, {
      command: ["kubectl", "get", "pods", "-l", "app=checkout"],
      endedAt: BEGAN + 97 * SECOND,
      attempts: [
        attempt(1, {
          durationMs: 1_840,
          exitCode: 0,
          stdout: captured(
            "NAME            READY   STATUS      RESTARTS\ncheckout-7d9f   0/1     OOMKilled   4\ncheckout-5c1b   1/1     Running     0\n",
          ),
        }),
      ],
    }),
    step("heap_dump", 97 * SECOND, {
      status: "timed_out",
      command: ["curl", "-sS", "http://checkout-7d9f:9090/heap dump"],
      endedAt: BEGAN + 127 * SECOND,
      attempts: [attempt(1, { status: "timed_out", durationMs: 30_000, signal: "SIGKILL" })],
      reason: "it took longer than 30 s",
    }),
    step("restart_deployment", 127 * SECOND, {
      command: ["kubectl", "rollout", "restart", "deployment/checkout"],
      endedAt: BEGAN + 178 * SECOND,
      attempts: [
        attempt(1, {
          status: "failed",
          durationMs: 900,
          exitCode: 1,
          stderr: captured("Unable to connect to the server: net/http: TLS handshake timeout\n"),
        }),
        attempt(2, { durationMs: 49_000, exitCode: 0, stdout: captured("deployment.apps/checkout restarted\n") }),
      ],
    }),
  ],
  resumed: 0,
  lock: "HighMemoryUsage",
  version: 14,
};

const SLO = {
  id: "checkout/availability",
  objective: Objective.parse("99.9%"),
  window: rollingWindow(30 * DAY),
  expression:
    'sum(rate(http_requests_total{app="checkout",code!~"5.."}[5m])) / sum(rate(http_requests_total{app="checkout"}[5m]))',
};

/** The budget of checkout at `at`, with so many bad events of ten million. */
export function standing(at: number, bad: number): StandingLike {
  const total = 10_000_000;
  const consumedRatio = bad / 10_000;
  return {
    slo: SLO,
    budget: {
      ...{ id: SLO.id, at, objective: SLO.objective, window: SLO.window, range: { start: at - 30 * DAY, end: at } },
      ...{ coverage: 1, good: total - bad, total, bad, burnRates: [], state: "measured", sliRatio: 1 - bad / total },
      ...{ consumedRatio, remainingRatio: 1 - consumedRatio, remainingEvents: 10_000 - bad },
      ...{ remainingMinutes: 43.2 * (1 - consumedRatio), verdict: "within", exhaustion: { kind: "never" } },
    },
  };
}

/** A share of failures that rises and falls, with a gap while nobody looked. */
export function history(): SloHistory {
  const points = [];
  for (let second = -180; second <= 1_260; second += 15) {
    const at = BEGAN + second * SECOND;
    if (second > 600 && second < 720) continue;
    const bad =
      second < 0 || second > 200 ? (second === 885 ? 3 : 0) : Math.round(150 * Math.sin((Math.PI * second) / 200));
    points.push({ at, good: 300 - bad, total: second === 960 ? 0 : 300 });
    if (second === 960) points[points.length - 1] = { at, good: 0, total: 0 };
  }
  return { slo: SLO.id, points };
}

/** Incidents with the one of these tests in them, and its clock a quarter of an hour after its resolution. */
export async function sampleIncidents(): Promise<{ incidents: IncidentManager; clock: ManualClock; id: string }> {
  const clock = new ManualClock(BEGAN + 75 * SECOND);
  const incidents = new IncidentManager({ clock });
  const at = (seconds: number): void => {
    clock.advance(BEGAN + seconds * SECOND - clock.now());
  };
  const { id } = await incidents.createIncident({
    title: "HighMemoryUsage on checkout",
    severity: "SEV2",
    services: ["checkout"],
    slos: [SLO.id],
    description: "Pods of checkout are killed for want of memory.",
    startedAt: BEGAN,
    detectedAt: BEGAN + 60 * SECOND,
    by: "alerts",
  });
  await incidents.apply(id, { by: "alerts" }, () => [
    { type: "alerts_received", alerts: [ALERT] },
    { type: "role_assumed", role: "commander", person: "ann" },
    {
      type: "notification_requested",
      key: "1/pager",
      channel: "pager",
      kind: "opened",
      message: "Declared by alerts, affects checkout.",
      recipient: "ann",
    },
  ]);
  at(80);
  await incidents.apply(id, { by: "outbox" }, () => [
    { type: "notification_attempted", key: "1/pager", until: clock.now() + MINUTE },
    { type: "notification_delivered", key: "1/pager" },
  ]);
  at(97);
  await incidents.note(id, {
    kind: "runbook",
    message: "RUN-0001: check_pods succeeded",
    data: { run: "RUN-0001", step: "check_pods" },
    by: "runbook",
  });
  at(100);
  await incidents.acknowledge(id, { message: "looking", by: "ann" });
  at(178);
  await incidents.changeStatus(id, { to: "monitoring", message: "the runbook succeeded", by: "alerts" });
  at(300);
  await incidents.addUpdate(id, { message: "Payments work again.", audience: "public", by: "ann" });
  await incidents.addTask(id, { text: "Cap the cache of carts at 256 MB", assignee: "bob", by: "ann" });
  at(240 + 300);
  await incidents.apply(id, { by: "alerts" }, () => [
    { type: "alerts_received", alerts: [{ ...ALERT, status: "resolved", endsAt: BEGAN + 200 * SECOND }] },
  ]);
  await incidents.setRootCause(id, { rootCause: "Carts are cached without a limit.", by: "ann" });
  at(1_080);
  await incidents.resolve(id, { message: "no restarts for a quarter of an hour", by: "ann" });
  at(1_980);
  return { incidents, clock, id };
}

/** A generator over {@link sampleIncidents}. */
export async function sampleGenerator(
  options: Partial<PostmortemGeneratorOptions> = {},
): Promise<{ generator: PostmortemGenerator; incidents: IncidentManager; clock: ManualClock; id: string }> {
  const { incidents, clock, id } = await sampleIncidents();
  const generator = new PostmortemGenerator({
    incidents,
    clock,
    runs: { runsOf: async () => [RUN] },
    standing: () => [standing(BEGAN + 1_980 * SECOND, 3_320)],
    history: () => [history()],
    links: {
      incident: (name) => `https://status.example/incidents/${name}`,
      run: (name) => `https://runs.example/${name}`,
    },
    ...options,
  });
  return { generator, incidents, clock, id };
}

/** What people add to the postmortem of the golden files. */
export const GIVEN = {
  authors: ["ann", "bob"],
  facts: { usersAffected: "1,200 of 40,000", revenue: "EUR 12,000" },
  before: [standing(BEGAN - MINUTE, 2_050)],
  entries: [
    {
      at: BEGAN - 2 * MINUTE,
      source: "deploy",
      text: "checkout v2026.11.22 is live",
      by: "ci",
      url: "https://ci.example/builds/4711",
    },
  ],
  sections: {
    trigger: "A release [v2026.11.22](https://ci.example/builds/4711) that keeps carts in memory **without a limit**.",
    wentWell: "- The runbook had been tried in a drill *last month*.",
    wentWrong: "- The limit of memory was in nobody's review:\n  1. not in the code\n  2. not in the chart",
    lessons: "> Every cache needs an end.\n\n| cache | limit |\n| --- | --- |\n| carts | none |\n| prices | 64 MB |",
  },
  actionItems: [
    {
      text: "Refuse caches without a limit in code review, by a lint rule",
      kind: "prevent",
      priority: "P1",
      owner: "bob",
      due: "2026-12-01",
    },
    { text: "Alert at 80 % of a pod's memory", kind: "detect", priority: "P2", owner: "ann", due: "2026-12-08" },
  ],
} as const;
