import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { parseYaml } from "../../src/core/yaml/yaml.ts";
import { generateRules } from "../../src/rules/generate.ts";
import { importSlos } from "../../src/rules/formats/import.ts";
import { describeWithService } from "../support/services.ts";
import { folderOf, jsonOf, nines, ONE, SHOP, SLOTH, withoutFolder } from "./support.ts";

const CALENDAR = ONE.replace("7d", "{ calendar: month, time_zone: Europe/Berlin }");

describe("nines rules", () => {
  it("writes to stdout what generateRules gives, and nothing to stderr", async () => {
    const pathOf = folderOf({ "slo.yaml": SHOP });
    const ran = await nines(["rules", pathOf("slo.yaml")]);
    expect(ran).toEqual({ code: 0, stdout: generateRules(SHOP).toYaml(), stderr: "" });
    expect(await nines(["rules", "-"], { stdin: SHOP })).toEqual(ran);
  });

  it("hands every option on", async () => {
    const pathOf = folderOf({ "slo.yaml": CALENDAR });
    const options = [
      "--convention",
      "sloth",
      "--scrape-interval",
      "15s",
      "--interval",
      "30s",
      "--calendar-windows",
      "rolling",
    ];
    const texts = [
      "--target",
      'job="x-{{ service }}"',
      "--runbook-url",
      "https://r/{{ name }}",
      "--dashboard-url",
      "https://d/{{ id }}",
    ];
    const alerts = [
      "--minimum-failures",
      "9",
      "--no-data",
      "page",
      "--alert-label",
      "cluster=west",
      "--alert-label",
      "zone=a=b",
    ];
    const { stdout } = await nines(["rules", pathOf("slo.yaml"), ...options, ...texts, ...alerts]);
    expect(stdout).toBe(
      generateRules(CALENDAR, {
        convention: "sloth",
        scrapeInterval: "15s",
        interval: "30s",
        calendarWindows: "rolling",
        target: 'job="x-{{ service }}"',
        runbookUrl: "https://r/{{ name }}",
        dashboardUrl: "https://d/{{ id }}",
        minimumFailures: 9,
        noData: "page",
        labels: { cluster: "west", zone: "a=b" },
      }).toYaml(),
    );
    const nobody = await nines(["rules", pathOf("slo.yaml"), "--calendar-windows", "rolling", "--no-data", "nobody"]);
    expect(nobody.stdout).not.toContain("SloNoData");
  });

  it("tells on stderr what the authors should know", async () => {
    const pathOf = folderOf({ "slo.yaml": CALENDAR, "sloth.yml": SLOTH });
    const ran = await nines(["rules", pathOf("slo.yaml"), pathOf("sloth.yml"), "--calendar-windows", "rolling"]);
    expect(ran.code).toBe(0);
    expect(withoutFolder(ran.stderr, pathOf)).toBe(
      [
        "slo.yaml: catalog/availability: its calendar month (Europe/Berlin) is taken for the last 30d",
        "sloth.yml:8:7: slos[0].sli.plugin: nines has no plugins of Sloth, so this SLO is left out; write its queries as events: error_query and total_query",
        "",
      ].join("\n"),
    );
  });

  it("puts documents of all formats into one, in whatever order they come", async () => {
    const pathOf = folderOf({ "slo.yaml": SHOP, "sloth.yml": SLOTH });
    const { stdout } = await nines(["rules", pathOf("slo.yaml"), pathOf("sloth.yml")]);
    expect((await nines(["rules", pathOf("sloth.yml"), pathOf("slo.yaml")])).stdout).toBe(stdout);
    const names = generateRules(SHOP).groups.map(({ name }) => name);
    const ofSloth = generateRules(importSlos(SLOTH).slos).groups.map(({ name }) => name);
    const { groups } = parseYaml(stdout).value as { groups: { name: string }[] };
    expect(groups.map(({ name }) => name).sort()).toEqual([...names, ...ofSloth].sort());
  });

  it("passes by documents that have only policies", async () => {
    const policies =
      "error_budget_policies: { careful: { default: true, rules: [{ when: { consumed: { above: 80% } }, decision: halt }] } }";
    const pathOf = folderOf({ "slo.yaml": SHOP, "policies.yaml": policies });
    const { stdout } = await nines(["rules", pathOf("slo.yaml")]);
    expect(await nines(["rules", pathOf("slo.yaml"), pathOf("policies.yaml")])).toEqual({
      code: 0,
      stdout,
      stderr: "",
    });
    expect(await nines(["rules", pathOf("policies.yaml")])).toEqual({
      code: 65,
      stdout: "",
      stderr: "there are no SLOs\n",
    });
  });

  it("tells the faults of all documents at once, with their places, and writes nothing", async () => {
    const pathOf = folderOf({
      "a.yaml": SHOP.replace("99.9%", "199%").replace("300ms", "soon"),
      "b.yaml": CALENDAR,
      "c.yaml": ONE,
      "d.yaml": "a: [",
    });
    const files = ["a.yaml", "b.yaml", "c.yaml", "d.yaml"].map(pathOf);
    const ran = await nines(["rules", ...files, "--output", pathOf("rules.yml")]);
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 65, stdout: "" });
    expect(withoutFolder(ran.stderr, pathOf).split("\n")).toEqual([
      expect.stringMatching(/^a\.yaml:4:15: service_level_objectives\.checkout\.availability\.target: "199%" /),
      expect.stringMatching(/^a\.yaml:9:18: service_level_objectives\.checkout\.latency\.threshold: "soon" /),
      expect.stringMatching(
        /^b\.yaml:5:27: service_level_objectives\.catalog\.availability\.measurement_window: Prometheus cannot count/,
      ),
      expect.stringMatching(/^d\.yaml:1:\d: /),
      "",
    ]);
    expect(existsSync(pathOf("rules.yml"))).toBe(false);
  });

  it("refuses an SLO that two files have", async () => {
    const pathOf = folderOf({ "a.yaml": SHOP, "b.yaml": ONE });
    const { code, stderr } = await nines(["rules", pathOf("a.yaml"), pathOf("b.yaml")]);
    expect(code).toBe(65);
    expect(withoutFolder(stderr, pathOf)).toBe(
      "b.yaml: service_level_objectives.catalog.availability: is in a.yaml already; give each SLO its own name\n",
    );
  });

  it.each<[string, readonly string[], string]>([
    ["an interval", ["--interval", "7s"], '--interval: "7s" does not divide 5m'],
    ["a scrape interval", ["--scrape-interval", "soon"], '--scrape-interval: "soon" is not a duration'],
    ["a target", ["--target", "{{ nobody }}"], "--target: there is no {{ nobody }}"],
    ["a number of failures", ["--minimum-failures", "few"], '--minimum-failures: "few" is not a whole number'],
    ["no failures", ["--minimum-failures", "0"], "--minimum-failures: 0 is not a number of failures"],
    ["a label", ["--alert-label", "west"], '--alert-label: "west" is no NAME=VALUE'],
    ["a label of ours", ["--alert-label", "slo=x"], "--alert-label slo: is a label that the rules set themselves"],
    ["two outputs", ["--output", "a", "--by-service", "b"], "--output and --by-service cannot be given together"],
    ["a resource without a name", ["--format", "prometheus-rule"], "--format prometheus-rule needs --name"],
    [
      "a resource of an odd name",
      ["--format", "prometheus-rule", "--name", "A_b"],
      '--name: "A_b" is no name in Kubernetes',
    ],
    ["an odd label of a resource", ["--format", "prometheus-rule", "--name", "a", "--label", "a b=c"], "--label"],
    ["a name of what is no resource", ["--name", "a"], "--name is of a resource; add --format prometheus-rule"],
    [
      "tests without a file of rules",
      ["--tests", "t"],
      "--tests name the file of their rules; add --output or --by-service",
    ],
    [
      "tests of a resource",
      ["--tests", "t", "--output", "o", "--format", "prometheus-rule", "--name", "a"],
      "--tests are of rule files",
    ],
  ])("refuses %s that cannot be", async (_title, options, message) => {
    const pathOf = folderOf({ "slo.yaml": ONE });
    const { code, stdout, stderr } = await nines(["rules", pathOf("slo.yaml"), ...options]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(`nines rules: ${message}`);
  });
});

describe("files of nines rules", () => {
  it("may be one, which is replaced as a whole", async () => {
    const pathOf = folderOf({ "slo.yaml": SHOP });
    const output = pathOf("deep/down/rules.yml");
    const asked = ["rules", pathOf("slo.yaml"), "-o", output];
    expect(await nines(asked)).toEqual({ code: 0, stdout: "", stderr: `wrote ${output}\n` });
    writeFileSync(output, "something else");
    await nines(asked);
    expect(readFileSync(output, "utf8")).toBe(generateRules(SHOP).toYaml());
    expect(readdirSync(pathOf("deep/down"))).toEqual(["rules.yml"]);
  });

  it("may be one for each service, with the same rules", async () => {
    const pathOf = folderOf({ "slo.yaml": SHOP });
    const ran = await nines(["rules", pathOf("slo.yaml"), "--by-service", pathOf("rules")]);
    expect(ran).toEqual({ code: 0, stdout: "", stderr: `wrote 2 files to ${pathOf("rules")}\n` });
    const byService = generateRules(SHOP).toYamlByService();
    expect(readdirSync(pathOf("rules")).sort()).toEqual(["catalog.yml", "checkout.yml"]);
    for (const [service, text] of byService) expect(readFileSync(pathOf(`rules/${service}.yml`), "utf8")).toBe(text);
  });

  it("may be resources", async () => {
    const pathOf = folderOf({ "slo.yaml": SHOP });
    const resource = [
      "--format",
      "prometheus-rule",
      "--name",
      "slo",
      "--namespace",
      "shop",
      "--label",
      "release=prometheus",
    ];
    const { stdout } = await nines(["rules", pathOf("slo.yaml"), ...resource]);
    expect(stdout).toBe(
      generateRules(SHOP).toPrometheusRule({ name: "slo", namespace: "shop", labels: { release: "prometheus" } }),
    );
    await nines(["rules", pathOf("slo.yaml"), ...resource, "--by-service", pathOf("rules")]);
    expect(readFileSync(pathOf("rules/catalog.yml"), "utf8")).toMatch(/^ {2}name: slo-catalog$/m);
  });

  it("are named in the JSON, beside the rules and the remarks", async () => {
    const pathOf = folderOf({ "slo.yaml": CALENDAR });
    const asked = ["rules", pathOf("slo.yaml"), "--calendar-windows", "rolling", "--json"];
    const ran = await nines([...asked, "-o", pathOf("rules.yml")]);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: "" });
    expect(jsonOf(ran)).toMatchObject({
      command: "rules",
      files: [pathOf("rules.yml")],
      remarks: [{ file: pathOf("slo.yaml"), line: null, column: null, about: "catalog/availability" }],
      services: [{ service: "catalog", groups: [{ name: "nines catalog/availability" }, {}] }],
    });
    expect(jsonOf(await nines(asked))).toMatchObject({ files: [] });
  });

  it.each(["--out", "--output"])("are written to %s", async (option) => {
    const pathOf = folderOf({ "slo.yaml": ONE });
    expect((await nines(["rules", pathOf("slo.yaml"), option, pathOf("rules.yml")])).code).toBe(0);
    expect(readFileSync(pathOf("rules.yml"), "utf8")).toBe(generateRules(ONE).toYaml());
  });

  it("that cannot be written are told", async () => {
    const pathOf = folderOf({ "slo.yaml": ONE, file: "" });
    const { code, stderr } = await nines(["rules", pathOf("slo.yaml"), "-o", pathOf("file/rules.yml")]);
    expect(code).toBe(65);
    expect(withoutFolder(stderr, pathOf)).toMatch(/^file\/rules\.yml: cannot be written: E\w+\n$/);
  });

  it("may be devices, which are not replaced", async () => {
    const pathOf = folderOf({ "slo.yaml": ONE });
    expect((await nines(["rules", pathOf("slo.yaml"), "-o", "/dev/null"])).code).toBe(0);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});

describeWithService(["promtool"], "tests of nines rules", ({ promtool = "" }) => {
  it.each([
    ["one file", (pathOf: (name: string) => string) => ["--output", pathOf("rules/all.yml")], ["rules/all.yml"]],
    [
      "files by service",
      (pathOf: (name: string) => string) => ["--by-service", pathOf("rules")],
      ["rules/catalog.yml", "rules/checkout.yml"],
    ],
  ])(
    "find their rules from where they are, in %s",
    async (_title, outputOf, ruleFiles) => {
      const pathOf = folderOf({ "slo.yaml": SHOP });
      const ran = await nines(["rules", pathOf("slo.yaml"), ...outputOf(pathOf), "--tests", pathOf("tests/slo")]);
      expect(ran.code).toBe(0);
      const tests = ["catalog/availability", "checkout/availability", "checkout/latency"].map((id) =>
        join(pathOf("tests/slo"), `${id}.test.yml`),
      );
      expect(tests.every((path) => existsSync(path))).toBe(true);
      await promisify(execFile)(promtool, ["check", "rules", ...ruleFiles.map(pathOf)]);
      const { stdout } = await promisify(execFile)(promtool, ["test", "rules", tests[0]!]);
      expect(stdout).toContain("SUCCESS");
    },
    60_000,
  );
});
