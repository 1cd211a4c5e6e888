import { describe, expect, test } from "vitest";

import { instantOf, wallAt } from "../../src/core/time/wall-time.ts";

const wall = (text: string): number => Date.parse(`${text}Z`);
const iso = (at: number): string => new Date(at).toISOString();

describe("the first instant of a time on the wall", () => {
  test.each([
    ["a usual time", "Europe/Berlin", "2026-07-01T09:00", "2026-07-01T07:00:00.000Z"],
    ["an hour that is leapt over", "Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00:00.000Z"],
    ["the end of that hour", "Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00:00.000Z"],
    ["an hour that comes twice", "Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00.000Z"],
    ["the end of that hour", "Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00.000Z"],
    ["half an hour that is leapt over", "Australia/Lord_Howe", "2024-10-06T02:15", "2024-10-05T15:30:00.000Z"],
    ["half an hour that comes twice", "Australia/Lord_Howe", "2024-04-07T01:45", "2024-04-06T14:45:00.000Z"],
    ["a midnight that is leapt over", "Asia/Beirut", "2022-03-27T00:00", "2022-03-26T22:00:00.000Z"],
    ["a midnight that is leapt over", "America/Santiago", "2024-09-08T00:00", "2024-09-08T04:00:00.000Z"],
    ["an hour before midnight that comes twice", "America/Santiago", "2024-04-06T23:30", "2024-04-07T02:30:00.000Z"],
    ["a day that is leapt over", "Pacific/Apia", "2011-12-30T09:00", "2011-12-30T10:00:00.000Z"],
    ["a time thousands of years on", "Europe/Berlin", "9999-12-30T09:00", "9999-12-30T08:00:00.000Z"],
  ])("is that of %s (%s, %s)", (_, zone, text, expected) => {
    expect(iso(instantOf(wall(text), zone))).toBe(expected);
  });
});

describe("the latest time on the wall", () => {
  test.each([
    ["is what the clocks show", "Europe/Berlin", "2026-07-01T07:00:00.000Z", "2026-07-01T09:00:00.000Z"],
    ["runs through an hour's first run", "Europe/Berlin", "2026-10-25T00:59:59.999Z", "2026-10-25T02:59:59.999Z"],
    ["stands still in its second", "Europe/Berlin", "2026-10-25T01:00:00.000Z", "2026-10-25T02:59:59.999Z"],
    ["stands still to its end", "Europe/Berlin", "2026-10-25T01:59:59.999Z", "2026-10-25T02:59:59.999Z"],
    ["goes on after it", "Europe/Berlin", "2026-10-25T02:00:00.000Z", "2026-10-25T03:00:00.000Z"],
    ["leaps", "Pacific/Apia", "2011-12-30T10:00:00.000Z", "2011-12-31T00:00:00.000Z"],
  ])("%s (%s, %s)", (_, zone, at, expected) => {
    expect(iso(wallAt(Date.parse(at), zone))).toBe(expected);
  });

  test("has come to a time exactly when that time's first instant has come", () => {
    for (const zone of ["Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"]) {
      for (const day of ["2011-12-30", "2024-04-06", "2024-10-05", "2026-03-29", "2026-10-25"]) {
        const around = Date.parse(`${day}T12:00Z`);
        for (let at = around - 30 * 3_600_000; at < around + 30 * 3_600_000; at += 37 * 60_000) {
          const shown = wallAt(at, zone);
          expect(instantOf(shown, zone), `${zone} ${iso(at)}`).toBeLessThanOrEqual(at);
          expect(instantOf(shown + 1, zone), `${zone} ${iso(at)}`).toBeGreaterThan(at);
        }
      }
    }
  });
});
