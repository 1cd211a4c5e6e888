import { describe, expect, it } from "vitest";

import { generateRules } from "../../src/rules/generate.ts";
import type { AlertingRule, RecordingRule } from "../../src/rules/model.ts";
import type { RuleOptions } from "../../src/rules/options.ts";

const DOCUMENT = `
service_level_objectives:
  my-shop:
    front.page:
      kind: availability
      target: 99.95%
      measurement_window: 30d
      title: The front page
      labels: { owner: ann, area: shop }
      sli: sum(rate(m{code!~"5.."}[5m])) / sum(rate(m[5m]))
`;

function rulesOf(options: RuleOptions, document = DOCUMENT): { records: RecordingRule[]; alerts: AlertingRule[] } {
  const rules = generateRules(document, options).groups.flatMap((group) => group.rules);
  return {
    records: rules.filter((rule) => "record" in rule),
    alerts: rules.filter((rule) => "alert" in rule),
  };
}

const namesOf = (records: readonly RecordingRule[]): string[] =>
  [...new Set(records.map(({ record }) => record))].sort();
const find = (records: readonly RecordingRule[], name: string): RecordingRule | undefined =>
  records.find(({ record }) => record === name);

describe("nines' own convention", () => {
  const { records, alerts } = rulesOf({});

  it("has one name for a thing, whatever the look-back", () => {
    expect(namesOf(records)).toEqual([
      "nines:slo_burn_rate:ratio",
      "nines:slo_data:present",
      "nines:slo_error:ratio",
      "nines:slo_error_budget:ratio",
      "nines:slo_error_budget_remaining:ratio",
      "nines:slo_errors:increase",
      "nines:slo_events:increase",
      "nines:slo_objective:ratio",
      "nines:slo_window:seconds",
      "nines_slo_info",
    ]);
    const windows = records
      .filter(({ record }) => record === "nines:slo_burn_rate:ratio")
      .map(({ labels }) => labels?.window);
    expect(windows.sort()).toEqual(["1d", "1h", "2h", "30d", "30m", "3d", "5m", "6h"]);
  });

  it("has the service and the id on each series, and what is for people on the info metric alone", () => {
    for (const { record, labels } of records) {
      expect(labels).toMatchObject({ service: "my-shop", slo: "my-shop/front.page" });
      expect("owner" in (labels ?? {})).toBe(record === "nines_slo_info");
    }
    expect(find(records, "nines_slo_info")).toEqual({
      record: "nines_slo_info",
      expr: "vector(1)",
      labels: {
        service: "my-shop",
        slo: "my-shop/front.page",
        owner: "ann",
        area: "shop",
        kind: "availability",
        objective: "99.95%",
        window: "30d",
        title: "The front page",
      },
    });
  });

  it("records the promise in exact digits", () => {
    expect(find(records, "nines:slo_objective:ratio")?.expr).toBe("vector(0.9995)");
    expect(find(records, "nines:slo_error_budget:ratio")?.expr).toBe("vector(0.0005)");
    expect(find(records, "nines:slo_window:seconds")?.expr).toBe("vector(2592000)");
  });

  it("tells alerts apart by their tier", () => {
    expect(alerts[0]).toMatchObject({
      alert: "ErrorBudgetBurn",
      labels: {
        service: "my-shop",
        slo: "my-shop/front.page",
        severity: "page",
        tier: "page_fast",
        short: "5m",
        long: "1h",
        factor: "14.4",
      },
    });
  });
});

describe("Sloth's convention", () => {
  const { records, alerts } = rulesOf({ convention: "sloth" });

  it("has the names that dashboards made for Sloth ask for, and nines' own counts beside them", () => {
    expect(namesOf(records)).toEqual([
      "slo:current_burn_rate:ratio",
      "slo:error_budget:ratio",
      "slo:objective:ratio",
      "slo:period_burn_rate:ratio",
      "slo:period_error_budget_remaining:ratio",
      "slo:sli_data:present",
      "slo:sli_error:ratio_rate1d",
      "slo:sli_error:ratio_rate1h",
      "slo:sli_error:ratio_rate2h",
      "slo:sli_error:ratio_rate30d",
      "slo:sli_error:ratio_rate30m",
      "slo:sli_error:ratio_rate3d",
      "slo:sli_error:ratio_rate5m",
      "slo:sli_error:ratio_rate6h",
      "slo:sli_errors:increase",
      "slo:sli_events:increase",
      "slo:time_period:days",
      "sloth_slo_info",
    ]);
    expect(find(records, "slo:time_period:days")?.expr).toBe("vector(30)");
  });

  it("has the labels of Sloth, those of the SLO among them", () => {
    const identity = { sloth_id: "my-shop-front.page", sloth_service: "my-shop", sloth_slo: "front.page" };
    expect(find(records, "slo:sli_error:ratio_rate5m")?.labels).toEqual({
      ...identity,
      sloth_window: "5m",
      owner: "ann",
      area: "shop",
    });
    expect(find(records, "slo:objective:ratio")?.labels).toEqual({ ...identity, owner: "ann", area: "shop" });
    expect(find(records, "sloth_slo_info")?.labels).toMatchObject({
      sloth_objective: "99.95",
      sloth_spec: "prometheus/v1",
    });
    expect(alerts[0]?.labels).toMatchObject({ sloth_severity: "page", service: "my-shop", slo: "my-shop/front.page" });
  });

  it("records Sloth's look-backs even where no tier has them, as far as the window goes", () => {
    const short = DOCUMENT.replace("30d", "12h");
    const names = namesOf(rulesOf({ convention: "sloth" }, short).records).filter((name) =>
      name.includes("ratio_rate"),
    );
    const wanted = ["5m", "30m", "1h", "2h", "6h", "12h"].map((length) => `slo:sli_error:ratio_rate${length}`);
    expect(names).toEqual(expect.arrayContaining(wanted));
    expect(names).not.toContain("slo:sli_error:ratio_rate1d");
  });
});
