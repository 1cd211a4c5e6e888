import { describe, expect, test } from "vitest";

import {
  acrossSvg,
  checkPicture,
  nothingSvg,
  pictureSvg,
  timeGrid,
  timeLabels,
  valueGrid,
} from "../../src/core/picture/frame.ts";
import { stretches, stretchSvg } from "../../src/core/picture/line.ts";
import { pictureStyle } from "../../src/core/picture/style.ts";

const half = (value: number): number => value / 2;

describe("a line of a picture", () => {
  const found = (...points: Array<[number, number | undefined]>): number[][] =>
    stretches(points.map(([at, value]) => ({ at, value }))).map((stretch) => stretch.map(({ at }) => at));

  test("is in one piece where each point has a value, and none is far from the one before", () => {
    expect(found([0, 1], [10, 2], [20, 3], [45, 4])).toEqual([[0, 10, 20, 45]]);
    expect(found([0, 1])).toEqual([[0]]);
    expect(found()).toEqual([]);
  });

  test("has a gap where a value is missing or is no number", () => {
    expect(found([0, 1], [10, undefined], [20, 3], [30, NaN], [40, Infinity], [50, 5])).toEqual([[0], [20], [50]]);
  });

  test("has a gap where none was taken for more than two and a half of the usual steps", () => {
    expect(found([0, 1], [10, 2], [20, 3], [46, 4], [56, 5])).toEqual([
      [0, 10, 20],
      [46, 56],
    ]);
  });

  test("is drawn as a line, or as a dot where it is one point", () => {
    const points = [
      { at: 2, value: 4 },
      { at: 5, value: 3.333 },
    ];
    expect(stretchSvg(points, "good", half, half)).toBe(
      '<polyline class="nines-line nines-good" points="1,2 2.5,1.67"/>',
    );
    expect(stretchSvg(points.slice(0, 1), "good", half, half)).toBe(
      '<circle class="nines-point nines-good-point" cx="1" cy="2" r="2.5"/>',
    );
    expect(stretchSvg([], "good", half, half)).toBe("");
  });
});

describe("the frame of a picture", () => {
  test("has words for those who do not see it, and its parts on a ground of their own", () => {
    const frame = { id: "p1", title: "A & B", words: "It <rises>.", width: 300, height: 200, style: ".a{}" };
    expect(pictureSvg(frame, ["<g/>", "<h/>"])).toBe(
      [
        '<svg xmlns="http://www.w3.org/2000/svg" class="nines-picture" viewBox="0 0 300 200" width="300" height="200" role="img" aria-labelledby="p1-title p1-desc">',
        '<title id="p1-title">A &amp; B</title>',
        '<desc id="p1-desc">It &lt;rises&gt;.</desc>',
        "<style>.a{}</style>",
        '<rect class="nines-ground" x="0" y="0" width="300" height="200"/>',
        "<g/>",
        "<h/>",
        "</svg>\n",
      ].join("\n"),
    );
  });

  test("has grids and labels at the ticks", () => {
    const ticks = [
      { value: 0, label: "0" },
      { value: 9, label: "<9" },
    ];
    expect(timeGrid(ticks, half, 10, 90)).toEqual([
      '<line class="nines-grid" x1="0" x2="0" y1="10" y2="90"/>',
      '<line class="nines-grid" x1="4.5" x2="4.5" y1="10" y2="90"/>',
    ]);
    expect(timeLabels(ticks, half, 95)).toEqual([
      '<text class="nines-tick" text-anchor="middle" x="0" y="95">0</text>',
      '<text class="nines-tick" text-anchor="middle" x="4.5" y="95">&lt;9</text>',
    ]);
    const frame = { left: 40, right: 290, y: half };
    expect(valueGrid(ticks, frame, false)).toEqual([
      '<line class="nines-grid" x1="40" x2="290" y1="0" y2="0"/>',
      '<text class="nines-tick" text-anchor="end" x="32" y="4">0</text>',
      '<line class="nines-grid" x1="40" x2="290" y1="4.5" y2="4.5"/>',
      '<text class="nines-tick" text-anchor="end" x="32" y="8.5">&lt;9</text>',
    ]);
    expect(valueGrid(ticks, frame, true).filter((line) => line.includes("nines-zero"))).toEqual([
      acrossSvg("nines-zero", 0, frame),
    ]);
    expect(nothingSvg("no data", 5, 6)).toBe(
      '<text class="nines-nothing" text-anchor="middle" x="5" y="6">no data</text>',
    );
  });

  test("has the rules of one picture among those of all, in the light and in the dark", () => {
    const style = pictureStyle({ light: " .mine { fill: red; } ", dark: " .mine { fill: pink; } " });
    const [light = "", dark = ""] = style.split("@media screen and (prefers-color-scheme: dark) {");
    expect(light).toContain("\n.mine { fill: red; }\n");
    expect(dark).toContain("\n.mine { fill: pink; }\n");
  });

  test.each([
    ["Nowhere", "a", 'zone: "Nowhere" is not a time zone'],
    ["UTC", "1a", 'id: "1a" is no id; write letters, digits, _ and -'],
    ["UTC", "a b", 'id: "a b" is no id'],
    ["UTC", "", 'id: "" is no id'],
  ])("is refused for the zone %s and the id %j", (zone, id, message) => {
    expect(() => {
      checkPicture(zone, id);
    }).toThrow(message);
  });

  test("takes a zone and an id", () => {
    for (const id of ["a", "A1-b_2"]) {
      expect(() => {
        checkPicture("Europe/Berlin", id);
      }).not.toThrow();
    }
  });
});
