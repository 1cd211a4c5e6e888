/** A Prometheus and an Alertmanager that run as configured, each in a folder of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "../../support/ports.ts";
import { findService } from "../../support/services.ts";

/** A program with an HTTP API. */
export interface RunningProgram {
  /** Where it listens, without a path. */
  readonly url: string;
  /** Ends it, and removes all that it had. */
  readonly stop: () => Promise<void>;
}

/** Each Prometheus that there is: that of the PATH, and where NINES_PROMETHEUS3 names a folder, that in it. */
export function prometheuses(): readonly string[] {
  const third = process.env.NINES_PROMETHEUS3;
  const own = findService("prometheus");
  return [...(own === undefined ? [] : [own]), ...(third === undefined ? [] : [join(third, "prometheus")])];
}

/** Scrapes `target`, a host and a port, every second as the job `shop`, and evaluates `rules`. */
export function startPrometheus(
  program: string,
  { target, rules, alertmanager }: { readonly target: string; readonly rules: string; readonly alertmanager: string },
): Promise<RunningProgram> {
  const config = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: ["rules.yml"],
    scrape_configs: [{ job_name: "shop", static_configs: [{ targets: [target] }] }],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager.replace("http://", "")] }] }] },
  };
  return start(program, { "config.yml": JSON.stringify(config), "rules.yml": rules }, "--storage.tsdb.path=data");
}

/** Routes alerts as its configuration says. */
export function startAlertmanager(program: string, config: object): Promise<RunningProgram> {
  const options = ["--storage.path=data", "--cluster.listen-address="];
  return start(program, { "config.yml": JSON.stringify(config) }, ...options);
}

async function start(
  program: string,
  files: Readonly<Record<string, string>>,
  ...options: readonly string[]
): Promise<RunningProgram> {
  const folder = await mkdtemp(join(tmpdir(), "nines-e2e-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const address = `127.0.0.1:${String(await freePort())}`;
  const child = spawn(
    program,
    ["--config.file=config.yml", `--web.listen-address=${address}`, "--log.level=warn", ...options],
    { cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt += 1) {
    const answer = await fetch(`http://${address}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) return { url: `http://${address}`, stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`${program} did not start: ${said}`);
}
