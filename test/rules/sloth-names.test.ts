/** Sloth's names and labels, against what Sloth itself writes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { load } from "js-yaml";
import { describe, expect, test } from "vitest";

import type { Rule, RuleGroup } from "../../src/rules/model.ts";
import { importSlos } from "../../src/rules/formats/import.ts";
import { generateRules } from "../../src/rules/generate.ts";

const folder = join(import.meta.dirname, "../data/rules/sloth");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const rulesOf = (text: string): Rule[] =>
  (load(text) as { groups: RuleGroup[] }).groups.flatMap(({ rules }): readonly Rule[] => rules);

const theirs = rulesOf(read("getting-started.rules.yml"));
const ours = rulesOf(generateRules(importSlos(read("getting-started.yml")).slos, { convention: "sloth" }).toYaml());

describe("with Sloth's convention", () => {
  const recorded = theirs.filter((rule) => "record" in rule);

  test.each(recorded.map(({ record, labels }) => [record, labels]))(
    "%s is recorded with the same labels",
    (record, labels) => {
      const rule = ours.find((one) => "record" in one && one.record === record);
      // Only the version of the generator differs.
      expect(rule?.labels).toEqual(record === "sloth_slo_info" ? { ...labels, sloth_version: "nines" } : labels);
    },
  );

  test.each(theirs.filter((rule) => "alert" in rule).map((rule) => [rule.labels?.sloth_severity, rule]))(
    "the alerts of the severity %s have the same name and labels, and tell their tier beside them",
    (severity, { alert, labels }) => {
      const found = ours.filter(
        (rule) => "alert" in rule && rule.labels?.sloth_severity === severity && rule.alert === alert,
      );
      expect(found).toHaveLength(2);
      for (const rule of found) {
        expect(rule.labels).toMatchObject({ ...labels, slo: "myservice/requests-availability" });
        expect(Object.keys(rule.labels ?? {})).toEqual(expect.arrayContaining(["long", "short", "factor"]));
      }
    },
  );

  test("budgets have the digits that were written, and not those of a computer", () => {
    const budget = (rules: readonly Rule[]): string | undefined =>
      rules.find((rule) => "record" in rule && rule.record === "slo:error_budget:ratio")?.expr;
    expect(budget(ours)).toBe("vector(0.001)");
    expect(budget(theirs)).toBe("vector(1-0.9990000000000001)");
  });
});
