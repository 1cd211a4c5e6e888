import { expect, test } from "vitest";

import { ConfigurationError, type ConfigurationIssue } from "../../src/core/errors.ts";
import { Faults, gather, type SourceDocument } from "../../src/core/faults.ts";

const PLACES = { key: { line: 1, column: 1 }, value: { line: 1, column: 4 } };
const document: SourceDocument = {
  value: {},
  file: undefined,
  locate: (_, part) => PLACES[part],
  placeAt: (offset) => ({ line: 2, column: offset }),
  locateIn: () => undefined,
};

test("what can be read is given, and the faults of what cannot are gathered", () => {
  const [before, fault] = [
    { path: ["a"], message: "is odd" },
    { path: ["b"], message: "is bad" },
  ];
  const issues: ConfigurationIssue[] = [before];
  expect(gather(issues, () => 5)).toBe(5);
  expect(issues).toEqual([before]);
  const refuse = (): number => {
    throw new ConfigurationError([fault, before]);
  };
  expect(gather(issues, refuse)).toBeUndefined();
  expect(issues).toEqual([before, fault, before]);
});

test("an error that is no fault of a document is passed on", () => {
  const issues: ConfigurationIssue[] = [];
  const error = new RangeError("a bug");
  const fail = (): number => {
    throw error;
  };
  expect(() => gather(issues, fail)).toThrow(error);
  expect(issues).toEqual([]);
});

test("a fault is at its value, unless it is said to be elsewhere", () => {
  const faults = new Faults();
  faults.add(["a"], "is odd");
  faults.spoil(["b"], "is bad");
  faults.spoil(["c"], "is a bad key", "key");
  faults.spoil(["d"], "is cut", 9);
  faults.spoil(["e"], "is lost", { offset: 1 });
  expect(faults.error(document).issues).toEqual([
    { path: ["c"], message: "is a bad key", ...PLACES.key },
    { path: ["a"], message: "is odd", ...PLACES.value },
    { path: ["b"], message: "is bad", ...PLACES.value },
    { path: ["e"], message: "is lost", ...PLACES.value },
    { path: ["d"], message: "is cut", line: 2, column: 9 },
  ]);
});

test("only what could not be read is spoiled, and nothing within it", () => {
  const faults = new Faults();
  expect(faults.isSpoiled([])).toBe(false);
  faults.add(["a"], "is odd");
  faults.spoil(["b", 0], "is bad");
  expect([["a"], ["b"], ["b", 0], ["b", "0"], ["b", 0, "c"]].map((path) => faults.isSpoiled(path))).toEqual([
    ...[false, false, true, false, false],
  ]);
});
