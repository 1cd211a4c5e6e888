import { describe, expect, it } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { generateRules } from "../../src/rules/generate.ts";
import type { AlertingRule } from "../../src/rules/model.ts";
import type { RuleOptions } from "../../src/rules/options.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

const GOOD = 'sum(rate(m{code!~"5.."}[5m]))';
const TOTAL = "sum(rate(m[5m]))";

function documentOf(fields: object, name = "a"): SloDocumentInput {
  const slo = {
    kind: "availability",
    target: "99.9%",
    measurement_window: "30d",
    sli: `${GOOD} / ${TOTAL}`,
    ...fields,
  };
  return { service_level_objectives: { shop: { [name]: slo } } } as SloDocumentInput;
}

function alertsOf(fields: object, options: RuleOptions = {}): AlertingRule[] {
  const rules = generateRules(documentOf(fields), options).groups.flatMap((group) => group.rules);
  return rules.filter((rule) => "alert" in rule);
}

const remarksOf = (fields: object, options: RuleOptions = {}): string[] =>
  generateRules(documentOf(fields), options).remarks.map(({ message }) => message);

/** `line:column path: message` of each fault, the message up to its first semicolon. */
function faultsOf(text: string, options: RuleOptions = {}): string[] {
  try {
    generateRules(text, options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ line, column, path, message }) => {
      return `${String(line)}:${String(column)} ${path.slice(3).join(".")}: ${message.split(";")[0] ?? ""}`;
    });
  }
}

describe("rules of a document", () => {
  it("are the same of its text, its values, what was read of it, and its SLOs", () => {
    const document = documentOf({});
    const yaml = generateRules(document).toYaml();
    const read = parseSloDocument(JSON.stringify(document));
    expect(generateRules(JSON.stringify(document)).toYaml()).toBe(yaml);
    expect(generateRules(read).toYaml()).toBe(yaml);
    expect(generateRules(read.slos).toYaml()).toBe(yaml);
  });

  it("are two groups for each SLO, in the order of services and SLOs, and a file for each service", () => {
    const slo = { target: "99%", measurement_window: "30d" };
    const rules = generateRules({
      service_level_objectives: {
        shop: { error_rate: { ...slo, target: "1%" }, availability: slo },
        cart: { availability: slo },
      },
    });
    expect(rules.groups.map(({ name, interval }) => [name, interval])).toEqual([
      ["nines cart/availability", "1m"],
      ["nines cart/availability budget", "2m"],
      ["nines shop/availability", "1m"],
      ["nines shop/availability budget", "2m"],
      ["nines shop/error_rate", "1m"],
      ["nines shop/error_rate budget", "2m"],
    ]);
    expect([...rules.toYamlByService().keys()]).toEqual(["cart", "shop"]);
    expect([...rules.toYamlByService().values()].map((yaml) => yaml.slice("groups:\n".length)).join("")).toBe(
      rules.toYaml().slice("groups:\n".length),
    );
    expect(generateRules(documentOf({}), { interval: "15s" }).groups[0]?.interval).toBe("15s");
  });

  it("are a PrometheusRule of the same groups", () => {
    const text = generateRules(documentOf({})).toPrometheusRule({
      name: "nines",
      namespace: "prod",
      labels: { a: "b" },
    });
    expect(text).toMatch(
      /^apiVersion: monitoring\.coreos\.com\/v1\nkind: PrometheusRule\nmetadata:\n {2}name: nines\n/,
    );
    expect(() => generateRules(documentOf({})).toPrometheusRule({ name: "My rules" })).toThrow(
      'name: "My rules" is no name in Kubernetes',
    );
  });

  it("need SLOs", () => {
    expect(() => generateRules([])).toThrow("there are no SLOs in it");
    expect(() => generateRules("service_level_objectives: {}")).toThrow();
  });

  it("are refused where two SLOs have one id", () => {
    const { slos } = parseSloDocument(JSON.stringify(documentOf({})));
    expect(() => generateRules([...slos, ...slos])).toThrow("shop/a");
  });
});

describe("alerts of an SLO", () => {
  it("say who is told, what to do, and where to look; an SLO's own word counts before that of the options", () => {
    const options: RuleOptions = {
      runbookUrl: "https://runbooks.example/{{ name }}",
      dashboardUrl: ({ service }) => `https://dashboards.example/${service}`,
      labels: { cluster: "eu" },
    };
    const [usual] = alertsOf({}, options);
    expect(usual?.annotations).toMatchObject({
      runbook_url: "https://runbooks.example/a",
      dashboard_url: "https://dashboards.example/shop",
    });
    expect(usual?.labels).toMatchObject({ cluster: "eu", severity: "page" });
    const alerting = {
      runbook: "https://own.example/a",
      page: { labels: { severity: "critical" } },
      name: "ShopBurns",
    };
    const [own, , ticket] = alertsOf({ alerting }, options);
    expect(own).toMatchObject({ alert: "ShopBurns", labels: { severity: "critical" } });
    expect(own?.annotations?.runbook_url).toBe("https://own.example/a");
    expect(ticket?.labels?.severity).toBe("ticket");
  });

  it("need so many failures as the options or the SLO ask for", () => {
    const least = (fields: object, options: RuleOptions = {}): string | undefined =>
      /errors:increase\{[^}]*window="1h"\} >= ([\d.]+)/.exec(alertsOf(fields, options)[0]?.expr ?? "")?.[1];
    expect(least({})).toBe("4.5");
    expect(least({}, { minimumFailures: 20 })).toBe("19.5");
    expect(least({ alerting: { minimum_failures: 2 } }, { minimumFailures: 20 })).toBe("1.5");
    expect(alertsOf({ minimum_events: 100 })[0]?.expr).toMatch(/events:increase\{[^}]*window="30d"\} >= 100/);
  });

  it("tell that there are no data: by whether a target is up, where its job is known", () => {
    const reasons = (fields: object, options: RuleOptions = {}): string[] =>
      alertsOf(fields, options)
        .filter(({ alert }) => alert === "SloNoData")
        .map(({ labels }) => `${String(labels?.reason)} ${String(labels?.severity)}`);
    const job = 'sum(rate(m{job="shop",code!~"5.."}[5m])) / sum(rate(m{job="shop"}[5m]))';
    expect(reasons({})).toEqual(["gone ticket"]);
    expect(reasons({ sli: job })).toEqual(["target_down ticket", "no_series ticket"]);
    expect(reasons({ sli: job }, { noData: "page" })).toEqual(["target_down page", "no_series page"]);
    expect(reasons({ sli: job, alerting: { no_data: false } }, { noData: "page" })).toEqual([]);
    expect(reasons({ sli: job, alerting: { no_data: "page" } }, { noData: false })).toHaveLength(2);
  });

  it("give no number that was rounded where it could be exact", () => {
    for (const target of ["99.9%", "99.95%", "99.999%", "33.3333333%", "99.9999999%"]) {
      for (const rule of generateRules(documentOf({ target })).groups.flatMap((group) => group.rules)) {
        expect(rule.expr.replace(/"[^"]*"/g, "")).not.toMatch(/\d{13}|\de-\d/);
      }
    }
    const tiers = { mine: { severity: "ticket", long: "1d", budget: 0.00000001 } };
    for (const { expr } of alertsOf({ alerting: { tiers } })) expect(expr).not.toMatch(/\de-\d/);
  });
});

describe("calendar windows", () => {
  const monthly = { measurement_window: { calendar: "month", time_zone: "Europe/Berlin" } };

  it("are refused with their place and both ways out", () => {
    const text =
      "service_level_objectives:\n  shop:\n    availability:\n      target: 99%\n      measurement_window: { calendar: month }\n";
    expect(() => generateRules(text, { file: "slo.yaml" })).toThrow(
      'slo.yaml:5:27 service_level_objectives.shop.availability.measurement_window: Prometheus cannot count over a calendar month (UTC); write a rolling window, or have it taken for one by calendarWindows: "rolling"',
    );
  });

  it.each([
    ["day", "1d"],
    ["week", "7d"],
    ["month", "30d"],
    ["quarter", "90d"],
    ["year", "1y"],
  ])("of a %s are taken for the last %s where that is wanted, with a remark", (calendar, length) => {
    const fields = { measurement_window: { calendar } };
    const remarks = remarksOf(fields, { calendarWindows: "rolling" });
    expect(remarks[0]).toBe(`its calendar ${calendar} (UTC) is taken for the last ${length}`);
    const yaml = generateRules(documentOf(fields), { calendarWindows: "rolling" }).toYaml();
    expect(yaml).toContain(`window: ${length}`);
  });

  it("change nothing else", () => {
    const rolling = generateRules(documentOf(monthly), { calendarWindows: "rolling" }).toYaml();
    expect(rolling).toBe(generateRules(documentOf({})).toYaml());
  });
});

describe("remarks", () => {
  it("are none on usual SLOs", () => {
    expect(remarksOf({})).toEqual([]);
    expect(remarksOf({ measurement_window: "28d" })).toEqual([]);
  });

  it("tell of tiers that are left out, and of texts that are no templates", () => {
    expect(remarksOf({ target: "90%" })[0]).toContain("the tier page_fast is left out");
    expect(remarksOf({ alerting: { annotations: { note: "{{ nothing }}" } } })[0]).toContain(
      "the text of note has braces",
    );
    expect(generateRules(documentOf({ target: "90%" })).remarks[0]?.slo).toBe("shop/a");
  });

  it("tell of windows and look-backs that no scrape can resolve", () => {
    expect(() => remarksOf({ measurement_window: "1s" })).toThrow(
      "a window of 1s is too short for Prometheus: its rules need at least 4m, eight scrapes or two slices",
    );
    expect(() => remarksOf({ alerting: { tiers: { page_fast: { short: "1s" } } } })).toThrow(
      "alerting.tiers.page_fast: 1s is too short: its look-backs are at least 2m, four scrapes or a slice",
    );
  });
});

describe("faults of PromQL are told by the file's own line and column", () => {
  const head =
    "service_level_objectives:\n  shop:\n    availability:\n      target: 99%\n      measurement_window: 30d\n";

  it.each([
    ["plain", "sli: sum(rate(m[5m])) / summ(rate(m[5m]))"],
    ["double-quoted", 'sli: "sum(rate(m{a=\\"b\\"}[5m])) / \\u0073umm(rate(m[5m]))"'],
    ["single-quoted", "sli: 'sum(rate(m{a=''b''}[5m])) / summ(rate(m[5m]))'"],
    ["literal", "sli: |\n        sum(rate(m{code!~'5..'}[5m]))\n        /\n        summ(rate(m[5m]))"],
    ["folded", "sli: >-\n        sum(rate(m{code!~'5..'}[5m]))\n        / summ(rate(m[5m]))"],
    ["folded and indented", "sli: >2\n        sum(rate(m[5m]))\n\n          /\n\n        summ(rate(m[5m]))"],
    ["plain text over lines", "sli: sum(rate(m[5m]))\n        / summ(rate(m[5m]))"],
    ["quoted text over lines", 'sli: "sum(rate(m[5m]))\n\n        / \\\n        summ(rate(m[5m]))"'],
    ["total", 'sli: { good: "sum(rate(m[5m]))", total: "summ(rate(m[5m]))" }'],
    ["good", "sli:\n        good: sum(rate(m[5m])) + summ(rate(m[5m]))\n        total: sum(rate(m[5m]))"],
    ["bad", "sli:\n        total: sum(rate(m[5m]))\n        bad: 'summ(rate(m[5m]))'"],
  ])("in a %s", (what, sli) => {
    const text = `${head}      ${sli}\n`;
    const at = Math.max(text.indexOf("summ("), text.indexOf("\\u0073umm("));
    const lines = text.slice(0, at).split("\n");
    const place = `${String(lines.length)}:${String((lines.at(-1) ?? "").length + 1)}`;
    const field = ["total", "good", "bad"].includes(what) ? `sli.${what}` : "sli";
    expect(faultsOf(text)).toEqual([`${place} ${field}: summ is not a function of PromQL`]);
  });

  it("where something is missing at the end", () => {
    expect(faultsOf(`${head}      sli: sum(rate(m[5m]) / sum(rate(m[5m]))\n`)).toEqual([
      expect.stringMatching(/^6:\d+ sli: this \( is not closed/),
    ]);
  });

  it("all at once, in the order of the file, with those of tiers, labels and windows", () => {
    const mine = "      sli: summ(rate(m[5m]))\n      alerting: { tiers: { mine: { severity: page } } }\n";
    const others =
      "    error_rate: { target: 1%, measurement_window: { calendar: month } }\n" +
      "    front: { kind: availability, target: 1%, measurement_window: 1d, labels: { kind: a } }\n";
    expect(faultsOf(`${head}${mine}${others}`).map((fault) => fault.replace(/:\d+ ([\w.]*):.*$/s, " $1"))).toEqual([
      "6 sli",
      "7 alerting.tiers.mine",
      "8 measurement_window",
      "9 labels.kind",
    ]);
  });

  it("and beside them those of the same SLO's labels", () => {
    const text = `${head}      sli: summ(rate(m[5m]))\n      labels: { kind: a }\n`;
    expect(faultsOf(text).map((fault) => fault.split(":")[0])).toEqual(["6", "7"]);
  });
});
