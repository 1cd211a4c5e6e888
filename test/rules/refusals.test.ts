/** What options are refused, in its very words, and what is just possible. */
import { describe, expect, it } from "vitest";

import { alertmanagerRouting } from "../../src/rules/alertmanager.ts";
import { type RuleOptions, ruleSettings } from "../../src/rules/options.ts";
import { prometheusRule } from "../../src/rules/prometheus-rule.ts";
import type { Slo } from "../../src/slo/model.ts";
import { refused } from "./refused.ts";

const DURATION =
  "is not a duration; write whole numbers with units (y, w, d, h, m, s, ms), such as 30d, 1h30m or 200ms";

describe("options of generateRules", () => {
  const known =
    "file, convention, scrapeInterval, interval, minimumFailures, noData, runbookUrl, dashboardUrl, labels, target, calendarWindows";

  it.each<readonly [object, string]>([
    [{ every: "1m" }, `every: is no option of generateRules; allowed: ${known}`],
    [{ scrapeInterval: "999ms" }, 'scrapeInterval: "999ms" is out of range; allowed: 1s to 2m'],
    [{ scrapeInterval: "1s" }, ""],
    [{ scrapeInterval: "2m" }, ""],
    [{ scrapeInterval: "2m1s" }, 'scrapeInterval: "2m1s" is out of range; allowed: 1s to 2m'],
    [{ interval: "999ms" }, 'interval: "999ms" is out of range; allowed: 1s to 2m30s, a part of 5m'],
    [{ interval: "1s" }, ""],
    [{ interval: "2m30s" }, ""],
    [{ interval: "2m31s" }, 'interval: "2m31s" is out of range; allowed: 1s to 2m30s, a part of 5m'],
    [{ interval: "7s" }, 'interval: "7s" does not divide 5m; write one such as 30s or 1m'],
    [{ interval: "soon" }, `interval: "soon" ${DURATION}`],
    [{ minimumFailures: 1 }, ""],
    [{ minimumFailures: 0 }, "minimumFailures: 0 is not a number of failures; write a whole number from 1"],
    [{ minimumFailures: "5" }, 'minimumFailures: "5" is not a number of failures; write a whole number from 1'],
    [{ noData: "page" }, ""],
    [{ noData: false }, ""],
    [{ noData: "none" }, 'noData: "none" is not possible; allowed: page, ticket, false'],
    [{ convention: "sloths" }, 'convention: "sloths" is not possible; did you mean "sloth"? allowed: nines, sloth'],
    [{ calendarWindows: "refuse" }, ""],
    [
      { calendarWindows: "roll" },
      'calendarWindows: "roll" is not possible; did you mean "rolling"? allowed: refuse, rolling',
    ],
    [{ labels: { a: "b", severity: "x" } }, "labels.severity: is a label that the rules set themselves"],
    [{ labels: { a: 5 } }, "labels.a: 5 is not text"],
    [
      { labels: { "5": "a" } },
      'labels["5"]: "5" is not a name of a label; use letters, digits and _, not beginning with a digit or __',
    ],
    [
      { target: "{{ services }}" },
      'target: there is no {{ services }}; did you mean "service"? allowed: service, name, id',
    ],
    [{ dashboardUrl: "{{ toString }}" }, "dashboardUrl: there is no {{ toString }}; allowed: service, name, id"],
  ])("%j", (options, message) => {
    expect(refused(() => ruleSettings(options as RuleOptions))).toBe(message);
  });

  it("give texts for each SLO, and refuse what a function gives that is none", () => {
    const slo = { id: "shop/a", service: "shop", name: "a" } as Slo;
    const settings = ruleSettings({
      file: "slo.yaml",
      runbookUrl: () => 5 as unknown as string,
      dashboardUrl: () => undefined,
      target: "x{{name}}y{{ id }}z",
    });
    expect(refused(() => settings.runbookUrl(slo))).toBe(
      "runbookUrl: gives 5 for shop/a; it has to give text, or undefined",
    );
    expect([settings.file, settings.dashboardUrl(slo), settings.target(slo)]).toEqual([
      "slo.yaml",
      undefined,
      "xayshop/az",
    ]);
  });
});

describe("options of toPrometheusRule", () => {
  const NAME = "is no name in Kubernetes; use small letters, digits, - and ., at most 253 of them";

  it.each<readonly [object, string]>([
    [{ name: "slo.rules-1" }, ""],
    [{ name: "-slo" }, `name: "-slo" ${NAME}`],
    [{ name: undefined }, `name: undefined ${NAME}`],
    [{ namespace: undefined }, ""],
    [{ namespace: "Prod" }, `namespace: "Prod" ${NAME}`],
    [
      { namespaces: "a" },
      'namespaces: is no option of toPrometheusRule; did you mean "namespace"? allowed: name, namespace, labels',
    ],
    [{ labels: { "example.com/team": "a_b.C-d", empty: "" } }, ""],
    [{ labels: { "-team": "a" } }, 'labels["-team"]: "-team": "a" is no label of Kubernetes'],
    [
      { labels: { "Example.com/team": "a" } },
      'labels["Example.com/team"]: "Example.com/team": "a" is no label of Kubernetes',
    ],
    [{ labels: { team: "-a" } }, 'labels.team: "team": "-a" is no label of Kubernetes'],
    [{ labels: { team: 5 } }, 'labels.team: "team": 5 is no label of Kubernetes'],
  ])("%j", (options, message) => {
    expect(refused(() => prometheusRule([], { name: "slo", ...options }))).toBe(message);
  });
});

describe("options of alertmanagerRouting", () => {
  const known = "pager, tracker, fallback, convention, groupedBy, groupWait, groupInterval, repeatInterval";

  it.each<readonly [object, string]>([
    [{}, ""],
    [{ pager: "" }, 'pager: "" is no receiver; write the name of one'],
    [{ tracker: undefined }, "tracker: undefined is no receiver; write the name of one"],
    [{ fallback: 5 }, "fallback: 5 is no receiver; write the name of one"],
    [{ convention: "slot" }, 'convention: "slot" is not possible; allowed: nines, sloth'],
    [{ groupedBy: "a" }, 'groupedBy: "a" is not a list of labels'],
    [{ groupedBy: ["a", "_b1", "1c"] }, 'groupedBy: "1c" is no name of a label'],
    [{ groupedBy: ["a b"] }, 'groupedBy: "a b" is no name of a label'],
    [{ groupWait: "0s" }, ""],
    [{ groupWait: "x" }, `groupWait: "x" ${DURATION}`],
    [{ groupInterval: "0s" }, "groupInterval: 0 is not possible; write a duration such as 1m"],
    [{ groupInterval: "x" }, `groupInterval: "x" ${DURATION}`],
    [{ repeatInterval: "0m" }, "repeatInterval: 0 is not possible; write a duration such as 1m"],
    [
      { groupWaits: "1s" },
      `groupWaits: is no option of alertmanagerRouting; did you mean "groupWait"? allowed: ${known}`,
    ],
  ])("%j", (options, message) => {
    expect(refused(() => alertmanagerRouting({ pager: "a", tracker: "b", ...options }))).toBe(message);
  });

  it("stand where Alertmanager has them", () => {
    const told = { fallback: "c", groupedBy: ["d"], groupWait: "1s", groupInterval: "2m", repeatInterval: "3h" };
    const group_by = ["service", "slo", "alertname"];
    expect(alertmanagerRouting({ pager: "a", tracker: "b", ...told, convention: "sloth" })).toMatchObject({
      route: {
        receiver: "c",
        routes: [
          {
            receiver: "a",
            matchers: ['sloth_severity="page"'],
            group_by,
            group_wait: "1s",
            group_interval: "2m",
            repeat_interval: "3h",
          },
          { receiver: "b", matchers: ['sloth_severity="ticket"'], group_by, repeat_interval: "3d" },
        ],
      },
      inhibitRules: [
        {
          source_matchers: ['sloth_severity="page"', 'slo!=""'],
          target_matchers: ['sloth_severity="ticket"', 'slo!=""'],
          equal: ["service", "slo", "d"],
        },
      ],
    });
    expect(alertmanagerRouting({ pager: "a", tracker: "b" }).route).toEqual({
      receiver: "b",
      routes: [
        {
          receiver: "a",
          matchers: ['severity="page"'],
          group_by,
          group_wait: "30s",
          group_interval: "1m",
          repeat_interval: "4h",
        },
        { receiver: "b", matchers: ['severity="ticket"'], group_by, repeat_interval: "3d" },
      ],
    });
  });
});
