import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { FileIncidentStore } from "../../src/adapters/file/index.ts";
import { seededRandom } from "../../src/core/random.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import type { Incident } from "../../src/incident/model.ts";
import { freePort } from "../support/ports.ts";
import { programOf } from "../support/program.ts";
import { findService } from "../support/services.ts";
import { startAlertmanager } from "./support/alertmanager.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "A storm of a real Alertmanager, each message delivered three times to a receiver that is killed: one incident a group.";

interface Size {
  readonly alerts: number;
  readonly groups: number;
  readonly kills: number;
}

export const quick: Size = { alerts: 300, groups: 6, kills: 1 };
export const full: Size = { alerts: 10_000, groups: 50, kills: 12 };

const SECRET = "what-alertmanager-sends";
const DELIVERIES = 3;
const PATIENCE_MS = 240_000;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const program = findService("alertmanager");
  if (program === undefined) {
    if (process.env.NINES_REQUIRE_SERVICES === "1") throw new Error("alertmanager was not found on PATH");
    return { skipped: "alertmanager was not found on PATH" };
  }
  const random = seededRandom(seed);
  const folder = await mkdtemp(join(tmpdir(), "nines-storm-"));
  const port = await freePort();
  const hook = `http://127.0.0.1:${String(port)}/`;
  let receiver = await startReceiver(folder, port);
  const alertmanager = await startAlertmanager({ program, folder, hook, secret: SECRET, deliveries: DELIVERIES });
  const figures = { kills: 0, stored: 0, incidents: 0, alerts: 0 };
  try {
    const startsAt = new Date(Date.now() - 1_000).toISOString();
    const storm = stormOf(size, startsAt);
    const half = storm.length / 2;
    await alertmanager.post(storm.slice(0, half));
    for (; figures.kills < size.kills; figures.kills += 1) {
      await sleep(random.integer(200, 2_000));
      await kill(receiver);
      log(`killed the receiver, ${summary(await stored(folder))}`);
      if (figures.kills === 0) await alertmanager.post(storm.slice(half));
      await sleep(random.integer(0, 500));
      receiver = await startReceiver(folder, port);
    }
    await until(folder, size, log, (incident) => incident.firing === size.alerts / size.groups);
    // Everything is there; what is still delivered, and delivered again, must not add to it.
    await sleep(3_000);
    checkAll(await stored(folder), size, "firing");

    await alertmanager.post(stormOf(size, startsAt, new Date().toISOString()));
    await until(folder, size, log, ({ status }) => status === "monitoring");
    const incidents = await stored(folder);
    checkAll(incidents, size, "resolved");
    const answers = readFileSync(join(folder, "answers"), "utf8").trimEnd().split("\n");
    const foreign = answers.filter((status) => status !== "200" && !/^5\d\d$/.test(status));
    if (foreign.length > 0) throw new Error(`answered ${foreign.join()} to an Alertmanager`);
    figures.stored = answers.filter((status) => status === "200").length;
    if (figures.stored < size.groups * DELIVERIES * 2) throw new Error("too few deliveries: nothing came twice");
    figures.incidents = incidents.length;
    figures.alerts = incidents.reduce((sum, { alerts }) => sum + alerts.size, 0);
    return figures;
  } finally {
    await alertmanager.stop();
    await kill(receiver);
    await rm(folder, { recursive: true, force: true });
  }
}

function stormOf({ alerts, groups }: Size, startsAt: string, over?: string): object[] {
  const endsAt = over ?? new Date(Date.parse(startsAt) + 3_600_000).toISOString();
  return Array.from({ length: alerts }, (_, index) => ({
    // Groups are mixed, so that they grow side by side.
    labels: { alertname: `Cause${String(index % groups)}`, instance: `host-${String(index)}`, severity: "page" },
    annotations: { summary: `cause ${String(index % groups)} is at work` },
    startsAt,
    endsAt,
  }));
}

async function startReceiver(folder: string, port: number): Promise<ChildProcess> {
  const script = programOf("test/proofs/support/receiving-child.ts");
  const args = [script, folder, String(port), SECRET];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the receiver ended by itself with ${String(code)}`);
  });
  await Promise.race([once(child.stdout, "data"), ended]);
  ended.catch(() => undefined);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** What a process that begins now would know. The receiver may be at work, so it looks at a copy. */
async function stored(folder: string): Promise<readonly Incident[]> {
  const copy = await mkdtemp(join(folder, "copy-"));
  await copyFile(join(folder, "incidents", "incidents.log"), join(copy, "incidents.log"));
  const store = await FileIncidentStore.open(copy);
  const incidents = new IncidentManager({ store });
  const found: Incident[] = [];
  for await (const { id } of incidents.list()) found.push(await incidents.get(id));
  await store.close();
  await rm(copy, { recursive: true });
  return found;
}

async function until(
  folder: string,
  { groups }: Size,
  log: ProofContext["log"],
  isDone: (incident: Incident) => boolean,
): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const incidents = await stored(folder);
    if (incidents.length >= groups && incidents.every(isDone)) return;
    if (Date.now() > end) throw new Error(`not all was delivered: ${summary(incidents)}`);
    log(summary(incidents));
    await sleep(1_000);
  }
}

/** Each group is one incident, with each of its alerts once. */
function checkAll(incidents: readonly Incident[], size: Size, status: "firing" | "resolved"): void {
  if (incidents.length !== size.groups) throw new Error(`${String(size.groups)} groups made ${summary(incidents)}`);
  const hosts = new Set<string>();
  for (const { id, alerts, labels } of incidents) {
    for (const alert of alerts.values()) {
      const { alertname, instance = "" } = alert.labels;
      if (alertname !== labels.alertname)
        throw new Error(`${id} of ${String(labels.alertname)} has ${String(alertname)}`);
      if (alert.status !== status) throw new Error(`${instance} is ${alert.status}, not ${status}`);
      if (hosts.has(instance)) throw new Error(`${instance} is in two incidents, or twice in one`);
      hosts.add(instance);
    }
  }
  if (hosts.size !== size.alerts) throw new Error(`${String(hosts.size)} of ${String(size.alerts)} alerts were stored`);
}

function summary(incidents: readonly Incident[]): string {
  const firing = incidents.reduce((sum, incident) => sum + incident.firing, 0);
  return `${String(incidents.length)} incidents, ${String(firing)} alerts firing`;
}
