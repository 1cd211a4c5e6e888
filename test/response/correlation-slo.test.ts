import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";

const NOW = Date.UTC(2026, 10, 22, 10);
const MINUTE = 60_000;
const SLO = { slo: "shop/availability", service: "shop" };

function responding() {
  const clock = new ManualClock(NOW);
  const incidents = new IncidentManager({ clock });
  return { clock, incidents, response: new AutomatedResponse({ incidents, clock }) };
}

function fromAlertmanager(labels: Readonly<Record<string, string>>, startsAt: number, groupKey = "a") {
  const alert = { status: "firing", labels, annotations: {}, startsAt: new Date(startsAt).toISOString() };
  const common = { version: "4", status: "firing", receiver: "nines", groupLabels: {}, commonLabels: {} };
  return { ...common, groupKey, commonAnnotations: {}, externalURL: "", truncatedAlerts: 0, alerts: [alert] };
}

describe("alerts of an SLO", () => {
  it("are one incident, whether the process or Alertmanager tells of them", async () => {
    const { incidents, response } = responding();
    await response.alert({ name: "ErrorBudgetBurn", labels: { ...SLO, severity: "page", window: "1h" } });
    const tier = { alertname: "ErrorBudgetBurn", severity: "page", tier: "page_fast", long: "1h", short: "5m" };
    const { incidents: found } = await response.receive(fromAlertmanager({ ...SLO, ...tier }, NOW));
    expect(found).toEqual([{ id: "INC-0001", action: "updated" }]);
    expect((await incidents.get("INC-0001")).slos).toEqual(["shop/availability"]);
  });

  it.each([
    ["another SLO", { slo: "shop/latency" }],
    ["another cluster", { ...SLO, cluster: "us" }],
    ["another environment", { ...SLO, env: "test" }],
  ])("are apart from those of %s", async (_, labels) => {
    const { response } = responding();
    await response.alert({ name: "ErrorBudgetBurn", labels: SLO });
    const { incidents } = await response.alert({ name: "ErrorBudgetBurn", labels });
    expect(incidents).toEqual([{ id: "INC-0002", action: "opened" }]);
  });

  it("are together as they are told to be, and others as their sender grouped them", async () => {
    const { response } = responding();
    await response.alert({ name: "A", labels: SLO, group: "mine" });
    const told = await response.alert({ name: "B", labels: { slo: "shop/latency" }, group: "mine" });
    expect(told.incidents[0]?.id).toBe("INC-0001");
    const [one, two] = [{ alertname: "C" }, { alertname: "D" }];
    await response.receive(fromAlertmanager(one, NOW, "g"));
    const other = await response.receive(fromAlertmanager(two, NOW, "g"));
    expect(other.incidents[0]).toEqual({ id: "INC-0002", action: "updated" });
  });
});

describe("an alert that begins after a repair", () => {
  const first = { ...SLO, alertname: "ErrorBudgetBurn", tier: "page_fast", short: "5m" };
  const cases: readonly [what: string, status: string, labels: Readonly<Record<string, string>>, afterMs: number][] = [
    [
      "tells of what was before, by a slower tier",
      "monitoring",
      { ...first, tier: "page_slow", short: "30m" },
      5 * MINUTE,
    ],
    ["says that the budget is spent", "monitoring", { ...SLO, alertname: "ErrorBudgetExhausted" }, 5 * MINUTE],
    ["looks at the time since only", "investigating", { ...first, tier: "page_slow", short: "30m" }, 31 * MINUTE],
    ["is the same again", "investigating", first, MINUTE],
    ["is of another matter", "investigating", { ...SLO, alertname: "NoTarget" }, MINUTE],
    ["has a look-back that is none", "investigating", { ...first, tier: "x", short: "soon" }, MINUTE],
  ];
  it.each(cases)("%s: %s", async (_, status, labels, afterMs) => {
    const { clock, incidents, response } = responding();
    await response.receive(fromAlertmanager(first, NOW));
    await incidents.changeStatus("INC-0001", { to: "monitoring", by: "alerts" });
    clock.advance(afterMs);
    await response.receive(fromAlertmanager(labels, clock.now()));
    expect((await incidents.get("INC-0001")).status).toBe(status);
  });
});
