import { describe, expect, test } from "vitest";

import {
  AdapterError,
  ConfigurationError,
  ConflictError,
  formatPath,
  IllegalTransitionError,
  invalid,
  isReliabilityError,
  ReliabilityError,
  show,
  TimeoutError,
  within,
} from "../../src/core/errors.ts";
import { inOrder } from "../../src/core/faults.ts";

const adapter = new AdapterError("no route", { adapter: "file store", operation: "save", retryable: true, cause: "x" });

test("what may be done instead is told where there is anything", () => {
  const [some, none] = [["reopen", "note"], []].map(
    (allowed) => new IllegalTransitionError("closed", "resolve", allowed),
  );
  expect(some?.message).toBe('"resolve" is not possible while closed; possible: reopen, note');
  expect(none?.message).toBe('"resolve" is not possible while closed; possible: nothing');
});

test.each<[ReliabilityError, string, string, string]>([
  [invalid("target", "is bad"), "ConfigurationError", "configuration", "target: is bad"],
  [adapter, "AdapterError", "adapter", "file store could not save: no route"],
  [new TimeoutError("the query", 250), "TimeoutError", "timeout", "the query did not finish within 250 ms"],
  [
    new IllegalTransitionError("closed", "resolve", ["reopen", "note"]),
    "IllegalTransitionError",
    "illegal_transition",
    '"resolve" is not possible while closed; possible: reopen, note',
  ],
  [
    new IllegalTransitionError("closed", "resolve", []),
    "IllegalTransitionError",
    "illegal_transition",
    '"resolve" is not possible while closed; possible: nothing',
  ],
])("%s has its name, code and message", (error, name, code, message) => {
  expect([error.name, error.code, error.message]).toEqual([name, code, message]);
  expect(error instanceof ReliabilityError && error instanceof Error).toBe(true);
  expect(isReliabilityError(error)).toBe(true);
});

test("a cause is kept, and none is not", () => {
  expect(adapter.cause).toBe("x");
  expect("cause" in invalid("a", "b")).toBe(false);
});

test("an error of another copy of the package is recognised, and a stranger is not", async () => {
  const path = "../../src/core/errors.ts?copy";
  const other = (await import(path)) as typeof import("../../src/core/errors.ts");
  const error = other.invalid("a", "b");
  expect(error instanceof ReliabilityError).toBe(false);
  expect(isReliabilityError(error)).toBe(true);
  expect(other.isReliabilityError(invalid("a", "b"))).toBe(true);
  for (const stranger of [new Error("x"), null, undefined, "text", { code: "adapter" }]) {
    expect(isReliabilityError(stranger)).toBe(false);
  }
});

test("what belongs to an error is with it, for a log line", () => {
  expect(new TimeoutError("the query", 250, { cause: "x" })).toMatchObject({
    ...{ cause: "x", timeoutMs: 250, context: { operation: "the query", timeoutMs: 250 } },
  });
  expect(adapter.context).toEqual({ adapter: "file store", operation: "save", retryable: true });
  expect(invalid("a", "b").context).toEqual({ issueCount: 1 });
  expect(new ConfigurationError([], { file: "a.yaml" }).context).toEqual({ issueCount: 0, file: "a.yaml" });
  expect(new ReliabilityError("conflict", "x").context).toEqual({});
  expect(new IllegalTransitionError("open", "close", ["note"], "it is open")).toMatchObject({
    message: "it is open",
    ...{ from: "open", event: "close", allowed: ["note"] },
    context: { from: "open", event: "close", allowed: ["note"] },
  });
  expect(new ConflictError("somebody was first", { cause: "x", context: { id: 1 } })).toMatchObject({
    ...{ name: "ConflictError", code: "conflict", message: "somebody was first", cause: "x", context: { id: 1 } },
  });
});

test("what is not known of an error is not in its context, and what its maker knows is beside the rest", () => {
  expect(invalid("a", "b").context).toStrictEqual({ issueCount: 1 });
  expect(new ConfigurationError([], { file: "a.yaml" }).context).toStrictEqual({ issueCount: 0, file: "a.yaml" });
  const facts = { adapter: "file store", operation: "save", retryable: false };
  expect(new AdapterError("no route", facts).context).toStrictEqual(facts);
  expect(new AdapterError("no route", { ...facts, context: { status: 503, retryable: true } }).context).toStrictEqual({
    ...facts,
    ...{ status: 503, retryable: true },
  });
});

test("what only looks like an error of ours is none: whoever is told that it is one reads three things of it", () => {
  const brand = Symbol.for("nines.ReliabilityError");
  const good = { [brand]: true, code: "adapter", message: "x", context: {} };
  expect(isReliabilityError(good)).toBe(true);
  expect(isReliabilityError(Object.assign(() => 1, good))).toBe(false);
  for (const [field, value] of [
    ["code", 5],
    ["message", undefined],
    ["context", null],
    ["context", "x"],
  ] as const) {
    expect(isReliabilityError({ ...good, [field]: value })).toBe(false);
  }
  const touchy = {
    get [brand]() {
      return true;
    },
    get code(): never {
      throw new Error("no");
    },
  };
  expect(isReliabilityError(touchy)).toBe(false);
});

test("faults of a part are told at its place, and other errors are passed on", () => {
  const fail = (error: Error) => () =>
    within(["list", 2], () => {
      throw error;
    });
  expect(fail(invalid("name", "is bad"))).toThrow("list[2].name: is bad");
  const other = new RangeError("x");
  expect(fail(other)).toThrow(other);
  expect(within(["a"], () => 5)).toBe(5);
});

test("the brand does not show in logs", () => {
  const shown = Object.getOwnPropertySymbols(adapter).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(adapter, key),
  );
  expect(shown).toEqual([]);
});

describe("the message of a configuration error", () => {
  const issue = { path: ["slos", 0, "target"], message: "is bad" };

  test.each([
    [
      "has file, line, column and path",
      [{ ...issue, line: 3, column: 7 }],
      "slo.yaml",
      "slo.yaml:3:7 slos[0].target: is bad",
    ],
    ["has line and column without a file", [{ ...issue, line: 3, column: 7 }], undefined, "3:7 slos[0].target: is bad"],
    ["has the path alone", [issue], undefined, "slos[0].target: is bad"],
    ["is the fault alone, of a document", [{ path: [], message: "is empty" }], undefined, "is empty"],
    [
      "lists them all",
      [issue, { path: [], message: "is odd" }],
      "a.yaml",
      "2 faults\n  a.yaml slos[0].target: is bad\n  a.yaml: is odd",
    ],
  ])("%s", (_, issues, file, message) => {
    const error = new ConfigurationError(issues, file === undefined ? {} : { file });
    expect(error.message).toBe(message);
    expect(error.issues).toEqual(issues);
    expect(error.file).toBe(file);
  });
});

test.each<[unknown, string]>([
  ["text", '"text"'],
  ["two\nlines", '"two\\nlines"'],
  ["\u2028\u009b31m\u202e\u001b[2J", '"\\u2028\\u009b31m\\u202e\\u001b[2J"'],
  [5, "5"],
  [-0, "0"],
  [NaN, "NaN"],
  [7n, "7"],
  [null, "null"],
  [undefined, "undefined"],
  [true, "true"],
  [Symbol("s"), "Symbol(s)"],
  [[1, 2], "a list of 2"],
  [{ password: "hunter2" }, "a mapping"],
  [Object.create(null), "a mapping"],
  [new Map(), "a mapping"],
  [() => "secret", "a function"],
])("%s is shown as %s", (value, shown) => {
  expect(show(value)).toBe(shown);
});

test("what is long is cut, and no letter is broken", () => {
  for (const text of ["x".repeat(1_000), "\n".repeat(50), "😀".repeat(40), ` ${"😀".repeat(40)}`]) {
    expect(show(text).length).toBeLessThanOrEqual(60);
    expect(show(text)).toMatch(/^".*\.\.\.$/u);
    // It throws at half of a surrogate pair.
    expect(() => encodeURIComponent(show(text))).not.toThrow();
  }
  expect(show("x".repeat(58))).toBe(`"${"x".repeat(58)}"`);
});

test("faults of one text are in its order, and those without a place come first", () => {
  const places: Array<[number?, number?]> = [[2, 1], [1, 9], [1, 3], [], [1, 5], [2, 0]];
  const issues = places.map(([line, column]) => ({
    ...{ path: [], message: "" },
    ...(line !== undefined && column !== undefined && { line, column }),
  }));
  expect(inOrder(issues).map(({ line, column }) => [line, column])).toEqual([
    ...[
      [undefined, undefined],
      [1, 3],
      [1, 5],
      [1, 9],
      [2, 0],
      [2, 1],
    ],
  ]);
});

test("a path is written as a person would", () => {
  expect(formatPath(["a", 0, "b-c", "b c", "0", ""])).toBe('a[0].b-c["b c"]["0"][""]');
  expect(formatPath(["a", NaN, Infinity, -1])).toBe("a[NaN][Infinity][-1]");
  expect(formatPath([])).toBe("");
});
