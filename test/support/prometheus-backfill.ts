/** A Prometheus over series of the past. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import type { SeriesPoint } from "../../src/capacity/series/samples.ts";
import { freePort } from "./ports.ts";

/** A series as it is to be found. */
export interface PastSeries {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** In time order; times in epoch milliseconds, in eighths of a second. */
  readonly points: readonly SeriesPoint[];
}

/** A Prometheus that scrapes nothing. */
export interface BackfilledPrometheus {
  /** Its address, without a path. */
  readonly url: string;
  /** Ends it, and removes all that it had. */
  readonly stop: () => Promise<void>;
}

/** Blocks are made two hours of data at a time, and each time the whole file is read. */
export async function startBackfilled(
  { prometheus = "prometheus", promtool = "promtool" }: Readonly<Record<string, string>>,
  series: readonly PastSeries[],
): Promise<BackfilledPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), "nines-prometheus-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const [input, config, data] = ["past.txt", "prometheus.yml", "data"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  try {
    await writeFile(input, openMetrics(series));
    await writeFile(config, "{}\n");
    await promisify(execFile)(promtool, ["tsdb", "create-blocks-from", "openmetrics", "--quiet", input, data]);
  } catch (error) {
    await remove();
    throw error;
  }
  const url = `http://127.0.0.1:${String(await freePort())}`;
  const options = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, "--storage.tsdb.retention.time=10y"];
  const child = spawn(
    prometheus,
    [...options, `--web.listen-address=${url.replace("http://", "")}`, "--log.level=error"],
    { stdio: "ignore" },
  );
  const ended = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    await remove();
  };
  try {
    await untilReady(url, () => child.exitCode !== null);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function untilReady(url: string, hasEnded: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 300 && !hasEnded(); attempt += 1) {
    const reply = await fetch(`${url}/-/ready`).catch(() => undefined);
    await reply?.text();
    if (reply?.ok === true) return;
    await sleep(100);
  }
  throw new Error("Prometheus did not start within 30 s");
}

function openMetrics(series: readonly PastSeries[]): string {
  const byName = new Map<string, string[]>();
  for (const { name, labels = {}, points } of series) {
    const lines = byName.get(name) ?? [`# TYPE ${name} gauge`];
    const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    for (const { at, value } of points) lines.push(`${name}{${pairs.join(",")}} ${valueText(value)} ${timeText(at)}`);
    byName.set(name, lines);
  }
  return `${[...byName.values()].flatMap((lines) => lines.join("\n")).join("\n")}\n# EOF\n`;
}

function valueText(value: number): string {
  return Math.abs(value) === Infinity ? (value > 0 ? "+Inf" : "-Inf") : Object.is(value, -0) ? "-0" : String(value);
}

/** In seconds; promtool multiplies them by a thousand and cuts the fraction. */
function timeText(at: number): string {
  if (at % 125 !== 0) throw new Error(`${String(at)} would be read as another time; take multiples of 125 ms`);
  return String(at / 1_000);
}
