import { expect, it } from "vitest";

import { goString, literal, literalTexts, templateOf } from "../../src/rules/go-template.ts";
import { writeYaml } from "../../src/core/yaml/yaml.ts";
import { describeWithService } from "../support/services.ts";
import { testRules } from "../proofs/support/rules-docs-promtool.ts";
import { asciiYaml } from "../proofs/support/rules-docs-texts.ts";

/** What is written, and what arrives where the value is 0.5 and the label `pod` is `web:80`. */
const ARRIVES: ReadonlyArray<readonly [written: string, arrived: string]> = [
  ["plain", "plain"],
  ["} and }}", "} and }}"],
  ["{ $value }", "{ $value }"],
  ["{{ $value }}", "0.5"],
  ["{{$value}}", "0.5"],
  ["{{ .Value }}", "0.5"],
  ["a {{- $value -}} b", "a0.5b"],
  ["{{ $value | humanizePercentage }}", "50%"],
  ['{{ printf "%.2f" $value }}', "0.50"],
  ['{{ $value | printf "%.3f" }}', "0.500"],
  ["{{ $labels.pod }} and {{ .Labels.pod }}", "web:80 and web:80"],
  ["{{ $labels.pod | stripPort | toUpper }}", "WEB"],
  ["{{ $labels.none }}", ""],
  // Whatever else stands between braces is taken literally.
  ["{{ $value", "{{ $value"],
  ["{{ }}", "{{ }}"],
  ["{{{ $value }}}", "{{{ $value }}}"],
  ["{{ nothing }}", "{{ nothing }}"],
  ["{{ $x }} {{ $value }}", "{{ $x }} {{ $value }}"],
  ['{{ query "up" }}', '{{ query "up" }}'],
  ["{{ if true }}a{{ end }}", "{{ if true }}a{{ end }}"],
  ["{{ $value | nothing }}", "{{ $value | nothing }}"],
  ["{{/* comment */}}", "{{/* comment */}}"],
  ["{{ define `x` }}", "{{ define `x` }}"],
  ["{{-$value}}", "{{-$value}}"],
  ["{{$value-}}", "{{$value-}}"],
  // A function that cannot take the value would put an error of Go in the text.
  ["{{ $value | toUpper }}", "{{ $value | toUpper }}"],
  ['{{ printf "%d" $value }}', '{{ printf "%d" $value }}'],
];

describeWithService(["promtool"], "texts as Prometheus expands them", () => {
  it.each(ARRIVES)("%s arrives as %s", async (written, arrived) => {
    const rule = { alert: "A", expr: "m > 0", annotations: { text: templateOf(written).text } };
    const complaints = await testRules({
      rules: writeYaml({ groups: [{ name: "g", rules: [rule] }] }),
      evaluationInterval: "1m",
      tests: `
  - interval: 1m
    input_series: [{ series: 'm{pod="web:80"}', values: "0.5" }]
    alert_rule_test:
      - eval_time: 0s
        alertname: A
        exp_alerts: [{ exp_labels: { pod: "web:80" }, exp_annotations: { text: ${asciiYaml(arrived)} } }]`,
    });
    expect(complaints).toEqual([]);
  });
});

it("a literal text has no action but those that stand for two braces", () => {
  expect(literal("a {{ b }} {{{")).toBe('a {{ "{{" }} b }} {{ "{{" }}{');
  expect(literal("none")).toBe("none");
});

it("a string of Go is in backquotes where it can be", () => {
  expect([goString('a"b\\'), goString("a`b"), goString("a\rb")]).toEqual(['`a"b\\`', '"a`b"', '"a\\rb"']);
});

it("texts that are taken literally are told, by their names", () => {
  const remarks = literalTexts({
    labels: { team: "{{ $labels.team }}" },
    annotations: { first: "{{ nothing }}", second: "no braces" },
    page: { annotations: { third: "{{ if }}" } },
    ticket: false,
  });
  expect(remarks.map((remark) => remark.slice(0, remark.indexOf(" has braces")))).toEqual([
    "the text of first",
    "the text of third",
  ]);
});
