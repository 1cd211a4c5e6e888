/** Generated rules, and Sloth's, over the stretches of life that rules of the field get wrong. */
import { expect, test } from "vitest";

import { generateRules } from "../../../src/rules/generate.ts";
import { type Answer, rehearse } from "../../proofs/support/rules-promtool.ts";
import { ninesSpec, slothRules } from "../../proofs/support/rules-sloth.ts";
import { describeWithService } from "../../support/services.ts";
import { remainingOf, type Scenario, SCENARIOS, secondsOf, seriesOf } from "./scenarios.ts";

interface Found {
  readonly remaining: number | undefined;
  readonly fires: readonly string[];
}

async function ask(
  promtool: string,
  scenario: Scenario,
  rules: string,
  names: { budget: string; fires: string },
): Promise<Found> {
  const end = secondsOf(scenario);
  const [remaining = [], firing = []] = await rehearse(promtool, {
    rules,
    series: seriesOf(scenario),
    stepSeconds: 30,
    evaluationSeconds: scenario.evaluationSeconds,
    asks: [
      // The last budget is worked out before or after the last part: two evaluations later it is after it.
      { expr: names.budget, atSeconds: end + 2 * scenario.evaluationSeconds },
      { expr: 'ALERTS{alertname="ErrorBudgetBurn",alertstate="firing"}', atSeconds: end },
    ],
  });
  const label = ({ labels }: Answer): string => labels[names.fires] ?? "";
  return { remaining: remaining[0]?.value, fires: [...new Set(firing.map(label))].sort() };
}

describeWithService(["promtool"], "rules over what is hard for them", ({ promtool = "" }) => {
  test.each(SCENARIOS)("$title", async (scenario) => {
    const rules = generateRules(ninesSpec("shop")).toYaml();
    const names = { budget: "nines:slo_error_budget_remaining:ratio", fires: "tier" };
    const found = await ask(promtool, scenario, rules, names);
    expect(found.fires).toEqual(scenario.fires);
    expect(found.remaining).toBeCloseTo(remainingOf(scenario), 6);
  });

  test.each(SCENARIOS)("Sloth: $title", async (scenario) => {
    const { rules } = await slothRules();
    const names = { budget: "slo:period_error_budget_remaining:ratio", fires: "sloth_severity" };
    const { remaining, fires } = await ask(promtool, scenario, rules, names);
    expect(fires).toEqual(scenario.sloth.fires);
    // As much as is needed to see that it is wrong; toEqual knows NaN, and nothing at all.
    const rounded = remaining === undefined ? undefined : Math.round(remaining * 10) / 10;
    const expected = scenario.sloth.remaining;
    expect(rounded).toEqual(expected);
  });
});
