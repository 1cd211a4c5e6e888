/** What stores hold after a little life: the documents, logs and journals that saved-state changes. */
import { FileIncidentStore } from "../../../src/adapters/file/incident-store.ts";
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { ChaosJournal } from "../../../src/chaos/journal.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../../src/incident/memory-store.ts";
import type { IncidentStore } from "../../../src/ports/incident-store.ts";
import { Reliability } from "../../../src/reliability.ts";
import { RunbookExecutor } from "../../../src/runbook/executor/executor.ts";
import { FaultyFileSystem } from "../../../src/testing/faulty-file-system.ts";
import { inTime } from "./replies.ts";

export const AT: number = Date.UTC(2026, 9, 1);
const HOUR = 3_600_000;

export const SLOS = `
service_level_objectives:
  shop:
    availability: { target: 99.9%, measurement_window: 30d }
    latency: { kind: latency, target: 99%, threshold: 300ms, measurement_window: 7d }
    rate: { kind: throughput, target: 1, objective: 99%, slice: 1m, measurement_window: { calendar: month, time_zone: UTC } }
`;

/** The state of a service that was watched for two days, failed now and then, and was overridden. */
export async function reliabilityState(): Promise<string> {
  const clock = new ManualClock(AT);
  const store = new MemoryStateStore();
  const options = { document: SLOS, store, clock, saveEverySeconds: 0, evaluateEverySeconds: 0 };
  const reliability = await Reliability.open(options);
  for (let hour = 0; hour < 48; hour += 1) {
    for (let count = 0; count < 20; count += 1) {
      const statusCode = (hour * count) % 17 === 3 ? 503 : 200;
      reliability.signals.record({ method: "GET", route: "/cart", statusCode, durationSeconds: count / 40 });
      clock.advance(HOUR / 20);
    }
  }
  await reliability.evaluate();
  await reliability.save();
  return (await store.load("nines-state")) ?? "";
}

/** The journal of a run that was killed while two injections were made. */
export async function chaosJournal(): Promise<string> {
  const store = new MemoryStateStore();
  const journal = new ChaosJournal(
    store,
    { key: "chaos", writer: "w1" },
    { clock: new ManualClock(AT), timeoutMs: 1_000 },
  );
  await journal.take();
  const injection = {
    kind: "network",
    target: "proxy/redis",
    details: { share: 0.5, fault: { kind: "latency", latencyMs: 300 } },
  };
  await journal.add({ id: "chaos-1/1", ...injection, run: "chaos-1", experiment: "slow redis", at: AT });
  await journal.add({ id: "chaos-1/2", ...injection, kind: "pod", run: "chaos-1", experiment: "a pod goes", at: AT });
  return (await store.load("chaos")) ?? "";
}

/** Two incidents with a life of their own each. */
export async function fillIncidents(store: IncidentStore): Promise<void> {
  const clock = new ManualClock(AT);
  const incidents = new IncidentManager({ clock, store });
  let last = "";
  for (const title of ["checkout fails", "é is slow"]) {
    const { id } = await incidents.createIncident({
      title,
      severity: "SEV2",
      by: "ann",
      services: ["shop"],
      labels: { team: "a" },
    });
    clock.advance(60_000);
    await incidents.acknowledge(id, { by: "bob", message: "looking" });
    await incidents.note(id, { by: "bob", kind: "graph", message: "see", data: { at: [1, { b: null }] } });
    clock.advance(60_000);
    await incidents.resolve(id, { by: "ann", message: "restarted" });
    last = id;
  }
  await incidents.reopen(last, { by: "ann", message: "again" });
}

/** The bytes of a log of incidents, and what is in it. */
export async function incidentLog(): Promise<{
  readonly bytes: Buffer;
  readonly events: readonly (readonly string[])[];
}> {
  const fileSystem = new FaultyFileSystem();
  const store = await FileIncidentStore.open("/s", { fileSystem, clock: new ManualClock(AT) });
  await fillIncidents(store);
  const events = [await store.read(1), await store.read(2)];
  await store.close();
  return { bytes: Buffer.from(fileSystem.content("/s/incidents.log") ?? []), events };
}

/** An executor whose commands all do well, and whose approvals are all given. */
export function executorOn(store: IncidentStore, clock: ManualClock): RunbookExecutor {
  const executor = new RunbookExecutor({
    ...{ store, clock, runner: { run: async () => ({ exitCode: 0 }), endLeftovers: async () => 0 } },
    approver: async () => ({ approved: true, by: "bob" }),
  });
  executor.registerRunbook("Slow", [
    { name: "look", command: ["echo", "hello"] },
    { name: "restart", command: ["echo", "again"], approval: true, retries: 1 },
    {
      name: "both",
      parallel: [
        { name: "a", command: ["echo", "a"] },
        { name: "b", command: ["echo", "b"] },
      ],
    },
  ]);
  return executor;
}

/** A run that came to its end, with an approval on the way. */
export async function fillRuns(store: IncidentStore): Promise<void> {
  const clock = new ManualClock(AT);
  await inTime(clock, executorOn(store, clock).executeRunbook("Slow", { by: "ann", labels: { pod: "web-1" } }));
}

/** What a store has of incidents, or of runs. */
export async function events(
  fill: (store: IncidentStore) => Promise<unknown>,
): Promise<{ readonly events: readonly (readonly string[])[]; readonly summaries: readonly string[] }> {
  const store = new MemoryIncidentStore();
  await fill(store);
  const rows = await store.rows({ limit: 10 });
  return {
    events: await Promise.all(rows.map(({ number }) => store.read(number))),
    summaries: rows.map(({ summary }) => summary),
  };
}
