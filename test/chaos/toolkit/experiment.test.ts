/** Chaos Toolkit experiments under the belt: real addresses, real processes. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { LocalCommandRunner } from "../../../src/adapters/command/index.ts";
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import type { ChaosInjection } from "../../../src/chaos/model.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import type { ChaosRunnerOptions } from "../../../src/chaos/runner-options.ts";
import { ToolkitExperiment, type ToolkitExperimentOptions } from "../../../src/chaos/toolkit/experiment.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { method } from "./support.ts";
import { openShop, type Shop } from "./shop.ts";

const cacheLoss = readFileSync(new URL("../../data/chaos-toolkit/cache-loss.yaml", import.meta.url), "utf8");
const queueDisk = readFileSync(new URL("../../data/chaos-toolkit/queue-disk.json", import.meta.url), "utf8");
const commands = new LocalCommandRunner();
const fetch = globalThis.fetch;
const signal = new AbortController().signal;

let shop: Shop;
let folder: string;
const runners: ChaosRunner[] = [];

beforeEach(async () => {
  shop = await openShop();
  folder = mkdtempSync(join(tmpdir(), "nines-toolkit-"));
});
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
  await shop.close();
  rmSync(folder, { recursive: true });
});

async function open(options: Partial<ChaosRunnerOptions> = {}): Promise<ChaosRunner> {
  const runner = await ChaosRunner.open({
    store: new MemoryStateStore(),
    guard: "none",
    armed: true,
    probeEvery: "20ms",
    recovery: "200ms",
    ...options,
  });
  runners.push(runner);
  return runner;
}

function lossOf(options: Partial<ToolkitExperimentOptions> = {}): ToolkitExperiment {
  const environment = { SHOP_URL: shop.url, SHOP_TOKEN: "s3cret-token" };
  return new ToolkitExperiment({ document: cacheLoss, fetch, environment, duration: "100ms", ...options });
}

const http = (path: string, more: object = {}): object => ({
  provider: { type: "http", url: `${shop.url}${path}`, ...more },
});
const node = (script: string, ...args: readonly string[]): object => ({
  provider: { type: "process", path: "node", arguments: ["-e", script, ...args] },
});
const injection = (experiment: ToolkitExperiment): ChaosInjection => {
  const [target] = experiment.targets();
  if (target === undefined) throw new Error("no target");
  return { id: "run-1", kind: experiment.kind, target: target.id, details: experiment.prepare(target) };
};

describe("an experiment of the Chaos Toolkit", () => {
  it("does nothing while the runner is not armed but ask its hypothesis", async () => {
    const report = await (await open({ armed: false })).run(lossOf());
    expect(report.outcome).toBe("dry_run");
    expect(shop.asked.map(({ line }) => line).sort()).toEqual(["GET /", "GET /health"]);
  });

  it("says whether no environment was handed in, or one that has no such name", () => {
    const make = (options: Partial<ToolkitExperimentOptions>) => () =>
      new ToolkitExperiment({ document: cacheLoss, fetch, ...options });
    expect(make({})).toThrow('no environment was handed in to take "SHOP_TOKEN" from; give the option environment');
    expect(make({ environment: {} })).toThrow('the environment that was handed in has no "SHOP_TOKEN"');
    expect(make({ environment: null as never })).toThrow("environment: null is no environment");
  });

  it("does its method, watches its hypothesis, and rolls back", async () => {
    const report = await (await open()).run(lossOf());
    expect(report).toMatchObject({ outcome: "completed", steadyAfterwards: true, reasons: [] });
    expect(report.injections[0]).toMatchObject({
      undo: "done",
      message: "stop the cache: status 200; the front page answers: status 200",
    });
    expect(report.observations.some(({ phase, ok }) => phase === "during" && ok)).toBe(true);
    expect(shop.cache).toBe("up");
    const puts = shop.asked.filter(({ line }) => line === "PUT /cache");
    // A text that is one name alone keeps the type of what it stands for.
    expect(puts.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { state: "down", patience: 2 },
      { state: "up" },
    ]);
    expect(puts.map(({ headers }) => headers.authorization)).toEqual(["Bearer s3cret-token", "Bearer s3cret-token"]);
    expect(JSON.stringify(report)).not.toContain("s3cret-token");
  });

  it("does not begin where the hypothesis does not hold, and says what was seen", async () => {
    shop.state = "down";
    const report = await (await open()).run(lossOf());
    expect(report.outcome).toBe("refused");
    expect(report.reasons[0]?.message).toBe(
      'the shop says that it is up: status 200, and the body has 1 value at "$.state", not what is expected',
    );
    expect(shop.asked.some(({ line }) => line === "PUT /cache")).toBe(false);
  });

  it("is aborted and rolled back when the hypothesis does not hold any more", async () => {
    const runner = await open();
    runner.on("moment", ({ code }) => {
      if (code === "injection_done") shop.state = "down";
    });
    const report = await runner.run(lossOf({ duration: "1m" }));
    expect(report).toMatchObject({ outcome: "aborted", steadyAfterwards: false });
    expect(report.injections[0]?.undo).toBe("done");
    expect(shop.cache).toBe("up");
  });

  it("rolls back after a crash from the journal alone, with secrets that are not in it", async () => {
    const store = new MemoryStateStore();
    const runner = await open({ store });
    const running = runner.run(lossOf({ duration: "1m" }));
    await expect.poll(() => shop.cache).toBe("down");
    const journal = (await store.load("chaos")) ?? "";
    expect(journal).toContain("start the cache");
    expect(journal).not.toContain("s3cret-token");
    // Another process finds what this one has written down; its own configuration is another by now.
    const left = new MemoryStateStore();
    await left.save("chaos", journal);
    const environment = { SHOP_URL: "http://127.0.0.1:1", SHOP_TOKEN: "another token" };
    const again = await open({ store: left, experiments: [lossOf({ environment })] });
    expect(again.open).toEqual([]);
    expect(shop.cache).toBe("up");
    expect(shop.asked.filter(({ line }) => line === "PUT /cache").at(-1)?.headers.authorization).toBe(
      "Bearer another token",
    );
    await runner.stop();
    await running;
  });

  it("runs processes, and looks at what they write", async () => {
    const experiment = new ToolkitExperiment({ document: queueDisk, commands });
    // The pause after the last activity is how long the fault stays.
    expect(experiment.durationMs).toBe(1_000);
    const report = await (await open({ probeEvery: "200ms" })).run(experiment);
    expect(report).toMatchObject({ outcome: "completed", steadyAfterwards: true });
    const [numbers, version] = report.observations.filter(({ phase }) => phase === "before");
    expect(numbers?.message).toBe("there is one file at least: exit code 0, and the stdout is 2, tolerated: 1 to 10");
    expect(version?.ok).toBe(true);
  });

  it("stops at the first action that fails, and rolls back all the same", async () => {
    const mark = join(folder, "mark");
    const write = "require('fs').writeFileSync(process.argv[1], '')";
    const experiment = method(
      [node(write, mark), node("process.exit(3)"), http("/never")],
      { rollbacks: [{ type: "action", name: "tidy", ...node("require('fs').rmSync(process.argv[1])", mark) }] },
      { steadyState: [{ name: "fine", check: () => ({ ok: true, message: "fine" }) }] },
    );
    const report = await (await open()).run(experiment);
    expect(report.outcome).toBe("failed");
    expect(report.reasons[0]?.message).toBe('chaos-toolkit/t: chaos-toolkit could not do "step 2": exit code 3');
    expect(shop.asked).toEqual([]);
    expect(existsSync(mark)).toBe(false);
  });

  it("does all rollbacks in order even if one fails, and says which", async () => {
    shop.statuses.set("POST /two", 500).set("DELETE /three", 404);
    const rollbacks = ["/one", "/two", "/three", "/four"].map((path) => ({
      type: "action",
      name: path,
      ...http(path, { method: path === "/three" ? "DELETE" : "POST" }),
    }));
    const experiment = method([], { rollbacks });
    await expect(experiment.undo(injection(experiment), { signal })).rejects.toThrow('could not do "/two": status 500');
    shop.statuses.delete("POST /two");
    await experiment.undo(injection(experiment), { signal });
    const lines = ["POST /one", "POST /two", "DELETE /three", "POST /four"];
    expect(shop.asked.map(({ line }) => line)).toEqual([...lines, ...lines]);
  });

  it("waits for what goes on in the background, and ends it where an action fails", async () => {
    const wait = (ms: number): string =>
      `setTimeout(() => require('fs').writeFileSync(process.argv[1], ''), ${String(ms)})`;
    const [one, two] = [join(folder, "one"), join(folder, "two")];
    const fine = method([{ ...node(wait(300), one), background: true }, http("/a")]);
    const { message } = await fine.inject(injection(fine), { signal });
    expect(message).toBe("step 2: status 200; step 1: exit code 0");
    expect(existsSync(one)).toBe(true);
    // Longer than the other one takes to begin and to fail.
    const bad = method([{ ...node(wait(1_500), two), background: true }, node("process.exit(1)")]);
    await expect(bad.inject(injection(bad), { signal })).rejects.toThrow("exit code 1");
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    expect(existsSync(two)).toBe(false);
  });

  it("tells probes of the method that fail, and goes on", async () => {
    shop.statuses.set("GET /ill", 503);
    const experiment = method([
      { ...http("/ill"), type: "probe" },
      { ...http("/ill"), type: "probe", tolerance: 503 },
      http("/a"),
    ]);
    const { message } = await experiment.inject(injection(experiment), { signal });
    expect(message).toBe("step 1: status 503; step 2: status 503; step 3: status 200");
  });

  it("ends an activity that takes longer than it may", async () => {
    const slow = method([
      { provider: { type: "process", path: "node", arguments: ["-e", "setTimeout(() => {}, 1e4)"], timeout: 0.2 } },
    ]);
    await expect(slow.inject(injection(slow), { signal })).rejects.toThrow('"step 1" did not finish within 200 ms');
    const deaf = method([http("/hang", { timeout: 0.1 })]);
    await expect(deaf.inject(injection(deaf), { signal })).rejects.toThrow('"step 1" did not finish within 100 ms');
  });

  it("is ended by its signal in the middle of a pause", async () => {
    const clock = new ManualClock(0);
    const experiment = method([{ ...http("/a"), pauses: { before: 60 } }], {}, { clock });
    const ending = new AbortController();
    const injecting = experiment.inject(injection(experiment), { signal: ending.signal });
    ending.abort(new Error("enough"));
    await expect(injecting).rejects.toThrow("enough");
    expect(shop.asked).toEqual([]);
  });

  it("passes arguments as queries, forms, JSON and words, none of them through a shell", async () => {
    const experiment = method(
      [
        http("/q?a=1", { arguments: { b: "x y", c: [1, 2] } }),
        http("/f", { method: "POST", arguments: { b: "x&y", c: true } }),
        http("/j", { method: "PATCH", headers: { "content-type": "application/json" }, arguments: { n: "${count}" } }),
        {
          provider: {
            type: "process",
            path: "node",
            arguments: "-e 'process.exit(process.argv[1] === \"a b; rm -rf $HOME\" ? 0 : 9)' ${words}",
          },
        },
        {
          provider: {
            type: "process",
            path: "node",
            arguments: { "-e": "process.exit(process.argv.length)", "": null },
          },
          tolerance: [1, 2],
        },
      ],
      { configuration: { count: 3, words: "a b; rm -rf $HOME" } },
    );
    await experiment.inject(injection(experiment), { signal });
    expect(shop.asked.map(({ line, body }) => [line, body])).toEqual([
      ["GET /q?a=1&b=x+y&c=1&c=2", ""],
      ["POST /f", "b=x%26y&c=true"],
      ["PATCH /j", '{"n":3}'],
    ]);
  });

  it("says what it was not given: who calls, who runs, and all that the environment lacks", () => {
    expect(() => new ToolkitExperiment({ document: cacheLoss })).toThrow(
      "fetch: is missing; the document has a provider http",
    );
    expect(() => new ToolkitExperiment({ document: queueDisk })).toThrow("commands: is missing");
    expect(() => new ToolkitExperiment({ document: cacheLoss, fetch, environment: { SHOP_PATIENCE: "long" } })).toThrow(
      /2 faults[^]*configuration\.patience: "SHOP_PATIENCE" is of another type; wanted: int[^]*secrets\.shop\.token: .* has no "SHOP_TOKEN"/,
    );
  });

  it("is one target that opts in by the labels that it was given", async () => {
    const runner = await open({ armed: false, blastRadius: { optIn: { chaos: "yes" } } });
    expect((await runner.run(lossOf())).reasons[0]?.code).toBe("no_targets");
    expect((await runner.run(lossOf({ labels: { chaos: "yes" } }))).outcome).toBe("dry_run");
  });
});
