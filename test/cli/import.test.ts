import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { importSlos } from "../../src/rules/formats/import.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { folderOf, jsonOf, nines, ONE, SHOP, SLOTH, withoutFolder } from "./support.ts";

const LOST =
  "sloth.yml:8:7: slos[0].sli.plugin: nines has no plugins of Sloth, so this SLO is left out; write its queries as events: error_query and total_query\n";

it("writes a document of nines, and on stderr what is not in it", async () => {
  const pathOf = folderOf({ "sloth.yml": SLOTH });
  const { code, stdout, stderr } = await nines(["import", pathOf("sloth.yml")]);
  expect({ code, stderr: withoutFolder(stderr, pathOf) }).toEqual({ code: 1, stderr: LOST });
  expect(stdout).toBe(`service_level_objectives:
  shop:
    requests:
      kind: availability
      target: 99.9%
      sli:
        bad: sum(rate(http_requests_total{job="shop",code=~"5.."}[5m]))
        total: sum(rate(http_requests_total{job="shop"}[5m]))
      measurement_window: 30d
      description: requests that do not fail
      labels:
        owner: web
      alerting:
        name: ShopBurns
        labels:
          owner: web
`);
  expect(parseSloDocument(stdout).slos).toEqual(importSlos(SLOTH).slos.slos);
  expect((await nines(["import", "-"], { stdin: SLOTH })).stdout).toBe(stdout);
});

it("remarks an objective that is hardly meant", async () => {
  const stdin = SLOTH.replaceAll("99.9", "0.999");
  const message = "an objective of 0.999% is a budget of 99.001%; did you mean 99.9%?";
  expect((await nines(["import", "-"], { stdin })).stderr).toContain(`<stdin>: shop/requests: ${message}\n`);
  expect(jsonOf(await nines(["import", "-", "--json"], { stdin }))).toMatchObject({
    remarks: [{ file: "<stdin>", about: "shop/requests", message }],
  });
  expect(importSlos(stdin).remarks).toEqual([{ slo: "shop/requests", message }]);
  expect(importSlos(SLOTH).remarks).toEqual([]);
  expect(importSlos(ONE.replace("99%", "1%")).remarks).toEqual([
    { slo: "catalog/availability", message: "an objective of 1% is a budget of 99%; did you mean 99%?" },
  ]);
});

it("takes the window that it is told", async () => {
  const { stdout } = await nines(["import", "-", "--window", "28d", "--from", "sloth"], { stdin: SLOTH });
  expect(stdout).toContain("measurement_window: 28d");
  expect(await nines(["import", "-", "--window", "soon"], { stdin: SLOTH })).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('--window: "soon" is not a duration'),
  });
});

it("writes OpenSLO, which it reads again", async () => {
  const openSlo = await nines(["import", "-", "--to", "openslo"], { stdin: SHOP });
  expect(openSlo).toMatchObject({ code: 0, stderr: "" });
  expect(openSlo.stdout).toMatch(/^apiVersion: openslo\/v1$/m);
  const back = await nines(["import", "-", "--from", "openslo"], { stdin: openSlo.stdout });
  expect(back).toMatchObject({ code: 0, stderr: "" });
  const ids = (text: string): readonly string[] => parseSloDocument(text).slos.map(({ id }) => id);
  expect(ids(back.stdout)).toEqual(ids(SHOP));
});

it("tells what OpenSLO has no place for", async () => {
  const stdin = `${ONE}exclusions: [{ from: 2026-11-01T01:00:00Z, to: 2026-11-01T02:00:00Z, reason: upgrade }]\n`;
  expect(await nines(["import", "-", "--to", "openslo"], { stdin })).toMatchObject({
    code: 0,
    stderr: "<stdin>: exclusions: OpenSLO has no place for it; keep the document of nines\n",
  });
});

it.each([
  ["a plugin", SLOTH, 1, ["slos[0].sli.plugin"]],
  [
    "a variable that is not filled in",
    SLOTH.replace('code=~"5.."}[{{.window}}]', 'code=~"{{.codes}}"}[{{.window}}]').replace(
      "plugin: { id: some }",
      'raw: { error_ratio_query: "sum(rate(up[{{.window}}]))" }',
    ),
    1,
    ["slos[1].sli.events.error_query"],
  ],
  ["nothing but a label", SLOTH.replace(/ {2}- name: availability\n[^]*?some \}\n/, "").replace("web", '""'), 0, []],
])("ends with 1 where an SLO is left out, not where it is %s", async (_what, stdin, code, paths) => {
  const ran = await nines(["import", "-", "--json"], { stdin });
  expect(ran.code).toBe(code);
  const { leftOut, unsupported } = jsonOf(ran) as Record<string, readonly { readonly path: string }[]>;
  expect(leftOut?.map(({ path }) => path)).toEqual(paths);
  expect(unsupported?.length).toBeGreaterThan(0);
});

it("refuses what is of another format than it is said to be", async () => {
  expect(await nines(["import", "-", "--from", "openslo"], { stdin: SLOTH })).toEqual({
    code: 65,
    stdout: "",
    stderr: "<stdin>: is of the format sloth, and not openslo\n",
  });
  const { code, stderr } = await nines(["import", "-", "--from", "pyrra"], { stdin: SLOTH });
  expect({ code, stderr }).toEqual({
    code: 65,
    stderr: expect.stringMatching(/^<stdin>:1:10: version: is of the format sloth, and not pyrra/),
  });
});

it("writes a file", async () => {
  const pathOf = folderOf({ "sloth.yml": SLOTH });
  const { stdout: text } = await nines(["import", pathOf("sloth.yml")]);
  const ran = await nines(["import", pathOf("sloth.yml"), "-o", pathOf("slo.yaml")]);
  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(readFileSync(pathOf("slo.yaml"), "utf8")).toBe(text);
});

it("has the document, the text and what was lost in its JSON", async () => {
  const ran = await nines(["import", "-", "--json"], { stdin: SLOTH });
  expect(ran).toMatchObject({ code: 1, stderr: "" });
  const { document } = importSlos(SLOTH);
  const lost = { file: "<stdin>", line: 8, column: 7, path: "slos[0].sli.plugin", message: expect.any(String) };
  expect(jsonOf(ran)).toEqual({
    command: "import",
    exitCode: 1,
    format: "sloth",
    to: "nines",
    unsupported: [lost],
    leftOut: [lost],
    remarks: [],
    output: null,
    text: (await nines(["import", "-"], { stdin: SLOTH })).stdout,
    document,
  });
});

it("tells faults as other commands do", async () => {
  const { code, stdout, stderr } = await nines(["import", "-"], { stdin: SLOTH.replaceAll("99.9", "100") });
  expect({ code, stdout }).toEqual({ code: 65, stdout: "" });
  expect(stderr).toMatch(/^<stdin>:10:16: slos\[1\]\.objective: /m);
});
