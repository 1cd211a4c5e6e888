import { describe, expect, test } from "vitest";

import { checkFields, checkGivenFields, checkIterable, checkMethods, checkOptions } from "../../src/core/options.ts";

describe("options", () => {
  const check = (options: unknown, more?: Parameters<typeof checkOptions>[4]) => () => {
    checkOptions(options, "Thing", ["retries", "timeout"], ["a"], more);
  };

  test("are an object of keys that there are", () => {
    expect(check({})).not.toThrow();
    expect(check({ retries: 1, timeout: undefined })).not.toThrow();
    expect(() => {
      checkOptions({ b: 1 }, "Thing", ["a"]);
    }).toThrow("b: is no option of Thing; allowed: a");
  });

  test.each([
    [null, "a: Thing takes an object of options, not null"],
    ["x", 'a: Thing takes an object of options, not "x"'],
    [undefined, "a: Thing takes an object of options, not undefined"],
    [[], "a: Thing takes an object of options, not a list of 0"],
    [{ retrys: 1 }, 'a.retrys: is no option of Thing; did you mean "retries"? allowed: retries, timeout'],
    [{ retries: 1, zone: 1 }, "a.zone: is no option of Thing; allowed: retries, timeout"],
  ])("are not %j", (options, message) => {
    expect(check(options)).toThrow(message);
  });

  test("may have keys beside them that are passed over, and words that people use for them", () => {
    expect(check({ policies: 1 }, { ignored: ["policies"] })).not.toThrow();
    expect(check({ wait: 1 }, { words: { wait: "timeout" } })).toThrow('did you mean "timeout"?');
  });
});

describe("fields", () => {
  const check = (fields: unknown) => () => {
    checkFields(fields, "Thing", ["a", "b"], ["x"], { c: "b" });
  };

  test("are known, each of them", () => {
    for (const fields of [{}, { a: 1 }, { a: 1, b: 2 }]) expect(check(fields)).not.toThrow();
  });

  test.each([
    [{ c: 1, a: 2 }, 'x.c: is no option of Thing; did you mean "b"? allowed: a, b'],
    [{ a: 1, zone: 2 }, "x.zone: is no option of Thing; allowed: a, b"],
    [null, "x: Thing takes an object of options, not null"],
    ["", 'x: Thing takes an object of options, not ""'],
  ])("are not %j", (fields, message) => {
    expect(check(fields)).toThrow(message);
  });

  test("have words of people only where some are given", () => {
    expect(() => {
      checkFields({ c: 1 }, "Thing", ["b"]);
    }).toThrow("c: is no option of Thing; allowed: b");
  });
});

describe("a mapping that is needed", () => {
  const check = (value: unknown) => () => {
    checkGivenFields(value, "budget", ["id", "window"]);
  };

  test("has its fields", () => {
    expect(check({ id: 0, window: null, more: 1 })).not.toThrow();
  });

  test.each([
    [{ id: 1 }, "budget: a mapping without window is not what is needed: a mapping with id, window"],
    [undefined, "budget: undefined is not what is needed: a mapping with id, window"],
    [null, "budget: null is not what is needed: a mapping with id, window"],
    ["id", 'budget: "id" is not what is needed: a mapping with id, window'],
  ])("is not %j", (value, message) => {
    expect(check(value)).toThrow(message);
  });
});

describe("a list that is gone through", () => {
  const check = (value: unknown) => () => {
    checkIterable(value, "inputs", "steps");
  };

  test("may be anything that can be", () => {
    for (const value of [[], new Set([1]), new Map(), [1].values()]) expect(check(value)).not.toThrow();
  });

  test("is not what comes one by one, nor anything else", () => {
    const later = { [Symbol.asyncIterator]: () => undefined };
    expect(check(later)).toThrow("inputs: comes one by one; collect it by for await, and hand in the list of steps");
    expect(check({})).toThrow("inputs: a mapping is no list of steps");
    expect(check({ [Symbol.iterator]: 1 })).toThrow("inputs: a mapping is no list of steps");
    for (const value of [null, undefined, 5])
      expect(check(value)).toThrow(`inputs: ${String(value)} is no list of steps`);
  });
});

describe("methods", () => {
  const check = (value: unknown) => () => {
    checkMethods(value, "store", ["load", "save"]);
  };
  const nothing = (): void => undefined;

  test("are there, inherited ones as well, or there is no object yet", () => {
    class Store {
      load(): void {
        nothing();
      }
      save(): void {
        nothing();
      }
    }
    for (const value of [undefined, { load: nothing, save: nothing }, new Store()]) expect(check(value)).not.toThrow();
  });

  test.each([
    [{ load: nothing }, "store: a mapping has no method save(); needed: load(), save()"],
    [{ load: 1, save: nothing }, "store: a mapping has no method load(); needed: load(), save()"],
    [null, "store: null has no method load(); needed: load(), save()"],
    ["text", 'store: "text" has no method load(); needed: load(), save()'],
    [new Map(), "store: a Map has no method load(); needed: load(), save()"],
    [new Intl.NumberFormat(), "store: a NumberFormat has no method load(); needed: load(), save()"],
    [new Error("x"), "store: an Error has no method load(); needed: load(), save()"],
    [[], "store: a list of 0 has no method load(); needed: load(), save()"],
    [
      Object.create({ constructor: { name: "Store<b>" } }),
      "store: a mapping has no method load(); needed: load(), save()",
    ],
    [Object.create(null), "store: a mapping has no method load(); needed: load(), save()"],
    [Object.create({ constructor: { name: "<b>" } }), "store: a mapping has no method load(); needed: load(), save()"],
  ])("are not there of %s", (value, message) => {
    expect(check(value)).toThrow(message);
  });

  test("are not there of what cannot be looked at", () => {
    const touchy = {
      getPrototypeOf(): never {
        throw new Error("no");
      },
    };
    expect(check(new Proxy({}, touchy))).toThrow("store: a mapping has no method load(); needed: load(), save()");
  });
});
