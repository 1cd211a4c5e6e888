import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "./ports.ts";

/** A Prometheus that scrapes. */
export interface RunningPrometheus {
  /** Where its HTTP API is. */
  readonly api: string;
  /** Ends it, and removes all that it had. */
  readonly stop: () => Promise<void>;
}

/** Starts a Prometheus that scrapes `target`, a host and a port, every second as the job `shop`. */
export async function startPrometheus(
  program: string,
  target: string,
  options: readonly string[] = [],
): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), "nines-prometheus-"));
  const port = await freePort();
  const config = join(folder, "prometheus.yml");
  await writeFile(
    config,
    `global: { scrape_interval: 1s }\nscrape_configs: [{ job_name: shop, static_configs: [{ targets: ["${target}"] }] }]\n`,
  );
  const child = spawn(program, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${String(port)}`,
    "--log.level=error",
    ...options,
  ]);
  return {
    api: `http://127.0.0.1:${String(port)}/api/v1`,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
