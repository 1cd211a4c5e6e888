import { beforeAll, describe, expect, test } from "vitest";
import { programOf } from "../support/program.ts";
import { cleanEnvironment, type Finished, runNode } from "../support/spawn.ts";
import { HOSTILE } from "./hostile-documents.ts";

interface Outcome {
  readonly name: string;
  readonly outcome: string;
  readonly places: boolean;
  readonly polluted: boolean;
  readonly busyMs: number;
}

describe("a hostile document, read twice in a process of its own", () => {
  let child: Finished;
  let outcomes: ReadonlyMap<string, Outcome>;

  beforeAll(async () => {
    const script = programOf("test/slo/hostile-child.ts");
    child = await runNode(["--max-old-space-size=1500", script], { env: cleanEnvironment() });
    const lines = child.stdout.split("\n").filter((line) => line !== "");
    outcomes = new Map(lines.map((line) => JSON.parse(line) as Outcome).map((outcome) => [outcome.name, outcome]));
  }, 120_000);

  test("does not end the process", () => {
    expect(child).toMatchObject({ code: 0, stderr: "" });
    expect(outcomes.size).toBe(Object.keys(HOSTILE).length);
  });

  test.each([
    ["alias bomb", /^9:\d+ service_level_objectives\.a\.l6.*too large: more than 1000000 keys and values/],
    ["alias chain", /too deep: more than 100/],
    ["many aliases of a large value", /^3:\d+ .*too large/],
    ["brackets, 2,000 deep", /^1:\d+: too deep/],
    ["brackets, 2,000 deep and closed", /^1:\d+: too deep/],
    ["brackets, 100,000 deep", /^1:\d+: too deep/],
    ["braces, 100,000 deep", /^1:\d+: too deep/],
    ["blocks, 2,000 deep", /^\d+:\d+: too deep/],
    ["list marks, 100,000 on a line", /^1:\d+: too deep/],
    ["question marks, 100,000 on a line", /^1:\d+/],
    ["anchors and tags, 50,000 on a line", /^1:\d+: duplication of/],
    ["10 MB", /^1:1: too large: \d+ characters; at most 8388608 are read/],
    ["an 8 MB scalar", /^2:6 .*\.a: "x+\.\.\. is not a mapping/],
    ["an 8 MB line of spaces", /is empty/],
    ["an 8 MB key", /^\d faults\n {2}1:1.* has 8000000 characters/],
    ["4,000,000 empty items", /^1:\d+: too large: more than 1000000 keys, items and separators/],
    ["900,000 pairs without a word", /the key before the colon is missing/],
    ["100,000 unknown keys", /^101 faults\n/],
    ["100,000 services", /^loaded$/],
    ["100,000 wrong services", /^101 faults\n/],
    ["100,000 equal keys", /^101 faults\n.*this key is written twice, first on line 2/],
    ["100,000 unknown tags", /^101 faults\n.*the tag !foo is not read here/],
    ["1,000 unknown zones", /^101 faults\n.*"Mars\/Base0" is not a time zone/],
    ["1,000 odd windows", /slice: is missing; no usual length divides the window, so write one that does/],
    ["100,000 documents", /more than one document: the second begins on line 2/],
    ["a multi-line scalar of 500,000 lines", /./],
    ["prototype keys", /the key "__proto__" is not allowed/],
    ["an own __proto__ in an object", /the key "__proto__" is not allowed/],
    ["an object, 1,000,000 deep", /too deep/],
    ["an object of 2,000,000 items", /too large/],
  ])("%s: %s", (name, expected) => {
    const { outcome, places, polluted, busyMs } = outcomes.get(name)!;
    expect(outcome).toMatch(expected);
    expect(places).toBe(true);
    expect(polluted).toBe(false);
    // About a second where it is the only one at work; a quadratic step would take minutes.
    expect(busyMs).toBeLessThan(8_000);
  });
});
