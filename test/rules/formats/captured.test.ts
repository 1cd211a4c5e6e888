/**
 * What each document of test/data/slo-formats becomes, with all that is told of it. What is meant to change is made anew by
 * `npx vitest run test/rules/formats/captured.test.ts -u`, and read.
 */
import { describe, expect, test } from "vitest";
import { importSlos } from "../../../src/rules/formats/import.ts";
import { writeOpenSlo } from "../../../src/rules/formats/write-openslo.ts";
import { outcomeOf } from "./outcome.ts";
import { sample, samplesOf } from "./samples.ts";

const FORMATS = ["nines", "openslo-v1", "openslo-v1alpha", "pyrra", "sloth"];

describe("each captured document", () => {
  test.each(FORMATS)("of %s", async (format) => {
    const text = samplesOf(format)
      .sort()
      .map((path) => `# ${path}\n${outcomeOf(sample(path), { file: path })}\n`)
      .join("\n");
    await expect(text).toMatchFileSnapshot(`../../data/rules/formats/captured-${format}.txt`);
  });

  test.each(["nines/all-fields.yaml", "openslo-v1/shop.yaml"])("%s, written as OpenSLO", async (path) => {
    const name = path.replace("/", "-").replace(".yaml", "");
    const text = writeOpenSlo(importSlos(sample(path)).slos);
    await expect(text).toMatchFileSnapshot(`../../data/rules/formats/openslo-of-${name}.yaml`);
  });
});
