import { describe, expect, test } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import type { PostmortemGeneratorOptions } from "../../src/postmortem/generator.ts";
import { parsePostmortem } from "../../src/postmortem/read/parse.ts";
import { history, sampleGenerator } from "./samples.ts";

const WHY = "prometheus could not measure the SLOs: there was no answer";

function down(): never {
  throw new AdapterError("there was no answer", {
    ...{ adapter: "prometheus", operation: "measure the SLOs", retryable: true },
  });
}

async function generated(options: Partial<PostmortemGeneratorOptions>) {
  const { generator, id } = await sampleGenerator(options);
  const postmortem = await generator.generate(id);
  const files = generator.renderFiles(postmortem);
  return { postmortem, files, markdown: files[`${id}.md`] ?? "", html: files[`${id}.html`] ?? "" };
}

describe("a postmortem of an incident", () => {
  test("whose SLO could not be measured says why, and invents nothing", async () => {
    const { postmortem, files, markdown, html } = await generated({
      history: () => [
        { ...history(), points: [], reason: WHY },
        { ...history(), slo: "other/one" },
      ],
    });
    const [budget] = postmortem.impact.budgets;
    expect(budget).toMatchObject({ slo: "checkout/availability", unmeasured: WHY });
    expect(budget).not.toHaveProperty("measured");
    for (const text of [markdown, html]) expect(text).toContain(`could not be measured: ${WHY}`);
    expect(markdown).toContain("What it cost the error budget of checkout/availability could not be measured.");
    expect(markdown).not.toContain("It cost ");
    expect(postmortem.charts.map(({ slo }) => slo)).toEqual(["other/one"]);
    expect(parsePostmortem(files["INC-0001.json"] ?? "")).toEqual(postmortem);
  });

  test.each([
    ["at once", down],
    ["later", async () => down()],
  ])("is written where the history fails %s", async (_, fails) => {
    const { postmortem, markdown, html } = await generated({ history: fails });
    expect(postmortem.impact).toMatchObject({ unmeasured: WHY, budgets: [{ unmeasured: WHY }] });
    expect(markdown).toContain(`| Error budgets | could not be measured: ${WHY} |`);
    expect(html).toContain(`<dt>Error budgets</dt><dd>could not be measured: ${WHY}</dd>`);
    expect(postmortem.charts).toEqual([]);
  });

  test("is written where the standing fails, and shows nothing of a foreign message", async () => {
    const { markdown } = await generated({
      standing: () => {
        throw new TypeError("https://user:secret@prometheus is no address");
      },
    });
    expect(markdown).toContain("| Error budgets | could not be measured: TypeError |");
    expect(markdown).not.toContain("secret");
  });

  test("is not written for one who has given up", async () => {
    const { generator, id } = await sampleGenerator({ history: down });
    const signal = AbortSignal.abort(new Error("not any more"));
    await expect(generator.generate(id, { signal })).rejects.toThrow("not any more");
  });
});
