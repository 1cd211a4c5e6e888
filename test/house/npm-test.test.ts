import { join } from "node:path";
import { expect, test } from "vitest";
import { Sandbox } from "../support/sandbox.ts";
import { cleanEnvironment, runNode } from "../support/spawn.ts";

const TOOLS = ["typescript-native/bin/tsc", "eslint/bin/eslint.js", "prettier/bin/prettier.cjs", "typedoc/bin/typedoc"];
const SKIPPED = { file: "test/a.test.ts", name: "rules > are judged", reason: "no promtool" };

interface Outcome {
  /** What vitest counts; undefined for a vitest that ends before it has counted. */
  readonly tally?: { passed: number; failed: number; failures: string[]; skipped: Array<typeof SKIPPED> };
  readonly vitestExit?: number;
  /** The tool that fails. */
  readonly broken?: string;
  readonly args?: string[];
}

/** Runs scripts/test.mjs among tools that do nothing but end as they are told. */
async function npmTest({ tally, vitestExit = 0, broken, args = [] }: Outcome) {
  const sandbox = new Sandbox("scripts/test.mjs");
  sandbox.write("scripts/build.mjs", `process.exit(${broken === "build" ? 1 : 0})`);
  for (const tool of TOOLS) sandbox.write(`node_modules/${tool}`, `process.exit(${tool === broken ? 2 : 0})`);
  const count = tally === undefined ? "" : `writeFileSync(process.env.NINES_TALLY_FILE, '${JSON.stringify(tally)}');`;
  sandbox.write(
    "node_modules/vitest/vitest.mjs",
    `import { writeFileSync } from "node:fs";
     console.log("vitest was given", process.argv.slice(2).join(" "));
     ${count}
     process.exit(${vitestExit});`,
  );
  const script = join(sandbox.root, "scripts", "test.mjs");
  const { code, stdout, stderr } = await runNode([script, ...args], { env: cleanEnvironment() });
  expect(stderr).toBe("");
  return { code, stdout, lastLine: stdout.trimEnd().split("\n").at(-1) };
}

test("counts six checks and the tests, and names what was skipped", async () => {
  const { code, stdout, lastLine } = await npmTest({
    tally: { passed: 10, failed: 0, failures: [], skipped: [SKIPPED] },
  });
  expect(code).toBe(0);
  expect(lastLine).toBe("16 passed, 0 failed");
  expect(stdout).toContain("\nSkipped (1):\n  test/a.test.ts > rules > are judged (no promtool)\n");
});

test("passes its arguments on to vitest", async () => {
  const { stdout } = await npmTest({
    tally: { passed: 1, failed: 0, failures: [], skipped: [] },
    args: ["test/core", "-t", "a b"],
  });
  expect(stdout).toMatch(/vitest was given run .*test\/core -t a b\n/);
});

test.each(["build", ...TOOLS])("goes on when %s fails, and fails in the end", async (broken) => {
  const { code, stdout, lastLine } = await npmTest({
    tally: { passed: 10, failed: 0, failures: [], skipped: [] },
    broken,
  });
  expect(code).toBe(1);
  // The compiler checks the library and the page that it carries.
  const failed = broken === TOOLS[0] ? 2 : 1;
  expect(lastLine).toBe(`${String(16 - failed)} passed, ${String(failed)} failed`);
  expect(stdout.match(/^FAILED/gm)).toHaveLength(failed);
});

test("names what failed at its end, where somebody who has only that looks", async () => {
  const failures = ["test/a.test.ts > adds: expected 1 to be 2", "outside of any test: EPIPE"];
  const { stdout } = await npmTest({ tally: { passed: 9, failed: 2, failures, skipped: [] }, vitestExit: 1 });
  const [, end] = stdout.split("\nFailed:\n");
  expect(end).toBe(`  vitest: 2 failed, told at length above\n    ${failures.join("\n    ")}\n\n15 passed, 2 failed\n`);
});

test.each<[string, Outcome, string]>([
  [
    "a test fails",
    {
      tally: { passed: 9, failed: 1, failures: ["test/a.test.ts > adds: expected 1 to be 2"], skipped: [] },
      vitestExit: 1,
    },
    "15 passed, 1 failed",
  ],
  ["no test was executed", { tally: { passed: 0, failed: 0, failures: [], skipped: [] } }, "6 passed, 1 failed"],
  [
    "every test was skipped",
    { tally: { passed: 0, failed: 0, failures: [], skipped: [SKIPPED] } },
    "6 passed, 1 failed",
  ],
  ["vitest ends before it has counted", { vitestExit: 1 }, "6 passed, 1 failed"],
  ["vitest seems well but has counted nothing", { vitestExit: 0 }, "6 passed, 1 failed"],
  [
    "vitest fails without a failed test",
    { tally: { passed: 9, failed: 0, failures: [], skipped: [] }, vitestExit: 1 },
    "15 passed, 1 failed",
  ],
])("fails when %s", async (_title, outcome, expected) => {
  const { code, lastLine } = await npmTest(outcome);
  expect(code).toBe(1);
  expect(lastLine).toBe(expected);
});
