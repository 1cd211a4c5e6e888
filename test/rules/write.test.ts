/** The YAML of rules, read again by a reader that knows nothing of them. */
import fc from "fast-check";
import { load, YAML11_SCHEMA } from "js-yaml";
import { describe, expect, test } from "vitest";

import type { Rule, RuleGroup } from "../../src/rules/model.ts";
import { prometheusRule } from "../../src/rules/prometheus-rule.ts";
import { rulesText } from "../../src/rules/write.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(...Array.from("\"'\\\n\r\t :#-?{}[]&*!|>%@`,~.=<\u0085\u00a0\u2028\ufeff0123abeEyYnN_/+")),
    maxLength: 12,
  }),
  fc.constantFrom(
    "yes",
    "NO",
    "on",
    "null",
    "~",
    "1",
    "0x1F",
    "1e3",
    "1_000",
    "1:30",
    "2026-11-29",
    ".5",
    "-",
    "---",
    "<<",
    "=",
    "",
  ),
);
const texts = fc.dictionary(
  text.filter((name) => name !== "__proto__"),
  text,
  { maxKeys: 4 },
);
const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ record: text, expr: text, labels: texts }),
  fc.record({ alert: text, expr: text, for: text, labels: texts, annotations: texts }),
);
const group: fc.Arbitrary<RuleGroup> = fc.record({
  name: text,
  interval: text,
  rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
});

const HALVES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const wellFormed = (value: string): string => value.replace(HALVES, "\ufffd");

/** As it is read: half letters are none, and an empty mapping is left out. */
function expected(groups: readonly RuleGroup[]): unknown {
  const whole = (value: unknown): unknown =>
    typeof value === "string"
      ? wellFormed(value)
      : Array.isArray(value)
        ? value.map(whole)
        : Object.fromEntries(
            Object.entries(value as object)
              .filter(([, item]) => typeof item === "string" || Object.keys(item as object).length > 0)
              .map(([name, item]) => [wellFormed(name), whole(item)]),
          );
  return whole([...groups]);
}

describe("a rule file", () => {
  test.each([
    ["1.2", {}],
    ["1.1", { schema: YAML11_SCHEMA }],
  ])("says the same to a reader of YAML %s, whatever the texts are", (_version, options) => {
    fc.assert(
      fc.property(fc.array(group, { maxLength: 2 }), (groups) => {
        const distinct = groups.every(({ rules }) =>
          rules.every((one) => {
            const names = Object.keys(one.labels ?? {}).map(wellFormed);
            const others = "alert" in one ? Object.keys(one.annotations ?? {}).map(wellFormed) : [];
            return new Set(names).size === names.length && new Set(others).size === others.length;
          }),
        );
        fc.pre(distinct);
        expect(load(rulesText(groups), options)).toEqual({ groups: expected(groups) });
      }),
      { numRuns: 1_000 },
    );
  });

  test("is the same within a resource", () => {
    const groups = [{ name: "a", rules: [{ record: "b", expr: "vector(1)\nor\nvector(0)", labels: { c: "d" } }] }];
    const read = load(prometheusRule(groups, { name: "shop" })) as { spec: unknown };
    expect(read.spec).toEqual({ groups });
  });

  test("shows what people read without quotes, and in lines", () => {
    const rules = [
      { record: "nines:slo_error:ratio", expr: 'a{b="c"} / 2', labels: { window: "5m", slo: "shop/a.b-c" } },
      { alert: "Down", expr: "up == 0\nor\nabsent(up)", for: "10m", annotations: { summary: "it is: down" } },
    ];
    expect(rulesText([{ name: "g", rules }])).toBe(`groups:
  - name: g
    rules:
      - record: nines:slo_error:ratio
        expr: a{b="c"} / 2
        labels:
          slo: shop/a.b-c
          window: 5m
      - alert: Down
        expr: |-
          up == 0
          or
          absent(up)
        for: 10m
        annotations:
          summary: "it is: down"
`);
  });
});
