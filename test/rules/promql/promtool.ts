/** Asks the real promtool about expressions, many at once. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What promtool says of each expression; undefined if it takes it. */
export function verdicts(promtool: string, expressions: readonly string[]): Array<string | undefined> {
  const rules = expressions.map((expr, index) => ({ record: `r${String(index)}`, expr }));
  const output = run(promtool, ["check", "rules"], { groups: [{ name: "g", rules }] });
  const said = new Map(
    [...output.matchAll(/rule (\d+), "r\d+": (.*)/g)].map(([, rule, text]) => [Number(rule) - 1, text]),
  );
  if (said.size === 0 && !output.includes("SUCCESS")) throw new Error(output);
  return expressions.map((_, index) => said.get(index));
}

/** A test of `promtool test rules`. */
export interface RuleTest {
  readonly interval: string;
  readonly input_series: ReadonlyArray<{ readonly series: string; readonly values: string }>;
  readonly promql_expr_test: ReadonlyArray<{
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: ReadonlyArray<{ readonly labels: string; readonly value: number }>;
  }>;
}

/** What promtool finds wrong; undefined if all is as expected. */
export function failures(promtool: string, tests: readonly RuleTest[]): string | undefined {
  const output = run(promtool, ["test", "rules"], { rule_files: [], evaluation_interval: "30s", tests });
  return output.includes("FAILED") || !output.includes("SUCCESS") ? output.slice(0, 4_000) : undefined;
}

function run(promtool: string, args: readonly string[], document: object): string {
  const folder = mkdtempSync(join(tmpdir(), "nines-promtool-"));
  try {
    const file = join(folder, "rules.json");
    writeFileSync(file, JSON.stringify(document));
    const { stdout, stderr } = spawnSync(promtool, [...args, file], { encoding: "utf8", maxBuffer: 1 << 28 });
    return `${stdout}\n${stderr}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
