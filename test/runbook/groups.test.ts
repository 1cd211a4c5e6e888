import { describe, expect, it } from "vitest";

import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { executing, hanging, journalSays, mortal, standing } from "./support.ts";

const part = (name: string, more: Partial<StepDefinition> = {}): StepDefinition => ({ name, command: "x", ...more });
const groupOf = (more: Partial<StepDefinition> = {}): StepDefinition => ({ name: "g", parallel: [part("p")], ...more });

describe("a group", () => {
  it.each([
    [true, true, "dry"],
    [true, false, "succeeded"],
    [false, false, "succeeded"],
  ])("whose parts are destructive, %s and %s, is %s", async (one, two, status) => {
    const parallel = [part("one", { destructive: one }), part("two", { destructive: two })];
    const ended = await executing([groupOf({ parallel })]).run();
    const partly = (isDry: boolean): string => (isDry ? "dry" : "succeeded");
    expect(standing(ended)).toEqual({ g: status, one: partly(one), two: partly(two) });
  });

  it.each([
    [undefined, ["g"]],
    [false, ["g"]],
    [true, []],
  ])("that needs an approval asks for it, unless nothing of it has an effect: dryRun %s", async (dryRun, expected) => {
    const asked: string[] = [];
    const { run } = executing([groupOf({ approval: true })], {
      approver: ({ step }) => (asked.push(step), { approved: true, by: "night" }),
    });
    await run({ dryRun });
    expect(asked).toEqual(expected);
  });

  it.each<[Partial<StepDefinition>, Partial<StepDefinition>, string[], string]>([
    // Marked as a whole, its parts are destructive, and nobody is asked about what is only tried dry.
    [{ destructive: true }, {}, [], "dry"],
    [{ destructive: true }, { destructive: false }, ["g"], "succeeded"],
    [{ destructive: false }, {}, ["g"], "succeeded"],
    [{}, { destructive: true }, [], "dry"],
  ])("that is %j, with a part that is %j, asks about %j and is %s", async (marked, own, expected, status) => {
    const asked: string[] = [];
    const { run, runner } = executing([groupOf({ ...marked, approval: true, parallel: [part("p", own)] })], {
      approver: ({ step }) => (asked.push(step), { approved: true, by: "night" }),
    });
    expect(standing(await run())).toEqual({ g: status, p: status });
    expect(asked).toEqual(expected);
    expect(runner.requests.map(({ isDryRun }) => isDryRun)).toEqual([status === "dry"]);
  });

  it("of what people do asks for its approval as well", async () => {
    const asked: string[] = [];
    const { run } = executing([groupOf({ approval: true, parallel: ["Look", "See"] })], {
      approver: ({ step }) => (asked.push(step), { approved: true, by: "night" }),
    });
    await run();
    expect(asked).toEqual(["g"]);
  });

  it("hands what it is on to what becomes of its parts in a crash, unless they say otherwise", () => {
    const parallel = [
      part("p"),
      part("q", { on_interrupt: "fail" }),
      part("r", { destructive: false }),
      { name: "people" },
    ];
    const [group] = runbookOf("Clean", [groupOf({ destructive: true, parallel })]).steps;
    const parts = group?.kind === "parallel" ? group.steps : [];
    expect(parts.map(({ name, isDestructive, onInterrupt }) => [name, isDestructive, onInterrupt])).toEqual([
      ["p", true, "ask"],
      ["q", true, "fail"],
      ["r", false, "repeat"],
      ["people", false, "repeat"],
    ]);
  });

  it.each<[string, Partial<StepDefinition>]>([
    ["a condition", { when: { step: "a", status: "succeeded" } }],
    ["an approval", { approval: true }],
  ])("with %s stays as it was when its run is cancelled before its turn", async (_title, more) => {
    const { executor, run } = executing([part("a", { command: "hang" }), groupOf(more)], {
      behaviours: { hang: hanging },
    });
    executor.on("stepStarted", ({ run: { id } }) => executor.cancel(id, { by: "bob" }));
    expect(standing(await run())).toEqual({ a: "cancelled", g: "pending", p: "pending" });
  });

  it("about which was asked is for now, whatever is left of the values when its run goes on", async () => {
    const steps = [groupOf({ approval: true, when: { value: "labels.note", contains: "rotated" } })];
    const secrets = { token: "tok-12345" };
    const store = new MemoryIncidentStore();
    const process = mortal(store);
    const dead = executing(steps, { store: process.store, secrets });
    void dead.run({ labels: { note: "tok-12345 is rotated" } }).catch(() => undefined);
    await journalSays(store, "approval_requested");
    process.die();
    const { executor } = executing(steps, { store, secrets, approver: () => ({ approved: true, by: "night" }) });
    const ended = await executor.resume("RUN-0001", { force: true });
    expect(standing(ended)).toEqual({ g: "succeeded", p: "succeeded" });
  });
});
