import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../../src/core/errors.ts";
import { importSlos } from "../../../src/rules/formats/import.ts";
import type { ImportOptions } from "../../../src/rules/formats/model.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import { plain, sample } from "./samples.ts";

function faultsOf(input: string | object, options: ImportOptions = {}): string[] {
  try {
    importSlos(input, options);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(
      ({ line, column, path, message }) => `${line ?? ""}:${column ?? ""} ${path.join(".")}: ${message}`,
    );
  }
  throw new Error("has no faults");
}

const sloth = (slo: string): string => `version: prometheus/v1\nservice: shop\nslos:\n  - ${slo}\n`;
const EVENTS =
  "sli: { events: { error_query: 'sum(rate(a[{{.window}}]))', total_query: 'sum(rate(b[{{ .window }}]))' } }";

/** An SLO of OpenSLO v1 with these lines in its spec, beside what each needs. */
function openslo(objectives: string, more = "", window = "{ duration: 28d, isRolling: true }"): string {
  return `apiVersion: openslo/v1
kind: SLO
metadata: { name: checkout }
spec:
  service: shop
  indicator:
    metadata: { name: checkout-sli }
    spec:
      ratioMetric:
        good: { metricSource: { type: Prometheus, spec: { query: 'sum(rate(a[5m]))' } } }
        total: { metricSource: { type: Prometheus, spec: { query: 'sum(rate(b[5m]))' } } }
  timeWindow: [${window}]
  budgetingMethod: Occurrences
  objectives: [${objectives}]
${more}`;
}

describe("the format", () => {
  test("is told by the document, also where it is a value, a list or a list of resources", () => {
    const text = sample("sloth/k8s-home-wifi.yml");
    const expected = importSlos(text).document;
    const value = load(text) as object;
    for (const input of [value, [value], { apiVersion: "v1", kind: "List", items: [value] }, JSON.stringify([value])]) {
      expect(importSlos(input).document).toEqual(expected);
    }
    const openSlo = plain(sample("openslo-v1/shop.yaml"));
    expect(importSlos(openSlo.reverse()).slos.slos).toHaveLength(4);
  });

  test("may be nines' own, which is read as it is", () => {
    const text = sample("nines/all-fields.yaml");
    const { format, document, slos, unsupported } = importSlos(text);
    expect([format, unsupported]).toEqual(["nines", []]);
    expect(slos.slos).toEqual(parseSloDocument(text).slos);
    expect(parseSloDocument(document).slos).toEqual(slos.slos);
  });

  test("that is not known is a fault, with what was probably meant", () => {
    expect(faultsOf("apiVersion: openslo/v2\nkind: SLO\n")[0]).toMatch(
      /^1:13 apiVersion: "openslo\/v2" is not a format that nines reads; did you mean "openslo\/v1"\?; nines reads/,
    );
    expect(faultsOf("a: 1")[0]).toMatch(/^1:1 : does not say what it is; nines reads documents with/);
    expect(faultsOf("[]")[0]).toBe("1:1 : is empty; write at least one SLO");
    expect(faultsOf("[1]")[0]).toMatch(/^1:2 0: 1 is not a mapping/);
  });

  test("is one in a text, and the one that was asked for", () => {
    const both = `${sloth(`{ name: a, objective: 99, ${EVENTS} }`)}---\n${sample("pyrra/shop.yaml")}`;
    expect(faultsOf(both)[0]).toMatch(
      /^6:13 apiVersion: is of the format pyrra, and not sloth; give each format a text/,
    );
    expect(faultsOf(sample("sloth/home-wifi.yml"), { format: "pyrra" })[0]).toContain(
      "is of the format sloth, and not pyrra",
    );
    const unsigned = sloth(`{ name: a, objective: 99, ${EVENTS} }`).replace(/^version.*\n/, "");
    expect(importSlos(unsigned, { format: "sloth" }).slos.slos).toHaveLength(1);
    expect(faultsOf(unsigned, { format: "slot" as "sloth" })[0]).toContain('did you mean "sloth"?');
  });

  test("has the window of the options where it has none", () => {
    const { slos } = importSlos(sample("sloth/getting-started.yml"), { window: "7d" });
    expect(slos.slos[0]?.window).toEqual({ kind: "rolling", durationMs: 7 * 86_400_000 });
    expect(() => importSlos("", { window: "soon" })).toThrow("window: ");
  });
});

describe("faults are told all at once, in the words and at the places of the format", () => {
  test("of Sloth", () => {
    const text = `${sloth(`{ name: a, objective: 100, ${EVENTS} }`)}  - { name: b, objective: lots, sli: {} }\n  - { name: "!!", objective: 99, sli: {} }\n`;
    expect(faultsOf(text)).toEqual([
      "4:27 slos.0.objective: 100% leaves no error budget to measure against; the nearest that does is 99.9999999%",
      '5:27 slos.1.objective: "lots" is not a number from 0; write one such as 99.9',
    ]);
    expect(faultsOf(sloth("{ name: b, objective: 99, sli: {} }"))).toEqual([
      "4:36 slos.0.sli: needs one of events, raw and plugin",
    ]);
    expect(faultsOf(sloth(`{ name: "!!", objective: 99, ${EVENTS} }`))[0]).toMatch(
      /^4:13 slos\.0\.name: "!!" leaves nothing for a name; use/,
    );
    const twice = `${sloth(`{ name: a/b, objective: 99, ${EVENTS} }`)}  - { name: a-b, objective: 99, ${EVENTS} }\n`;
    expect(faultsOf(twice)).toEqual(['5:13 slos.1.name: there is another SLO "a-b" of the service "shop"']);
  });

  test("of what nines checks when it reads its own document", () => {
    const long = "x".repeat(1_001);
    expect(faultsOf(sloth(`{ name: a, objective: 99, description: ${long}, ${EVENTS} }`))).toEqual([
      "4:44 slos.0.description: has 1001 characters; allowed: at most 1000",
    ]);
    expect(faultsOf(openslo("{ target: 0.9 }", "", "{ duration: 2Y, isRolling: true }"))[0]).toMatch(
      /^12:28 spec\.timeWindow\.0\.duration: "2y" is out of range; a rolling window is from 1s to 1y/,
    );
    const zone = "{ duration: 1d, calendar: { startTime: 2024-01-01 00:00:00, timeZone: Mars/Base } }";
    expect(faultsOf(openslo("{ target: 0.9 }", "", zone))[0]).toMatch(
      /^12:86 spec\.timeWindow\.0\.calendar\.timeZone: "Mars\/Base" is not a time zone/,
    );
  });

  test("of OpenSLO", () => {
    expect(faultsOf(openslo("{ target: 1 }"))).toEqual([
      "14:26 spec.objectives.0.target: 100% leaves no error budget to measure against; the nearest that does is 99.9999999%",
    ]);
    expect(faultsOf(openslo("{ target: 99 }"))).toEqual([
      "14:26 spec.objectives.0.target: 99 is not a share from 0 to 1; write one such as 0.999",
    ]);
    expect(faultsOf(openslo("{}"))).toEqual([
      "14:16 spec.objectives.0.target: is missing; write a share such as 0.999, or targetPercent such as 99.9",
    ]);
    expect(
      faultsOf(
        openslo(
          "{ target: 0.9 }",
          "  alertPolicies: [{ alertPolicyRef: fsat }]\n---\napiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: { name: fast }\nspec: { conditions: [{ conditionRef: none }] }\n",
        ),
      ),
    ).toEqual([
      '15:37 spec.alertPolicies.0.alertPolicyRef: there is no AlertPolicy "fsat" in this text; did you mean "fast"?',
    ]);
    expect(faultsOf(openslo("{ target: 0.9 }").replace("kind: SLO", "kind: Slo"))[0]).toMatch(
      /^2:7 kind: "Slo" is not a kind of OpenSLO; did you mean "SLO"\? allowed: SLO, SLI/,
    );
    expect(faultsOf(openslo("{ target: 0.9 }", "", "{ duration: 30 days }"))[0]).toMatch(
      /^12:28 spec\.timeWindow\.0\.duration: "30 days" is not a duration of OpenSLO; write a whole number with/,
    );
  });

  test("of Pyrra", () => {
    const text = `apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: { name: a }
spec: { target: "100", window: 4w, indicator: { ratio: { errors: { metric: 'rate(x[5m])' }, total: { metric: y } } } }
`;
    expect(faultsOf(text)[0]).toMatch(/^4:17 spec\.target: 100% leaves no error budget/);
    expect(faultsOf(text.replace("100", "99"))).toEqual([
      '4:75 spec.indicator.ratio.errors.metric: "rate(x[5m])" is not a plain selector; write one such as metric{job="api"}',
    ]);
    expect(faultsOf(text.replace("100", "99").replace(/ratio:.*/, "{} } }"))[0]).toContain("indicator");
  });
});

describe("what is odd in a place that only messages show", () => {
  test("a mapping with a toString of its own is a fault like any other", () => {
    const odd = "{ toString: null }";
    expect(faultsOf(`apiVersion: openslo/v1\nkind: SLI\nmetadata: { name: ${odd} }\nspec: {}\n`)).toContainEqual(
      expect.stringMatching(/^3:19 metadata\.name: /),
    );
    const other = `apiVersion: sloth.slok.dev/v1\nkind: ${odd}\n`;
    expect(faultsOf(other, { format: "sloth" })).toContainEqual(expect.stringContaining("and not a mapping"));
  });

  test("that there is no SLO at all stands where the text begins", () => {
    const service = "# ours\napiVersion: openslo/v1\nkind: Service\nmetadata: { name: shop }\nspec: {}\n";
    expect(faultsOf(service)).toContain("2:1 : there is no SLO in it that nines can read");
  });
});

describe("what nines does otherwise is told", () => {
  const told = (text: string): string[] =>
    importSlos(text).unsupported.map(({ line, path, message }) => `${line ?? ""} ${path.join(".")}: ${message}`);

  test("names that nines does not allow are made fit", () => {
    const text = sloth(`{ name: latency, objective: 99, ${EVENTS} }`).replace("service: shop", "service: The Shop");
    const { slos } = importSlos(text);
    expect(slos.slos[0]?.id).toBe("The-Shop/latency-slo");
    expect(told(text)).toEqual([
      '2 service: "The Shop" is called "The-Shop" here; nines\' names have letters, digits, _, . and -, beginning with a letter or digit, not a number, at most 100 characters',
      '4 slos.0.name: is called "latency-slo" here: nines takes an SLO called latency for one of that kind, and this one is another',
    ]);
  });

  test("windows that are no period of nines, and starts within a period", () => {
    const calendar = (duration: string, start: string): string =>
      openslo("{ target: 0.9 }", "", `{ duration: ${duration}, calendar: { startTime: ${start}, timeZone: UTC } }`);
    expect(told(calendar("1w", "2024-01-01 00:00:00"))).toEqual([]);
    expect(told(calendar("1w", "2022-01-01 12:00:00"))).toEqual([
      "12 spec.timeWindow.0.calendar.startTime: is left out: a week begins on Mondays at midnight in nines",
    ]);
    expect(told(calendar("2M", "2024-01-01 00:00:00"))).toEqual([
      "12 spec.timeWindow.0.duration: is a rolling window of 60d here; nines' calendar periods are 1d, 1w, 1M, 1Q and 1Y",
      "12 spec.timeWindow.0.calendar: is left out: the window is a rolling one here",
    ]);
    expect(importSlos(openslo("{ target: 0.9 }").replace(/ {2}timeWindow.*\n/, "")).slos.slos[0]?.window).toEqual({
      kind: "rolling",
      durationMs: 30 * 86_400_000,
    });
  });

  test("keys that nobody knows, with what was probably meant", () => {
    expect(told(openslo("{ target: 0.9, compositeWeight: 2 }", "  alertPolices: []\n"))).toEqual([
      "14 spec.objectives.0.compositeWeight: nines does not combine SLOs; each objective is an SLO of its own here",
      expect.stringMatching(
        /^15 spec\.alertPolices: is nothing that nines reads here; did you mean "alertPolicies"\? allowed: /,
      ),
    ]);
  });

  test("a note of nines that the SLO itself contradicts", () => {
    const text = openslo("{ target: 0.9 }").replace(
      "{ name: checkout }",
      "{ name: checkout, annotations: { nines.dev/window: 90s } }",
    );
    expect(told(text)).toEqual([
      '3 metadata.annotations.nines.dev/window: is left out: "90s" is not what the SLO itself says, "28d"',
    ]);
  });
});
