/** What rules record and which alerts they fire over given samples, asked of `promtool test rules`. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run } from "../../support/spawn.ts";

/** A counter as it is scraped: one value a step from time 0 on; undefined where the scrape is missing. */
export interface ScrapedSeries {
  /** With its labels, as PromQL writes it. */
  readonly series: string;
  readonly values: readonly (number | undefined)[];
}

/** Rules over samples, and what is asked of them. */
export interface Rehearsal {
  readonly rules: string;
  readonly series: readonly ScrapedSeries[];
  /** Seconds between the values of a series. */
  readonly stepSeconds: number;
  readonly evaluationSeconds: number;
  readonly asks: readonly { readonly expr: string; readonly atSeconds: number }[];
}

/** One element of an answer. */
export interface Answer {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The answers in the order of the asks, each value with all its digits. promtool prints them because it is told to expect
 * nothing; what is nothing it does not print.
 */
export async function rehearse(program: string, rehearsal: Rehearsal): Promise<readonly (readonly Answer[])[]> {
  const folder = await mkdtemp(join(tmpdir(), "nines-rules-"));
  try {
    await writeFile(join(folder, "rules.yml"), rehearsal.rules);
    await writeFile(join(folder, "test.yml"), testText(rehearsal));
    const { stdout, stderr } = await run(program, ["test", "rules", join(folder, "test.yml")]);
    return answersOf(`${stdout}\n${stderr}`, rehearsal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function testText({ series, stepSeconds, evaluationSeconds, asks }: Rehearsal): string {
  const lines = series.map((one) => `  - {series: ${JSON.stringify(one.series)}, values: "${valuesText(one.values)}"}`);
  const asked = asks.map(({ expr, atSeconds }) => `  - {expr: ${JSON.stringify(expr)}, eval_time: ${atSeconds}s}`);
  return [
    "rule_files: [rules.yml]",
    `evaluation_interval: ${evaluationSeconds}s`,
    "tests:",
    `- interval: ${stepSeconds}s`,
    "  input_series:",
    ...lines,
    "  promql_expr_test:",
    ...asked,
    "",
  ].join("\n");
}

function valuesText(values: readonly (number | undefined)[]): string {
  return values.map((value) => (value === undefined ? "_" : String(value))).join(" ");
}

const FAILED = /^ {4}expr: ("(?:[^"\\]|\\.)*"), time: (\S+),\n {8}exp: ?nil\n {8}got: ?(.*)$/;

function answersOf(output: string, { asks }: Rehearsal): readonly (readonly Answer[])[] {
  const found = new Map<string, readonly Answer[]>();
  const blocks = output.split(/^(?= {4}expr: )/m).slice(1);
  for (const block of blocks) {
    const match = FAILED.exec(block.trimEnd());
    if (match === null) throw new Error(`promtool: ${block.slice(0, 1_000)}`);
    const [, expr = "", time = "", got = ""] = match;
    found.set(`${JSON.parse(expr) as string} ${secondsOf(time)}`, got === "nil" ? [] : answers(got));
  }
  if (blocks.length === 0 && !output.includes("SUCCESS")) throw new Error(`promtool: ${output.slice(0, 2_000)}`);
  return asks.map(({ expr, atSeconds }) => found.get(`${expr} ${atSeconds}`) ?? []);
}

function answers(text: string): Answer[] {
  const found: Answer[] = [];
  const element = /\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\} (\S+?)(?:, (?=[{])|$)/y;
  for (let match = element.exec(text); match !== null; match = element.exec(text)) {
    const labels = [...(match[1] ?? "").matchAll(/(\w+)=("(?:[^"\\]|\\.)*")/g)];
    found.push({
      labels: Object.fromEntries(labels.map(([, name, value]) => [name, JSON.parse(value ?? "") as string])),
      value: Number((match[2] ?? "").replace("Inf", "Infinity")),
    });
    if (element.lastIndex >= text.length) return found;
  }
  throw new Error(`promtool: not understood: ${text.slice(0, 300)}`);
}

/** `1h5m30s` as Prometheus prints it. */
function secondsOf(text: string): number {
  const units: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 };
  return [...text.matchAll(/(\d+)([wdhms])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!]!, 0);
}
