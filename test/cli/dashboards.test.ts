import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { grafanaDashboards } from "../../src/dashboard/grafana/dashboards.ts";
import { grafanaConfigMap, grafanaDashboardFiles } from "../../src/dashboard/grafana/files.ts";
import { folderOf, jsonOf, nines, ONE, SHOP, SLOTH, withoutFolder } from "./support.ts";

const CALENDAR = ONE.replace("7d", "{ calendar: month, time_zone: Europe/Berlin }");

describe("nines dashboards", () => {
  it("writes what grafanaDashboards gives, a file each", async () => {
    const pathOf = folderOf({ "slo.yaml": SHOP });
    const ran = await nines(["dashboards", pathOf("slo.yaml"), "--out", pathOf("out")]);
    expect({ ...ran, stderr: withoutFolder(ran.stderr, pathOf) }).toEqual({
      code: 0,
      stdout: "",
      stderr: "wrote out/nines-overview.json\nwrote out/nines-detail.json\n",
    });
    for (const [name, text] of grafanaDashboardFiles(grafanaDashboards(SHOP))) {
      expect(readFileSync(pathOf(`out/${name}`), "utf8")).toBe(text);
    }
    expect(await nines(["dashboards", "-", "--out", pathOf("out")], { stdin: SHOP })).toEqual(ran);
  });

  it("hands every option on", async () => {
    const pathOf = folderOf({ "slo.yaml": CALENDAR });
    const rules = [
      "--convention",
      "sloth",
      "--scrape-interval",
      "15s",
      "--interval",
      "30s",
      "--calendar-windows",
      "rolling",
    ];
    const own = [
      "--datasource",
      "prom",
      "--title",
      "Shop",
      "--uid",
      "shop",
      "--tag",
      "a",
      "--tag",
      "b",
      "--refresh",
      "30s",
    ];
    const more = ["--target", 'app="{{ service }}"', "--without-annotations"];
    const logs = ["--loki", "https://g.example.com", "--loki-datasource", "loki", "--logs-query", '{app="{service}"}'];
    const ran = await nines([
      ...["dashboards", pathOf("slo.yaml"), "--json", "--jaeger", "https://j.example.com"],
      ...[...rules, ...own, ...more, ...logs],
    ]);
    const made = grafanaDashboards(CALENDAR, {
      convention: "sloth",
      scrapeInterval: "15s",
      interval: "30s",
      calendarWindows: "rolling",
      datasource: "prom",
      title: "Shop",
      uid: "shop",
      tags: ["a", "b"],
      refresh: "30s",
      target: 'app="{{ service }}"',
      annotations: false,
      links: {
        traces: { jaeger: "https://j.example.com" },
        logs: { loki: { grafanaUrl: "https://g.example.com", datasourceUid: "loki", query: '{app="{service}"}' } },
      },
    });
    expect(jsonOf(ran)).toEqual({
      command: "dashboards",
      files: [],
      dashboards: Object.fromEntries(grafanaDashboardFiles(made)),
    });
    const kibana = [
      "--kibana",
      "https://k.example.com",
      "--kibana-index",
      "logs",
      "--logs-query",
      'service: "{service}"',
    ];
    const other = await nines([
      ...["dashboards", pathOf("slo.yaml"), "--json", "--calendar-windows", "rolling"],
      ...["--zipkin", "https://z.example.com", "--signals", 'job="x"', ...kibana],
    ]);
    for (const text of ["https://k.example.com/app/discover", "https://z.example.com/zipkin/traces/", 'job=\\\\\\"x']) {
      expect(other.stdout).toContain(text);
    }
    const none = await nines([
      "dashboards",
      pathOf("slo.yaml"),
      "--json",
      "--calendar-windows",
      "rolling",
      "--without-signals",
    ]);
    expect(none.stdout).not.toContain("http_request");
  });

  it("may be a ConfigMap, to stdout or to a file", async () => {
    const pathOf = folderOf({ "slo.yaml": SHOP });
    const asked = ["dashboards", pathOf("slo.yaml"), "--format", "config-map", "--name", "slo", "--namespace", "ops"];
    const yaml = grafanaConfigMap(grafanaDashboards(SHOP), { name: "slo", namespace: "ops", labels: { a: "b" } });
    expect(await nines([...asked, "--label", "a=b"])).toEqual({ code: 0, stdout: yaml, stderr: "" });
    await nines([...asked, "--label", "a=b", "--out", pathOf("out")]);
    expect(readdirSync(pathOf("out"))).toEqual(["slo.yaml"]);
    expect(readFileSync(pathOf("out/slo.yaml"), "utf8")).toBe(yaml);
  });

  it("are of documents of all formats", async () => {
    const pathOf = folderOf({ "slo.yaml": SHOP, "sloth.yml": SLOTH });
    const ran = await nines(["dashboards", pathOf("slo.yaml"), pathOf("sloth.yml"), "--json"]);
    expect(ran.code).toBe(0);
    expect(Object.keys(jsonOf(ran).dashboards as object)).toEqual(["nines-overview.json", "nines-detail.json"]);
  });

  it.each(["--out", "--output", "-o"])("writes to %s", async (option) => {
    const pathOf = folderOf({ "slo.yaml": ONE });
    const { code, stderr } = await nines(["dashboards", pathOf("slo.yaml"), option, pathOf("out")]);
    expect({ code, stderr: withoutFolder(stderr, pathOf) }).toEqual({
      code: 0,
      stderr: "wrote out/nines-overview.json\nwrote out/nines-detail.json\n",
    });
  });

  it("tells the faults of all documents, and writes nothing", async () => {
    const pathOf = folderOf({ "a.yaml": SHOP.replace("99.9%", "199%"), "b.yaml": CALENDAR });
    const ran = await nines(["dashboards", pathOf("a.yaml"), pathOf("b.yaml"), "--out", pathOf("out")]);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 65, stdout: "" });
    expect(withoutFolder(ran.stderr, pathOf).split("\n")).toEqual([
      expect.stringMatching(/^a\.yaml:4:15: service_level_objectives\.checkout\.availability\.target: "199%" /),
      expect.stringMatching(
        /^b\.yaml:5:27: .*: Prometheus cannot count over a calendar month .* taken for one by --calendar-windows rolling$/,
      ),
      "",
    ]);
    expect(readdirSync(pathOf("."))).toEqual(["a.yaml", "b.yaml"]);
  });

  it.each<[string, readonly string[], string]>([
    ["no folder", [], "--out is missing, the folder to write to"],
    ["a uid", ["--uid", "a b"], '--uid: "a b" is not possible'],
    ["a refresh", ["--refresh", "soon"], '--refresh: "soon" is not a duration'],
    ["matchers", ["--signals", "}"], '--signals: "}" is no list of matchers'],
    ["a Jaeger", ["--jaeger", "ops"], "--jaeger: is no address"],
    [
      "two of traces",
      ["--jaeger", "https://a", "--zipkin", "https://b"],
      "--jaeger and --zipkin cannot be given together",
    ],
    ["a Loki alone", ["--loki", "https://g.example.com"], "--loki needs --loki-datasource: logs are found by both"],
    ["a query alone", ["--logs-query", "a"], "--logs-query needs --loki or --kibana"],
    [
      "a query",
      ["--kibana", "https://k.example.com", "--kibana-index", "logs", "--logs-query", "a: {service}"],
      "--logs-query: {service} stands outside of quotes",
    ],
    ["a Kibana", ["--kibana", "k", "--kibana-index", "logs", "--logs-query", "a"], "--kibana: is no address"],
    ["a ConfigMap without a name", ["--format", "config-map"], "--format config-map needs --name"],
    ["a name of none", ["--name", "a"], "--name is of a ConfigMap; add --format config-map"],
    ["an odd name", ["--format", "config-map", "--name", "A_b"], '--name: "A_b" is no name in Kubernetes'],
    ["an interval", ["--interval", "7s"], '--interval: "7s" does not divide 5m'],
  ])("refuses %s that cannot be", async (_title, options, message) => {
    const pathOf = folderOf({ "slo.yaml": ONE });
    const out = message.startsWith("--out") ? [] : ["--out", pathOf("out")];
    const { code, stdout, stderr } = await nines(["dashboards", pathOf("slo.yaml"), ...options, ...out]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(`nines dashboards: ${message}`);
  });
});
