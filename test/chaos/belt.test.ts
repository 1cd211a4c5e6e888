import { describe, expect, test } from "vitest";

import { MemoryStateStore } from "../../src/adapters/memory/index.ts";
import type { BudgetGuardOptions } from "../../src/chaos/guard.ts";
import type { ChaosReport } from "../../src/chaos/model.ts";
import { type Probe, probe } from "../../src/chaos/probes.ts";
import { pause } from "../../src/core/abort.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { SloStatusReader } from "../../src/status/reader.ts";
import { AT, AVAILABILITY, documentOf, sourceOf } from "../status/support.ts";
import { passing, runnerOf, settled, Strike, T0, targetsOf } from "./support.ts";

const codes = ({ reasons }: ChaosReport): string[] => reasons.map(({ code }) => code);
const WIDE = { blastRadius: { maxTargets: 3, maxShare: 1 } };

describe("who looks away for a moment", () => {
  test("does not strike once it is disarmed, though it was armed when it began", async () => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike({ steadyState: [slow(clock)] });
    const running = runner.run(strike);
    await settled();
    runner.disarm();
    expect([(await passing(clock, running)).outcome, strike.injected]).toEqual(["dry_run", []]);
  });

  test("chooses among those who are healthy when the probes have answered", async () => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike({ all: targetsOf(2), steadyState: [slow(clock)] });
    const running = runner.run(strike);
    await settled();
    strike.all = targetsOf(2).map((target, index) => ({ ...target, healthy: index > 0 }));
    expect([codes(await passing(clock, running)), strike.injected]).toEqual([["no_targets"], []]);
  });

  test("spares who may not be struck any more when it is their turn", async () => {
    const { runner, clock } = await runnerOf(WIDE);
    const strike = new Strike({ strike: 3 });
    const fine = strike.injecting;
    strike.injecting = (injection, options) => {
      // Meanwhile all others but one have failed by themselves.
      const [last] = strike.all.filter(({ id }) => id !== injection.target);
      strike.all = strike.all.map((target) => ({ ...target, healthy: target.id === last?.id }));
      return fine(injection, options);
    };
    const report = await passing(clock, runner.run(strike));
    expect(strike.injected).toHaveLength(1);
    expect(report.timeline.filter(({ code }) => code === "spared")).toHaveLength(2);
  });

  test("asks the guard once more after slow probes", async () => {
    const clock = new ManualClock(T0);
    const { runner } = await runnerOf({ clock, guard: { statuses: tellerOf(() => clock.now() < T0 + 500) } });
    const strike = new Strike({ services: ["shop"], steadyState: [slow(clock)] });
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, codes(report), strike.injected]).toEqual(["refused", ["guarded"], []]);
  });

  test("can be stopped by what it calls at once", async () => {
    const { clock, runner } = await runnerOf();
    const strike = new Strike();
    let stopping: Promise<void> | undefined;
    strike.targets = () => {
      stopping = runner.stop();
      return targetsOf(4);
    };
    const report = await passing(clock, runner.run(strike));
    await stopping;
    expect([codes(report), strike.injected]).toEqual([["stopped"], []]);
  });

  test("cannot be widened by whoever keeps the options", async () => {
    const blastRadius = { maxTargets: 1, maxShare: 1 };
    const { clock, runner } = await runnerOf({ blastRadius });
    blastRadius.maxTargets = 3;
    const strike = new Strike({ strike: 3, blastRadius: { maxTargets: 3 } });
    await passing(clock, runner.run(strike));
    expect(strike.injected).toHaveLength(1);
  });

  test("is within the caps of the runner that nobody wrote, whatever an experiment asks for", async () => {
    const { clock, runner } = await runnerOf();
    const strike = new Strike({ strike: 4, blastRadius: { maxTargets: 10, maxShare: 1 } });
    await passing(clock, runner.run(strike));
    expect(strike.injected).toHaveLength(1);
  });
});

test("who may not be struck is told by why not", async () => {
  const { clock, runner } = await runnerOf({ blastRadius: { optIn: { chaos: "yes" } } });
  const all = targetsOf(5).map((target, index) => ({
    ...target,
    ...{ healthy: index > 1, isSpared: index === 2, labels: { chaos: index === 2 ? "yes" : "no" } },
  }));
  const { reasons } = await passing(clock, runner.run(new Strike({ all })));
  expect(reasons).toEqual([
    { code: "no_targets", message: "none of 5 targets may be struck: 2 unhealthy, 1 spared, 2 not opted in" },
  ]);
});

describe("hostile experiments", () => {
  const hostile = (): never => {
    throw new Error("no");
  };
  const nasty: unknown = Object.defineProperty(new Error("x"), "code", { get: hostile });
  const symbolic: unknown = Object.assign(new Error("x"), { name: Symbol("x") });
  test.each<[string, unknown]>([
    ["a code that throws", nasty],
    ["a name that is a symbol", symbolic],
    ["a proxy", new Proxy({}, { has: hostile, get: hostile })],
  ])("that throw %s are undone like others", async (_what, error) => {
    const { clock, runner } = await runnerOf(WIDE);
    const look = (): boolean => {
      if (strike.faults.size === 3) throw error;
      return true;
    };
    const strike = new Strike({ strike: 3, steadyState: [probe("fine", look)] });
    strike.undoing = () => {
      if (strike.undone.length < 4) throw error;
    };
    const report = await passing(clock, runner.run(strike));
    expect([strike.faults.size, report.outcome, runner.open]).toEqual([0, "aborted", []]);
  });

  test.each<[string, object]>([
    ["a number for an id", { id: 7 }],
    ["details that are no mapping", { details: [1] }],
    ["no details", { details: undefined }],
    ["details that JSON does not keep", { details: { at: 10n } }],
    ["details without a bottom", { details: deep(1_500) }],
  ])("that list targets with %s strike nothing, and leave a journal that can be read", async (_what, more) => {
    const { clock, runner, store } = await runnerOf();
    const strike = new Strike({ all: targetsOf(4).map((target) => ({ ...target, ...more })) });
    const { outcome, reasons } = await passing(clock, runner.run(strike));
    expect(["failed", "refused"]).toContain(outcome);
    expect([strike.injected, reasons.length]).toEqual([[], 1]);
    expect((await runnerOf({ store })).runner.open).toEqual([]);
  });

  test("that change what was written down do not: it is what undoing goes by", async () => {
    const { clock, runner, store } = await runnerOf();
    const strike = new Strike({ duration: "5m" });
    const written: unknown[] = [];
    strike.injecting = ({ details }) => {
      written.push(structuredClone(details));
      Object.assign(details, { place: "elsewhere" });
      return { result: "done", message: "done" };
    };
    strike.undoing = ({ details }) => {
      written.push(details);
    };
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, written.length, written[0]]).toEqual(["failed", 2, written[1]]);
    expect(JSON.parse((await store.load("chaos")) ?? "")).toMatchObject({ open: [] });
  });

  test("that answer nonsense have failed, and are undone", async () => {
    const { clock, runner } = await runnerOf();
    const strike = new Strike();
    strike.injecting = () => ({ result: "ok" }) as never;
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, strike.undone.length]).toEqual(["failed", 1]);
    expect(report.reasons[0]?.message).toContain('an experiment answers { result: "done", message }');
  });

  test("that list nothing at all are refused with a reason", async () => {
    const { clock, runner } = await runnerOf();
    const strike = new Strike();
    strike.all = undefined as never;
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, report.reasons[0]?.message]).toEqual([
      "refused",
      "targets: strike listed undefined, which is no list of targets",
    ]);
  });

  test("tell the logger what reports do not", async () => {
    const told: string[] = [];
    const warn = (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      told.push(`${message}: ${(fields.error as Error).message}`);
    };
    const { clock, runner } = await runnerOf({ logger: { warn, error: () => undefined } });
    const strike = new Strike();
    strike.injecting = () => Promise.reject(new Error("pool is locked by 4711"));
    const report = await passing(clock, runner.run(strike));
    const [target = ""] = report.blastRadius.chosen;
    expect(told).toEqual([`chaos: injecting into ${target} failed: pool is locked by 4711`]);
    expect(JSON.stringify(report)).not.toContain("4711");
  });
});

describe("a journal", () => {
  test("belongs to whoever opened it last: the one before strikes nothing more, and loses nothing", async () => {
    const { runner, store, clock } = await runnerOf();
    const next = await runnerOf({ store });
    const [strike, other] = [new Strike(), new Strike()];
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, strike.injected]).toEqual(["failed", []]);
    expect(report.reasons[0]?.message).toContain("another runner has opened the chaos journal since");
    void next.runner.run(other);
    await someTurns();
    expect(other.injected).toHaveLength(1);
    await passing(clock, runner.run(strike));
    const last = await runnerOf({ store, experiments: [new Strike()] });
    expect(last.runner.recovered).toMatchObject([{ injection: { target: other.injected[0] }, problem: undefined }]);
  });

  test("is undone by the experiment whose injection it is, of several of its kind", async () => {
    const store = await struckStore();
    const [own, other] = [new Strike(), new Strike({ name: "another" })];
    other.canUndo = () => false;
    const next = await runnerOf({ store, experiments: [own, other] });
    expect([own.undone.length, other.undone.length, next.runner.open]).toEqual([1, 0, []]);
  });

  test("is undone by an experiment that heals by itself today, too: it did not when it struck", async () => {
    const today = new Strike({ isUndone: false });
    await runnerOf({ store: await struckStore(), experiments: [today] });
    expect(today.undone).toHaveLength(1);
  });

  test("that cannot be written when something was undone keeps nothing else from being undone", async () => {
    const store = await struckStore(3);
    const save = store.save.bind(store);
    let saves = 0;
    store.save = (key, document) => {
      saves += 1;
      return saves > 1 ? Promise.reject(new Error("disk full")) : save(key, document);
    };
    const after = new Strike();
    await runnerOf({ store, experiments: [after] });
    expect(after.undone).toHaveLength(3);
  });

  test("is not written over by a save that was given up", async () => {
    const { runner, clock, store } = await runnerOf({ timeout: "1s" });
    const save = store.save.bind(store);
    const slowly: (() => void)[] = [];
    const strike = new Strike({ duration: "1s" });
    strike.undoing = () => {
      store.save = (key, document) =>
        new Promise((resolve) => {
          slowly.push(() => void save(key, document).then(resolve));
        });
    };
    await passing(clock, runner.run(strike));
    store.save = save;
    const second = new Strike({ duration: "5m" });
    const early = await passing(clock, runner.run(second));
    // The earlier save is still under way: what would be written now might be lost.
    expect([early.outcome, second.injected, slowly.length]).toEqual(["failed", [], 1]);
    for (const end of slowly) end();
    await someTurns();
    void runner.run(second);
    await someTurns();
    expect(second.injected).toHaveLength(1);
    expect(JSON.parse((await store.load("chaos")) ?? "")).toMatchObject({ open: [{ target: second.injected[0] }] });
  });
});

test("an injection that answers late is undone then, though undoing it had failed before", async () => {
  const { runner, clock } = await runnerOf({ timeout: "1s" });
  const strike = new Strike();
  let finish = (): void => undefined;
  strike.injecting = () =>
    new Promise((resolve) => {
      finish = () => {
        resolve({ result: "done", message: "late" });
      };
    });
  let isBroken = true;
  strike.undoing = () => {
    if (isBroken) throw new Error("not now");
  };
  await passing(clock, runner.run(strike));
  isBroken = false;
  await passing(clock, runner.undoOpen());
  expect(runner.open).toHaveLength(1);
  finish();
  await someTurns();
  expect([strike.faults.size, runner.open]).toEqual([0, []]);
});

/** A store in which a process that is gone has left so many injections. */
async function struckStore(count = 1): Promise<MemoryStateStore> {
  const { runner, store } = await runnerOf(WIDE);
  void runner.run(new Strike({ strike: count }));
  await someTurns();
  expect(runner.open).toHaveLength(count);
  return store;
}

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await settled();
}

/** Answers after a second. */
function slow(clock: ManualClock): Probe {
  return probe("slow", () => pause(clock, 1_000).then(() => true));
}

/** Statuses of a service whose budget is whole, or spent. */
function tellerOf(isWell: () => boolean): BudgetGuardOptions["statuses"] {
  return {
    getSloStatus: (name, question) => {
      const source = sourceOf(() => (isWell() ? { good: 100, total: 100 } : { good: 0, total: 100 }));
      const reader = new SloStatusReader({ slos: documentOf(AVAILABILITY), source, clock: new ManualClock(AT) });
      return reader.getSloStatus(name, question);
    },
  };
}

function deep(levels: number): object {
  let value: object = {};
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
}
