import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ChaosReport } from "../../src/chaos/model.ts";
import { probe } from "../../src/chaos/probes.ts";
import { chaosReportMarkdown } from "../../src/chaos/report-markdown.ts";
import { markdownHtml } from "../../src/postmortem/templates/markdown-html.ts";

import { passing, runnerOf, Strike, targetsOf } from "./support.ts";

/** The report of a run whose names and messages all hold `text`. */
async function reportOf(text: string, { holds = true, armed = true } = {}): Promise<ChaosReport> {
  const { runner, clock } = await runnerOf({ armed });
  let looks = 0;
  const strike = new Strike({
    name: `n${text}`,
    kind: `k${text}`,
    description: `d${text}`,
    services: [`s${text}`],
    all: targetsOf(3).map((target) => ({ ...target, id: `${target.id}${text}` })),
    steadyState: [probe(`p${text}`, () => ({ ok: holds || (looks += 1) < 4, message: `m${text}` }))],
  });
  strike.injecting = ({ target }) => ({ result: "done", message: `i${text} ${target}` });
  return passing(clock, runner.run(strike, { by: `b${text}` }), { stepMs: 500 });
}

/** The lines and cells of a Markdown, whatever they say. */
function shapeOf(markdown: string): readonly (readonly [kind: string, cells: number])[] {
  return markdown.split("\n").map((line) => {
    const kind = /^(#+ |\||- |$)/.exec(line)?.[0] ?? "text";
    return [kind, kind === "|" ? line.split("|").length : 0] as const;
  });
}

describe("the report of a run as Markdown", () => {
  it("says what was believed, done, seen and undone", async () => {
    const text = chaosReportMarkdown(await reportOf(""), { zone: "Europe/Berlin" });
    expect(text.replace(/chaos-\w+-\w+-\d+/, "RUN").replace(/web-\d/g, "web-N")).toBe(`# Chaos: n

|  |  |
| --- | --- |
| Outcome | **completed: it took its whole time** |
| Run | RUN |
| Kind | k |
| By | b |
| Services | s |
| Time | 2026-03-02 11:00:00 to 2026-03-02 11:00:10 (Europe/Berlin), 10 s |
| Blast radius | 1 of 3 targets was chosen, which is 33.3 % of its group; 3 could be struck |

## What was believed

d

That this holds before, meanwhile and afterwards:

- p

## What was done

| Target | Result | At | Message |
| --- | --- | --- | --- |
| web-N | done | 2026-03-02 11:00:00 | i web-N |

## What was seen

| When | What | Held | First that did not hold, or last look |
| --- | --- | --- | --- |
| before | p | 1 of 1 | 2026-03-02 11:00:00: m |
| meanwhile | p | 9 of 9 | 2026-03-02 11:00:09: m |
| afterwards | p | 1 of 1 | 2026-03-02 11:00:10: m |

The steady state came back.

## What was undone

| Target | Undone |
| --- | --- |
| web-N | 2026-03-02 11:00:10 |

## Timeline

| At | What | Message |
| --- | --- | --- |
| 2026-03-02 11:00:00.000 | strikes | the steady state holds; web-N is struck |
| 2026-03-02 11:00:00.000 | injection_done | web-N: i web-N |
| 2026-03-02 11:00:10.000 | undone | web-N is as it was |
| 2026-03-02 11:00:10.000 | steady_again | the steady state holds again |
`);
  });

  it("says what did not hold, and that nobody was struck", async () => {
    const aborted = chaosReportMarkdown(await reportOf("", { holds: false }));
    expect(aborted).toContain("| Outcome | **aborted: it was ended early**, by not_steady: m |");
    expect(aborted).toContain("- m (not_steady)");
    expect(aborted).toContain("| meanwhile | p | 2 of 3 |");
    expect(aborted).toContain("The steady state did not come back in time.");
    const dry = chaosReportMarkdown(await reportOf("", { armed: false }));
    expect(dry).toMatch(/## What was done\n\nNothing. This would be struck: web-\d\n/);
    expect(dry).toContain("There was nothing to be undone.");
  });

  it("says how many were chosen, and tells the timeline to the millisecond", async () => {
    const report = await reportOf("");
    const blastRadius = { targets: 8, eligible: 6, chosen: ["a", "b", "c"], share: 0.5 };
    const timeline = [{ at: Date.UTC(2026, 2, 2, 10, 0, 0, 45), code: "strikes", message: "m" }];
    const text = chaosReportMarkdown({ ...report, blastRadius, timeline });
    expect(text).toContain(
      "3 of 8 targets were chosen, which is 50 % of the group that it takes most of; 6 could be struck",
    );
    expect(text).toContain("| 2026-03-02 10:00:00.045 | strikes | m |");
    const none = chaosReportMarkdown({ ...report, blastRadius: { ...blastRadius, chosen: [], share: 0 } });
    expect(none).toContain("| none of 8 targets was chosen; 6 could be struck |");
  });

  it("says what is not undone yet, in capital letters of its own", async () => {
    const report = await reportOf("");
    const injections = report.injections.map((one) => ({ ...one, undo: "not_yet" as const, undoneAt: undefined }));
    expect(chaosReportMarkdown({ ...report, injections })).toMatch(
      /web-\d \| \*\*not yet: it is in the journal\*\* \|/,
    );
  });

  it("is not broken by hostile names: they add no line, cell, heading, link or element", async () => {
    const plain = shapeOf(chaosReportMarkdown(await reportOf("QQ")));
    const hostile = [
      "\n# heading",
      "| a | b |",
      "\r\n\r\n- item",
      "](https://evil.example) [x",
      "<script>alert(1)</script>",
      "```\ncode",
      "\\|",
      "<!-- ",
      "\u2028\u202e",
      "![x](//e.example/i.png)",
    ];
    for (const text of hostile) {
      const markdown = chaosReportMarkdown(await reportOf(text));
      expect(shapeOf(markdown)).toEqual(plain);
      expect(markdownHtml(markdown)).not.toMatch(/<(script|img|a|pre|code)\b/);
    }
    const parts = fc.constantFrom(...hostile, "a", " ", "\n", "|", "\\", "`", "*", "<", "&#124;");
    const report = await reportOf("QQ");
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), (all) => {
        const text = JSON.stringify(`QQ${all.join("")}`).slice(1, -1);
        const changed = JSON.parse(JSON.stringify(report).replaceAll("QQ", () => text)) as ChaosReport;
        expect(shapeOf(chaosReportMarkdown(changed))).toEqual(plain);
      }),
    );
  });

  it("is bounded, and refuses a zone that there is not", async () => {
    const report = await reportOf("");
    const timeline = Array.from({ length: 10_000 }, () => report.timeline[0]!);
    expect(chaosReportMarkdown({ ...report, timeline }).split("\n").length).toBeLessThan(600);
    expect(chaosReportMarkdown({ ...report, timeline })).toContain("And 9500 more.");
    expect(() => chaosReportMarkdown(report, { zone: "Mars" })).toThrow(/zone: "Mars" is not a time zone/);
  });
});
