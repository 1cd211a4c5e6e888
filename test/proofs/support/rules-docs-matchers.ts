/** Selectors of values of all sorts, each of which must find its own series and no other. */
import type { Random } from "../../../src/core/random.ts";
import { writeYaml } from "../../../src/core/yaml/yaml.ts";
import { anyOf, escapeRegex, matcherOf, matcherText, selectorText } from "../../../src/rules/promql/write.ts";
import { testRules } from "./rules-docs-promtool.ts";
import { anyText, asciiYaml, hexString, stored } from "./rules-docs-texts.ts";

/** Selections of each value. */
const KINDS = 5;

interface Selection {
  readonly expr: string;
  /** Sum of the numbers of the series that it is to find. */
  readonly sum: number;
}

/** Tries `count` values at once. Series `m{v="..."}` have numbers from 1 on as their values. */
export async function matchers(
  random: Random,
  count: number,
  seed: string,
): Promise<{ readonly values: number; readonly selections: number }> {
  const all = new Set<string>();
  while (all.size < count) all.add(stored(anyText(random)));
  const values = [...all];
  const selections = values.flatMap((value, index) => selectionsOf(random, values, { value, number: index + 1 }));
  const kind = (index: number): string => String(index % KINDS);
  const rules = selections.map(({ expr }, index) => ({
    record: `found_${kind(index)}`,
    expr,
    labels: { rule: String(index) },
  }));
  const series = [
    ...values.map((value, index) => [`m{v=${hexString(value)}}`, index + 1] as const),
    ...selections.map(({ sum }, index) => [`wanted_${kind(index)}{rule="${String(index)}"}`, sum] as const),
  ];
  const input = series.map(([name, number]) => `      - { series: ${asciiYaml(name)}, values: "${String(number)}" }`);
  const complaints = await testRules({
    rules: writeYaml({ groups: [{ name: "selections", rules }] }),
    evaluationInterval: "1m",
    tests: [
      "",
      "  - interval: 1m",
      "    input_series:",
      ...input,
      "    promql_expr_test:",
      // promtool holds 10,000 samples at a time.
      ...Array.from({ length: KINDS }, (_, index) =>
        comparison(`found_${kind(index)}`, `wanted_${kind(index)}`, count),
      ),
    ].join("\n"),
  });
  if (complaints.length > 0) throw new Error(`seed ${seed}: ${explained(complaints.join("\n"), selections)}`);
  return { values: values.length, selections: selections.length };
}

/** That each of `count` selections found what it is to find. */
function comparison(found: string, wanted: string, count: number): string {
  return [
    `      - { expr: ${found} != on(rule) ${wanted}, eval_time: 0 }`,
    `      - { expr: ${wanted} unless on(rule) ${found}, eval_time: 0 }`,
    `      - { expr: count(${found} == on(rule) ${wanted}), eval_time: 0, exp_samples: [{ value: ${String(count)} }] }`,
  ].join("\n");
}

function selectionsOf(
  random: Random,
  values: readonly string[],
  { value, number }: { readonly value: string; readonly number: number },
): Selection[] {
  const others = [random.integer(1, values.length), random.integer(1, values.length)];
  const numbers = [...new Set([number, ...others])];
  const several = numbers.map((one) => values[one - 1] ?? "");
  const sum = numbers.reduce((total, one) => total + one, 0);
  const whole = (values.length * (values.length + 1)) / 2;
  const text = (operator: "=" | "!=" | "=~" | "!~", of: string): string =>
    `sum(m{${matcherText({ name: "v", operator, value: of })}})`;
  return [
    { expr: `sum(${selectorText({ metric: "m", matchers: [matcherOf("v", [value])] })})`, sum: number },
    { expr: text("=~", escapeRegex(value)), sum: number },
    { expr: text("=~", anyOf(several)), sum },
    { expr: text("!~", anyOf(several)), sum: whole - sum },
    { expr: text("!=", value), sum: whole - number },
  ];
}

/** Complaints name rules by their numbers; this adds the first expressions behind them. */
function explained(text: string, selections: readonly Selection[]): string {
  const rules = [...new Set([...text.matchAll(/rule="(\d+)"/g)].map(([, rule]) => Number(rule)))].slice(0, 3);
  const exprs = rules.map((rule) => JSON.stringify(selections[rule]));
  return `${text.slice(0, 2_000)}\n${exprs.join("\n").slice(0, 4_000)}`;
}
