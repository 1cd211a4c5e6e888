import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { parseFragment } from "parse5";
import { describe, expect, it, test } from "vitest";

import { checkItem, checklistOf, skipItem, triedItem } from "../../src/runbook/checklist/checklist.ts";
import { checklistMarkdown } from "../../src/runbook/checklist/markdown.ts";
import { applyRun } from "../../src/runbook/checklist/run.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { parseRunbook } from "../../src/runbook/definition/document.ts";
import { runbookMarkdown } from "../../src/runbook/markdown/markdown.ts";
import type { Runbook } from "../../src/runbook/model.ts";
import type { RunbookRun, RunStep, StepStatus } from "../../src/runbook/run.ts";
import { ROOT } from "../support/spawn.ts";

const FOLDER = join(ROOT, "test/data/runbook");
const AT = Date.parse("2026-11-22T12:03:00Z");

interface Page {
  /** Names of the elements in order; of links with where they lead. */
  readonly elements: readonly string[];
  readonly text: string;
}

interface Node {
  readonly nodeName: string;
  readonly value?: string;
  readonly attrs?: readonly { readonly name: string; readonly value: string }[];
  readonly childNodes?: readonly Node[];
}

/** What a browser makes of it, with all HTML let through. */
function page(markdown: string): Page {
  const html = micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
  const elements: string[] = [];
  let text = "";
  const walk = ({ nodeName, value = "", attrs = [], childNodes = [] }: Node): void => {
    if (nodeName === "#text") text += value;
    else if (!nodeName.startsWith("#document")) {
      const href = attrs.find(({ name }) => name === "href")?.value;
      elements.push(href === undefined ? nodeName : `${nodeName} ${href}`);
    }
    childNodes.forEach(walk);
  };
  walk(parseFragment(html));
  return { elements, text };
}

/** A runbook whose every text is `text`. */
function filledWith(text: string): Runbook {
  return runbookOf("HarmlessName", {
    ...{
      title: text,
      description: text,
      triggers: [{ alert: text, threshold: text }],
      escalation: [{ to: text, note: text }],
    },
    ...{
      potentialCauses: [text],
      mitigation: { [text.slice(0, 200)]: text },
      rollbackProcedures: text,
      communication: { internal: text, external: text },
    },
    steps: [
      { name: "a", title: text, description: text, actions: [text, text], escalation: text, potentialCauses: text },
      { name: "b", command: ["p", text], approval: { message: text } },
      { name: "c", http: { url: "https://h/", json: { a: text } }, when: { value: "labels.a", equals: text } },
      { name: "g", parallel: [{ name: "h", command: "i" }], approval: { message: text } },
    ],
  });
}

const HOSTILE = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[a](javascript:alert(1))",
  "![a](https://evil.example/x.png)".replace("https://", "//"),
  "a|b|c",
  "`a` ``b``` ```",
  "*a* _b_ ~~c~~ **d**",
  "# a",
  "> a",
  "- [ ] a",
  "1. a",
  "---",
  "===",
  "a\\",
  "&lt;b&gt; &#60; &amp;",
  "[^1] [ref]: /x",
  "<!-- a -->",
  "</details>",
  "www.evil.example",
  "ann@evil.example",
  "ftp://evil.example",
  "$x$ $$y$$",
  "{{=<% %>=}}".replace("{{", "{ {"),
];

describe("a runbook as Markdown", () => {
  it("is as it is kept beside its document", () => {
    const golden = join(FOLDER, "high-error-rate.md");
    const made = runbookMarkdown(parseRunbook(readFileSync(join(FOLDER, "high-error-rate.yaml"), "utf8")));
    if (process.env.NINES_UPDATE_GOLDEN === "1") writeFileSync(golden, made);
    expect(made).toBe(readFileSync(golden, "utf8"));
  });

  const harmless = page(runbookMarkdown(filledWith("harmless")));

  test.each(HOSTILE)("shows %j as text", (text) => {
    const shown = page(runbookMarkdown(filledWith(text)));
    expect(shown.elements).toEqual(harmless.elements);
    // Title, description, alert, threshold, escalation twice, causes, mitigation twice ...
    expect(shown.text.split(text).length).toBeGreaterThan(15);
  });

  it("has the same parts, whatever its texts are", { timeout: 60_000 }, () => {
    const part = fc.constantFrom(...HOSTILE, ...Array.from("<>[]()*_~`|#!&-+=:;\"'\\/ $@{}.^1ax"));
    const text = fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join("").slice(0, 190));
    fc.assert(
      fc.property(text, (hostile) => {
        // A place to fill in is not for a condition's text or JSON, and a link is wanted where there is an address.
        fc.pre(hostile.trim() !== "" && !hostile.includes("{{") && !/https?:/.test(hostile));
        expect(page(runbookMarkdown(filledWith(hostile))).elements).toEqual(harmless.elements);
      }),
      { numRuns: 100 },
    );
  });

  it("links addresses of pages, and nothing more than the address", () => {
    const links = (description: string) =>
      page(runbookMarkdown(runbookOf("x", { description, steps: ["a"] }))).elements.filter((name) =>
        name.startsWith("a "),
      );
    expect(links("See https://h.example/a_b?c=d*e*, or (http://h.example).")).toEqual([
      "a https://h.example/a_b?c=d*e",
      "a http://h.example",
    ]);
    expect(links("https://h.example/<script>")).toEqual(["a https://h.example/"]);
    expect(links("javascript://h.example/%0aalert(1)")).toEqual([]);
  });

  it("keeps lines as lines, and a fence closed until its end", () => {
    const { elements, text } = page(
      runbookMarkdown(
        runbookOf("x", {
          description: "a\n# b\r\n    c",
          steps: [{ name: "s", shell: true, command: "echo '```'\n````\n# x" }],
        }),
      ),
    );
    expect(elements).toEqual(["h1", "p", "br", "br", "h2", "h3", "p", "pre", "code"]);
    expect(text).toContain("echo '```'\n````\n# x");
  });
});

describe("a checklist as Markdown", () => {
  it("says who ticked what, and when", () => {
    const runbook = runbookOf("x", {
      title: "T",
      steps: [
        { title: "Look", actions: ["a", "b", "c"], escalation: "ann" },
        { name: "d", command: "e f" },
      ],
    });
    let list = checklistOf(runbook, { at: AT, incident: "INC-0001" });
    list = checkItem(list, "look/1", { by: "ann", at: AT });
    list = skipItem(list, "look/2", { by: "bob", at: AT + 86_400_000, reason: "no need" });
    expect(checklistMarkdown(list)).toBe(`# T

Begun 2026-11-22 12:03 UTC for INC-0001

## 1. Look

- [x] a (ann, 12:03 UTC)
- [x] ~~b~~ (skipped by bob, 2026-11-23 12:03 UTC: no need)
- [ ] c

If it does not help: ann

## 2. d

- [ ] Run: \`e f\`
`);
  });

  it("says what is dangerous, asks first or takes its time, and what a run has tried", () => {
    const runbook = runbookOf("x", {
      title: "T",
      steps: [
        { title: "Look", timeLimit: 5, actions: ["a"] },
        {
          name: "look_on",
          title: "Side",
          parallel: [
            { name: "logs", command: "l" },
            { name: "disk", command: "m" },
          ],
        },
        {
          name: "drop",
          command: "rm -rf x",
          destructive: true,
          approval: true,
          when: { step: "logs", status: "failed" },
          timeLimit: "90s",
        },
      ],
    });
    const step = (name: string, status: StepStatus, reason?: string): RunStep => ({
      ...{ name, status, reason, kind: "command", isRollback: false, attempts: [], endedAt: AT },
    });
    const run: RunbookRun = {
      ...{ id: "RUN-0001", runbook: "x", title: "T", alert: "x", by: "ann", status: "failed", isDry: true, lock: "x" },
      ...{ startedAt: AT, resumed: 0, version: 1 },
      steps: [step("logs", "timed_out", "took longer than 2s"), step("disk", "succeeded"), step("drop", "dry")],
    };
    expect(checklistMarkdown(applyRun(checklistOf(runbook, { at: AT }), run))).toBe(`# T

Begun 2026-11-22 12:03 UTC

## 1. Look

At most 5 min.

- [ ] a

## 2. Side

Side by side:

### 2.1. logs

- [ ] Run: \`l\` (RUN-0001 timed out: took longer than 2s)

### 2.2. disk

- [x] Run: \`m\` (RUN-0001, 12:03 UTC)

## 3. drop

Only if logs failed; at most 1 min 30 s.

- [ ] Run: \`rm -rf x\` (**destructive**, needs approval) (RUN-0001 was only tried dry)
`);
    const numbers = (markdown: string): string[] =>
      markdown.match(/^#+ \d[\d.]* .*$/gm)?.map((line) => line.replace(/^#+/, "")) ?? [];
    expect(numbers(checklistMarkdown(checklistOf(runbook, { at: AT })))).toEqual(numbers(runbookMarkdown(runbook)));
  });

  test.each(HOSTILE)("shows %j as text", (text) => {
    const made = (words: string): Page => {
      const list = checklistOf(filledWith(words), { at: AT, incident: words });
      const tried = triedItem(list, "b", { by: words, at: AT, note: words });
      return page(checklistMarkdown(checkItem(tried, "a/1", { by: words, at: AT, note: words })));
    };
    expect(made(text).elements).toEqual(made("harmless").elements);
    expect(made(text).text.split(text).length).toBeGreaterThan(11);
  });
});
