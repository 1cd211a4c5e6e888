/** The command in this process, with a world of its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { onTestFinished } from "vitest";

import type { Io, Output } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import { systemClock } from "../../src/core/time/clock.ts";

/** The time of all of these tests. */
export const NOW = Date.UTC(2026, 10, 29, 3, 0, 0);

/** How the command ended, and what it wrote. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Which of the streams are terminals. */
  readonly terminals?: readonly ("stdout" | "stderr")[];
  readonly signal?: AbortSignal;
  readonly now?: number;
  /** Milliseconds since some moment, each time it is asked for. */
  readonly monotonic?: () => number;
}

/** Runs `nines` with these arguments. */
export async function nines(args: readonly string[], world: World = {}): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const { stdin, env = {}, terminals = [], now = NOW, monotonic = () => systemClock.monotonic() } = world;
  const output = (name: "stdout" | "stderr"): Output => ({
    isTerminal: terminals.includes(name),
    write: (text) => {
      written[name] += text;
      return Promise.resolve();
    },
  });
  const io: Io = {
    stdout: output("stdout"),
    stderr: output("stderr"),
    readStdin: () => (stdin === undefined ? Promise.reject(new Error("nothing is there")) : Promise.resolve(stdin)),
    env,
    clock: { now: () => now, monotonic, schedule: systemClock.schedule },
    signal: world.signal ?? new AbortController().signal,
  };
  const code = await run(args, io);
  return { code, ...written };
}

/** A folder with these files, for as long as the test runs; returns how to name one of them. */
export function folderOf(files: Readonly<Record<string, string>>): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "nines-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return (name) => join(folder, name);
}

/** What was written, without the folder of the test. */
export function withoutFolder(text: string, pathOf: (name: string) => string): string {
  return text.replaceAll(`${pathOf(".")}/`, "");
}

/** The JSON that a command wrote. */
export function jsonOf({ stdout }: Ran): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

const share = (service: string): string =>
  `sum(rate(http_requests_total{job="${service}",code!~"5.."}[5m])) / sum(rate(http_requests_total{job="${service}"}[5m]))`;

/** Two services: checkout with an availability and a latency, catalog with an availability. */
export const SHOP = `service_level_objectives:
  checkout:
    availability:
      target: 99.9%
      measurement_window: 30d
      sli: ${share("checkout")}
    latency:
      target: 99%
      threshold: 300ms
      measurement_window: 30d
      sli: histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{job="checkout"}[5m])))
  catalog:
    availability:
      target: 99%
      measurement_window: 7d
      sli: ${share("catalog")}
`;

/** One service with one SLO. */
export const ONE = `service_level_objectives:
  catalog:
    availability:
      target: 99%
      measurement_window: 7d
      sli: ${share("catalog")}
`;

/** One SLO as Sloth has it. */
export const SLOTH = `version: prometheus/v1
service: shop
labels: { owner: web }
slos:
  - name: availability
    objective: 99.9
    sli:
      plugin: { id: some }
  - name: requests
    objective: 99.9
    description: requests that do not fail
    sli:
      events:
        error_query: sum(rate(http_requests_total{job="shop",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total{job="shop"}[{{.window}}]))
    alerting: { name: ShopBurns }
`;
