/** A running Alertmanager that tells one webhook everything several times. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "../../support/ports.ts";

/** What {@link startAlertmanager} needs. */
export interface AlertmanagerSetup {
  readonly program: string;
  readonly folder: string;
  readonly hook: string;
  readonly secret: string;
  /** How often each message is delivered to the hook. */
  readonly deliveries: number;
}

/** One that runs. */
export interface RunningAlertmanager {
  /** Posts alerts, in parts as Prometheus does. */
  post(alerts: readonly object[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startAlertmanager(setup: AlertmanagerSetup): Promise<RunningAlertmanager> {
  const { program, folder, hook, secret, deliveries } = setup;
  const config = join(folder, "alertmanager.yml");
  // Several hooks of one receiver get the same messages, word by word.
  const hooks = new Array<string>(deliveries).fill(
    `      - url: ${hook}\n        http_config: { authorization: { type: Bearer, credentials: ${secret} } }\n`,
  );
  const route = "{ receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 2s, repeat_interval: 20s }";
  await writeFile(config, `route: ${route}\nreceivers:\n  - name: hook\n    webhook_configs:\n${hooks.join("")}`);
  const port = await freePort();
  const child = spawn(
    program,
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder, "alertmanager")}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  const api = `http://127.0.0.1:${String(port)}`;
  await isReady(`${api}/-/ready`, child);
  return {
    async post(alerts) {
      for (let from = 0; from < alerts.length; from += 500) {
        const body = JSON.stringify(alerts.slice(from, from + 500));
        const headers = { "content-type": "application/json" };
        const answer = await fetch(`${api}/api/v2/alerts`, { method: "POST", headers, body });
        if (!answer.ok) throw new Error(`Alertmanager answered ${String(answer.status)}: ${await answer.text()}`);
      }
    },
    async stop() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

async function isReady(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`Alertmanager ended with ${String(child.exitCode)}`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(100);
  }
  throw new Error(`Alertmanager was not ready at ${url}`);
}
