import { describe, expect, it } from "vitest";

import { importSlos } from "../../src/rules/formats/import.ts";
import { generateRules } from "../../src/rules/generate.ts";
import { fakePrometheus, NOBODY, type Recorded, steady } from "./fake.ts";
import { folderOf, jsonOf, nines, ONE, SHOP, SLOTH, withoutFolder, type World } from "./support.ts";

const POLICIES = `error_budget_policies:
  careful:
    services: [checkout]
    rules: [{ when: { consumed: { above: 80% } }, decision: halt }]
`;
const BESIDE = `composite_slos:
  checkout:
    journey: { of: all, members: [checkout/availability, checkout/latency], measurement_window: 30d }
exclusions:
  - { from: 2026-11-01T01:00:00Z, to: 2026-11-01T02:00:00Z, reason: upgrade }
  - { from: 2026-11-02T01:00:00Z, to: 2026-11-02T02:00:00Z, reason: upgrade }
`;

/** Runs `nines check` on files of these texts. */
async function check(
  files: Readonly<Record<string, string>>,
  options: readonly string[] = [],
  world: World = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const pathOf = folderOf(files);
  const ran = await nines(["check", ...Object.keys(files).map(pathOf), ...options], world);
  return { ...ran, stdout: withoutFolder(ran.stdout, pathOf) };
}

/** `48 rules`, of a document. */
const rules = (document: Parameters<typeof generateRules>[0]): string =>
  `${String(generateRules(document).groups.flatMap((group) => group.rules).length)} rules`;
const OF_SLOTH = rules(importSlos(SLOTH).slos);

/** What rules record of these SLOs. */
function recordings(document: string): Readonly<Record<string, readonly Recorded[]>> {
  const all = generateRules(document).groups.flatMap((group) => group.rules);
  const of = (record: string): readonly Recorded[] =>
    all.flatMap((rule) =>
      "record" in rule && rule.record === record
        ? [{ labels: rule.labels ?? {}, value: Number(/vector\((.*)\)/.exec(rule.expr)?.[1]) }]
        : [],
    );
  return Object.fromEntries(["nines:slo_objective:ratio", "nines:slo_window:seconds"].map((name) => [name, of(name)]));
}

describe("nines check", () => {
  it("tells what is in sound documents", async () => {
    const files = {
      "slo.yaml": SHOP + POLICIES + BESIDE,
      "sloth.yml": SLOTH.replace(/ {2}- name: availability[^]*?(?= {2}- name)/, ""),
    };
    expect(await check(files)).toEqual({
      code: 0,
      stdout: [
        `slo.yaml: 3 SLOs of 2 services, 1 policy, 1 composite, 2 exclusions, ${rules(SHOP)}`,
        `sloth.yml: sloth: 1 SLO of 1 service, ${OF_SLOTH}`,
        "0 faults, 0 remarks",
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  it("tells the faults of all files at once, each by its place", async () => {
    const { code, stdout, stderr } = await check({
      "a.yaml": (SHOP + POLICIES + BESIDE)
        .replace("99.9%", "199%")
        .replace("halt", "stop")
        .replace("of: all", "of: some"),
      "b.yaml": ONE.replace("code!~", "code=~"),
      "c.yaml": "",
      "d.yaml": "apiVersion: openslo/v2\n",
    });
    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^a\.yaml:4:15: service_level_objectives\.checkout\.availability\.target: /),
      expect.stringMatching(/^a\.yaml:20:\d+: error_budget_policies\.careful\.rules\[0\]\.decision: /),
      expect.stringMatching(/^a\.yaml:23:\d+: composite_slos\.checkout\.journey\.of: /),
      expect.stringMatching(/^b\.yaml:6:\d+: service_level_objectives\.catalog\.availability\.sli: /),
      "c.yaml:1:1: the document is empty",
      expect.stringMatching(
        /^d\.yaml:1:13: apiVersion: "openslo\/v2" is not a format that nines reads; did you mean "openslo\/v1"/,
      ),
      "6 faults, 0 remarks",
      "",
    ]);
  });

  it("has remarks, which are faults to whoever is strict", async () => {
    const files = { "slo.yaml": ONE.replace("7d", "{ calendar: month }"), "sloth.yml": SLOTH };
    const { code, stdout } = await check(files);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [
        `slo.yaml: 1 SLO of 1 service, ${rules(ONE.replace("7d", "30d"))}`,
        `sloth.yml: sloth: 1 SLO of 1 service, ${OF_SLOTH}`,
        "Remarks:",
        "  slo.yaml: catalog/availability: its calendar month (UTC) is taken for the last 30d; nines rules and nines dashboards need --calendar-windows rolling for it",
        "  sloth.yml:8:7: slos[0].sli.plugin: nines has no plugins of Sloth, so this SLO is left out; write its queries as events: error_query and total_query",
        "0 faults, 2 remarks",
        "",
      ].join("\n"),
    });
    expect(await check(files, ["--strict"])).toMatchObject({ code: 1, stdout });
    expect(await check(files, ["--calendar-windows", "refuse"])).toMatchObject({
      code: 2,
      stdout: expect.stringContaining(
        "Prometheus cannot count over a calendar month (UTC); write a rolling window, or have it taken for one by --calendar-windows rolling\n",
      ),
    });
    const told = await check(files, ["--calendar-windows", "rolling"]);
    expect(told.stdout).toContain("its calendar month (UTC) is taken for the last 30d\n");
    expect((await check({ "slo.yaml": ONE }, ["--strict"])).code).toBe(0);
  });

  it("remarks objectives that are hardly meant", async () => {
    const composite = `composite_slos:
  checkout:
    journey: { of: weighted, members: [checkout/availability], target: 0.95%, measurement_window: 30d }
`;
    const { code, stdout } = await check({
      "slo.yaml": SHOP.replace("99.9%", "0.999%") + composite,
      "sloth.yml": SLOTH.replaceAll("99.9", "0.999"),
    });
    expect(code).toBe(0);
    for (const [file, slo, written, budget, meant] of [
      ["slo.yaml", "checkout/availability", "0.999%", "99.001%", "99.9%"],
      ["slo.yaml", "checkout/journey", "0.95%", "99.05%", "95%"],
      ["sloth.yml", "shop/requests", "0.999%", "99.001%", "99.9%"],
    ] as const)
      expect(stdout).toContain(
        `  ${file}: ${slo}: an objective of ${written} is a budget of ${budget}; did you mean ${meant}?\n`,
      );
    expect((await check({ "slo.yaml": SHOP.replace("99.9%", "0.999%") }, ["--strict"])).code).toBe(1);
  });

  it("reads policies that have a file of their own, and knows the services of all files", async () => {
    expect(await check({ "slo.yaml": SHOP, "policies.yaml": POLICIES })).toMatchObject({
      code: 0,
      stdout: `slo.yaml: 3 SLOs of 2 services, ${rules(SHOP)}\npolicies.yaml: 1 policy\n0 faults, 0 remarks\n`,
    });
    expect(await check({ "policies.yaml": POLICIES })).toMatchObject({ code: 0 });
    expect(await check({ "slo.yaml": ONE, "policies.yaml": POLICIES })).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(
        /policies\.yaml:\d+:\d+: error_budget_policies\.\w+\.services\[0\]: "checkout" is no service here/,
      ),
    });
    expect(await check({ "policies.yaml": POLICIES.replace("halt", "stop") })).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^policies\.yaml:4:\d+: error_budget_policies/),
    });
  });

  it("finds rules of policies about SLOs that no file has", async () => {
    const about = (slo: string): string =>
      POLICIES.replace("when: {", `when: { slo: ${slo},`).replace("[checkout]", "[checkout, catalog]");
    const fault = (file: string): object => ({
      code: 2,
      stdout: expect.stringMatching(
        new RegExp(
          String.raw`^${file}\.yaml:\d+:\d+: error_budget_policies\.careful\.rules\[0\]\.when\.slo: "availabilty" is no SLO of any service of this policy, .*; did you mean "availability"\?`,
        ),
      ),
    });
    expect(await check({ "slo.yaml": SHOP, "policies.yaml": about("availabilty") })).toMatchObject(fault("policies"));
    expect(await check({ "slo.yaml": SHOP + about("availabilty") })).toMatchObject(fault("slo"));
    expect(await check({ "slo.yaml": SHOP, "policies.yaml": about("availability") })).toMatchObject({ code: 0 });
    expect(await check({ "policies.yaml": about("availabilty") })).toMatchObject({ code: 0 });
  });

  describe("names in policies", () => {
    const NAMES = `error_budget_policies:
  careful:
    services: [checkout, catalog]
    rules: [{ when: { service: catalog, slo: availabilty }, decision: halt }]
`;
    const fault = (file: string): unknown => expect.stringMatching(new RegExp(`^${file}:`));
    const NO_SLO =
      'policies.yaml:4:46: error_budget_policies.careful.rules[0].when.slo: "availabilty" is no SLO of "catalog", so the rule never ' +
      'holds for it; did you mean "availability"? allowed: availability';

    it.each([
      ["has a fault", ONE.replace("99%", "999%")],
      ["has a fault in its policies", `${ONE}${POLICIES.replace("halt", "stop")}`],
      ["has a fault in its composites", `${ONE}${BESIDE.replace("of: all", "of: some")}`],
      ["is not to be read", "service_level_objectives: {\n"],
      ["is empty", ""],
      ["is of a format that nobody knows", "apiVersion: openslo/v2\n"],
    ])("are not told from those of a file with SLOs that %s", async (_, text) => {
      const [checkout = ""] = SHOP.split("  catalog:\n");
      const { code, stdout } = await check({ "shop.yaml": checkout, "bad.yaml": text, "policies.yaml": NAMES });
      expect(code).toBe(2);
      const faults = stdout.split("\n").filter((line) => /^\S+\.yaml:\d/.test(line));
      expect(faults).toEqual([fault("bad.yaml")]);
    });

    it("are not told where a file is not there", async () => {
      const pathOf = folderOf({ "slo.yaml": ONE, "policies.yaml": NAMES });
      const { stdout } = await nines(["check", ...["slo.yaml", "none.yaml", "policies.yaml"].map(pathOf)]);
      expect(withoutFolder(stdout, pathOf).split("\n")).toEqual([
        "none.yaml: cannot be read: there is no such file",
        `slo.yaml: 1 SLO of 1 service, ${rules(ONE)}`,
        "policies.yaml: 1 policy",
        "1 fault, 0 remarks",
        "",
      ]);
    });

    it.each([
      ["policies", POLICIES.replace("halt", "stop")],
      ["runbooks", "runbooks:\n  DiskFull:\n    - comand: df -h\n"],
    ])("are told beside the faults of a file that has only %s", async (_, text) => {
      const files = { "slo.yaml": SHOP, "bad.yaml": text, "policies.yaml": NAMES };
      const { code, stdout } = await check(files);
      expect(code).toBe(2);
      expect(stdout.split("\n").filter((line) => /^\S+\.yaml:\d/.test(line))).toEqual([fault("bad.yaml"), NO_SLO]);
    });

    it("are known with the kinds of the SLOs, of all files", async () => {
      const kinds = NAMES.replace(
        "service: catalog, slo: availabilty",
        "slo: [availability, latency], slo_kind: latency",
      );
      const files = { "slo.yaml": SHOP, "policies.yaml": kinds };
      expect((await check(files)).code).toBe(0);
      const { code, stdout } = await check({ ...files, "policies.yaml": kinds.replace("checkout, ", "") });
      expect(code).toBe(2);
      expect(stdout.split("\n")[0]).toBe(
        'policies.yaml:4:63: error_budget_policies.careful.rules[0].when.slo_kind: "latency" is the kind of no SLO of "catalog" that ' +
          "the rule names, so the rule never holds for it; allowed: availability",
      );
    });
  });

  describe("documents beside SLOs", () => {
    const RUNBOOKS = "runbooks:\n  HighMemory:\n    - command: free -m\n  DiskFull:\n    - command: df -h\n";
    const STEPS = "- command: free -m\n";
    const ON_CALL = `on_call:
  primary:
    layers:
      - { name: weeks, people: [ann, bob], handover: { every: week, on: mon, at: "09:00", zone: UTC }, starts_at: 2026-01-05 }
escalation:
  policies:
    default: { steps: [{ to: [{ channel: pager, schedule: primary }], wait: 15m }] }
`;
    const ROUTES = "alert_routes:\n  - { match: { severity: page }, services: [shop] }\n";
    const ANSWERS = "maturity_answers: { by: ann, at: 2026-03-01, answers: { blameless: yes } }\n";
    const SOUND = {
      "runbooks.yaml": RUNBOOKS,
      "steps.yaml": STEPS,
      "on-call.yaml": ON_CALL,
      "routes.yaml": ROUTES,
      "answers.yaml": ANSWERS,
    };

    it("are told by what is in them", async () => {
      expect(await check({ ...SOUND, "slo.yaml": ONE })).toEqual({
        code: 0,
        stdout: [
          `slo.yaml: 1 SLO of 1 service, ${rules(ONE)}`,
          "runbooks.yaml: 2 runbooks",
          "steps.yaml: 1 runbook",
          "on-call.yaml: 2 schedules and escalation policies",
          "routes.yaml: 1 alert route",
          "answers.yaml: 1 answer about maturity",
          "0 faults, 0 remarks",
          "",
        ].join("\n"),
        stderr: "",
      });
    });

    it.each([
      ["runbooks.yaml", RUNBOOKS.replace("command: df", "comand: df"), "5:7", "runbooks.DiskFull"],
      ["steps.yaml", STEPS.replace("command", "comand"), "1:3", "[0]"],
      [
        "on-call.yaml",
        ON_CALL.replace("schedule: primary", "schedule: second"),
        "7:59",
        "escalation.policies.default.steps[0]",
      ],
      ["routes.yaml", ROUTES.replace("match", "macth"), "2:7", "alert_routes[0].macth"],
      ["answers.yaml", ANSWERS.replace("yes", "perhaps"), "1:68", "maturity_answers.answers.blameless"],
    ])("tell their faults with places: %s", async (file, text, place, path) => {
      const { code, stdout } = await check({ [file]: text });
      expect(code).toBe(2);
      expect(stdout.split("\n")[0]).toContain(`${file}:${place}: ${path}`);
    });

    it("are in the JSON by name", async () => {
      const pathOf = folderOf(SOUND);
      const ran = await nines(["check", ...Object.keys(SOUND).map(pathOf), "--json"]);
      expect(jsonOf(ran)).toMatchObject({
        exitCode: 0,
        files: [],
        others: [
          { file: pathOf("runbooks.yaml"), kind: "runbooks", names: ["HighMemory", "DiskFull"] },
          { file: pathOf("steps.yaml"), kind: "runbooks", names: ["steps"] },
          { file: pathOf("on-call.yaml"), kind: "on-call", names: ["primary", "default"] },
          { file: pathOf("routes.yaml"), kind: "alert routes", names: ["route 1"] },
          { file: pathOf("answers.yaml"), kind: "maturity answers", names: ["blameless"] },
        ],
      });
    });

    it("are no SLOs to write rules for", async () => {
      const pathOf = folderOf({ "routes.yaml": ROUTES });
      expect(await nines(["rules", pathOf("routes.yaml")])).toMatchObject({
        code: 65,
        stderr: expect.stringContaining("there are no SLOs"),
      });
    });
  });

  it("does not end for a file that is not there", async () => {
    const pathOf = folderOf({ "slo.yaml": ONE });
    const { code, stdout } = await nines(["check", pathOf("none.yaml"), pathOf("slo.yaml")]);
    expect(code).toBe(2);
    expect(withoutFolder(stdout, pathOf)).toBe(
      `none.yaml: cannot be read: there is no such file\nslo.yaml: 1 SLO of 1 service, ${rules(ONE)}\n1 fault, 0 remarks\n`,
    );
  });

  it("reads the standard input", async () => {
    expect(await nines(["check", "-"], { stdin: ONE.replace("99%", "199%") })).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^<stdin>:4:15: /),
    });
  });

  it("has all of it in its JSON", async () => {
    const pathOf = folderOf({ "slo.yaml": SHOP + POLICIES + BESIDE, "bad.yaml": ONE.replace("99%", "199%") });
    const ran = await nines(["check", pathOf("slo.yaml"), pathOf("bad.yaml"), "--json"]);
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 2, stderr: "" });
    expect(jsonOf(ran)).toEqual({
      command: "check",
      exitCode: 2,
      files: [
        {
          file: pathOf("slo.yaml"),
          format: "nines",
          services: ["checkout", "catalog"],
          slos: ["checkout/availability", "checkout/latency", "catalog/availability"],
          composites: ["checkout/journey"],
          exclusions: 2,
          rules: Number.parseInt(rules(SHOP)),
        },
      ],
      policies: [{ file: pathOf("slo.yaml"), names: ["careful"] }],
      others: [],
      faults: [
        {
          file: pathOf("bad.yaml"),
          line: 4,
          column: 15,
          path: "service_level_objectives.catalog.availability.target",
          message: expect.any(String),
        },
      ],
      remarks: [],
      prometheus: null,
    });
  });
});

describe("nines check with a Prometheus", () => {
  it("tells which SLOs have data, and whether their rules are recorded as they would be now", async () => {
    const recorded = recordings(SHOP.replace("target: 99%", "target: 98%"));
    const { url } = await fakePrometheus({ checkout: steady(600, 0.001) }, { recorded });
    const { code, stdout } = await check({ "slo.yaml": SHOP }, ["--prometheus", url]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [
        `slo.yaml: 3 SLOs of 2 services, ${rules(SHOP)}`,
        "Remarks:",
        "  checkout/latency: its rules are recorded with another objective or window; load them anew",
        "  catalog/availability: Prometheus has no data of it in the last hour",
        "Prometheus:",
        "  SLO                    DATA OF THE LAST HOUR  RULES",
        "  checkout/availability  36,000 events          recorded",
        "  checkout/latency       36,000 events          outdated",
        "  catalog/availability   none                   recorded",
        "0 faults, 2 remarks",
        "",
      ].join("\n"),
    });
    expect((await check({ "slo.yaml": SHOP }, ["--prometheus", url, "--strict"])).code).toBe(1);
  });

  it("is content with one that has all", async () => {
    const { url } = await fakePrometheus({ catalog: steady(0) }, { recorded: recordings(ONE) });
    const { code, stdout } = await check({ "slo.yaml": ONE }, ["--strict"], { env: { NINES_PROMETHEUS_URL: url } });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^ {2}catalog\/availability +idle +recorded$/m),
    });
  });

  it("misses rules that are not recorded, and those of another window", async () => {
    const { url } = await fakePrometheus({ catalog: steady(10) });
    const missing = await check({ "slo.yaml": ONE }, ["--prometheus", url]);
    expect(missing.stdout).toContain(
      "catalog/availability: its rules are not recorded; load what `nines rules` writes",
    );
    const other = await fakePrometheus({ catalog: steady(10) }, { recorded: recordings(ONE.replace("7d", "8d")) });
    expect((await check({ "slo.yaml": ONE }, ["--prometheus", other.url])).stdout).toMatch(
      /10 events|600 events +outdated/,
    );
  });

  it("asks for the names of the convention", async () => {
    const { url, asked } = await fakePrometheus({ catalog: steady(10) });
    await check({ "slo.yaml": ONE }, ["--prometheus", url, "--convention", "sloth"]);
    expect(asked.map(({ form }) => form.get("query"))).toContain("last_over_time(slo:objective:ratio[10m])");
  });

  it("takes one that does not answer for a fault", async () => {
    const { code, stdout } = await check({ "slo.yaml": ONE }, ["--prometheus", NOBODY, "--timeout", "5s"]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^127\.0\.0\.1:2: prometheus could not query .*: there was no answer \(ECONNREFUSED\)\n/);
    expect(stdout).toMatch(/\n1 fault, 0 remarks\n$/);
  });

  it("has what was found in its JSON", async () => {
    const pathOf = folderOf({ "slo.yaml": ONE });
    const { url } = await fakePrometheus({ catalog: steady(10, 0.1) });
    const ran = await nines(["check", pathOf("slo.yaml"), "--prometheus", url, "--json"]);
    const missing = "its rules are not recorded; load what `nines rules` writes";
    expect(jsonOf(ran)).toMatchObject({
      exitCode: 0,
      remarks: [{ file: null, about: "catalog/availability", message: missing }],
      prometheus: [
        { slo: "catalog/availability", data: "events", good: 540, total: 600, rules: "missing", remarks: [missing] },
      ],
    });
  });
});
