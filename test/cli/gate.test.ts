import { describe, expect, it } from "vitest";

import { EXIT_CODES } from "../../src/gate/ci.ts";
import { fakePrometheus, type Job, NOBODY, steady } from "./fake.ts";
import { folderOf, jsonOf, nines, NOW, ONE, SHOP } from "./support.ts";

/** By how much of the budget of catalog, 1 % of the events, has failed. */
const PASS: Job = steady(100, 0.001);
const BLOCK: Job = steady(100, 0.009);
const POLICIES = `error_budget_policies:
  careful:
    default: true
    rules:
      - { when: { consumed: { above: 50% } }, decision: halt, recommendations: [Repair it first.] }
      - { when: { consumed: { above: 5% } }, decision: warn, recommendations: [Look twice.] }
      - { decision: allow }
`;

async function gate(
  jobs: Readonly<Record<string, Job>> | undefined,
  options: readonly string[] = [],
  document = ONE,
): Promise<Awaited<ReturnType<typeof nines>>> {
  const pathOf = folderOf({ "slo.yaml": document, "policies.yaml": POLICIES });
  const url = jobs === undefined ? NOBODY : (await fakePrometheus(jobs)).url;
  const paths = options.map((option) => (option === "policies.yaml" ? pathOf(option) : option));
  return nines(["gate", pathOf("slo.yaml"), ...paths, "--prometheus", url]);
}

describe("nines gate", () => {
  it.each<[string, Readonly<Record<string, Job>>, readonly string[], number]>([
    ["pass", { catalog: PASS }, [], EXIT_CODES.pass],
    ["warn", { catalog: steady(100, 0.002) }, ["--policies", "policies.yaml"], EXIT_CODES.warn],
    ["block", { catalog: BLOCK }, [], EXIT_CODES.block],
    ["unknown", {}, [], EXIT_CODES.unknown],
  ])("ends with the code of its verdict, such as %s", async (verdict, jobs, options, code) => {
    const ran = await gate(jobs, options);
    expect(ran).toMatchObject({ code, stderr: "", stdout: expect.stringMatching(new RegExp(`^catalog: ${verdict} `)) });
  });

  it("tells why, and what to do", async () => {
    expect(await gate({ catalog: BLOCK })).toEqual({
      code: 2,
      stdout: `catalog: block (policy: conservative)
  - catalog/availability: 90% of the error budget is consumed; releases halt above 80%
  - catalog/availability: 10% of the error budget remains; a warning is due below 20%
  > Stop feature releases; ship only repairs and security fixes until the budget has recovered.
  > Write a postmortem for any single incident that took more than 20% of the budget.
`,
      stderr: "",
    });
  });

  it("applies the policies of the document, or those of another one", async () => {
    const own = await gate({ catalog: BLOCK }, [], ONE + POLICIES);
    expect(own).toMatchObject({ code: 2, stdout: expect.stringContaining("catalog: block (policy: careful)") });
    expect(own.stdout).toMatch(/ {2}> Repair it first\.\n$/);
    expect(await gate({ catalog: BLOCK }, ["--policies", "policies.yaml"])).toEqual(own);
    const unknown = await gate({ catalog: BLOCK }, [], ONE + POLICIES.replace("default: true", "services: [shop]"));
    expect(unknown).toMatchObject({
      code: 65,
      stdout: "",
      stderr: expect.stringMatching(
        /slo\.yaml:\d+:\d+: error_budget_policies\.careful\.services\[0\]: "shop" is no service here/,
      ),
    });
    const dead = await gate({ catalog: BLOCK }, [], ONE + POLICIES.replace("when: {", "when: { slo: availabilty,"));
    expect(dead).toMatchObject({
      code: 65,
      stdout: "",
      stderr: expect.stringMatching(/rules\[0\]\.when\.slo: "availabilty" is no SLO of "catalog", .* "availability"\?/),
    });
    const slo = await gate({ catalog: BLOCK }, ["--policies", "slo.yaml"]);
    expect(slo).toMatchObject({
      code: 65,
      stderr: expect.stringMatching(/^slo\.yaml: cannot be read: there is no such file; it was looked for in \S+\n$/),
    });
  });

  it("may let a warning pass without a word in the exit code", async () => {
    const warned = await gate({ catalog: steady(100, 0.002) }, ["--policies", "policies.yaml", "--allow-warn"]);
    expect(warned).toMatchObject({ code: 0, stdout: expect.stringMatching(/^catalog: warn/) });
    expect((await gate({ catalog: BLOCK }, ["--allow-warn"])).code).toBe(2);
  });

  it("asks about all services without one, and the strictest answer counts", async () => {
    const jobs = { catalog: BLOCK, checkout: steady(600) };
    const all = await gate(jobs, [], SHOP);
    expect(all).toMatchObject({ code: 2, stdout: expect.stringMatching(/^checkout: pass[^]*\ncatalog: block/) });
    expect((await gate(jobs, ["checkout"], SHOP)).code).toBe(0);
    expect((await gate(jobs, ["--service=checkout"], SHOP)).code).toBe(0);
    expect((await gate(jobs, ["checkout", "--service", "catalog"], SHOP)).code).toBe(2);
    expect((await gate({ catalog: PASS }, [], SHOP)).code).toBe(3);
    expect((await gate({ catalog: BLOCK }, [], SHOP)).code).toBe(2);
    const [, stderr] = ["", (await gate(jobs, ["shop"], SHOP)).stderr];
    expect(stderr).toMatch(/"shop" is no service of .*; allowed: checkout, catalog/);
  });

  it("is of an instant and over a window if it is told", async () => {
    const recovered: Job = (range) => steady(100, range.end === NOW ? 0 : 0.009)(range);
    expect((await gate({ catalog: recovered })).code).toBe(0);
    expect((await gate({ catalog: recovered }, ["--at", "2026-11-01T00:00:00Z"])).code).toBe(2);
    const answer = jsonOf(await gate({ catalog: PASS }, ["--window", "1d", "--json"]));
    expect(answer).toMatchObject({ results: [{ slos: [{ window: { durationMs: 86_400_000 } }] }] });
  });
});

describe("a gate that nobody can tell anything", () => {
  it("leaves it to the caller", async () => {
    const { code, stdout, stderr } = await gate(undefined);
    const away = "nines: 127.0.0.1:2: prometheus could not measure the SLOs: there was no answer (ECONNREFUSED)\n";
    expect({ code, stderr }).toEqual({ code: 3, stderr: away });
    expect(stdout).toMatch(
      /^catalog: unknown .*\n {2}- catalog\/availability cannot be judged: .* there was no answer \(ECONNREFUSED\)\n/,
    );
  });

  it("lets pass and says so where it is told to, also where nobody reads stdout", async () => {
    for (const options of [["--fail-open"], ["--fail-open", "--json"]]) {
      const { code, stderr } = await gate(undefined, options);
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /^WARNING: nobody can tell whether catalog may be released; it passes because of --fail-open: .*\n/,
      );
    }
    expect(await gate({ catalog: PASS }, ["--fail-open"])).toMatchObject({ code: 0, stderr: "" });
    expect(await gate({ catalog: BLOCK }, ["--fail-open"])).toMatchObject({ code: 2, stderr: "" });
  });

  it("blocks where it is told to", async () => {
    expect(await gate(undefined, ["--fail-closed"])).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^catalog: unknown/),
    });
    expect((await gate({ catalog: PASS }, ["--fail-closed"])).code).toBe(0);
  });

  it("does not hide a block of another service", async () => {
    expect((await gate({ catalog: BLOCK }, ["--fail-open"], SHOP)).code).toBe(2);
  });
});

it("names the Prometheus that did not answer in its JSON, and a null for one that did", async () => {
  const away = await gate(undefined, ["--json"]);
  expect(away.stderr).toBe("");
  const message = "prometheus could not measure the SLOs: there was no answer (ECONNREFUSED)";
  expect(jsonOf(away)).toMatchObject({ exitCode: 3, unanswered: { host: "127.0.0.1:2", message } });
  expect(jsonOf(await gate({ catalog: PASS }, ["--json"]))).toMatchObject({ unanswered: null });
});

it("asks what it is told to ask: what rules recorded, or the metrics", async () => {
  const pathOf = folderOf({ "slo.yaml": ONE });
  const queries = async (...options: string[]): Promise<string> => {
    const { url, asked } = await fakePrometheus({ catalog: PASS });
    const { code } = await nines(["gate", pathOf("slo.yaml"), ...options, "--prometheus", url]);
    expect(code).not.toBe(64);
    return asked.map(({ form }) => form.get("query")).join("\n");
  };
  expect(await queries("--rules")).toContain("nines:slo");
  expect(await queries("--expressions")).not.toContain("nines:slo");
  expect(await gate({ catalog: PASS }, ["--rules", "--expressions"])).toMatchObject({
    code: 64,
    stderr: expect.stringContaining("--rules and --expressions cannot be given together"),
  });
});

describe("an override", () => {
  const BY = ["--by", "ann", "--reason", "rolls the release back"];

  it("stands against the policy, and is told", async () => {
    const { code, stdout } = await gate({ catalog: BLOCK }, ["--override", "allow", ...BY]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^catalog: pass \(policy: conservative, where the policy says block\)\n {2}- ann allows releases until 2026-11-29T03:01:00Z: rolls the release back\n/,
    );
    expect((await gate({ catalog: PASS }, ["--override", "halt", ...BY])).code).toBe(2);
  });

  it("helps where nobody can tell", async () => {
    expect((await gate(undefined, ["--override", "allow", ...BY])).code).toBe(0);
  });

  it.each<[string, readonly string[], string]>([
    ["a name", ["--override", "allow", "--reason", "x"], "--override needs --by: whoever overrides says who it is"],
    ["a reason", ["--override", "allow", "--by", "ann"], "--override needs --reason: whoever overrides says why"],
    ["a word", BY, "--by needs --override"],
    ["a possible word", ["--override", "maybe", ...BY], '--override: "maybe" is not possible; allowed: allow, halt'],
    ["a reason that is one", ["--override", "allow", "--by", "ann", "--reason", " "], "--reason: "],
  ])("needs %s", async (_title, options, message) => {
    const { code, stdout, stderr } = await gate({ catalog: PASS }, options);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(`nines gate: ${message}`);
  });
});

it("cannot be both open and closed", async () => {
  const { code, stderr } = await gate({ catalog: PASS }, ["--fail-open", "--fail-closed"]);
  expect(code).toBe(64);
  expect(stderr).toContain("--fail-open and --fail-closed cannot be given together");
});

it("has its JSON, with what was decided and by whom", async () => {
  const { code, stdout } = await gate({ catalog: BLOCK }, ["--json"]);
  expect(code).toBe(2);
  const answer = JSON.parse(stdout) as Record<string, unknown>;
  expect(Object.keys(answer)).toEqual([
    "command",
    "exitCode",
    "verdict",
    "allowed",
    "whenUnknown",
    "results",
    "unanswered",
  ]);
  expect(answer).toMatchObject({
    command: "gate",
    exitCode: 2,
    verdict: "block",
    allowed: false,
    whenUnknown: "caller",
    results: [
      { service: "catalog", verdict: "block", allowed: false, policy: "conservative", override: null, at: NOW },
    ],
  });
  expect(jsonOf(await gate(undefined, ["--json"]))).toMatchObject({ exitCode: 3, verdict: "unknown", allowed: false });
  expect(jsonOf(await gate(undefined, ["--json", "--fail-open"]))).toMatchObject({
    exitCode: 0,
    allowed: true,
    whenUnknown: "open",
  });
  expect(jsonOf(await gate(undefined, ["--json", "--fail-closed"]))).toMatchObject({
    exitCode: 2,
    allowed: false,
    whenUnknown: "closed",
  });
});
