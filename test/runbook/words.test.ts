import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { parseTags } from "../../src/core/template.ts";
import { splitWords } from "../../src/runbook/shell/words.ts";
import { run } from "../support/spawn.ts";

function words(text: string): string[] {
  return splitWords(parseTags(text)).map((word) => word.text);
}

function refusal(text: string): string {
  try {
    words(text);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return "";
}

describe("a command line", () => {
  test.each([
    ["kubectl get pods -l app=web", ["kubectl", "get", "pods", "-l", "app=web"]],
    ["  a \t b\n", ["a", "b"]],
    [`say 'a  b' "c  d"`, ["say", "a  b", "c  d"]],
    [`a'b'"c"d`, ["abcd"]],
    [`a '' ""`, ["a", "", ""]],
    [String.raw`a\ b \"c\" \\`, ["a b", '"c"', "\\"]],
    [String.raw`"a\"b" "a\\b" "a\b" "\$HOME"`, ['a"b', "a\\b", "a\\b", "$HOME"]],
    [`'$HOME *' "*" '~'`, ["$HOME *", "*", "~"]],
    ["a \\\n b", ["a", "b"]],
    ['"a\\\nb" c', ["ab", "c"]],
    ["get -o jsonpath={.items} a#b x=y", ["get", "-o", "jsonpath={.items}", "a#b", "x=y"]],
    ["pod {{ labels.pod }} -n {{labels.ns}}", ["pod", "{{ labels.pod }}", "-n", "{{ labels.ns }}"]],
    ["--name={{ labels.pod }}.x '{{ labels.a }} b'", ["--name={{ labels.pod }}.x", "{{ labels.a }} b"]],
  ])("%j is split as a shell would", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test.each([
    "echo $HOME",
    "echo `id`",
    'echo "$HOME"',
    'echo "`id`"',
    "a | b",
    "a > b",
    "a < b",
    "a ; b",
    "a && b",
    "a &",
    "ls *",
    "ls a?",
    "ls ~",
    "ls [ab]",
    "(a)",
    "a # b",
    "mv {a,b}",
    "mv a{1..3}",
    "a\nb",
  ])("%j is refused, since no shell reads it", (text) => {
    expect(refusal(text)).toMatch(/no shell reads this; .*shell: true$/);
  });

  test.each([
    ["a 'b", /a single quote is not closed/],
    ['a "b', /a double quote is not closed/],
    ["a b\\", /ends in a backslash/],
    ["a \\{{ labels.x }}", /a backslash before a place to fill in/],
  ])("%j is refused", (text, message) => {
    expect(refusal(text)).toMatch(message);
  });

  it("of 20,000 characters is split at once", () => {
    const began = performance.now();
    expect(words(`a ${"b".repeat(19_000)} ${"'c' ".repeat(300)}`)).toHaveLength(302);
    expect(performance.now() - began).toBeLessThan(500);
  });

  test.each(["dash", "bash"])("is split as %s splits it, whatever is in it", { timeout: 60_000 }, async (shell) => {
    const letter = fc.constantFrom(
      "a",
      "b",
      " ",
      "  ",
      "\t",
      "'",
      '"',
      "\\",
      "$",
      "{",
      "}",
      ",",
      ".",
      "#",
      "=",
      "-",
      "~",
      "!",
      "\n",
      "*",
      "|",
    );
    const lines = fc
      .sample(fc.array(letter, { maxLength: 14 }), { numRuns: 4_000, seed: 7 })
      .map((parts) => parts.join(""));
    const accepted = lines.filter((text) => refusal(text) === "" && words(text).length > 0);
    expect(accepted.length, "all were refused: nothing was compared").toBeGreaterThan(200);
    const script = accepted.map((text) => `printf '<%s>' ${text.replace(/^\s+/, "")}\nprintf '\\1'\n`).join("");
    const { stdout, stderr } = await run(shell, ["-f", "-c", script]);
    expect(stderr).toBe("");
    expect(stdout.split("\u0001").slice(0, -1)).toEqual(
      accepted.map((text) =>
        words(text)
          .map((word) => `<${word}>`)
          .join(""),
      ),
    );
  });
});
