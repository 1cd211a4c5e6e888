import { describe, expect, it } from "vitest";

import { lookUp } from "../../src/runbook/place-values.ts";
import { valuesOf } from "./values.ts";

const done = { status: "succeeded", output: "3", stderr: "note", exit_code: 0, json: 3 } as const;
const values = valuesOf({
  labels: { app: "web", "a b": "x" },
  parameters: { replicas: 3, isBig: false },
  steps: {
    done,
    cut: { ...done, isCut: true },
    failed: { ...done, status: "failed" },
    late: { ...done, status: "timed_out" },
    stopped: { ...done, status: "cancelled" },
    dry: { ...done, status: "dry", output: "" },
    told: { ...done, status: "dry", output: "would run" },
    left: { ...done, status: "skipped" },
    people: { ...done, status: "manual" },
    no: { ...done, status: "refused" },
    odd: { ...done, json: { call: () => 1, list: [1], none: null, deep: { a: "b" } } },
  },
});
const at = (path: string, isDryRun?: boolean): unknown =>
  lookUp(path.split("/"), values, isDryRun === undefined ? {} : { isDryRun });
const filled = (text: string, isCut = false): object => ({ filled: { text, isCut } });

describe("the value of a place", () => {
  it.each<[string, object]>([
    ["labels/app", filled("web")],
    ["alert/name", filled("HighMemoryUsage")],
    ["parameters/replicas", filled("3")],
    ["parameters/isBig", filled("false")],
    ["parameters", filled('{"replicas":3,"isBig":false}')],
    ["steps/done/output", filled("3")],
    ["steps/done/stderr", filled("note")],
    ["steps/done/exit_code", filled("0")],
    ["steps/done/status", filled("succeeded")],
    ["steps/cut/output", filled("3", true)],
    ["steps/cut/stderr", filled("note", true)],
    // What is not cut of a step is not said to be.
    ["steps/cut/exit_code", filled("0")],
    ["steps/failed/output", filled("3")],
    ["steps/late/output", filled("3")],
    ["steps/stopped/output", filled("3")],
    ["steps/told/output", filled("would run")],
    ["steps/left/status", filled("skipped")],
    ["steps/odd/json/list", filled("[1]")],
    ["steps/odd/json/deep/a", filled("b")],
  ])("%s is there", (path, expected) => {
    expect(at(path)).toEqual(expected);
  });

  it.each([
    ["label/app", "there is no value label.app"],
    ["toString", "there is no value toString"],
    ["", "there is no value "],
    ["labels/ap", 'labels.ap is missing; there are: app, "a b"'],
    ["labels/app/x", "labels.app has nothing in it, so there is no labels.app.x"],
    ["alert/title", "alert.title is missing; there is: name"],
    ["secrets/token", "secrets.token is missing; the executor has no secrets"],
    ["annotations/summary", "annotations.summary is missing; the call has no annotations"],
    ["steps/later/output", "steps.later.output is missing; later has not run"],
    ["steps/later/json/a/b", "steps.later.json.a.b is missing; later has not run"],
    ["steps/toString/output", "steps.toString.output is missing; toString has not run"],
    ["steps/later/status", "steps.later.status is missing; later has not run"],
    ["steps/later", "steps.later. is missing; later has not run"],
    ["steps", "steps.. is missing;  has not run"],
    ["steps/left/output", "steps.left.output is missing; left is skipped"],
    ["steps/people/output", "steps.people.output is missing; people is manual"],
    ["steps/no/exit_code", "steps.no.exit_code is missing; no is refused"],
    ["steps/done/output/x", "steps.done.output has nothing in it, so there is no steps.done.output.x"],
    ["steps/odd/json/none", "steps.odd.json.none is missing"],
    ["steps/odd/json/none/x", "steps.odd.json.none has nothing in it, so there is no steps.odd.json.none.x"],
    ["steps/odd/json/call", "steps.odd.json.call is no value"],
  ])("%s is not there, and it is said why", (path, refused) => {
    expect(at(path)).toEqual({ refused });
  });

  it("has the names of what is there instead, twenty at most", () => {
    const of = (count: number): string => {
      const parameters = Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${String(index)}`, index]));
      return (lookUp(["parameters", "x"], valuesOf({ parameters })) as { refused: string }).refused;
    };
    const shown = Array.from({ length: 20 }, (_, index) => `n${String(index)}`).join(", ");
    expect(of(0)).toBe("parameters.x is missing; the call has no parameters");
    expect(of(1)).toBe("parameters.x is missing; there is: n0");
    expect(of(20)).toBe(`parameters.x is missing; there are: ${shown}`);
    expect(of(21)).toBe(`parameters.x is missing; there are: ${shown} ...`);
    const long = { ["a".repeat(60)]: 1, ["b".repeat(61)]: 2 };
    expect(lookUp(["parameters", "x"], valuesOf({ parameters: long }))).toEqual({
      refused: `parameters.x is missing; there are: ${"a".repeat(60)}, "${"b".repeat(56)}...`,
    });
  });
});

describe("in a dry run", () => {
  it.each<[string, object]>([
    ["steps/later/output", filled("<output of later>")],
    ["steps/later/json/a/b", filled("<json.a.b of later>")],
    ["steps/dry/output", filled("<output of dry>")],
    // What is known is filled in all the same.
    ["steps/told/output", filled("would run")],
    ["steps/done/output", filled("3")],
    ["steps/dry/status", filled("dry")],
    ["labels/app", filled("web")],
    ["steps/later/status", { refused: "steps.later.status is missing; later has not run" }],
    ["steps/left/output", { refused: "steps.left.output is missing; left is skipped" }],
  ])("%s is what an earlier step would have put out", (path, expected) => {
    expect(at(path, true)).toEqual(expected);
  });

  it("it is not so otherwise", () => {
    expect(at("steps/dry/output", false)).toEqual(filled(""));
  });
});
