import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { readInstant } from "../../src/core/time/instant.ts";

describe("an instant", () => {
  it.each([
    ["2026-11-29T01:00:00Z", Date.UTC(2026, 10, 29, 1)],
    ["2026-11-29T01:00Z", Date.UTC(2026, 10, 29, 1)],
    ["2026-12-24T09:00+01:00", Date.UTC(2026, 11, 24, 8)],
    ["2026-11-29T01:02:03.5Z", Date.UTC(2026, 10, 29, 1, 2, 3, 500)],
    ["2026-12-31T23:30:00-01:00", Date.UTC(2027, 0, 1, 0, 30)],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["2024-02-29T00:00:00+14:00", Date.UTC(2024, 1, 28, 10)],
  ])("such as %s is read", (text, at) => {
    expect(readInstant(text)).toBe(at);
  });

  it.each<[string, unknown]>([
    ["a day without a time", "2026-11-29"],
    ["a time without an offset", "2026-11-29T01:00:00"],
    ["the 30th of February", "2026-02-30T00:00:00Z"],
    ["the 29th of February of a usual year", "2026-02-29T00:00:00Z"],
    ["the 31st of a shorter month", "2026-11-31T10:00:00+01:00"],
    ["a thirteenth month", "2026-13-01T00:00:00Z"],
    ["the end of a day as its 24th hour", "2026-11-29T24:00:00Z"],
    ["a sixtieth minute", "2026-11-29T01:60Z"],
    ["a second that never was", "2026-11-29T01:00:60Z"],
    ["an offset that no clock has", "2026-11-29T01:00:00+99:00"],
    ["an offset without a colon", "2026-11-29T01:00:00+0100"],
    ["hours alone", "2026-11-29T01Z"],
    ["a blank for the T", "2026-11-29 01:00:00Z"],
    ["blanks around it", " 2026-11-29T01:00:00Z"],
    ["a line end", "2026-11-29T01:00:00Z\n"],
    ["words", "yesterday"],
    ["nothing", ""],
    ["a number", 1_764_378_000_000],
    ["a Date", new Date(0)],
    ["undefined", undefined],
    ["a list of one", ["2026-11-29T01:00:00Z"]],
  ])("is not %s", (_what, value) => {
    expect(readInstant(value)).toBeUndefined();
  });
});

test("every instant of a Date is read back, by the clock of any offset", () => {
  const whenever = fc.date({
    min: new Date(Date.UTC(1, 0, 1)),
    max: new Date(Date.UTC(9998, 11, 31)),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(whenever, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, minutes) => {
      const wall = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
      const two = (value: number): string => String(value).padStart(2, "0");
      const size = Math.abs(minutes);
      const offset = `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
      expect(readInstant(`${wall}${offset}`)).toBe(date.getTime());
    }),
  );
});
