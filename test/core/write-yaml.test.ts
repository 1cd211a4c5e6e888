import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseYaml, writeYaml, yaml11Reading } from "../../src/core/yaml/yaml.ts";

const TRICKY = [
  ...[
    "",
    " ",
    "no",
    "No",
    "y",
    "on",
    "off",
    "null",
    "~",
    "true",
    "1e3",
    "0x1f",
    "012",
    "0o17",
    "1_000",
    "+1",
    ".inf",
    ".nan",
    "1:30",
  ],
  ...[
    "2020-01-01",
    "<<",
    "=",
    "- a",
    "-",
    "---",
    "...",
    "? a",
    "a: b",
    "a:",
    "a #b",
    "#a",
    "!x",
    "&a",
    "*a",
    "@a",
    "`a",
    "%a",
    "|",
    ">",
  ],
  ...[
    "{a",
    "[a",
    "a, b",
    "'",
    '"',
    "it's",
    "\\",
    "a\nb",
    "a\n",
    "a\n\n",
    "\n",
    "\n\na",
    " a\nb",
    "a \nb",
    "a\n  b\n c",
    "a\r\nb",
    "\t",
    "a\tb",
  ],
  ...[
    "\u0000",
    "\u0007",
    "\u007f",
    "\u0085",
    "\u00a0",
    "\u2028",
    "\ufeff",
    "\ufeffa\nb",
    "\u00e9",
    "\u{1f600}",
    "\ud800",
    "{{ a }}",
  ],
  "#!/bin/sh\nset -e\n\n\techo 'x'   \necho \"$y\"\n",
];

describe("YAML that is written", () => {
  it.each(TRICKY.map((text) => [text]))("has %j as it is", (text) => {
    expect(parseYaml(writeYaml(text)).value).toBe(text);
    expect(parseYaml(writeYaml({ key: [text] })).value).toEqual({ key: [text] });
  });

  it("has any value of JSON as it is", () => {
    const text = fc.oneof(
      fc.constantFrom(...TRICKY),
      fc.string({ unit: "binary" }),
      fc.array(fc.constantFrom("a", " ", "\n", "\t", ":", "#", "-", "'"), { maxLength: 12 }).map((all) => all.join("")),
    );
    const key = text.filter((name) => !["__proto__", "constructor", "prototype"].includes(name) && name.length <= 256);
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.boolean(),
        fc.constant(null),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(key, tie("value"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (made) => {
        expect(parseYaml(writeYaml(made)).value).toEqual(made === null ? null : JSON.parse(JSON.stringify(made)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("has no plain text that YAML 1.1 takes for something else", () => {
    for (const text of TRICKY) {
      const written = writeYaml([text]).slice(2).trimEnd();
      if (/^['"|>]/.test(written)) continue;
      expect(yaml11Reading(written)).toBeUndefined();
    }
  });

  it("has script lines as they are", () => {
    expect(writeYaml([{ script: "#!/bin/sh\necho 'x'\n" }])).toBe("- script: |\n    #!/bin/sh\n    echo 'x'\n");
  });

  it("has long lines in one piece", () => {
    expect(writeYaml({ key: "word ".repeat(60).trim() })).toBe(`key: ${"word ".repeat(60).trim()}\n`);
  });

  it("is not made of what throws when it is read", () => {
    const touchy = {
      get a(): never {
        throw new RangeError("a bug");
      },
    };
    expect(() => writeYaml(touchy)).toThrow(new RangeError("a bug"));
  });

  it("has the same object twice, and no reference", () => {
    const one = { a: 1 };
    expect(writeYaml([one, one])).toBe("- a: 1\n- a: 1\n");
  });

  it.each([[() => 1], [Symbol("a")], [{ a: [() => 1] }]])("is refused for what JSON does not have", (value) => {
    expect(() => writeYaml(value)).toThrow(/^the value cannot be written as YAML: unacceptable kind of an object/);
  });
});
