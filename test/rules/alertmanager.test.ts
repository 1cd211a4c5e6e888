import { describe, expect, it } from "vitest";

import { parseYaml } from "../../src/core/yaml/yaml.ts";
import { alertmanagerRouting, type RoutingOptions } from "../../src/rules/alertmanager.ts";
import { describeWithService } from "../support/services.ts";
import { startAlertmanager } from "./e2e/programs.ts";

describe("routing for Alertmanager", () => {
  it("sends pages to the pager, tickets to the tracker, and the rest where it is told", () => {
    const { route } = alertmanagerRouting({ pager: "pagerduty", tracker: "jira", fallback: "mail" });
    expect(route).toMatchObject({
      receiver: "mail",
      routes: [
        { receiver: "pagerduty", matchers: ['severity="page"'], group_wait: "30s", repeat_interval: "4h" },
        { receiver: "jira", matchers: ['severity="ticket"'], repeat_interval: "3d" },
      ],
    });
    expect(alertmanagerRouting({ pager: "pagerduty", tracker: "jira" }).route).toMatchObject({ receiver: "jira" });
  });

  it("has a page hide the tickets of the same SLO and, where it is grouped, of the same value", () => {
    const { inhibitRules } = alertmanagerRouting({ pager: "a", tracker: "b", groupedBy: ["cluster"] });
    expect(inhibitRules).toEqual([
      {
        source_matchers: ['severity="page"', 'slo!=""'],
        target_matchers: ['severity="ticket"', 'slo!=""'],
        equal: ["service", "slo", "cluster"],
      },
    ]);
  });

  it("goes by the severities of Sloth where the rules do", () => {
    const { yaml } = alertmanagerRouting({ pager: "a", tracker: "b", convention: "sloth" });
    expect(yaml).toContain(`sloth_severity="page"`);
    expect(yaml).not.toMatch(/'severity/);
  });

  it("is the same as values and as YAML", () => {
    const { route, inhibitRules, yaml } = alertmanagerRouting({ pager: 'a "b": c', tracker: "no", groupWait: "1m" });
    expect(parseYaml(yaml).value).toEqual({ route, inhibit_rules: inhibitRules });
  });

  it.each<readonly [object, string]>([
    [{ tracker: "b" }, "pager: undefined is no receiver; write the name of one"],
    [{ pager: " ", tracker: "b" }, 'pager: " " is no receiver'],
    [{ pager: "a", tracker: 5 }, "tracker: 5 is no receiver"],
    [{ pager: "a", tracker: "b", fallback: "" }, 'fallback: "" is no receiver'],
    [{ pager: "a", tracker: "b", convention: "x" }, 'convention: "x" is not possible; allowed: nines, sloth'],
    [{ pager: "a", tracker: "b", groupedBy: ["a-b"] }, 'groupedBy: "a-b" is no name of a label'],
    [{ pager: "a", tracker: "b", groupWait: "soon" }, 'groupWait: "soon" is not a duration'],
    [{ pager: "a", tracker: "b", repeatInterval: 4 }, "repeatInterval: 4 is not a duration"],
    [{ pager: "a", tracker: "b", repeat: "4h" }, "repeat: is no option of alertmanagerRouting"],
    // A list is meant; its letters would be labels.
    [{ pager: "a", tracker: "b", groupedBy: "cluster" }, "groupedBy"],
    // Alertmanager does not start with it.
    [{ pager: "a", tracker: "b", repeatInterval: "0s" }, "repeatInterval"],
  ])("refuses %j: %s", (options, message) => {
    expect(() => alertmanagerRouting(options as RoutingOptions)).toThrow(message);
  });
});

describeWithService(["alertmanager"], "a real Alertmanager", ({ alertmanager = "" }) => {
  it.each<readonly [string, Partial<RoutingOptions>]>([
    ["usual", {}],
    ["Sloth's", { convention: "sloth", groupedBy: ["cluster", "route"], groupWait: "0s", repeatInterval: "1h30m" }],
  ])("takes the %s routing", { timeout: 40_000 }, async (_, options) => {
    const { route, inhibitRules } = alertmanagerRouting({ pager: "pager", tracker: "tracker", ...options });
    const receivers = [{ name: "pager" }, { name: "tracker" }];
    const running = await startAlertmanager(alertmanager, { route, inhibit_rules: inhibitRules, receivers });
    const answer = await fetch(`${running.url}/api/v2/status`);
    const { config } = (await answer.json()) as { config: { original: string } };
    await running.stop();
    expect(config.original).toContain("target_matchers");
  });
});
