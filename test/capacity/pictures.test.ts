/** Pictures stay as they are: whoever means to change them looks at the files, and makes them anew by `npx vitest run FILE -u`. */
import { describe, expect, test } from "vitest";

import type { CapacityChart, ChartPoint } from "../../src/capacity/charts/model.ts";
import { capacitySvg, type CapacitySvgOptions } from "../../src/capacity/charts/svg.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const at = (day: number): number => START + day * DAY;

function days(count: number, valueAt: (day: number) => number | undefined): ChartPoint[] {
  return Array.from({ length: count }, (_, day) => ({ at: at(day), value: valueAt(day) }));
}

function band(from: number, count: number, meanAt: (step: number) => number, halfAt: (step: number) => number) {
  return Array.from({ length: count }, (_, step) => {
    const [mean, half] = [meanAt(step), halfAt(step)];
    return { at: at(from + step), mean, lower: mean - half, upper: mean + half };
  });
}

const WHOLE: CapacityChart = {
  title: "checkout: cpu",
  metric: "cpu",
  unit: "ratio",
  history: days(30, (day) => (day > 12 && day < 15 ? undefined : 0.4 + day * 0.006 + (day % 7) * 0.01)),
  forecast: band(
    30,
    20,
    (step) => 0.58 + step * 0.009,
    (step) => 0.04 + step * 0.006,
  ),
  confidence: 0.95,
  model: "linear trend",
  limit: 0.7,
  crossing: { at: at(43), from: at(36), until: at(47), text: "reaches 70 % in February" },
  shifts: [
    { at: at(10), text: "+12 %" },
    { at: at(11), text: "-3 %" },
  ],
};

const CASES: Readonly<Record<string, readonly [Partial<CapacityChart>, CapacitySvgOptions?]>> = {
  whole: [{}],
  "in-a-zone": [{}, { zone: "America/New_York", id: "a", now: at(33) }],
  "limit-far-above": [{ limit: 50, crossing: { text: "not within 20 days" } }],
  "limit-far-below": [{ unit: "req/s", limit: -1e9, history: days(9, (day) => 1e6 + day * 1e5), forecast: [] }],
  "limit-just-above-the-end": [{ limit: 0.752, crossing: undefined, shifts: [] }],
  "limit-just-below-the-end": [{ limit: 0.749, crossing: undefined, shifts: [] }],
  "limit-at-the-bottom": [
    { unit: "GB", history: days(20, (day) => 100 - day * 5), forecast: [], limit: 1, crossing: undefined },
  ],
  "crossing-later": [{ crossing: { at: at(99), text: "in April" } }],
  "crossing-long-ago": [{ crossing: { until: at(-9), text: "long ago" } }],
  "crossing-without-end": [{ crossing: { from: at(35), text: "from February on" } }],
  "crossing-without-beginning": [{ crossing: { until: at(45), text: "until February" } }],
  "crossing-at-once": [{ crossing: { at: at(40), text: "on one day" } }],
  exploding: [
    {
      forecast: band(
        30,
        20,
        (step) => 0.6 * 1.8 ** step,
        (step) => 0.5 * 1.9 ** step,
      ),
    },
  ],
  falling: [
    {
      ...{ unit: "bytes", metric: "free", limit: 0, crossing: undefined, shifts: [] },
      history: days(30, (day) => 9e6 - day * 2e5),
      forecast: band(
        30,
        20,
        (step) => 3e6 - step * 3e5,
        (step) => step * 2e5,
      ),
    },
  ],
  negative: [
    {
      ...{ unit: "°C", limit: undefined, crossing: undefined },
      history: days(30, (day) => Math.round(100 * Math.cos(day)) / 10 - 4),
      forecast: band(
        30,
        20,
        () => -4,
        () => 3,
      ),
    },
  ],
  "one-point": [{ history: days(1, () => 0.5), forecast: [], crossing: undefined, shifts: [] }],
  "one-instant-of-a-forecast": [{ forecast: WHOLE.forecast.slice(0, 1), crossing: undefined }],
  "no-data": [{ history: [], forecast: [], limit: undefined, crossing: undefined, shifts: [] }],
  "only-zeros": [{ history: days(9, () => 0), forecast: [], limit: undefined, crossing: undefined }],
  "many-shifts": [
    { shifts: Array.from({ length: 9 }, (_, index) => ({ at: at(2 + 3 * index), text: `shift ${String(index)}` })) },
  ],
  "long-names": [
    {
      title: "a service with a name of very many words ".repeat(8),
      metric: "a metric with a name of many words that nobody can remember",
      unit: "units that are long as well",
      model: "a mean of models, each of which has a name that is longer than the line is wide",
    },
  ],
  "many-points-a-pixel": [
    { history: days(4_000, (day) => 0.5 + ((day * 7919) % 100) / 500), forecast: [], crossing: undefined, shifts: [] },
  ],
};

describe("the picture", () => {
  test.each(Object.entries(CASES))("%s", async (name, [part, options]) => {
    await expect(capacitySvg({ ...WHOLE, ...part }, options)).toMatchFileSnapshot(
      `../data/capacity/pictures/${name}.svg`,
    );
  });
});
