/** A Prometheus that has half an hour of a service which measures itself, and evaluates rules over it every few seconds. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { GoldenSignalsCollector } from "../../../src/signals/collector.ts";
import type { Slo } from "../../../src/slo/model.ts";
import { freePort } from "../../support/ports.ts";

const STEPS = 60;
const STEP_SECONDS = 30;

/** A point of a series. */
export type Point = readonly [at: number, value: string];

/** A series of an answer. */
export interface Answered {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Point;
  readonly values?: readonly Point[];
}

/** That Prometheus. */
export interface Running {
  /** The series of an answer; throws what Prometheus says is wrong. */
  readonly ask: (path: string, parameters: Readonly<Record<string, string>>) => Promise<readonly Answered[]>;
  readonly stop: () => Promise<void>;
}

/** Each of `jobs` is a service that fails often and is slow; what it would publish is what `slos` ask for. */
export async function startRunning(
  { prometheus = "", promtool = "" }: Readonly<Record<string, string>>,
  ruleFiles: Readonly<Record<string, string>>,
  { slos, jobs }: { readonly slos: readonly Slo[]; readonly jobs: readonly string[] },
): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), "nines-grafana-"));
  const pathOf = (name: string): string => join(folder, name);
  await writeFile(pathOf("past.txt"), await past(slos, jobs));
  const blocks = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", pathOf("past.txt"), pathOf("data")];
  await promisify(execFile)(promtool, blocks);
  const names = Object.keys(ruleFiles);
  // Rules that wait for minutes would have the test wait for them.
  const often = (rules: string): string => rules.replace(/interval: [12]m$/gm, "interval: 2s");
  for (const name of names) await writeFile(pathOf(name), often(ruleFiles[name] ?? ""));
  await writeFile(pathOf("prometheus.yml"), `rule_files: ${JSON.stringify(names)}\n`);
  const port = String(await freePort());
  const options = [`--config.file=${pathOf("prometheus.yml")}`, `--storage.tsdb.path=${pathOf("data")}`];
  const child = spawn(
    prometheus,
    [...options, `--web.listen-address=127.0.0.1:${port}`, "--log.level=error", "--query.max-concurrency=4"],
    { stdio: "ignore" },
  );
  return {
    async ask(path, parameters) {
      const url = `http://127.0.0.1:${port}/api/v1/${path}`;
      const answer = await fetch(url, { method: "POST", body: new URLSearchParams(parameters) });
      const { data, error } = (await answer.json()) as { data?: { result: readonly Answered[] }; error?: string };
      if (data === undefined) throw new Error(`${String(error)}\n${parameters.query ?? ""}`);
      return data.result;
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks until `isThere`, which is tried again when it fails. */
export async function until(isThere: () => Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await isThere().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error(`${what} within 30 s`);
}

/** What the services published until now, in OpenMetrics. */
async function past(slos: readonly Slo[], jobs: readonly string[]): Promise<string> {
  const signals = new GoldenSignalsCollector({ slos });
  signals.addSaturation("db_pool", () => 0.4);
  const families = new Map<string, string[]>();
  const end = Math.floor(Date.now() / 1000);
  for (let step = STEPS; step >= 0; step -= 1) {
    const at = String(end - step * STEP_SECONDS);
    for (let index = 0; index < 20; index += 1) {
      const statusCode = [200, 200, 500, 404][index % 4] ?? 200;
      const route = index % 8 < 4 ? "/cart" : "/pay";
      signals.record({ method: "GET", route, statusCode, durationSeconds: 0.02 * index });
    }
    let lines: string[] = [];
    for (const line of (await signals.metrics()).split("\n")) {
      const [, name = "", type = ""] = /^# TYPE (\S+) (\S+)/.exec(line) ?? [];
      if (name !== "") {
        // OpenMetrics has the ending of counters on their samples only.
        const family = type === "counter" ? name.replace(/_total$/, "") : name;
        lines = families.get(family) ?? [`# TYPE ${family} ${type}`];
        families.set(family, lines);
      }
      const [, sample = "", labels = "", value = ""] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      if (sample === "") continue;
      for (const job of jobs) {
        const all = [`job="${job}"`, ...(labels === "" ? [] : [labels])].join(",");
        lines.push(`${sample}{${all}} ${value} ${at}`);
      }
    }
  }
  signals.close();
  return [...[...families.values()].flat(), "# EOF", ""].join("\n");
}
