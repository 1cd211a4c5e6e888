import { describe, expect, it } from "vitest";

import {
  BandwidthExperiment,
  ConnectionCutExperiment,
  ErrorInjectionExperiment,
  type FaultExperimentOptions,
  NetworkLatencyExperiment,
} from "../../../src/chaos/experiments/fault-experiments.ts";
import type { ChaosExperiment } from "../../../src/chaos/experiment.ts";
import type { ChaosTarget, ChaosInjection } from "../../../src/chaos/model.ts";
import { probe } from "../../../src/chaos/probes.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import type { FaultKind, FaultPlane, FaultTarget, PlacedFault } from "../../../src/ports/fault-plane.ts";

const KINDS: readonly FaultKind[] = ["latency", "error", "reset", "cut", "bandwidth"];

/** Keeps what is placed. */
class FakePlane implements FaultPlane {
  readonly name = "fake";
  readonly kinds: readonly FaultKind[];
  readonly placed = new Map<string, PlacedFault>();
  removals = 0;
  ids = ["cart", "search", "web"];

  constructor(kinds: readonly FaultKind[] = KINDS) {
    this.kinds = kinds;
  }

  async targets(): Promise<readonly FaultTarget[]> {
    return this.ids.map((id) => ({ id, healthy: id !== "search", labels: { tier: id === "web" ? "front" : "back" } }));
  }

  async place(fault: PlacedFault): Promise<void> {
    this.placed.set(`${fault.target}/${fault.id}`, fault);
  }

  async remove({ id, target }: Pick<PlacedFault, "id" | "target">): Promise<boolean> {
    this.removals += 1;
    return this.placed.delete(`${target}/${id}`);
  }
}

const NAME = "something is slow";
const options = { signal: new AbortController().signal };
const injectionOf = (experiment: ChaosExperiment, target: ChaosTarget): ChaosInjection => ({
  ...{ id: "chaos-1", kind: experiment.kind, target: target.id, details: experiment.prepare(target) },
});

/** One of each, and the fault that it is to put. */
const EXPERIMENTS = {
  latency: [
    (more) => new NetworkLatencyExperiment({ ...more, latency: "300ms", jitter: "50ms" }),
    { kind: "latency", latencyMs: 300, jitterMs: 50 },
    false,
    "network-latency",
  ],
  error: [
    (more) => new ErrorInjectionExperiment({ ...more, statusCode: 429 }),
    { kind: "error", statusCode: 429 },
    true,
    "error-injection",
  ],
  reset: [(more) => new ConnectionCutExperiment(more), { kind: "reset" }, true, "connection-cut"],
  cut: [(more) => new ConnectionCutExperiment({ ...more, as: "silence" }), { kind: "cut" }, true, "connection-cut"],
  bandwidth: [
    (more) => new BandwidthExperiment({ ...more, bytesPerSecond: 5_000 }),
    { kind: "bandwidth", bytesPerSecond: 5_000 },
    false,
    "bandwidth",
  ],
} as const satisfies Record<
  FaultKind,
  readonly [(more: FaultExperimentOptions) => ChaosExperiment, PlacedFault["fault"], boolean, string]
>;

describe.each(KINDS)("an experiment that puts %s", (kind) => {
  const [make, fault, takesAway, experimentKind] = EXPERIMENTS[kind];

  it("puts its fault on a target of the plane, for its share, under the injection's id", async () => {
    const plane = new FakePlane();
    const experiment = make({ name: NAME, plane, toxicity: 0.25 });
    expect(experiment.kind).toBe(experimentKind);
    const [target] = await experiment.targets(options);
    expect(target).toEqual({
      ...{
        id: "fake/cart",
        group: "fake",
        healthy: true,
        isSpared: false,
        labels: { tier: "back" },
        details: { plane: "fake", on: "cart" },
      },
    });
    const injection = injectionOf(experiment, target as ChaosTarget);
    const { result, message } = await experiment.inject(injection, options);
    expect(result).toBe("done");
    expect(message).toMatch(/^fake\/cart has .* for 25\s?% of it$/);
    expect([...plane.placed.values()]).toEqual([{ id: "chaos-1", target: "cart", fault, share: 0.25 }]);
  });

  it("undoes it from what was written down alone, as often as it is asked, made or not", async () => {
    const plane = new FakePlane();
    const experiment = make({ name: NAME, plane });
    const [target] = await experiment.targets(options);
    const injection = injectionOf(experiment, target as ChaosTarget);
    await experiment.undo(injection, options);
    await experiment.inject(injection, options);
    await experiment.inject({ ...injection, id: "chaos-2" }, options);
    // Another process, after a crash: it has read the injection, and another experiment of the kind.
    const later = make({ name: "another", plane, targets: ["web"], toxicity: 0.5 });
    const read = JSON.parse(JSON.stringify(injection)) as ChaosInjection;
    await later.undo(read, options);
    await later.undo(read, options);
    expect([...plane.placed.keys()]).toEqual(["cart/chaos-2"]);
    expect(plane.removals).toBe(3);
  });

  it("takes a target out of service where all of it is struck and nothing is served", () => {
    const plane = new FakePlane();
    expect(make({ name: NAME, plane }).takesAway).toBe(takesAway);
    expect(make({ name: NAME, plane, toxicity: 1 }).takesAway).toBe(takesAway);
    expect(make({ name: NAME, plane, toxicity: 0.99 }).takesAway).toBe(false);
  });

  it("refuses a plane that cannot put it", () => {
    const plane = new FakePlane(KINDS.filter((one) => one !== kind));
    expect(() => make({ name: NAME, plane })).toThrow(new RegExp(`^plane: fake cannot put ${kind}`));
  });

  it("refuses no plane, a share that is none, and options that there are not", () => {
    const plane = new FakePlane();
    expect(() => make({ name: NAME } as never)).toThrow(/^plane: is missing/);
    expect(() => make({ name: NAME, plane: {} } as never)).toThrow(/^plane: .*no method targets\(\)/);
    for (const toxicity of [0, -0.1, 1.01, NaN, "1" as unknown as number]) {
      expect(() => make({ name: NAME, plane, toxicity })).toThrow(/^toxicity: /);
    }
    expect(() => make({ name: NAME, plane, toxcity: 1 } as never)).toThrow(/toxcity.*toxicity/s);
    expect(() => make({ name: "", plane })).toThrow(/^name: /);
    expect(() => make({ name: NAME, plane, duration: "2h" })).toThrow(/^duration: /);
  });
});

describe("the experiments on a plane", () => {
  const base = { name: NAME, plane: new FakePlane() };

  it("strike only the targets that are named, and refuse a name that there is not", async () => {
    const named = new NetworkLatencyExperiment({ ...base, latency: "1s", targets: ["web", "cart"] });
    const spared = (await named.targets(options)).map(({ id, isSpared }) => [id, isSpared]);
    expect(spared.filter(([, isSpared]) => isSpared !== true).map(([id]) => id)).toEqual(["fake/cart", "fake/web"]);
    const wrong = new NetworkLatencyExperiment({ ...base, latency: "1s", targets: ["web", "crat"] });
    await expect(wrong.targets(options)).rejects.toMatchObject({
      ...{ code: "configuration", message: expect.stringMatching(/fake has no "crat".*cart/s) },
    });
  });

  it("refuse numbers that are none of theirs", () => {
    const late = (latency: string, jitter?: string) => () =>
      new NetworkLatencyExperiment({ ...base, latency, ...(jitter === undefined ? {} : { jitter }) });
    expect(late("soon")).toThrow(/^latency: /);
    expect(late("0s")).toThrow(/^latency: "0s" is no time at all/);
    expect(late(undefined as never)).toThrow(/^latency: is missing/);
    expect(late("100ms", "a bit")).toThrow(/^jitter: /);
    expect(late("100ms", "101ms")).toThrow(/nothing arrives before it is sent/);
    expect(late("100ms", "100ms")).not.toThrow();
    for (const statusCode of [200, 399, 600, 500.5]) {
      expect(() => new ErrorInjectionExperiment({ ...base, statusCode })).toThrow(/^statusCode: /);
    }
    for (const bytesPerSecond of [0, 0.5, 1e10, NaN, "1" as unknown as number]) {
      expect(() => new BandwidthExperiment({ ...base, bytesPerSecond })).toThrow(/^bytesPerSecond: /);
    }
    expect(() => new ConnectionCutExperiment({ ...base, as: "noise" as never })).toThrow(/^as: .*silence/s);
  });

  it("answer with 503 and reset unless they are told otherwise", async () => {
    const plane = new FakePlane();
    for (const experiment of [
      new ErrorInjectionExperiment({ name: NAME, plane }),
      new ConnectionCutExperiment({ name: NAME, plane }),
    ]) {
      const [target] = await experiment.targets(options);
      await experiment.inject({ ...injectionOf(experiment, target as ChaosTarget), id: experiment.kind }, options);
    }
    const placed = [...plane.placed.values()].map(({ fault }) => fault);
    expect(placed).toEqual([{ kind: "error", statusCode: 503 }, { kind: "reset" }]);
  });

  it("strike, under a runner, what is healthy and has opted in, and leave nothing behind", async () => {
    const plane = new FakePlane();
    const store = new MemoryStateStore();
    const runner = await ChaosRunner.open({ store, guard: "none", armed: true, blastRadius: { maxTargets: 3 } });
    const seen: string[] = [];
    const report = await runner.run(
      new NetworkLatencyExperiment({
        ...{
          name: NAME,
          plane,
          latency: "300ms",
          strike: 3,
          duration: "5ms",
          blastRadius: { optIn: { tier: "back" } },
        },
        steadyState: [probe("placed", () => (seen.push(...plane.placed.keys()), true))],
      }),
    );
    expect(report).toMatchObject({
      outcome: "completed",
      blastRadius: { targets: 3, eligible: 1, chosen: ["fake/cart"] },
    });
    expect(report.injections).toMatchObject([{ target: "fake/cart", result: "done", undo: "done" }]);
    expect(plane.placed.size).toBe(0);
    expect(plane.removals).toBe(1);
  });

  it("cannot take the last healthy target out of service, but can slow it down", async () => {
    const plane = new FakePlane();
    plane.ids = ["web"];
    const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none", armed: true });
    const more = { name: NAME, plane, duration: "5ms", steadyState: [probe("fine", () => true)] };
    const outcomes = [];
    for (const kind of KINDS) outcomes.push((await runner.run(EXPERIMENTS[kind][0](more))).outcome);
    expect(outcomes).toEqual(["completed", "refused", "refused", "refused", "completed"]);
  });
});
