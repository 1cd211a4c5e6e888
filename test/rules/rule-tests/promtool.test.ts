import { describe, expect, it } from "vitest";

import { classicRules } from "../../../src/rules/classic.ts";
import { generateRules } from "../../../src/rules/generate.ts";
import type { AlertingRule, RecordingRule, Rule } from "../../../src/rules/model.ts";
import { rulesText } from "../../../src/rules/write.ts";
import { describeWithService } from "../../support/services.ts";
import { judge } from "./judge.ts";
import { ratioSlo, SLOS, sloText } from "./slos.ts";

describeWithService(["promtool"], "the real promtool and the tests of rules", ({ promtool = "" }) => {
  it.concurrent.each(SLOS)(
    "passes those of %s",
    async (title, slo, options) => {
      const rules = generateRules(slo, options);
      const { files, remarks } = rules.toTests({ ruleFile: "rules.yml" });
      expect(remarks, title).toEqual([]);
      const [tests = ""] = files.values();
      expect(tests.match(/- name:/g)?.length).toBeGreaterThanOrEqual(3);
      expect(await judge(promtool, rules.toYaml(), tests)).toBe("");
    },
    60_000,
  );

  // Each breaks the rules; what the tests do not notice they do not test.
  const recorded = (change: (rule: RecordingRule) => string) => (rule: Rule) =>
    "record" in rule ? { ...rule, expr: change(rule) } : rule;
  const alerted = (change: (rule: AlertingRule) => string) => (rule: Rule) =>
    "alert" in rule ? { ...rule, expr: change(rule) } : rule;
  const BROKEN: ReadonlyArray<readonly [title: string, change: (rule: Rule) => Rule]> = [
    ...["page_fast", "page_slow", "ticket_fast", "ticket_slow"].map(
      (tier) =>
        [
          `${tier} at twice its factor`,
          alerted(({ expr, labels }) =>
            labels?.tier === tier
              ? expr.replace(/ > ([\d.]+)/g, (_, factor) => ` > ${String(2 * Number(factor))}`)
              : expr,
          ),
        ] as const,
    ),
    ["errors without a fallback to none", recorded(({ expr }) => expr.replace(/\nor ignoring\(.*\) 0 \* .*$/m, ""))],
    [
      "another look-back",
      recorded(({ record, expr, labels }) =>
        record.includes("slo_error:ratio") && labels?.window === "24m" ? expr.replaceAll('"24m"', '"1h36m"') : expr,
      ),
    ],
    ["a long look-back alone", alerted(({ expr }) => expr.split("\nand ignoring")[0] ?? "")],
    [
      "a mean of ratios",
      recorded(({ record, expr, labels }) =>
        record.includes("slo_error:ratio") && labels?.window === "2d"
          ? 'sum(avg_over_time(nines:slo_error:ratio{slo="shop/availability",window="5m"}[2d:5m]))'
          : expr,
      ),
    ],
    ["parts counted twice", recorded(({ expr }) => expr.replace(/\[2d:5m\]/, "[2d:150s]"))],
    ["no value while idle", recorded(({ expr }) => expr.replace(/\nor\n0 \* .*$/s, ""))],
    ["another budget", recorded(({ record, expr }) => (record.includes("burn") ? `${expr} * 2` : expr))],
    [
      "no data that nobody hears of",
      alerted(({ expr, labels }) => (labels?.reason === undefined ? expr : "vector(1) > 2")),
    ],
    [
      "an alert of no data at all times",
      alerted(({ expr, labels }) => (labels?.reason === undefined ? expr : "vector(1)")),
    ],
    ["more failures than there are", alerted(({ expr }) => expr.replace(/>= 4\.5/, ">= 1e9"))],
  ];

  describe("notices", () => {
    const slo = ratioSlo("2d");
    const rules = generateRules(slo);
    const [tests = ""] = rules.toTests({ ruleFile: "rules.yml" }).files.values();

    it.concurrent.each(BROKEN)(
      "%s",
      async (_title, change) => {
        const groups = rules.groups.map((group) => ({ ...group, rules: group.rules.map(change) }));
        expect(rulesText(groups)).not.toBe(rules.toYaml());
        expect(await judge(promtool, rulesText(groups), tests)).toContain("FAILED");
      },
      60_000,
    );
  });
});

describe("tests of rules", () => {
  it("are the same for the same SLO, and name the rule file", () => {
    const options = { ruleFile: (slo: { readonly service: string }): string => `../${slo.service}.yml` };
    const [one, other] = [ratioSlo("30d"), ratioSlo("30d")].map((slo) => generateRules(slo).toTests(options));
    expect(one).toEqual(other);
    expect([...(one?.files.keys() ?? [])]).toEqual(["shop/availability"]);
    expect(one?.files.get("shop/availability")).toContain("rule_files:\n  - ../shop.yml\n");
  });

  it.each([
    ["histogram_fraction(0, 0.2, sum(rate(d[5m])))", "has no test: series cannot be made for histogram_count"],
    [
      'sum(rate(x{a!~"\\\\pL+",le="0.2"}[5m])) / sum(rate(x{a!~"\\\\pL+"}[5m]))',
      'has no test: no value is known that a!~"\\pL+" matches',
    ],
  ])("are not there for %s, which a remark tells", (sli, message) => {
    const slo = sloText("latency", `target: 99%\nthreshold: 200ms\nmeasurement_window: 30d\nsli: '${sli}'`);
    const { files, remarks } = generateRules(slo).toTests({ ruleFile: "rules.yml" });
    expect(files.size).toBe(0);
    expect(remarks).toEqual([{ slo: "shop/latency", message }]);
  });

  it("are not there for rules that no SLO stands behind", () => {
    expect(classicRules("shop").toTests({ ruleFile: "rules.yml" })).toEqual({
      files: new Map(),
      remarks: [{ slo: "shop", message: "has rules without an SLO, of which no test is made" }],
    });
  });

  it("say which option is wrong", () => {
    const rules = generateRules(ratioSlo("30d"));
    expect(() => rules.toTests({ ruleFile: "" })).toThrow('ruleFile: "" is no file');
    expect(() => rules.toTests({ ruleFiles: "x" } as never)).toThrow("ruleFiles: is no option of toTests");
  });
});
