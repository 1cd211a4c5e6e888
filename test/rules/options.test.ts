import { describe, expect, it } from "vitest";

import { generateRules } from "../../src/rules/generate.ts";
import { type RuleOptions, ruleSettings } from "../../src/rules/options.ts";
import type { Slo } from "../../src/slo/model.ts";

const SLO = { id: "shop/front.page", service: "shop", name: "front.page" } as Slo;

describe("options of generateRules", () => {
  it("have defaults", () => {
    const settings = ruleSettings({});
    expect(settings).toMatchObject({
      convention: "nines",
      scrapeIntervalMs: 30_000,
      interval: "1m",
      minimumFailures: 5,
      noData: "ticket",
      labels: {},
      calendarWindows: "refuse",
    });
    expect([settings.runbookUrl(SLO), settings.dashboardUrl(SLO), settings.target(SLO)]).toEqual([
      undefined,
      undefined,
      'job="shop"',
    ]);
  });

  it("fill in the service, the name and the id, or ask a function", () => {
    const template = ruleSettings({ runbookUrl: "https://r.example/{{ service }}/{{name}}?id={{ id }}" });
    expect(template.runbookUrl(SLO)).toBe("https://r.example/shop/front.page?id=shop/front.page");
    const asked = ruleSettings({ target: ({ service }) => `app="${service}"` });
    expect(asked.target(SLO)).toBe('app="shop"');
  });

  it.each<readonly [unknown, string]>([
    [5, "generateRules takes an object of options, not 5"],
    [[], "generateRules takes an object of options, not a list"],
    [{ scrape_interval: "30s" }, 'scrape_interval: is no option of generateRules; did you mean "scrapeInterval"?'],
    [{ convention: "pyrra" }, 'convention: "pyrra" is not possible; allowed: nines, sloth'],
    [{ convention: "slot" }, 'convention: "slot" is not possible; did you mean "sloth"? allowed: nines, sloth'],
    [{ scrapeInterval: "500ms" }, 'scrapeInterval: "500ms" is out of range; allowed: 1s to 2m'],
    [{ scrapeInterval: "6m" }, 'scrapeInterval: "6m" is out of range; allowed: 1s to 2m'],
    [{ scrapeInterval: 30 }, "scrapeInterval: 30 is not a duration; write whole numbers with units"],
    [{ interval: "3m" }, 'interval: "3m" is out of range; allowed: 1s to 2m'],
    [{ interval: "" }, 'interval: "" is not a duration'],
    [{ minimumFailures: 0 }, "minimumFailures: 0 is not a number of failures; write a whole number from 1"],
    [{ minimumFailures: 1.5 }, "minimumFailures: 1.5 is not a number of failures"],
    [{ noData: "never" }, 'noData: "never" is not possible; allowed: page, ticket, false'],
    [{ noData: true }, "noData: true is not possible; allowed: page, ticket, false"],
    [{ noData: "false" }, 'noData: "false" is not possible; allowed: page, ticket, false'],
    [{ interval: "45s" }, 'interval: "45s" does not divide 5m; write one such as 30s or 1m'],
    [{ interval: "2m" }, 'interval: "2m" does not divide 5m'],
    [{ calendarWindows: "roll" }, 'calendarWindows: "roll" is not possible'],
    [{ runbookUrl: "https://r.example/{{ team }}" }, "runbookUrl: there is no {{ team }}; allowed: service, name, id"],
    [{ runbookUrl: "https://r.example/{{ service" }, "runbookUrl: "],
    [{ dashboardUrl: "{{#service}}a{{/service}}" }, "dashboardUrl: "],
    [{ runbookUrl: 5 }, "runbookUrl: 5 is no text"],
    [{ target: "{{ job }}" }, "target: there is no {{ job }}; allowed: service, name, id"],
    // What Prometheus would refuse the whole file for.
    [{ labels: { "my-team": "shop" } }, 'labels.my-team: "my-team" is not a name of a label'],
    [{ labels: { service: "cart" } }, "labels.service: is a label that the rules set themselves"],
    [{ labels: ["a"] }, '"0" is not a name of a label'],
    [{ labels: { a: 5 } }, "labels.a: 5 is not text"],
    [{ labels: { __name__: "a" } }, "labels.__name__"],
  ])("%j are refused: %s", (options, message) => {
    expect(() => ruleSettings(options as RuleOptions)).toThrow(message);
  });

  it("have a target that is no list of matchers told with the SLO's place", () => {
    const document = "service_level_objectives:\n  shop:\n    availability: { target: 99%, measurement_window: 30d }\n";
    const withTarget =
      (target: string): (() => unknown) =>
      () =>
        generateRules(document, { target, file: "slo.yaml" });
    expect(withTarget("job=shop")).toThrow(
      /slo\.yaml:3:\d+ service_level_objectives\.shop\.availability: the target job=shop/,
    );
    expect(withTarget('job="a"} or up{')).toThrow("is not a list of matchers");
    expect(withTarget('job="a", region=~"eu-.*"')).not.toThrow();
  });

  it("have labels whose braces arrive as they are", () => {
    const document = {
      service_level_objectives: { shop: { availability: { target: "99%", measurement_window: "30d" } } },
    };
    const yaml = generateRules(document, { labels: { note: "{{ nothing }}" } }).toYaml();
    expect(yaml).toContain(String.raw`note: "{{ \"{{\" }} nothing }}"`);
  });
});
