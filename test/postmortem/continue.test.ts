import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ConfigurationError, isReliabilityError } from "../../src/core/errors.ts";
import { isMark } from "../../src/postmortem/parts.ts";
import { parsePostmortem } from "../../src/postmortem/read/parse.ts";
import { readPostmortem } from "../../src/postmortem/read/read.ts";
import { GIVEN, sampleGenerator } from "./samples.ts";

const { generator, id, incidents } = await sampleGenerator();
const FIRST = await generator.generate(id, GIVEN);
const FILE = generator.render(FIRST, "markdown");

async function again(previous: string): Promise<string> {
  return generator.render(await generator.generate(id, { ...GIVEN, previous }), "markdown");
}

/** The lines that are not within generated parts, and whether each is. */
function free(text: string): readonly string[] {
  let isInside = false;
  return text.split("\n").filter((line) => {
    if (isMark(line)) {
      isInside = !line.startsWith("<!-- /");
      return false;
    }
    return !isInside;
  });
}

describe("a file that nobody edited", () => {
  test("comes out as it was", async () => {
    expect(await again(FILE)).toBe(FILE);
    expect(await again(await again(FILE))).toBe(FILE);
  });

  test("comes out as it was from the JSON too", async () => {
    const kept = parsePostmortem(generator.render(FIRST, "json"));
    expect(kept).toEqual(FIRST);
    const next = await generator.generate(id, { ...GIVEN, previous: kept });
    expect(generator.render(next, "markdown")).toBe(FILE);
  });

  test("is brought up to date", async () => {
    const earlier = FILE.replace("| Severity | SEV2 |", "| Severity | SEV3 |");
    // With the sums of what the machine wrote then, it is no edit.
    const marked = earlier
      .replace(/<!-- nines:header .* -->/, "<!-- nines:header -->")
      .replace("| Severity | SEV3 |\n", "");
    expect(await again(marked)).toContain("| Severity | SEV2 |");
  });

  test("has CRLF at the ends of all its lines if it had them", async () => {
    const text = await again(FILE.replaceAll("\n", "\r\n"));
    expect(text.replaceAll("\r\n", "\n")).toBe(FILE);
    expect(
      text
        .split("\n")
        .slice(0, -1)
        .every((line) => line.endsWith("\r")),
    ).toBe(true);
  });
});

describe("what people write", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.constantFrom(
      "```",
      "~~~",
      "<!--",
      "-->",
      "# a",
      "## Summary",
      "## Timeline",
      "### x",
      "| a | b |",
      "| --- |",
      "{{title}}",
      "- [ ] do it",
      "<b>",
      "\t",
      "",
      "---",
      "[x]: y",
      "<!-- nines:else -->",
      " <!-- /nines:timeline -->",
      "$&",
      "$1",
    ),
  );
  const lines = fc.array(piece, { minLength: 1, maxLength: 6 });

  test("outside of generated parts is kept letter by letter, and a second time changes nothing", async () => {
    const places = FILE.split("\n").flatMap((line, index, all) =>
      isMark(line) && line.startsWith("<!-- /")
        ? [index + 1]
        : index === 0
          ? [0]
          : all[index - 1]?.startsWith("## ")
            ? [index]
            : [],
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...places), lines), { minLength: 1, maxLength: 4 }),
        async (edits) => {
          const file = FILE.split("\n");
          for (const [place, text] of [...edits].sort((a, b) => b[0] - a[0])) {
            file.splice(place, 0, ...text.flatMap((part) => part.split("\n")).filter((line) => !isMark(line)));
          }
          const edited = file.join("\n");
          const next = await again(edited);
          expect(free(next)).toEqual(free(edited));
          expect(await again(next)).toBe(next);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("may be anything at all: it is kept, or the file is refused with a line", async () => {
    const marks = fc.constantFrom(
      "<!-- nines:timeline -->",
      "<!-- /nines:timeline -->",
      "<!-- nines:header sum=1 -->",
      "<!-- /nines:header -->",
      "| Status | x |",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat(FILE.split("\n").length),
        fc.array(fc.oneof(piece, marks), { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        async (at, text, gone) => {
          const file = FILE.split("\n");
          file.splice(at, gone, ...text);
          let next: string;
          try {
            next = await again(file.join("\n"));
          } catch (error) {
            if (!(error instanceof ConfigurationError)) throw error;
            expect(error.issues.every(({ line, path }) => line !== undefined || path.length > 0)).toBe(true);
            return;
          }
          // Within a part nothing is lost either: what the machine does not say is at the end of the file.
          for (const line of text.flatMap((part) => part.split("\n"))) {
            const words = line.replace(/[\s|:-]+/g, "");
            if (words === "" || isMark(line) || /\p{Cc}/u.test(line)) continue;
            expect(next.replace(/[\s|:-]+/g, "")).toContain(words);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("an edit", () => {
  test("of a draft makes it the words of whoever edited it", async () => {
    const edited = FILE.replace(
      "Carts are cached without a limit.\n<!--",
      "Nobody ever asked how large a cart is.\n<!--",
    );
    const postmortem = await generator.generate(id, { ...GIVEN, previous: edited });
    expect(postmortem.sections.rootCause).toBe("Nobody ever asked how large a cart is.");
    const next = generator.render(postmortem, "markdown");
    expect(next).not.toContain("nines:root-cause");
    expect(generator.render(postmortem, "html")).not.toContain("Carts are cached without a limit.</div>");
    expect(await again(next)).toBe(next);
  });

  test("of generated facts is moved to the end, once", async () => {
    const edited = FILE.replace(
      "| 2026-11-22 10:05:20 |",
      "| 2026-11-22 10:05:00 | Bob called the bank <b>twice</b> | bob | |\n| 2026-11-22 10:05:20 |",
    );
    const next = await again(edited);
    expect(next).toContain("## Kept from an earlier edit");
    expect(next.split("Bob called the bank <b>twice</b>")).toHaveLength(2);
    expect(next.slice(0, FILE.length)).toBe(FILE);
    expect(await again(next)).toBe(next);
    const more = await again(next.replace("| Began |", "| Began or so |"));
    expect(more.split("## Kept from an earlier edit")).toHaveLength(2);
    expect(more).toContain("| Began or so |");
    expect(more).toContain("Bob called the bank");
  });

  test("of the tables that people fill in is read", async () => {
    const edited = FILE.replace("| Authors | ann, bob |", "| Authors | ann, Carol&#44; MD |")
      .replace("| Users affected | 1,200 of 40,000 |", "| Users affected | 1,311 |")
      .replace(
        "| T1 | Cap the cache of carts at 256 MB | — | — | bob | — | open |",
        "| T1 | Cap the cache of carts at **256 MB** | prevent | P0 | bob | 2026-12-02 | done |\n| | Page when a pod restarts \\| twice | detect | P2 | dora | 2026-12-03 | |",
      );
    const postmortem = await generator.generate(id, { facts: GIVEN.facts, previous: edited });
    expect(postmortem.authors).toEqual(["ann", "Carol, MD"]);
    expect(postmortem.impact.usersAffected).toBe("1,311");
    expect(
      postmortem.actionItems.map(({ id: item, text, kind, owner, due, status }) => [
        item,
        text,
        kind,
        owner,
        due,
        status,
      ]),
    ).toEqual([
      ["T1", "Cap the cache of carts at **256 MB**", "prevent", "bob", "2026-12-02", "done"],
      ["A3", "Page when a pod restarts | twice", "detect", "dora", "2026-12-03", "open"],
      ["A1", GIVEN.actionItems[0].text, "prevent", "bob", "2026-12-01", "open"],
      ["A2", GIVEN.actionItems[1].text, "detect", "ann", "2026-12-08", "open"],
    ]);
    const next = generator.render(postmortem, "markdown");
    expect(next).toContain("| T1 | Cap the cache of carts at **256 MB** | prevent |");
    expect(next).not.toContain("Kept from an earlier edit");
    expect(generator.render(await generator.generate(id, { previous: next }), "markdown")).toBe(next);
  });

  test("of a list is an action item too, and stays where it is", async () => {
    const line = "- [x] Page on *restarts* of pods (owner: dora, due: 2026-12-03, P1, detect)";
    const edited = FILE.replace("## Monitoring", `${line}\n- [ ] Talk (to all)\n\n## Monitoring`);
    const postmortem = await generator.generate(id, { previous: edited });
    expect(postmortem.actionItems.slice(-2)).toEqual([
      {
        id: "A3",
        text: "Page on *restarts* of pods",
        markdown: "Page on *restarts* of pods",
        kind: "detect",
        priority: "P1",
        owner: "dora",
        due: "2026-12-03",
        status: "done",
        isInText: true,
      },
      { id: "A4", text: "Talk (to all)", markdown: "Talk (to all)", status: "open", isInText: true },
    ]);
    const next = generator.render(postmortem, "markdown");
    expect(next.split("Page on *restarts* of pods")).toHaveLength(2);
    expect(generator.render(postmortem, "html")).toContain("Page on <em>restarts</em> of pods");
  });

  test("that takes a part out keeps it out", async () => {
    const edited = FILE.replace(/<!-- nines:suggested-actions [\s\S]*?<!-- \/nines:suggested-actions -->\n/, "");
    expect(await again(edited)).toBe(edited);
  });

  test("of the title, and a section of one's own, stay", async () => {
    const edited = FILE.replace(
      "# Postmortem: HighMemoryUsage on checkout",
      "# Postmortem: Carts ate the \\*memory\\*",
    ).replace("## Appendix", "## For the board\n\nAll is *well*.\n\n## Appendix");
    const postmortem = await generator.generate(id, { ...GIVEN, previous: edited });
    expect(postmortem.title).toBe("Carts ate the *memory*");
    expect(postmortem.extraSections).toEqual([{ title: "For the board", text: "All is *well*." }]);
    expect(generator.render(postmortem, "html")).toContain("<h2>For the board</h2>\n<p>All is <em>well</em>.</p>");
    expect(generator.render(postmortem, "markdown")).toBe(edited);
  });

  test("of the status is a change of it", async () => {
    const postmortem = await generator.generate(id, {
      ...GIVEN,
      previous: FILE.replace("| Status | draft |", "| Status | In Review |"),
    });
    expect(postmortem.status).toBe("in_review");
    expect(postmortem.changes).toMatchObject([{ from: "draft", to: "in_review", by: "an edit of the file" }]);
    const next = generator.render(postmortem, "markdown");
    expect(await again(next)).toBe(next);
    const failure = await generator
      .generate(id, { ...GIVEN, previous: next.replace("| in review |", "| reviewed |") })
      .catch((error: unknown) => error);
    expect(isReliabilityError(failure) && failure.message).toMatch(
      /cannot be reviewed yet[\s\S]*Where we got lucky: write/,
    );
  });

  test("after which a task of the incident is done, or new, is told of it", async () => {
    const other = await sampleGenerator();
    const file = other.generator.render(await other.generator.generate(id), "markdown");
    await other.incidents.changeTask(id, { task: "T1", done: true, by: "bob" });
    await other.incidents.addTask(id, { text: "Write to the customers who lost a cart", by: "ann" });
    const { actionItems } = await other.generator.generate(id, { previous: file });
    expect(actionItems).toMatchObject([
      { id: "T1", status: "done" },
      { id: "T2", status: "open" },
    ]);
  });

  test("does not lose sections that were handed in for empty places", async () => {
    const bare = generator.render(await generator.generate(id), "markdown");
    const next = await generator.generate(id, { previous: bare, sections: { lucky: "It was Sunday: $& {{title}}" } });
    expect(next.sections.lucky).toBe("It was Sunday: $& {{title}}");
    expect(generator.render(next, "markdown")).toContain("\nIt was Sunday: $& {{title}}\n");
  });
});

describe("a damaged file is refused with its line", () => {
  test.each([
    [
      "a part without its end",
      FILE.replace("<!-- /nines:timeline -->\n", ""),
      /INC-0001\.md:\d+:1: .*"<!-- \/nines:timeline -->" is missing before it/,
    ],
    [
      "an end without its part",
      FILE.replace(/<!-- nines:timeline .*\n/, ""),
      /:\d+:1: "<!-- \/nines:timeline -->" ends a part that does not begin/,
    ],
    [
      "a part that is there twice",
      FILE.replace("## Appendix", "<!-- nines:header -->\n<!-- /nines:header -->\n\n## Appendix"),
      /:\d+:1: the part "header" is there twice; it begins in line 3 too/,
    ],
    [
      "a status that there is not",
      FILE.replace("| Status | draft |", "| Status | finished |"),
      /:6:1: status "finished" is none of a postmortem; allowed: draft, in review, reviewed, closed/,
    ],
    [
      "a kind that there is not",
      FILE.replace("| prevent |", "| prevnt |"),
      /:\d+:1: kind "prevnt" is none of an action item; allowed: prevent, detect, mitigate/,
    ],
    [
      "a row with too many cells",
      FILE.replace("| prevent |", "| a | prevent |"),
      /:\d+:1: has 8 cells, and the table 7 columns; write \\\| for a bar/,
    ],
    [
      "a path",
      "postmortems/INC-0001.md",
      /previous: "postmortems\/INC-0001\.md" is one line.*text of the file, not its path/,
    ],
    ["too long a file", `${FILE}${"x".repeat(2_000_000)}`, /has \d+ characters; at most 2000000 are read/],
  ])("%s", async (_, file, message) => {
    await expect(generator.generate(id, { previous: file })).rejects.toThrow(message);
  });

  test("and the incident is not touched by any of it", async () => {
    expect((await incidents.get(id)).status).toBe("resolved");
    expect(readPostmortem(FILE, { file: "a.md" }).edited).toEqual([]);
  });
});
