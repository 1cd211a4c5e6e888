import { describe, expect, it } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { generateRules } from "../../src/rules/generate.ts";
import type { RuleOptions } from "../../src/rules/options.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

const BY = (label: string): string => `sum by (${label}) (rate(m{code!~"5.."}[5m])) / sum by (${label}) (rate(m[5m]))`;

/** The paths and messages of an SLO's faults. */
function faultsOf(fields: object, options: RuleOptions = {}): string[] {
  const slo = { kind: "availability", target: "99%", measurement_window: "30d", sli: BY("route"), ...fields };
  try {
    generateRules({ service_level_objectives: { shop: { a: slo } } } as SloDocumentInput, options);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(({ path, message }) => `${path.slice(3).join(".")}: ${message}`);
  }
}

const TAKEN = "is a label that the rules set themselves; name it otherwise";

describe("labels that rules set themselves", () => {
  it.each(["service", "slo", "kind", "objective", "window", "title"])("are no label %s of the SLO", (label) => {
    expect(faultsOf({ labels: { [label]: "a", team: "b" } })).toEqual([`labels.${label}: ${TAKEN}`]);
  });

  it.each(["service", "slo", "short", "long", "factor", "reason", "window", "alertname"])(
    "are no label %s of its alerts, of all or of one severity",
    (label) => {
      const labels = { [label]: "a" };
      expect(faultsOf({ alerting: { labels } })).toEqual([`alerting.labels.${label}: ${TAKEN}`]);
      expect(faultsOf({ alerting: { page: { labels } } })).toEqual([`alerting.page.labels.${label}: ${TAKEN}`]);
      expect(faultsOf({ alerting: { ticket: { labels } } })).toEqual([`alerting.ticket.labels.${label}: ${TAKEN}`]);
    },
  );

  it("leave the severity and the tier to the user", () => {
    expect(faultsOf({ alerting: { page: { labels: { severity: "critical", tier: "1" } } } })).toEqual([]);
  });

  it.each(["service", "slo", "window", "severity", "tier"])("are no label %s to group by", (label) => {
    const [fault, ...more] = faultsOf({ sli: BY(label) });
    expect(more).toEqual([]);
    expect(fault).toContain(label);
    expect(fault).toMatch(/^sli: .*group by another/);
  });

  it("are other ones by Sloth's convention, among them the SLO's own, which its series have", () => {
    const sloth: RuleOptions = { convention: "sloth" };
    expect(faultsOf({ labels: { sloth_id: "a" } }, sloth)).toEqual([`labels.sloth_id: ${TAKEN}`]);
    expect(faultsOf({ labels: { route: "a" } }, sloth)).toEqual([
      "sli: is grouped by route, which is among the SLO's labels too, and those are on each series in Sloth's convention; drop one",
    ]);
    expect(faultsOf({ labels: { route: "a" } })).toEqual([]);
  });

  it.each(["sloth_window", "sloth_mode", "sloth_version"])("have %s among them by Sloth's convention", (label) => {
    expect(faultsOf({ labels: { [label]: "a" } }, { convention: "sloth" })).toEqual([`labels.${label}: ${TAKEN}`]);
  });

  it("have the labels of the grouping among them: alerts of two routes would be one", () => {
    expect(faultsOf({ alerting: { labels: { route: "all" } } })[0]).toMatch(/^alerting\.labels\.route: /);
    expect(faultsOf({}, { labels: { route: "all" } })).toHaveLength(1);
  });

  it.each<readonly [string, RuleOptions]>([
    ["reason", {}],
    ["reason", { convention: "sloth" }],
    ["sloth_id", { convention: "sloth" }],
    ["sloth_window", { convention: "sloth" }],
  ])("are told by name where %s is what an SLO is grouped by, with %j", (label, options) => {
    expect(faultsOf({ sli: BY(label) }, options)).toEqual([
      `sli: is grouped by ${label}, a label that the rules set themselves; group by another`,
    ]);
  });

  it.each(["service", "slo", "window", "severity", "tier", "short", "long", "factor", "alertname"])(
    "are refused with the indicator where %s is what it is grouped by",
    (label) => {
      expect(faultsOf({ sli: BY(label) })).toEqual([
        `sli: by (${label}) cannot have a budget for each value: nines writes the label ${label} itself; group by another label, or leave it out`,
      ]);
    },
  );

  it("are told of where the grouping meets the labels of alerts, of all or of one severity", () => {
    const has = "is what the SLO is grouped by, so each alert has that label already; leave it out";
    expect(faultsOf({ alerting: { labels: { route: "a", team: "b" } } })).toEqual([`alerting.labels.route: ${has}`]);
    expect(faultsOf({ alerting: { page: { labels: { route: "a" } }, ticket: false } })).toEqual([
      `alerting.page.labels.route: ${has}`,
    ]);
    expect(faultsOf({ alerting: { page: false, ticket: { labels: { route: "a" } } } })).toEqual([
      `alerting.ticket.labels.route: ${has}`,
    ]);
    expect(faultsOf({}, { labels: { route: "all", team: "b" } })).toEqual([
      "sli: is grouped by route, which is among the labels of every alert, and would make its alerts one; leave it out there",
    ]);
    expect(faultsOf({ alerting: { page: { annotations: { a: "b" } } } }, { labels: { team: "b" } })).toEqual([]);
  });

  it("leave severities and tiers alone by Sloth's convention too, whose own labels are taken", () => {
    const sloth: RuleOptions = { convention: "sloth" };
    const labels = { severity: "critical", tier: "1", sloth_mode: "a" };
    expect(faultsOf({ alerting: { labels } }, sloth)).toEqual([]);
    expect(faultsOf({ alerting: { labels: { sloth_severity: "a", sloth_service: "b" } } }, sloth)).toEqual([
      `alerting.labels.sloth_severity: ${TAKEN}`,
      `alerting.labels.sloth_service: ${TAKEN}`,
    ]);
    expect(faultsOf({ labels: { kind: "a", title: "b" } }, sloth)).toEqual([]);
    expect(faultsOf({ labels: { sloth_id: "a", sloth_objective: "b" } })).toEqual([]);
  });
});
