import { describe, expect, test } from "vitest";

import { changePostmortemStatus } from "../../src/postmortem/life.ts";
import type { Postmortem } from "../../src/postmortem/model.ts";
import { parsePostmortem } from "../../src/postmortem/read/parse.ts";
import { readPostmortem } from "../../src/postmortem/read/read.ts";
import { BEGAN, GIVEN, sampleGenerator } from "./samples.ts";

const { generator, id, incidents } = await sampleGenerator();
const SECTIONS = { ...GIVEN.sections, summary: "Carts.", resolution: "A restart.", lucky: "- It was Sunday." };

function file(postmortem: Postmortem): string {
  return generator.render(postmortem, "markdown");
}

/** A postmortem in which nothing is missing, and all is done, in review. */
async function inReview(): Promise<string> {
  const whole = await generator.generate(id, {
    ...GIVEN,
    sections: SECTIONS,
    actionItems: GIVEN.actionItems.map((item) => ({ ...item, status: "done" })),
  });
  const text = file(whole)
    .replace(/\| T1 \|.*\n/, "| T1 | Cap the cache of carts at 256 MB | prevent | P1 | bob | 2026-12-02 | done |\n")
    .replace("| Status | draft |", "| Status | in review |");
  return file(await generator.generate(id, { ...GIVEN, previous: text }));
}

function withStatus(text: string, status: string): string {
  return text.replace(/\| Status \| .* \|/, `| Status | ${status} |`);
}

describe("a status that is written into the file", () => {
  test("goes only where the review leads", async () => {
    const text = await inReview();
    await expect(generator.generate(id, { previous: withStatus(text, "closed") })).rejects.toThrow(
      /INC-0001\.md:6:1: status "closed" is not possible while in review; possible: reviewed, draft$/,
    );
    const first = file(await generator.generate(id, GIVEN));
    for (const status of ["reviewed", "closed"]) {
      await expect(generator.generate(id, { previous: withStatus(first, status) })).rejects.toThrow(
        new RegExp(`:6:1: status "${status}" is not possible while draft; possible: in review$`),
      );
    }
  });

  test("goes from review to its end", async () => {
    const reviewed = file(await generator.generate(id, { previous: withStatus(await inReview(), "reviewed") }));
    const closed = await generator.generate(id, { previous: withStatus(reviewed, "Closed") });
    expect(closed.changes.map(({ from, to }) => [from, to])).toEqual([
      ["draft", "in_review"],
      ["in_review", "reviewed"],
      ["reviewed", "closed"],
    ]);
    expect(file(await generator.generate(id, { previous: file(closed) }))).toBe(file(closed));
  });

  test("cannot leave out the review by a history of its own either", async () => {
    const text = await inReview();
    const forged = (from: string, to: string): string =>
      withStatus(text, "closed").replace(
        /("changes":\[.*)\]\} -->/,
        (_, before: string) => `${before},{"from":"${from}","to":"${to}","by":"x","at":1795350000000}]} -->`,
      );
    expect(forged("a", "b")).not.toBe(withStatus(text, "closed"));
    await expect(generator.generate(id, { previous: forged("in_review", "closed") })).rejects.toThrow(
      /:\d+:1: status "closed" is not possible while in review/,
    );
    await expect(generator.generate(id, { previous: forged("reviewed", "closed") })).rejects.toThrow(
      /:\d+:1: change 2 begins at "reviewed", and it was "in review" then/,
    );
    await expect(generator.generate(id, { previous: forged("finished", "closed") })).rejects.toThrow(
      /the record "nines:about" is damaged \(changes\.1\.from: .*; put it back as it was/,
    );
    const early = text.replace(
      /("changes":\[.*)\]\} -->/,
      (_, before: string) => `${before},{"from":"in_review","to":"draft","by":"x","at":5}]} -->`,
    );
    await expect(generator.generate(id, { previous: early })).rejects.toThrow(
      /change 2 is earlier than the one before it/,
    );
  });

  test("is asked for what is missing again where the history was edited", async () => {
    const bare = file(await generator.generate(id, GIVEN));
    const history = [
      { from: "draft", to: "in_review", by: "x", at: BEGAN + 1 },
      { from: "in_review", to: "reviewed", by: "x", at: BEGAN + 2 },
    ];
    const forged = withStatus(bare, "reviewed").replace('"changes":[]', `"changes":${JSON.stringify(history)}`);
    await expect(generator.generate(id, { previous: forged })).rejects.toThrow(/cannot be reviewed yet/);
  });

  test("is not lost where a header of one's own does not have it, nor are the authors", async () => {
    const { generator: own } = await sampleGenerator({
      templates: { markdown: { partials: { header: "Of {{id}}, by nobody in particular." } } },
    });
    const first = changePostmortemStatus(await own.generate(id, GIVEN), {
      to: "in_review",
      by: "ann",
      at: BEGAN + 1e9,
    });
    const next = await own.generate(id, { previous: own.render(first, "markdown") });
    expect([next.status, next.authors, next.changes]).toEqual(["in_review", ["ann", "bob"], first.changes]);
    await expect(own.generate("INC-0002", { previous: own.render(first, "markdown") })).rejects.toThrow(
      /INC-0002\.md:\d+:1: this is the postmortem of INC-0001, not of INC-0002/,
    );
  });

  test.each([
    [{ status: "closed" }, /status: status "closed" is not possible while draft/],
    [
      { status: "reviewed", changes: [{ from: "in_review", to: "reviewed", by: "x", at: 1 }] },
      /changes\[0\]: change 1 begins at "in review", and it was "draft" then/,
    ],
  ])("in the JSON too: %j", async (part, message) => {
    const postmortem = { ...(await generator.generate(id, GIVEN)), ...part };
    expect(() => parsePostmortem(postmortem)).toThrow(message);
    await expect(generator.generate(id, { previous: postmortem as never })).rejects.toThrow(message);
  });
});

test("the file of another incident is refused, with its line", async () => {
  const { id: other } = await incidents.createIncident({ title: "search is slow", severity: "SEV4", by: "ann" });
  const previous = file(await generator.generate(id, GIVEN));
  await expect(generator.generate(other, { previous })).rejects.toThrow(
    /^INC-0002\.md:4:1: this is the postmortem of INC-0001, not of INC-0002$/,
  );
  expect(readPostmortem(previous).incident).toBe("INC-0001");
});

describe("a draft", () => {
  const draft = /Not known yet\. The first sign was/;
  const label = /Drafted from the facts|Suggested by the facts/;

  test("is marked as such", async () => {
    const bare = await generator.generate(id);
    expect(file(bare)).toMatch(/-->\n_Drafted from the facts:_\n\nNot known yet\. The first sign/);
    expect(file(bare)).toContain("_As the incident has it:_\n\nCarts are cached without a limit.\n");
    expect(generator.render(bare, "html")).toMatch(/<p class="mark">Drafted from the facts<\/p>Not known yet/);
  });

  test("goes once its section is written, by whichever way, and comes back if that is taken out", async () => {
    const bare = file(await generator.generate(id));
    const written = bare.replace(
      "<!-- Write here: what set it off at that moment -->",
      "Release v41 turned the cache on.",
    );
    const below = await generator.generate(id, { previous: written });
    const handed = await generator.generate(id, { previous: bare, sections: { trigger: "Release v41." } });
    const fresh = await generator.generate(id, { sections: { trigger: "Release v41." } });
    for (const postmortem of [below, handed, fresh]) {
      expect(file(postmortem)).not.toMatch(draft);
      expect(generator.render(postmortem, "html")).not.toMatch(draft);
      expect(file(postmortem)).toContain("Release v41");
    }
    const emptied = file(below).replace("Release v41 turned the cache on.", "");
    expect(file(await generator.generate(id, { previous: emptied }))).toMatch(draft);
  });

  test("that is edited loses its label, and so does a list; what was kept of it stays", async () => {
    const bare = file(await generator.generate(id));
    const edited = bare
      .replace("Not known yet. The first sign was", "It was v41. The first sign was")
      .replace("- ann acknowledged after 40 s\n", "");
    const next = await generator.generate(id, { previous: edited });
    expect(next.sections.trigger).toMatch(/^It was v41\. The first sign was/);
    expect(next.sections.wentWell).toBe(
      '- alert HighMemoryUsage noticed it after 1 min\n- the runbook "HighMemoryUsage" succeeded in 1 min 23 s',
    );
    expect(file(next).match(/Suggested by the facts; keep what is true/g)).toHaveLength(2);
    expect(file(await generator.generate(id, { previous: file(next) }))).toBe(file(next));
  });

  test("and suggestions that nobody kept are in no reviewed or closed file, and what people kept is", async () => {
    const text = await inReview();
    expect(text).toMatch(/Suggested by the facts/);
    const kept = text.replace(/_Suggested by the facts; keep what is true:_\n\n(?=- alert)/, "");
    const reviewed = await generator.generate(id, { previous: withStatus(kept, "reviewed") });
    const closed = changePostmortemStatus(reviewed, { to: "closed", by: "carol", at: BEGAN + 1e9 });
    for (const postmortem of [reviewed, closed, await generator.generate(id, { previous: file(closed) })]) {
      for (const format of ["markdown", "html"] as const) {
        const shown = generator.render(postmortem, format);
        expect(shown).not.toMatch(label);
        expect(shown).toContain("ann acknowledged after 40 s");
        expect(shown).not.toContain("worked only at attempt 2");
      }
    }
    expect(closed.sections.wentWell).toContain("ann acknowledged after 40 s");
  });
});

describe("entries that were handed in", () => {
  const hostile = { at: BEGAN + 0.5, source: "a--> <b>", text: "--><script>\u202e{{title}}|\n`-->", by: "&--" };
  const second = { at: BEGAN + 1, source: "deploy", text: "v42 is live" };

  test("stay when it is generated again without them, from the file and from the postmortem", async () => {
    const first = await generator.generate(id, { ...GIVEN, entries: [...GIVEN.entries, hostile] });
    expect(readPostmortem(file(first)).entries).toEqual(first.entries);
    for (const previous of [file(first), first, parsePostmortem(generator.render(first, "json"))]) {
      const next = await generator.generate(id, { previous });
      expect(next.entries).toEqual([...GIVEN.entries, hostile]);
      expect(next.timeline).toEqual(first.timeline);
      const more = await generator.generate(id, { previous, entries: [second, GIVEN.entries[0]] });
      expect(more.entries).toEqual([...GIVEN.entries, hostile, second]);
    }
  });

  test("go when their line is taken out, and are refused when it is damaged", async () => {
    const text = file(await generator.generate(id, GIVEN));
    const [line = ""] = /<!-- nines:entry .*-->\n/.exec(text) ?? [];
    const next = await generator.generate(id, { previous: text.replace(line, "") });
    expect(next.entries).toBeUndefined();
    expect(file(next)).not.toContain("checkout v2026.11.22 is live");
    for (const broken of [
      line.replace('{"at"', '{"when"'),
      line.replace("{", "{{"),
      line.replace(/"at":\d+/, '"at":1e99'),
    ]) {
      await expect(generator.generate(id, { previous: text.replace(line, broken) })).rejects.toThrow(
        /INC-0001\.md:\d+:1: the record "nines:entry" is damaged \(.*\); put it back as it was, or delete the line/,
      );
    }
  });

  test("are as many as a file has room for", async () => {
    const many = Array.from({ length: 12_000 }, (_, index) => ({
      at: BEGAN + index,
      source: "x\u202e",
      text: "\u202e".repeat(400),
    }));
    const postmortem = await generator.generate(id, { entries: many });
    expect(postmortem.entries?.length).toBeGreaterThan(100);
    const text = file(postmortem);
    expect(text.length).toBeLessThan(1_500_000);
    expect(readPostmortem(text).entries).toEqual(postmortem.entries);
  });
});

test("changes of the status are shown in the zone, and read back as they were", async () => {
  const { generator: berlin } = await sampleGenerator({ zone: "Europe/Berlin" });
  const at = Date.UTC(2026, 6, 1, 22, 30, 5, 250) + 365 * 86_400_000;
  const first = changePostmortemStatus(await berlin.generate(id, GIVEN), { to: "in_review", by: "ann | <b>", at });
  const text = berlin.render(first, "markdown");
  expect(text).toContain(
    "| When (Europe/Berlin) | Who | Status |\n| --- | --- | --- |\n| 2027-07-02 00:30:05 | ann &#124; &lt;b&gt; | draft → in review |",
  );
  expect(berlin.render(first, "html")).toContain('<td class="time">2027-07-02 00:30:05</td>');
  expect((await berlin.generate(id, { previous: text })).changes).toEqual(first.changes);
});

test.each([
  ["ann, Bob and carol", ["ann", "Bob", "carol"]],
  ["ann and Bob", ["ann", "Bob"]],
  ["ann, Bob, and carol", ["ann", "Bob", "carol"]],
  ["Anderson, Band", ["Anderson", "Band"]],
  ["—", []],
])("the authors %s are %j", async (cell, authors) => {
  const text = file(await generator.generate(id, GIVEN)).replace("| Authors | ann, bob |", `| Authors | ${cell} |`);
  expect((await generator.generate(id, { previous: text })).authors).toEqual(authors);
});

test("names with commas and with an and in them stay one name", async () => {
  const authors = ["Search and Ads", "Carol, MD", "and", "Rand and and B", "@carol & <co>"];
  const text = file(await generator.generate(id, { authors }));
  expect((await generator.generate(id, { previous: text })).authors).toEqual(authors);
  expect(file(await generator.generate(id, { previous: text }))).toBe(text);
});
