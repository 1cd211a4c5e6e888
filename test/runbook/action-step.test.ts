import { describe, expect, it } from "vitest";

import type { ActionContext, ActionFunction } from "../../src/runbook/action.ts";
import { actionProblem, prepareAction } from "../../src/runbook/performing/action.ts";
import { attempting, filledOf, settingsOf, stepOfKind } from "./performing.ts";
import { valuesOf } from "./values.ts";

const values = valuesOf({ labels: { app: "web" }, secrets: { token: "tok-12345" } });
const about = { run: "RUN-0001", incident: undefined, isDryRun: false };
const known = settingsOf({ actions: { act: () => "acted", other: () => 1 }, secrets: { token: "tok-12345" } });
const preparing = (action: string | ActionFunction, input?: unknown, more: object = {}) =>
  prepareAction(
    stepOfKind("action", {
      name: "a",
      ...(typeof action === "string" ? { action } : { run: action }),
      ...(input === undefined ? {} : { input }),
    }),
    values,
    known,
    { ...about, ...more },
  );

/** What an action that returns `output` wrote. */
async function outputOf(output: unknown): Promise<string> {
  const { context, written } = attempting();
  expect(await filledOf(preparing(() => output)).perform(context)).toEqual({ isDone: true });
  return written().stdout;
}

describe("an action", () => {
  it("gets all that is known, copied, and may say something", async () => {
    const given: ActionContext[] = [];
    const { context, written } = attempting({ attempt: 3, key: "RUN-0001/a" });
    const prepared = filledOf(
      preparing(
        (all) => {
          given.push(all);
          all.log("one");
          all.log("two");
          (all.values.labels as Record<string, string>).app = "changed";
        },
        { app: "{{ labels.app }}", list: [1, null] },
        { incident: "INC-0001" },
      ),
    );
    await prepared.perform(context);
    const { values: copy, log: _log, ...rest } = given[0] as ActionContext;
    expect(rest).toStrictEqual({
      ...{ signal: context.signal, input: { app: "web", list: [1, null] }, run: "RUN-0001", step: "a", attempt: 3 },
      ...{ key: "RUN-0001/a", incident: "INC-0001" },
    });
    expect(copy).toEqual({ ...values, labels: { app: "changed" } });
    expect(values.labels.app).toBe("web");
    expect(written()).toEqual({ stdout: "", stderr: "one\ntwo\n" });
  });

  it("has no incident where the run has none", async () => {
    const given: ActionContext[] = [];
    await filledOf(preparing((all) => void given.push(all))).perform(attempting().context);
    expect(Object.keys(given[0] ?? {})).not.toContain("incident");
  });

  it.each<[unknown, string]>([
    ["as it is", "as it is"],
    [undefined, ""],
    [null, "null"],
    [{ a: [1] }, '{"a":[1]}'],
    [() => 1, ""],
    [5n, "(an output that cannot be written as JSON)"],
  ])("that returns %s has written it", async (output, text) => {
    expect(await outputOf(output)).toBe(text);
  });

  it("is not called in a dry run", async () => {
    const { context, written } = attempting({ isDryRun: true });
    expect(await filledOf(preparing("act")).perform(context)).toEqual({ isDone: true });
    expect(written()).toEqual({ stdout: "would call act", stderr: "" });
  });

  it("is shown by its name, or by that of its step", () => {
    expect(filledOf(preparing("act")).shown).toEqual(["act"]);
    expect(filledOf(preparing(function restart() {})).shown).toEqual(["restart"]);
    expect(
      filledOf(
        preparing(
          (
            () => () =>
              1
          )(),
        ),
      ).shown,
    ).toEqual(["a"]);
  });

  it("that is known by a name is called by it, and hides what its executor hides", async () => {
    const { context, written } = attempting();
    const prepared = filledOf(preparing("act"));
    await prepared.perform(context);
    expect(written().stdout).toBe("acted");
    expect(prepared.redactor.text("tok-12345")).toBe("[redacted]");
  });

  it("is refused without what it is to be given, unless it is only tried", () => {
    const input = { pod: "{{ labels.pod }}", out: "{{ steps.later.output }}" };
    expect(preparing("act", input)).toEqual({ refused: "pod: labels.pod is missing; there is: app" });
    const later = { out: "{{ steps.later.output }}" };
    expect(preparing("act", later)).toEqual({ refused: "out: steps.later.output is missing; later has not run" });
    expect(filledOf(preparing("act", later, { isDryRun: true })).shown).toEqual(["act"]);
  });

  it.each([
    [known, 'there is no action "more"; there are: act, other'],
    [settingsOf(), 'there is no action "more"; the executor has none'],
  ])("that nobody knows cannot be done (%#)", (settings, problem) => {
    const step = stepOfKind("action", { name: "a", action: "more" });
    expect(actionProblem(step, settings)).toBe(problem);
    expect(prepareAction(step, values, settings, about)).toEqual({ refused: problem });
    expect(actionProblem(stepOfKind("action", { name: "a", run: () => 1 }), settings)).toBeUndefined();
  });
});
