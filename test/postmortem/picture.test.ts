import { type DefaultTreeAdapterMap, parseFragment } from "parse5";
import { describe, expect, test } from "vitest";

import { postmortemSvg } from "../../src/postmortem/picture/picture.ts";
import { BEGAN, history, MINUTE } from "./samples.ts";

const WHOLE = { title: "checkout", from: BEGAN - 3 * MINUTE, until: BEGAN + 21 * MINUTE, points: history().points };

function elements(svg: string): readonly DefaultTreeAdapterMap["element"][] {
  const found: DefaultTreeAdapterMap["element"][] = [];
  const walk = (node: DefaultTreeAdapterMap["node"]): void => {
    if ("tagName" in node) found.push(node);
    if ("childNodes" in node) node.childNodes.forEach(walk);
  };
  walk(parseFragment(svg));
  return found;
}

function texts(svg: string): readonly string[] {
  return elements(svg)
    .filter(({ tagName }) => tagName === "text")
    .map(({ childNodes: [first] }) => (first !== undefined && "value" in first ? first.value : ""));
}

describe("the picture", () => {
  test("shows a gap as a gap", () => {
    const lines = elements(postmortemSvg(WHOLE)).filter(({ attrs }) =>
      attrs.some(({ value }) => value === "nines-line nines-sli"),
    );
    // Nobody looked for two minutes, and for a while nothing happened.
    expect(lines).toHaveLength(3);
  });

  test("says where there is no data", () => {
    expect(texts(postmortemSvg({ ...WHOLE, points: [] })).filter((text) => text === "no data")).toHaveLength(2);
    expect(postmortemSvg({ ...WHOLE, points: [] })).toContain("There is no data of the events.");
    expect(texts(postmortemSvg({ ...WHOLE, points: [{ at: BEGAN, good: 0, total: 0 }] }))).toContain("no data");
  });

  test("shows a budget below zero, and where zero is", () => {
    const svg = postmortemSvg({
      ...WHOLE,
      budget: [
        { at: BEGAN, remainingRatio: 0.2 },
        { at: BEGAN + MINUTE, remainingRatio: -0.3 },
      ],
    });
    expect(svg).toContain('class="nines-zero"');
    expect(texts(svg)).toContain("-30 % left");
  });

  test("can be read to somebody", () => {
    const phases = [
      { name: "began", at: BEGAN },
      { name: "resolved", at: BEGAN + 18 * MINUTE },
    ];
    const [svg, title, desc] = elements(postmortemSvg({ ...WHOLE, objectiveRatio: 0.999, phases, id: "a" }));
    expect(Object.fromEntries(svg?.attrs.map(({ name, value }) => [name, value]) ?? [])).toMatchObject({
      role: "img",
      "aria-labelledby": "a-title a-desc",
    });
    expect(title?.childNodes).toMatchObject([{ value: "checkout" }]);
    expect(desc?.childNodes).toMatchObject([
      {
        value:
          "Of the events at least 50 % were good, fewest at 10:03:45, where 99.9 % is promised. Marked: began 10:02:00, resolved 10:20:00 (UTC).",
      },
    ]);
  });

  test("has nothing that is fetched, and no number that is none", () => {
    for (const points of [
      [],
      [{ at: BEGAN, good: 5, total: 5 }],
      [
        { at: BEGAN, good: 1, total: 5 },
        { at: BEGAN, good: NaN, total: 5 },
      ],
    ]) {
      const svg = postmortemSvg({ ...WHOLE, points, objectiveRatio: 1, phases: [{ name: "began", at: BEGAN }] });
      expect(svg).not.toMatch(/NaN|undefined|Infinity|href|url\(|@import/);
    }
  });

  test.each([
    [{ until: WHOLE.from }, /until: .* is not after from/],
    [{ from: NaN }, /is not after from/],
    [{ zone: "Mars" }, /"Mars" is not a time zone/],
    [{ id: "a b" }, /"a b" is no id/],
    [{ titel: "x" }, /titel.*is no option of postmortemSvg/],
  ])("is refused with %j", (part, message) => {
    expect(() => postmortemSvg({ ...WHOLE, ...part })).toThrow(message);
  });
});
