/** Which tests the rules of an SLO have, which series they are run with, and what is asked of them. */
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";

import { generateRules } from "../../../src/rules/generate.ts";
import type { RuleOptions } from "../../../src/rules/options.ts";
import { ratioSlo, sloText } from "./slos.ts";

interface TestFile {
  readonly group_eval_order: readonly string[];
  readonly tests: ReadonlyArray<{
    readonly name: string;
    readonly input_series: ReadonlyArray<{ readonly series: string; readonly values: string }>;
    readonly promql_expr_test: ReadonlyArray<{ readonly expr: string; readonly eval_time: string }>;
  }>;
}

/** The test files, and the remarks. */
function testsOf(slo: string, options: RuleOptions = {}): { files: TestFile[]; remarks: string[] } {
  const { files, remarks } = generateRules(slo, options).toTests({ ruleFile: "rules.yml" });
  return {
    files: [...files.values()].map((yaml) => load(yaml) as TestFile),
    remarks: remarks.map(({ message }) => message),
  };
}

function namesOf(slo: string): string[] {
  const [file] = testsOf(slo).files;
  return (file?.tests ?? []).map(({ name }) => name.slice(name.indexOf(": ") + 2));
}

/** The series of the test of that name. */
function seriesOf(slo: string, test: string): string[] {
  const found = testsOf(slo).files[0]?.tests.find(({ name }) => name.endsWith(test));
  return (found?.input_series ?? []).map(({ series, values }) => `${series}: ${values}`);
}

const tiers = (own: string): string =>
  `alerting: {tiers: {page_fast: false, page_slow: false, ticket_fast: false, ticket_slow: false, ${own}}}`;

describe("tests of rules", () => {
  it("evaluate the groups of their SLO, and not those of another", () => {
    const slo = { kind: "availability", target: "99%", measurement_window: "30d" } as const;
    const rules = generateRules({ service_level_objectives: { shop: { cart: slo, "cart-eu": slo } } });
    const files = [...rules.toTests({ ruleFile: "rules.yml" }).files.values()];
    expect(files.map((yaml) => (load(yaml) as TestFile).group_eval_order)).toEqual([
      ["nines shop/cart", "nines shop/cart budget"],
      ["nines shop/cart-eu", "nines shop/cart-eu budget"],
    ]);
  });

  it.each([
    ["99.9%", true],
    ["93.5%", false],
  ])("of a target of %s have a fast burn: %s, if a service can burn well above the fastest tier", (target, has) => {
    expect(namesOf(ratioSlo("30d").replace("99.9%", target)).includes("fast burn, then recovery")).toBe(has);
  });

  it.each([
    ["a tenth", 12.1, true],
    ["less than a tenth", 12, false],
  ])("have a burn between two tiers that is %s above the lower one, the upper being %d: %s", (_much, upper, has) => {
    const own = `a: {severity: page, long: 1h, factor: 10}, b: {severity: page, long: 1h, factor: ${String(upper)}}`;
    const slo = ratioSlo("30d", `\n${tiers(own)}`).replace("99.9%", "99%");
    expect(namesOf(slo).includes("slow burn")).toBe(has);
  });

  it.each([
    ["8h", tiers("a: {severity: page, long: 2h, short: 20m, factor: 2}"), true],
    ["8h", tiers("a: {severity: page, long: 2h, short: 21m, factor: 2}"), false],
    ["1h", "alerting: {page: false, ticket: false}", false],
  ])("over %s with %s ask for the shortest look-back at the end of idle time: %s", (window, alerting, asks) => {
    const [file] = testsOf(ratioSlo(window, `\n${alerting}`)).files;
    const idle = file?.tests.find(({ name }) => name.endsWith(": idle"));
    const asked = (idle?.promql_expr_test ?? []).filter(({ expr }) => /window="2[01]m"/.test(expr));
    expect([idle === undefined, asked.length > 0]).toEqual([false, asks]);
  });
});

describe("series of a test", () => {
  it.each([
    [
      "a value above a limit each",
      "(sum(a) > bool 0) * (sum(b) > bool 0) * (sum(c) > bool 0)",
      ["a: 1", "b: 1", "c: 1"],
    ],
    ["a value between two limits", "(sum(a) >= bool 10) * (sum(a) < bool 20)", ["a: 10"]],
  ])("have %s where all is good", (_title, sli, expected) => {
    const quiet = "alerting: {page: false, ticket: false}";
    const slo = sloText("availability", `target: 99%\nmeasurement_window: 1h\nsli: '${sli}'\n${quiet}`);
    expect(seriesOf(slo, "healthy")).toEqual(expected.map((line) => `${line}+0x30`));
  });

  it.each<[string, string, string[]]>([
    ['a{code="500"}', "a", ['a{code="500"}', "a"]],
    ['a{job="x",code="500"}', 'a{job="x"}', ['a{job="x",code="500"}', 'a{job="x"}', 'up{job="x"}']],
    ['a{instance="y",job="x"}', "b", ["b", 'a{instance="y",job="x"}', 'up{job="x",instance="y"}']],
  ])("of %s over %s have up of the target whose job is known", (part, total, expected) => {
    const sli = `sum(rate(${part}[5m])) / sum(rate(${total}[5m]))`;
    const slo = sloText("error_rate", `target: 1%\nmeasurement_window: 1h\nsli: '${sli}'`);
    expect(seriesOf(slo, "healthy").map((line) => line.replace(/: .*/, ""))).toEqual(expected);
  });

  it("are looked for among the first few that selectors tell apart", () => {
    const rate = (matcher: string): string => `sum(rate(x{${matcher}}[5m]))`;
    const all = (label: string): string => `${rate(`${label}="1"`)} + ${rate(`${label}!="1"`)}`;
    const testsBy = (...labels: readonly string[]): string[] => {
      const total = `(${labels.map(all).join(" + ")}) / ${String(labels.length)}`;
      const sli = `{ bad: '${rate('failed="1"')}', total: '${total}' }`;
      return testsOf(sloText("error_rate", `target: 1%\nmeasurement_window: 1h\nsli: ${sli}`)).remarks;
    };
    expect(testsBy("a", "b")).toEqual([]);
    expect(testsBy("a", "b", "c")).toEqual(["has no test: no series are known by which all is good, or all is bad"]);
  });
});
