import { describe, expect, it } from "vitest";

import { NeedleAutomaton } from "../../src/runbook/redact/automaton.ts";
import { secretForms } from "../../src/runbook/redact/forms.ts";
import { Redactor, secretNames } from "../../src/runbook/redact/redactor.ts";
import { redactedValue } from "../../src/runbook/redact/value.ts";

const data = (name: string): string => `../data/runbook/${name}`;

describe("the forms of a secret", () => {
  it("are all the ways in which programs write text into text", async () => {
    const secrets = [`a"'\\/<b>`, "é~(*) +", "ab\n cdefgh-1\tx \r\n`$=&", "\u2028{?>é!}", " tr0ub\n"];
    const lines = secrets.flatMap((secret) => [
      `# ${JSON.stringify(secret)}`,
      ...[...secretForms(secret)].map((form) => JSON.stringify(form)),
    ]);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(data("secret-forms.txt"));
  });

  it("are none that are shorter than four characters", () => {
    for (const secret of ["abcd", "  ab \n"]) {
      expect(Math.min(...[...secretForms(secret)].map(({ length }) => length))).toBe(4);
    }
  });

  it("are lines of eight characters or more that have a letter or a digit", () => {
    const forms = secretForms("1234567\n  abcdefgh\n---------\nä§§§§§§§\n§§§§§§§5");
    for (const line of ["abcdefgh", "ä§§§§§§§", "§§§§§§§5"]) expect(forms.has(line)).toBe(true);
    for (const line of ["1234567", "  abcdefgh", "---------"]) expect(forms.has(line)).toBe(false);
  });

  it("are all of them up to 4,096 characters, and those that keys take beyond", () => {
    const hexOf = (secret: string): string => Buffer.from(secret).toString("hex");
    for (const length of [4_096, 4_097]) {
      const secret = "k'".repeat(length).slice(0, length);
      const forms = secretForms(secret);
      expect(forms.has(hexOf(secret))).toBe(length === 4_096);
      expect(forms.has(secret.replaceAll("'", "&#39;"))).toBe(length === 4_096);
      expect(forms.has(Buffer.from(secret).toString("base64"))).toBe(true);
      expect(forms.has(secret.replaceAll("'", "\\u0027"))).toBe(true);
    }
  });

  it("are the lines of its base64, as wide as it is written, where there is more than one", () => {
    const forms = (bytes: number): readonly (readonly string[])[] => {
      const secret = Array.from({ length: bytes }, (_, index) => String.fromCharCode(33 + (index % 90))).join("");
      const base64 = Buffer.from(secret).toString("base64");
      const all = secretForms(secret);
      return [64, 76].map((width) =>
        [base64.slice(0, width), base64.slice(width)].filter((line) => line.length > 0 && all.has(line)),
      );
    };
    expect(
      forms(47)
        .flat()
        .map(({ length }) => length),
    ).toEqual([64, 64]);
    // What is left for the last line is too short to tell anything.
    expect(forms(50).map((lines) => lines.map(({ length }) => length))).toEqual([[64], [68]]);
    expect(forms(54).map((lines) => lines.map(({ length }) => length))).toEqual([[64, 8], [72]]);
    expect(forms(63).map((lines) => lines.map(({ length }) => length))).toEqual([
      [64, 20],
      [76, 8],
    ]);
  });
});

describe("an automaton", () => {
  const matches = (needles: readonly string[], text: string): [number, number][] => {
    const found: [number, number][] = [];
    new NeedleAutomaton(needles).scan(text, 0, 0, (start, end) => found.push([start, end]));
    return found;
  };

  it.each<[readonly string[], string, readonly (readonly [number, number])[]]>([
    [["abc"], "ababc", [[2, 5]]],
    [
      ["abcd", "bc"],
      "abcx bc",
      [
        [1, 3],
        [5, 7],
      ],
    ],
    [["abcd", "bcd"], "abcd", [[0, 4]]],
    [
      ["aa"],
      "aaaa",
      [
        [0, 2],
        [1, 3],
        [2, 4],
      ],
    ],
    [["ab", "ab"], "ab", [[0, 2]]],
    [
      ["ü€", "€𝄞"],
      "ü€𝄞",
      [
        [0, 2],
        [1, 4],
      ],
    ],
    [[""], "abc", []],
    [[], "abc", []],
  ])("of %j finds in %j where each ends, the longest one", (needles, text, expected) => {
    expect(matches(needles, text)).toEqual(expected);
  });

  it("says how much of what it saw some needle begins with, and goes on from there", () => {
    const automaton = new NeedleAutomaton(["abcd", "cx"]);
    const state = automaton.scan("zabc", 1, 0, () => expect.unreachable());
    expect(automaton.depthOf(state)).toBe(3);
    const found: [number, number][] = [];
    const next = automaton.scan("x", 0, state, (start, end) => found.push([start, end]));
    expect([automaton.depthOf(next), found]).toEqual([2, [[-1, 1]]]);
    expect(automaton.depthOf(0)).toBe(0);
  });

  it("knows many needles", () => {
    const needles = Array.from({ length: 500 }, (_, index) => `n${String(index)};`);
    expect(matches(needles, needles.join(""))).toHaveLength(500);
    expect(matches(needles, "n500;n;nn12;")).toEqual([[8, 12]]);
  });
});

describe("a value without its secrets", () => {
  const redact = (text: string): string => text.replaceAll("tr0ub4dor", "[redacted]").replaceAll("31337", "[redacted]");
  const nested = (depth: number): unknown => {
    let value: unknown = "end";
    for (let level = 0; level < depth; level += 1) value = [value];
    return value;
  };

  it.each<[unknown, unknown]>([
    [31337, "[redacted]"],
    [131337n, "[redacted]"],
    [12n, 12n],
    [undefined, undefined],
    [() => 1, undefined],
    [{ toJSON: () => "tr0ub4dor" }, "[redacted]"],
    [{ toJSON: "tr0ub4dor" }, { toJSON: "[redacted]" }],
    [{ toJSON: () => null }, null],
    [new RangeError("no tr0ub4dor"), { name: "RangeError", message: "no [redacted]" }],
    [
      { tr0ub4dor: 1, "[redacted]": 2, "[redacted] 2": 3 },
      { "[redacted]": 1, "[redacted] 2": 2, "[redacted] 2 2": 3 },
    ],
  ])("has its texts replaced, and is plain (%#)", (value, expected) => {
    expect(redactedValue(value, redact)).toEqual(expected);
  });

  it("has a hundred levels, and no more", () => {
    expect(redactedValue(nested(100), redact)).toEqual(nested(100));
    expect(JSON.stringify(redactedValue(nested(101), redact))).toBe(`${"[".repeat(100)}"[left out]"${"]".repeat(100)}`);
  });

  it("has a hundred thousand values, and no more", () => {
    const asItIs = (value: unknown): object => redactedValue(value, (text) => text) as object;
    const list = (length: number): unknown[] => Array.from({ length }, () => null);
    const mapping = (length: number): object =>
      Object.fromEntries(list(length).map((value, index) => [`k${String(index)}`, value]));
    expect(Object.values(asItIs(list(99_999))).slice(99_997)).toEqual([null, null]);
    expect(Object.values(asItIs(list(100_000))).slice(99_998)).toEqual([null, "[left out]"]);
    expect(Object.values(asItIs([...list(99_998), []])).slice(99_997)).toEqual([null, "[left out]"]);
    expect(Object.entries(asItIs(mapping(99_999))).slice(99_998)).toEqual([["k99998", null]]);
    expect(Object.entries(asItIs(mapping(100_000))).slice(99_998)).toEqual([
      ["k99998", null],
      ["[left out]", "[left out]"],
    ]);
  });
});

describe("a secret by the name of its variable", () => {
  it.each<[string, string, readonly string[]]>([
    ["API_KEYS", "k-1234", ["k-1234"]],
    ["KEY", "k-1234", []],
    ["KEY_API", "k-1234", []],
    ["OLD_PWD", "k-1234", ["k-1234"]],
    ["PWD_OLD", "k-1234", []],
    ["dbPass2Token", "k-1234", ["k-1234"]],
    ["token", "Required", []],
    ["token", "abc", []],
    [`${"x".repeat(994)}_TOKEN`, "k-1234", ["k-1234"]],
    [`${"x".repeat(995)}_TOKEN`, "k-1234", []],
    ["URL", "postgres://app:secret@db/shop", ["secret"]],
    ["URL", "POSTGRES+X.y-1://:secret@db", ["secret"]],
    ["URL", " postgres://app:secret@db", []],
    ["URL", "1postgres://app:secret@db", []],
    ["URL", "postgres://app@db:secret@x", []],
    ["URL", "postgres://app:se/cret@db", []],
    ["URL", "postgres://app:abc@db", []],
    ["URL", "postgres://app:a%zzb@db", ["a%zzb"]],
    ["DB_SECRET", "postgres://app:s%20cret@db", ["postgres://app:s%20cret@db", "s%20cret", "s cret"]],
  ])("%s is found in %s: %j", (name, value, expected) => {
    expect(secretNames({ [name]: value })).toEqual(expected);
  });
});

describe("a redactor", () => {
  it.each<[unknown, string]>([
    [5, 'secrets: must be a list of texts, not "number"'],
    [{}, 'secrets: must be a list of texts, not "object"'],
    [["abc"], "secrets[0]: has 3 characters; so short a secret would hide other text: 4 or more"],
    [["abcd", "x".repeat(262_145)], "secrets[1]: has 262145 characters; allowed: 262144"],
    [["abcd", {}], "secrets[1]: must be a text, not of the type object"],
    [
      Array.from({ length: 9 }, (_, index) => String(index).repeat(250_000)),
      "secrets: have more than 2000000 characters",
    ],
  ])("takes no such secrets (%#)", (secrets, message) => {
    expect(() => new Redactor(secrets as string[])).toThrow(message);
  });
});
