/** Units by the names of metrics, and the bounds of buckets in their spellings. */
import { describe, expect, test } from "vitest";

import {
  boundSpellings,
  boundsOf,
  bucketMatcher,
  inUnitOf,
  nameOf,
  withAllSpellings,
} from "../../../src/rules/indicator/units.ts";
import { selectorOf } from "../promql/reading.ts";

describe("250 ms", () => {
  test.each([
    ["x", 0.25],
    ["", 0.25],
    ["seconds", 0.25],
    ["x_second", 0.25],
    ["x_secs", 0.25],
    ["x_sec", 0.25],
    ["x_s", 0.25],
    ["x_nanoseconds", 250_000_000],
    ["x_nanosecond", 250_000_000],
    ["x_nanos", 250_000_000],
    ["x_ns", 250_000_000],
    ["x_nsec", 250_000_000],
    ["x_microseconds", 250_000],
    ["x_microsecond", 250_000],
    ["x_micros", 250_000],
    ["x_us", 250_000],
    ["x_usec", 250_000],
    ["x_milliseconds", 250],
    ["x_millisecond", 250],
    ["x_millis", 250],
    ["x_ms", 250],
    ["x_msec", 250],
    ["x_minutes", 0.25 / 60],
    ["x_minute", 0.25 / 60],
    ["x_hours", 0.25 / 3_600],
    ["x_hour", 0.25 / 3_600],
    ["X_MS_BUCKET", 250],
    ["ms:x__bucket", 250],
    ["x.ms.bucket", 250],
    ["seconds_in_ms_bucket", 250],
    ["ms_in_seconds_bucket", 0.25],
    ["xms", 0.25],
    ["msx", 0.25],
    ["x_ms2", 0.25],
  ])("of %s are %d", (metric, bound) => {
    expect(inUnitOf(metric, 250)).toBeCloseTo(bound, 15);
  });

  test("have no more digits than are exact", () => {
    expect([inUnitOf("x_s", 300), inUnitOf("x_us", 0.1), inUnitOf("x_minutes", 1)]).toEqual([
      0.3, 100, 0.0000166666666666667,
    ]);
  });
});

describe("spellings", () => {
  test.each([
    [0, ["0", "0.0"]],
    [0.001, ["0.001"]],
    [0.0015, ["0.0015"]],
    [0.00099, ["0.00099", "9.9E-4"]],
    [0.0001, ["0.0001", "1.0E-4"]],
    [0.00005, ["0.00005", "5e-05", "5.0E-5"]],
    [0.000012, ["0.000012", "1.2e-05", "1.2E-5"]],
    [2.5, ["2.5"]],
    [100, ["100", "100.0"]],
    [999_999, ["999999", "999999.0"]],
    [1_000_000, ["1000000", "1e+06", "1000000.0"]],
    [1_500_000, ["1500000", "1.5e+06", "1500000.0"]],
    [9_999_999, ["9999999", "9.999999e+06", "9999999.0"]],
    [10_000_000, ["10000000", "1e+07", "1.0E7", "10000000.0"]],
    [12_500_000, ["12500000", "1.25e+07", "1.25E7", "12500000.0"]],
    [1e21, ["1000000000000000000000", "1e+21", "1.0E21", "1000000000000000000000.0"]],
    [-1, ["-1", "-1.0"]],
    [-0.00001, ["-0.00001", "-1e-05", "-0.00001", "-1.0E-5"]],
    [1e-10, ["0.0000000001", "1e-10", "1.0E-10"]],
    [Infinity, ["+Inf"]],
  ])("of %d are %j", (bound, spellings) => {
    expect(boundSpellings(bound)).toEqual([...new Set(spellings)]);
  });

  test("of one bound are one matcher", () => {
    expect(bucketMatcher(0.2)).toEqual({ name: "le", operator: "=", value: "0.2" });
    expect(bucketMatcher(1)).toEqual({ name: "le", operator: "=~", value: String.raw`1|1\.0` });
    expect(bucketMatcher(Infinity)).toEqual({ name: "le", operator: "=", value: "+Inf" });
  });

  test("take the place of the one that was written", () => {
    const selector = selectorOf('x_bucket{a="1",le="1.0",b="1"}');
    expect(withAllSpellings(selector)).toEqual({
      metric: "x_bucket",
      matchers: [selector.matchers[0], bucketMatcher(1), selector.matchers[2]],
    });
    for (const text of ["x_bucket", 'x_bucket{le!="1"}', 'x_bucket{le=~"1|2"}', 'x{a="1"}']) {
      expect(withAllSpellings(selectorOf(text))).toEqual(selectorOf(text));
    }
  });
});

describe("the bound", () => {
  test.each([
    ['le="0.2"', 0.2],
    ['le="1e-05"', 0.00001],
    ['le="1.0E-5"', 0.00001],
    ['le="+Inf"', Infinity],
    ['le="Inf"', Infinity],
    ['le="inf"', Infinity],
    ['le="-1"', -1],
    ['le="0"', 0],
    ['le=~"1|1.0"', 1],
    [String.raw`le=~"1|1\\.0"`, 1],
    ['le=~"1|1[.]0"', 1],
    ['le=~"(1)"', 1],
    ['le=~"(10)"', 10],
    ['a="2",le="1"', 1],
  ])("of %s is %d", (matchers, bound) => {
    expect(boundsOf(selectorOf(`x{${matchers}}`))).toBe(bound);
  });

  test.each([
    'a="1"',
    'le!="1"',
    'le!~"1"',
    'le=~"1|2"',
    'le="1",le="1"',
    'le="1",le=~"1"',
    'le=""',
    'le=" "',
    'le="x"',
    'le="1|1.0"',
    'le=~"1|x"',
    'le=~".*"',
    'le="NaN"',
    'le="info"',
    'le="xinf"',
    'le="-Inf."',
    'le=~"1|"',
    'le=~"x(1)"',
    'le=~"(1)0"',
    'le=~"1(0)"',
  ])("of %s is not one", (matchers) => {
    expect(boundsOf(selectorOf(`x{${matchers}}`))).toBeUndefined();
  });
});

test("a name is empty where only an expression gives it", () => {
  expect([nameOf(selectorOf("x")), nameOf(selectorOf('{__name__=~"x"}')), nameOf(selectorOf('{"a.b"}'))]).toEqual([
    "x",
    "",
    "a.b",
  ]);
});
