import { expect, test } from "vitest";

import { kindOfThrown } from "../../src/core/thrown.ts";

const coded = (code: unknown, name = "Error"): Error => Object.assign(new Error("password=1"), { code, name });

test.each<[unknown, string]>([
  [new Error("SQLITE_BUSY: database is locked"), "Error (SQLITE_BUSY)"],
  [new Error("connect ECONNREFUSED 10.0.0.1:5432"), "Error (ECONNREFUSED)"],
  [new Error("HUNTER2: is the password"), "Error"],
  [new Error("EHUNTER2"), "Error"],
  [new Error("ENOENTRY"), "Error"],
  [coded("SQLITE_FULL", "SqliteError"), "SqliteError (SQLITE_FULL)"],
  [coded("57P01", "error"), "error (57P01)"],
  [coded("ERR_INVALID_STATE"), "Error (ERR_INVALID_STATE)"],
  [coded("the password is 1"), "Error"],
  [coded(5), "Error"],
  [new TypeError("fetch failed", { cause: new Error("bad port") }), "TypeError (BAD_PORT)"],
  [Object.assign(new Error("bad port"), { code: "the password is 1" }), "Error"],
  [new TypeError("fetch failed", { cause: coded("ECONNRESET") }), "TypeError (ECONNRESET)"],
  ["password=1", "something that is no Error (string)"],
  [undefined, "something that is no Error (undefined)"],
])("of %o only the name and the code are told", (thrown, expected) => {
  expect(kindOfThrown(thrown)).toBe(expected);
});
