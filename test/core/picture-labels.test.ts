import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { labelsAbove, type Moment } from "../../src/core/picture/labels.ts";
import { fitted, widthOf } from "../../src/core/picture/text-width.ts";
import { parseXml } from "../support/xml.ts";

const SPACE = { x: (at: number) => at, left: 60, right: 870, rowHeight: 16, top: 14 };

interface Label {
  readonly x: number;
  readonly y: number;
  readonly from: number;
  readonly until: number;
}

function labels(moments: readonly Moment[]): readonly Label[] {
  const elements = parseXml(`<g>${labelsAbove(moments, SPACE).svg(200, 400)}</g>`);
  const lines = elements.filter(({ name }) => name === "line");
  return elements
    .filter(({ name }) => name === "text")
    .map(({ attributes, text }, index) => {
      const [x, width] = [Number(lines[index]?.attributes.x1), widthOf(text)];
      const isLeftward = attributes["text-anchor"] === "end";
      return { x, y: Number(attributes.y), from: isLeftward ? x - width : x, until: isLeftward ? x : x + width };
    });
}

describe("labels above a chart", () => {
  test("that stand left of their line go above one whose line they would lie across", () => {
    const [now, crossing] = labels([
      { name: "now", at: 500 },
      { name: "reached between April and September of 2026", at: 700 },
    ]);
    expect(crossing?.from).toBeLessThan(500);
    expect(crossing?.y).toBeLessThan(now?.y ?? 0);
  });

  test("are of one line where they are of one moment", () => {
    expect(
      labelsAbove(
        [
          { name: "a", at: 100 },
          { name: "b", at: 101 },
        ],
        SPACE,
      ).svg(0, 1),
    ).toContain(">a, b<");
  });

  test("never touch each other or leave the picture", () => {
    const moment = fc.record({
      at: fc.integer({ min: 60, max: 770 }),
      name: fc.string({ minLength: 1, maxLength: 200 }),
    });
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 9 }), (moments) => {
        const placed = labels(moments);
        placed.forEach((label, index) => {
          expect(label.from).toBeGreaterThanOrEqual(0);
          expect(label.until).toBeLessThanOrEqual(870);
          for (const other of placed.slice(index + 1).filter(({ y }) => y === label.y)) {
            expect(label.until < other.from || other.until < label.from).toBe(true);
          }
        });
      }),
    );
  });
});

describe("text that has room for so many pixels", () => {
  test.each([
    ["detected", 56, "detected"],
    ["detected", 55, "detect…"],
    ["DETECTED", 56, "DETE…"],
    ["日本語", 42, "日本語"],
    ["日本語", 41, "日…"],
    ["💩💩💩", 30, "💩…"],
    ["anything", 0, "…"],
  ])("%s, %d", (text, most, shown) => expect(fitted(text, most)).toBe(shown));
});

describe("labels have their places", () => {
  const space = { x: (at: number) => at, left: 0, right: 300, rowHeight: 16, top: 12 };
  /** Each as `x,y text`, with `<` where it stands on the left of its line, and where that line begins. */
  const placesOf = (...moments: Array<[name: string, at: number]>): string[] => {
    const { svg } = labelsAbove(
      moments.map(([name, at]) => ({ name, at })),
      space,
    );
    const parts = svg(50, 200).split("\n");
    return Array.from({ length: parts.length / 3 }, (_, index) => {
      const [line = "", dot = "", label = ""] = parts.slice(3 * index, 3 * index + 3);
      const [, x1, x2, from, until] = /x1="(.*?)" x2="(.*?)" y1="(.*?)" y2="(.*?)"/.exec(line) ?? [];
      const [, cx, cy] = /cx="(.*?)" cy="(.*?)"/.exec(dot) ?? [];
      expect([x2, cx, cy, until]).toEqual([x1, x1, "50", "200"]);
      const [, x, y, anchor = "", text] = /x="(.*?)" y="(.*?)"(?: text-anchor="(.*?)")?>(.*)</.exec(label) ?? [];
      return `${x},${y} ${anchor === "end" ? "<" : ""}${text}, line from ${from}`;
    });
  };

  test.each<[string, Array<[string, number]>, string[]]>([
    [
      "on the right of their lines",
      [
        ["deploy", 40],
        ["alert", 150],
      ],
      ["45,12 deploy, line from 3", "155,12 alert, line from 3"],
    ],
    [
      "on one line where they are near, in their order",
      [
        ["b", 52.9],
        ["a", 50],
      ],
      ["55,12 a, b, line from 3"],
    ],
    [
      "on two lines where they are not",
      [
        ["c", 53],
        ["a", 50],
      ],
      ["55,12 a, line from 3", "58,28 c, line from 19"],
    ],
    ["on the left where there is no room on the right", [["late", 290]], ["285,12 <late, line from 3"]],
    [
      "in as many rows as it takes, none across the line of another",
      [
        ["one", 100],
        ["two", 110],
        ["three", 120],
      ],
      ["105,12 one, line from 3", "115,28 two, line from 19", "125,44 three, line from 35"],
    ],
    [
      "in one row on either side, where there is room",
      [
        ["early", 20],
        ["late", 290],
      ],
      ["25,12 early, line from 3", "285,12 <late, line from 3"],
    ],
    [
      "below a text whose line is elsewhere",
      [
        ["a long name", 100],
        ["b", 110],
        ["c", 150],
      ],
      ["105,12 a long name, line from 3", "115,28 b, line from 19", "155,28 c, line from 19"],
    ],
    [
      "above one whose line they would touch with their end",
      [
        ["a", 254],
        ["late", 290],
      ],
      ["259,28 a, line from 19", "285,12 <late, line from 3"],
    ],
    [
      "below one whose line they do not touch",
      [
        ["a", 253.9],
        ["late", 290],
      ],
      ["258.9,12 a, line from 3", "285,28 <late, line from 19"],
    ],
    [
      "below one whose end their line would touch",
      [
        ["a", 100],
        ["longer", 110],
        ["c", 160],
      ],
      ["105,12 a, line from 3", "115,28 longer, line from 19", "165,44 c, line from 35"],
    ],
    [
      "above one whose end their line does not touch",
      [
        ["a", 100],
        ["longer", 110],
        ["c", 160.1],
      ],
      ["105,12 a, line from 3", "115,28 longer, line from 19", "165.1,12 c, line from 3"],
    ],
    [
      "in one row, ten pixels from each other",
      [
        ["a", 100],
        ["b", 123.1],
        ["c", 146.1],
      ],
      ["105,12 a, line from 3", "128.1,12 b, line from 3", "151.1,28 c, line from 19"],
    ],
    [
      "on the right in the middle, if they have room there",
      [["abcdefghijklmnop", 182]],
      ["187,12 abcdefghijklmnop, line from 3"],
    ],
    [
      "on the left, if they have no room on the right",
      [["abcdefghijklmnop", 182.1]],
      ["177.1,12 <abcdefghijklmnop, line from 3"],
    ],
    [
      "on the right where no side has more room",
      [["abcdefghijklmnopqrstuvwxyz", 152]],
      ["157,12 abcdefghijklmnopqrs…, line from 3"],
    ],
    [
      "cut where no side has room",
      [["a very long name that does not fit anywhere at all here, really not", 160]],
      ["155,12 <a very long name tha…, line from 3"],
    ],
    [
      "in a row again, once there is room in it",
      [
        ["one", 100],
        ["two", 110],
        ["far", 200],
      ],
      ["105,12 one, line from 3", "115,28 two, line from 19", "205,12 far, line from 3"],
    ],
  ])("%s", (_, moments, places) => {
    expect(placesOf(...moments)).toEqual(places);
  });
});
