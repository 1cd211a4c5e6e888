import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseYaml } from "../../../src/core/yaml/yaml.ts";
import { grafanaDashboards } from "../../../src/dashboard/grafana/dashboards.ts";
import { grafanaConfigMap, grafanaDashboardFiles } from "../../../src/dashboard/grafana/files.ts";
import type { GrafanaDashboard } from "../../../src/dashboard/grafana/model.ts";
import type { GrafanaDashboardOptions } from "../../../src/dashboard/grafana/options.ts";
import { CONVENTIONS } from "../../../src/rules/convention.ts";
import { generateRules } from "../../../src/rules/generate.ts";
import { readPromql } from "../../../src/rules/promql/read.ts";
import { panelsOf, queriesOf, SLOS } from "./slos.ts";
import type { SloDocumentInput } from "../../../src/slo/written.ts";

const both = (options: GrafanaDashboardOptions): readonly GrafanaDashboard[] => {
  const { overview, detail } = grafanaDashboards(SLOS, options);
  return [overview, detail];
};
const LINES = CONVENTIONS.flatMap((convention) => {
  const { overview, detail } = grafanaDashboards(SLOS, { convention });
  return [
    { convention, kind: "overview", dashboard: overview },
    { convention, kind: "detail", dashboard: detail },
  ];
});

describe.each(LINES)("the $kind by the names of $convention", ({ kind, convention, dashboard }) => {
  it("has panels with ids of their own, side by side", () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    const cells = new Set<string>();
    for (const { gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(cells.has(`${String(x)},${String(y)}`)).toBe(false);
          cells.add(`${String(x)},${String(y)}`);
        }
      }
    }
  });

  it("says of each panel what it shows, in which unit", () => {
    for (const panel of panelsOf(dashboard)) {
      expect(panel).toMatchObject({ title: expect.stringMatching(/\S/), description: expect.stringMatching(/\.$/) });
      if (panel.type !== "table") expect(panel.fieldConfig.defaults.unit).toEqual(expect.any(String));
      const refIds = panel.targets.map(({ refId }) => refId);
      expect(new Set(refIds).size).toBe(refIds.length);
    }
    const titles = panelsOf(dashboard).map(({ title, type }) => `${title} ${type}`);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it("asks the Prometheus that is chosen, and no other", () => {
    for (const panel of panelsOf(dashboard)) expect(panel.datasource.uid).toBe("${datasource}");
    const ofVariables = dashboard.templating.list.flatMap(({ datasource }) => datasource?.uid ?? []);
    expect(new Set(ofVariables)).toEqual(new Set(["${datasource}"]));
    const known = new Set(dashboard.templating.list.map(({ name }) => name));
    const used = [...JSON.stringify(dashboard).matchAll(/\$(?:\{(\w+)|([a-z]\w*))/g)].map(
      ([, one, other]) => one ?? other,
    );
    for (const name of used) if (name?.startsWith("__") === false) expect(known).toContain(name);
  });

  it("asks in PromQL, of what the rules record and services publish", () => {
    const recorded = new Set(
      generateRules(SLOS, { convention })
        .groups.flatMap(({ rules }) => rules)
        .flatMap((rule) => ("record" in rule ? [rule.record] : [])),
    );
    const published = /^(?:http_|service_|ALERTS)/;
    for (const { target } of queriesOf(dashboard)) {
      const expr = target.expr.replaceAll("$__rate_interval", "1m");
      expect(readPromql(expr)).not.toHaveProperty("fault");
      for (const [, metric = ""] of expr.matchAll(/([\w:]+)\{/g)) {
        expect(recorded.has(metric) || published.test(metric)).toBe(true);
      }
    }
  });

  it("marks incidents, deployments and chaos, by the tags that are written", () => {
    const tags = dashboard.annotations.list.map(({ target }) => target.tags);
    const ofService = kind === "detail" ? ["$service"] : [];
    expect(tags).toEqual([["incident", ...ofService], ["deployment", ...ofService], ["chaos"]]);
    expect(new Set(dashboard.annotations.list.map(({ datasource }) => datasource.uid))).toEqual(
      new Set(["-- Grafana --"]),
    );
  });

  it("has a name that stays, and fits", () => {
    expect(dashboard.uid).toBe(convention === "sloth" ? `nines-sloth-${kind}` : `nines-${kind}`);
    expect(both({ convention, uid: "a".repeat(31) }).every(({ uid }) => uid.length <= 40)).toBe(true);
    expect(grafanaDashboards(SLOS, { convention })).toEqual(grafanaDashboards(SLOS, { convention }));
  });
});

describe("the overview", () => {
  it("leads from a row to its SLO, and back", () => {
    const { overview, detail } = grafanaDashboards(SLOS, { uid: "ops" });
    const table = panelsOf(overview).find(({ type }) => type === "table");
    const links = table?.fieldConfig.overrides.filter(({ properties }) => properties.some(({ id }) => id === "links"));
    expect(links?.map(({ matcher }) => matcher.options)).toEqual(["Service", "SLO"]);
    expect(JSON.stringify(links)).toContain(`/d/${detail.uid}?\${datasource:queryparam}&var-service=`);
    expect(detail.links[0]?.url).toBe(`/d/${overview.uid}`);
  });

  it("has a column for what SLOs are grouped by, and none for what Sloth's convention puts on every series", () => {
    const { overview } = grafanaDashboards(SLOS, { convention: "sloth" });
    const organize = panelsOf(overview).find(({ type }) => type === "table")?.transformations?.[1]?.options;
    expect(organize).toMatchObject({
      excludeByName: { Time: true, sloth_id: true, owner: true },
      renameByName: { sloth_service: "Service", sloth_slo: "SLO", route: "route", "Value #A": "State" },
    });
  });

  it("says every verdict in words", () => {
    const text = JSON.stringify(grafanaDashboards(SLOS).overview);
    for (const word of ["healthy", "warning", "unknown", "critical"])
      expect(text).toMatch(new RegExp(`"text":"\\S ${word}"`));
  });
});

describe("expressions of SLOs that differ", () => {
  const slo = (name: string, window: string, more = ""): string =>
    `    ${name}: { kind: availability, target: 99%, measurement_window: ${window}${more} }\n`;
  const factor = (text: string): string => {
    const { detail } = grafanaDashboards(`service_level_objectives:\n  shop:\n${text}`);
    const panel = panelsOf(detail).find(({ title }) => title === "Burn rate: page_fast");
    return panel?.targets[2]?.expr ?? "";
  };

  it("are one where none differs, also for SLOs to come", () => {
    expect(factor(slo("a", "30d") + slo("b", "30d"))).toBe(
      '14.4 + 0 * nines:slo_objective:ratio{service="$service",slo="$slo"}',
    );
  });

  it("tell apart those that do: each is asked for once", () => {
    const text = factor(
      slo("a", "30d") + slo("b.c", "90d") + slo("d", "30d") + slo("e", "30d", ", alerting: { page: false }"),
    );
    expect(text).toBe(
      [
        '14.4 + 0 * nines:slo_objective:ratio{service="$service",slo="$slo",slo!~"shop/b\\\\.c|shop/e"}',
        '43.2 + 0 * nines:slo_objective:ratio{service="$service",slo="$slo",slo=~"shop/b\\\\.c"}',
      ].join("\nor\n"),
    );
  });

  it("have no panel of a tier that nobody has, and of many tiers not more than twelve", () => {
    const none = grafanaDashboards(
      `service_level_objectives:\n  shop:\n${slo("a", "30d", ", alerting: { page: false, ticket: false }")}`,
    );
    expect(panelsOf(none.detail).filter(({ title }) => title.startsWith("Burn rate: "))).toEqual([]);
    const tiers = Array.from(
      { length: 20 },
      (_, index) => `t${String(index)}: { severity: page, long: 2h, factor: 3 }`,
    );
    const many = grafanaDashboards(
      `service_level_objectives:\n  shop:\n${slo("a", "30d", `, alerting: { tiers: { ${tiers.join(", ")} } }`)}`,
    );
    expect(panelsOf(many.detail).filter(({ title }) => title.startsWith("Burn rate: "))).toHaveLength(12);
  });
});

describe("options", () => {
  it.each<[string, object, string]>([
    ["unknown ones", { datasourc: "a" }, 'datasourc: is no option of grafanaDashboards; did you mean "datasource"?'],
    ["a convention", { convention: "slot" }, 'convention: "slot" is not possible; did you mean "sloth"?'],
    ["a uid that is too long", { uid: "a".repeat(32) }, "uid: "],
    ["a uid that is none", { uid: "a b" }, 'uid: "a b" is not possible; use letters, digits, _ and -'],
    ["a blank title", { title: " " }, 'title: " " is not possible'],
    ["a refresh", { refresh: "soon" }, 'refresh: "soon" is not a duration'],
    ["tags", { tags: "a" }, 'tags: "a" is no list of at most 20 tags'],
    ["a tag", { tags: ["a", 1] }, "tags[1]: 1 is not possible"],
    ["matchers", { signals: 'job="a"} or up{' }, "signals: "],
    ["an unknown value", { signals: 'job="{{ name }}"' }, "signals: there is no {{ name }}; allowed: service"],
    ["links", { links: { traces: { jaeger: "ops" } } }, "links.traces.jaeger: is no address"],
    ["a data source", { datasource: 1 }, "datasource: 1 is not possible"],
  ])("are refused: %s", (_title, options, message) => {
    expect(() => grafanaDashboards(SLOS, options)).toThrow(message);
  });

  it("fix the data source, leave the marks and the golden signals out, and name all", () => {
    for (const dashboard of both({
      datasource: "prom",
      annotations: false,
      signals: false,
      title: "Shop",
      tags: ["a"],
      refresh: false,
    })) {
      expect(dashboard).toMatchObject({
        annotations: { list: [] },
        tags: ["a"],
        refresh: "",
        title: expect.stringMatching(/^Shop: /),
      });
      expect(dashboard.templating.list.map(({ name }) => name)).not.toContain("datasource");
      expect(new Set(panelsOf(dashboard).map(({ datasource }) => datasource.uid))).toEqual(new Set(["prom"]));
      expect(JSON.stringify(dashboard)).not.toMatch(/http_request|\$\{datasource/);
    }
  });

  it("find the golden signals as they find the SLOs", () => {
    const latency = (options: GrafanaDashboardOptions): string =>
      panelsOf(grafanaDashboards(SLOS, options).detail).find(({ title }) => title === "Latency")?.targets[0]?.expr ??
      "";
    expect(latency({})).toContain('{job="$service"}');
    expect(latency({ target: 'app="{{ service }}-web"' })).toContain('{app="$service-web"}');
    expect(latency({ target: 'job="{{ id }}"' })).toContain('{job="$service"}');
    expect(latency({ target: 'job="{{ id }}"', signals: 'app="{{service}}"' })).toContain('{app="$service"}');
  });

  it("lead to the logs of the service that is chosen, in the time that is shown", () => {
    const loki = { grafanaUrl: "https://g.example.com", datasourceUid: "loki", query: '{app="{service}"} |= "{slo}"' };
    const url = (convention: "nines" | "sloth", query = loki.query): string | undefined =>
      grafanaDashboards(SLOS, { convention, links: { logs: { loki: { ...loki, query } } } }).detail.links[1]?.url;
    const filled = (url("sloth") ?? "")
      .replace("${service:percentencode}", "shop")
      .replace("${service:percentencode}%2F${slo:percentencode}", "shop%2Flatency")
      .replace("${__from}", "1")
      .replace("${__to}", "2");
    expect(JSON.parse(new URL(filled).searchParams.get("panes") ?? "")).toMatchObject({
      logs: { queries: [{ expr: '{app="shop"} |= "shop/latency"' }], range: { from: "1", to: "2" } },
    });
    expect(url("nines")).toContain("${slo:percentencode}");
    expect(url("nines", '{app="{service}"} |= "{traceId}"')).toBeUndefined();
  });

  it("lead from a sample to its trace", () => {
    const links = { traces: { zipkin: "https://zipkin.example.com" } };
    const latency = panelsOf(grafanaDashboards(SLOS, { links }).detail).find(({ title }) => title === "Latency");
    expect(latency?.targets.map(({ exemplar }) => exemplar)).toEqual([undefined, undefined, true]);
    const url = "https://zipkin.example.com/zipkin/traces/${__value.raw}";
    expect(latency?.fieldConfig.overrides).toEqual([
      {
        matcher: { id: "byName", options: "trace_id", scope: "exemplar" },
        properties: [{ id: "links", value: [{ title: "Trace", url, targetBlank: true }] }],
      },
    ]);
  });

  it("never make a dashboard with something that is not JSON, whatever SLOs there are", () => {
    const name = fc.stringMatching(/^[a-z][\w.-]{0,20}$/);
    const window = fc.constantFrom("1h", "6h", "7d", "28d", "30d", "90d", "365d");
    const names = fc.uniqueArray(fc.tuple(name, name, window), {
      minLength: 1,
      maxLength: 6,
      selector: ([one, two]) => `${one}/${two}`,
    });
    fc.assert(
      fc.property(names, fc.constantFrom(...CONVENTIONS), (all, convention) => {
        const objectives: Record<string, Record<string, object>> = {};
        for (const [service, slo, measurement_window] of all) {
          objectives[service] = {
            ...objectives[service],
            [slo]: { kind: "availability", target: "99%", measurement_window },
          };
        }
        const { overview, detail } = grafanaDashboards({ service_level_objectives: objectives } as SloDocumentInput, {
          convention,
        });
        for (const dashboard of [overview, detail]) {
          expect(JSON.parse(JSON.stringify(dashboard))).toEqual(dashboard);
          for (const { target } of queriesOf(dashboard)) {
            expect(readPromql(target.expr.replaceAll("$__rate_interval", "1m"))).not.toHaveProperty("fault");
          }
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe("files of dashboards", () => {
  const dashboards = grafanaDashboards(SLOS);

  it("are named by their uids", () => {
    const files = grafanaDashboardFiles(dashboards);
    expect([...files.keys()]).toEqual(["nines-overview.json", "nines-detail.json"]);
    expect(JSON.parse(files.get("nines-detail.json") ?? "")).toEqual(dashboards.detail);
  });

  it("may be a ConfigMap, which Grafana's sidecar finds", () => {
    const yaml = grafanaConfigMap(dashboards, { name: "slo", namespace: "ops" });
    expect(parseYaml(yaml).value).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "slo", namespace: "ops", labels: { grafana_dashboard: "1" } },
      data: Object.fromEntries(grafanaDashboardFiles(dashboards)),
    });
  });

  it.each<[string, object, string]>([
    ["a name", { name: "A_b" }, 'name: "A_b" is no name in Kubernetes'],
    ["no name", {}, "name: undefined is no name in Kubernetes"],
    ["a namespace", { name: "a", namespace: "" }, 'namespace: "" is no name'],
    ["a label", { name: "a", labels: { a: 1 } }, 'labels.a: "a": 1 is no label'],
  ])("refuse %s that cannot be", (_title, options, message) => {
    expect(() => grafanaConfigMap(dashboards, options as { name: string })).toThrow(message);
  });
});
