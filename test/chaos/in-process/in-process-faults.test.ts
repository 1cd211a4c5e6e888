import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { InProcessFaults } from "../../../src/chaos/in-process/in-process-faults.ts";
import { BandwidthExperiment, ErrorInjectionExperiment } from "../../../src/chaos/experiments/fault-experiments.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import { probe } from "../../../src/chaos/probes.ts";
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { InjectableFault, PlacedFault } from "../../../src/ports/fault-plane.ts";

const CUT: InjectableFault = { kind: "cut" };
const placed = (fields: Partial<PlacedFault> = {}): PlacedFault => ({
  id: "f",
  target: "/hit",
  fault: CUT,
  share: 1,
  ...fields,
});

describe("in-process faults", () => {
  it("decide nothing while none is placed, and by target while one is", async () => {
    const faults = new InProcessFaults({ routes: ["/hit", "/safe"], hosts: ["api.example.com"] });
    const ask = (path: string): unknown => faults.decide({ method: "GET", path })?.id;
    expect([faults.isActive, ask("/hit")]).toEqual([false, undefined]);
    await faults.place(placed());
    expect([faults.isActive, ask("/hit"), ask("/safe"), ask("/")]).toEqual([true, "f", undefined, undefined]);
    expect(faults.decide({ host: "api.example.com:443" })).toBeUndefined();
    await faults.place(placed({ id: "h", target: "api.example.com" }));
    expect(faults.decide({ host: "api.example.com:443" })?.id).toBe("h");
    expect(await faults.remove({ id: "f", target: "/hit" })).toBe(true);
    expect([faults.isActive, ask("/hit")]).toEqual([true, undefined]);
    expect(await faults.remove({ id: "h", target: "/hit" })).toBe(false);
    expect(await faults.remove({ id: "h", target: "api.example.com" })).toBe(true);
    expect(await faults.remove({ id: "h", target: "api.example.com" })).toBe(false);
    expect(faults.isActive).toBe(false);
  });

  it("replace a fault of the same id on the same target, and let go what it held", async () => {
    const faults = new InProcessFaults({ routes: ["/hit", "/safe"] });
    await faults.place(placed());
    const met = faults.decide({ method: "GET", path: "/hit" })!;
    const held = faults.hold(met);
    await faults.place(placed({ fault: { kind: "error", statusCode: 503 } }));
    expect(await held.ended).toBe("removed");
    expect(await faults.hold(met).ended).toBe("removed");
    expect(faults.placed.map(({ fault }) => fault.kind)).toEqual(["error"]);
    await expect(faults.place(placed({ target: "/safe" }))).rejects.toThrow('id: "f" is on /hit already');
  });

  it("keep a copy: what the caller changes later changes nothing", async () => {
    const faults = new InProcessFaults({ routes: ["/hit"] });
    const mine = { ...placed(), fault: { kind: "error", statusCode: 503 } } as {
      fault: { kind: "error"; statusCode: number };
    } & PlacedFault;
    await faults.place(mine);
    mine.fault.statusCode = 500;
    expect(faults.placed[0]?.fault).toEqual({ kind: "error", statusCode: 503 });
    expect(Object.isFrozen(faults.decide({ method: "GET", path: "/hit" })?.fault)).toBe(true);
  });

  it("draw by the share: as often as a source of chance written down beside them says", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.double({ min: 0.01, max: 1, noNaN: true }), async (seed, share) => {
        const faults = new InProcessFaults({ routes: ["/hit"], random: seededRandom(seed) });
        await faults.place(placed({ share }));
        const beside = seededRandom(seed);
        for (let index = 0; index < 50; index += 1) {
          const isStruck = share === 1 || beside.next() < share;
          expect(faults.decide({ method: "GET", path: "/hit" }) !== undefined).toBe(isStruck);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("draw one after the other where a request is meant by several: one fault is all it gets", async () => {
    const draws = [0.9, 0.1, 0.2];
    const random = { ...seededRandom(1), next: () => draws.shift() ?? NaN };
    const faults = new InProcessFaults({ routes: ["/hit/*", "GET /hit/:id"], random });
    await faults.place(placed({ id: "wide", target: "/hit/*", share: 0.5 }));
    await faults.place(placed({ id: "narrow", target: "GET /hit/:id", share: 0.5 }));
    const ids = [1, 2].map(() => faults.decide({ method: "GET", path: "/hit/7" })?.id);
    expect([ids, draws]).toEqual([["narrow", "wide"], []]);
  });

  it("have latency last as long as asked, give or take its jitter, and no longer than the fault", async () => {
    const clock = new ManualClock();
    const faults = new InProcessFaults({ routes: ["/hit"], clock, random: seededRandom("jitter") });
    await faults.place(placed({ fault: { kind: "latency", latencyMs: 100, jitterMs: 40 } }));
    const met = faults.decide({ method: "GET", path: "/hit" })!;
    const ends: number[] = [];
    const holds = Array.from({ length: 500 }, () =>
      faults.hold(met).ended.then((end) => ends.push(end === "over" ? clock.now() : NaN)),
    );
    const began = clock.now();
    for (let ms = 0; ms < 150; ms += 1) {
      clock.advance(1);
      await Promise.resolve().then(() => undefined);
    }
    await Promise.all(holds);
    const waits = ends.map((at) => at - began);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...waits)).toBeLessThanOrEqual(141);
    expect(Math.min(...waits)).toBeLessThan(65);
    expect(Math.max(...waits)).toBeGreaterThan(135);
    const held = faults.hold(met);
    await faults.remove(placed());
    expect(await held.ended).toBe("removed");
  });

  it("never hold more than are allowed, whatever comes and goes", async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant("hold" as const) },
      { weight: 2, arbitrary: fc.constant("leave" as const) },
      { weight: 1, arbitrary: fc.constantFrom("place" as const, "remove" as const, "wait" as const, "clear" as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), async (steps, maxActive) => {
        const clock = new ManualClock();
        const faults = new InProcessFaults({ routes: ["/hit", "/slow"], maxActive, clock });
        await faults.place(placed());
        // The model: who waits, for which fault, until when.
        let waiting: { readonly fault: string; readonly until: number; readonly letGo: () => void; end: string }[] = [];
        const all: typeof waiting = [];
        const ended: { readonly model: { end: string }; readonly promise: Promise<string> }[] = [];
        const finish = (which: (one: (typeof waiting)[number]) => boolean, end: string): void => {
          for (const one of waiting.filter(which)) one.end = end;
          waiting = waiting.filter((one) => !which(one));
        };
        for (const [index, name] of steps.entries()) {
          if (name === "place") {
            await faults.place(
              placed({ id: "slow", target: "/slow", fault: { kind: "latency", latencyMs: 50, jitterMs: 0 } }),
            );
            finish(({ fault }) => fault === "slow", "removed");
          } else if (name === "remove") {
            await faults.remove({ id: "f", target: "/hit" });
            finish(({ fault }) => fault === "f", "removed");
          } else if (name === "clear") {
            faults.clear();
            finish(() => true, "removed");
          } else if (name === "wait") {
            clock.advance(30);
            finish(({ until }) => until <= clock.now(), "over");
          } else if (name === "leave") {
            const [first] = waiting;
            first?.letGo();
            first?.letGo();
            finish((one) => one === first, "left");
          } else {
            const met = faults.decide({ method: "GET", path: index % 2 === 0 ? "/hit" : "/slow" });
            if (met === undefined) continue;
            const held = faults.hold(met);
            const until = met.id === "slow" ? clock.now() + 50 : Infinity;
            const one = { fault: met.id, until, letGo: held.letGo, end: waiting.length < maxActive ? "" : "full" };
            all.push(one);
            if (one.end === "") waiting.push(one);
            ended.push({ model: one, promise: held.ended });
          }
          expect(faults.held).toBe(waiting.length);
          expect(faults.held).toBeLessThanOrEqual(maxActive);
        }
        faults.clear();
        finish(() => true, "removed");
        for (const { model, promise } of ended) expect(await promise).toBe(model.end);
      }),
      { numRuns: 200 },
    );
  });

  it("tell of their targets, and which of them are down", async () => {
    const faults = new InProcessFaults({
      routes: [{ route: "GET /hit", id: "hit", labels: { chaos: "yes" } }, "/safe", "/slow", "/half"],
      hosts: ["api.example.com"],
    });
    await faults.place(placed({ target: "hit" }));
    await faults.place(placed({ id: "slow", target: "/slow", fault: { kind: "latency", latencyMs: 5, jitterMs: 0 } }));
    await faults.place(placed({ id: "half", target: "/half", share: 0.5 }));
    expect(await faults.targets()).toEqual([
      { id: "hit", labels: { type: "route", chaos: "yes" }, healthy: false },
      { id: "/safe", labels: { type: "route" }, healthy: true },
      { id: "/slow", labels: { type: "route" }, healthy: true },
      { id: "/half", labels: { type: "route" }, healthy: true },
      { id: "api.example.com", labels: { type: "host" }, healthy: true },
    ]);
    expect(faults.routeOf({ target: "hit" })).toBe("/hit");
    expect(faults.routeOf({ target: "api.example.com" })).toBeUndefined();
    expect(faults.clear()).toBe(3);
    expect((await faults.targets()).every(({ healthy }) => healthy)).toBe(true);
  });

  it.each([
    [{ target: "/hti" }, 'target: there is no "/hti"; did you mean "/hit"?'],
    [{ id: "" }, "id: "],
    [{ share: 0 }, "share: 0 is no share"],
    [{ share: NaN }, "share: "],
    [{ fault: { kind: "error", statusCode: 200 } }, "fault.statusCode: 200 is out of range"],
    [{ fault: { kind: "error", statusCode: 500.5 } }, "fault.statusCode: 500.5 is no status"],
    [
      { fault: { kind: "latency", latencyMs: 5, jitterMs: 6 } },
      "fault.jitterMs: 6 is out of range; write a number from 0 to 5",
    ],
    [{ fault: { kind: "latency", latencyMs: Infinity, jitterMs: 0 } }, "fault.latencyMs: Infinity"],
    [{ fault: { kind: "bandwidth", bytesPerSecond: 5 } }, 'fault.kind: "bandwidth" cannot be put here'],
    [{ fault: undefined }, "fault: undefined is no fault"],
    [{ tagret: "/hit" }, "tagret: is no option of a placed fault"],
  ])("refuse %j", async (fields, message) => {
    const faults = new InProcessFaults({ routes: ["/hit"] });
    await expect(faults.place(placed(fields as never))).rejects.toThrow(message);
    expect(faults.isActive).toBe(false);
  });

  it("place nothing once the caller has given up, and remove all the same", async () => {
    const faults = new InProcessFaults({ routes: ["/hit"] });
    const signal = AbortSignal.abort(new Error("given up"));
    await expect(faults.place(placed(), { signal })).rejects.toThrow("given up");
    expect(faults.isActive).toBe(false);
    await faults.place(placed());
    expect(await faults.remove(placed(), { signal })).toBe(true);
  });

  it("have no bandwidth, and an experiment on it is refused", () => {
    const plane = new InProcessFaults({ routes: ["/hit"] });
    expect(() => new BandwidthExperiment({ name: "thin", plane, bytesPerSecond: 5 })).toThrow(
      "in-process cannot put bandwidth",
    );
  });

  it("strike only what has opted in, and are gone after the run", async () => {
    const plane = new InProcessFaults({ routes: [{ route: "/hit", labels: { chaos: "yes" } }, "/safe"] });
    const clock = new ManualClock();
    const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none", armed: true, clock });
    const seen: string[] = [];
    const isStruck = (): string => plane.placed.map(({ target }) => target).join();
    const running = runner.run(
      new ErrorInjectionExperiment({
        name: "hit fails",
        plane,
        duration: "5s",
        blastRadius: { optIn: { chaos: "yes" } },
        steadyState: [probe("looks", () => seen.push(isStruck()) > 0)],
      }),
    );
    let isOver = false;
    void running.then(() => (isOver = true));
    while (!isOver) {
      clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const report = await running;
    expect([report.outcome, report.blastRadius.chosen]).toEqual(["completed", ["in-process//hit"]]);
    expect([seen.includes("/hit"), new Set(seen).size, plane.isActive]).toEqual([true, 2, false]);
  });
});
