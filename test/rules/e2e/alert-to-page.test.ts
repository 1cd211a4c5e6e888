import { afterEach, describe, expect, it, vi } from "vitest";

import { alertmanagerRouting } from "../../../src/rules/alertmanager.ts";
import { generateRules } from "../../../src/rules/generate.ts";
import type { Incident } from "../../../src/incident/model.ts";
import { describeWithService } from "../../support/services.ts";
import { prometheuses, type RunningProgram, startAlertmanager, startPrometheus } from "./programs.ts";
import { type Receivers, startReceivers } from "./receivers.ts";
import { type Shop, startShop } from "./shop.ts";

const DOCUMENT = `
service_level_objectives:
  shop:
    availability:
      target: 99.9%
      measurement_window: 1h
      title: The shop answers
      description: Ask the {{ team }} of the shop.
      labels: { team: shop }
      alerting:
        runbook: https://runbooks.example/shop
        dashboard: https://dashboards.example/{{$labels.slo}}
        labels: { team: shop }
`;
const PATIENCE = { timeout: 30_000, interval: 100 };

interface Json {
  readonly [name: string]: Json;
}

describeWithService(["prometheus", "alertmanager"], "from a failing service to a page", ({ alertmanager = "" }) => {
  const running: Array<{ readonly stop: () => Promise<void> }> = [];
  const started = async <Part extends { readonly stop: () => Promise<void> }>(part: Promise<Part>): Promise<Part> => {
    const one = await part;
    running.push(one);
    return one;
  };
  let shop: Shop;
  let receivers: Receivers;
  let alerts: RunningProgram;
  let prometheus: RunningProgram;

  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.stop()));
  });

  async function startAll(program: string): Promise<void> {
    shop = await started(startShop());
    receivers = await started(startReceivers());
    const { route, inhibitRules } = alertmanagerRouting({
      pager: "pager",
      tracker: "tracker",
      groupWait: "1s",
      groupInterval: "1s",
    });
    const config = {
      route: { ...route, group_interval: "1s" },
      inhibit_rules: inhibitRules,
      receivers: receivers.config,
    };
    alerts = await started(startAlertmanager(alertmanager, config));
    const rules = generateRules(DOCUMENT, { scrapeInterval: "1s", interval: "1s" }).toYaml();
    prometheus = await started(startPrometheus(program, { target: shop.target, rules, alertmanager: alerts.url }));
  }

  async function asked(url: string): Promise<Json> {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url} answered ${String(answer.status)}: ${await answer.text()}`);
    return (await answer.json()) as Json;
  }

  /** Alerts of Prometheus, as `name tier state`. */
  async function alerting(): Promise<string[]> {
    const { data } = await asked(`${prometheus.url}/api/v1/alerts`);
    const listed = data?.alerts as unknown as Array<{ labels: Record<string, string>; state: string }>;
    return listed.map(({ labels, state }) => {
      return `${String(labels.alertname)} ${String(labels.tier ?? labels.reason)} ${state}`;
    });
  }

  /** Requests in the last 8 seconds, as recorded. */
  async function events(): Promise<number> {
    const query = encodeURIComponent('nines:slo_events:increase{slo="shop/availability",window="8s"}');
    const { data } = await asked(`${prometheus.url}/api/v1/query?query=${query}`);
    const [first] = data?.result as unknown as Array<{ value: [number, string] }>;
    return Number(first?.value[1] ?? 0);
  }

  /** Tickets that Alertmanager has, and whether a page hides them. */
  async function tickets(): Promise<string[]> {
    const listed = (await asked(`${alerts.url}/api/v2/alerts?filter=severity%3D%22ticket%22`)) as unknown as Array<{
      labels: Record<string, string>;
      status: { state: string; inhibitedBy: string[] };
    }>;
    return listed.map(({ labels, status }) => {
      return `${String(labels.tier)} ${status.state} by ${String(Math.min(1, status.inhibitedBy.length))}`;
    });
  }

  async function incident(): Promise<Incident | undefined> {
    for await (const { id } of receivers.incidents.list()) return receivers.incidents.get(id);
    return undefined;
  }

  const told = (path: string, status: "firing" | "resolved"): Receivers["messages"] =>
    receivers.messages.filter((message) => message.path === path && message.status === status);

  describe.each(prometheuses())("by %s", (program) => {
    it(
      "is quiet, pages with all that one needs, hides the ticket, and says when it is over",
      { timeout: 90_000 },
      async () => {
        await startAll(program);
        await vi.waitUntil(async () => (await events()) > 50, PATIENCE);
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        expect(await alerting()).toEqual([]);
        expect(receivers.messages).toEqual([]);

        shop.fails = true;
        await vi.waitUntil(() => told("/pager", "firing").length > 0, PATIENCE);
        const [page] = told("/pager", "firing")[0]?.alerts ?? [];
        expect(page?.labels).toEqual({
          alertname: "ErrorBudgetBurn",
          service: "shop",
          slo: "shop/availability",
          tier: page?.labels.tier,
          long: page?.labels.tier === "page_fast" ? "8s" : "30s",
          short: "4s",
          factor: page?.labels.tier === "page_fast" ? "14.4" : "6",
          severity: "page",
          team: "shop",
        });
        expect(page?.annotations).toMatchObject({
          runbook_url: "https://runbooks.example/shop",
          dashboard_url: "https://dashboards.example/shop/availability",
        });
        expect(page?.annotations.summary).toMatch(
          /^The shop answers burns its error budget at \d+\.\d times the pace that it can afford$/,
        );
        expect(page?.annotations.description).toMatch(
          /^Promised over 1h: objective 99\.9%\. In the last .* times as many failed as that allows \([\d.]+% of all\).* Ask the \{\{ team \}\} of the shop\.$/,
        );
        const rendered = Object.values(page?.annotations ?? {}).join("\n");
        expect(rendered.replace("{{ team }}", "")).not.toMatch(/\{\{|<no value>|<error|%!|undefined|NaN/);

        await vi.waitUntil(async () => (await incident())?.status === "investigating", PATIENCE);
        expect(await incident()).toMatchObject({
          severity: "SEV1",
          roles: { commander: { person: "ann" } },
          runbook: "https://runbooks.example/shop",
        });
        await vi.waitUntil(
          async () => (await tickets()).some((ticket) => ticket === "ticket_fast suppressed by 1"),
          PATIENCE,
        );
        expect(told("/tracker", "firing")).toEqual([]);

        shop.fails = false;
        await vi.waitUntil(() => told("/pager", "resolved").length > 0, PATIENCE);
        await vi.waitUntil(async () => (await incident())?.status === "resolved", PATIENCE);

        await shop.stop();
        running.splice(0, 1);
        await vi.waitUntil(async () => (await alerting()).includes("SloNoData target_down pending"), PATIENCE);
      },
    );
  });
});
