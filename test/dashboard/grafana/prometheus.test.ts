import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { grafanaDashboards, type GrafanaDashboards } from "../../../src/dashboard/grafana/dashboards.ts";
import { CONVENTIONS, type ConventionName } from "../../../src/rules/convention.ts";
import { generateRules } from "../../../src/rules/generate.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import { SLO_VERDICTS } from "../../../src/status/model.ts";
import { describeWithService } from "../../support/services.ts";
import { type Answered, type Running, startRunning, until } from "./running.ts";
import { type Asked, queriesOf, SLOS } from "./slos.ts";

const { slos } = parseSloDocument(SLOS);

/** Panels that have nothing to show for an SLO, by their titles: tiers that it does not have. */
function without(id: string): readonly string[] {
  const tiers = (...names: readonly string[]): string[] => names.map((name) => `Burn rate: ${name}`);
  const usual = ["page_fast", "page_slow", "ticket_fast", "ticket_slow"];
  if (id === "cart/quiet") return ["Alerts that fire", ...tiers(...usual, "tomorrow")];
  if (id === "cart/fine") return ["Alerts that fire", ...tiers("tomorrow"), "Exhausted in", "Time to exhaustion"];
  if (id === "cart/gone") {
    return [
      "Alerts that fire",
      "Burn-down through the window",
      ...tiers("tomorrow"),
      "Exhausted in",
      "Time to exhaustion",
    ];
  }
  if (id === "cart/own") return tiers("ticket_slow");
  // Its two pages look back equally far, and the more sensitive one is kept.
  return id === "cart/hour" ? tiers("page_fast", "tomorrow") : tiers("tomorrow");
}

/** With Grafana's variables filled in as Grafana does. */
function filledIn({ target }: Asked, chosen: Readonly<Record<string, string>>): string {
  const values: Readonly<Record<string, string>> = { __rate_interval: "2m", ...chosen };
  const expr = target.expr.replace(/\$(\w+)/g, (whole, name: string) => values[name] ?? whole);
  if (expr.includes("$")) throw new Error(`something is left to fill in: ${expr}`);
  return expr;
}

describeWithService(["prometheus", "promtool"], "what Grafana's dashboards ask a real Prometheus", (paths) => {
  let running: Running;
  let now = 0;

  /** As Grafana asks: a table or a figure once, a graph over the range that its panel shows. */
  async function asked(one: Asked, chosen: Readonly<Record<string, string>>): Promise<readonly Answered[]> {
    const query = filledIn(one, chosen);
    if (one.target.instant) return running.ask("query", { query, time: String(now) });
    const seconds = one.panel.timeFrom === undefined ? 8 : Number(chosen.seconds);
    const step = one.panel.timeFrom === undefined ? 4 : seconds / 20;
    return running.ask("query_range", { query, start: String(now - seconds), end: String(now), step: String(step) });
  }

  beforeAll(async () => {
    const files = CONVENTIONS.map((convention) => [
      `${convention}.yml`,
      generateRules(SLOS, { convention, interval: "1m" }).toYaml(),
    ]);
    running = await startRunning(paths, Object.fromEntries(files), { slos, jobs: ["shop", "cart"] });
    const count = async (query: string): Promise<number> =>
      Number((await running.ask("query", { query: `count(${query})` }))[0]?.value?.[1]);
    // What is evaluated last: budgets, and alerts.
    const last = [
      ["nines:slo_error_budget_remaining:ratio", 11],
      ["slo:period_error_budget_remaining:ratio", 11],
      ['count by (slo) (ALERTS{alertstate="firing",sloth_id=""})', 7],
      ['count by (slo) (ALERTS{alertstate="firing",sloth_id!=""})', 7],
    ] as const;
    await until(async () => {
      const counts = await Promise.all(last.map(([query]) => count(query)));
      return counts.every((found, index) => found >= (last[index]?.[1] ?? 0));
    }, "the rules have not recorded what they should");
    // Not before what was recorded last.
    now = Math.ceil(Date.now() / 1000);
  }, 60_000);

  afterAll(() => running.stop());

  describe.each(CONVENTIONS)("by the names of %s", (convention: ConventionName) => {
    let dashboards: GrafanaDashboards;
    beforeAll(() => {
      dashboards = grafanaDashboards(SLOS, { convention });
    });

    it("is there for all services", async () => {
      for (const one of queriesOf(dashboards.overview)) {
        const series = await asked(one, { service: ".+" });
        expect({ title: one.panel.title, found: series.length > 0 }).toEqual({ title: one.panel.title, found: true });
      }
    });

    it("has a row for each budget in the table, of the same labels in all columns", async () => {
      const rows = queriesOf(dashboards.overview).filter(({ panel }) => panel.type === "table");
      const keys = await Promise.all(
        rows.map(async (one) =>
          (await asked(one, { service: ".+" })).map(({ metric }) => JSON.stringify(metric)).sort(),
        ),
      );
      // Ten SLOs, of which one has two routes.
      expect(keys[0]).toHaveLength(11);
      const exhaustion = rows.findIndex(({ target }) => target.expr.includes("clamp_min"));
      for (const [index, key] of keys.entries()) {
        if (index === exhaustion) expect(keys[0]).toEqual(expect.arrayContaining(key));
        else expect(key).toEqual(keys[0]);
      }
    });

    it("tells each verdict as a status does", async () => {
      const state = queriesOf(dashboards.overview).find(({ panel }) => panel.type === "table");
      const verdicts = (await asked(state!, { service: ".+" })).map(({ metric, value }) => [
        metric[convention === "sloth" ? "sloth_slo" : "slo"]?.replace(/.*\//, ""),
        SLO_VERDICTS[Number(value?.[1])],
      ]);
      const others = verdicts.filter(([, verdict]) => verdict !== "critical").sort();
      expect(others).toEqual([
        ["fine", "healthy"],
        ["gone", "unknown"],
      ]);
      const figures = queriesOf(dashboards.overview).filter(({ panel }) => panel.type === "stat");
      const counts = await Promise.all(
        figures.map(async (one) => [one.panel.title, (await asked(one, { service: ".+" }))[0]?.value?.[1]] as const),
      );
      expect(Object.fromEntries(counts)).toMatchObject({
        "✗ Critical": "9",
        "? Unknown": "1",
        "! Warning": "0",
        "✓ Healthy": "1",
        SLOs: "11",
      });
    });

    it("burns down to what is left, at a pace from all to nothing, against the thresholds of the rules", async () => {
      const chosen = { service: "shop", slo: convention === "sloth" ? "errors" : "shop/errors", seconds: "7776000" };
      const last = async (title: string, refId = "A"): Promise<readonly number[]> => {
        const found = queriesOf(dashboards.detail).find(
          ({ panel, target }) => panel.title === title && target.refId === refId && panel.type === "timeseries",
        );
        const [series] = await asked(found!, chosen);
        const values = series?.values ?? [];
        return [values[0], values.at(-1)].map((point) => Number(point?.[1]));
      };
      const [, left] = await last("Budget left");
      const [, burnedDown] = await last("Burn-down through the window");
      // A quarter of the requests fail, where 2 % may.
      expect(left).toBeCloseTo(-11.5, 1);
      expect(burnedDown).toBeCloseTo(left ?? 0, 6);
      expect(await last("Burn-down through the window", "B")).toEqual([expect.closeTo(1, 3), expect.closeTo(0, 6)]);
      const factors = await Promise.all(
        ["page_fast", "page_slow", "ticket_fast", "ticket_slow"].map((name) => last(`Burn rate: ${name}`, "C")),
      );
      expect(factors.map(([factor]) => factor)).toEqual([43.2, 18, 9, 3]);
    });

    // What differs between the conventions does not differ between these and the others.
    const alike = convention === "sloth" ? ["shop/errors", "cart/fine", "cart/quiet"] : [];
    it.each(slos.filter(({ id }) => !alike.includes(id)).map((slo) => [slo.id, slo] as const))(
      "is there for %s",
      async (_id, slo) => {
        const name = convention === "sloth" ? slo.name : slo.id;
        const seconds = (slo.window.kind === "rolling" ? slo.window.durationMs : 0) / 1000;
        const chosen = { service: slo.service, slo: name, seconds: String(seconds) };
        const found = await Promise.all(
          queriesOf(dashboards.detail).map(async (one) => [one, (await asked(one, chosen)).length > 0] as const),
        );
        const missing = new Set(found.flatMap(([{ panel }, isThere]) => (isThere ? [] : [panel.title])));
        expect([...missing].sort()).toEqual([...without(slo.id)].sort());
      },
    );
  });
});
