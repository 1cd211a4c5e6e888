import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";

import type { CapacityChart, ChartPoint } from "../../src/capacity/charts/model.ts";
import { thinned } from "../../src/capacity/charts/lines.ts";
import { valueExtent } from "../../src/capacity/charts/scale.ts";
import { capacitySvg } from "../../src/capacity/charts/svg.ts";
import { figureText, unitTicks } from "../../src/capacity/charts/units.ts";
import { seededRandom } from "../../src/core/random.ts";
import { browseFile, misplacedWords } from "../support/browser.ts";
import { describeWithService } from "../support/services.ts";
import { type Element, parseXml } from "../support/xml.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

function days(count: number, valueAt: (day: number) => number | undefined, step: number = DAY): ChartPoint[] {
  return Array.from({ length: count }, (_, day) => ({ at: START + day * step, value: valueAt(day) }));
}

const WHOLE: CapacityChart = {
  title: "checkout: cpu",
  metric: "cpu",
  unit: "ratio",
  history: days(90, (day) => (day > 40 && day < 46 ? undefined : 0.4 + day * 0.002)),
  forecast: Array.from({ length: 60 }, (_, day) => {
    const [mean, half] = [0.58 + day * 0.003, 0.04 + day * 0.002];
    return { at: START + (90 + day) * DAY, mean, lower: mean - half, upper: mean + half };
  }),
  confidence: 0.95,
  model: "linear trend",
  limit: 0.7,
  crossing: { at: START + 130 * DAY, from: START + 108 * DAY, until: START + 145 * DAY, text: "reaches 70 % in May" },
  shifts: [{ at: START + 30 * DAY, text: "+12 %" }],
};

function all(svg: string, className: string): readonly Element[] {
  return parseXml(svg).filter(({ attributes }) => attributes.class?.split(" ").includes(className));
}

function words(svg: string): readonly string[] {
  return parseXml(svg)
    .filter(({ name }) => name === "text" || name === "tspan")
    .map(({ text }) => text);
}

describe("the picture", () => {
  const svg = capacitySvg(WHOLE, { zone: "Europe/Berlin" });

  test("shows history with its gap, forecast, interval, limit, crossing, shift and now", () => {
    const count = (className: string): number => all(svg, className).length;
    // With those of the legend.
    expect(count("nines-history")).toBe(1 + 2);
    expect(count("nines-forecast")).toBe(1 + 1);
    expect(count("nines-interval")).toBe(1 + 1);
    expect(count("nines-limit")).toBe(1);
    expect([count("nines-shade"), count("nines-crossing"), count("nines-crossing-point")]).toEqual([1, 2, 1]);
    expect(count("nines-shift")).toBe(1);
    expect(words(svg)).toEqual(
      expect.arrayContaining([
        ...["checkout: cpu", "cpu", "forecast: linear trend", "95 % interval", "limit 70 %", "75.7 %"],
        ...["now", "+12 %", "reaches 70 % in May", "2026-02", "2026-05", "0 %", "100 %"],
        "2026-01-01 to 2026-05-30, Europe/Berlin",
      ]),
    );
  });

  test("can be read to somebody", () => {
    const [root, title, desc] = parseXml(capacitySvg(WHOLE, { id: "a" }));
    expect(root?.attributes).toMatchObject({ role: "img", "aria-labelledby": "a-title a-desc" });
    expect(title).toMatchObject({ name: "title", text: "checkout: cpu" });
    expect(desc?.text).toBe(
      "cpu was last 57.8 %, at 2026-03-31 00:00 (UTC). The forecast by linear trend for 2026-05-30 00:00 is 75.7 %; with " +
        "95 % confidence between 59.9 % and 91.5 %. The limit is 70 %. When it is reached: reaches 70 % in May (most likely " +
        "2026-05-11 00:00, not before 2026-04-19 00:00, not after 2026-05-26 00:00). The level shifted: +12 % at 2026-01-31 00:00.",
    );
  });

  test("has nothing that is fetched, and is light or dark", () => {
    expect(svg).not.toMatch(/NaN|undefined|Infinity|href|url\(|@import|<script/);
    expect(svg).toContain("prefers-color-scheme: dark");
  });

  test.each<[string, Partial<CapacityChart>, RegExp]>([
    ["no history", { history: [] }, /There is no data of cpu\. The forecast/],
    ["no forecast", { forecast: [] }, /There is no forecast\./],
    ["nothing", { history: [], forecast: [], limit: undefined, shifts: [] }, />no data</],
    ["no shifts", { shifts: undefined }, /limit 70 %/],
    ["only a limit", { history: [], forecast: [] }, /limit 70 %/],
    [
      "a single point",
      { history: days(1, () => 0.5), forecast: [] },
      /<circle class="nines-point nines-history-point"/,
    ],
    ["no number", { history: days(9, () => NaN), forecast: [] }, /There is no data of cpu/],
    ["nothing but zero", { history: days(9, () => 0), forecast: [], limit: undefined }, />0 %</],
    ["a forecast of one instant", { forecast: WHOLE.forecast.slice(0, 1) }, /nines-forecast-point/],
  ])("of %s is one", (_, part, sign) => {
    const shown = capacitySvg({ ...WHOLE, ...part });
    expect(shown).toMatch(sign);
    expect(faultsOf(shown)).toEqual([]);
  });

  test("puts a limit that is far away beside the title", () => {
    expect(words(capacitySvg({ ...WHOLE, limit: 50, crossing: undefined }))).toContain("limit 5,000 % ↑");
    const far = { ...WHOLE, unit: "req/s", history: days(9, (day) => 1e6 + day * 1e5), forecast: [], limit: -1e9 };
    expect(words(capacitySvg({ ...far, crossing: undefined }))).toContain("limit -1 G req/s ↓");
  });

  test("has the limit on the axis as long as the history is a fifth of it", () => {
    for (const limit of [0.5, 0.9, 2, 3.5]) {
      expect(all(capacitySvg({ ...WHOLE, limit }), "nines-limit"), String(limit)).toHaveLength(1);
    }
  });

  test("is not made flat by a forecast that explodes", () => {
    const forecast = WHOLE.forecast.map(({ at }, day) => {
      const mean = 0.6 * 1.5 ** day;
      return { at, mean, lower: -mean, upper: mean * 10 };
    });
    const shown = capacitySvg({ ...WHOLE, forecast });
    const [limit] = all(shown, "nines-limit");
    const [axis] = all(shown, "nines-axis");
    // A third of the chart's 260 pixels at least is below the limit.
    expect(Number(axis?.attributes.y1) - Number(limit?.attributes.y1)).toBeGreaterThan(86);
    expect(words(shown)).toContainEqual(expect.stringMatching(/^1\.47\d* T % ↑$/));
  });

  test("says where a crossing is that it does not show", () => {
    const crossed = (crossing: CapacityChart["crossing"]): string => capacitySvg({ ...WHOLE, crossing });
    expect(words(crossed({ at: START + 999 * DAY, text: "in 2028" }))).toContain("→ in 2028");
    expect(words(crossed({ until: START - DAY, text: "long ago" }))).toContain("← long ago");
    expect(words(crossed({ text: "not within 60 days" }))).toContain("not within 60 days");
  });

  test("leaves the end of a crossing open that nobody knows", () => {
    const edges = (crossing: CapacityChart["crossing"]): readonly number[] => {
      const shown = capacitySvg({ ...WHOLE, crossing });
      const [span] = all(shown, "nines-shade");
      const [x, width] = [Number(span?.attributes.x), Number(span?.attributes.width)];
      const [axis, mark] = [...all(shown, "nines-axis"), ...all(shown, "nines-crossing")];
      return [
        x - Number(mark?.attributes.x1),
        x + width - Number(mark?.attributes.x1),
        x + width - Number(axis?.attributes.x2),
      ];
    };
    const [fromMark, , toEnd] = edges({ from: START + 120 * DAY, text: "a" });
    expect([fromMark, toEnd]).toEqual([0, expect.closeTo(0, 1)]);
    const [, untilMark] = edges({ until: START + 120 * DAY, text: "a" });
    expect(untilMark).toBeCloseTo(0, 1);
  });

  test.each<[object, object, RegExp]>([
    [{ titel: "x" }, {}, /titel.*is no option of a capacity chart/],
    [{ title: 1 }, {}, /title: 1 is no text/],
    [{ history: [{ at: START, value: "1" }] }, {}, /history\[0\]\.value: "1" is no number/],
    [
      {
        history: [
          { at: 2, value: 1 },
          { at: 2, value: 1 },
        ],
      },
      {},
      /history\[1\]\.at: 2 is not after the one before, 2/,
    ],
    [{ history: [{ at: NaN, value: 1 }] }, {}, /history\[0\]\.at: NaN is not a time/],
    [{ history: [{ at: 1e18, value: 1 }] }, {}, /is not a time/],
    [{ history: {} }, {}, /history: a mapping is no list/],
    [{ history: [null] }, {}, /history\[0\]: null is no point/],
    [{ forecast: [{ at: START, mean: NaN, lower: 0, upper: 1 }] }, {}, /forecast\[0\]\.mean: NaN is no finite number/],
    [{ forecast: [{ at: START, mean: 0, lower: 1, upper: 0 }] }, {}, /forecast\[0\]\.lower: 1 is above upper, 0/],
    [{ confidence: 95 }, {}, /confidence: 95 is not above 0 and below 1/],
    [{ confidence: 1 }, {}, /confidence: 1 is not above 0 and below 1/],
    [{ confidence: 0 }, {}, /confidence: 0 is not above 0 and below 1/],
    [{ crossing: { at: "soon", text: "" } }, {}, /crossing\.at: "soon" is not a time in epoch milliseconds/],
    [{ limit: Infinity }, {}, /limit: Infinity is no finite number/],
    [{ crossing: { from: 2, until: 1, text: "" } }, {}, /crossing\.from: 2 is after until, 1/],
    [{ crossing: { from: 2, at: 1, text: "" } }, {}, /crossing\.at: 1 is not between from and until/],
    [{ crossing: { at: START } }, {}, /crossing\.text: undefined is no text/],
    [{ shifts: [{ at: START }] }, {}, /shifts\[0\]\.text: undefined is no text/],
    [{}, { zone: "Mars" }, /"Mars" is not a time zone/],
    [{}, { id: "a b" }, /"a b" is no id/],
    [{}, { now: "today" }, /now: "today" is not a time/],
    [{}, { width: 3 }, /width.*is no option of capacitySvg/],
  ])("is refused with %j, %j", (part, options, message) => {
    expect(() => capacitySvg({ ...WHOLE, ...part }, options)).toThrow(message);
  });
});

describe("values", () => {
  test.each([
    [9e99, true],
    [1e100, true],
    [1.1e100, false],
    [-1.1e100, false],
  ])("a limit of %d is on an axis that ends at 1e100: %s", (limit, isLimitShown) => {
    const chart = { ...WHOLE, crossing: undefined, forecast: [], limit };
    expect(valueExtent({ ...chart, history: days(2, (day) => (day - 0.5) * 2e100) }, 4)?.isLimitShown).toBe(
      isLimitShown,
    );
  });

  test.each([
    [2, 10, 0, 10],
    [-10, -2, -10, 0],
    // Just as far away as they are long.
    [-4, -2, -4, 0],
    [1_002, 1_010, 1_002, 1_010],
    [-1_010, -1_002, -1_010, -1_002],
  ])("from %d to %d are drawn from %d to %d: from or to zero where that is near", (from, to, low, high) => {
    const { limit: _, crossing: __, ...rest } = WHOLE;
    const chart = { ...rest, history: days(2, (day) => (day === 0 ? from : to)), forecast: [] };
    const extent = valueExtent(chart, 4)!;
    // Without the sign of a zero, which nobody sees.
    expect([extent.low + 0, extent.high + 0]).toEqual([low, high]);
  });

  test.each([
    [0, 0.0005, undefined, ["0", "0.0001", "0.0002", "0.0003", "0.0004", "0.0005"]],
    [0, 1, "ratio", ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]],
    [0, 100, "%", ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]],
    [0, 15e6, "bytes", ["0", "5 MB", "10 MB", "15 MB"]],
    [0, 15e6, "req/s", ["0", "5 M", "10 M", "15 M"]],
    [-5_000, 5_000, "req/s", ["-4000", "-2000", "0", "2000", "4000"]],
    [0, 4e-9, "s", ["0", "1e-9", "2e-9", "3e-9", "4e-9"]],
    [0, 4e25, "bytes", ["0", "1e25 B", "2e25 B", "3e25 B", "4e25 B"]],
    [0, 0.4, undefined, ["0", "0.1", "0.2", "0.3", "0.4"]],
  ])("from %d to %d %s", (low, high, unit, labels) => {
    expect(unitTicks(low, high, 5, unit).map(({ label }) => label)).toEqual(labels);
  });

  test.each([
    [0.00012, undefined, "0.00012"],
    [12_345_678, undefined, "12.35 M"],
    [12_345_678, "bytes", "12.35 MB"],
    [999, "bytes", "999 B"],
    [9_999, undefined, "9999"],
    [0.123456, "ratio", "12.3 %"],
    [0.99995, "ratio", "99.995 %"],
    [45.2, "%", "45.2 %"],
    [-1e30, undefined, "-1e30"],
    [0, "bytes", "0 B"],
  ])("%d %s is %j", (value, unit, text) => expect(figureText(value, unit)).toBe(text));
});

describe("a long history", () => {
  test("keeps of each pixel the least and the greatest value, and no more", () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 3, noNaN: true }), (list, step) => {
        const points = list.map((value, at) => ({ at, value }));
        const column = ({ at }: { at: number }): number => Math.floor(at * step);
        const kept = thinned(points, (at) => at * step);
        expect(kept).toEqual([...kept].sort((a, b) => a.at - b.at));
        for (const which of new Set(points.map(column))) {
          const [before, after] = [points, kept].map((all) =>
            all.filter((p) => column(p) === which).map(({ value }) => value),
          );
          expect(after?.length).toBeLessThanOrEqual(2);
          for (const end of [Math.min, Math.max]) expect(end(...(after ?? []))).toBe(end(...(before ?? [])));
        }
      }),
    );
  });

  test.each<[string, (index: number) => number | undefined]>([
    ["noise", (index) => Math.sin(index * index)],
    ["noise with gaps", (index) => (index % 2 === 0 ? undefined : Math.sin(index * index))],
    ["noise with long gaps", (index) => (index % 400 < 200 ? undefined : Math.sin(index * index))],
  ])("of %s makes no large picture", (_, valueAt) => {
    const history = days(100_000, valueAt, 60_000);
    const forecast = history.map(({ at }, index) => {
      const mean = Math.sin(index * index);
      return { at: at + 100_000 * 60_000, mean, lower: mean - 1, upper: mean + 1 };
    });
    const shifts = history.slice(0, 50_000).map(({ at }) => ({ at, text: "x".repeat(100) }));
    const shown = capacitySvg({ ...WHOLE, history, forecast, shifts });
    expect(shown.length).toBeLessThan(150_000);
    expect(faultsOf(shown)).toEqual([]);
  });
});

/** Numbers of a picture that are none, or outside of it. */
function faultsOf(svg: string): string[] {
  const elements = parseXml(svg);
  const [width = NaN, height = NaN] = elements[0]?.attributes.viewBox?.split(" ").slice(2).map(Number) ?? [];
  const bounds: readonly (readonly [readonly string[], number])[] = [
    [["x", "x1", "x2", "cx", "width"], width],
    [["y", "y1", "y2", "cy", "height"], height],
  ];
  const isIn = (value: string | undefined, most: number): boolean =>
    value !== undefined && value !== "" && Number(value) >= 0 && Number(value) <= most;
  return elements.flatMap(({ name, attributes }) => [
    ...bounds.flatMap(([keys, most]) =>
      keys
        .filter((key) => key in attributes && !isIn(attributes[key], most))
        .map((key) => `${name} ${key}=${attributes[key]}`),
    ),
    ...(attributes.points?.split(" ") ?? [])
      .map((point) => point.split(","))
      .filter(([x, y]) => !isIn(x, width) || !isIn(y, height))
      .map((point) => `${name} ${point.join()}`),
  ]);
}

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom("</svg><script>", "]]>", "<!--", "&amp;", '"', "'", "\u0000\ud800\ufffe", "x".repeat(9_999)),
);
const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -100, max: 100, noNaN: true }),
  fc.constantFrom(0, 1, -1, 5e-324, -5e-324, 1e308, -1e308, 0.1, 1e-12),
);
const anyUnit = fc.option(fc.oneof(fc.constantFrom("ratio", "%", "bytes", "s"), hostile), { nil: undefined });

function times(count: number): fc.Arbitrary<number[]> {
  const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 1e5 }), fc.integer({ min: 1, max: 1e12 })), {
    maxLength: count,
  });
  return fc.tuple(fc.integer({ min: -6e13, max: 2e14 }), steps).map(([first, list]) => {
    let at = first;
    return list.map((step) => (at += step));
  });
}

const anyChart: fc.Arbitrary<CapacityChart> = fc
  .record({
    ...{ title: hostile, metric: hostile, unit: anyUnit, model: fc.option(hostile, { nil: undefined }) },
    limit: fc.option(anyNumber, { nil: undefined }),
    confidence: fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }),
    times: times(40),
    values: fc.array(fc.oneof(anyNumber, fc.constantFrom(undefined, NaN, Infinity, -Infinity)), {
      minLength: 40,
      maxLength: 40,
    }),
    forecasts: times(10),
    means: fc.array(fc.tuple(anyNumber, anyNumber, anyNumber), { minLength: 10, maxLength: 10 }),
    crossing: fc.option(
      fc.record({
        times: fc.array(fc.integer({ min: -6e13, max: 2e14 }), { minLength: 3, maxLength: 3 }),
        mask: fc.nat(7),
        text: hostile,
      }),
      { nil: undefined },
    ),
    shifts: fc.tuple(times(20), hostile),
  })
  .map(({ times: at, values, forecasts, means, crossing, shifts, ...rest }) => {
    const [from, most, until] = [...(crossing?.times ?? [])].sort((a, b) => a - b);
    const known = (bit: number, time: number | undefined): number | undefined =>
      ((crossing?.mask ?? 0) & bit) > 0 ? time : undefined;
    return {
      ...rest,
      history: at.map((time, index) => ({ at: time, value: values[index] })),
      forecast: forecasts.map((time, index) => {
        const [mean = 0, ...ends] = means[index] ?? [];
        return { at: time, mean, lower: Math.min(...ends), upper: Math.max(...ends) };
      }),
      crossing:
        crossing === undefined
          ? undefined
          : { from: known(1, from), at: known(2, most), until: known(4, until), text: crossing.text },
      shifts: shifts[0].map((time) => ({ at: time, text: shifts[1] })),
    };
  });

test("whatever a chart holds, its picture is XML, within its bounds and not large", () => {
  const zones = fc.constantFrom("UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia");
  fc.assert(
    fc.property(anyChart, zones, (chart, zone) => {
      const shown = capacitySvg(chart, { zone });
      expect(faultsOf(shown)).toEqual([]);
      expect(new Set(parseXml(shown).map(({ name }) => name))).not.toContain("script");
      expect(shown.length).toBeLessThan(60_000);
    }),
    { numRuns: 400 },
  );
});

describeWithService(["chromium"], "in a browser", ({ chromium = "chromium" }) => {
  const folder = mkdtempSync(join(tmpdir(), "nines-capacity-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("the file is a picture, in the light and in the dark", { timeout: 60_000 }, () => {
    writeFileSync(join(folder, "chart.svg"), capacitySvg(WHOLE));
    const shots = [1, 0].map((scheme) => {
      const file = join(folder, `chart-${String(scheme)}.png`);
      const flags = ["--window-size=900,480", `--blink-settings=preferredColorScheme=${String(scheme)}`];
      browseFile(chromium, folder, "chart.svg", [...flags, `--screenshot=${file}`]);
      return readFileSync(file);
    });
    // A blank picture of this size has some 2 kB.
    for (const shot of shots) expect(shot.length).toBeGreaterThan(12_000);
    expect(shots[0]?.equals(shots[1] ?? Buffer.of())).toBe(false);
  });

  test("no word lies on another one, or outside of the picture", { timeout: 60_000 }, () => {
    const random = seededRandom("charts");
    const long = "A Long NAME of a thing, 日本語 ".repeat(9);
    const pictures = Array.from({ length: 60 }, (_, index) => {
      const step = [1_000, 60_000, 3_600_000, DAY, 30 * DAY][index % 5] ?? DAY;
      const size = 10 ** random.integer(-7, 14);
      const at = (place: number): number => START + Math.round(place * 100 * step);
      const history = days(70, (day) => size * (1 + day / 50 + random.next()), step);
      const forecast = Array.from({ length: 30 }, (__, day) => {
        const mean = size * (2.4 + day / 50);
        return {
          at: START + (70 + day) * step,
          mean,
          lower: mean - (size * day) / 20,
          upper: mean + (size * day) / 20,
        };
      });
      const [from, most, until] = [0, 1, 2].map(() => at(random.next() * 1.2)).sort((a, b) => a - b);
      return capacitySvg(
        {
          ...WHOLE,
          ...{ history, forecast },
          title: index % 3 === 0 ? long : "checkout: cpu",
          metric: index % 4 === 0 ? long : "cpu",
          unit: ["ratio", "bytes", "req/s", undefined, long][index % 5],
          model: index % 2 === 0 ? long : "linear",
          limit: size * [1, 2.9, 3, 9, 300][index % 5]!,
          crossing: { from, at: most, until, text: index % 3 === 1 ? long : "reached in March" },
          shifts: [...new Set(Array.from({ length: 9 }, () => at(random.next())))]
            .sort((a, b) => a - b)
            .map((time) => ({ at: time, text: index % 6 === 5 ? long : "+12 %" })),
        },
        { id: `c${String(index)}` },
      );
    });
    expect(misplacedWords(chromium, folder, pictures)).toEqual([]);
  });
});
