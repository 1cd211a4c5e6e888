import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choices, nearest, suggestion } from "../../src/core/nearest.ts";

const KEYS = ["target", "threshold", "measurement_window", "sli", "select", "retries", "policies"];

describe("nearest", () => {
  test.each([
    ["treshold", "threshold"],
    ["thershold", "threshold"],
    ["Target", "target"],
    ["taget", "target"],
    ["measurment_windw", "measurement_window"],
    ["sil", "sli"],
    ["SLI", "sli"],
    ["polcy", "policies"],
    ["policy", "policies"],
    ["Retry", "retries"],
    ["retrys", "retries"],
  ])("%s is a slip for %s", (name, meant) => {
    expect(nearest(name, KEYS)).toBe(meant);
  });

  test.each([["budget"], ["x"], [""], ["tar"], ["a".repeat(10_000)]])("%s is no slip for any of them", (name) => {
    expect(nearest(name, KEYS)).toBeUndefined();
  });

  test("a known name is nearest to itself, and one edit away is still it", () => {
    fc.assert(
      fc.property(fc.constantFrom(...KEYS), fc.nat(), fc.stringMatching(/^[a-z]$/), (key, seed, letter) => {
        const place = seed % (key.length + 1);
        expect(nearest(key, KEYS)).toBe(key);
        if (key.length > 3) expect(nearest(key.slice(0, place) + letter + key.slice(place), KEYS)).toBe(key);
      }),
    );
  });

  test.each([
    ["ab", ["ba", "xy"], "ba"],
    ["ab", ["abc"], "abc"],
    ["a", ["b"], undefined],
    ["xb", ["by"], undefined],
    ["bx", ["yb"], undefined],
    ["xa", ["x"], "x"],
    ["ax", ["x"], "x"],
    ["x", ["xa"], undefined],
    ["abcd", ["abdc", "abcde"], "abdc"],
    ["abcdef", ["abxxef", "badcfe"], "abxxef"],
    ["iesx", ["yx"], undefined],
    ["a".repeat(63), [`${"a".repeat(63)}b`], `${"a".repeat(63)}b`],
    ["a".repeat(64), [`${"a".repeat(64)}b`], undefined],
    ["query", ["queries", "queried"], "queries"],
    ["queries", ["query"], "query"],
  ])("%s of %j is %s", (name, known, meant) => {
    expect(nearest(name, known)).toBe(meant);
  });

  test.each([
    ["out", ["output", "quiet"], "output"],
    ["meas", ["measurement_window", "measured"], undefined],
    ["ou", ["output"], undefined],
    ["measurement", ["measurement_window", "target"], "measurement_window"],
  ])("%s of %j is begun by hand: %s", (name, known, meant) => {
    expect(suggestion(name, known)).toBe(meant === undefined ? "" : `; did you mean "${meant}"?`);
  });

  test("what is allowed is listed with the suggestion, and without one", () => {
    expect(choices("sil", ["sli", "select"])).toBe('; did you mean "sli"? allowed: sli, select');
    expect(choices(7, ["sli", "select"])).toBe("; allowed: sli, select");
    expect(choices("sil", [])).toBe("; there is none");
  });
});
