import { describe, expect, test } from "vitest";

import { invalid } from "../../src/core/errors.ts";
import { publicReason } from "../../src/core/public-reason.ts";
import {
  causeOfThrown,
  codeOfThrown,
  errorOfThrown,
  isError,
  kindOfThrown,
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
    expect(nameOfThrown(Object.assign(new Error("x"), { name: "" }))).toBe("Error");
    expect(nameOfThrown(Object.assign(new Error("x"), { name: 5 }))).toBe("Error");
    expect(nameOfThrown(touchy)).toBe("Error");
    expect(nameOfThrown("text")).toBe('"text"');
  });

  test.each([
    ["an error without a code", new TypeError("secret"), "TypeError"],
    ["one with a code", coded("ECONNREFUSED"), "Error (ECONNREFUSED)"],
    ["one whose cause has it", new TypeError("x", { cause: coded("EPIPE") }), "TypeError (EPIPE)"],
    ["one that begins with a code that everybody knows", new Error("SQLITE_BUSY: secret"), "Error (SQLITE_BUSY)"],
    ["one with a code of words", coded("my secret"), "Error"],
    ["one with an SQLSTATE", coded("23505"), "Error (23505)"],
    ["one that is named like its code", Object.assign(coded("ABORT"), { name: "ABORT" }), "ABORT"],
    ["no error", "secret", "something that is no Error (string)"],
    ["nothing to be asked", dead(), "something that is no Error (object)"],
    ["an error that throws when it is asked", touchy, "Error"],
  ])("is told of by its kind: %s", (_, thrown, kind) => {
    expect(kindOfThrown(thrown)).toBe(kind);
  });

  test.each([
    ["connect ECONNREFUSED 127.0.0.1:1", "ECONNREFUSED"],
    ["EACCES: permission denied", "EACCES"],
    ["SQLITE_FULL", "SQLITE_FULL"],
    ["ENOENTRY", undefined],
    ["say EACCES", undefined],
    ["EVIL", undefined],
    ["", undefined],
  ])("of its message %s only a known code is shown", (message, code) => {
    expect(knownCodeOf(new Error(message))).toBe(code);
    expect(knownCodeOf(message)).toBeUndefined();
  });

  test("has the code of the nearest of five causes", () => {
    const chain = (depth: number): Error =>
      depth === 0 ? coded("ELAST") : new Error("x", { cause: chain(depth - 1) });
    expect(codeOfThrown(chain(4))).toBe("ELAST");
    expect(codeOfThrown(chain(5))).toBeUndefined();
    expect(codeOfThrown(Object.assign(chain(1), { code: "EFIRST" }))).toBe("EFIRST");
    expect(codeOfThrown(Object.assign(new Error("x"), { name: "HTTPParserError" }))).toBe("HTTP_PARSER_ERROR");
    expect(codeOfThrown(Object.assign(coded("HPE_INVALID"), { name: "HTTPParserError" }))).toBe("HPE_INVALID");
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
