/** A Prometheus over what an SLO's rules read: counters of the past, and what the rules recorded of them. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import type { RecordingRule } from "../../../src/rules/model.ts";
import { freePort } from "../../support/ports.ts";

/** A series that is written as it is made: many samples are held by nobody. */
export interface StoredSeries {
  /** With its labels, as PromQL writes it. */
  readonly series: string;
  /** In seconds. */
  readonly from: number;
  readonly to: number;
  readonly everySeconds: number;
  readonly valueAt: (atSeconds: number) => number;
}

/** What a query found, and what it took. */
export interface Cost {
  /** The value of the only element; NaN without one. */
  readonly value: number;
  readonly samples: number;
  readonly ms: number;
}

/** A running one. */
export interface Storage {
  readonly version: string;
  /** Where it answers, without a path. */
  readonly url: string;
  readonly ask: (query: string, atSeconds: number) => Promise<Cost>;
  /** Evaluates rules once a minute over the past, in seconds, and has what they record from then on. */
  readonly record: (rules: readonly RecordingRule[], from: number, to: number) => Promise<void>;
  /** Ends it, and removes all that it had. */
  readonly stop: () => Promise<void>;
}

/** Blocks as long as promtool makes them: with those of two hours, it would read the whole file for each. */
const BLOCK = "--max-block-duration=800h";

export async function openStorage(
  programs: { readonly prometheus: string; readonly promtool: string },
  series: readonly StoredSeries[],
): Promise<Storage> {
  const folder = await mkdtemp(join(tmpdir(), "nines-storage-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const [input, config, data] = [join(folder, "past.txt"), join(folder, "prometheus.yml"), join(folder, "data")];
  try {
    await pipeline(exposition(series), createWriteStream(input));
    await writeFile(config, "{}\n");
    const args = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", BLOCK, input, data];
    await promisify(execFile)(programs.promtool, args);
    await rm(input);
  } catch (error) {
    await remove();
    throw error;
  }
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const options = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    "--storage.tsdb.retention.time=10y",
    `--web.listen-address=${address}`,
    "--log.level=error",
  ];
  let running: { readonly end: () => Promise<void> } | undefined;
  const start = async (): Promise<string> => {
    const child = spawn(programs.prometheus, options, { stdio: "ignore" });
    const ended = once(child, "exit");
    const end = async (): Promise<void> => {
      child.kill("SIGKILL");
      await ended;
    };
    running = { end };
    return versionOf(url, () => child.exitCode !== null);
  };
  const stop = async (): Promise<void> => {
    await running?.end();
    await remove();
  };
  const record = async (rules: readonly RecordingRule[], first: number, last: number): Promise<void> => {
    const recorded: string[] = [];
    for (const rule of rules) recorded.push(...(await evaluated(url, rule, first, last)));
    await writeFile(input, `${recorded.join("")}# EOF\n`);
    await promisify(execFile)(programs.promtool, [
      "tsdb",
      "create-blocks-from",
      "openmetrics",
      "--quiet",
      BLOCK,
      input,
      data,
    ]);
    await rm(input);
    await running?.end();
    await start();
  };
  try {
    const version = await start();
    return { version, url, ask: (query, atSeconds) => ask(url, query, atSeconds), record, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function* exposition(series: readonly StoredSeries[]): Generator<string> {
  for (const { series: name, from, to, everySeconds, valueAt } of series) {
    let lines: string[] = [];
    for (let at = from; at <= to; at += everySeconds) {
      lines.push(`${name} ${valueAt(at)} ${at}\n`);
      if (lines.length < 5_000) continue;
      yield lines.join("");
      lines = [];
    }
    yield lines.join("");
  }
  yield "# EOF\n";
}

async function versionOf(url: string, hasEnded: () => boolean): Promise<string> {
  for (let attempt = 0; attempt < 600 && !hasEnded(); attempt += 1) {
    const reply = await fetch(`${url}/-/ready`).catch(() => undefined);
    await reply?.text();
    if (reply?.ok === true) {
      const { data } = (await (await fetch(`${url}/api/v1/status/buildinfo`)).json()) as { data: { version: string } };
      return data.version;
    }
    await sleep(100);
  }
  throw new Error("Prometheus did not start within 60 s");
}

const MOST_STEPS = 10_000;

/** What a rule records, as lines of an exposition. */
async function evaluated(
  url: string,
  { record, expr, labels = {} }: RecordingRule,
  from: number,
  to: number,
): Promise<string[]> {
  const lines: string[] = [];
  for (let start = from; start <= to; start += MOST_STEPS * 60) {
    const end = Math.min(to, start + (MOST_STEPS - 1) * 60);
    const body = new URLSearchParams({ query: expr, start: String(start), end: String(end), step: "60" });
    const reply = (await (await fetch(`${url}/api/v1/query_range`, { method: "POST", body })).json()) as {
      readonly status: string;
      readonly error?: string;
      readonly data: {
        readonly result: { readonly metric: Record<string, string>; readonly values: [number, string][] }[];
      };
    };
    if (reply.status !== "success") throw new Error(`${expr}: ${reply.error ?? "no answer"}`);
    for (const { metric, values } of reply.data.result) {
      const { __name__: _name, ...rest } = metric;
      const pairs = Object.entries({ ...rest, ...labels }).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      for (const [at, value] of values) lines.push(`${record}{${pairs.join(",")}} ${value} ${String(at)}\n`);
    }
  }
  return lines;
}

interface Reply {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly result: { readonly value: [number, string] }[];
    readonly stats: {
      readonly timings: { readonly evalTotalTime: number };
      readonly samples: { readonly totalQueryableSamples: number };
    };
  };
}

async function ask(url: string, query: string, atSeconds: number): Promise<Cost> {
  const body = new URLSearchParams({ query, time: String(atSeconds), stats: "all" });
  const reply = (await (await fetch(`${url}/api/v1/query`, { method: "POST", body })).json()) as Reply;
  if (reply.status !== "success") throw new Error(`${query}: ${reply.error ?? "no answer"}`);
  const { result, stats } = reply.data;
  return {
    value: Number(result[0]?.value[1] ?? NaN),
    samples: stats.samples.totalQueryableSamples,
    ms: stats.timings.evalTotalTime * 1_000,
  };
}
