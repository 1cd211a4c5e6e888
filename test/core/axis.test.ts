import { describe, expect, test } from "vitest";

import { niceRange, niceTicks, percentTicks } from "../../src/core/picture/axis.ts";
import { timeTicks } from "../../src/core/picture/time-axis.ts";
import { timeIn } from "../../src/core/time/time-text.ts";
import { instantOf } from "../../src/core/time/wall-time.ts";

const [MINUTE, DAY] = [60_000, 86_400_000];
const BEGAN = Date.UTC(2026, 10, 22, 10, 2);

describe("ticks", () => {
  test.each([
    [0.5, 1, 5, ["50 %", "60 %", "70 %", "80 %", "90 %", "100 %"]],
    [0.999, 1, 4, ["99.900 %", "99.925 %", "99.950 %", "99.975 %", "100.000 %"]],
    [0, 0.1, 4, ["0.0 %", "2.5 %", "5.0 %", "7.5 %", "10.0 %"]],
    [-1, 1, 4, ["-100 %", "-50 %", "0 %", "50 %", "100 %"]],
    [0.99998, 1, 4, ["99.9980 %", "99.9985 %", "99.9990 %", "99.9995 %", "100.0000 %"]],
  ])("from %d to %d, %d steps", (low, high, most, labels) => {
    expect(percentTicks(low, high, most).map(({ label }) => label)).toEqual(labels);
  });

  test("of a range are around it", () => {
    expect(niceRange(0.503, 1, 5)).toEqual([0.5, 1]);
    expect(niceRange(0, 0.91, 5)).toEqual([0, 1]);
    // 0.3 / 0.1 is below 3, and 0.1 + 0.2 is above 0.3: they are ticks all the same.
    expect(niceRange(0.3, 0.7, 4)).toEqual([3 * 0.1, 7 * 0.1]);
    expect(niceRange(-0.1, 0.1 + 0.2, 4)).toEqual([-0.1, 3 * 0.1]);
  });

  test("have as many digits as tell them apart, and no more than they may", () => {
    const labels = (low: number, high: number, most: number, mostDigits = 6): string[] =>
      niceTicks(low, high, most, { factor: 1, suffix: "", mostDigits }).map(({ label }) => label);
    expect(labels(0, 10, 4)).toEqual(["0.0", "2.5", "5.0", "7.5", "10.0"]);
    expect(labels(0, 100, 4)).toEqual(["0", "25", "50", "75", "100"]);
    expect(labels(0, 10, 2)).toEqual(["0", "5", "10"]);
    expect(labels(0, 0.3, 3)).toEqual(["0.0", "0.1", "0.2", "0.3"]);
    expect(labels(0.1, 0.3, 2)).toEqual(["0.1", "0.2", "0.3"]);
    expect(labels(0, 1e-3, 2, 3)).toEqual(["0.000", "0.001", "0.001"]);
    expect(labels(-1e-9, 1e-9, 2, 2)).toEqual(["0.00", "0.00", "0.00"]);
    expect(labels(0.11, 0.19, 2)).toEqual(["0.15"]);
    expect(labels(0.11, 0.14, 1)).toEqual([]);
    expect(niceTicks(0.25, 0.5, 1, { factor: 4, suffix: " x", mostDigits: 0 })).toEqual([
      { value: 0.25, label: "1 x" },
      { value: 0.5, label: "2 x" },
    ]);
  });

  test("of time are at the steps that are few enough", () => {
    const labels = (from: number, span: number, most: number, zone = "UTC"): string[] =>
      timeTicks(from, from + span, zone, most).map(({ label }) => label);
    const [noon, morning] = [Date.UTC(2026, 10, 22, 12), Date.UTC(2026, 10, 22, 10)];
    expect(labels(noon, 2_000, 2)).toEqual(["12:00:00", "12:00:01", "12:00:02"]);
    expect(labels(noon, 2_001, 2)).toEqual(["12:00:00", "12:00:02"]);
    expect(labels(noon, 60_000, 2)).toEqual(["12:00:00", "12:00:30", "12:01:00"]);
    expect(labels(noon, 2 * MINUTE, 2)).toEqual(["12:00", "12:01", "12:02"]);
    expect(labels(noon, 60 * MINUTE, 1)).toEqual(["12:00", "13:00"]);
    // Midnight is told as a day where there is more than one of it.
    expect(labels(morning, DAY, 4)).toEqual(["12:00", "18:00", "00:00", "06:00"]);
    expect(labels(morning + 12 * 60 * MINUTE, 4 * 60 * MINUTE, 4)).toEqual([
      ...["22:00", "23:00", "00:00", "01:00", "02:00"],
    ]);
    expect(labels(morning, DAY + 1, 7)).toEqual(["12:00", "18:00", "11-23", "06:00"]);
    expect(labels(morning, 20 * 60 * MINUTE, 1)).toEqual(["11-23"]);
    expect(labels(morning, 7 * 30.4 * DAY, 7)).toEqual([
      "2026-12",
      "2027-01",
      "2027-02",
      "2027-03",
      "2027-04",
      "2027-05",
      "2027-06",
    ]);
    expect(labels(morning, 7 * 30.4 * DAY + 1, 7)).toEqual(["2027-01", "2027-03", "2027-05"]);
    expect(labels(morning, 12 * 30.4 * DAY, 1)).toEqual(["2027"]);
  });

  test("of minutes are where the clocks of the zone are round, on either side of Greenwich", () => {
    for (const [zone, label, afterMinutes] of [
      ["Asia/Kathmandu", "16:00", [13, 73, 133, 193]],
      ["America/St_Johns", "07:00", [28, 88, 148, 208]],
      ["UTC", "10:00", [-2, 58, 118, 178]],
    ] as const) {
      const ticks = timeTicks(BEGAN - 3 * MINUTE, BEGAN + 237 * MINUTE, zone, 4);
      expect(ticks.map(({ value }) => (value - BEGAN) / MINUTE)).toEqual(afterMinutes);
      expect(ticks[0]?.label).toBe(label);
    }
  });

  test.each([
    [20 * MINUTE, "UTC", ["10:00", "10:05", "10:10", "10:15"]],
    [40_000, "UTC", ["09:59:00", "09:59:10", "09:59:20", "09:59:30", "09:59:40"]],
    [40 * 60 * MINUTE, "UTC", ["12:00", "18:00", "11-23", "06:00", "12:00", "18:00", "11-24"]],
    [10 * 60 * MINUTE, "Asia/Kolkata", ["16:00", "18:00", "20:00", "22:00", "00:00"]],
    [30 * 24 * 60 * MINUTE, "America/New_York", ["11-23", "11-28", "12-03", "12-08", "12-13", "12-18"]],
  ])("of %d ms in %s", (span, zone, labels) => {
    const from = BEGAN - 3 * MINUTE;
    expect(timeTicks(from, from + span, zone, 7).map(({ label }) => label)).toEqual(labels);
  });

  test.each([
    ["the clocks go back", "2026-10-31", 4, "America/New_York", ["10-31", "11-01", "11-02", "11-03", "11-04"]],
    ["the clocks go forward", "2026-03-28", 3, "Europe/Berlin", ["03-28", "03-29", "03-30", "03-31"]],
    ["midnight is leapt over", "2018-11-03", 3, "America/Sao_Paulo", ["11-03", "11-04", "11-05", "11-06"]],
    ["there is no such day", "2011-12-28", 4, "Pacific/Apia", ["12-28", "12-29", "12-31", "01-01", "01-02"]],
  ])("of days are at midnight also where %s", (_, day, days, zone, labels) => {
    const from = instantOf(Date.parse(day), zone);
    const ticks = timeTicks(from, from + days * DAY + 60 * MINUTE, zone, 5);
    expect(ticks.map(({ label }) => label)).toEqual(labels);
    for (const { value, label } of ticks) {
      expect(timeIn(zone, value).slice(5, 10)).toBe(label);
      expect(timeIn(zone, value - 1).slice(5, 10)).not.toBe(label);
    }
  });

  test("of single hours are an hour from each other also where the clocks go back", () => {
    const from = instantOf(Date.UTC(2026, 9, 25), "Europe/Berlin");
    const ticks = timeTicks(from, from + 5 * 60 * MINUTE, "Europe/Berlin", 5);
    expect(ticks.map(({ label }) => label)).toEqual(["00:00", "01:00", "02:00", "02:00", "03:00", "04:00"]);
    expect(ticks.map(({ value }) => (value - from) / MINUTE / 60)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("of hours leave out one that is leapt over", () => {
    const from = instantOf(Date.UTC(2026, 2, 29), "Europe/Berlin");
    const ticks = timeTicks(from, from + 11 * 60 * MINUTE, "Europe/Berlin", 7);
    expect(ticks.map(({ label }) => label)).toEqual(["00:00", "04:00", "06:00", "08:00", "10:00", "12:00"]);
    expect(ticks.map(({ value }) => (value - from) / MINUTE / 60)).toEqual([0, 3, 5, 7, 9, 11]);
  });

  test.each([
    [120, ["2026-12", "2027-01", "2027-02", "2027-03"]],
    [200, ["2026-12", "2027-01", "2027-02", "2027-03", "2027-04", "2027-05", "2027-06"]],
    [365, ["2027-01", "2027-03", "2027-05", "2027-07", "2027-09", "2027-11"]],
    [730, ["2027-01", "2027-07", "2028-01", "2028-07"]],
    [5 * 365, ["2027", "2028", "2029", "2030", "2031"]],
    [40 * 365, ["2030", "2040", "2050", "2060"]],
    [900 * 365, ["2200", "2400", "2600", "2800"]],
  ])("of %d days are months or years", (days, labels) => {
    const from = BEGAN - 3 * MINUTE;
    const ticks = timeTicks(from, from + days * DAY, "Europe/Berlin", 7);
    expect(ticks.map(({ label }) => label)).toEqual(labels);
    for (const { value } of ticks) expect(timeIn("Europe/Berlin", value)).toMatch(/-01 00:00:00$/);
  });

  test("of months begin with the one that begins there, and end with the one that begins at the end", () => {
    const ticks = timeTicks(Date.UTC(2026, 8, 1), Date.UTC(2026, 11, 1), "UTC", 3);
    expect(ticks.map(({ label }) => label)).toEqual(["2026-09", "2026-10", "2026-11", "2026-12"]);
  });

  test("are in the first years of the calendar too", () => {
    const ticks = timeTicks(Date.UTC(0, 0, 1) - 1_880 * 365.2425 * DAY, Date.UTC(2000, 0, 1), "UTC", 7);
    expect(ticks.map(({ label }) => label)).toEqual(["0500", "1000", "1500", "2000"]);
  });
});
