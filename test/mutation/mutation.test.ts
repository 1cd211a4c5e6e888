import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
// @ts-expect-error -- a plain script
import * as support from "../../scripts/support/mutation.mjs";
import { ROOT, runNode } from "../support/spawn.ts";

interface Mutant {
  readonly file: string;
  readonly at: string;
  readonly mutator: string;
  readonly original: string;
  readonly replacement: string;
  readonly status: string;
  readonly isStatic?: boolean;
  readonly reason?: string;
}
interface Explanation extends Omit<Mutant, "status" | "isStatic" | "reason"> {
  readonly why: string;
}

const { describeMutant, isLeftOut, isSampled, matchExplanations, survivorLine, tally, wilson } = support as {
  describeMutant: (mutant: object, place: { file: string; source: string }) => Mutant;
  isLeftOut: (source: string, listed: true | readonly string[] | undefined) => boolean;
  isSampled: (key: string, sample: { percent: number; seed: string }) => boolean;
  matchExplanations: (
    mutants: readonly Mutant[],
    explanations: readonly Explanation[],
  ) => { explained: ReadonlyMap<Mutant, Explanation>; stale: readonly Explanation[] };
  survivorLine: (mutant: object) => string;
  tally: (mutants: readonly Mutant[], explained: ReadonlyMap<Mutant, Explanation>) => Record<string, number>;
  wilson: (successes: number, trials: number) => [number, number];
};

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));
const explanations = readJson("explained.json") as Explanation[];
const { rooms, alsoTestedBy, leftOut } = readJson("rooms.json") as {
  rooms: string[];
  alsoTestedBy: Record<string, string[]>;
  leftOut: Record<string, true | string[]>;
};

const mutant = (status: string, more: Partial<Mutant> = {}): Mutant => ({
  ...{ file: "src/a.ts", at: "if (a > b) return;", mutator: "EqualityOperator", original: "a > b" },
  ...{ replacement: "a >= b", status },
  ...more,
});

test("a room that there is not is refused, with those that there are", async () => {
  const { code, stderr } = await runNode([join(ROOT, "scripts", "mutation.mjs"), "kitchen"]);
  expect(code).toBe(1);
  expect(stderr).toContain('there is no room "kitchen" to mutate; there are: core, availability');
});

test("what is listed exists: rooms, tests that are left out by name, and the files of explanations", () => {
  expect(rooms.length).toBeGreaterThan(0);
  for (const room of rooms) expect(existsSync(join(ROOT, "src", room)), room).toBe(true);
  for (const file of Object.values(alsoTestedBy).flat()) expect(existsSync(join(ROOT, file)), file).toBe(true);
  for (const file of Object.keys(leftOut)) expect(existsSync(join(ROOT, file)), file).toBe(true);
  for (const { file, why } of explanations) {
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    expect(why.length, file).toBeGreaterThan(20);
  }
});

describe("a score", () => {
  test("is of all that was tried: killed and timed out, of those and the survivors, explained or not", () => {
    const mutants = [
      ...["Killed", "Killed", "Timeout", "Survived", "NoCoverage", "RuntimeError"].map((status) => mutant(status)),
      mutant("Ignored", { isStatic: true }),
      mutant("CompileError", { reason: "not in the sample" }),
    ];
    const explained = new Map([[mutants[3]!, { ...mutants[3]!, why: "" }]]);
    expect(tally(mutants, explained)).toEqual({
      ...{ mutants: 8, tried: 5, killed: 2, timedOut: 1, survived: 1, notCovered: 1 },
      ...{ explained: 1, static: 1, notSampled: 1, errors: 1, score: 0.6 },
    });
    expect(tally([], new Map()).score).toBe(0);
  });

  test("of a sample has Wilson's interval", () => {
    // Newcombe, Statistics in Medicine 17 (1998), table I.
    expect(wilson(81, 263).map((end) => end.toFixed(4))).toEqual(["0.2553", "0.3662"]);
    expect(wilson(0, 20).map((end) => end.toFixed(4))).toEqual(["0.0000", "0.1611"]);
    expect(wilson(29, 29).map((end) => end.toFixed(4))).toEqual(["0.8830", "1.0000"]);
    expect(wilson(0, 0)).toEqual([0, 1]);
  });
});

test("a sample is as large as it was asked for, the same again, and another one by another seed", () => {
  const keys = Array.from({ length: 5_000 }, (_, index) => `src/a.ts:${String(index)}`);
  const sample = (seed: string): string[] => keys.filter((key) => isSampled(key, { percent: 10, seed }));
  expect(sample("1")).toEqual(sample("1"));
  expect(sample("2")).not.toEqual(sample("1"));
  expect(Math.abs(sample("1").length - 500)).toBeLessThan(100);
});

describe("an explanation", () => {
  const entry = { ...mutant("Survived"), why: "both are the same there" };

  test("is of the mutant at its line, and of no other one", () => {
    const [same, elsewhere] = [mutant("Survived"), mutant("Survived", { at: "while (a > b) step();" })];
    const { explained, stale } = matchExplanations([same, elsewhere], [entry]);
    expect([...explained.keys()]).toEqual([same]);
    expect(stale).toEqual([]);
  });

  test("of what was killed, or is no longer there, is stale; of what was not tried it is not", () => {
    expect(matchExplanations([mutant("Killed")], [entry]).stale).toEqual([entry]);
    expect(matchExplanations([], [entry]).stale).toEqual([entry]);
    expect(matchExplanations([mutant("CompileError", { reason: "not in the sample" })], [entry]).stale).toEqual([]);
  });
});

test("a survivor is listed with its place, what was there and what was put there, on one line", () => {
  const source = "const a = 1;\n  if (a >\n    b) return;\n";
  const location = { start: { line: 2, column: 7 }, end: { line: 3, column: 6 } };
  const raw = { location, mutatorName: "EqualityOperator", replacement: "a >=\n b", status: "NoCoverage" };
  const described = describeMutant(raw, { file: "src/a.ts", source });
  expect(described).toMatchObject({ at: "if (a >", original: "a > b" });
  expect(survivorLine(described)).toBe("src/a.ts:2:7 EqualityOperator (no test comes here)  a > b -> a >= b");
});

test("tests that begin processes are left out, unless a list says which of them to skip", () => {
  const spawning = 'import { run } from "../support/spawn.ts";\n';
  expect(isLeftOut(spawning, undefined)).toBe(true);
  expect(isLeftOut(spawning, [])).toBe(false);
  expect(isLeftOut('import { ROOT } from "../support/spawn.ts";\n', undefined)).toBe(false);
  expect(isLeftOut('import { spawn } from "node:child_process";\n', undefined)).toBe(true);
  expect(isLeftOut("", true)).toBe(true);
});
