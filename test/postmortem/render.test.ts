import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "parse5";
import { afterAll, describe, expect, test } from "vitest";

import { seededRandom } from "../../src/core/random.ts";
import { postmortemSvg } from "../../src/postmortem/picture/picture.ts";
import { renderPostmortem } from "../../src/postmortem/render.ts";
import { browseFile, misplacedWords } from "../support/browser.ts";
import { describeWithService } from "../support/services.ts";
import { BEGAN, GIVEN, history, MINUTE, sampleGenerator } from "./samples.ts";

const { generator, id } = await sampleGenerator();
const POSTMORTEM = await generator.generate(id, GIVEN);
const FILES = generator.renderFiles(POSTMORTEM);

describe("the golden files", () => {
  test("are those of the incident", async () => {
    expect(Object.keys(FILES)).toEqual(["INC-0001.md", "INC-0001.svg", "INC-0001.html", "INC-0001.json"]);
    for (const [name, text] of Object.entries(FILES))
      await expect(text).toMatchFileSnapshot(`../data/postmortem/${name}`);
  });

  test("have no error of the parser, and fetch and run nothing", () => {
    const page = FILES["INC-0001.html"] ?? "";
    const errors: string[] = [];
    parse(page, { onParseError: ({ code, startLine }) => errors.push(`${String(startLine)}: ${code}`) });
    expect(errors).toEqual([]);
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bsrc=|@import|url\(/);
  });
});

describe("templates", () => {
  test("replace a part, whose marks stay", async () => {
    const { generator: own } = await sampleGenerator({
      templates: {
        markdown: { partials: { timeline: "{{#timeline}}\n* {{time}} {{text}}\n{{/timeline}}" } },
        html: { partials: { style: "body { color: red }" } },
      },
    });
    const postmortem = await own.generate(id, { title: "a *b*" });
    const markdown = own.render(postmortem, "markdown");
    expect(markdown).toMatch(/<!-- nines:timeline .*-->\n\* 2026-11-22 10:02:00 it began\n/);
    expect(own.render(await own.generate(id, { title: "a *b*", previous: markdown }), "markdown")).toBe(markdown);
    expect(own.render(postmortem, "html")).toContain("<style>\nbody { color: red }\n</style>");
  });

  test("replace the whole, with the parts that it names", () => {
    const whole = "# {{title}}\n\nBy {{{authors}}}.\n\n{{> timeline}}\n\n## Trigger\n\n{{{written.trigger}}}\n";
    const text = renderPostmortem({ ...POSTMORTEM, title: "<b> {{id}}" }, "markdown", {
      templates: { markdown: { whole } },
    });
    expect(text).toMatch(/^# &lt;b&gt; \\\{\\\{id\\\}\\\}\n\nBy ann, bob\.\n\n<!-- nines:timeline /);
    expect(text).not.toContain("nines:header");
    expect(text).toContain("A release [v2026.11.22]");
    expect(
      renderPostmortem(POSTMORTEM, "html", { templates: { html: { whole: "<p>{{title}} {{> header}}</p>" } } }),
    ).toMatch(/^<p>HighMemoryUsage on checkout <header>/);
  });

  test.each([
    [{ markdown: { whole: "{{#a}}" } }, /templates\.markdown\.whole: .*is no template: unclosed section/],
    [{ html: { partials: { header: "{{/a}}" } } }, /partials\.header.*is no template/],
    [{ html: { partials: { heade: "" } } }, /heade.*is no option.*header/],
    [{ pdf: {} }, /pdf.*is no option of templates/],
    [{ markdown: { whole: 1 } }, /templates\.markdown\.whole: 1 is no text/],
  ])("%j is refused", (templates, message) => {
    expect(() =>
      ["markdown", "html"].map((format) =>
        renderPostmortem(POSTMORTEM, format as "html", { templates: templates as never }),
      ),
    ).toThrow(message);
  });

  test("a format or a picture that there is not is refused", () => {
    expect(() => renderPostmortem(POSTMORTEM, "pdf" as never)).toThrow(
      /format: "pdf" is none; allowed: markdown, html, json/,
    );
    for (const name of ["https://evil.example/x.svg", "a b.svg", "/x.svg", "x.svg)"]) {
      expect(() => renderPostmortem(POSTMORTEM, "markdown", { pictures: [name] })).toThrow(/is not the name of a file/);
    }
  });
});

describeWithService(["chromium"], "in a browser", ({ chromium = "chromium" }) => {
  const folder = mkdtempSync(join(tmpdir(), "nines-postmortem-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const browse = (file: string, ...flags: readonly string[]): string => browseFile(chromium, folder, file, flags);

  test("the page is what was written, on screens and on paper", { timeout: 60_000 }, () => {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    const shown = browse("INC-0001.html", "--dump-dom");
    for (const text of [
      "HighMemoryUsage on checkout",
      "Not written yet: what could have made it worse",
      '<title id="nines-picture-1-title">',
    ])
      expect(shown).toContain(text);
    browse("INC-0001.html", "--no-pdf-header-footer", `--print-to-pdf=${join(folder, "page.pdf")}`);
    expect(readFileSync(join(folder, "page.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
    browse("INC-0001.svg", "--window-size=900,520", `--screenshot=${join(folder, "picture.png")}`);
    // A blank picture of this size has some 2 kB.
    expect(readFileSync(join(folder, "picture.png")).length).toBeGreaterThan(15_000);
  });

  test("no word of a picture lies on another one, or outside of it", { timeout: 60_000 }, () => {
    const random = seededRandom("labels");
    const names = ["began", "detected", "declared", "acknowledged", "mitigated", "resolved"];
    const pictures = Array.from({ length: 40 }, (_, index) => {
      const span = [2 * MINUTE, 24 * MINUTE, 600 * MINUTE, 5_000 * MINUTE][index % 4] ?? MINUTE;
      const from = BEGAN - random.integer(0, span);
      const times = names.map(() => from + random.integer(0, span)).sort((a, b) => a - b);
      const phases = names.map((name, place) => ({
        name,
        at: index % 5 === 0 ? from + span - place : (times[place] ?? from),
      }));
      const points = history().points.map((point, place) => ({ ...point, at: from + (span * place) / 100 }));
      const budget = points.map(({ at }, place) => ({ at, remainingRatio: 0.8 - (place / 60) * random.next() }));
      return postmortemSvg({
        title: "t",
        id: `p${String(index)}`,
        from,
        until: from + span,
        points,
        budget,
        objectiveRatio: 0.9 + random.next() / 10,
        phases,
      });
    });
    expect(misplacedWords(chromium, folder, pictures)).toEqual([]);
  });
});
