/**
 * What the Chaos Toolkit itself says and does. `CHAOS_TOOLKIT_PYTHON` names a Python that has it:
 * `python3 -m venv there && there/bin/pip install chaostoolkit 'chaostoolkit-lib[jsonpath]'`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { ActivityAnswer } from "../../../src/chaos/toolkit/activities.ts";
import type { ToolkitTolerance } from "../../../src/chaos/toolkit/model.ts";
import { ToolkitExperiment } from "../../../src/chaos/toolkit/experiment.ts";
import { tolerates } from "../../../src/chaos/toolkit/tolerance.ts";
import { chaosToolkitExperiment, type ToolkitStrike, writeChaosToolkit } from "../../../src/chaos/toolkit/write.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { systemClock } from "../../../src/core/time/clock.ts";
import { openShop } from "./shop.ts";

const python = process.env.CHAOS_TOOLKIT_PYTHON ?? "";
const dataFile = (name: string): string => new URL(`../../data/chaos-toolkit/${name}`, import.meta.url).pathname;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nines-chaos-toolkit-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function runPython(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const child = spawn(python, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  if (code !== 0) throw new Error(`${String(code)}: ${out}${errors}`);
  return out;
}

const JUDGE = `
import json, sys
from chaoslib.hypothesis import within_tolerance
for case in json.load(open(sys.argv[1])):
    try:
        print("yes" if within_tolerance(case["tolerance"], case["value"]) else "no")
    except Exception:
        print("no")
`;

function one<T>(random: Random, all: readonly T[]): T {
  return all[random.integer(0, all.length - 1)] as T;
}

/** A tolerance and an answer that it may or may not fit. */
function someCase(random: Random): { readonly tolerance: ToolkitTolerance; readonly answer: ActivityAnswer } {
  const status = one(random, [200, 201, 204, 404, 500]);
  const body = one(random, [
    {
      state: "up",
      nodes: [
        { name: "a", load: 1 },
        { name: "b", load: 2 },
      ],
    },
    { state: "down", nodes: [] },
    { state: "up", nodes: [{ name: "c" }], more: { state: null } },
    "up",
    "12.5\n",
    "v1.2.3\n",
    "ready: yes\nstate: up\n",
  ]);
  const value = { status, body };
  const path = one(random, [
    "$.state",
    "$..state",
    "$.nodes[*].name",
    "$.nodes[0]",
    "$.nodes[*][?(@.load > 1)].name",
    "$.nodes[?(@.name)]",
  ]);
  const tolerance = one<ToolkitTolerance>(random, [
    status,
    200,
    [200, 201, 404],
    true,
    "up",
    { type: "range", range: [200, 299], target: "status" },
    { type: "range", range: [12, 13], target: "body" },
    {
      type: "regex",
      pattern: one(random, ["^up$", "\\d+\\.\\d+", "(?m)^state: (up|down)$", "(?i)READY", "e[^:]*$"]),
      target: "body",
    },
    { type: "jsonpath", path, target: "body" },
    { type: "jsonpath", path, target: "body", count: random.integer(0, 2) },
    { type: "jsonpath", path, target: "body", expect: one(random, ["up", ["a", "b"], [null], ["b"], []]) },
    { type: "jsonpath", path: "$.body.state", expect: "up" },
  ]);
  return { tolerance, answer: { provider: "http", status, value, cut: new Set() } };
}

describe.skipIf(python === "")("the Chaos Toolkit (where CHAOS_TOOLKIT_PYTHON is set)", () => {
  it("takes what is written", { timeout: 120_000 }, async () => {
    const proxy = { kind: "toxiproxy", api: "http://localhost:8474", proxy: "db" } as const;
    const strikes: ToolkitStrike[] = [
      { ...proxy, fault: { kind: "latency", latencyMs: 300, jitterMs: 50 } },
      { ...proxy, fault: { kind: "cut" }, share: 0.5 },
    ];
    const probes = [{ name: "front page", url: "http://shop.example/" }];
    const paths = strikes.flatMap((strike, index) =>
      (["json", "yaml"] as const).map((format) => {
        const path = join(folder, `written-${String(index)}.${format}`);
        const experiment = chaosToolkitExperiment({ title: "t", description: "d", hypothesis: "h", probes, strike });
        writeFileSync(path, writeChaosToolkit(experiment, format));
        return path;
      }),
    );
    for (const path of [...paths, dataFile("cache-loss.yaml"), dataFile("queue-disk.json")])
      await runPython(["-m", "chaostoolkit", "validate", path], { SHOP_TOKEN: "t" });
  });

  it("tolerates what is tolerated here, and nothing else", { timeout: 60_000 }, async () => {
    const random = seededRandom("tolerances");
    const cases = Array.from({ length: 2_000 }, () => someCase(random));
    const path = join(folder, "cases.json");
    writeFileSync(path, JSON.stringify(cases.map(({ tolerance, answer: { value } }) => ({ tolerance, value }))));
    const theirs = (await runPython(["-c", JUDGE, path])).trim().split("\n");
    const context = {
      ports: { fetch: undefined, commands: undefined, clock: systemClock },
      variables: { configuration: new Map(), secrets: new Map() },
      signal: new AbortController().signal,
      key: "k",
    };
    for (const [index, { tolerance, answer }] of cases.entries()) {
      const { ok } = await tolerates(tolerance, answer, context);
      expect({ tolerance, value: answer.value, ok }).toEqual({
        tolerance,
        value: answer.value,
        ok: theirs[index] === "yes",
      });
    }
    expect(new Set(theirs)).toEqual(new Set(["yes", "no"]));
  });

  it("asks what is asked here, in the same order", { timeout: 60_000 }, async () => {
    const shop = await openShop();
    const environment = { SHOP_URL: shop.url, SHOP_TOKEN: "t" };
    const asked = (): unknown[] =>
      shop.asked.splice(0).map(({ line, body, headers }) => ({
        line,
        body: body === "" ? "" : (JSON.parse(body) as unknown),
        authorization: headers.authorization,
      }));
    try {
      await runPython(["-m", "chaostoolkit", "run", dataFile("cache-loss.yaml")], environment);
      const theirs = asked();
      const document = readFileSync(dataFile("cache-loss.yaml"), "utf8");
      const experiment = new ToolkitExperiment({ document, fetch, environment });
      const [target] = experiment.targets();
      if (target === undefined) throw new Error("no target");
      const injection = { id: "i", kind: experiment.kind, target: target.id, details: experiment.prepare(target) };
      const look = async (): Promise<void> => {
        for (const probe of experiment.steadyState()) expect(await probe.check({})).toMatchObject({ ok: true });
      };
      await look();
      await experiment.inject(injection, {});
      await look();
      await experiment.undo(injection, {});
      expect(asked()).toEqual(theirs);
      expect(theirs).toHaveLength(7);
    } finally {
      await shop.close();
    }
  });
});
