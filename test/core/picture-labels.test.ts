import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { labelsAbove, type Moment } from "../../src/core/picture-labels.ts";
import { fitted, widthOf } from "../../src/core/text-width.ts";
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
