import { describe, expect, it } from "vitest";

import type { SloTier } from "../../src/budget/slo-tiers.ts";
import { type Series, seriesOf, shortNumber } from "../../src/rules/convention.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import type { Slo } from "../../src/slo/model.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

function sloOf(fields: object): Slo {
  const slo = { kind: "availability", target: "99.95%", measurement_window: "2d", sli: "a / b", ...fields };
  const [made] = parseSloDocument({
    service_level_objectives: { "my-shop": { "front.page": slo } },
  } as SloDocumentInput).slos;
  return made!;
}

const TIER: SloTier = {
  name: "page_fast",
  severity: "page",
  factor: 14.4,
  longMs: 3_600_000,
  shortMs: 90_000,
} as SloTier;
const identity = { service: "my-shop", slo: "my-shop/front.page" };
const SELECTOR = '{service="my-shop",slo="my-shop/front.page"}';
const over = (record: string): Series => ({
  record,
  labels: { ...identity, window: "1h" },
  selector: `${record}{service="my-shop",slo="my-shop/front.page",window="1h"}`,
});
const one = (record: string): Series => ({ record, labels: identity, selector: `${record}${SELECTOR}` });

describe("the series of an SLO by nines' own convention", () => {
  const names = seriesOf(sloOf({ labels: { team: "a" }, title: "The front page" }), "nines");

  it("over a look-back", () => {
    expect(names.events("1h")).toEqual(over("nines:slo_events:increase"));
    expect(names.errors("1h")).toEqual(over("nines:slo_errors:increase"));
    expect(names.errorRatio("1h")).toEqual(over("nines:slo_error:ratio"));
    expect(names.burnRate("1h")).toEqual(over("nines:slo_burn_rate:ratio"));
    expect(names.errorRatio("5m").labels).toEqual({ ...identity, window: "5m" });
    expect(names.errorRatio("5m")).toBe(names.errorRatio("5m"));
  });

  it("of the whole SLO", () => {
    expect(names.objective).toStrictEqual(one("nines:slo_objective:ratio"));
    expect(names.budget).toEqual(one("nines:slo_error_budget:ratio"));
    expect(names.remaining).toEqual(one("nines:slo_error_budget_remaining:ratio"));
    expect(names.windowLength).toEqual({ ...one("nines:slo_window:seconds"), value: 172_800 });
    expect(names.present).toStrictEqual(one("nines:slo_data:present"));
    expect(names.info).toEqual({
      ...one("nines_slo_info"),
      more: { team: "a", kind: "availability", objective: "99.95%", window: "2d", title: "The front page" },
    });
    expect(seriesOf(sloOf({}), "nines").info.more).toEqual({ kind: "availability", objective: "99.95%", window: "2d" });
  });

  it("and the labels of its alerts", () => {
    expect(names.alert(TIER)).toEqual({
      ...identity,
      severity: "page",
      tier: "page_fast",
      short: "1m30s",
      long: "1h",
      factor: "14.4",
    });
    expect(names.noData("ticket")).toEqual({ ...identity, severity: "ticket" });
    expect(names.annotations(TIER)).toEqual({});
    const { lookBackLabels, ofInfo, own, alwaysMs } = names;
    expect({ lookBackLabels, ofInfo, own, alwaysMs }).toEqual({
      lookBackLabels: ["window"],
      ofInfo: ["kind", "objective", "window", "title"],
      own: ["alertname", "service", "slo", "window", "severity", "tier", "short", "long", "factor", "reason"],
      alwaysMs: [],
    });
  });
});

describe("the series of an SLO by Sloth's convention", () => {
  const names = seriesOf(sloOf({ labels: { team: "a", area: "b", tier: "2" } }), "sloth");
  const more = { area: "b", team: "a", tier: "2" };
  const sloth = { sloth_id: "my-shop-front.page", sloth_service: "my-shop", sloth_slo: "front.page" };
  const MATCHERS = 'sloth_id="my-shop-front.page",sloth_service="my-shop",sloth_slo="front.page"';
  const all = (record: string): Series => ({ record, labels: sloth, selector: `${record}{${MATCHERS}}`, more });
  const count = (record: string): Series => ({
    record,
    labels: { ...sloth, sloth_window: "1h" },
    selector: `${record}{${MATCHERS},sloth_window="1h"}`,
  });

  it("over a look-back", () => {
    expect(names.events("1h")).toEqual(count("slo:sli_events:increase"));
    expect(names.errors("1h")).toEqual(count("slo:sli_errors:increase"));
    expect(names.errorRatio("1h")).toEqual({ ...count("slo:sli_error:ratio_rate1h"), more });
    expect(names.burnRate("5m")).toEqual(all("slo:current_burn_rate:ratio"));
    expect(names.burnRate("2d")).toEqual(all("slo:period_burn_rate:ratio"));
    expect(names.burnRate("1h")).toBeUndefined();
    expect(Object.keys(names.objective.more ?? {})).toEqual(["area", "team", "tier"]);
  });

  it("of the whole SLO", () => {
    expect(names.objective).toEqual(all("slo:objective:ratio"));
    expect(names.budget).toEqual(all("slo:error_budget:ratio"));
    expect(names.remaining).toEqual(all("slo:period_error_budget_remaining:ratio"));
    expect(names.windowLength).toEqual({ ...all("slo:time_period:days"), value: 2 });
    expect(names.present).toStrictEqual({
      record: "slo:sli_data:present",
      labels: sloth,
      selector: `slo:sli_data:present{${MATCHERS}}`,
    });
    expect(names.info).toEqual({
      ...all("sloth_slo_info"),
      more: {
        ...more,
        sloth_mode: "cli-gen-prom",
        sloth_objective: "99.95",
        sloth_spec: "prometheus/v1",
        sloth_version: "nines",
      },
    });
  });

  it("and the labels of its alerts, with the SLO's own tier where it has one", () => {
    const labels = { ...identity, sloth_severity: "page", short: "1m30s", long: "1h", factor: "14.4" };
    expect(names.alert(TIER)).toEqual({ ...labels, tier: "2" });
    expect(seriesOf(sloOf({ labels: { team: "a" } }), "sloth").alert(TIER)).toEqual({ ...labels, tier: "page_fast" });
    expect(seriesOf(sloOf({}), "sloth").alert(TIER)).toEqual({ ...labels, tier: "page_fast" });
    expect(names.noData("ticket")).toEqual({ ...identity, sloth_severity: "ticket" });
    expect(names.annotations(TIER)).toEqual({
      title: "(page) {{$labels.sloth_service}} {{$labels.sloth_slo}} SLO error budget burn rate is too fast.",
    });
    expect(names.lookBackLabels).toEqual(["sloth_window"]);
    expect(names.ofInfo).toEqual(["sloth_mode", "sloth_objective", "sloth_spec", "sloth_version"]);
    expect(names.own).toEqual([
      ...["sloth_id", "sloth_service", "sloth_slo", "sloth_window", "sloth_severity"],
      ...["alertname", "service", "slo", "window", "severity", "tier", "short", "long", "factor", "reason"],
    ]);
  });

  it.each([
    ["30d", [5, 30, 60, 120, 360, 1_440, 4_320]],
    ["3d", [5, 30, 60, 120, 360, 1_440]],
    ["1d", [5, 30, 60, 120, 360]],
    ["2h", [5, 30, 60]],
  ])("are recorded over the look-backs of Sloth that are shorter than %s", (measurement_window, minutes) => {
    expect(seriesOf(sloOf({ measurement_window }), "sloth").alwaysMs).toEqual(minutes.map((count) => count * 60_000));
  });
});

it.each([
  [14.4, "14.4"],
  [0.933333, "0.9333"],
  [13.44, "13.44"],
  [123.456, "123.5"],
  [0.000012345, "0.00001234"],
  [2, "2"],
])("the factor %d is shown as %s", (value, text) => {
  expect(shortNumber(value)).toBe(text);
});
