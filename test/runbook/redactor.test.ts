import { createHash } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { Redactor, secretNames } from "../../src/runbook/redact/redactor.ts";

const AWKWARD = `pä's "w&rd/<1>+$x\\\`=~ 😀`;
const KEY = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(3)}Zm9vYmFyYmF6\n-----END PRIVATE KEY-----\n`;
const html = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

describe("a secret is found", () => {
  test.each<[string, (secret: string) => string]>([
    ["as it is", (secret) => secret],
    ["in JSON", (secret) => JSON.stringify({ password: secret })],
    ["in JSON within JSON", (secret) => JSON.stringify({ log: JSON.stringify({ password: secret }) })],
    [
      "in JSON of ASCII only",
      (secret) =>
        JSON.stringify(secret).replace(
          /[^ -~]/g,
          (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
        ),
    ],
    [
      "in JSON as Go writes it",
      (secret) =>
        JSON.stringify(secret).replaceAll("&", "\\u0026").replaceAll("<", "\\u003c").replaceAll(">", "\\u003e"),
    ],
    ["in a URL", (secret) => `https://example.com/?q=${encodeURIComponent(secret)}&x=1`],
    ["in a URL, lower case", (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())],
    ["in a form", (secret) => new URLSearchParams({ secret }).toString()],
    ["in hex", (secret) => Buffer.from(secret).toString("hex")],
    ["in upper hex", (secret) => Buffer.from(secret).toString("hex").toUpperCase()],
    ["in base64", (secret) => Buffer.from(secret).toString("base64")],
    ["in base64 for URLs", (secret) => Buffer.from(secret).toString("base64url")],
    ["in base64 behind one byte", (secret) => Buffer.from(`:${secret}:`).toString("base64")],
    ["in base64 behind two bytes", (secret) => Buffer.from(`a:${secret}!`).toString("base64")],
    ["in base64 in a URL", (secret) => encodeURIComponent(Buffer.from(`app:${secret}`).toString("base64"))],
    ["quoted for a shell", (secret) => `'${secret.replaceAll("'", "'\\''")}'`],
    ["quoted for a shell in another way", (secret) => `'${secret.replaceAll("'", `'"'"'`)}'`],
    ["in double quotes for a shell", (secret) => `"${secret.replace(/["\\$`]/g, "\\$&")}"`],
    ["in HTML", (secret) => `<b>${html(secret)}</b>`],
    ["in an attribute", (secret) => `<b title='${html(secret).replaceAll("'", "&#39;")}'>`],
    ["as JavaScript prints it", (secret) => inspect({ secret: secret.replaceAll("\n", " ") })],
  ])("%s", (_, write) => {
    for (const secret of [AWKWARD, "tr0ub4dor", "+/+/+/+/ab?>"]) {
      const redactor = new Redactor([secret]);
      const text = `before ${write(secret)} after`;
      const out = redactor.text(text);
      expect(out).toContain("[redacted]");
      expect(out.startsWith("before ") && out.endsWith(" after")).toBe(true);
      // What is left around it is the format's own, and at most a letter of base64 that holds some bits of a neighbour.
      expect(out.replace("[redacted]", "").length).toBeLessThan(text.length - secret.length + 4);
    }
  });

  test("by each of its lines, with any line ends and any white space around them", () => {
    const redactor = new Redactor([KEY]);
    for (const line of KEY.trim().split("\n")) {
      expect(redactor.text(`  ${line}\t`)).toBe("  [redacted]\t");
      expect(redactor.text(Buffer.from(line).toString("base64"))).toBe("[redacted]");
    }
    expect(redactor.text(KEY.replaceAll("\n", "\r\n").trim())).toBe("[redacted]");
    expect(redactor.text(JSON.stringify(KEY))).toBe('"[redacted]"');
    expect(new Redactor(["first line\n--------\nsecond one"]).text("--------")).toBe("--------");
  });

  test("in base64 that is broken into lines", () => {
    const secret = Array.from({ length: 20 }, (_, index) =>
      createHash("sha256").update(String(index)).digest("hex"),
    ).join("");
    const base64 = Buffer.from(secret).toString("base64");
    for (const width of [64, 76]) {
      const lines = base64.match(new RegExp(`.{1,${width}}`, "g")) ?? [];
      const out = new Redactor([secret]).text(lines.join("\n"));
      expect(out.replace(/\[redacted\]|\n/g, "").length).toBeLessThan(8);
    }
  });

  test("without the white space at its ends", () => {
    expect(new Redactor(["  tr0ub4dor\n"]).text("(tr0ub4dor)")).toBe("([redacted])");
  });

  test("whatever is as long as it may be, in a moment", () => {
    const long = Array.from({ length: 4_096 }, (_, index) =>
      createHash("sha256").update(String(index)).digest("hex"),
    ).join("");
    const redactor = new Redactor([long]);
    expect(redactor.text(`a${long}b`)).toBe("a[redacted]b");
    expect(redactor.text(Buffer.from(long).toString("base64"))).toBe("[redacted]");
  });
});

test.each([
  [["secret", "secretary"], "secretary", "[redacted]"],
  [["abcdef", "defghi"], "xabcdefghiy", "x[redacted]y"],
  [["abab"], "ababababab!", "[redacted]!"],
  [["abab"], "abab abab", "[redacted] [redacted]"],
  [["abcdefgh", "cdef", "efghijkl"], "abcdefghijkl", "[redacted]"],
  [["bcde", "abcdef"], "abcde abcdef", "a[redacted] [redacted]"],
  [["😀😀"], "😀😀😀", "[redacted]"],
])("of overlapping secrets all are hidden: %j in %j", (secrets, text, expected) => {
  expect(new Redactor(secrets).text(text)).toBe(expected);
});

describe("in pieces", () => {
  const secret = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 4, maxLength: 7 });
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 80 });

  /** Marks what any secret covers, the slow way, and replaces each stretch of overlapping ones. */
  function oracle(secrets: readonly string[], whole: string): string {
    const stretches: [number, number][] = [];
    for (let from = 0; from < whole.length; from += 1) {
      for (const one of secrets) if (whole.startsWith(one, from)) stretches.push([from, from + one.length]);
    }
    let out = "";
    let at = 0;
    for (const [from, to] of stretches) {
      if (from >= at) out += `${whole.slice(at, from)}[redacted]`;
      at = Math.max(at, to);
    }
    return out + whole.slice(at);
  }

  test("it is as in one piece, and as when each place is tried for each secret", () => {
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 6 }),
        text,
        fc.array(fc.nat(8)),
        (secrets, whole, sizes) => {
          // Other forms of these secrets have other letters.
          const redactor = new Redactor(secrets);
          const stream = redactor.stream();
          let out = "";
          let from = 0;
          for (const size of sizes) {
            out += stream.push(whole.slice(from, from + size));
            from += size;
          }
          out += stream.push(whole.slice(from)) + stream.end();
          expect(out).toBe(oracle(secrets, whole));
          expect(redactor.text(whole)).toBe(out);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test("what begins within a secret that was let out as hidden is hidden with it", () => {
    const stream = new Redactor(["abcdab", "abxyz1"]).stream();
    expect([stream.push("abcdab"), stream.push("xyz1"), stream.push("--"), stream.end()]).toEqual([
      ...["[redacted]", "", "--", ""],
    ]);
  });

  test("it holds back only what may become a secret", () => {
    const stream = new Redactor(["tr0ub4dor"]).stream();
    expect(stream.push("login tr0u")).toBe("login ");
    expect(stream.push("ble")).toBe("tr0uble");
    expect(stream.push("tr0ub4dor")).toBe("[redacted]");
    expect(stream.push("tr0")).toBe("");
    expect(stream.end()).toBe("tr0");
    expect(stream.push("fresh") + stream.end()).toBe("fresh");
  });
});

test("values are copied deep, with keys, numbers and what JSON makes of objects", () => {
  const redactor = new Redactor(["tr0ub4dor", "31337"]);
  const given = {
    list: ["tr0ub4dor", 31337, 7, true, null, undefined],
    "key tr0ub4dor": { at: new Date(0), error: new Error("no tr0ub4dor") },
    "key [redacted]": 1,
    ["__proto__"]: "tr0ub4dor",
  };
  const before = JSON.stringify(given);
  const out = redactor.value(given) as Record<string, unknown>;
  expect(JSON.stringify(out)).toBe(
    '{"list":["[redacted]","[redacted]",7,true,null,null],' +
      '"key [redacted]":{"at":"1970-01-01T00:00:00.000Z","error":{"name":"Error","message":"no [redacted]"}},' +
      '"key [redacted] 2":1,"__proto__":"[redacted]"}',
  );
  expect(JSON.stringify(given)).toBe(before);
  expect(Object.getPrototypeOf(out)).toBe(Object.prototype);
});

test("values without an end are cut", () => {
  const round: Record<string, unknown> = { secret: "tr0ub4dor" };
  round.again = round;
  const redactor = new Redactor(["tr0ub4dor"]);
  const text = JSON.stringify(redactor.value(round));
  expect(text).toContain("[left out]");
  expect(text).not.toContain("tr0ub4dor");
  const wide = redactor.value(Array.from({ length: 300_000 }, () => "x")) as unknown[];
  expect(wide.length).toBeLessThanOrEqual(100_001);
  expect(wide.at(-1)).toBe("[left out]");
});

test("more can be added, and what is known costs nothing", () => {
  const redactor = new Redactor(["tr0ub4dor"]);
  expect(redactor.with(["tr0ub4dor"])).toBe(redactor);
  expect(redactor.with(["correct horse"]).text("tr0ub4dor correct horse")).toBe("[redacted] [redacted]");
  expect(redactor.text("correct horse")).toBe("correct horse");
  expect(new Redactor().text("anything")).toBe("anything");
});

test.each<[string, unknown, string]>([
  [
    "a short one",
    ["tr0ub4dor", "abc"],
    "secrets[1]: has 3 characters; so short a secret would hide other text: 4 or more",
  ],
  ["an empty one", [""], "secrets[0]: has 0 characters"],
  ["a very long one", ["x".repeat(262_145)], "secrets[0]: has 262145 characters"],
  ["what is no text", [4711], "secrets[0]: must be a text, not of the type number"],
  ["a text in the place of a list", "tr0ub4dor", "secrets: must be a list of texts, not a text"],
  ["nothing", null, "secrets: must be a list of texts"],
  ["too many", Array.from({ length: 10_001 }, (_, index) => `secret ${index}`), "secrets: are more than 10000"],
])("%s is refused, and the message does not show it", (_, secrets, message) => {
  const attempt = (): Redactor => new Redactor(secrets as string[]);
  expect(attempt).toThrow(ConfigurationError);
  expect(attempt).toThrow(message);
  try {
    attempt();
  } catch (error) {
    expect(inspect(error)).not.toMatch(/tr0ub4dor|4711|xxxx/);
  }
});

test("who looks at a redactor sees no secret", () => {
  const redactor = new Redactor(["tr0ub4dor"]);
  expect(inspect(redactor, { depth: 9, showHidden: true }) + JSON.stringify(redactor)).not.toContain("tr0ub");
});

test.each([
  ["GITHUB_TOKEN", true],
  ["githubToken", true],
  ["x-api-key", true],
  ["AWS_SECRET_ACCESS_KEY", true],
  ["db.password", true],
  ["DB_PWD", true],
  ["MYSQL_PASSWD", true],
  ["SSH_PRIVATE_KEY", true],
  ["Authorization", true],
  ["NPM_CONFIG__AUTH", true],
  ["GOOGLE_APPLICATION_CREDENTIALS", true],
  ["PWD", false],
  ["GIT_AUTHOR_NAME", false],
  ["KEYBOARD", false],
  ["TOKENIZER", false],
  ["PASSENGER_COUNT", false],
  ["CACHE_KEY", false],
])("the name %s looks like that of a secret: %s", (name, isSecret) => {
  expect(secretNames({ [name]: "value-1" })).toEqual(isSecret ? ["value-1"] : []);
});

test("what is short, a switch or missing is no secret; a password in an address is one", () => {
  expect(secretNames({ TOKEN: "abc", USE_AUTH: "true", SECRET: undefined, PASSWORD: "four" })).toEqual(["four"]);
  expect(
    secretNames({ DATABASE_URL: "postgres://app:p%40ssw0rd@db:5432/shop", HOME_PAGE: "https://a.example/x:y@z" }),
  ).toEqual(["p%40ssw0rd", "p@ssw0rd"]);
});
