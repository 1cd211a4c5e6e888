import { describe, expect, test } from "vitest";

import { KillSwitch } from "../../src/chaos/kill-switch.ts";
import type { ChaosReport } from "../../src/chaos/model.ts";
import { probe } from "../../src/chaos/probes.ts";
import { ChaosRunner } from "../../src/chaos/runner.ts";
import type { ChaosRunnerOptions } from "../../src/chaos/runner-options.ts";
import { ConfigurationError } from "../../src/core/errors.ts";
import { passing, runnerOf, settled, Strike, T0, targetsOf } from "./support.ts";

const codes = ({ reasons }: ChaosReport): string[] => reasons.map(({ code }) => code);

describe("a run", () => {
  test("strikes one target, for its time, and undoes it", async () => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike({ name: "a web server goes", description: "nobody notices", services: ["web"] });
    let worst = 0;
    const report = await passing(clock, runner.run(strike, { by: "ada" }), {
      onStep: () => {
        worst = Math.max(worst, strike.faults.size);
      },
    });
    expect([report.outcome, report.reasons, report.steadyAfterwards, worst]).toEqual(["completed", [], true, 1]);
    expect(report).toMatchObject({
      experiment: "a web server goes",
      kind: "strike",
      description: "nobody notices",
      services: ["web"],
      by: "ada",
      startedAt: T0,
      endedAt: T0 + 10_000,
      blastRadius: { targets: 4, eligible: 4, share: 0.25 },
    });
    expect(report.injections).toMatchObject([
      { target: report.blastRadius.chosen[0], result: "done", undo: "done", injectedAt: T0, undoneAt: T0 + 10_000 },
    ]);
    expect(report.timeline.map(({ code }) => code)).toEqual(["strikes", "injection_done", "undone", "steady_again"]);
    expect([strike.undone.length, strike.faults.size, runner.open]).toEqual([1, 0, []]);
    expect(runner.history).toEqual([report]);
  });

  test("is dry until the runner is armed, and looks at everything all the same", async () => {
    const { runner, clock } = await runnerOf({ armed: false });
    const strike = new Strike();
    const dry = await passing(clock, runner.run(strike));
    expect([dry.outcome, dry.blastRadius.chosen.length, dry.injections, strike.injected]).toEqual([
      "dry_run",
      1,
      [],
      [],
    ]);
    expect(dry.observations.map(({ phase, ok }) => [phase, ok])).toEqual([["before", true]]);
    runner.arm();
    expect((await passing(clock, runner.run(strike))).outcome).toBe("completed");
    runner.disarm();
    expect((await passing(clock, runner.run(strike))).outcome).toBe("dry_run");
  });

  test("is aborted at the first probe that does not hold, and undone", async () => {
    const { runner, clock } = await runnerOf();
    const since = T0 + 3_000;
    const strike = new Strike({
      steadyState: [probe("calm", () => clock.now() < since || clock.now() > since + 5_000)],
    });
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, codes(report), report.steadyAfterwards]).toEqual(["aborted", ["not_steady"], true]);
    expect(report.injections[0]).toMatchObject({ undo: "done", undoneAt: T0 + 3_000 });
    expect(strike.faults.size).toBe(0);
  });

  test.each<[string, () => unknown, string]>([
    ["fails", () => false, "calm: false"],
    ["throws", () => Promise.reject(new Error("secret")), "calm could not be asked: Error"],
    [
      "hangs",
      () => new Promise(() => undefined),
      "calm could not be asked: probing calm did not finish within 10000 ms",
    ],
    ["answers nonsense", () => ({ ok: "yes", message: "fine" }), "calm: a mapping"],
  ])("does not begin where a probe %s", async (_what, check, message) => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike({ steadyState: [probe("calm", check)] });
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, report.reasons]).toEqual(["refused", [{ code: "not_steady", message }]]);
    expect([strike.injected, report.steadyAfterwards]).toEqual([[], undefined]);
  });

  test("says when the steady state does not come back in time", async () => {
    const { runner, clock } = await runnerOf();
    let isBroken = false;
    const strike = new Strike({ steadyState: [probe("calm", () => !isBroken)] });
    strike.injecting = () => {
      isBroken = true;
      return { result: "done", message: "broken" };
    };
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, codes(report), report.steadyAfterwards]).toEqual([
      "aborted",
      ["not_steady", "not_recovered"],
      false,
    ]);
    expect(report.endedAt - T0).toBe(31_000);
  });

  test("without a steady state and without a guard does not begin", async () => {
    const { runner, clock } = await runnerOf();
    const report = await passing(clock, runner.run(new Strike({ steadyState: [] })));
    expect(codes(report)).toEqual(["no_steady_state"]);
  });

  test("is one at a time, unless told", async () => {
    const { runner, clock } = await runnerOf();
    const [first, second] = [new Strike(), new Strike({ kind: "other" })];
    const running = runner.run(first);
    expect(codes(await runner.run(second))).toEqual(["busy"]);
    expect((await passing(clock, running)).outcome).toBe("completed");
  });

  test("never strikes what another strikes, and counts it among those that are not well", async () => {
    const { runner, clock } = await runnerOf({ maxRuns: 3, blastRadius: { maxTargets: 2 } });
    const strike = (kind: string): Strike => new Strike({ kind, all: targetsOf(4), blastRadius: { maxTargets: 2 } });
    const runs = [runner.run(strike("a")), runner.run(strike("b")), runner.run(strike("c"))];
    const reports = await passing(clock, Promise.all(runs));
    // Half of four is two.
    expect(reports.map(({ outcome }) => outcome).sort()).toEqual(["completed", "completed", "refused"]);
    const chosen = reports.flatMap(({ blastRadius }) => blastRadius.chosen);
    expect(new Set(chosen).size).toBe(2);
  });

  test("that is ended by its caller is undone", async () => {
    const { runner, clock } = await runnerOf();
    const controller = new AbortController();
    const strike = new Strike();
    const report = await passing(clock, runner.run(strike, { signal: controller.signal }), {
      onStep: (passedMs) => {
        if (passedMs === 2_000) controller.abort();
      },
    });
    expect([report.outcome, codes(report), report.endedAt - T0, strike.faults.size]).toEqual([
      "aborted",
      ["ended"],
      2_050,
      0,
    ]);
    const dead = new AbortController();
    dead.abort();
    expect((await passing(clock, runner.run(strike, { signal: dead.signal }))).injections).toEqual([]);
  });

  test("in which an injection fails undoes that as well as the others, the last first", async () => {
    const { runner, clock } = await runnerOf({ blastRadius: { maxTargets: 3, maxShare: 1 } });
    const strike = new Strike({ strike: 3 });
    strike.injecting = ({ target }) => {
      if (strike.injected.length === 2) throw new Error("no route to host");
      return { result: "done", message: `${target} is struck` };
    };
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, codes(report)]).toEqual(["failed", ["injection_failed"]]);
    expect(report.injections.map(({ result, undo }) => [result, undo])).toEqual([
      ["done", "done"],
      ["failed", "done"],
    ]);
    expect(strike.undone).toEqual([...report.injections].reverse().map(({ id }) => id));
    expect(JSON.stringify(report)).not.toContain("no route");
  });

  test("whose targets refuse is no failure, and nothing is to be undone", async () => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike();
    strike.injecting = () => ({ result: "refused", message: "the disruption budget says no" });
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, codes(report), report.injections[0]?.undo]).toEqual([
      "completed",
      ["all_refused"],
      "not_needed",
    ]);
    expect([report.endedAt, strike.undone]).toEqual([T0, []]);
  });

  test("of what heals by itself undoes nothing", async () => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike({ isUndone: false });
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, report.injections[0]?.undo, strike.undone, runner.open]).toEqual([
      "completed",
      "not_needed",
      [],
      [],
    ]);
  });

  test.each<[string, Error, string, { code: string; message: string }]>([
    [
      "may not be struck is refused",
      new ConfigurationError([{ path: ["namespace"], message: "has not opted in" }]),
      "refused",
      { code: "no_targets", message: "namespace: has not opted in" },
    ],
    ["cannot be listed fails", new Error("secret"), "failed", { code: "failed", message: "it failed: Error" }],
  ])("whose targets %s, and says so", async (_what, error, outcome, reason) => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike();
    strike.targets = () => {
      throw error;
    };
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, report.reasons]).toEqual([outcome, [reason]]);
  });

  test("tells each moment, and its end", async () => {
    const { runner, clock } = await runnerOf();
    const moments: string[] = [];
    runner.on("moment", ({ code, experiment }) => moments.push(`${experiment}: ${code}`));
    runner.on("finished", ({ outcome }) => moments.push(outcome));
    await passing(clock, runner.run(new Strike()));
    expect(moments).toEqual([
      "a strike: strikes",
      "a strike: injection_done",
      "a strike: undone",
      "a strike: steady_again",
      "completed",
    ]);
  });
});

describe("what cannot be undone", () => {
  test("is tried again, told, kept in the journal, and keeps everything else from beginning", async () => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike();
    strike.undoing = () => Promise.reject(new Error("no"));
    const report = await passing(clock, runner.run(strike));
    expect([codes(report), report.injections[0]?.undo, strike.undone.length]).toEqual([["not_undone"], "not_yet", 5]);
    expect(report.outcome).toBe("failed");
    expect(runner.open).toMatchObject([
      { target: report.blastRadius.chosen[0], kind: "strike", experiment: "a strike" },
    ]);
    const next = await runner.run(new Strike({ kind: "other" }));
    expect(next.reasons).toEqual([
      {
        code: "not_undone",
        message: `a strike has left strike on ${String(report.blastRadius.chosen[0])} that is not undone (${report.id}-1): Error`,
      },
    ]);
    strike.undoing = () => undefined;
    expect(await passing(clock, runner.undoOpen())).toEqual([]);
    expect(strike.faults.size).toBe(0);
    expect((await passing(clock, runner.run(new Strike()))).outcome).toBe("completed");
  });

  test("can be forgotten by whoever has undone it by hand", async () => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike();
    strike.undoing = () => Promise.reject(new Error("no"));
    await passing(clock, runner.run(strike));
    expect(await runner.forget("nothing")).toBe(false);
    expect(await runner.forget(runner.open[0]?.id ?? "")).toBe(true);
    expect(runner.open).toEqual([]);
  });

  test("because its injection still goes on is undone again when that is done", async () => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike();
    let finish = (): void => undefined;
    strike.injecting = () =>
      new Promise((resolve) => {
        finish = () => {
          resolve({ result: "done", message: "late" });
        };
      });
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, report.injections[0]?.undo, runner.open.length]).toEqual(["failed", "not_yet", 1]);
    finish();
    await passing(clock, settled());
    await settled();
    expect([strike.faults.size, runner.open]).toEqual([0, []]);
  });
});

describe("the kill switch", () => {
  test("ends what goes on, and lets nothing begin until it is released", async () => {
    const killSwitch = new KillSwitch();
    const { runner, clock } = await runnerOf({ killSwitch });
    const strike = new Strike();
    const report = await passing(clock, runner.run(strike), {
      onStep: (passedMs) => {
        if (passedMs === 1_000) killSwitch.pull({ by: "ada", reason: "a real incident" });
      },
    });
    expect([report.outcome, report.reasons[0]]).toEqual([
      "aborted",
      { code: "killed", message: "ada pulled the kill switch: a real incident" },
    ]);
    expect(strike.faults.size).toBe(0);
    expect((await runner.run(strike)).reasons[0]?.message).toBe("the kill switch was pulled by ada: a real incident");
    killSwitch.release();
    expect((await passing(clock, runner.run(strike))).outcome).toBe("completed");
    expect(() => {
      killSwitch.pull({ by: "", reason: "x" });
    }).toThrow("by: ");
  });
});

describe("stopping", () => {
  test("ends and undoes what goes on, resolves then, and lets nothing begin", async () => {
    const { runner, clock } = await runnerOf();
    const strike = new Strike();
    const running = runner.run(strike);
    await settled();
    expect(strike.faults.size).toBe(1);
    await passing(clock, runner.stop());
    expect([strike.faults.size, (await running).outcome]).toEqual([0, "aborted"]);
    expect(codes(await runner.run(strike))).toEqual(["stopped"]);
  });
});

describe("after a crash", () => {
  test("what the journal has is undone at the next start, by an experiment of the same kind", async () => {
    const { runner, store } = await runnerOf();
    const [before, after] = [new Strike(), new Strike({ name: "another" })];
    void runner.run(before);
    await settled();
    const [injection] = runner.open;
    // The process is gone here: nothing of it goes on.
    const recovered: unknown[] = [];
    const next = await runnerOf({ store, experiments: [after] });
    next.runner.on("recovered", (event) => recovered.push(event));
    expect([after.undone, next.runner.open]).toEqual([[injection?.id], []]);
    expect((await passing(next.clock, next.runner.run(after))).outcome).toBe("completed");
  });

  test("nothing begins while something is left that nobody can undo", async () => {
    const { runner, store } = await runnerOf();
    void runner.run(new Strike());
    await settled();
    const next = await runnerOf({ store });
    expect(next.runner.open).toHaveLength(1);
    const other = new Strike({ kind: "other" });
    expect(codes(await next.runner.run(other))).toEqual(["not_undone"]);
    const problems: (string | undefined)[] = [];
    next.runner.on("recovered", ({ problem }) => problems.push(problem));
    await next.runner.undoOpen();
    expect(problems).toEqual([
      "hand an experiment of the kind strike to ChaosRunner.open() by its option experiments, or run one: it knows how to undo it",
    ]);
    const knows = new Strike();
    expect((await passing(next.clock, next.runner.run(knows))).outcome).toBe("completed");
    expect(knows.undone).toHaveLength(2);
  });

  test.each(["not JSON", '{"version":2,"open":[]}', '{"version":1,"open":[{"id":1}]}'])(
    "a journal that cannot be read is an error, not an empty one: %s",
    async (document) => {
      const { store } = await runnerOf();
      await store.save("chaos", document);
      await expect(runnerOf({ store })).rejects.toThrow("chaos-journal could not be used");
    },
  );

  test("nothing is injected that could not be written down", async () => {
    const { runner, clock, store } = await runnerOf();
    store.save = () => Promise.reject(new Error("disk full"));
    const strike = new Strike();
    const report = await passing(clock, runner.run(strike));
    expect([report.outcome, strike.injected]).toEqual(["failed", []]);
    expect(report.reasons[0]?.message).toContain("chaos journal could not save");
  });
});

describe("a runner is refused", () => {
  test.each<[object, string]>([
    [{ store: undefined }, "store: is missing"],
    [{ store: {} }, "store: a mapping has no method load()"],
    [{ guard: undefined }, 'guard: is missing; give the statuses that guard the error budget, or say "none"'],
    [{ guard: {} }, "guard.statuses: is missing"],
    [{ guard: { statuses: { getSloStatus: () => undefined }, every: "0s" } }, 'guard.every: "0s" is no time at all'],
    [{ blastRadius: { maxTargets: 0 } }, "blastRadius.maxTargets: 0 is out of range"],
    [{ blastRadius: { leaveHealthy: 0 } }, "blastRadius.leaveHealthy: 0 is out of range"],
    [{ blastRadius: { maxShare: 50 } }, "blastRadius.maxShare: 50 is not a share"],
    [{ blastRadius: { optIn: "yes" } }, "blastRadius.optIn:"],
    [{ timeout: "soon" }, "timeout:"],
    [{ armed: "false" }, 'armed: "false" is neither true nor false'],
    [{ timeout: "0s" }, 'timeout: "0s" is no time at all'],
    [{ clock: {} }, "clock: a mapping has no method now()"],
    [{ killSwitch: {} }, "killSwitch: a mapping has no method pull()"],
    [{ experiments: 5 }, "experiments: 5 is no list"],
    [{ guard: { getSloStatus: () => undefined } }, "guard: is who tells statuses; write { statuses: ... } around it"],
    [{ armd: true }, "armd: is no option of ChaosRunner.open; did you mean"],
    [{ experiments: [{}] }, "experiments: a mapping is no ChaosExperiment"],
  ])("with %j", async (options, message) => {
    await expect(runnerOf(options as Partial<ChaosRunnerOptions>)).rejects.toThrow(message);
  });

  test("and so is what is no experiment", async () => {
    const { runner } = await runnerOf();
    await expect(runner.run({} as never)).rejects.toThrow("experiment: a mapping is no ChaosExperiment");
    await expect(ChaosRunner.open(undefined as never)).rejects.toThrow(ConfigurationError);
  });

  test.each<[object, string]>([
    [{ name: "" }, "name:"],
    [{ duration: "2h" }, 'duration: "2h" is more than an hour'],
    [{ strike: 0 }, "strike: 0 is not possible"],
    [{ strike: { share: 2 } }, "strike:"],
    [{ services: "shop" }, 'services: "shop" is no list of names'],
    [{ blastRadius: { optin: {} } }, "blastRadius.optin: is no option of a blast radius; did you mean"],
    [{ timeout: "0s" }, "timeout:"],
    [{ steadyState: [{}] }, "steadyState[0]: a mapping is no probe"],
  ])("an experiment with %j", (options, message) => {
    expect(() => new Strike(options)).toThrow(message);
  });
});

describe("caps", () => {
  test("of runner and experiment hold both, even where they name one label", async () => {
    const { runner, clock } = await runnerOf({ blastRadius: { optOut: { tier: "a" }, optIn: { chaos: "yes" } } });
    const all = ["a", "b", "c"].flatMap((tier) => targetsOf(2, { labels: { tier, chaos: "yes" }, group: tier }));
    const named = all.map((target, index) => ({ ...target, id: `${target.group}-${String(index)}` }));
    const struck = await passing(
      clock,
      runner.run(new Strike({ all: named, strike: 10, blastRadius: { optOut: { tier: "b" } } })),
    );
    expect(struck.blastRadius.chosen.every((id) => id.startsWith("c-"))).toBe(true);
    const nobody = await passing(
      clock,
      runner.run(new Strike({ all: named, blastRadius: { optIn: { chaos: "no" } } })),
    );
    expect(codes(nobody)).toEqual(["no_targets"]);
  });

  test("count what was struck by another run and is not listed any more", async () => {
    const { runner, clock } = await runnerOf({ maxRuns: 2, blastRadius: { maxTargets: 1 } });
    const first = new Strike({ isUndone: false });
    const running = runner.run(first);
    await settled();
    const left = targetsOf(4).filter(({ id }) => id !== first.injected[0]);
    const second = await passing(clock, runner.run(new Strike({ kind: "other", all: left })));
    expect([first.injected.length, codes(second)]).toEqual([1, ["no_targets"]]);
    await passing(clock, running);
  });
});
