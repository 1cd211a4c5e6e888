import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What promtool says: empty if the tests pass. */
export async function judge(promtool: string, rules: string, tests: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "nines-rule-tests-"));
  try {
    writeFileSync(join(folder, "rules.yml"), rules);
    writeFileSync(join(folder, "tests.yml"), tests);
    return await new Promise((resolve) => {
      execFile(promtool, ["test", "rules", "tests.yml"], { cwd: folder, maxBuffer: 1e8 }, (error, stdout, stderr) => {
        resolve(error === null ? "" : `${stdout}${stderr}` || error.message);
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
