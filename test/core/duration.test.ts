import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatDuration, parseDuration, parsePositiveDuration } from "../../src/core/time/duration.ts";

const [S, M, H, D, W, Y] = [1_000, 60_000, 3_600_000, 86_400_000, 604_800_000, 31_536_000_000];

// From the table of Prometheus' own test, TestParseDuration in common/model/time_test.go: text, milliseconds, String().
test.each([
  ["0", 0, "0s"],
  ["0w", 0, "0s"],
  ["0s", 0, "0s"],
  ["324ms", 324, "324ms"],
  ["3s", 3 * S, "3s"],
  ["5m", 5 * M, "5m"],
  ["1h", H, "1h"],
  ["4d", 4 * D, "4d"],
  ["4d1h", 4 * D + H, "4d1h"],
  ["14d", 14 * D, "2w"],
  ["3w", 3 * W, "3w"],
  ["3w2d1h", 23 * D + H, "23d1h"],
  ["10y", 10 * Y, "10y"],
  ["1y1w", Y + W, "372d"],
  ["15d12h34m56s789ms", 15 * D + 12 * H + 34 * M + 56 * S + 789, "15d12h34m56s789ms"],
  ["90m", 90 * M, "1h30m"],
  ["1000ms", S, "1s"],
])("%s is %s ms, and Prometheus writes it %s", (text, durationMs, written) => {
  expect(parseDuration(text)).toBe(durationMs);
  expect(formatDuration(durationMs)).toBe(written);
});

// The first eight are Prometheus' list of bad durations.
test.each([
  ...["1", "1y1m1d", "-1w", "1.5d", "d", "", "1ms1s", "10Y"],
  ...[" 5m", "5m ", "5 m", "1h1h", "1e3s", "٣s", "5µs", "+5m", "00", "5m\n", "1".repeat(41) + "s"],
])("%j is refused", (text) => {
  expect(() => parseDuration(text)).toThrow(
    /^duration: ".*is not a duration; (?:did you mean "[^"]+"\?; )?write whole numbers with units \(y, w, d, h, m, s, ms\), such as/,
  );
});

test.each([
  ["30 days", "30d"],
  ["0.2s", "200ms"],
  ["1.5d", "1d12h"],
  ["5 min", "5m"],
  ["90 seconds", "1m30s"],
  ["250 milliseconds", "250ms"],
  ["2 weeks", "2w"],
])("%j is told as what was meant, %s", (text, meant) => {
  expect(() => parseDuration(text)).toThrow(`is not a duration; did you mean "${meant}"?; write`);
});

test.each(["1M", "0.0001ms", "999999999 years", "1 fortnight", "0 days"])("of %j nothing is guessed", (text) => {
  expect(() => parseDuration(text)).toThrow("is not a duration; write");
});

test.each([
  ["a number", 5 as never, "window: 5 is not a duration"],
  ["nothing", undefined as never, "window: is missing; write whole numbers with units ("],
  ["more than a century", "101y", 'window: "101y" is longer than 100 years'],
  ["more than a double holds", "99999999999999999999y", "is longer than 100 years"],
])("%s is refused by name", (_, text, message) => {
  expect(() => parseDuration(text, "window")).toThrow(message);
});

test("the longest is a century, in up to forty characters", () => {
  expect(parseDuration("100y")).toBe(100 * Y);
  expect(() => parseDuration("100y1ms")).toThrow('"100y1ms" is longer than 100 years');
  expect(parseDuration(`${"0".repeat(38)}5s`)).toBe(5 * S);
  expect(() => parseDuration(`${"0".repeat(39)}5s`)).toThrow("is not a duration");
});

test("no more is guessed than can be written", () => {
  expect(() => parseDuration("100 years")).toThrow('is not a duration; did you mean "100y"?');
  expect(() => parseDuration("101 years")).toThrow("is not a duration; write");
  expect(() => parseDuration("0.5ms")).toThrow('did you mean "1ms"?');
  expect(() => parseDuration("0.4ms")).toThrow("is not a duration; write");
});

test("a limit or a pause is some time", () => {
  expect(parsePositiveDuration("1ms")).toBe(1);
  for (const none of ["0", "0s"]) {
    expect(() => parsePositiveDuration(none)).toThrow(
      `duration: "${none}" is no time at all; write more than that, such as 10s`,
    );
  }
  expect(() => parsePositiveDuration("x", "pause")).toThrow('pause: "x" is not a duration');
});

describe("round trips", () => {
  test("what is written is read back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 * Y }), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
      }),
    );
  });

  test("what is read is the sum of its units, and is written in lowest terms", () => {
    const count = fc.integer({ min: 0, max: 99 });
    fc.assert(
      fc.property(fc.tuple(count, count, count, count), ([days, hours, minutes, seconds]) => {
        const durationMs = parseDuration(`${days}d${hours}h${minutes}m${seconds}s`);
        expect(durationMs).toBe(days * D + hours * H + minutes * M + seconds * S);
        const written = formatDuration(durationMs);
        expect(formatDuration(parseDuration(written))).toBe(written);
      }),
    );
  });
});

test.each([-1, 0.5, NaN, Infinity, 2 ** 53, "1h" as never])("%s cannot be written", (value) => {
  expect(() => formatDuration(value)).toThrow(/durationMs: .* is not a whole number of milliseconds/);
});
