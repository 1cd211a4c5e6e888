/** Rule files before promtool: of the PATH, and where NINES_PROMETHEUS3 names a folder, of Prometheus 3 as well. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { service } from "../../support/services.ts";

/** Paths of each promtool that there is. */
export function promtools(): readonly string[] {
  const third = process.env.NINES_PROMETHEUS3;
  return [service("promtool"), ...(third === undefined ? [] : [join(third, "promtool")])];
}

/** Runs `work` with a folder that is gone after it. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "nines-rules-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What `promtool check rules` has against a rule file, by each promtool; none where all take it. */
export function checkRules(yaml: string): Promise<string[]> {
  return inFolder(async (folder) => {
    const file = join(folder, "rules.yml");
    await writeFile(file, yaml);
    const answers = await Promise.all(promtools().map((program) => complaint(program, ["check", "rules", file])));
    return answers.filter((answer) => answer !== undefined);
  });
}

/** A test of `promtool test rules`, over one rule file. */
export interface RuleTest {
  /** The rule file. */
  readonly rules: string;
  /** YAML of the list below `tests`. */
  readonly tests: string;
  readonly evaluationInterval: string;
}

/** What `promtool test rules` has to say, by each promtool; none where all tests pass. */
export function testRules({ rules, tests, evaluationInterval }: RuleTest): Promise<string[]> {
  return inFolder(async (folder) => {
    const file = join(folder, "tests.yml");
    await writeFile(join(folder, "rules.yml"), rules);
    await writeFile(file, `rule_files: [rules.yml]\nevaluation_interval: ${evaluationInterval}\ntests: ${tests}\n`);
    const answers = await Promise.all(promtools().map((program) => complaint(program, ["test", "rules", file])));
    return answers.filter((answer) => answer !== undefined);
  });
}

function complaint(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      resolve(error === null ? undefined : `${program} ${args.slice(0, 2).join(" ")}: ${stdout}${stderr}`);
    });
  });
}
