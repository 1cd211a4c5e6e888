import { describe, expect, it, vi } from "vitest";

import { ErrorBudgetManager } from "../../src/budget/manager.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";
import { alertOnBudgets } from "../../src/response/budget-alerts.ts";
import type { PlainAlert } from "../../src/response/alerts/plain.ts";

const NOW = Date.UTC(2026, 10, 22, 10);

function burning() {
  const clock = new ManualClock(NOW);
  const budget = new ErrorBudgetManager({ objective: "99.9%", window: "30d", clock });
  return { clock, budget };
}

describe("budgets as alerts", () => {
  it("makes one incident of all that one budget tells, and moves it on when the burning is over", async () => {
    const { clock, budget } = burning();
    const incidents = new IncidentManager({ clock });
    alertOnBudgets(budget, new AutomatedResponse({ incidents, clock }), { labels: { cluster: "eu" } });
    budget.addViolation({ timestamp: NOW - 60 * 60_000, minutes: 60 });
    budget.evaluate();
    const opened = await vi.waitFor(async () => {
      const incident = await incidents.get("INC-0001");
      expect(incident.firing).toBeGreaterThan(3);
      expect(incident.alerts.size).toBe(incident.firing);
      expect([...incident.alerts.values()].map(({ labels }) => labels.alertname)).toContain("ErrorBudgetExhausted");
      return incident;
    });
    expect(opened).toMatchObject({ status: "investigating", severity: "SEV2" });
    expect(
      [...opened.alerts.values()].map(({ labels }) => [labels.alertname, labels.severity, labels.cluster]),
    ).toEqual(
      expect.arrayContaining([
        ["ErrorBudgetBurn", "page", "eu"],
        ["ErrorBudgetBurn", "ticket", "eu"],
        ["ErrorBudgetExhausted", "ticket", "eu"],
      ]),
    );
    clock.advance(31 * 86_400_000);
    budget.evaluate();
    await vi.waitFor(async () => {
      expect(await incidents.get("INC-0001")).toMatchObject({ status: "monitoring", firing: 0 });
    });
    await expect(incidents.get("INC-0002")).rejects.toThrow("there is no incident");
  });

  it("hands alerts on in their order, and goes on after one that could not be stored", async () => {
    const { clock, budget } = burning();
    const taken: string[] = [];
    const told: string[] = [];
    const alert = async ({ name, status }: PlainAlert): Promise<void> => {
      await Promise.resolve();
      taken.push(`${name} ${status ?? ""}`);
      if (taken.length === 1) throw new Error("the store is away");
    };
    const logger = { warn: () => undefined, error: (message: string) => void told.push(message) };
    const stop = alertOnBudgets(budget, { alert }, { logger });
    budget.addViolation({ timestamp: NOW - 60 * 60_000, minutes: 60 });
    budget.evaluate();
    clock.advance(31 * 86_400_000);
    budget.evaluate();
    await settled();
    expect(told).toEqual(["the alert ErrorBudgetBurn could not be handed on"]);
    const firing = taken.filter((each) => each.endsWith("firing"));
    expect(firing.length).toBeGreaterThan(1);
    expect(taken.slice(firing.length)).toEqual(firing.map((each) => each.replace("firing", "resolved")));

    stop();
    budget.addViolation({ timestamp: clock.now() - 60 * 60_000, minutes: 60 });
    budget.evaluate();
    await settled();
    expect(taken).toHaveLength(2 * firing.length);
  });
});

it("has what the SLO's alerting says, as the rules have it", async () => {
  const { budget } = burning();
  const alerting = {
    name: "ShopBurn",
    labels: { team: "of {{ $labels.service }}" },
    annotations: { note: "{{ $value }} times", other: '{{ printf "%.1f" $value }}' },
    page: { labels: { pager: "x" } },
    runbookUrl: "https://rb.example/shop",
    dashboardUrl: "https://d.example",
  };
  const slos = { slos: [{ id: "budget", alerting }] };
  const taken: PlainAlert[] = [];
  const work: Promise<unknown>[] = [];
  const taker = {
    alert: async (alert: PlainAlert) => void taken.push(alert),
    waitFor: (one: Promise<unknown>) => void work.push(one),
  };
  alertOnBudgets({ slos, on: (...given) => budget.on(...given) }, taker, { labels: { service: "shop" } });
  budget.addViolation({ timestamp: NOW - 60 * 60_000, minutes: 60 });
  budget.evaluate();
  await Promise.all(work);
  const links = { runbook_url: "https://rb.example/shop", dashboard_url: "https://d.example" };
  expect(taken[0]).toMatchObject({
    name: "ShopBurn",
    labels: {
      slo: "budget",
      severity: "page",
      team: "of shop",
      pager: "x",
      long: "1h",
      short: "5m",
      factor: "14.4",
      window: "1h",
    },
    annotations: { summary: "budget burns its error budget", other: '{{ printf "%.1f" $value }}', ...links },
  });
  expect(taken[0]?.annotations?.note).toMatch(/^[\d.e+]+ times$/);
  const exhausted = taken.find(({ name }) => name === "ErrorBudgetExhausted");
  expect(exhausted?.labels).toEqual({ slo: "budget", service: "shop", severity: "ticket", team: "of shop" });
  expect(exhausted?.annotations).toMatchObject({ note: "{{ $value }} times", ...links });
});

it("is waited for by drain", async () => {
  const { clock, budget } = burning();
  const incidents = new IncidentManager({ clock });
  const response = new AutomatedResponse({ incidents, clock });
  alertOnBudgets(budget, response);
  budget.addViolation({ timestamp: NOW - 60 * 60_000, minutes: 60 });
  budget.evaluate();
  await response.drain();
  expect((await incidents.get("INC-0001")).firing).toBeGreaterThan(3);
});

it("refuses what has no events, and takes no alerts", () => {
  const taker = { alert: async () => undefined };
  expect(() => alertOnBudgets(undefined as never, taker)).toThrow("budgets: null has no method on()");
  expect(() => alertOnBudgets(burning().budget, undefined as never)).toThrow("response: null has no method alert()");
  expect(() => alertOnBudgets(burning().budget, taker, { label: {} } as never)).toThrow('did you mean "labels"?');
});

async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}
