import { describe, expect, test } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { listItems } from "../../src/postmortem/read/list-items.ts";
import { sampleGenerator } from "./samples.ts";

function read(text: string): { items: ReturnType<typeof listItems>; faults: string[] } {
  const faults: string[] = [];
  const rows = text.split("\n").map((line, index) => ({ text: line, line: index + 1 }));
  const items = listItems(rows, ({ line }, message) => faults.push(`${String(line)}: ${message}`));
  return { items, faults };
}

describe("an action item in a list", () => {
  const bob = { owner: "Bob Müller", due: "2026-12-31", kind: "prevent" };
  test.each([
    ["- [ ] Cap it (Owner: Bob Müller; Due: 2026-12-31; prevent)", bob],
    ["- [ ] Cap it (OWNER: Bob Müller, DUE: 2026-12-31, Prevention)", bob],
    ["1. [ ] Cap it (owner Bob Müller; 2026-12-31; kind: prevent)", bob],
    ["  12) [ ] Cap it (due 2026-12-31, owner = Bob Müller, prevents).", bob],
    ["* [ ] Cap it\n  (owner: Bob Müller,\n  due: 2026-12-31, prevent)", bob],
    [
      "- [ ] Cap it (owner: bob, due 2026-11-29, P2, mitigate)",
      { owner: "bob", due: "2026-11-29", priority: "P2", kind: "mitigate" },
    ],
    [
      "- [ ] Cap it (owner ann, due 2026-12-01, p1, prevent)",
      { owner: "ann", due: "2026-12-01", priority: "P1", kind: "prevent" },
    ],
    ["- [ ] Cap it (owner ann)", { owner: "ann" }],
    ["- [ ] Cap it (owner: Bob (SRE), priority: P0)", { owner: "Bob (SRE)", priority: "P0" }],
    ["- [ ] Cap it (owner: , due: unknown, kind: )", {}],
  ])("%j is read whole", (text, details) => {
    const { items, faults } = read(text);
    expect(faults).toEqual([]);
    expect(items).toHaveLength(1);
    const [{ text: words, markdown, status, isInText, ...rest } = { text: "", status: "" }] = items;
    expect(words.replace(/\.$/, "")).toBe("Cap it");
    expect({ ...rest, status, isInText }).toEqual({ ...details, status: "open", isInText: true });
  });

  test.each([
    "Talk (to all)",
    "Ask the team (owner of the cache) for a limit",
    "Turn it off (due to load)",
    "Move the nodes (see INC-0004; it was the same)",
    "Roll back (2026-12-01)",
    "f(x) is not (y",
  ])("%s keeps its bracket as text", (text) => {
    expect(read(`- [ ] ${text}`)).toEqual({
      items: [{ text, markdown: text, status: "open", isInText: true }],
      faults: [],
    });
  });

  test.each([
    [
      "(owner: ann, prevnt)",
      /^1: "prevnt" in the bracket is no detail of an action item; did you mean "prevent"\? write owner: NAME/,
    ],
    ["(P1, see ticket 4711)", /^1: "see ticket 4711" in the bracket is no detail/],
    ["(owner: ann, due soon)", /^1: "due soon" in the bracket/],
    ["(owner: Müller, Bob; P1)", /^1: "Bob" in the bracket/],
    ["(owner: ann, kind: later)", /^1: "kind: later" in the bracket/],
    ["(owner: ann, owner: bob)", /^1: says owner twice/],
    ["(owner: ann, due: 2026-12-01", /^1: the bracket with details in .* cannot be read; close it/],
    ["(owner: ann) soon", /^1: the bracket with details in .* put it at the end/],
  ])("%s is told, rather than read by half", (bracket, message) => {
    expect(read(`- [ ] Cap the cache ${bracket}`).faults).toEqual([expect.stringMatching(message)]);
  });

  test("is none in code, and none in a comment", () => {
    const text = "```\n- [ ] a (owner: x, y)\n```\n<!-- such as\n- [ ] b (P1, z)\n-->\n- [x] c";
    expect(read(text)).toEqual({ items: [{ text: "c", markdown: "c", status: "done", isInText: true }], faults: [] });
  });

  test.each([" ", "(", "()", "(owner:", "(a,", "- [ ] "])("of many %j takes no long time", (unit) => {
    const begun = performance.now();
    read(`- [ ] x${unit.repeat(Math.ceil(500_000 / unit.length))}y`);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});

describe("in the file", () => {
  test("what is read by half is refused with its line, and what is read stands on the page once", async () => {
    const { generator: own, id: incident } = await sampleGenerator();
    const file = own.render(await own.generate(incident), "markdown");
    const edited = (line: string): string => file.replace("## Monitoring", `${line}\n\n## Monitoring`);
    const broken = edited("- [ ] Cap the cache (owner: ann, prevnt)");
    const line = broken.split("\n").findIndex((text) => text.startsWith("- [ ] Cap")) + 1;
    const failure = await own.generate(incident, { previous: broken }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect((failure as ConfigurationError).issues).toMatchObject([{ line, column: 1 }]);

    const postmortem = await own.generate(incident, {
      previous: edited("1. [ ] Page on *restarts* (owner ann; 2026-12-01)"),
    });
    expect(postmortem.actionItems.at(-1)).toMatchObject({
      text: "Page on *restarts*",
      owner: "ann",
      due: "2026-12-01",
    });
    const page = own.render(postmortem, "html");
    expect(page.split("Page on <em>restarts</em>")).toHaveLength(2);
    expect(page).toContain("<td>Cap the cache of carts at 256 MB</td>");
    const alone = own.render({ ...postmortem, actionItems: postmortem.actionItems.slice(-1) }, "html");
    expect(alone).not.toMatch(/No action items yet|class="items"/);
    expect(own.render({ ...postmortem, actionItems: [] }, "html")).toContain("No action items yet");
  });

  test.each([
    ["| prevent |", "| prevention |", undefined],
    [
      "| open |",
      "| in progress |",
      /status "in progress" is none of an action item, which is open until it is done; allowed: open, done, dropped/,
    ],
    ["| open |", "| todo |", undefined],
  ])("a cell %s that became %s", async (before, after, message) => {
    const { generator: own, id: incident } = await sampleGenerator();
    const item = { text: "Cap all caches in all pods", kind: "prevent" } as const;
    const file = own.render(await own.generate(incident, { actionItems: [item] }), "markdown");
    const next = own.generate(incident, { previous: file.replace(before, after) });
    if (message !== undefined) await expect(next).rejects.toThrow(message);
    else expect((await next).actionItems.at(-1)).toMatchObject({ kind: "prevent", status: "open" });
  });
});
