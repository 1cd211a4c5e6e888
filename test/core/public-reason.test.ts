import { describe, expect, test } from "vitest";

import { invalid } from "../../src/core/errors.ts";
import { publicReason } from "../../src/core/public-reason.ts";
import {
  causeOfThrown,
  codeOfThrown,
  errorOfThrown,
  isError,
  knownCodeOf,
  messageOfThrown,
  nameOfThrown,
  reportOfThrown,
  stackOfThrown,
} from "../../src/core/thrown.ts";

const dead = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const touchy = new Proxy(new Error("x"), {
  get() {
    throw new Error("do not touch");
  },
});
const coded = (code: unknown, message = "secret"): Error => Object.assign(new Error(message), { code });

describe("what was thrown", () => {
  test("is an error, as far as one can ask", () => {
    expect([new TypeError("x"), touchy, {}, "x", dead()].map(isError)).toEqual([true, true, false, false, false]);
  });

  test("has a name, without what it says", () => {
    expect(nameOfThrown(new TypeError("secret"))).toBe("TypeError");
    for (const name of ["", 5]) expect(nameOfThrown(Object.assign(new Error("x"), { name }))).toBe("Error");
    expect([nameOfThrown(touchy), nameOfThrown("text")]).toEqual(["Error", '"text"']);
  });

  test("shows of its message a code that everybody knows, where it begins with one", () => {
    expect(knownCodeOf(new Error("connect ECONNREFUSED 127.0.0.1:1"))).toBe("ECONNREFUSED");
    for (const message of ["say EACCES", "EVIL", "ENOENTRY", ""])
      expect(knownCodeOf(new Error(message))).toBeUndefined();
    expect(knownCodeOf("EACCES")).toBeUndefined();
  });

  test("has the code of the nearest of five causes", () => {
    const chain = (depth: number): Error =>
      depth === 0 ? coded("ELAST") : new Error("x", { cause: chain(depth - 1) });
    expect(codeOfThrown(chain(4))).toBe("ELAST");
    expect(codeOfThrown(chain(5))).toBeUndefined();
    expect(codeOfThrown(Object.assign(chain(1), { code: "EFIRST" }))).toBe("EFIRST");
    expect(codeOfThrown(Object.assign(new Error("x"), { name: "HTTPParserError" }))).toBe("HTTP_PARSER_ERROR");
    expect(codeOfThrown(Object.assign(coded("no code"), { name: "HTTPParserError" }))).toBeUndefined();
    for (const code of ["AB", "A".repeat(42), "eACCES", "ECONN!", 5]) expect(codeOfThrown(coded(code))).toBeUndefined();
    expect(codeOfThrown("EACCES")).toBeUndefined();
  });

  test("has a message, a stack and a cause, if they can be had", () => {
    expect([new Error("why"), new Error(""), "text", 5, touchy].map(messageOfThrown)).toEqual([
      ...["why", "Error", "text", "5", "Error"],
    ]);
    expect(stackOfThrown(new Error("why"))).toMatch(/^Error: why\n[^]*\n$/);
    expect([stackOfThrown("x"), stackOfThrown(touchy)]).toEqual(["", ""]);
    expect(causeOfThrown(new Error("x", { cause: 5 }))).toBe(5);
    expect([causeOfThrown({ cause: 5 }), causeOfThrown(touchy)]).toEqual([undefined, undefined]);
  });

  test("is reported in our own words, or by its name alone", () => {
    expect(reportOfThrown(invalid("a", "is bad"))).toEqual({ code: "configuration", why: "a: is bad" });
    expect(reportOfThrown(new TypeError("secret"))).toEqual({ error: "TypeError" });
  });

  test("becomes an error, if it is none", () => {
    const error = new Error("x");
    expect(errorOfThrown(error)).toBe(error);
    expect(errorOfThrown("text")).toMatchObject({ message: "text", cause: "text" });
  });
});

describe("what people are shown", () => {
  test.each([
    ["our own words", invalid("a", "is bad"), "a: is bad"],
    ["a code", coded("ECONNREFUSED"), "ECONNREFUSED"],
    ["the code of a cause", new TypeError("fetch failed", { cause: coded("ENOTFOUND") }), "ENOTFOUND"],
    ["a known code that a message begins with", new Error("EACCES: /secret"), "EACCES"],
    ["a name", new RangeError("secret"), "RangeError"],
    ["no code that is too long", coded("x".repeat(101)), "Error"],
    ["a code of a hundred characters", coded("x".repeat(100)), "x".repeat(100)],
    ["no empty code", coded(""), "Error"],
    ["no code that is no text", coded(5), "Error"],
    ["no empty name", Object.assign(new Error("x"), { name: "" }), "it failed"],
    ["no text that was thrown", "secret", "it failed"],
    ["nothing of what throws when it is asked", touchy, "it failed"],
  ])("is %s", (_, error, reason) => {
    expect(publicReason(error)).toBe(reason);
  });
});
