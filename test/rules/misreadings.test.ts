/** What would silently never alert, or always: refused. And what is said in the right alert only. */
import { describe, expect, test } from "vitest";

import { importSlos } from "../../src/rules/formats/import.ts";
import { writeOpenSlo } from "../../src/rules/formats/write-openslo.ts";
import { generateRules } from "../../src/rules/generate.ts";
import type { AlertingRule } from "../../src/rules/model.ts";
import type { SloInput } from "../../src/rules/source.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

const documentOf = (fields: object): SloDocumentInput => ({
  service_level_objectives: {
    shop: { a: { kind: "availability", target: "99%", measurement_window: "30d", ...fields } },
  },
});
const alertsOf = (fields: object, options = {}): AlertingRule[] =>
  generateRules(documentOf(fields), options).groups.flatMap(({ rules }) => rules.filter((rule) => "alert" in rule));

const GOOD = 'sum(rate(x{code!~"5.."}[5m]))';
const BAD = 'sum(rate(x{code=~"5.."}[5m]))';
const ALL = "sum(rate(x[5m]))";

describe("an indicator that says another thing than its author means", () => {
  test.each<readonly [string, unknown, string]>([
    ["is its own total", `${ALL} / ${ALL}`, "is the same as the total, so nothing would ever fail"],
    ["stands upside down", `${ALL} / ${GOOD}`, "counts more than the total does"],
    [
      "takes a pattern for a text",
      `sum(rate(x{code!="5.."}[5m])) / ${ALL}`,
      'code!="5.." compares with the very text 5..; write code!~"5.." for a pattern',
    ],
    [
      "names the bad ones good",
      { good: BAD, total: ALL },
      'code=~"5.." selects what failed, and this is to be the good',
    ],
    [
      "names the good ones bad",
      { bad: GOOD, total: ALL },
      'code!~"5.." selects what did not fail, and this is to be the bad',
    ],
    [
      "is grouped by what tells good from bad",
      `${GOOD.replace("sum", "sum by (code) ")} / ${ALL.replace("sum", "sum by (code) ")}`,
      "by (code) keeps code, by which good and bad are told apart",
    ],
    [
      "keeps what tells good from bad",
      `${GOOD.replace("sum", "sum without (pod) ")} / ${ALL.replace("sum", "sum without (pod) ")}`,
      "write without (pod, code)",
    ],
  ])("is refused where it %s", (_what, sli, message) => {
    expect(() => generateRules(documentOf({ sli }))).toThrow(message);
  });

  test("is told of in other tools' files too", () => {
    const text = `version: prometheus/v1
service: shop
slos:
  - name: a
    objective: 99
    sli: { events: { error_query: 'sum(rate(x{code!~"5.."}[{{.window}}]))', total_query: 'sum(rate(x[{{.window}}]))' } }
`;
    expect(() => generateRules(importSlos(text).slos)).toThrow("selects what did not fail");
  });

  test("is none where the label that tells them apart is dropped", () => {
    const by = (count: string): string => count.replace("sum", "sum without (pod, code) ");
    expect(() => generateRules(documentOf({ sli: `${by(GOOD)} / ${by(ALL)}` }))).not.toThrow();
  });
});

describe("what is missing", () => {
  test("is no slice of throughput: an unknown number of requests is not a low one", () => {
    const fields = { kind: "throughput", target: 5, sli: ALL };
    const text = generateRules(documentOf(fields)).toYaml();
    expect(text).toContain("count_over_time(((sum(rate(x[2m]))))");
    expect(text).not.toContain("or vector(0)) >= bool");
  });

  test("are matchers, for an SLO of the service's own metrics", () => {
    for (const target of ["", " ", (): undefined => undefined]) {
      expect(() => generateRules(documentOf({}), { target })).toThrow(
        "shop.a: has no `sli`, and the option target finds",
      );
    }
    expect(() => generateRules(documentOf({ sli: `${GOOD} / ${ALL}` }), { target: "" })).not.toThrow();
  });
});

describe("the words of an SLO", () => {
  const alerting = { annotations: { summary: "Checkout fails", team: "shop" }, labels: { severity: "critical" } };

  test("about failures are not those of missing data", () => {
    const alerts = alertsOf({ sli: `${GOOD} / ${ALL}`, alerting });
    const summaries = (name: string): unknown[] =>
      alerts.filter(({ alert }) => alert === name).map(({ annotations }) => annotations?.summary);
    expect(new Set(summaries("ErrorBudgetBurn"))).toEqual(new Set(["Checkout fails"]));
    expect(summaries("SloNoData")).toEqual(["shop/a has no data"]);
    expect(alerts.every(({ annotations }) => annotations?.team === "shop")).toBe(true);
  });

  test("may have a severity that no route of nines knows, which is told", () => {
    const { remarks } = generateRules(documentOf({ sli: `${GOOD} / ${ALL}`, alerting }));
    expect(remarks.map(({ message }) => message)).toContain(
      "its alerts have the severity critical, for which alertmanagerRouting has no route; write one",
    );
  });
});

const SLOTH = {
  version: "prometheus/v1",
  service: "shop",
  slos: [{ name: "a", objective: 99, sli: { events: { error_query: "e", total_query: "t" } } }],
};

describe("what is nearly right", () => {
  test("is answered with what to hand in instead", () => {
    const { slos } = importSlos(SLOTH);
    expect(() => generateRules(importSlos(SLOTH) as unknown as SloInput)).toThrow(
      "this is all that importSlos gives; hand in its slos",
    );
    expect(() => generateRules(slos.slos[0] as unknown as SloInput)).toThrow("this is one SLO; hand in a list, [slo]");
    expect(() => generateRules(JSON.stringify(SLOTH))).toThrow(
      "version: is that of another tool's document; read it by",
    );
    expect(() => generateRules({ apiVersion: "openslo/v1", kind: "SLO" } as unknown as SloInput)).toThrow(
      "apiVersion: is that of another tool's document; read it by importSlos",
    );
    expect(() => (importSlos as () => unknown)()).toThrow(/^undefined is no document; hand in its text/);
  });

  test("a latency without its threshold is told as that", () => {
    const slo = { service: "shop", name: "a", kind: "latency", objective: "99%", window: "30d" };
    const expression = "histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))";
    expect(() => generateRules([{ ...slo, expression }] as unknown as SloInput)).toThrow("[0].thresholdMs: is missing");
  });
});

describe("what is no SLO document", () => {
  test.each<readonly [string, unknown]>([
    ["null is no SLO document", null],
    ["5 is no SLO document", 5],
    ["null is no SLO; take those of parseSloDocument", [null]],
    ["a mapping is no SLO; take those of parseSloDocument", [{}]],
  ])("is refused: %s", (message, input) => {
    expect(() => generateRules(input as SloInput)).toThrow(message);
    expect(() => writeOpenSlo(input as SloInput)).toThrow(message);
  });

  test("is not a plain one, which is written as OpenSLO too", () => {
    expect(writeOpenSlo(documentOf({ sli: `${GOOD} / ${ALL}` }))).toContain("target: 0.99");
  });
});
