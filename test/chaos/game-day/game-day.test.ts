/** Game days: experiments in their order, at their times, with people beside them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { GameDay, type GameDayAnswer } from "../../../src/chaos/game-day/game-day.ts";
import type { GameDayEntry, GameDayOptions } from "../../../src/chaos/game-day/model.ts";
import type { ChaosOutcome, ChaosReport } from "../../../src/chaos/model.ts";
import { ConfigurationError, IllegalTransitionError } from "../../../src/core/errors.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { passing, runnerOf, settled, Strike } from "../support.ts";

const DAY = "2026-03-02";
/** 08:00 in Berlin. */
const MORNING = Date.UTC(2026, 2, 2, 7);

function entry(name: string, more: Partial<GameDayEntry> = {}): GameDayEntry {
  return { experiment: new Strike({ name, kind: name }), hypothesis: `nobody notices ${name}`, owner: "bob", ...more };
}

function dayOf(
  entries: readonly GameDayEntry[],
  more: Partial<GameDayOptions> = {},
): { day: GameDay; clock: ManualClock } {
  const clock = new ManualClock(MORNING);
  const plan = { title: "The shop", date: DAY, zone: "Europe/Berlin", facilitator: "ada", entries, clock, ...more };
  return { day: new GameDay(plan), clock };
}

/** A runner whose reports say what they are told, and when it ran. */
function runnerSaying(
  clock: ManualClock,
  outcomes: Readonly<Record<string, Partial<ChaosReport>>> = {},
): { readonly run: (experiment: { readonly name: string }) => Promise<ChaosReport>; readonly ran: string[] } {
  const ran: string[] = [];
  return {
    ran,
    run: ({ name }) => {
      ran.push(`${new Date(clock.now()).toISOString().slice(11, 16)} ${name}`);
      return Promise.resolve({
        ...{ id: `run-${name}`, experiment: name, kind: name, description: undefined, services: [], by: "ada" },
        ...{ startedAt: clock.now(), endedAt: clock.now(), outcome: "completed" as const, reasons: [] },
        ...{ steadyAfterwards: true, injections: [], observations: [], timeline: [] },
        blastRadius: { targets: 1, eligible: 1, chosen: [], share: 0 },
        ...outcomes[name],
      });
    },
  };
}

describe("a game day", () => {
  it("runs entries at their times by the clocks of its zone, and after each other", async () => {
    const { day, clock } = dayOf([
      entry("one", { at: "10:00" }),
      entry("two", { after: "15m" }),
      entry("three"),
      entry("four", { at: "14:30" }),
    ]);
    const runner = runnerSaying(clock);
    await passing(clock, day.run(runner), { stepMs: 60_000, mostMs: 36_000_000 });
    expect(runner.ran).toEqual(["09:00 one", "09:15 two", "09:15 three", "13:30 four"]);
    expect(day.status).toBe("done");
    expect(day.upcoming).toBeUndefined();
  });

  it("begins at once with what is late", async () => {
    const { day, clock } = dayOf([entry("one", { at: "07:00" })]);
    const runner = runnerSaying(clock);
    await day.run(runner);
    expect(runner.ran).toEqual(["07:00 one"]);
  });

  it.each<[string, Partial<ChaosReport>, string]>([
    ["aborted", { outcome: "aborted", reasons: [{ code: "not_steady", message: "503" }] }, "one: aborted: 503"],
    ["failed", { outcome: "failed", reasons: [] }, "one: failed"],
    [
      "refused",
      { outcome: "refused", reasons: [{ code: "guarded", message: "no budget" }] },
      "one: refused: no budget",
    ],
    [
      "left unsteady",
      { steadyAfterwards: false, reasons: [{ code: "not_recovered", message: "slow" }] },
      "one: the steady state is not back: slow",
    ],
  ])("stops where an experiment was %s, and goes on when people say so", async (_, report, reason) => {
    const { day, clock } = dayOf([entry("one"), entry("two")]);
    const runner = runnerSaying(clock, { one: report });
    const stopped = await day.run(runner);
    expect(stopped).toMatchObject({ status: "stopped", stoppedFor: reason });
    expect(stopped.entries[1]?.outcome).toBe("not_run");
    const done = await day.run(runner);
    expect(done).toMatchObject({ status: "done", stoppedFor: undefined });
    expect(runner.ran.map((line) => line.slice(6))).toEqual(["one", "two"]);
  });

  it("goes on by itself where its plan says so, and stops there where it does not: whatever comes of whatever", async () => {
    const outcomes = fc.array(fc.constantFrom<ChaosOutcome>("completed", "dry_run", "aborted", "failed", "refused"), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(
        outcomes,
        fc.constantFrom<("stop" | "continue")[]>("stop", "continue"),
        async (all, onProblem) => {
          const names = all.map((_, index) => `e${String(index)}`);
          const { day, clock } = dayOf(
            names.map((name) => entry(name)),
            { onProblem },
          );
          const reports = Object.fromEntries(all.map((outcome, index) => [`e${String(index)}`, { outcome }]));
          const runner = runnerSaying(clock, reports);
          const { status } = await day.run(runner);
          const bad = all.findIndex((outcome) => outcome !== "completed" && outcome !== "dry_run");
          const expected = onProblem === "continue" || bad === -1 ? all.length : bad + 1;
          expect(runner.ran).toHaveLength(expected);
          expect(status).toBe(expected === all.length ? "done" : "stopped");
        },
      ),
      { numRuns: 100 },
    );
  });

  it("asks people before each entry", async () => {
    const { day, clock } = dayOf([entry("one"), entry("two"), entry("three"), entry("four")]);
    const runner = runnerSaying(clock);
    const answers: (GameDayAnswer | undefined)[] = [undefined, "skip", "run", "stop"];
    const summary = await day.run(runner, { onPrompt: (_, index) => answers[index] });
    expect(summary.entries.map(({ outcome }) => outcome)).toEqual(["completed", "skipped", "completed", "not_run"]);
    expect(summary.stoppedFor).toBe("people stopped it before four");
    await expect(day.run(runner, { onPrompt: () => "no" as never })).rejects.toThrow("is no answer");
    expect(day.status).toBe("stopped");
  });

  it("goes by hand, whatever the time is", async () => {
    const { day, clock } = dayOf([entry("one", { at: "10:00" }), entry("two", { at: "11:00" })]);
    const runner = runnerSaying(clock);
    expect((await day.next(runner)).outcome).toBe("completed");
    day.skip({ reason: "no time left" });
    expect(runner.ran).toEqual(["07:00 one"]);
    expect(day.status).toBe("done");
    await expect(day.next(runner)).rejects.toThrow(IllegalTransitionError);
    expect(() => {
      day.skip({ reason: "again" });
    }).toThrow(IllegalTransitionError);
  });

  it("does one thing at a time", async () => {
    const { day, clock } = dayOf([entry("one", { at: "10:00" })]);
    const runner = runnerSaying(clock);
    const ending = new AbortController();
    const running = day.run(runner, { signal: ending.signal });
    await expect(day.next(runner)).rejects.toThrow('"run" is not possible while running');
    ending.abort();
    expect(await running).toMatchObject({ status: "stopped", stoppedFor: "whoever ran it has ended it" });
    expect(runner.ran).toEqual([]);
  });

  it("ends the experiment that goes on with its signal, which is undone", async () => {
    const { runner, clock } = await runnerOf();
    const experiment = new Strike({ name: "one", duration: "1h" });
    const { day } = dayOf([entry("one", { experiment }), entry("two")], { clock });
    const ending = new AbortController();
    const running = day.run(runner, { signal: ending.signal });
    await settled();
    expect(experiment.faults.size).toBe(1);
    ending.abort();
    const { status, entries } = await passing(clock, running);
    expect(status).toBe("stopped");
    expect(entries.map(({ outcome }) => outcome)).toEqual(["aborted", "not_run"]);
    expect(experiment.faults.size).toBe(0);
    await runner.stop();
  });

  it("ends with its signal while people are asked, and while nobody answers", async () => {
    const { day, clock } = dayOf([entry("one")]);
    const runner = runnerSaying(clock);
    const ending = new AbortController();
    const running = day.run(runner, { signal: ending.signal, onPrompt: () => new Promise(() => undefined) });
    await settled();
    ending.abort();
    expect(await running).toMatchObject({ status: "stopped", stoppedFor: "whoever ran it has ended it" });
    expect(runner.ran).toEqual([]);
  });

  it("waits for its day by the clocks of its zone, also where no time is told", async () => {
    const { day, clock } = dayOf([entry("one"), entry("two", { after: "15m" })], { date: "2026-03-04" });
    const runner = runnerSaying(clock);
    await passing(clock, day.run(runner), { stepMs: 60_000, mostMs: 3 * 86_400_000 });
    expect(runner.ran).toEqual(["23:00 one", "23:15 two"]);
    expect(day.toJSON().entries[0]?.report?.startedAt).toBe(Date.UTC(2026, 2, 3, 23));
  });

  it("is not run when its day is past, but rehearsed, and told with the real dates", async () => {
    const { day, clock } = dayOf([entry("one"), entry("two")], { date: "2026-03-01" });
    const runner = runnerSaying(clock);
    await expect(day.run(runner)).rejects.toThrow(ConfigurationError);
    await expect(day.run(runner)).rejects.toThrow("2026-03-01 is past in Europe/Berlin");
    await expect(day.run(runner)).rejects.toThrow("next()");
    expect([day.status, runner.ran]).toEqual(["planned", []]);
    await day.next(runner);
    day.note({ by: "bob", text: "slow" });
    expect(day.report()).toContain("| 2026-03-02 08:00 | one |");
    expect(day.report()).toContain("- 2026-03-02 08:00 bob: slow");
    // What has begun may go on past midnight.
    expect((await day.run(runner)).status).toBe("done");
  });

  it("says the same of its end everywhere: what is done was not stopped", async () => {
    const { day, clock } = dayOf([entry("one")]);
    const reasons = [{ code: "not_steady", message: "503" }];
    const summary = await day.run(runnerSaying(clock, { one: { outcome: "aborted", reasons } }));
    expect(summary).toMatchObject({ status: "done", stoppedFor: undefined });
    expect(summary.entries[0]?.problem).toBe("aborted: 503");
    expect(day.report()).toContain("The day is done.");
    expect(day.report()).not.toContain("The day was stopped");
  });

  it("has an agenda", () => {
    const { day } = dayOf(
      [entry("one", { at: "10:00", notes: "mind the | cache" }), entry("two", { after: "15m" }), entry("three")],
      {
        participants: [{ name: "bob", role: "on call" }],
        services: ["shop"],
        abortCriteria: ["customers call"],
        communication: ["#shop-ops, before and after"],
      },
    );
    expect(day.agenda()).toBe(`# Game day: The shop

|  |  |
| --- | --- |
| Date | 2026-03-02, Europe/Berlin |
| Facilitator | ada |
| Participants | bob (on call) |
| Services | shop |

## Agenda

| Time (Europe/Berlin) | Experiment | Hypothesis | Owner | Fault stays | Notes |
| --- | --- | --- | --- | --- | --- |
| 10:00 | one | nobody notices one | bob | 10 s | mind the &#124; cache |
| 15 min after | two | nobody notices two | bob | 10 s |  |
| right after | three | nobody notices three | bob | 10 s |  |

## When we stop

- customers call

## Who is told

- \\#shop-ops, before and after
`);
  });

  it("has a report of what came of it, what was learned and what is to be done", async () => {
    const { runner, clock } = await runnerOf();
    const { day } = dayOf([entry("one"), entry("two")], { clock });
    await passing(clock, day.run(runner, { onPrompt: (_, index) => (index === 1 ? "skip" : "run") }));
    day.note({ by: "bob", text: "# nobody noticed", experiment: "one" });
    day.addAction({ text: "alert on it", owner: "cid", due: "2026-04-01" });
    day.addAction({ text: "and again", owner: "ada" });
    const report = day.report();
    expect(report).toContain("| 11:00 | one | nobody notices one | bob | completed | yes |  |");
    expect(report).toContain("|  | two | nobody notices two | bob | skipped | not looked at | people skipped it |");
    expect(report).toContain("- 11:00 bob on one: \\# nobody noticed");
    expect(report).toContain("- [ ] alert on it (cid, by 2026-04-01)\n- [ ] and again (ada)");
    expect(report.match(/^#+ .*/gm)?.slice(0, 6)).toEqual([
      "# Game day: The shop",
      "## Results",
      "## What was learned",
      "## Action items",
      "## Chaos: one",
      "### What was believed",
    ]);
    const data = JSON.parse(JSON.stringify(day)) as ReturnType<GameDay["toJSON"]>;
    expect(data.entries[0]?.report?.experiment).toBe("one");
    expect(data.actions).toHaveLength(2);
    await runner.stop();
  });

  it("tells all faults of its plan at once", () => {
    const entries = [
      entry("one", { at: "25:00", owner: "" }),
      entry("two", { at: "10:00", after: "soon" }),
      entry("three", { at: "09:00" }),
      { hypothesis: "h", owner: "o", experiment: {} } as never,
    ];
    const make = (): GameDay =>
      new GameDay({
        title: " ",
        date: "2026-02-30",
        zone: "Mars/Base",
        facilitator: "ada",
        entries,
        onProblem: "cry" as never,
      });
    expect(make).toThrow(/^10 faults/);
    for (const part of [
      "title",
      "date",
      "zone",
      "onProblem",
      "entries[0].owner",
      "entries[0].at",
      "entries[1].after",
      "entries[2].at",
      "entries[3].experiment",
    ])
      expect(make).toThrow(part);
    const { day } = dayOf([entry("one")]);
    expect(() => {
      day.note({ by: "bob", text: "t", experiment: "onee" });
    }).toThrow('did you mean "one"?');
    expect(() => {
      day.addAction({ text: "t", owner: "o", due: "soon" });
    }).toThrow("due: ");
  });

  it("takes a time that the clocks leap over for the moment of the leap", async () => {
    const clock = new ManualClock(Date.UTC(2026, 2, 29, 0));
    const { day } = dayOf([entry("one", { at: "02:30" })], { date: "2026-03-29", clock });
    const runner = runnerSaying(clock);
    await passing(clock, day.run(runner), { stepMs: 60_000, mostMs: 36_000_000 });
    expect(runner.ran).toEqual(["01:00 one"]);
  });
});
