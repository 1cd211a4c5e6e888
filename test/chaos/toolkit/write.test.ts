/** Experiments of nines in Chaos Toolkit's words. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ToolkitExperiment } from "../../../src/chaos/toolkit/experiment.ts";
import { parseChaosToolkit } from "../../../src/chaos/toolkit/document.ts";
import { chaosToolkitExperiment, type ToolkitStrike, writeChaosToolkit } from "../../../src/chaos/toolkit/write.ts";

const base = {
  title: "A slow database",
  description: "The shop is there all the same",
  hypothesis: "the shop answers",
  probes: [{ name: "front page", url: "http://shop.example/" }],
};
const proxy = { kind: "toxiproxy", api: "http://localhost:8474/", proxy: "shop db" } as const;
const latency: ToolkitStrike = { ...proxy, fault: { kind: "latency", latencyMs: 300, jitterMs: 50 }, share: 0.5 };

describe("a written experiment", () => {
  it("puts a fault on a Toxiproxy through its API, and takes it away", () => {
    const written = chaosToolkitExperiment({ ...base, strike: latency, duration: "5m" });
    expect(JSON.parse(writeChaosToolkit(written))).toEqual({
      version: "1.0.0",
      title: "A slow database",
      description: "The shop is there all the same",
      "steady-state-hypothesis": {
        title: "the shop answers",
        probes: [
          {
            type: "probe",
            name: "front page",
            tolerance: 200,
            provider: { type: "http", url: "http://shop.example/", timeout: 2 },
          },
        ],
      },
      method: [
        {
          type: "action",
          name: "put latency on shop db",
          provider: {
            type: "http",
            url: "http://localhost:8474/proxies/shop%20db/toxics",
            method: "POST",
            headers: { "Content-Type": "application/json" },
            arguments: {
              name: "nines-chaos",
              type: "latency",
              attributes: { latency: 300, jitter: 50 },
              stream: "downstream",
              toxicity: 0.5,
            },
            timeout: 10,
          },
          pauses: { after: 300 },
        },
      ],
      rollbacks: [
        {
          type: "action",
          name: "take latency off shop db",
          provider: {
            type: "http",
            url: "http://localhost:8474/proxies/shop%20db/toxics/nines-chaos",
            method: "DELETE",
            timeout: 10,
          },
        },
      ],
    });
  });

  it("runs under the belt, for as long as it was written for", async () => {
    const asked: string[] = [];
    const experiment = new ToolkitExperiment({
      document: writeChaosToolkit(chaosToolkitExperiment({ ...base, strike: latency, duration: "5m" }), "yaml"),
      fetch: (url, { method }) => {
        asked.push(`${method} ${url}`);
        return Promise.resolve(new Response("{}"));
      },
    });
    expect(experiment.durationMs).toBe(300_000);
    const [target] = experiment.targets();
    if (target === undefined) throw new Error("no target");
    const injection = { id: "i", kind: experiment.kind, target: target.id, details: experiment.prepare(target) };
    // The pause is the runner's: it is not waited for here.
    await experiment.inject(injection, {});
    await experiment.undo(injection, {});
    expect(asked).toEqual([
      "POST http://localhost:8474/proxies/shop%20db/toxics",
      "DELETE http://localhost:8474/proxies/shop%20db/toxics/nines-chaos",
    ]);
  });

  it.each<[object, object]>([
    [{ kind: "reset" }, { type: "reset_peer", attributes: { timeout: 0 } }],
    [{ kind: "cut" }, { type: "timeout", attributes: { timeout: 0 } }],
    [
      { kind: "bandwidth", bytesPerSecond: 1_500 },
      { type: "bandwidth", attributes: { rate: 2 } },
    ],
    [
      { kind: "bandwidth", bytesPerSecond: 1 },
      { type: "bandwidth", attributes: { rate: 1 } },
    ],
  ])("knows %j as a toxic", (fault, toxic) => {
    const written = chaosToolkitExperiment({ ...base, strike: { ...proxy, fault } as ToolkitStrike });
    expect(written.method[0]?.provider.arguments).toMatchObject(toxic);
  });

  it("deletes one pod by its name, with nothing to be rolled back", () => {
    const strike = { kind: "pod", namespace: "shop", pod: "web-1", graceSeconds: 5, context: "test" } as const;
    const { method, rollbacks } = chaosToolkitExperiment({ ...base, strike });
    expect(method[0]?.provider).toEqual({
      type: "process",
      path: "kubectl",
      arguments: ["--context=test", "delete", "pod", "web-1", "--namespace=shop", "--wait=false", "--grace-period=5"],
      timeout: 30,
    });
    expect(rollbacks).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["errors", { ...proxy, fault: { kind: "error", statusCode: 503 } }, "Toxiproxy knows no HTTP"],
    ["pods by a selector", { kind: "pods", selector: "app=web" }, '"pods" cannot be written'],
    ["a pod whose name is an option", { kind: "pod", namespace: "shop", pod: "--all" }, "is no name of a pod"],
    ["no share at all", { ...latency, share: 0 }, "is no share"],
  ])("is not made of %s", (_, strike, message) => {
    expect(() => chaosToolkitExperiment({ ...base, strike: strike as ToolkitStrike })).toThrow(message);
  });

  it("is the same when it is read again", () => {
    const strike = fc.record({
      kind: fc.constant("toxiproxy" as const),
      api: fc.constant("http://localhost:8474"),
      proxy: fc.string({ minLength: 1, maxLength: 10 }),
      fault: fc.record({ kind: fc.constant("latency" as const), latencyMs: fc.nat(9_999), jitterMs: fc.nat(9) }),
      share: fc.double({ min: 0.001, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(strike, fc.integer({ min: 1, max: 3_600 }), (one, seconds) => {
        const written = chaosToolkitExperiment({ ...base, strike: one, duration: `${String(seconds)}s` });
        expect(parseChaosToolkit(writeChaosToolkit(written, "json"))).toEqual(written);
        expect(parseChaosToolkit(writeChaosToolkit(written, "yaml"))).toEqual(written);
      }),
      { numRuns: 100 },
    );
  });
});
