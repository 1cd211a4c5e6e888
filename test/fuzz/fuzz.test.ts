import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fuzz } from "./engine/engine.ts";
import { keepFault, readFound } from "./engine/found.ts";
import { faultText, figuresOf, type FuzzReport } from "./engine/report.ts";
import { targetFiles, TARGETS } from "./engine/targets.ts";

/** For each broken target: whatever is wrong with it comes within so many. */
const EACH = 200;
const FIXTURES = join(import.meta.dirname, "fixtures");

describe("what nobody should send", () => {
  test("is taken or refused with a place, by every target", async () => {
    const files = targetFiles(TARGETS);
    const report = await fuzz({ files, inputs: 60 * files.length, seed: "nines", workers: 1 });
    for (const fault of report.faults) keepFault(fault);
    expect(report.faults.map(faultText)).toEqual([]);
    expect(report.endedWell).toBe(report.children);
    expect(report.targets.length).toBe(files.length);
    // A target that refuses everything at the door, or takes whatever comes, sees nothing of what is behind it.
    const blind = report.targets.filter(({ taken, refused }) => taken === 0 || refused === 0);
    expect(blind).toEqual([]);
    const { inputs, taken, refused } = figuresOf(report);
    expect(taken + refused).toBe(inputs);
  }, 120_000);
});

describe("the fuzzer, on targets that are broken on purpose", () => {
  let reports: readonly FuzzReport[];

  beforeAll(async () => {
    const files = targetFiles(FIXTURES);
    const isHanging = (file: string): boolean => file.endsWith("hangs.ts");
    const common = { seed: "a", workers: 1, mostDeaths: 1, shrinkChildren: 6 };
    const others = files.filter((file) => !isHanging(file));
    reports = await Promise.all([
      fuzz({ ...common, files: others, inputs: EACH * others.length }),
      fuzz({ ...common, files: files.filter(isHanging), inputs: EACH, hangMs: 3_000 }),
    ]);
  }, 120_000);

  // Each smaller input that fails costs one of these a process, so that they are only a few steps from the smallest.
  test.each([
    ["crashes", /^ended the process \(SIGABRT\)/, [900]],
    ["hangs", /^hangs: nothing came of it within 3000 ms$/, 90],
    ["never-settles", /^never settles/, 12],
    ["rejects", /^unhandledRejection: Error: nobody listens/, 12],
    ["pollutes-far", /^URLSearchParams\.prototype has a new property extra$/, 12],
    ["pollutes", /^Object\.prototype has a new property polluted$/, ["__proto__"]],
    ["placeless", /^refused without a place: too long$/, "   "],
    ["throws", /^TypeError: cannot read 1 numbers\n {4}at Object\.run \(test\/fuzz\/fixtures\/throws\.ts/, [500]],
  ])("%s: %s, at its smallest", (target, why, input) => {
    const [fault, ...others] = faultsOf(target);
    expect(fault?.why).toMatch(why);
    expect(fault?.input).toEqual(input);
    expect(others).toEqual([]);
  });

  test("leaks: memory that grows is a fault without an input", () => {
    const [fault] = faultsOf("leaks");
    expect(fault?.why).toMatch(/^the heap has grown by [\d.]+ MB over inputs 67 to 200; 32 MB are allowed$/);
    expect(fault).not.toHaveProperty("input");
  });

  test("a target without a fault has none, whatever its neighbours do, and all of its inputs", () => {
    expect(faultsOf("well")).toEqual([]);
    const well = reports.flatMap(({ targets }) => targets).find(({ name }) => name === "well");
    expect(well).toMatchObject({ inputs: EACH });
    expect((well?.taken ?? 0) + (well?.refused ?? 0)).toBe(EACH);
  });

  test("a child that died is counted as one", () => {
    for (const { endedWell, children } of reports) expect(endedWell).toBeLessThan(children);
  });

  describe("a fault that is kept", () => {
    const folder = mkdtempSync(join(tmpdir(), "nines-found-"));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test("is a file with the input, once for each", () => {
      for (const fault of [...faultsOf("throws"), ...faultsOf("throws"), ...faultsOf("leaks")])
        keepFault(fault, folder);
      const [[name, found] = []] = [...readFound(folder)];
      expect(readFound(folder).size).toBe(1);
      expect(name).toMatch(/^throws-[0-9a-f]{10}\.json$/);
      expect(found).toMatchObject({ target: "throws", seed: "a", input: [500] });
    });
  });

  function faultsOf(target: string): FuzzReport["faults"] {
    return reports.flatMap(({ faults }) => faults).filter((fault) => fault.target === target);
  }
});

test("the same seed gives the same inputs", async () => {
  const files = [join(FIXTURES, "well.ts")];
  const [one, two, other] = await Promise.all(
    ["a", "a", "b"].map((seed) => fuzz({ files, inputs: 200, seed, workers: 1 })),
  );
  const takenOf = (report: FuzzReport | undefined): unknown =>
    report?.targets.map(({ taken, refused }) => ({ taken, refused }));
  expect(takenOf(one)).toEqual(takenOf(two));
  expect(takenOf(one)).not.toEqual(takenOf(other));
});
