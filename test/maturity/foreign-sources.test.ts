import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { parseYaml } from "../../src/core/yaml/yaml.ts";
import { MaturityModel } from "../../src/maturity/maturity-model.ts";
import type { MaturitySources } from "../../src/maturity/sources.ts";
import { generateRules } from "../../src/rules/generate.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { ROOT } from "../support/spawn.ts";
import { AT } from "./support.ts";

const shop = (alerting: object = {}) =>
  parseSloDocument({
    service_level_objectives: {
      shop: { availability: { target: "99.9%", measurement_window: "30d", ...alerting } },
    },
  });

/** How criteria stand, over an answer yes. */
async function standing(sources: MaturitySources, ...ids: readonly string[]): Promise<readonly string[]> {
  const answers = { by: "ann", at: AT, answers: Object.fromEntries(ids.map((id) => [id, "yes" as const])) };
  const { criteria } = await new MaturityModel({ sources, answers }).assess({ at: AT });
  return ids.map((id) => {
    const one = criteria.find((criterion) => criterion.id === id);
    return `${String(one?.state)}, ${String(one?.source)}: ${String(one?.text)}`;
  });
}

describe("rules", () => {
  test("of a manifest of the Prometheus operator are read", async () => {
    const slos = shop();
    const manifest = generateRules(slos).toPrometheusRule({ name: "shop" });
    const rules = parseYaml(manifest).value as NonNullable<MaturitySources["rules"]>;
    expect(await standing({ slos, rules }, "paging", "burn_rate_alerts")).toEqual([
      "met, evidence: 2 of 6 alerts page somebody",
      "met, evidence: 1 of 1 SLO has alerts on the burn rate",
    ]);
  });

  test.each([[{}], [null], [5], ["groups: []"], [[]], [{ spec: {} }], [{ spec: null }], [{ groups: {} }]])(
    "%j are no rules, and so no proof that there are none",
    (rules) => {
      expect(() => new MaturityModel({ sources: { rules: rules as never } })).toThrow(
        /^sources\.rules: .* has no list of groups; give what generateRules gives, a rule file as it is parsed, or a/,
      );
    },
  );

  test("that throw, or lose their groups later, make what they tell of unknown", async () => {
    const throwing = {
      get groups(): never {
        throw new Error("a secret of the house");
      },
    };
    expect(await standing({ rules: throwing }, "paging")).toEqual([
      expect.stringMatching(/^met, answer: .*\(not seen: the rules could not be read: Error\)$/),
    ]);
    const rules: { groups: unknown } = { groups: [] };
    const model = new MaturityModel({ sources: { rules: rules as never } });
    rules.groups = undefined;
    const { paging } = await model.collect();
    expect(paging).toEqual({ share: undefined, text: "the rules could not be read: TypeError" });
  });

  test("that Sloth has written are known by its labels, and by the SLO that their expressions name", async () => {
    const file = readFileSync(join(ROOT, "test", "data", "rules", "sloth", "getting-started.rules.yml"), "utf8");
    const rules = parseYaml(file).value as NonNullable<MaturitySources["rules"]>;
    const theirs = { id: "myservice/requests-availability", service: "myservice", kind: "availability" };
    const slos = { services: ["myservice"], slos: [theirs] };
    expect(await standing({ slos, rules }, "paging", "burn_rate_alerts")).toEqual([
      "met, evidence: 1 of 2 alerts page somebody",
      "met, evidence: 1 of 1 SLO has alerts on the burn rate",
    ]);
    const more = { ...slos, slos: [theirs, { ...theirs, id: "myservice/latency" }] };
    expect(await standing({ slos: more, rules }, "burn_rate_alerts")).toEqual([
      "partly, evidence: 1 of 2 SLOs have alerts on the burn rate; without: myservice/latency",
    ]);
  });

  test("with the id of Sloth as a label are known by it", async () => {
    const labels = { sloth_id: "shop-availability", sloth_severity: "page" };
    const rules = { groups: [{ rules: [{ alert: "ShopBurns", labels }] }] };
    expect(await standing({ slos: shop(), rules }, "burn_rate_alerts")).toEqual([
      "met, evidence: 1 of 1 SLO has alerts on the burn rate",
    ]);
  });

  test("of others, of which none can be read, leave alerts on the burn rate to the answer", async () => {
    const rules = { groups: [{ rules: [{ alert: "ErrorBudgetBurn", labels: { slo: "shop", factor_of: "14" } }] }] };
    const [burning] = await standing({ slos: shop(), rules }, "burn_rate_alerts");
    expect(burning).toMatch(
      /^met, answer: .*\(not seen: none of 1 alert can be read as one on the burn rate, of nines or of Sloth\)$/,
    );
    // No alert at all is none on the burn rate.
    expect(await standing({ slos: shop(), rules: { groups: [] } }, "burn_rate_alerts")).toEqual([
      "not_met, evidence: 0 of 1 SLO has alerts on the burn rate; without: shop/availability",
    ]);
  });

  test("page by their tier, too, whatever the house calls the severity", async () => {
    const slos = shop({ alerting: { page: { labels: { severity: "pageteam" } } } });
    expect(await standing({ slos, rules: generateRules(slos) }, "paging")).toEqual([
      "met, evidence: 2 of 6 alerts page somebody",
    ]);
    const others = { groups: [{ rules: [{ alert: "Slow", labels: { severity: "warning", tier: 1 } }] }] };
    expect(await standing({ rules: others as never }, "paging")).toEqual([
      "partly, evidence: 0 of 1 alert pages somebody",
    ]);
  });
});

test("a schedule that answers no list of gaps is no proof that somebody is on call", async () => {
  for (const gaps of [() => undefined, () => null, () => 5, () => Promise.reject(new Error("no"))]) {
    const { on_call: found } = await new MaturityModel({ sources: { onCall: { gaps } as never } }).collect();
    expect(found?.share).toBeUndefined();
    expect(found?.text).toMatch(/^the schedule (?:has answered nonsense|could not be read: Error)$/);
  }
});
