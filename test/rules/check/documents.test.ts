/** The rules of every SLO document that the pages and the tests show, before the real promtool. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, it } from "vitest";

import { generateRules } from "../../../src/rules/generate.ts";
import { checkRules } from "../../proofs/support/rules-docs-promtool.ts";
import { filesUnder } from "../../support/files.ts";
import { fencesOf } from "../../house/fences.ts";
import { describeWithService } from "../../support/services.ts";
import { ROOT } from "../../support/spawn.ts";

const fences = fencesOf(["README.md", ...filesUnder("docs", ".md")]).filter(({ flags }) => flags.includes("slo"));
const documents: ReadonlyArray<readonly [string, string]> = [
  ["test/data/slo/example.yaml", readFileSync(join(ROOT, "test/data/slo/example.yaml"), "utf8")],
  ...fences.map(({ file, line, code }) => [`${file}:${String(line)}`, code] as const),
];

describeWithService(["promtool"], "the documents that are shown", () => {
  it("are there", () => {
    expect(documents.length).toBeGreaterThan(5);
  });

  it.each(documents)("have rules that promtool takes: %s", async (_name, text) => {
    for (const convention of ["nines", "sloth"] as const) {
      const rules = generateRules(text, { convention, calendarWindows: "rolling" });
      expect(await checkRules(rules.toYaml())).toEqual([]);
    }
  });
});
