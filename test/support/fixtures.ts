import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanEnvironment, ROOT, runNode } from "./spawn.ts";

/** What scripts/support/tally-reporter.mjs writes. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** A line for each that failed: its file, its name and its first reason. */
  readonly failures: readonly string[];
  readonly skipped: ReadonlyArray<{ readonly file: string; readonly name: string; readonly reason: string }>;
}

/** A vitest run over one folder of test/fixtures: its tally, exit code and everything it printed. */
export interface FixtureRun {
  readonly tally: Tally;
  readonly code: number | null;
  readonly output: string;
}

/** Runs the fixtures of one folder in a vitest of their own, because they are made to fail. */
export async function runFixtures(folder: string, env: Readonly<Record<string, string>> = {}): Promise<FixtureRun> {
  const scratch = mkdtempSync(join(tmpdir(), "nines-fixtures-"));
  const tallyFile = join(scratch, "tally.json");
  try {
    const { code, stdout, stderr } = await runNode(
      [
        join(ROOT, "node_modules", "vitest", "vitest.mjs"),
        "run",
        "--root=test/fixtures",
        "--reporter=default",
        `--reporter=${join(ROOT, "scripts", "support", "tally-reporter.mjs")}`,
        `${folder}/`,
      ],
      { env: cleanEnvironment({ NINES_TALLY_FILE: tallyFile, ...env }) },
    );
    return { tally: JSON.parse(readFileSync(tallyFile, "utf8")) as Tally, code, output: stdout + stderr };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
