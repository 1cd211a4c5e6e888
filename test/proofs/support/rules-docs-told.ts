/** SLOs with texts of all sorts, whose alerts must fire and say them. */
import type { Random } from "../../../src/core/random.ts";
import { generateRules } from "../../../src/rules/generate.ts";
import { checkRules, testRules } from "./rules-docs-promtool.ts";
import { anyText, asciiYaml, documentText, hexString, stored } from "./rules-docs-texts.ts";
import type { SloDocumentInput } from "../../../src/slo/written.ts";

type Texts = Readonly<Record<string, string>>;

/** The texts of one SLO. */
interface Told {
  readonly alert: string;
  readonly title: string;
  readonly description: string;
  readonly runbook: string;
  /** Value of the label that its series have. */
  readonly value: string;
  /** Of the info metric. */
  readonly labels: Texts;
  readonly alertLabels: Texts;
  readonly annotations: Texts;
}

/** As {@link Told}, with texts that nobody could mistake. */
const PLAIN: Told = {
  alert: "PLAIN-ALERT",
  title: "PLAIN-TITLE",
  description: "PLAIN-DESCRIPTION",
  runbook: "https://runbooks.example/PLAIN",
  value: "plain",
  labels: { owner: "PLAIN" },
  alertLabels: { team: "PLAIN", note: "PLAIN" },
  annotations: { first: "PLAIN", second: "PLAIN" },
};
const TEXTS_OF_EACH = 10;
const FAILING = "0+10x20";
/** All failed, and 1% may. */
const LEFT = " The error budget is overspent.";

/** Tries `count` SLOs at once. */
export async function told(
  random: Random,
  count: number,
  seed: string,
): Promise<{ readonly slos: number; readonly texts: number }> {
  const slos = Array.from({ length: count }, (_, index) => anyTold(random, index));
  const rules = generateRules(documentOf(slos) as SloDocumentInput, { scrapeInterval: "1s" });
  const yaml = rules.toYaml();
  const refused = await checkRules(yaml);
  if (refused.length > 0) throw new Error(`seed ${seed}: ${refused.join("\n").slice(0, 3_000)}`);
  const [template] = generateRules(documentOf([PLAIN]) as SloDocumentInput, { scrapeInterval: "1s" }).groups.flatMap(
    (group) => group.rules.flatMap((rule) => ("alert" in rule ? [rule] : [])),
  );
  if (template === undefined) throw new Error("no alert was made");
  const byAlert = new Map<string, string[]>();
  slos.forEach((slo, index) => {
    const labels = { ...template.labels, ...slo.alertLabels, service: "shop", slo: `shop/slo-${String(index)}` };
    const annotations = Object.fromEntries(
      Object.entries(template.annotations ?? {}).map(([name, text]) => [name, filled(text, slo, name)]),
    );
    const alert = `{ exp_labels: ${mapping(labels)}, exp_annotations: ${mapping(annotations)} }`;
    byAlert.set(slo.alert, [...(byAlert.get(slo.alert) ?? []), alert]);
  });
  const complaints = await testRules({
    rules: yaml,
    evaluationInterval: "1s",
    tests: [
      "",
      "  - interval: 1s",
      "    input_series:",
      ...slos.flatMap(({ value }) => [seriesOf(value, "200", "0x20"), seriesOf(value, "500", FAILING)]),
      "    alert_rule_test:",
      ...[...byAlert].map(
        ([name, alerts]) =>
          `      - { eval_time: 12s, alertname: ${asciiYaml(name)}, exp_alerts: [${alerts.join(", ")}] }`,
      ),
    ].join("\n"),
  });
  if (complaints.length > 0) throw new Error(`seed ${seed}: ${complaints.join("\n").slice(0, 4_000)}`);
  return { slos: count, texts: count * TEXTS_OF_EACH };
}

function anyTold(random: Random, index: number): Told {
  return {
    alert: documentText(random, 200),
    title: documentText(random, 200),
    description: documentText(random, 1_000),
    runbook: `https://runbooks.example/${literalText(random, 300, /\s/g)}`,
    // Two SLOs of one value would be one series.
    value: stored(`${anyText(random).slice(0, 500)}${String(index)}`),
    labels: { owner: documentText(random, 300) },
    alertLabels: { team: literalText(random, 300), note: literalText(random, 300) },
    annotations: { first: literalText(random, 2_000), second: literalText(random, 300) },
  };
}

/** A text without the actions that nines takes for templates. */
function literalText(random: Random, most: number, dropped = /(?!)/g): string {
  for (;;) {
    const text = documentText(random, most).replace(dropped, "");
    if (!/\{\{-?\s*(?:\$value|\.Value|\$labels)/.test(text)) return text;
  }
}

/** One whose selectors are in bytes, so that nines has to find its own spelling. */
function documentOf(slos: readonly Told[]): object {
  const entries = slos.map((slo, index): [string, object] => {
    const value = hexString(slo.value);
    return [
      `slo-${String(index)}`,
      {
        kind: "availability",
        target: "99%",
        measurement_window: "1h",
        sli: { total: `sum(rate(m_total{v=${value}}[5m]))`, bad: `sum(rate(m_total{v=${value},code="500"}[5m]))` },
        title: slo.title,
        description: slo.description,
        labels: slo.labels,
        alerting: {
          name: slo.alert,
          runbook: slo.runbook,
          labels: slo.alertLabels,
          annotations: slo.annotations,
          no_data: false,
          tiers: { page_slow: false, ticket_fast: false, ticket_slow: false },
        },
      },
    ];
  });
  return { service_level_objectives: { shop: Object.fromEntries(entries) } };
}

function seriesOf(value: string, code: string, values: string): string {
  return `      - { series: ${asciiYaml(`m_total{v=${hexString(value)},code="${code}"}`)}, values: "${values}" }`;
}

/** What is to arrive: the plain template, with its actions worked out by hand and the texts of this SLO in it. */
function filled(template: string, slo: Told, name: string): string {
  const own = slo.annotations[name] ?? (name === "runbook_url" ? slo.runbook : undefined);
  if (own !== undefined) return own;
  return template
    .replaceAll('{{ printf "%.1f" $value }}', "100.0")
    .replace(/\{\{ with query `nines:slo_error:ratio.*?\{\{ end \}\}/s, " (100% of all)")
    .replace(/\{\{ with query `nines:slo_error_budget_remaining.*?\{\{ end \}\}\{\{ end \}\}/s, LEFT)
    .replace(PLAIN.title, () => slo.title)
    .replace(PLAIN.description, () => slo.description);
}

function mapping(texts: Texts): string {
  return `{ ${Object.entries(texts)
    .map(([name, text]) => `${name}: ${asciiYaml(text)}`)
    .join(", ")} }`;
}
